"""Overlap of the hat functions of a simplex mesh with the cells of a grid, exact."""

import numba
import numpy as np
from scipy import sparse

from hebbfilm.common.arrays import FloatArray, IntArray

_SNAP = 1e-9
"""Distance in grid cells within which a corner counts as lying on a grid plane."""
_MOST_PIECES = 64
"""Pieces that wait for their next cut: one each level, and few levels cut one simplex."""


def moments(points: FloatArray, simplices: IntArray, shape: tuple[int, ...]) -> sparse.csr_array:
    """∫ λ_i over each grid cell, in volumes of a cell.

    Args:
        points: (N, d) vertices in grid cells from the corner of the grid.
        simplices: (n, d + 1) rows of `points`.
        shape: cells on the d axes; the last one runs fastest.

    Returns:
        (cells of the grid, N).
    """
    places = np.ascontiguousarray(points)
    extents = np.array(shape, dtype=np.int64)
    empty = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
    number = _slice(places, simplices, extents, *empty)
    found = (
        np.empty(number, dtype=np.int64),
        np.empty(number, dtype=np.int64),
        np.empty(number),
    )
    _slice(places, simplices, extents, *found)
    cells, vertices, values = found
    size = int(np.prod(shape)), len(points)
    return sparse.coo_array((values, (cells, vertices)), shape=size).tocsr()


@numba.njit(cache=True)
def _plane_between(low, high):  # type: ignore[no-untyped-def]
    """The grid plane nearest the middle of an interval, or NaN if none lies inside."""
    plane = np.round(0.5 * (low + high))
    if low + _SNAP < plane < high - _SNAP:
        return plane
    return np.nan


@numba.njit(cache=True)
def _find_cut(piece):  # type: ignore[no-untyped-def]
    """An edge (a, b) that a grid plane crosses, and where from a to b; a = b without any."""
    corners, d = piece.shape
    for k in range(d):
        longest, first, second, where = 0.0, 0, 0, 0.0
        for a in range(corners):
            for b in range(a + 1, corners):
                low, high = min(piece[a, k], piece[b, k]), max(piece[a, k], piece[b, k])
                plane = _plane_between(low, high)
                if high - low > longest and not np.isnan(plane):
                    longest, first, second = high - low, a, b
                    where = (plane - piece[a, k]) / (piece[b, k] - piece[a, k])
        if first != second:
            return first, second, where
    return 0, 0, 0.0


@numba.njit(cache=True)
def _slice(points, simplices, extents, cells, vertices, values):  # type: ignore[no-untyped-def]
    """Bisect each simplex along its edges until no grid plane crosses a piece.

    The moments of each piece go to the arrays unless these are empty; returns their number.
    """
    corners = simplices.shape[1]
    d = corners - 1
    places = np.empty((_MOST_PIECES, corners, d))
    shares = np.empty((_MOST_PIECES, corners, corners))
    number = 0
    for simplex in simplices:
        for a in range(corners):
            places[0, a] = points[simplex[a]]
            shares[0, a] = 0.0
            shares[0, a, a] = 1.0
        waiting = 1
        while waiting:
            top = waiting - 1
            a, b, where = _find_cut(places[top])
            if a != b:
                places[waiting] = places[top]
                shares[waiting] = shares[top]
                for table in (places, shares):
                    _mix(table[top, a], table[top, b], where)
                    table[waiting, b] = table[top, a]
                waiting += 1
                continue
            waiting -= 1
            if values.size:
                cell, volume = _locate(places[top], extents)
                for i in range(corners):
                    share_of_i = 0.0
                    for a in range(corners):
                        share_of_i += shares[top, a, i]
                    cells[number + i] = cell
                    vertices[number + i] = simplex[i]
                    values[number + i] = volume * share_of_i / corners
            number += corners
    return number


@numba.njit(cache=True)
def _mix(first, second, where):  # type: ignore[no-untyped-def]
    """Move `first` towards `second` by the share `where` of the way."""
    for k in range(first.size):
        first[k] += where * (second[k] - first[k])


@numba.njit(cache=True)
def _locate(piece, extents):  # type: ignore[no-untyped-def]
    """Grid cell and volume of a piece."""
    corners, d = piece.shape
    cell = 0
    for k in range(d):
        middle = 0.0
        for a in range(corners):
            middle += piece[a, k] / corners
        cell = cell * extents[k] + min(max(int(middle), 0), extents[k] - 1)
    o, p, q = piece[0], piece[1], piece[2]
    if d == 2:
        return cell, abs((p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0])) / 2
    r = piece[3]
    volume = 0.0
    for k in range(3):
        l, n = (k + 1) % 3, (k + 2) % 3  # noqa: E741
        volume += (p[k] - o[k]) * ((q[l] - o[l]) * (r[n] - o[n]) - (q[n] - o[n]) * (r[l] - o[l]))
    return cell, abs(volume) / 6
