"""Overlap of the hat functions of a simplex mesh with the cells of a grid, exact."""

import numpy as np
from scipy import sparse

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.solvers.kernels.compiled import integers, loops, null, reals


def cell_moments(
    points: FloatArray,
    simplices: IntArray,
    shape: tuple[int, ...],
    weights: FloatArray | None = None,
) -> sparse.csr_array:
    """∫ w λ_i over each grid cell, in volumes of a cell.

    Each simplex is bisected along its edges until no grid plane crosses a piece.

    Args:
        points: (N, d) vertices in grid cells from the corner of the grid.
        simplices: (n, d + 1) rows of `points`.
        shape: cells on the d axes; the last one runs fastest.
        weights: (n, d + 1) w of the hat function of each corner of a simplex; None for 1.

    Returns:
        (cells of the grid, N).
    """
    places = np.ascontiguousarray(points)
    rows = np.ascontiguousarray(simplices, dtype=np.int32)
    factors = null if weights is None else reals(np.ascontiguousarray(weights))
    given = len(shape), reals(places), len(rows), integers(rows), factors, list(shape)
    number = loops.slice_simplices(*given, null, null, null)
    cells, vertices = np.empty((2, number), dtype=np.int32)
    values = np.empty(number)
    loops.slice_simplices(*given, integers(cells), integers(vertices), reals(values))
    size = int(np.prod(shape)), len(points)
    return sparse.coo_array((values, (cells, vertices)), shape=size).tocsr()
