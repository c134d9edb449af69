"""What a grid misses near a surface of the film, or a border of M_s, off its planes."""

from itertools import product

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.solvers.terms.convolution.grid import Grid
from hebbfilm.solvers.terms.demagnetisation.newell import tensor
from hebbfilm.solvers.terms.demagnetisation.share import MagneticShare
from hebbfilm.solvers.terms.demagnetisation.subgrid import vertex_tensor

_FULL = 1e-6
"""Missing share below which a cell counts as full."""
_UNEVEN = 0.01
"""Variance of M_s in a cell, in its mean square, from which a border counts as crossing it."""
_REACH = {2: 3, 3: 1}
"""Cells, on each axis and side of a cut cell, whose interaction with it is corrected."""
_REFINEMENT = {2: 8, 3: 2}
"""Cells per cell and axis on the finest grid."""
_EXTRAPOLATION = {2: ((8 / 3, 1), (-2, 2), (1 / 3, 4)), 3: ((2, 1), (-1, 2))}
"""Weights of the corrections by grids so many times coarser than the finest. A surface blurred over
h errs by powers of h; the weights leave the third in two dimensions, the second in three."""


def boundary_correction(grid: Grid, share: MagneticShare) -> FloatArray:
    """Tensor (cells, 6) to add to a cell's own, for a magnetisation uniform over a few cells.

    The interaction of each cut cell with itself and its neighbours is taken on finer grids instead.
    What is corrected is the sum over these neighbours, so that it acts on the cell alone.
    """
    fractions = grid.fractions
    cut = ((fractions > 0) & (fractions < 1 - _FULL)) | (np.abs(grid.weights - fractions) > _FULL)
    if share.relative is not None:
        cut |= share.squares - share.sums**2 > _UNEVEN * share.squares
    if not cut.any():
        return np.zeros((len(fractions), 6))
    d = grid.dimension
    places = np.array(np.unravel_index(np.arange(len(cut)), grid.shape[-d:])).T
    near = _neighbourhood(cut, places, np.array(grid.shape[-d:]), _REACH[d])
    near &= fractions > 0
    fine = _fine_fractions(grid, share, near, _REFINEMENT[d])
    correction = np.zeros((len(cut), 6))
    for weight, step in _EXTRAPOLATION[d]:
        refinement = _REFINEMENT[d] // step
        blocks = fine.reshape(-1, *(refinement, step) * d)
        parts = blocks.mean(axis=tuple(range(2, 2 * d + 1, 2))).reshape(len(fine), -1)
        correction += weight * _correction(grid, share, cut, near, places, parts, refinement)
    return correction


def _correction(
    grid: Grid,
    share: MagneticShare,
    cut: BoolArray,
    near: BoolArray,
    places: IntArray,
    parts: FloatArray,
    refinement: int,
) -> FloatArray:
    """The correction by a finer grid, from the filled shares of its cells in each near cell."""
    d = grid.dimension
    shape = np.array(grid.shape[-d:])
    row = np.full(len(cut), -1)
    row[near] = np.arange(near.sum())

    box = _by_axis(grid.box)
    small = box / np.r_[np.ones(3 - d), np.full(d, refinement)]
    subcells = np.array(list(product(range(refinement), repeat=d)))
    identity = np.eye(len(subcells))
    own_coarse, own_fine = (
        _tensor(np.zeros((1, d), dtype=int), edges)[:, 0] for edges in (box, small)
    )
    result = np.zeros((len(cut), 6))
    on_vertices = vertex_tensor(own_coarse, grid.shape[0])
    result[near] += np.outer(share.squares[near] * cut[near], own_fine - on_vertices)
    for lag in product(range(-_REACH[d], _REACH[d] + 1), repeat=d):
        if lag < (0,) * d:  # N is even: each pair is met once and gives to both
            continue
        source, target = _pairs(cut, near, places, shape, lag)
        if not source.size:
            continue
        steps = subcells[None] + np.array(lag) * refinement - subcells[:, None]
        distances, which = np.unique(steps.reshape(-1, d), axis=0, return_inverse=True)
        between = _tensor(distances, small)[:, which.ravel()].reshape(6, *identity.shape)
        together = share.weights[source] * share.weights[target]
        coarse = _tensor(np.array([lag]), box)[:, 0]
        if not any(lag):
            # What acts on the vertices in a cell does not act through the grid.
            between = between - own_fine[:, None, None] * identity
            coarse = coarse - on_vertices
        for k in range(6):
            met = np.einsum("ci,ci->c", parts[row[source]] @ between[k], parts[row[target]])
            change = met / len(subcells) - coarse[k] * together
            result[source, k] += change
            if any(lag):
                result[target, k] += change
    return result


def _neighbourhood(cut: BoolArray, places: IntArray, shape: IntArray, reach: int) -> BoolArray:
    """Cells within some cells of a cut one."""
    near = np.zeros(len(cut), dtype=bool)
    for lag in product(range(-reach, reach + 1), repeat=len(shape)):
        shifted = places[cut] + np.array(lag)
        inside = ((shifted >= 0) & (shifted < shape)).all(axis=1)
        near[np.ravel_multi_index(tuple(shifted[inside].T), tuple(shape))] = True
    return near


def _pairs(
    cut: BoolArray, near: BoolArray, places: IntArray, shape: IntArray, lag: tuple[int, ...]
) -> tuple[IntArray, IntArray]:
    """Cells of the film a lag apart of which at least one is cut."""
    source = np.flatnonzero(near)
    shifted = places[source] + np.array(lag)
    inside = ((shifted >= 0) & (shifted < shape)).all(axis=1)
    source = source[inside]
    target = np.ravel_multi_index(tuple(shifted[inside].T), tuple(shape))
    wanted = near[target] & (cut[source] | cut[target])
    return source[wanted], target[wanted]


def _fine_fractions(
    grid: Grid, share: MagneticShare, near: BoolArray, refinement: int
) -> FloatArray:
    """Magnetic shares of the small cells in each of some cells, (cells, refinement^d)."""
    d = grid.dimension
    shape = np.array(grid.shape[-d:])
    touching = np.asarray(grid.moments[np.flatnonzero(near)].sum(axis=0)).ravel() > 0
    chosen = touching[grid.mesh.simplices].any(axis=1)
    weights = None if share.relative is None else share.relative[chosen]
    moments = grid.refined_moments(refinement, grid.mesh.simplices[chosen], weights)
    fine = np.asarray(moments.sum(axis=1))
    split = fine.reshape(np.column_stack([shape, np.full(d, refinement)]).ravel())
    order = (*range(0, 2 * d, 2), *range(1, 2 * d, 2))
    shares: FloatArray = split.transpose(order).reshape(len(near), -1)[near]
    return shares


def _by_axis(box: tuple[float, float, float]) -> FloatArray:
    """Edges z, x, y."""
    return np.array([box[2], box[0], box[1]])


def _tensor(steps: IntArray, edges: FloatArray) -> FloatArray:
    """N in x, y, z for lags and edges in the order of the grid's axes."""
    lags = np.zeros((len(steps), 3))
    lags[:, 3 - steps.shape[1] :] = steps
    lags *= edges
    return tensor(lags[:, [1, 2, 0]], (edges[1], edges[2], edges[0]))
