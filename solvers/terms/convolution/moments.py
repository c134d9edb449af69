"""Overlap of the hat functions of a simplex mesh with the boxes of a grid, exact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.solvers.kernels.compiled import integers, long_integers, loops, null, reals

_SPREAD = 2
"""Numbers from the first to the last for each that is given, up to which a table of them all is
smaller than these, and far quicker than sorting."""
_SIMPLICES = 2**17
"""Sliced at once: pieces take ten times the memory of what they add up to."""


class Overlap(NamedTuple):
    """What things have of the boxes of a grid, of which only some are kept.

    Args:
        boxes: (k,) their numbers, growing.
        entries: (k, things), a row for each of them, in volumes of a box.
    """

    boxes: IntArray
    entries: sparse.csr_array

    @classmethod
    def of(cls, boxes: IntArray, things: IntArray, values: FloatArray, number: int) -> Overlap:
        """What is given by entries, those of one thing in one box added up.

        Args:
            boxes: of each entry, (n,).
            things: of each entry, (n,).
            values: of each entry, (n,).
            number: of things.
        """
        kept, rows = _different(boxes)
        shape = len(kept), number
        return cls(kept, sparse.coo_array((values, (rows, things)), shape=shape).tocsr())

    @property
    def sums(self) -> FloatArray:
        """Of each box, over all things, (k,)."""
        return np.asarray(self.entries.sum(axis=1)).ravel()

    def rows(self, boxes: IntArray) -> sparse.csr_array:
        """The rows of some boxes (n,), empty where one is not kept, (n, things)."""
        places = np.searchsorted(self.boxes, boxes)
        places[places == len(self.boxes)] = 0
        there = np.flatnonzero(self.boxes[places] == boxes) if len(self.boxes) else np.zeros(0, int)
        chosen = there, places[there]
        shape = len(boxes), len(self.boxes)
        return (sparse.csr_array((np.ones(len(there)), chosen), shape=shape) @ self.entries).tocsr()


def _different(boxes: IntArray) -> tuple[IntArray, IntArray]:
    """The different ones, growing, and of each (n,) which of them it is."""
    first, last = (int(boxes.min()), int(boxes.max())) if len(boxes) else (0, -1)
    if last - first > _SPREAD * len(boxes):
        kept, rows = np.unique(boxes, return_inverse=True)
        return kept, rows.ravel()
    there = np.zeros(last - first + 1, dtype=bool)
    there[boxes - first] = True
    return np.flatnonzero(there) + first, (np.cumsum(there) - 1)[boxes - first]


def cell_moments(
    points: FloatArray,
    simplices: IntArray,
    shape: tuple[int, ...],
    weights: FloatArray | None = None,
) -> Overlap:
    """∫ w λ_i over each box, in volumes of a box.

    Args:
        points: (N, d) vertices in boxes from the corner of the grid.
        simplices: (n, d + 1) rows of `points`.
        shape: boxes on the d axes; the last one runs fastest.
        weights: (n, d + 1) w of the hat function of each corner of a simplex; None for 1.

    Returns:
        What the N hat functions have of the boxes.
    """
    starts = range(0, max(1, len(simplices)), _SIMPLICES)
    parts = [
        Overlap.of(
            *moment_entries(
                points,
                simplices[start : start + _SIMPLICES],
                shape,
                None if weights is None else weights[start : start + _SIMPLICES],
            ),
            len(points),
        )
        for start in starts
    ]
    return parts[0] if len(parts) == 1 else _added_up(parts, len(points))


def _added_up(parts: Sequence[Overlap], number: int) -> Overlap:
    """The sum of what the same things, so many, have of boxes."""
    entries = [part.entries.tocoo() for part in parts]
    boxes = np.concatenate([p.boxes[e.row] for p, e in zip(parts, entries, strict=True)])
    things = np.concatenate([each.col for each in entries])
    values = np.concatenate([each.data for each in entries])
    return Overlap.of(boxes, things, values, number)


def moment_entries(
    points: FloatArray,
    simplices: IntArray,
    shape: tuple[int, ...],
    weights: FloatArray | None = None,
) -> tuple[IntArray, IntArray, FloatArray]:
    """Box, vertex and value of the moments of pieces; see `cell_moments`.

    Each simplex is bisected along its edges until no plane of the grid crosses a piece.
    """
    places = np.ascontiguousarray(points)
    rows = np.ascontiguousarray(simplices, dtype=np.int32)
    factors = null if weights is None else reals(np.ascontiguousarray(weights))
    given = len(shape), reals(places), len(rows), integers(rows), factors, list(shape)
    number = loops.slice_simplices(*given, null, null, null)
    boxes, vertices = np.empty(number, dtype=np.int64), np.empty(number, dtype=np.int32)
    values = np.empty(number)
    loops.slice_simplices(*given, long_integers(boxes), integers(vertices), reals(values))
    return boxes, vertices, values
