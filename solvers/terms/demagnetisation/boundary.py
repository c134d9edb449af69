"""What a grid misses near a surface of the film, or a border of M_s, off its planes."""

from itertools import product

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.common.row_blocks import summed_rows
from hebbfilm.solvers.terms.convolution.box_block import BoxBlock
from hebbfilm.solvers.terms.convolution.filling import Filling
from hebbfilm.solvers.terms.convolution.grid import AXES, Grid
from hebbfilm.solvers.terms.convolution.moments import moment_entries
from hebbfilm.solvers.terms.demagnetisation.newell import tensor
from hebbfilm.solvers.terms.demagnetisation.share import MagneticShare
from hebbfilm.solvers.terms.demagnetisation.subgrid import vertex_tensor

_FULL = 1e-6
"""Missing share below which a box counts as full."""
_UNEVEN = 0.01
"""Variance of M_s in a box, in its mean square, from which a border counts as crossing it."""
REACH = {2: 3, 3: 1}
"""Boxes, on each axis and side of a cut one, whose interaction with it is corrected."""
_REFINEMENT = {2: 8, 3: 2}
"""Boxes per box and axis on the finest grid."""
_EXTRAPOLATION = {2: ((8 / 3, 1), (-2, 2), (1 / 3, 4)), 3: ((2, 1), (-1, 2))}
"""Weights of the corrections by grids so many times coarser than the finest. A surface blurred over
h errs by powers of h; the weights leave the third in two dimensions, the second in three."""


def boundary_correction(filling: Filling, share: MagneticShare) -> FloatArray:
    """Tensor (boxes, 6) to add to a box's own, for a magnetisation uniform over a few of them.

    The interaction of each cut box with itself and its neighbours is taken on finer grids instead.
    What is corrected is the sum over these neighbours, so that it acts on the box alone. Those of
    the block of this rank; collective.
    """
    grid, block, fractions = filling.grid, filling.block, filling.fractions
    d = len(grid.counts)
    cut = (fractions > 0) & (fractions < 1 - _FULL)
    cut |= np.abs(filling.weights - fractions) > _FULL
    if share.relative is not None:
        cut |= share.squares - share.sums**2 > _UNEVEN * share.squares
    cut_around = block.around(cut)
    near = _neighbourhood(block, cut_around, REACH[d])[block.own] & (fractions > 0)
    fine = _fine_fractions(filling, share, near)
    near_around = block.around(near)
    pairs = _Pairs(grid, block, cut_around, near_around, block.around(share.weights))
    correction = np.zeros((len(cut_around), 6))
    own = np.flatnonzero(near) + block.own.start
    for weight, step in _EXTRAPOLATION[d]:
        refinement = _REFINEMENT[d] // step
        blocks = fine.reshape(-1, *(refinement, step) * d)
        parts = blocks.mean(axis=tuple(range(2, 2 * d + 1, 2))).reshape(len(fine), refinement**d)
        correction += weight * pairs.correction(parts, refinement)
        correction[own] += weight * np.outer(
            share.squares[near] * cut[near], pairs.own_change(refinement)
        )
    return correction[block.own]


class _Pairs:
    """Boxes near cut ones, in the block of this rank and around it.

    Args:
        grid: the boxes.
        block: of this rank.
        cut, near, weights: of the boxes of the block and around it.
    """

    def __init__(
        self, grid: Grid, block: BoxBlock, cut: BoolArray, near: BoolArray, weights: FloatArray
    ) -> None:
        self._grid, self._block = grid, block
        self._cut, self._near, self._weights = cut, near, weights
        self._rows = np.flatnonzero(near)
        self._row = np.full(len(near), -1)
        self._row[near] = np.arange(len(self._rows))
        self._axes = list(AXES[grid.film_mesh.dimension])
        self._box = np.array(grid.box)
        self._between = self._tensors(1)
        self._on_vertices = vertex_tensor(_at_rest(self._between), grid.shape[0])

    def own_change(self, refinement: int) -> FloatArray:
        """What a smaller box does to itself, less what acts on the vertices, (6,)."""
        change: FloatArray = _at_rest(self._tensors(refinement)) - self._on_vertices
        return change

    def correction(self, parts: FloatArray, refinement: int) -> FloatArray:
        """That by a finer grid but for `own_change`, right in the block alone.

        Args:
            parts: filled shares of the smaller boxes in each near box.
            refinement: how many of them lie in a box along each axis.
        """
        d, tensors = len(self._axes), self._tensors(refinement)
        middle = tensors.shape[1] // 2
        subboxes = np.array(list(product(range(refinement), repeat=d)))
        identity = np.eye(len(subboxes))
        own_fine = _at_rest(tensors)
        result = np.zeros((len(self._near), 6))
        for lag in product(range(-REACH[d], REACH[d] + 1), repeat=d):
            if lag < (0,) * d:  # N is even: each pair is met once and gives to both
                continue
            source, target = self._a_lag_apart(lag)
            if not source.size:
                continue
            steps = subboxes[None] + np.array(lag) * refinement - subboxes[:, None]
            between = tensors[:, *np.moveaxis(steps + middle, -1, 0)]
            together = self._weights[source] * self._weights[target]
            coarse = self._between[:, *(np.array(lag) + REACH[d])]
            if not any(lag):
                # What acts on the vertices in a box does not act through the grid.
                between = between - own_fine[:, None, None] * identity
                coarse = coarse - self._on_vertices
            one, other = parts[self._row[source]], parts[self._row[target]]
            for k in range(6):
                met = np.einsum("ci,ci->c", one @ between[k], other)
                change = met / len(subboxes) - coarse[k] * together
                result[source, k] += change
                if any(lag):
                    result[target, k] += change
        return result

    def _a_lag_apart(self, lag: tuple[int, ...]) -> tuple[IntArray, IntArray]:
        """Near boxes a lag apart, of which one at least is cut, and one of the block."""
        source, target = self._block.shifted(self._rows, lag)
        own = self._block.own
        wanted = self._near[target] & (self._cut[source] | self._cut[target])
        wanted &= (source < own.stop) & (target >= own.start)
        return source[wanted], target[wanted]

    def _tensors(self, refinement: int) -> FloatArray:
        """N in x, y, z of boxes that are so many times smaller, (6, steps on each axis).

        In the middle is that of a box on itself; the others are all that lie in near boxes.
        """
        d, edges = len(self._axes), self._box.copy()
        edges[self._axes] /= refinement
        most = (REACH[d] + 1) * refinement - 1
        number = (2 * most + 1,) * d
        lags = np.zeros((int(np.prod(number)), 3))
        lags[:, self._axes] = (np.indices(number).reshape(d, -1).T - most) * edges[self._axes]
        x, y, z = map(float, edges)
        return tensor(lags, (x, y, z)).reshape(6, *number)


def _at_rest(tensors: FloatArray) -> FloatArray:
    """Of all those of `_Pairs`, that of a box on itself, (6,)."""
    each = tensors.reshape(6, -1)
    return each[:, each.shape[1] // 2]


def _neighbourhood(block: BoxBlock, cut: BoolArray, reach: int) -> BoolArray:
    """Which boxes of the block and around it lie within some boxes of a cut one."""
    near = np.zeros(len(cut), dtype=bool)
    rows = np.flatnonzero(cut)
    for lag in product(range(-reach, reach + 1), repeat=block.places.shape[1]):
        near[block.shifted(rows, lag)[1]] = True
    return near


def _fine_fractions(filling: Filling, share: MagneticShare, near: BoolArray) -> FloatArray:
    """Magnetic shares of the smaller boxes in each near box, (n, refinement^d); collective.

    Args:
        filling: of the film.
        share: of its magnetisation.
        near: which boxes of the block these are.

    Returns:
        Those of the near boxes of the block and around it.
    """
    d = len(filling.grid.counts)
    refinement = _REFINEMENT[d]
    boxes, shares = _fine_shares(filling.grid, share, filling.touched.from_block(near), refinement)
    touched = filling.block.touched_by(boxes)
    row = np.cumsum(near) - 1
    number = np.count_nonzero(near)
    fine = summed_rows(row[touched.places], touched.send(shares), number)
    around = filling.block.begin + np.flatnonzero(filling.block.around(near))
    wanted = filling.block.touched_by(around)
    return wanted.reply(fine[row[wanted.places]])


def _fine_shares(
    grid: Grid, share: MagneticShare, near: BoolArray, refinement: int
) -> tuple[IntArray, FloatArray]:
    """What the cells of this rank fill of the smaller boxes in near ones.

    Args:
        grid: of the film.
        share: of its magnetisation.
        near: which of the boxes that these cells touch they are.
        refinement: smaller boxes in a box along each axis.

    Returns:
        The near boxes, (n,), and their (n, refinement^d).
    """
    moments, cells, d = grid.moments, grid.film_mesh.cells, grid.film_mesh.dimension
    boxes = moments.boxes[near]
    touching = np.asarray(moments.entries[np.flatnonzero(near)].sum(axis=0)).ravel() > 0
    chosen = touching[cells].any(axis=1)
    weights = None if share.relative is None else share.relative[chosen]
    counts = tuple(refinement * n for n in grid.counts)
    numbers, _, values = moment_entries(grid.places * refinement, cells[chosen], counts, weights)
    fine = np.column_stack(np.unravel_index(numbers, counts))
    coarse, rest = np.divmod(fine, refinement)
    box = np.ravel_multi_index(tuple(coarse.T), grid.counts)
    place = np.searchsorted(boxes, box)
    place[place == len(boxes)] = 0
    held = boxes[place] == box if len(boxes) else np.zeros(0, dtype=bool)
    smaller = np.ravel_multi_index(tuple(rest.T), (refinement,) * d)
    number = len(boxes) * refinement**d
    at = (place * refinement**d + smaller)[held]
    return boxes, summed_rows(at, values[held], number).reshape(-1, refinement**d)
