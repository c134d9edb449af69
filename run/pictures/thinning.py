"""Films with more vertices than a picture can show: triangles over fewer of them, and an image."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray

MOST = 300_000
"""Vertices up to which films are drawn as they are; to find places in twice as many triangles takes
Matplotlib 10 s and 1 GB."""
_INNER = 100_000
"""Vertices that stay, beside those on rims and borders."""
_FLAT = 1e-6
"""Area of triangles of no area, in relation to others."""
_PIXELS = 1500
"""Of an image, along its longer side."""


class Thinned(NamedTuple):
    """Triangles over some of the vertices.

    Attributes:
        vertices: numbers (K,) of these.
        cells: their triangles, (n, 3), by the places in `vertices`.
        owners: a cell (n,) of the film where each of them is.
    """

    vertices: IntArray
    cells: IntArray
    owners: IntArray


class Image(NamedTuple):
    """Values on pixels.

    Attributes:
        values: (rows, columns), from below; NaN outside the film.
        extent: left, right, bottom and top, nm.
    """

    values: FloatArray
    extent: tuple[float, float, float, float]

    def holds(self, points: FloatArray) -> BoolArray:
        """Which places (n, 2) are on the film."""
        left, right, low, _ = self.extent
        rows, columns = self.values.shape
        which = _bins(points, np.array([left, low]), (right - left) / columns, columns, rows)
        inside: BoolArray = np.isfinite(self.values).ravel()[which]
        return inside


def thin(points: FloatArray, cells: IntArray, marks: IntArray, contact: IntArray) -> Thinned:
    """Keep all vertices on rims and borders, and some in between, joined by Delaunay's triangles.

    The outline stays as it is where its edges are some of those, as in meshes that are made here;
    else it does within a pixel of an image of the film.

    Args:
        points: (N, 2), nm.
        cells: (n_cells, 3).
        marks: (n_cells,); between different ones there is a border.
        contact: (N,); likewise.
    """
    cells = np.where(_areas(points, cells)[:, None] < 0, cells[:, ::-1], cells)
    rim = _on_rim(len(points), cells)
    borders = 2 * _on_borders(len(points), cells, marks)
    borders[cells[np.ptp(contact[cells], axis=1) > 0].ravel()] |= 1
    kept = rim | (borders > 0)
    chosen = np.union1d(np.flatnonzero(kept), _spread(points, cells, kept))
    found = Delaunay(points[chosen])
    triangles, neighbours = found.simplices.astype(np.int64), found.neighbors
    areas = _areas(points[chosen], triangles)
    turned = areas < 0
    triangles[turned], neighbours[turned] = triangles[turned, ::-1], neighbours[turned, ::-1]
    # On straight rims, of which the sign of the area is round-off.
    flat = np.abs(areas) < _FLAT * np.median(np.abs(areas))
    places = np.full(len(points), -1)
    places[chosen] = np.arange(len(chosen))
    inside = _inside(triangles, neighbours, places[_rim_edges(cells, rim)], flat)
    if inside is None:
        middles = points[chosen][triangles].mean(axis=1)
        inside = image_of(points, cells, points[:, 0]).holds(middles) & ~flat
    owners = _owners(points, cells, chosen[triangles[inside]], borders)
    return Thinned(chosen, triangles[inside], owners)


def image_of(points: FloatArray, cells: IntArray, values: FloatArray) -> Image:
    """Means of values (N,) at vertices over pixels that each hold one at least."""
    low, high = points.min(axis=0), points.max(axis=0)
    ends = points[cells[:: max(1, len(cells) // MOST)]]
    edges = np.linalg.norm(ends - np.roll(ends, 1, axis=1), axis=2).max(axis=1)
    side = max(float((high - low).max()) / _PIXELS, float(np.quantile(edges, 0.99)))
    columns, rows = (int(n) for n in np.ceil((high - low) / side).clip(1))
    which = _bins(points, low, side, columns, rows)
    count = np.bincount(which, minlength=rows * columns).reshape(rows, columns)
    total = np.bincount(which, values, rows * columns).reshape(rows, columns)
    around, sums = _neighbours(count), _neighbours(total)
    lost = (count == 0) & (_neighbours((count > 0).astype(float)) >= 5)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(lost, sums / around, total / count)
    extent = low[0], low[0] + columns * side, low[1], low[1] + rows * side
    return Image(means, tuple(map(float, extent)))  # type: ignore[arg-type]


def _areas(points: FloatArray, cells: IntArray) -> FloatArray:
    """Twice those of triangles, below 0 of those that are turned."""
    a, b, c = (points[cells[:, k]] for k in range(3))
    (x, y), (u, v) = (b - a).T, (c - a).T
    found: FloatArray = x * v - y * u
    return found


def _on_rim(size: int, cells: IntArray) -> BoolArray:
    """Which vertices the cells around them do not enclose.

    Around such a one, from each cell the next vertex less the last, all of it sums up to 0.
    """
    turns = np.roll(cells, -1, axis=1) - np.roll(cells, 1, axis=1)
    sums = np.bincount(cells.ravel(), turns.ravel().astype(np.float64), size)
    rim: BoolArray = sums != 0
    return rim


def _on_borders(size: int, cells: IntArray, marks: IntArray) -> BoolArray:
    """Which vertices have cells of different marks: of which the variance is not 0."""
    if not np.ptp(marks):
        return np.zeros(size, dtype=bool)
    count = np.bincount(cells.ravel(), minlength=size)
    each = np.repeat(marks, 3).astype(np.float64)
    sums, squares = (np.bincount(cells.ravel(), of, size) for of in (each, each**2))
    mixed: BoolArray = count * squares != sums**2
    return mixed


def _rim_edges(cells: IntArray, rim: BoolArray) -> IntArray:
    """Edges (n, 2) of one cell only, the film to their left."""
    near = cells[rim[cells].sum(axis=1) >= 2]
    edges = near[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
    low, high = np.sort(edges, axis=1).T
    _, first, count = np.unique(low * len(rim) + high, return_index=True, return_counts=True)
    single = edges[first[count == 1]]
    on_rim: IntArray = single[rim[single].all(axis=1)]
    return on_rim


def _bins(points: FloatArray, low: FloatArray, side: float, columns: int, rows: int) -> IntArray:
    x, y = ((points - low) / side).astype(np.int64).T
    found: IntArray = y.clip(0, rows - 1) * columns + x.clip(0, columns - 1)
    return found


def _spread(points: FloatArray, cells: IntArray, kept: BoolArray) -> IntArray:
    """In each square without a kept vertex that which is nearest to its centre."""
    side = float(np.sqrt(np.abs(_areas(points, cells)).sum() / 2 / _INNER))
    low = points.min(axis=0)
    columns, rows = (int(n) + 1 for n in np.ptp(points, axis=0) / side)
    which = _bins(points, low, side, columns, rows)
    off = ((points - low) / side) % 1 - 0.5
    nearest = np.full(columns * rows, -1)
    order = np.argsort(-(off**2).sum(axis=1).astype(np.float32))
    nearest[which[order]] = order  # the last one stays
    nearest[which[kept]] = -1
    chosen: IntArray = nearest[nearest >= 0]
    return chosen


def _inside(
    triangles: IntArray, neighbours: IntArray, rim: IntArray, flat: BoolArray
) -> BoolArray | None:
    """Which triangles, but flat ones, lie in the film: no rim lies between those of one part."""
    size = int(triangles.max()) + 1
    # The edge opposite to each corner, as that of the neighbour there.
    edges = triangles[:, [[1, 2], [2, 0], [0, 1]]]
    keys, own = edges[..., 0] * size + edges[..., 1], rim[:, 0] * size + rim[:, 1]
    other = rim[:, 1] * size + rim[:, 0]
    left, right = np.isin(keys, own), np.isin(keys, other)
    if not (np.isin(own, keys) | np.isin(other, keys)).all():
        return None
    number, side = np.nonzero((neighbours >= 0) & ~left & ~right)
    links = number, neighbours[number, side]
    graph = coo_array((np.ones(len(number)), links), shape=(len(triangles),) * 2)
    parts = connected_components(graph, directed=False)[1]
    inside: BoolArray = np.isin(parts, parts[left.any(axis=1) & ~flat])
    outside = np.isin(parts, parts[right.any(axis=1) & ~flat])
    return None if (inside & outside).any() else inside & ~flat


def _owners(
    points: FloatArray, cells: IntArray, triangles: IntArray, borders: IntArray
) -> IntArray:
    """Of the cells at the corners of each triangle the nearest, off borders if there is one."""
    at = np.zeros(len(points), dtype=np.int64)
    at[cells.ravel()] = np.repeat(np.arange(len(cells)), 3)
    owners = at[triangles]
    middles = points[cells[owners]].mean(axis=2)
    away = np.linalg.norm(middles - points[triangles].mean(axis=1)[:, None], axis=2)
    away += borders[triangles] * np.ptp(points)
    found: IntArray = owners[np.arange(len(owners)), away.argmin(axis=1)]
    return found


def _neighbours(grid: FloatArray | IntArray) -> FloatArray:
    """Sums over the eight pixels around each."""
    wide = np.pad(grid, 1).astype(np.float64)
    rows, columns = grid.shape
    places = [(i, k) for i in range(3) for k in range(3) if (i, k) != (1, 1)]
    found: FloatArray = sum(wide[i : i + rows, k : k + columns] for i, k in places)  # type: ignore[assignment]
    return found
