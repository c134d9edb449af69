"""Snapshots of a film for ParaView and PyVista: one VTU file each, and a PVD list of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import meshio
import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.collective import on_root
from hebbfilm.common.whole_files import replacing
from hebbfilm.meshing import FilmMesh
from hebbfilm.solvers import Film
from hebbfilm.solvers.conduction.conduction import Conduction

_CELL_TYPE = {3: "triangle", 4: "tetra"}


def write_snapshot(film: Film, path: Path, conduction: Conduction | None = None) -> None:
    """Write m, the potential, the contacts and the current density; collective.

    The order of the vertices is that of the mesh file, on any number of ranks.

    Args:
        film: the film.
        conduction: the current to write; None for none.
        path: of the .vtu file.

    Raises:
        InputError: the file cannot be written.
    """
    numbering, owned = film.film_mesh.numbering, film.operators.owned
    points = numbering.gather(film.film_mesh.coordinates[:owned])
    cells = cast(IntArray, numbering.gather_cells())  # None on other ranks, which do not write
    point_data = {
        "m": numbering.gather(film.m),
        "potential": numbering.gather(_potential(film, conduction)),
        "contact": numbering.gather(contact_numbers(film.film_mesh, film.nodes)),
    }
    current = numbering.gather_cell_values(_current_density(film, conduction))

    def write() -> None:
        mesh = meshio.Mesh(
            points,
            [(_CELL_TYPE[cells.shape[1]], cells)],
            point_data=point_data,
            cell_data={"current_density": [current]},
        )
        with replacing(path) as whole:
            mesh.write(whole, file_format="vtu")

    on_root(film.comm, write)


def pvd_text(snapshots: Sequence[dict[str, Any]]) -> str:
    """The list of snapshots (file, t in s) that ParaView opens as one film."""
    entries = "".join(
        f'    <DataSet timestep="{item["t"]:.10g}" file="{Path(item["file"]).name}"/>\n'
        for item in snapshots
    )
    return (
        '<?xml version="1.0"?>\n<VTKFile type="Collection" version="0.1">\n  <Collection>\n'
        f"{entries}  </Collection>\n</VTKFile>\n"
    )


def _potential(film: Film, conduction: Conduction | None) -> FloatArray:
    owned = film.operators.owned
    return np.zeros(owned) if conduction is None else conduction.potential[:owned]


def _current_density(film: Film, conduction: Conduction | None) -> FloatArray:
    current = np.zeros((len(film.operators.cells), 3))
    if conduction is not None:
        current[:, : film.operators.dimension] = conduction.current_density
    return current


def contact_numbers(film_mesh: FilmMesh, nodes: Mapping[str, Sequence[str]]) -> FloatArray:
    """Of each vertex that a rank owns the number of its node, from 1, or 0."""
    owned = film_mesh.space.dofmap.index_map.size_local
    numbers = np.zeros(owned)
    for number, contacts in enumerate(nodes.values(), start=1):
        for name in contacts:
            vertices = film_mesh.contact_vertices(name)
            numbers[vertices[vertices < owned]] = number
    return numbers
