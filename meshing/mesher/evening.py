"""An even mesh: without the few vertices that would set the time step of the whole film.

Where fronts of triangles meet, Gmsh leaves vertices with four or five neighbours in half of their
usual area. The exchange field of such a vertex is up to three times that of the others, and
explicit steps are as much shorter. Here they are merged into a neighbour, edges are flipped to
Delaunay's criterion, and edges that have become too short push their ends apart. The rim and the
borders of contacts and regions stay as they are, and so does what is graded: cells are smaller
there for a reason.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.meshing.mesher.triangles import (
    anticlockwise,
    at_vertices,
    edges_and_areas,
    fixed_vertices,
    inner_edges,
    rings_around,
    shapes_of,
    spoilt,
    touching,
)
from hebbfilm.meshing.tagged_mesh import TaggedMesh

_CROWDED = 6.0
"""Stiffness over volume at which a vertex goes, for an edge length of 1. It is 4 where six equal
triangles meet, and 6 where four do or in a corner of 90°."""
_ROUNDS, _PUSHES = 6, 6
"""In each round vertices within some rings of a gap are pushed so many times."""
_PUSH = 0.2
"""Share of the length that an edge misses by which either end moves."""
_WORST_SHAPE = 0.35
"""Height over longest edge that a triangle keeps in a merger; 0.87 in an equal one."""
_ROUND_OFF = 1e-9


def even_out(mesh: TaggedMesh, sizes: FloatArray) -> TaggedMesh:
    """Merge crowded vertices of a planar mesh into neighbours, and close the gaps.

    Args:
        mesh: triangles.
        sizes: wanted length of the edges at each vertex in m, (N,).
    """
    points = mesh.points[:, :2].copy()
    cells = anticlockwise(points, mesh.cells)
    tags = mesh.parts
    graded = sizes < (1 - _ROUND_OFF) * sizes.max(initial=0)
    sizes = np.where(graded, 0, sizes)
    fixed = fixed_vertices(mesh, tags) | graded
    for turn in range(_ROUNDS):
        crowded = _crowded(points, cells, fixed, sizes)
        if not crowded.size:
            break
        near = rings_around(cells, cells[touching(cells, crowded, len(points))], len(points))
        cells, tags = _merge(points, cells, tags, crowded)
        for k in range(_PUSHES):
            if k % 3 == 0:
                # Once all edges are Delaunay's, only those of what has moved need a look.
                everywhere = turn == k == 0
                cells = _flip(points, cells, tags, np.ones_like(near) if everywhere else near)
            points = _push(points, cells[near[cells].any(axis=1)], fixed | ~near, sizes)
        cells = _flip(points, cells, tags, near)
    moved = np.column_stack([points, mesh.points[:, 2]])
    return replace(mesh, points=moved, cells=cells).of_parts(tags).compact()


def _crowded(points: FloatArray, cells: IntArray, fixed: BoolArray, sizes: FloatArray) -> IntArray:
    """Vertices that are to go, those at the stiffest first.

    In the place of one that is fixed its nearest neighbour goes; corners have none to spare.
    """
    edges, area = edges_and_areas(points, cells)
    stiffness = at_vertices(cells, (edges**2).sum(axis=2) / (4 * area)[:, None], len(points))
    volume = at_vertices(cells, area / 3, len(points))
    relative = stiffness / np.maximum(volume, np.finfo(float).tiny) * sizes**2
    relative[at_vertices(cells, np.ones(len(cells)), len(points)) < 2] = 0
    order = np.argsort(-relative, kind="stable")
    crowded = order[: np.count_nonzero(relative > _CROWDED)]
    beside = cells[touching(cells, crowded[fixed[crowded]], len(points))]
    found = [_nearest(points, beside, k, fixed) if fixed[k] else k for k in crowded]
    return np.array([k for k in found if not fixed[k]], dtype=np.int64)


def _nearest(points: FloatArray, cells: IntArray, vertex: int, fixed: BoolArray) -> int:
    """The nearest neighbour that is not fixed, or else the vertex itself."""
    around = np.unique(cells[(cells == vertex).any(axis=1)])
    free = around[~fixed[around]]
    if not free.size:
        return vertex
    away = np.linalg.norm(points[free] - points[vertex], axis=1)
    return int(free[np.argmin(away)])


def _merge(
    points: FloatArray, cells: IntArray, tags: IntArray, crowded: IntArray
) -> tuple[IntArray, IntArray]:
    """Move each of some vertices into the neighbour that leaves the best triangles.

    Of vertices so near that they share a neighbour, one goes at a time.
    """
    cells = cells.copy()
    rows = np.flatnonzero(touching(cells, crowded, len(points)))
    corners = cells[rows].ravel()
    order = np.argsort(corners, kind="stable")
    of_vertex, sorted_corners = rows[order // 3], corners[order]
    first, last = (np.searchsorted(sorted_corners, crowded, side) for side in ("left", "right"))
    touched = np.zeros(len(points), dtype=bool)
    kept = np.ones(len(cells), dtype=bool)
    for vertex, start, stop in zip(crowded, first, last, strict=True):
        around = of_vertex[start:stop]
        ring = np.setdiff1d(cells[around], vertex)
        if touched[ring].any():
            continue
        merged = [np.where(cells[around] == vertex, into, cells[around]) for into in ring]
        shapes = [
            _worst_shape(points, new[~(cells[around] == into).any(axis=1)])
            for new, into in zip(merged, ring, strict=True)
        ]
        best = int(np.argmax(shapes))
        if shapes[best] < _WORST_SHAPE:
            continue
        kept[around[(cells[around] == ring[best]).any(axis=1)]] = False
        cells[around] = merged[best]
        touched[ring] = True
    return cells[kept], tags[kept]


def _worst_shape(points: FloatArray, cells: IntArray) -> float:
    """Smallest height over longest edge of some triangles, negative if one is turned over."""
    return float(shapes_of(points, cells).min())


def _flip(points: FloatArray, cells: IntArray, tags: IntArray, near: BoolArray) -> IntArray:
    """Flip edges between cells of one tag until each is Delaunay's.

    Args:
        points: (N, 2), m.
        cells: (n, 3) rows of them.
        tags: (n,).
        near: vertices, as a mask; edges of which no cell has one are Delaunay's.
    """
    cells = cells.copy()
    changed = cells[near[cells].any(axis=1)]
    while len(changed):
        # Beyond each edge of a cell that has changed lies one that may not have.
        rows = np.flatnonzero(touching(cells, changed, len(points)))
        some, pending = _flip_once(points, cells[rows], tags[rows])
        cells[rows] = some
        changed = some[pending]
    return cells


def _flip_once(points: FloatArray, cells: IntArray, tags: IntArray) -> tuple[IntArray, BoolArray]:
    """The cells after one turn, and those that an edge had to be flipped of, now or later."""
    _, first, second = inner_edges(cells)
    one, other = first // 3, second // 3
    excess = _angle(points, cells, first) + _angle(points, cells, second) - np.pi
    excess[tags[one] != tags[other]] = 0
    bad = excess > _ROUND_OFF
    first, second, one, other = (each[bad] for each in (first, second, one, other))
    excess = excess[bad]
    worst, pending = np.zeros(len(cells)), np.zeros(len(cells), dtype=bool)
    for side in (one, other):
        np.maximum.at(worst, side, excess)
        pending[side] = True
    # The worst of both of its cells, so that no cell changes twice.
    chosen = (excess == worst[one]) & (excess == worst[other])
    first, second, one, other = (each[chosen] for each in (first, second, one, other))
    apex, opposite = cells.ravel()[first], cells.ravel()[second]
    following, last = cells[one, (first + 1) % 3], cells[one, (first + 2) % 3]
    cells[one] = np.column_stack([apex, following, opposite])
    cells[other] = np.column_stack([apex, opposite, last])
    return cells, pending


def _angle(points: FloatArray, cells: IntArray, edges: IntArray) -> FloatArray:
    """Angles opposite to some edges of cells in radians."""
    flat = cells.ravel()
    corner = points[flat[edges]]
    base = edges - edges % 3
    to_one, to_other = (points[flat[base + (edges + k) % 3]] - corner for k in (1, 2))
    across = to_one[:, 0] * to_other[:, 1] - to_one[:, 1] * to_other[:, 0]
    angle: FloatArray = np.arctan2(across, (to_one * to_other).sum(axis=1))
    return angle


def _push(points: FloatArray, cells: IntArray, fixed: BoolArray, sizes: FloatArray) -> FloatArray:
    """Move the ends of edges that are too short apart; no cell is turned over, or flat."""
    # Those on the rim, which do not move, are left out.
    ends = inner_edges(cells)[0]
    apart = points[ends[:, 1]] - points[ends[:, 0]]
    missing = np.maximum(0, sizes[ends].mean(axis=1) / np.linalg.norm(apart, axis=1) - 1)
    moved = points.copy()
    push = _PUSH * missing[:, None] * apart
    for axis in (0, 1):
        for end, sign in ((0, -1), (1, 1)):
            moved[:, axis] += sign * np.bincount(ends[:, end], push[:, axis], len(points))
    moved[fixed] = points[fixed]
    while (turned := spoilt(moved, points, cells)).any():
        moved[cells[turned]] = points[cells[turned]]
    return moved
