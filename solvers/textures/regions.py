"""Textures that differ from region to region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.messages import shown
from hebbfilm.solvers.textures.placed import PlacedTexture
from hebbfilm.solvers.textures.texture import Texture
from hebbfilm.solvers.textures.uniform import Uniform

if TYPE_CHECKING:
    from hebbfilm.solvers.discretisation.operators import VertexOperators


@dataclass(frozen=True, kw_only=True)
class RegionTextures(Texture):
    """A texture in each region of a film, and one elsewhere.

    A vertex on the border of regions is of the first of them in their order here.

    Args:
        textures: by the names of regions.
        elsewhere: where none of these is.

    Raises:
        InputError: what is no texture, a region that is not there, or no region at all.

    Example:
        >>> both = RegionTextures(textures={"left": Uniform(direction=(0, 0, -1))})
        >>> both.elsewhere
        Uniform(direction=(0.0, 0.0, 1.0), kind='uniform')
    """

    textures: Mapping[str, Texture]
    elsewhere: Texture = field(default_factory=Uniform)
    kind: Literal["regions"] = "regions"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.textures, Mapping) or not self.textures:
            raise InputError(
                f"regions.textures = {shown(self.textures)}: must be textures by the names of "
                "regions, at least one"
            )
        for name, texture in {**self.textures, "elsewhere": self.elsewhere}.items():
            if not isinstance(texture, Texture) or isinstance(texture, RegionTextures):
                raise InputError(f"regions: {name} = {shown(texture)}: must be a texture")

    def on(self, operators: VertexOperators, inside: BoolArray | None = None) -> FloatArray:
        """Directions at the vertices that this rank owns, (owned, 3); collective."""
        mesh = operators.film_mesh
        self._require_regions(mesh.regions)
        left = np.ones(operators.owned, dtype=bool) if inside is None else inside.copy()
        found = np.zeros((operators.owned, 3))
        for name, texture in self.textures.items():
            cells = mesh.cell_regions == mesh.regions.index(name) + 1
            corners = np.repeat(cells[:, None], operators.dimension + 1, axis=1)
            own = left & (operators.sum_to_vertices(corners.astype(np.float64)) > 0)
            with _told_with(name):
                found += texture.on(operators, own)
            left &= ~own
        with _told_with("elsewhere"):
            found += self.elsewhere.on(operators, left)
        return found

    def require_fit(
        self, places: FloatArray | None, regions: Mapping[str, FloatArray] | None
    ) -> None:
        """See that there are the regions, and that files can be read and hold them."""
        if regions is not None:
            self._require_regions(tuple(regions))
        for number, (name, texture) in enumerate(self.textures.items()):
            # What else is told of places may be on a border that is of a region before it.
            known = regions is not None and (number == 0 or isinstance(texture, PlacedTexture))
            with _told_with(name):
                texture.require_fit(regions[name] if regions and known else None, regions)
        # Where that will be, only the mesh tells.
        with _told_with("elsewhere"):
            self.elsewhere.require_fit(None, regions)

    def _require_regions(self, there: tuple[str, ...]) -> None:
        for name in self.textures:
            if name not in there:
                what = allowed_are(name, there) if there else "the film has no regions"
                raise InputError(f"regions.textures: {shown(name)}: {what}")


@contextmanager
def _told_with(region: str) -> Iterator[None]:
    """What is wrong with a texture is told with the region that it is for."""
    try:
        yield
    except InputError as error:
        raise InputError(f"regions: {region}: {error}") from None
