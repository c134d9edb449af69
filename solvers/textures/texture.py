"""What all textures are: m at any place of a film."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias, get_type_hints

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, ConfigDict, TypeAdapter, ValidationError

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import RAISED, InputError
from hebbfilm.common.quantities import Length, Plain
from hebbfilm.common.schema import wrong_value

if TYPE_CHECKING:
    from hebbfilm.meshing import FilmMesh
    from hebbfilm.solvers.discretisation.operators import VertexOperators


def _not_zero(vector: tuple[float, float, float]) -> tuple[float, float, float]:
    if not any(vector):
        raise ValueError("must be a direction that is not zero")
    return vector


Direction: TypeAlias = Annotated[tuple[Plain, Plain, Plain], AfterValidator(_not_zero)]
"""Of which the length does not count."""
Place: TypeAlias = tuple[Length, Length]
"""x and y in m."""
NESTED = ("textures", "elsewhere")
"""Fields that hold textures, which are checked already."""
Sign: TypeAlias = Literal[1, -1]
WallKind: TypeAlias = Literal["neel", "bloch"]
"""How m turns in a wall: towards where it goes to, or within the plane of the wall."""


@dataclass(frozen=True, kw_only=True)
class Texture:
    """How magnetisation begins: m at any place of a film.

    Subclasses give `at`. Fields are checked by their annotations, as those of case files are.

    Raises:
        InputError: a field of another type, or outside its range.

    Attributes:
        by_place: whether m at a place is of that place alone, so that each rank finds it for a part
            of the film. Otherwise rank 0 finds it, of all places in one order.
    """

    by_place: ClassVar[bool] = False

    def __post_init__(self) -> None:
        kind: Any = type(self)
        for name, adapter in _adapters(kind).items():
            value = _plain(getattr(self, name))
            try:
                checked = adapter.validate_python(value, strict=True)
            except ValidationError as error:
                raise InputError(_told(f"{self.name}.{name}", error)) from None
            object.__setattr__(self, name, checked)

    @property
    def name(self) -> str:
        """What messages call it: its kind."""
        return str(getattr(self, "kind", type(self).__name__))

    def at(self, points: FloatArray) -> FloatArray:
        """Directions at points (n, 3) in m, (n, 3), of any length but zero."""
        raise NotImplementedError

    def on(self, operators: VertexOperators, inside: BoolArray | None = None) -> FloatArray:
        """Directions at the vertices that this rank owns, (owned, 3); collective.

        They are found from places in one order, so that they are the same on any number of ranks.

        Args:
            operators: of the film.
            inside: the vertices at which they are wanted, (owned,); zero at others. None: all.

        Raises:
            InputError: see the texture.
        """
        mesh = operators.film_mesh
        found = self._by_blocks(mesh, inside) if self.by_place else None
        # What is wrong somewhere is told of all places.
        return self._on_root(mesh, inside) if found is None else found

    def _by_blocks(self, mesh: FilmMesh, inside: BoolArray | None) -> FloatArray | None:
        """The same, each rank for a block of places; None if there is no direction at some."""
        places, wanted = places_in_block(mesh, inside)
        found, failed = np.zeros_like(places), False
        if wanted.any():
            # One that is stands in for the others: loops may round by the place in an array.
            stand_in = places[np.argmax(wanted)]
            try:
                directions = self._whole(np.where(wanted[:, None], places, stand_in))
                found[wanted] = directions[wanted]
            except RAISED:
                failed = True
        if mesh.comm.allreduce(int(failed)):
            return None
        values: FloatArray = mesh.numbering.vertex_blocks.from_block(found)
        return values

    def _on_root(self, mesh: FilmMesh, inside: BoolArray | None) -> FloatArray:
        """The same, found on rank 0."""
        places = mesh.numbering.gather(mesh.coordinates)
        chosen = None if inside is None else mesh.numbering.gather(inside)

        def found() -> FloatArray:
            assert places is not None, "rank 0 has all places"
            wanted = slice(None) if chosen is None else chosen
            directions = np.zeros(places.shape)
            # Regions that come first may have left none.
            if len(places[wanted]):
                directions[wanted] = self._whole(places[wanted])
            return directions

        values: FloatArray = mesh.numbering.scatter(on_root(mesh.comm, found))
        return values[: mesh.space.dofmap.index_map.size_local]

    def _whole(self, points: FloatArray) -> FloatArray:
        """The same as `at`, of which each is a direction."""
        found = self.at(points)
        none = ~(np.isfinite(found).all(axis=1) & np.any(found != 0, axis=1))
        if none.any():
            x, y, z = points[none][0]
            raise InputError(
                f"{self.name}: m = {found[none][0].tolist()} at x, y, z = {x:g}, {y:g}, {z:g} m "
                f"has no direction ({np.count_nonzero(none)} of {none.size} vectors have none)"
            )
        return found

    def require_fit(
        self, places: FloatArray | None, regions: Mapping[str, FloatArray] | None
    ) -> None:
        """Find out before a film is meshed whether the texture can be on it; not collective.

        Args:
            places: on the outline of the film, or of the region that the texture is for, at its
                lower and upper face, m, (n, 3); None: unknown.
            regions: the same of the regions of the film by their names; None: unknown.

        Raises:
            InputError: a file that cannot be read, or does not hold the film; a place without a
                direction; a region that it does not have.
        """


def places_in_block(mesh: FilmMesh, inside: BoolArray | None) -> tuple[FloatArray, BoolArray]:
    """Places (n, 3) in m of this rank's block of vertices, and at which of them m is wanted, (n,).

    Args:
        mesh: of the film; collective.
        inside: the vertices of this rank at which it is, (owned,); None: all.
    """
    blocks, owned = mesh.numbering.vertex_blocks, mesh.space.dofmap.index_map.size_local
    places = blocks.to_block(mesh.coordinates[:owned])
    wanted = np.ones(owned, dtype=bool) if inside is None else inside
    return places, blocks.to_block(wanted)


@cache
def _adapters(kind: type) -> dict[str, TypeAdapter[Any]]:
    hints = get_type_hints(kind, include_extras=True)
    config = ConfigDict(allow_inf_nan=False)
    return {
        each.name: TypeAdapter(hints[each.name], config=config)
        for each in fields(kind)
        if each.name not in NESTED
    }


def _plain(value: Any) -> Any:
    """Lists and arrays as tuples of numbers."""
    value = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    return tuple(map(_plain, value)) if isinstance(value, list | tuple) else value


def _told(key: str, error: ValidationError) -> str:
    first = error.errors()[0]
    if first["type"] == "value_error":
        return f"{key} = {first['input']}: {first['ctx']['error']}"
    place = "".join(f"[{part}]" for part in first["loc"] if isinstance(part, int))
    return wrong_value(f"{key}{place}", first)


def in_plane(angle: float) -> FloatArray:
    """The unit vector at an angle in degrees to x, (3,); exact along the axes."""
    turned = np.radians(angle % 90.0)
    x, y = np.cos(turned), np.sin(turned)
    for _ in range(int(angle // 90.0) % 4):
        x, y = -y, x
    return np.array([x, y, 0.0])


def from_angle(turn: FloatArray, begin: npt.ArrayLike, towards: npt.ArrayLike) -> FloatArray:
    """cos(turn) begin + sin(turn) towards, (n, 3)."""
    begin, towards = np.asarray(begin), np.asarray(towards)
    found: FloatArray = np.cos(turn)[:, None] * begin + np.sin(turn)[:, None] * towards
    return found
