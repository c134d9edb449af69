"""Triangles as large as each other, where each is to be divided.

Among the parts of a triangle, all alike, no larger one makes up for it, as round a vertex of the
mesh as it was made: the smallest triangle alone would set the time step of the whole film.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.meshing.mesher.triangles import (
    edges_and_areas,
    fixed_vertices,
    rings_around,
    spoilt,
)
from hebbfilm.meshing.tagged_mesh import TaggedMesh

_STIFF = 7.5
"""Largest eigenvalue of -∇² of a lattice of a triangle, for an edge length of 1, above which it
grows. It is 6 of equal ones, and 6.8 of those round a vertex of a good mesh that has seven."""
_ROUNDS, _STEPS = 12, 25
_POWER = 6
_LONGEST, _RATE = 0.02, 0.002
"""Of a step, in edges; and of a step over the gradient of the sum of the powers of all."""


def equalise(mesh: TaggedMesh, sizes: FloatArray) -> TaggedMesh:
    """Let small triangles of a planar mesh grow, and the vertices around give way.

    What lies on borders stays, and so does what is graded.

    Args:
        mesh: triangles, anticlockwise.
        sizes: wanted length of the edges at each vertex in m, (N,).
    """
    size, graded = sizes.max(initial=0), _graded(sizes)
    fixed = fixed_vertices(mesh, mesh.parts) | graded
    points = mesh.points[:, :2] / size
    for _ in range(_ROUNDS):
        inside = ~graded[mesh.cells].any(axis=1)
        stiff = inside & (lattice_eigenvalues(points, mesh.cells) > _STIFF)
        if not stiff.any():
            break
        moving = rings_around(mesh.cells, mesh.cells[stiff], len(points)) & ~fixed
        cells = mesh.cells[moving[mesh.cells].any(axis=1)]
        used, rows = np.unique(cells, return_inverse=True)
        points[used] = _relaxed(points[used], rows.reshape(cells.shape), ~moving[used])
    return replace(mesh, points=np.column_stack([points * size, mesh.points[:, 2]]))


def stiffest(mesh: TaggedMesh, sizes: FloatArray) -> tuple[float, FloatArray]:
    """The largest of the eigenvalues of all triangles for an edge length of 1, and where, in edges.

    Args:
        mesh: triangles.
        sizes: wanted length of the edges at each vertex in m, (N,); graded ones do not count.
    """
    size = sizes.max(initial=0)
    values = lattice_eigenvalues(mesh.points[:, :2] / size, mesh.cells)
    values[_graded(sizes)[mesh.cells].any(axis=1)] = 0
    worst = int(np.argmax(values))
    place: FloatArray = mesh.points[mesh.cells[worst], :2].mean(axis=0) / size
    return float(values[worst]), place


def _graded(sizes: FloatArray) -> BoolArray:
    graded: BoolArray = sizes < (1 - 1e-9) * sizes.max(initial=0)
    return graded


def lattice_eigenvalues(points: FloatArray, cells: IntArray) -> FloatArray:
    """About the largest eigenvalue of -∇², its mass lumped, of lattices of triangles, (n,).

    A wave that turns by 120° from corner to corner has 3 Σ cot / (2 area), and Σ cot is
    Σ l² / (4 area) with the edges l. Of equal triangles no wave has more.
    """
    edges, area = edges_and_areas(points, cells)
    values: FloatArray = 3 / 8 * (edges**2).sum(axis=(1, 2)) / area**2
    return values


def _relaxed(points: FloatArray, cells: IntArray, fixed: BoolArray) -> FloatArray:
    """Points after some steps down the sum of powers of the eigenvalues of all cells."""
    for _ in range(_STEPS):
        edges, area = edges_and_areas(points, cells)
        squares = (edges**2).sum(axis=(1, 2))
        value = 3 / 8 * squares / area**2
        corners = points[cells]
        of_squares = 2 * (3 * corners - corners.sum(axis=1, keepdims=True))
        of_area = np.stack([-edges[..., 1], edges[..., 0]], axis=-1) / 2
        relative = of_squares / squares[:, None, None] - 2 * of_area / area[:, None, None]
        slopes = (value * (value / 6) ** _POWER)[:, None, None] * relative
        slope = np.column_stack(
            [np.bincount(cells.ravel(), slopes[..., k].ravel(), len(points)) for k in (0, 1)]
        )
        slope[fixed] = 0
        length = np.linalg.norm(slope, axis=1)
        rate = np.minimum(_RATE, _LONGEST / np.maximum(length, np.finfo(float).tiny))
        moved = points - rate[:, None] * slope
        while (turned := spoilt(moved, points, cells)).any():
            moved[cells[turned]] = points[cells[turned]]
        points = moved
    return points
