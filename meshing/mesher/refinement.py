"""Each triangle of a coarse mesh divided on the rank that has it, so that no rank has all.

Numbers do not depend on the ranks: vertices of the coarse mesh come first, then those on its
edges, edge by edge from the end of the lower number, then those within its triangles.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mpi4py import MPI

import numpy as np
from shapely import Point

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.collective import on_every_rank
from hebbfilm.common.errors import LayoutError
from hebbfilm.common.row_blocks import scatter_rows
from hebbfilm.meshing import compat
from hebbfilm.meshing.distribution import share_out
from hebbfilm.meshing.geometry.places import at_places
from hebbfilm.meshing.mesher.coarse import CoarseMesh
from hebbfilm.meshing.mesher.piece import Piece
from hebbfilm.meshing.tagged_mesh import TaggedMesh

_SIDES = np.array([[0, 1], [1, 2], [2, 0]])
"""Corners at the ends of the edges of a triangle."""


class _Lattice:
    """Where the nodes and triangles of a divided triangle are.

    Args:
        parts: of an edge.

    Attributes:
        weights: (L, 3) of the corners at each node, in parts; corners, then nodes on the edges from
            their first corner on, then those within.
        cells: (parts², 3) nodes of each triangle.
        along: (3, parts+1) nodes along each edge.
        blending: (3, L_within, parts-1) what bends of each edge move the nodes within by.
    """

    def __init__(self, parts: int) -> None:
        within = [(j, i) for j in range(1, parts) for i in range(1, parts - j)]
        weights = [parts * np.eye(3, dtype=np.int64)]
        share = np.arange(1, parts)
        for first, last in _SIDES:
            side = np.zeros((parts - 1, 3), dtype=np.int64)
            side[:, first], side[:, last] = parts - share, share
            weights.append(side)
        weights.append(np.array([(parts - i - j, i, j) for j, i in within]).reshape(-1, 3))
        self.weights = np.concatenate(weights)
        place = {(int(i), int(j)): number for number, (_, i, j) in enumerate(self.weights)}
        cells = []
        for j in range(parts):
            for i in range(parts - j):
                cells.append([place[i, j], place[i + 1, j], place[i, j + 1]])
                if i + j < parts - 1:
                    cells.append([place[i + 1, j], place[i + 1, j + 1], place[i, j + 1]])
        self.cells = np.array(cells)
        inner = 3 + (parts - 1) * np.arange(3)[:, None] + np.arange(parts - 1)
        self.along = np.column_stack([_SIDES[:, 0], inner, _SIDES[:, 1]])
        self.blending = np.stack([self._blending(parts, *side) for side in _SIDES])

    def _blending(self, parts: int, first: int, last: int) -> FloatArray:
        """Of one edge: fading to nothing at the opposite corner, and at both other edges."""
        inside = self.weights[3 * parts :]
        near = inside[:, first] + inside[:, last]
        at = inside[:, last] / near * parts
        hats = np.maximum(0, 1 - np.abs(at[:, None] - np.arange(1, parts)))
        faded: FloatArray = hats * (near / parts)[:, None]
        return faded


@dataclass(frozen=True, eq=False)
class _CoarseCells:
    """Those cells of a coarse mesh that a rank divides.

    Args:
        cells: their numbers.
        corners: (n, 3) vertices.
        edges: (n, 3) numbers of their edges.
        bends: (n, 3) rows of the table of bends, or -1.
        facet_tags: (n, 3) of their edges, or 0.
        tags, regions: (n,).
        places: (n, 3, 2) of the corners in m.
    """

    cells: IntArray
    corners: IntArray
    edges: IntArray
    bends: IntArray
    facet_tags: IntArray
    tags: IntArray
    regions: IntArray
    places: FloatArray


def refine(coarse: CoarseMesh | None, comm: MPI.Intracomm) -> Piece:
    """Divide the triangles of a mesh on rank 0, each on one rank; collective.

    Args:
        coarse: on rank 0, None elsewhere.
        comm: ranks that share them.

    Raises:
        LayoutError: a curve so bent that a triangle would be turned over.
    """
    head = None
    if coarse is not None:
        coarse = replace(coarse, mesh=coarse.mesh.in_order_of_tags())
        edges = _edges(coarse)
        sizes = len(coarse.mesh.points), int(edges[:, :3].max()) + 1, len(coarse.mesh.cells)
        head = coarse.mesh.without_rows(), coarse.parts, coarse.bends, sizes
    described, parts, bends, sizes = comm.bcast(head, root=0)
    cells = _handed_out(coarse, None if coarse is None else edges, comm)
    lattice = _Lattice(parts)
    nodes, points = _nodes(cells, lattice, parts, bends, sizes)
    piece = _compact(cells, lattice, nodes, points, described, sizes)
    on_every_rank(comm, lambda: _require_area(piece.mesh, parts))
    return piece


def _edges(coarse: CoarseMesh) -> IntArray:
    """Of each cell (n, 9): numbers of its edges, rows of their bends, tags of its facets.

    Of a facet between two cells one alone knows.
    """
    mesh, number = coarse.mesh, len(coarse.mesh.points)

    def keys(ends: IntArray) -> IntArray:
        ordered = np.sort(ends, axis=1).astype(np.int64)
        return ordered[:, 0] * number + ordered[:, 1]

    every, first, edges = np.unique(
        keys(mesh.cells[:, _SIDES].reshape(-1, 2)), return_index=True, return_inverse=True
    )
    rows = np.full(len(every), -1, dtype=np.int64)
    rows[np.searchsorted(every, keys(coarse.bent))] = np.arange(len(coarse.bent))
    tags = np.zeros(mesh.cells.size, dtype=np.int64)
    tags[first[np.searchsorted(every, keys(mesh.facets))]] = mesh.facet_tags
    edges = edges.reshape(-1, 3)
    return np.column_stack([edges, rows[edges], tags.reshape(-1, 3)])


def _handed_out(
    coarse: CoarseMesh | None, edges: IntArray | None, comm: MPI.Intracomm
) -> _CoarseCells:
    """Each rank its part of the coarse mesh; collective."""
    mesh = None if coarse is None else coarse.mesh
    wanted = comm.gather(_part(mesh, comm), root=0)
    if mesh is None or edges is None or wanted is None:
        numbers = counts = whole = places = None
    else:
        regions = np.zeros_like(mesh.cell_tags) if mesh.cell_regions is None else mesh.cell_regions
        rows = np.concatenate(wanted)
        numbers = [np.arange(len(mesh.cells)), mesh.cells, edges, mesh.cell_tags, regions]
        whole = np.column_stack(numbers).astype(np.int64)[rows]
        places = mesh.points[mesh.cells[rows], :2]
        counts = np.array([len(each) for each in wanted])
    own = scatter_rows(comm, whole, counts)
    return _CoarseCells(
        own[:, 0],
        own[:, 1:4],
        own[:, 4:7],
        own[:, 7:10],
        own[:, 10:13],
        own[:, 13],
        own[:, 14],
        scatter_rows(comm, places, counts),
    )


def _part(mesh: TaggedMesh | None, comm: MPI.Intracomm) -> IntArray:
    """Numbers of the cells that this rank is to divide, rising; collective."""
    share = share_out(mesh, comm).mesh
    if comm.size == 1:
        return np.arange(len(share.cells))
    points = np.ascontiguousarray(share.points[:, :2])
    topology = compat.mesh_of(comm, points, share.cells.astype(np.int64), divided=False).topology
    return np.sort(topology.original_cell_index[: topology.index_map(2).size_local])


def _nodes(
    cells: _CoarseCells, lattice: _Lattice, parts: int, bends: FloatArray, sizes: tuple[int, ...]
) -> tuple[IntArray, FloatArray]:
    """Numbers (n, L) and places (n, L, 2) of the nodes of some divided cells.

    Args:
        cells: of a rank.
        lattice: of these parts.
        parts: of an edge.
        bends: (rows, parts-1, 2), m.
        sizes: numbers of vertices, edges and cells of the coarse mesh.
    """
    vertices, edges, _ = sizes
    within = len(lattice.weights) - 3 * parts
    nodes = np.empty((len(cells.cells), len(lattice.weights)), dtype=np.int64)
    nodes[:, :3] = cells.corners
    nodes[:, 3 * parts :] = vertices + edges * (parts - 1) + cells.cells[:, None] * within
    nodes[:, 3 * parts :] += np.arange(within)
    # Sums are written out, as those of libraries round as the number of rows suits them.
    inside = sum(lattice.weights[3 * parts :, k, None] * cells.places[:, None, k] for k in range(3))
    points = np.empty((*nodes.shape, 2))
    points[:, :3], points[:, 3 * parts :] = cells.places, inside / parts
    share = np.arange(1, parts)
    for side, (first, last) in enumerate(_SIDES):
        forward = (cells.corners[:, first] < cells.corners[:, last])[:, None]
        place = np.where(forward, share, parts - share)  # from the end of the lower number
        along = lattice.along[side, 1:-1]
        nodes[:, along] = vertices + cells.edges[:, side, None] * (parts - 1) + place - 1
        one, other = cells.places[:, first, None], cells.places[:, last, None]
        low, high = (
            np.where(forward[..., None], one, other),
            np.where(forward[..., None], other, one),
        )
        points[:, along] = ((parts - place)[..., None] * low + place[..., None] * high) / parts
        bent = np.flatnonzero(cells.bends[:, side] >= 0)
        bend = bends[cells.bends[bent, side, None], place[bent] - 1]
        points[bent[:, None], along] += bend
        for k in range(parts - 1):
            points[bent, 3 * parts :] += lattice.blending[side, :, k, None] * bend[:, None, k]
    return nodes, points


def _compact(
    cells: _CoarseCells,
    lattice: _Lattice,
    nodes: IntArray,
    points: FloatArray,
    described: TaggedMesh,
    sizes: tuple[int, ...],
) -> Piece:
    """The divided cells as one mesh, each of whose nodes is there once."""
    numbers, first, rows = np.unique(nodes, return_index=True, return_inverse=True)
    rows = rows.reshape(nodes.shape)
    parts, each = lattice.along.shape[1] - 1, len(lattice.cells)
    tagged, sides = np.nonzero(cells.facet_tags)
    ends = rows[tagged[:, None], lattice.along[sides]]
    mesh = replace(
        described,
        points=np.column_stack([points.reshape(-1, 2)[first], np.zeros(len(first))]),
        cells=rows[:, lattice.cells].reshape(-1, 3),
        cell_tags=np.repeat(cells.tags, each).astype(np.int32),
        facets=np.stack([ends[:, :-1], ends[:, 1:]], axis=-1).reshape(-1, 2),
        facet_tags=np.repeat(cells.facet_tags[tagged, sides], parts).astype(np.int32),
    )
    if described.cell_regions is not None:
        mesh = replace(mesh, cell_regions=np.repeat(cells.regions, each).astype(np.int32))
    vertices, edges, whole = sizes
    within = (parts - 1) * (parts - 2) // 2
    return Piece(
        mesh,
        numbers,
        (cells.cells[:, None] * each + np.arange(each)).ravel(),
        vertices + edges * (parts - 1) + whole * within,
        whole * each,
        parts.bit_length() - 1,
    )


def _require_area(mesh: TaggedMesh, parts: int) -> None:
    """Raise LayoutError if a triangle is turned over."""
    corner = mesh.points[mesh.cells, :2]
    one, other = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
    area = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    if len(area) and area.min() <= 0:
        place = Point(corner[np.argmin(area)].mean(axis=0))
        raise LayoutError(
            f"refinements {parts.bit_length() - 1}: a curve is too much bent {at_places([place])} "
            "for the edges that are to be refined; take fewer"
        )
