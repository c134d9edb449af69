"""Planes of a film on which its texture is measured: the film in 2D, its layers in 3D."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.common.errors import InputError

FLAT = 1e-3
"""What differs by less than this part of the height of a film lies at one height."""
_FACE = 0.5
"""Of the mean area of horizontal sections: what is less is no face but flat by chance."""
_WHOLE = 1e-6
"""A layer of the same area as the film, up to this part of it, spans the film."""


@dataclass(frozen=True, eq=False)
class Plane:
    """Triangles at one height.

    Args:
        height: z in m.
        share: of the film that the plane stands for; those of all planes add up to 1.
        points: (n, 2) m.
        cells: (k, 3) vertices of the triangles, anticlockwise as seen from +z.
        vertices: (n,) of each point the number of its vertex in the film.
    """

    height: float
    share: float
    points: FloatArray
    cells: IntArray
    vertices: IntArray

    @cached_property
    def area(self) -> float:
        """m²."""
        return float(np.sum(areas(self.points, self.cells)))

    @cached_property
    def edges(self) -> IntArray:
        """Pairs of points, (n_edges, 2)."""
        return self._counted_edges[0]

    @cached_property
    def at_rim(self) -> BoolArray:
        """Which points lie on the outline or on that of a hole, (n,)."""
        edges, count = self._counted_edges
        found = np.zeros(len(self.points), dtype=bool)
        found[edges[count == 1]] = True
        return found

    @cached_property
    def _counted_edges(self) -> tuple[IntArray, IntArray]:
        """And how many triangles have each of them."""
        every = np.sort(self.cells[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
        return np.unique(every, axis=0, return_counts=True)


def planes_of(points: FloatArray, cells: IntArray) -> tuple[Plane, ...]:
    """The planes of a film from below to above.

    In 3D those heights at which triangles of the mesh span the film: all layers of an extruded
    mesh, and the lower and the upper face of any. Their shares are those of the trapezoidal rule.

    Args:
        points: of the vertices, (N, 3) m.
        cells: their vertices, (k, 3) or (k, 4).

    Raises:
        InputError: a film in 3D without a flat face.

    Example:
        >>> corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]]) * 1e-9
        >>> planes_of(corners, np.array([[0, 2, 1]]))[0].cells.tolist()
        [[0, 1, 2]]
    """
    if cells.shape[1] == 3:
        return (_plane(points, cells, float(points[0, 2]), 1.0),)
    levels = _levels(points, cells)
    sizes = np.array([np.sum(np.abs(areas(points[:, :2], each))) for each in levels])
    whole = [levels[k] for k in spanning(sizes, _mean_area(points, cells))]
    heights = np.array([points[each, 2].mean() for each in whole])
    return tuple(
        _plane(points, each, float(height), float(share))
        for each, height, share in zip(whole, heights, trapezoidal_shares(heights), strict=True)
    )


def spanning(sizes: FloatArray, mean_area: float) -> IntArray:
    """Which levels span a film.

    Args:
        sizes: area of each in m².
        mean_area: of horizontal sections of the film in m².

    Raises:
        InputError: none does.
    """
    largest = float(sizes.max(initial=0.0))
    if largest < _FACE * mean_area:
        raise InputError("this film has no flat face on which its texture could be measured")
    return np.flatnonzero(sizes > (1 - _WHOLE) * largest)


def trapezoidal_shares(heights: FloatArray) -> FloatArray:
    """What part of a film planes (n,) at these heights stand for, (n,)."""
    if len(heights) == 1:
        return np.ones(1)
    gaps = np.diff(heights)
    shares: FloatArray = (np.append(gaps, 0) + np.insert(gaps, 0, 0)) / (2 * gaps.sum())
    return shares


def _levels(points: FloatArray, cells: IntArray) -> list[IntArray]:
    """The horizontal triangles of tetrahedra, (k, 3) at each height, from below to above."""
    facets = cells[:, [[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]]].reshape(-1, 3)
    z = points[:, 2]
    nearly = FLAT * float(np.ptp(z))
    flat = facets[np.ptp(z[facets], axis=1) < nearly]
    flat = np.unique(np.sort(flat, axis=1), axis=0)
    flat = flat[np.argsort(z[flat].mean(axis=1), kind="stable")]
    jumps = np.flatnonzero(np.diff(z[flat].mean(axis=1)) > nearly) + 1
    return [each for each in np.split(flat, jumps) if len(each)]


def _mean_area(points: FloatArray, cells: IntArray) -> float:
    """Of horizontal sections of tetrahedra, in m²: their volume by their height."""
    corners = points[cells]
    volumes = np.abs(np.linalg.det(corners[:, 1:] - corners[:, :1])) / 6
    return float(volumes.sum() / np.ptp(points[:, 2]))


def _plane(points: FloatArray, cells: IntArray, height: float, share: float) -> Plane:
    vertices, inverse = np.unique(cells, return_inverse=True)
    own, found = points[vertices, :2], inverse.reshape(-1, 3)
    clockwise = areas(own, found) < 0
    found[clockwise] = found[clockwise][:, [0, 2, 1]]
    return Plane(height, share, own, found, vertices)


def areas(points: FloatArray, cells: IntArray) -> FloatArray:
    """Of triangles, (k,); negative where they are clockwise."""
    x = points[cells]
    a, b = x[:, 1] - x[:, 0], x[:, 2] - x[:, 0]
    found: FloatArray = (a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]) / 2
    return found
