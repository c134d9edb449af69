"""Film, contacts and regions, picked from the groups of a mesh."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from hebbfilm.common.arrays import BoolArray, IntArray
from hebbfilm.common.errors import MeshError
from hebbfilm.meshing.bounds import check_names
from hebbfilm.meshing.files.groups import CellGroup, GroupedMesh, Groups, chosen
from hebbfilm.meshing.files.region_cells import SIMPLEX, check_lower_cells, with_regions
from hebbfilm.meshing.region_checks import check_region_names
from hebbfilm.meshing.tagged_mesh import FILM_TAG, TaggedMesh, contact_tag


def select(mesh: GroupedMesh, groups: Groups, unit: float) -> TaggedMesh:
    """The film with its contacts and regions alone, in metres.

    All groups of a name are one contact: cells that it holds, and facets beside them. Cells both
    of the film and of a contact are the contact's. Cells of regions are of the film, too.

    Args:
        mesh: as a file has it.
        groups: which of its groups are film, contacts and regions.
        unit: metres per length unit of the mesh.

    Raises:
        MeshError: groups that make no film with contacts.
    """
    film, contacts, regions = chosen(mesh, groups)
    check_names(contacts)
    check_region_names(tuple(regions), tuple(contacts))
    dimension = max((mesh.dimensions[group.kind] for group in film), default=0)
    if dimension < 2:
        kinds = ", ".join(dict.fromkeys(f"{group.kind} cells" for group in film)) or "nothing"
        raise MeshError(f"the film must be made of triangles or tetrahedra, not of {kinds}")
    picked = {"film": film} | contacts
    for name, parts in picked.items():
        _check_kinds(mesh, name, parts, dimension)
    whole = [*film, *(part for parts in regions.values() for part in parts)]
    cells, cell_tags = _marked(mesh, dimension, picked | {"film": whole})
    facets, facet_tags = _marked(mesh, dimension - 1, picked | {"film": []})
    bare = ~_on_own_cells(cells, cell_tags, facets, facet_tags)
    points = np.zeros((len(mesh.points), 3))
    points[:, : mesh.points.shape[1]] = mesh.points * unit
    found = TaggedMesh(points, cells, cell_tags, facets[bare], facet_tags[bare], tuple(contacts))
    _check_on_film(found)
    for tag, (name, parts) in enumerate(picked.items(), FILM_TAG):
        held = np.union1d(
            found.cells[found.cell_tags == tag], found.facets[found.facet_tags == tag]
        )
        if tag == FILM_TAG:
            held = np.unique(found.cells)
        what = "the film" if tag == FILM_TAG else f"contact {name!r}"
        check_lower_cells(mesh, held, what, parts, dimension)
    return with_regions(found, mesh, regions) if regions else found


def same_rows(rows: IntArray, others: IntArray) -> BoolArray:
    """Which of some rows (n, k) are also among others (m, k): (n,) of bool."""
    both = np.concatenate([others, rows])
    _, inverse = np.unique(both, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    return np.isin(inverse[len(others) :], inverse[: len(others)])


def faces_of(cells: IntArray) -> IntArray:
    """Facets (n·(d+1), d) of simplices (n, d+1), each facet's vertices in order.

    Facet k·n + i is opposite to vertex d-k of cell i.
    """
    corners = range(cells.shape[1])
    faces = [cells[:, list(c)] for c in combinations(corners, cells.shape[1] - 1)]
    return np.sort(np.concatenate(faces), axis=1)


def _check_kinds(mesh: GroupedMesh, name: str, parts: Sequence[CellGroup], dimension: int) -> None:
    for part in parts:
        size = mesh.dimensions[part.kind]
        if len(part.rows) and size and part.kind not in SIMPLEX.values():
            raise MeshError(
                f"it holds {part.kind} elements; lines, triangles and tetrahedra of first order "
                "are allowed"
            )
        if len(part.rows) and size > dimension:
            raise MeshError(f"contact {name!r} holds {part.kind} cells in a film of triangles")


def _marked(
    mesh: GroupedMesh, dimension: int, picked: dict[str, list[CellGroup]]
) -> tuple[IntArray, IntArray]:
    """Simplices (n, d+1) that belong to something, and its tag; each once."""
    kind = SIMPLEX[dimension]
    cells = mesh.cells.get(kind, np.empty((0, dimension + 1), dtype=np.int64))
    found, marks = [], []
    for tag, parts in enumerate(picked.values(), FILM_TAG):
        rows = [np.empty(0, dtype=np.int64), *(part.rows for part in parts if part.kind == kind)]
        found.append(np.unique(np.concatenate(rows)))
        marks.append(np.full(len(found[-1]), tag, dtype=np.int32))
    rows, tags = np.concatenate(found), np.concatenate(marks)
    held = cells[rows]
    _, inverse = np.unique(np.sort(held, axis=1), axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    order = np.lexsort([rows, -tags, inverse])
    again = np.flatnonzero(np.diff(inverse[order]) == 0)
    later, former = tags[order[again]], tags[order[again + 1]]
    shared = np.flatnonzero((later != former) & (former > FILM_TAG))
    if len(shared):
        names = [list(picked)[tags[shared[0]] - FILM_TAG] for tags in (former, later)]
        raise MeshError(f"contacts {names[0]!r} and {names[1]!r} share {kind} cells")
    kept = np.delete(order, again + 1)
    kept = kept[np.argsort(rows[kept], kind="stable")]
    return held[kept], tags[kept]


def _on_own_cells(
    cells: IntArray, cell_tags: IntArray, facets: IntArray, facet_tags: IntArray
) -> BoolArray:
    """Which facets are sides of cells of the same contact, which holds them anyway."""
    pads = cell_tags > FILM_TAG
    sides = faces_of(cells[pads])
    tags = np.tile(cell_tags[pads], cells.shape[1])
    return same_rows(
        np.column_stack([np.sort(facets, axis=1), facet_tags]), np.column_stack([sides, tags])
    )


def _check_on_film(found: TaggedMesh) -> None:
    stray = np.flatnonzero(~np.isin(found.facets, found.cells).all(axis=1))
    if len(stray):
        name = found.contacts[found.facet_tags[stray[0]] - contact_tag(0)]
        x, y, _ = found.points[found.facets[stray[0]]].mean(axis=0)
        raise MeshError(f"contact {name!r} leaves the film's edge at ({x:.4g}, {y:.4g}) m")
