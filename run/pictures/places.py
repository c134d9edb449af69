"""Places on a film, found in its mesh once, and then looked up in one snapshot after another."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.run.pictures.surface import Surface, cells_at


class Places:
    """Places over a film, where values at its vertices are interpolated linearly.

    Args:
        surface: the film from above.
        x: of the places, nm.
        y: the same, of the same shape.
    """

    def __init__(self, surface: Surface, x: FloatArray, y: FloatArray) -> None:
        self._shape, self._surface = x.shape, surface
        cell = cells_at(surface, x, y).ravel()
        self._inside = np.flatnonzero(cell >= 0)
        corners = surface.cells[cell[self._inside]]
        found = np.column_stack((x.ravel(), y.ravel()))[self._inside]
        weights = _shares(surface.points[corners], found)
        rows = np.repeat(np.arange(len(corners)), 3)
        size = len(corners), len(surface.points)
        self._weights = csr_array((weights.ravel(), (rows, corners.ravel())), shape=size)

    def values(self, at_vertices: FloatArray) -> FloatArray:
        """Values at the vertices, (N, …), at the places, x.shape + (…); NaN beside the film."""
        found = np.full((int(np.prod(self._shape)), *at_vertices.shape[1:]), np.nan)
        found[self._inside] = self._weights @ at_vertices
        shaped: FloatArray = found.reshape(*self._shape, *at_vertices.shape[1:])
        return shaped

    def on_film(self, x: FloatArray, y: FloatArray) -> BoolArray:
        """Which of other places are on the film, x.shape."""
        inside: BoolArray = cells_at(self._surface, x, y) >= 0
        return inside


def pixels(
    surface: Surface, x: tuple[float, float], y: tuple[float, float], shape: tuple[int, int]
) -> Places:
    """The middles of pixels.

    Args:
        surface: the film from above.
        x: from and to, nm.
        y: the same.
        shape: rows, from above, and columns.
    """
    rows, columns = shape
    along = x[0] + (x[1] - x[0]) * (np.arange(columns) + 0.5) / columns
    down = y[1] - (y[1] - y[0]) * (np.arange(rows) + 0.5) / rows
    return Places(surface, *np.meshgrid(along, down))


def _shares(corners: FloatArray, places: FloatArray) -> FloatArray:
    """Of the corners of triangles, (n, 3, 2), in places within, (n, 2); (n, 3)."""
    edges = (corners[:, 1:] - corners[:, :1]).transpose(0, 2, 1)
    two = np.linalg.solve(edges, (places - corners[:, 0])[..., None])[..., 0]
    shares: FloatArray = np.column_stack((1 - two.sum(axis=1), two))
    return shares
