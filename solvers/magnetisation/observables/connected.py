"""Sets of points that are connected, on one rank or across several."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from mpi4py import MPI

    from hebbfilm.common.row_blocks import RowBlocks

Join: TypeAlias = Callable[["Connected"], "AcrossRanks"]
"""Finds which sets of this rank are parts of larger ones; see `AcrossRanks`."""


class Connected:
    """Sets of points that pairs connect.

    Args:
        pairs: (k, 2) points of this rank.
        size: how many points it has.
        join: for sets of which other ranks have parts; None for a film on one rank. With it, this
            and all methods are collective.

    Attributes:
        labels: of each point the number of its set on this rank, (size,).
        number: of sets on this rank.
    """

    def __init__(self, pairs: IntArray, size: int, join: Join | None = None) -> None:
        self.number, self.labels = 0, np.zeros(0, dtype=np.int32)
        if size:
            graph = coo_array((np.ones(len(pairs), dtype=np.int8), pairs.T), shape=(size, size))
            self.number, self.labels = connected_components(graph, directed=False)
        self._across = join(self) if join else None

    def totals(self, points: IntArray, values: FloatArray) -> FloatArray:
        """Of each set, all of its parts together, the sum of values (n,) at points, (number,)."""
        found: FloatArray = np.zeros(self.number)
        found += np.bincount(self.labels[points], values, self.number)
        return found if self._across is None else self._across.totals(found)

    def reached(self, points: BoolArray) -> BoolArray:
        """Of each set whether it has any of some points, (number,)."""
        some = np.flatnonzero(points)
        return self.totals(some, np.ones(len(some))) > 0

    def count(self, chosen: BoolArray) -> int:
        """How many sets are chosen, (number,), each once however many ranks have parts of it."""
        return int(np.sum(chosen)) if self._across is None else self._across.count(chosen)


class AcrossRanks:
    """Which sets of this rank are parts of larger ones; made collectively.

    Only the parts that meet others at the border of a rank are told to all ranks.

    Args:
        comm: ranks that share the film.
        points: those of this rank, by their canonical numbers.
        parts: its sets.
    """

    def __init__(self, comm: MPI.Intracomm, points: RowBlocks, parts: Connected) -> None:
        self._comm = comm
        first = sum(comm.allgather(parts.number)[: comm.rank])
        numbers = points.send(parts.labels.astype(np.int64) + first)
        order = np.argsort(points.places, kind="stable")
        same = np.diff(points.places[order]) == 0
        meeting = np.column_stack([numbers[order][:-1][same], numbers[order][1:][same]])
        links = np.concatenate(comm.allgather(np.unique(meeting, axis=0)))
        parts_there, ends = np.unique(links, return_inverse=True)
        whole = Connected(ends.reshape(-1, 2), len(parts_there))
        self._number = whole.number
        here = (parts_there >= first) & (parts_there < first + parts.number)
        self._parts, self._whole = parts_there[here] - first, whole.labels[here]

    def totals(self, values: FloatArray) -> FloatArray:
        """Values (sets,) of this rank, those of parts replaced by the sums over all parts."""
        sums = np.bincount(self._whole, values[self._parts], self._number)
        values[self._parts] = self._comm.allreduce(sums)[self._whole]
        return values

    def count(self, chosen: BoolArray) -> int:
        """How many whole sets are chosen, of which all parts are."""
        alone = chosen.copy()
        alone[self._parts] = False
        found = np.zeros(self._number, dtype=np.int64)
        found[self._whole[chosen[self._parts]]] = 1
        shared = np.minimum(self._comm.allreduce(found), 1)
        number: int = self._comm.allreduce(int(np.sum(alone))) + int(np.sum(shared))
        return number
