"""From the [layout] of a case to a meshed film."""

import difflib
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from mpi4py import MPI

from pydantic import ValidationError, validate_call

from meshing import FilmMesh, Layout, families, mesh_film, read_msh
from meshing.catalogue import corbino, disc, square, strip, wheel
from meshing.errors import InputError

CATALOGUE: Mapping[str, Callable[..., Layout]] = {
    function.__name__: function
    for function in (
        wheel,
        square,
        disc,
        strip,
        corbino,
        families.random_rim,
        families.random_inside,
        families.strip_network,
        families.spoked_polygon,
        families.square_lattice,
        families.triangular_lattice,
    )
}
CHANGES: Mapping[str, Callable[..., Layout]] = {
    "holes": families.random_holes,
    "rough": families.rough,
    "rotate": families.rotated,
}
"""What may be done to any of them, in this order."""
_MESH_KEYS = ("path", "thickness", "unit")


@dataclass(frozen=True)
class MeshFile:
    """A mesh that a person made: a Gmsh file with physical names.

    Args:
        path: of the file.
        thickness: of the film in m.
        unit: what one unit of length in the file is, in m.
    """

    path: Path
    thickness: float
    unit: float = 1.0


@dataclass(frozen=True)
class FilmSource:
    """What a film is meshed from: a checked layout or a mesh file."""

    geometry: Layout | MeshFile
    dimension: int
    layers: int

    def mesh(self, comm: MPI.Intracomm) -> FilmMesh:
        """Mesh the layout, or read the mesh; collective."""
        if isinstance(self.geometry, MeshFile):
            file = self.geometry
            return read_msh(file.path, comm, thickness=file.thickness, unit=file.unit)
        return mesh_film(self.geometry, comm, dimension=self.dimension, layers=self.layers)


def film_source(content: Mapping[str, Any], dimension: int, layers: int) -> FilmSource:
    """Read a [layout]: `kind` names a layout of the catalogue, or is "mesh" for a mesh file.

    Any layout of the catalogue may have holes and rough edges, each a table of its own, and be
    turned (`rotate`).

    Args:
        content: the section.
        dimension: 2 or 3.
        layers: of tetrahedra over the thickness in three dimensions.

    Raises:
        InputError: an unknown kind or key, or a layout that cannot be.
    """
    parameters = dict(content)
    kind = parameters.pop("kind", None)
    if kind == "mesh":
        return FilmSource(_mesh_file(parameters), dimension, layers)
    if kind not in CATALOGUE:
        raise InputError(f"layout.kind = {kind!r}: {_allowed(str(kind), [*CATALOGUE, 'mesh'])}")
    return FilmSource(_layout(kind, parameters), dimension, layers)


def _layout(kind: str, parameters: dict[str, Any]) -> Layout:
    changes = {name: parameters.pop(name) for name in CHANGES if name in parameters}
    layout: Layout = _call(CATALOGUE[kind], parameters, "layout", [*CHANGES])
    for name, values in changes.items():
        change = partial(CHANGES[name], layout)
        if not isinstance(values, Mapping):
            values = {next(iter(inspect.signature(change).parameters)): values}
        layout = _call(change, values, f"layout.{name}")
    return layout


def _call(
    function: Callable[..., Layout],
    parameters: Mapping[str, Any],
    section: str,
    others: Sequence[str] = (),
) -> Layout:
    """Call a function with the values of a section, of the types that it asks for."""
    known = list(inspect.signature(function).parameters)
    _check_keys(parameters, [*known, *others], section)
    try:
        return validate_call(function)(**parameters)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        if first["type"] == "missing_argument":
            raise InputError(f"{section}.{key} is missing") from None
        message = first["msg"].replace("Input should be", "must be")
        raise InputError(f"{section}.{key} = {first['input']!r}: {message}") from None


def _mesh_file(parameters: dict[str, Any]) -> MeshFile:
    _check_keys(parameters, list(_MESH_KEYS), "layout")
    for key in ("path", "thickness"):
        if key not in parameters:
            raise InputError(f"layout.{key} is missing: a mesh file needs it")
    try:
        thickness, unit = float(parameters["thickness"]), float(parameters.get("unit", 1.0))
    except (TypeError, ValueError):
        raise InputError("layout.thickness and layout.unit must be numbers in metres") from None
    return MeshFile(Path(str(parameters["path"])), thickness, unit)


def _check_keys(parameters: Mapping[str, Any], known: list[str], section: str) -> None:
    for key in parameters:
        if key not in known:
            raise InputError(f"unknown key {key} in [{section}]: {_allowed(key, known)}")


def _allowed(value: str, known: list[str]) -> str:
    close = difflib.get_close_matches(value, known, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"allowed are {', '.join(known)}{hint}"
