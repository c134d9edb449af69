"""The boxes of a grid shared out over the ranks in blocks, and what lies around a block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mpi4py import MPI

import numpy as np
from numpy.typing import NDArray

from hebbfilm.common.arrays import IntArray
from hebbfilm.common.row_blocks import RowBlocks


class BoxBlock:
    """Boxes of consecutive numbers that this rank looks after, and those some boxes around them.

    As y runs fastest and x slowest, these are blocks of consecutive numbers, too.

    Args:
        comm: ranks that share the grid; this, `around` and `touched_by` are collective.
        counts: boxes along each axis.
        reach: how many boxes on each axis belong to the surroundings.

    Attributes:
        first, last: its boxes, without the last.
        begin, end: those with the surroundings, without the last.
        places: of the latter, by axes, (end - begin, d).
    """

    def __init__(self, comm: MPI.Intracomm, counts: Sequence[int], reach: int) -> None:
        self._comm, self._counts, self._size = comm, np.array(counts), int(np.prod(counts))
        self._strides = np.append(np.cumprod(self._counts[:0:-1])[::-1], 1)
        self.first, self.last = (getattr(self.touched_by([]), name) for name in ("first", "last"))
        room = reach * int(self._strides.sum())
        empty = self.first == self.last
        self.begin = self.first if empty else max(self.first - room, 0)
        self.end = self.first if empty else min(self.last + room, self._size)
        around = np.arange(self.begin, self.end)
        self.places: IntArray = np.column_stack(np.unravel_index(around, tuple(counts)))
        self._around = self.touched_by(around)

    def touched_by(self, boxes: IntArray | Sequence[int]) -> RowBlocks:
        """Values of some boxes (n,) of each rank against those of the blocks; collective."""
        return RowBlocks(self._comm, np.asarray(boxes, dtype=np.int64), self._size, unit=1)

    @property
    def own(self) -> slice:
        """The boxes of the block among those with the surroundings."""
        return slice(self.first - self.begin, self.last - self.begin)

    def around(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values (end - begin[, k]) of the block and its surroundings, from those of all blocks."""
        return self._around.from_block(values)

    def shifted(self, rows: IntArray, lag: Sequence[int] | IntArray) -> tuple[IntArray, IntArray]:
        """Those of some boxes that have one a lag apart in the surroundings, and these.

        Args:
            rows: (n,) from `begin` on.
            lag: along each axis.
        """
        there = self.places[rows] + np.asarray(lag)
        inside = ((there >= 0) & (there < self._counts)).all(axis=1)
        source = rows[inside]
        target = source + int(self._strides @ np.asarray(lag))
        held = (target >= 0) & (target < self.end - self.begin)
        return source[held], target[held]

    def next_to(self, values: NDArray[Any], axis: int, step: int) -> NDArray[Any]:
        """Values (end - begin,) of the boxes next to those of the block, 0 beyond the grid."""
        found = np.zeros(self.last - self.first, dtype=values.dtype)
        lag = np.zeros(len(self._counts), dtype=np.int64)
        lag[axis] = step
        rows = np.arange(self.own.start, self.own.stop)
        source, target = self.shifted(rows, lag)
        found[source - self.own.start] = values[target]
        return found
