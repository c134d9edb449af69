"""The textures that a case can begin with, and the files that they are read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import numpy as np
import shapely
from pydantic import Discriminator, Field, Tag
from shapely.geometry.base import BaseGeometry

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are, unknown_key
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import si
from hebbfilm.common.schema import key_path, wrong_value
from hebbfilm.meshing import Layout
from hebbfilm.run.inputs.from_run import FromRun
from hebbfilm.solvers import (
    Cone,
    FormulaTexture,
    FromFile,
    Helix,
    ImageTexture,
    Random,
    RegionTextures,
    Skyrmion,
    SkyrmionLattice,
    Stripes,
    Texture,
    Uniform,
    Vortex,
    Wall,
)
from hebbfilm.solvers.textures.contents import checksum_of, content_of
from hebbfilm.solvers.textures.placed import PlacedTexture

if TYPE_CHECKING:
    from hebbfilm.run.inputs.layouts import FilmSource

_Simple: TypeAlias = (
    Uniform | Random | Skyrmion | SkyrmionLattice | Vortex | Wall | Stripes | Helix | Cone
    | FormulaTexture | ImageTexture | FromFile | FromRun
)  # fmt: skip
OneTexture: TypeAlias = Annotated[_Simple, Field(discriminator="kind")]


@dataclass(frozen=True, kw_only=True)
class TexturesOfRegions(RegionTextures):
    """A texture in each region of a film, and one elsewhere; see `RegionTextures`.

    Args:
        textures: by the names of regions.
        elsewhere: where none of these is.
    """

    textures: Mapping[str, OneTexture]
    elsewhere: OneTexture = field(default_factory=Uniform)


AnyTexture: TypeAlias = Annotated[_Simple | TexturesOfRegions, Field(discriminator="kind")]


def _form(value: Any) -> str:
    return "table" if isinstance(value, Mapping | Texture) else "name"


NamedOrTable: TypeAlias = Annotated[
    Annotated[Literal["random", "uniform"], Tag("name")] | Annotated[AnyTexture, Tag("table")],
    Discriminator(_form),
]
"""What [initial] texture may be: the name of a simple one, or a table with its kind."""
TEXTURES: Mapping[str, type[Texture]] = {
    str(each.kind): each
    for each in (
        Uniform, Random, Skyrmion, SkyrmionLattice, Vortex, Wall, Stripes, Helix, Cone,
        FormulaTexture, ImageTexture, FromFile, FromRun, TexturesOfRegions,
    )
}  # fmt: skip
"""By their kind."""
_AT = "initial.texture"
_PATH, _CHECKSUM = "path", "checksum"
_OF_FILES = ("image", "file", "run")


def with_texture_found(content: Mapping[str, Any]) -> dict[str, Any]:
    """What a case holds, with the checksums of the files of its texture.

    A file whose checksum is noted need not be there any more: a run that has begun needs it not.

    Args:
        content: of the case, with whole paths; it stays as it is.

    Raises:
        InputError: a file that cannot be read.
    """
    initial = content.get("initial")
    if not isinstance(initial, Mapping) or not isinstance(initial.get("texture"), Mapping):
        return dict(content)
    found = _found(initial["texture"], _AT)
    return {**content, "initial": {**initial, "texture": found}}


def _found(table: Mapping[str, Any], at: str) -> dict[str, Any]:
    found = {
        key: _found(value, f"{at}.{key}") if isinstance(value, Mapping) else value
        for key, value in table.items()
    }
    names_file = found.get("kind") in _OF_FILES and isinstance(found.get(_PATH), str)
    if names_file and not found.get(_CHECKSUM):
        try:
            found[_CHECKSUM] = _checksum(found)
        except InputError as error:
            raise InputError(f"{at}: {error}") from None
    return found


def _checksum(table: Mapping[str, Any]) -> str:
    if table["kind"] != "run":
        return checksum_of(content_of(table[_PATH]))
    which = {key: table[key] for key in ("moment", "time") if key in table}
    if isinstance(which.get("time"), str):  # a quantity
        try:
            which["time"] = si(which["time"], "s")
        except InputError as error:
            raise InputError(f"time = {error}") from None
    return FromRun(path=table[_PATH], **which).checksum_now()


def require_texture(texture: str | Texture, source: FilmSource) -> None:
    """Read the files of a texture, and see that it can be on a film, before it is meshed.

    Raises:
        InputError: a file that cannot be read or does not hold the film, or a region that the film
            does not have.
    """
    if isinstance(texture, str):
        return
    geometry = source.geometry
    if not isinstance(geometry, Layout):
        with told_as_texture():
            texture.require_fit(None, None)
        return
    height = 0.0 if source.dimension == 2 else geometry.thickness
    regions = {each.name: _rim(each.area, height) for each in geometry.regions}
    with told_as_texture():
        texture.require_fit(_rim(geometry.outline, height), regions)


def _rim(area: BaseGeometry, height: float) -> FloatArray:
    """Places on it at the faces of a film, (n, 3)."""
    faces = [shapely.get_coordinates(area)] * (2 if height else 1)
    heights = np.repeat([0.0, height][: len(faces)], len(faces[0]))
    return np.column_stack([np.concatenate(faces), heights])


@contextmanager
def told_as_texture() -> Iterator[None]:
    """What is wrong inside is told as of the key of the texture."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{_AT}: {error}") from None


def files_of_texture(texture: str | Texture) -> list[Path]:
    """Those that a texture is read from, as far as they are there."""
    if isinstance(texture, RegionTextures):
        every = (*texture.textures.values(), texture.elsewhere)
        return [path for each in every for path in files_of_texture(each)]
    if isinstance(texture, FromRun):
        with suppress(InputError):
            return [texture.file]
    return [Path(texture.path)] if isinstance(texture, PlacedTexture) else []


def texture_problem(problem: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    """What pydantic finds wrong in the texture of a case, in one line.

    Args:
        problem: as pydantic tells it.
        content: of the case.
    """
    kind, location = problem["type"], problem["loc"]
    lost = kind in ("missing", "extra_forbidden", "unexpected_keyword_argument")
    key = key_path("initial", location[1:], content["initial"], ends_in_key=lost)
    if kind.startswith("union_tag"):
        given = problem["input"].get("kind")
        # Those of regions have none within each other.
        kinds = [name for name in TEXTURES if key == _AT or name != "regions"]
        if given is None:
            return f"{key}.kind is missing: {allowed_are('', kinds)}"
        return f"{key}.kind = {shown(given)}: {allowed_are(given, kinds)}"
    if kind == "missing":
        return f"{key} is missing"
    if lost:
        place, _, name = key.rpartition(".")
        tag = next((part for part in reversed(location) if part in TEXTURES), None)
        known = TEXTURES[tag].__dataclass_fields__ if isinstance(tag, str) else ()
        return unknown_key(name, f"in [{place}]", known)
    if kind == "value_error":
        slip = problem["ctx"]["error"]
        return f"{_AT}: {slip}" if isinstance(slip, InputError) else f"{key}: {slip}"
    told = wrong_value(key, problem)
    if location[2:] != ("name",):
        return told
    given = problem["input"]
    meant = given if given in TEXTURES else "skyrmion"
    return f'{told}, or a table like {{ kind = "{meant}", ... }}'


def texture_of(texture: str | Texture, seed: int, direction: tuple[float, float, float]) -> Texture:
    """The texture of a case.

    Args:
        texture: its name, or itself.
        seed: of random ones that are named.
        direction: of uniform ones that are named.
    """
    if isinstance(texture, Texture):
        return texture
    return Random(seed=seed) if texture == "random" else Uniform(direction=direction)
