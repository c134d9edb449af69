"""Rows that lie scattered over the ranks, against blocks of consecutive rows of the whole table.

No rank sees the whole: each sends every other one what that one's block holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hebbfilm.common.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from mpi4py import MPI

ALIGNMENT = 1024
"""Blocks begin at multiples of so many rows, on any number of ranks."""


def block_starts(size: int, ranks: int, unit: int = ALIGNMENT) -> IntArray:
    """Where the block of each rank starts, and the number of rows, (ranks + 1,).

    Args:
        size: number of rows of the whole table.
        ranks: that share it.
        unit: blocks begin at multiples of so many rows.

    Examples:
        >>> block_starts(5000, 3).tolist()
        [0, 1024, 3072, 5000]
    """
    units = -(-size // unit)
    starts: IntArray = np.minimum(np.arange(ranks + 1) * units // ranks * unit, size)
    return starts


def scatter_block(comm: MPI.Intracomm, table: NDArray[Any] | None) -> NDArray[Any]:
    """The block (last - first[, k]) of this rank of a table on rank 0; collective.

    Args:
        comm: ranks that share it.
        table: (size[, k]) on rank 0; ignored elsewhere.
    """
    counts = None if table is None else np.diff(block_starts(len(table), comm.size))
    return scatter_rows(comm, table, counts)


def gather_rows(comm: MPI.Intracomm, block: NDArray[Any]) -> NDArray[Any] | None:
    """The rows (n[, k]) of all ranks on rank 0, one rank's after another's; None elsewhere.

    Args:
        comm: ranks that have some; collective.
        block: (n[, k]) those of this rank.
    """
    from mpi4py.util.dtlib import from_numpy_dtype

    block = np.ascontiguousarray(block)
    numbers = comm.gather(len(block), root=0)
    found = None
    # Counted in rows, so that numbers stay below 2³¹.
    width = int(np.prod(block.shape[1:], dtype=np.int64))
    row = from_numpy_dtype(block.dtype).Create_contiguous(width)
    row.Commit()
    try:
        received = None
        if numbers is not None:
            found = np.empty((sum(numbers), *block.shape[1:]), dtype=block.dtype)
            received = [found, numbers, None, row]
        comm.Gatherv([block, len(block), row], received, root=0)
    finally:
        row.Free()
    return found


def scatter_rows(
    comm: MPI.Intracomm, table: NDArray[Any] | None, counts: IntArray | None
) -> NDArray[Any]:
    """So many consecutive rows (n[, k]) of a table on rank 0 for each rank; collective.

    Args:
        comm: ranks that share it.
        table: (size[, k]) on rank 0; ignored elsewhere.
        counts: (ranks,) likewise.
    """
    from mpi4py.util.dtlib import from_numpy_dtype

    head = None
    if comm.rank == 0:
        assert table is not None
        assert counts is not None
        head = table.shape[1:], table.dtype.str, counts.tolist()
        table = np.ascontiguousarray(table)
    shape, kind, numbers = comm.bcast(head, root=0)
    found = np.empty((numbers[comm.rank], *shape), dtype=kind)
    # Counted in rows, so that numbers stay below 2³¹.
    row = from_numpy_dtype(found.dtype).Create_contiguous(int(np.prod(shape, dtype=np.int64)))
    row.Commit()
    try:
        sent = None if comm.rank else [table, numbers, None, row]
        comm.Scatterv(sent, [found, len(found), row], root=0)
    finally:
        row.Free()
    return found


def summed_rows(rows: IntArray, values: FloatArray, size: int) -> FloatArray:
    """What the rows of a table (size[, k]) get from values (n[, k]) that each belong to one.

    Examples:
        >>> summed_rows(np.array([1, 1, 0]), np.array([1.0, 2.0, 4.0]), 3).tolist()
        [4.0, 3.0, 0.0]
    """
    found = np.zeros((size, *values.shape[1:]))
    for column, sums in zip(np.atleast_2d(values.T), np.atleast_2d(found.T), strict=True):
        sums[:] = np.bincount(rows, column, size)
    return found


class RowBlocks:
    """A table whose rows lie scattered over the ranks, or in blocks of consecutive rows.

    Args:
        comm: ranks that share it; this and all methods are collective.
        rows: (n,) numbers in the whole table of the rows of this rank. Several ranks may have one.
        size: number of rows of the whole table.
        unit: see `block_starts`.

    Attributes:
        first, last: the rows of this rank's block, without the last.
        places: (k,) in this block, of all rows that ranks have of it, in the order of `send`.
    """

    def __init__(
        self, comm: MPI.Intracomm, rows: IntArray, size: int, unit: int = ALIGNMENT
    ) -> None:
        self._comm, self.size = comm, size
        starts = block_starts(size, comm.size, unit)
        self.first, self.last = (int(x) for x in starts[comm.rank : comm.rank + 2])
        rows = np.asarray(rows, dtype=np.int64)
        # A rank has fewer than 2³¹.
        self._order = np.argsort(rows, kind="stable").astype(np.int32)
        sent = np.ascontiguousarray(rows[self._order])
        self._sent = np.diff(np.searchsorted(sent, starts))
        self._received = np.empty_like(self._sent)
        comm.Alltoall(self._sent, self._received)
        received = self._exchange(sent, self._sent, self._received)
        self.places = (received - self.first).astype(np.int32)

    def to_block(self, values: NDArray[Any]) -> NDArray[Any]:
        """The block (last - first[, k]) of this rank, from the rows (n[, k]) of all.

        A row that several ranks have is that of the highest one; one that no rank has is 0.
        """
        found = self.send(values)
        block = np.zeros((self.last - self.first, *found.shape[1:]), dtype=found.dtype)
        block[self.places] = found
        return block

    def add_up(self, values: FloatArray) -> FloatArray:
        """The block (last - first[, k]) of this rank, each row the sum of those of all ranks."""
        return summed_rows(self.places, self.send(values), self.last - self.first)

    def from_block(self, block: NDArray[Any]) -> NDArray[Any]:
        """The rows (n[, k]) of this rank, from the blocks (last - first[, k]) of all."""
        return self.reply(np.asarray(block)[self.places])

    def send(self, values: NDArray[Any]) -> NDArray[Any]:
        """What ranks have of this rank's block, (k[, l]) like `places`, of their rows (n[, l])."""
        return self._exchange(np.asarray(values)[self._order], self._sent, self._received)

    def reply(self, values: NDArray[Any]) -> NDArray[Any]:
        """The rows (n[, l]) of this rank, of what all answer to `places`, (k[, l])."""
        found = self._exchange(np.asarray(values), self._received, self._sent)
        rows = np.empty_like(found)
        rows[self._order] = found
        return rows

    def _exchange(self, values: NDArray[Any], sent: IntArray, received: IntArray) -> NDArray[Any]:
        from mpi4py.util.dtlib import from_numpy_dtype

        values = np.ascontiguousarray(values)
        found = np.empty((int(received.sum()), *values.shape[1:]), dtype=values.dtype)
        # Counted in rows, so that numbers stay below 2³¹.
        row = from_numpy_dtype(values.dtype).Create_contiguous(
            int(np.prod(values.shape[1:], dtype=np.int64))
        )
        row.Commit()
        try:
            self._comm.Alltoallv([values, sent.tolist(), row], [found, received.tolist(), row])
        finally:
            row.Free()
        return found
