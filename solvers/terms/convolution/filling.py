"""What a film fills of the boxes of its grid, on each rank by the boxes that it touches."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from scipy import sparse

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.solvers.terms.convolution.box_block import BoxBlock
from hebbfilm.solvers.terms.convolution.grid import Grid
from hebbfilm.solvers.terms.convolution.moments import Overlap

_BALANCED = 1e-9
"""Distance in boxes from its middle at which the centre of a box's share counts as there."""


class Filling:
    """What a film fills of the boxes of its grid; made collectively.

    A cut box lends a share of what lies in it to its neighbours on the side of the centre of that.
    The field beyond them would else err by that of the moment, which falls off slowly along an
    edge.

    Args:
        grid: of the film.
        reach: see `BoxBlock`; at least 1.

    Attributes:
        grid: as it was given.
        block: the boxes that this rank looks after.
        touched: values of the boxes that cells of this rank touch, against those of the blocks.
        fractions: share of each box of the block that the film fills.
    """

    def __init__(self, grid: Grid, reach: int = 1) -> None:
        self.grid, moments = grid, grid.moments
        self._strides = [int(np.prod(grid.counts[k + 1 :])) for k in range(len(grid.counts))]
        self.block = BoxBlock(grid.film_mesh.comm, grid.counts, reach)
        self._boxes = moments.boxes
        self.touched = self.block.touched_by(moments.boxes)
        sums = np.column_stack([moments.sums, moments.entries @ grid.places])
        whole = self.touched.add_up(sums)
        self.fractions: FloatArray = whole[:, 0]
        self._lent = self.touched.from_block(self._lending(whole[:, 1:]))

    def _lending(self, first: FloatArray) -> FloatArray:
        """Shares that boxes of the block lend along each axis, towards its end or its begin < 0."""
        filled = np.maximum(self.fractions, np.finfo(float).tiny)
        middles = self.block.places[self.block.own] + 0.5
        offsets: FloatArray = first / filled[:, None] - middles
        offsets[(np.abs(offsets) < _BALANCED) | (self.fractions == 0)[:, None]] = 0
        around = self.block.around(self.fractions)
        for axis, offset in enumerate(offsets.T):
            ahead, behind = (self.block.next_to(around, axis, step) for step in (1, -1))
            offset[np.where(offset > 0, ahead, behind) == 0] = 0
        return offsets

    @cached_property
    def moments(self) -> Overlap:
        """`Grid.moments`, with the centre of what lies in a box kept where it is."""
        return self.balanced(self.grid.moments)

    @cached_property
    def weights(self) -> FloatArray:
        """Like `fractions`, as the grid's charges see them; collective at first."""
        return self.sums(self.moments)

    def balanced(self, overlap: Overlap) -> Overlap:
        """The same with the centre of what lies in a box kept where it is.

        Args:
            overlap: with the boxes that cells of this rank touch, or with some of them.
        """
        places = np.searchsorted(self._boxes, overlap.boxes)
        lent = self._lent[places]
        sources: IntArray = np.arange(len(places))
        boxes, parts = overlap.boxes, 1 - np.abs(lent).sum(axis=1)
        for stride, along in zip(self._strides, lent.T, strict=True):
            some = np.flatnonzero(along)
            there = overlap.boxes[some] + stride * np.sign(along[some]).astype(np.int64)
            boxes = np.append(boxes, there)
            sources = np.append(sources, some)
            parts = np.append(parts, np.abs(along[some]))
        lending = Overlap.of(boxes, sources, parts, len(places))
        return Overlap(lending.boxes, sparse.csr_array(lending.entries @ overlap.entries))

    def sums(self, overlap: Overlap) -> FloatArray:
        """Of each box of the block, over what all ranks have of it; collective."""
        return self.block.touched_by(overlap.boxes).add_up(overlap.sums)


def numbered_by_layers(grid: Grid, overlap: Overlap) -> Overlap:
    """The same, with boxes numbered as the planes of a convolution are shared out."""
    boxes: IntArray = grid.by_layers(overlap.boxes)
    order = np.argsort(boxes)
    return Overlap(boxes[order], overlap.entries[order].tocsr())
