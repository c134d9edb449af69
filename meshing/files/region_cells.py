"""Which cells of a film, picked from the groups of a mesh, are in which region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from hebbfilm.common.arrays import IntArray
from hebbfilm.common.errors import MeshError
from hebbfilm.meshing.files.groups import CellGroup, GroupedMesh
from hebbfilm.meshing.tagged_mesh import TaggedMesh

SIMPLEX = {1: "line", 2: "triangle", 3: "tetra"}


def with_regions(
    film: TaggedMesh, mesh: GroupedMesh, regions: Mapping[str, Sequence[CellGroup]]
) -> TaggedMesh:
    """A film with the numbers of its regions.

    Args:
        film: of points numbered as in the file, with all cells of the regions.
        mesh: as the file has it.
        regions: the groups of each.

    Raises:
        MeshError: a region without cells of the film, or two that share some.
    """
    kind = SIMPLEX[film.dimension]
    known = mesh.cells.get(kind, np.empty((0, film.dimension + 1), dtype=np.int64))
    none = np.empty(0, dtype=np.int64)
    rows = [
        np.unique(np.concatenate([none, *(p.rows for p in parts if p.kind == kind)]))
        for parts in regions.values()
    ]
    for (name, parts), own in zip(regions.items(), rows, strict=True):
        if not own.size:
            held = ", ".join(dict.fromkeys(f"{part.kind} cells" for part in parts))
            raise MeshError(f"region {name!r} must hold {kind} cells of the film, not {held}")
        check_lower_cells(mesh, known[own], f"region {name!r}", parts, film.dimension)
    # A file may hold a cell several times.
    both = np.concatenate([film.cells, *(known[own] for own in rows)])
    _, same = np.unique(np.sort(both, axis=1), axis=0, return_inverse=True)
    of_film, *of_regions = np.split(same.reshape(-1), np.cumsum([len(film.cells), *map(len, rows)]))
    number_of = np.zeros(same.max(initial=0) + 1, dtype=np.int32)
    for number, (name, cells) in enumerate(zip(regions, of_regions, strict=False), 1):
        shared = np.flatnonzero(number_of[cells])
        if shared.size:
            other = list(regions)[number_of[cells[shared[0]]] - 1]
            x, y, _ = film.points[film.cells[of_film == cells[shared[0]]][0]].mean(axis=0)
            raise MeshError(
                f"regions {other!r} and {name!r} share {kind} cells at ({x:.4g}, {y:.4g}) m"
            )
        number_of[cells] = number
    return replace(film, regions=tuple(regions), cell_regions=number_of[of_film])


def check_lower_cells(
    mesh: GroupedMesh, held: IntArray, what: str, parts: Sequence[CellGroup], dimension: int
) -> None:
    """Points, or edges in 3D, that a group holds beside must lie on what is read of it."""
    for part in parts:
        if not np.isin(mesh.cells[part.kind][part.rows], held).all():
            made = "lines or triangles" if dimension == 2 else "triangles or tetrahedra"
            raise MeshError(f"{what} holds {part.kind} cells apart from its {made}")
