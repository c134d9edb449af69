"""Triangles of a plane as rows of points: edges, areas, neighbours, and what has to stay."""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.meshing.tagged_mesh import TaggedMesh

_FLAT = 0.2
"""Height over longest edge below which no move brings a triangle."""
REACH = 3
"""Rings of vertices around a place that is mended that move with it."""


def edges_and_areas(points: FloatArray, cells: IntArray) -> tuple[FloatArray, FloatArray]:
    """Edges opposite to the corners (n, 3, 2), and areas, positive if anticlockwise (n,)."""
    corners = points[cells]
    edges = corners[:, [2, 0, 1]] - corners[:, [1, 2, 0]]
    area = (edges[:, 0, 0] * edges[:, 1, 1] - edges[:, 0, 1] * edges[:, 1, 0]) / 2
    return edges, area


def anticlockwise(points: FloatArray, cells: IntArray) -> IntArray:
    """The same cells, their corners in that order."""
    clockwise = edges_and_areas(points, cells)[1] < 0
    return np.where(clockwise[:, None], cells[:, [0, 2, 1]], cells)


def at_vertices(cells: IntArray, values: FloatArray, number: int) -> FloatArray:
    """Sum of values (n,) of the cells, or (n, 3) of their corners, at each vertex."""
    each = np.broadcast_to(values.reshape(len(cells), -1), cells.shape)
    # With weights they are floats, which its stubs do not know.
    return np.asarray(np.bincount(cells.ravel(), each.ravel(), minlength=number), dtype=np.float64)


def touching(cells: IntArray, vertices: IntArray, number: int) -> BoolArray:
    """Cells that have one of some vertices, as a mask."""
    chosen = np.zeros(number, dtype=bool)
    chosen[vertices] = True
    return np.asarray(chosen[cells].any(axis=1))


def rings_around(cells: IntArray, first: IntArray, number: int) -> BoolArray:
    """Vertices within some rings of those of the first cells, as a mask."""
    near = np.zeros(number, dtype=bool)
    near[first] = True
    for _ in range(REACH):
        near[cells[near[cells].any(axis=1)]] = True
    return near


def fixed_vertices(mesh: TaggedMesh, tags: IntArray) -> BoolArray:
    """Vertices on the rim, on the border of a contact or region, or on a marked edge."""
    fixed = np.zeros(len(mesh.points), dtype=bool)
    ends, first, second = inner_edges(mesh.cells)
    borders = ends[tags[first // 3] != tags[second // 3]]
    inner = np.zeros(mesh.cells.size, dtype=bool)
    inner[first] = inner[second] = True
    rim = _edge_ends(mesh.cells)[~inner]
    for edges in (borders, rim, mesh.facets):
        fixed[edges] = True
    return fixed


def _edge_ends(cells: IntArray) -> IntArray:
    """Edge k % 3 of cell k // 3, opposite to that corner, (3 n, 2)."""
    return cells[:, [[1, 2], [2, 0], [0, 1]]].reshape(-1, 2)


def inner_edges(cells: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Ends (m, 2) of the edges between two cells, and the edge's number in either, (m,)."""
    ends = np.sort(_edge_ends(cells), axis=1).astype(np.int64)
    keys = ends[:, 0] * (cells.max() + 1) + ends[:, 1]
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    twins = np.flatnonzero(keys[1:] == keys[:-1])
    return ends[order[twins]], order[twins], order[twins + 1]


def shapes_of(points: FloatArray, cells: IntArray) -> FloatArray:
    """Height over longest edge of each triangle, negative if it is turned over."""
    edges, area = edges_and_areas(points, cells)
    shapes: FloatArray = 2 * area / (edges**2).sum(axis=2).max(axis=1)
    return shapes


def spoilt(moved: FloatArray, points: FloatArray, cells: IntArray) -> BoolArray:
    """Cells that a move has turned over, or made flat."""
    shapes = shapes_of(moved, cells)
    worse: BoolArray = shapes < _FLAT
    # Those that were flat before may stay so.
    worse[worse] = (shapes[worse] <= 0) | (shapes[worse] < shapes_of(points, cells[worse]))
    return worse
