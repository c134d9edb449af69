"""What cells add up to in a sparse matrix, laid out as the compiled loops read it."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.solvers.kernels.compiled import LANES, integers, new, null, reals, short_numbers

_TILE = 256
"""Groups of cells: the parts of some tiles lie in a cache of the second level, 49 kB each."""
_NARROW = np.iinfo(np.uint16).max
"""The largest place of a part that is kept in 16 bits."""


def in_lanes(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Values of cells (n, …) as (groups, …, lanes); the last cell fills up the last group."""
    groups = -(-len(values) // LANES)
    cells = np.minimum(np.arange(groups * LANES), len(values) - 1)
    chunks = values[cells].reshape(groups, LANES, *values.shape[1:])
    return np.ascontiguousarray(np.moveaxis(chunks, 1, -1))


class CellTiles:
    """The cells of a rank in tiles, and the rows of a matrix that each tile completes.

    Args:
        indptr, indices: CSR pattern, with a diagonal entry in each row that is not empty.
        entries: (n_cells, c, c) where the pairs of corners of each cell stand in it.

    Attributes:
        kept: how many tiles lie between the first and the last cell of any row, both counted.
        members: of C structures that share them.
    """

    def __init__(
        self, indptr: npt.NDArray[Any], indices: npt.NDArray[Any], entries: IntArray
    ) -> None:
        lengths = np.diff(indptr)
        rows = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        diagonal = np.flatnonzero(rows == indices).astype(np.int32)
        of_cells = np.arange(len(entries), dtype=np.int32) // (_TILE * LANES)
        corners = rows[np.diagonal(entries, axis1=1, axis2=2)]
        first, last = np.full(len(lengths), len(entries)), np.zeros(len(lengths), dtype=np.int64)
        np.minimum.at(first, corners, of_cells[:, None])
        np.maximum.at(last, corners, of_cells[:, None])
        self.kept = int(np.max(last - first, initial=0)) + 1
        filled = np.flatnonzero(lengths)
        order = np.argsort(last[filled], kind="stable")
        tiles = max(-(-len(entries) // (_TILE * LANES)), 1)
        completed = np.bincount(last[filled], minlength=tiles)
        self._until = np.cumsum(completed).astype(np.int32)
        self._begins = indptr[:-1][filled][order].astype(np.int32)
        self._ends = indptr[1:][filled][order].astype(np.int32)
        self._diagonal = diagonal[order]
        self.members = {
            "tile": _TILE,
            "tiles": tiles,
            "kept": self.kept,
            "until": integers(self._until),
            "begins": integers(self._begins),
            "ends": integers(self._ends),
            "diagonal": integers(self._diagonal),
        }


class CellSums:
    """Fills a CSR matrix with zero row sums from parts that each cell gives to pairs of corners.

    Each entry collects its parts: adding cell by cell to entries that lie apart takes longer.

    Args:
        tiles: the cells.
        entries: (n_cells, c, c) where the pairs of corners of each cell stand in the matrix.
        nnz: of the matrix.
        slots: (c, c) which of the cell's parts such a pair gets; from 0 to the last one.
        workspaces: for parts by the number of those of a cell; one of the same cells is shared.

    Attributes:
        pointer: what the compiled loops take.
    """

    def __init__(
        self,
        tiles: CellTiles,
        entries: IntArray,
        nnz: int,
        slots: IntArray,
        workspaces: dict[int, FloatArray],
    ) -> None:
        number, cells = int(slots.max()) + 1, tiles.kept * _TILE * LANES
        size = number * cells
        self._tiles = tiles
        self._parts = workspaces.setdefault(number, np.zeros(size + 1))
        self._around = _parts_of_entries(entries, slots, nnz, cells)
        near = self._around.dtype == np.uint16
        self.pointer = new(
            "Around *",
            {
                **tiles.members,
                "number": number,
                "width": self._around.shape[1],
                "near": short_numbers(self._around) if near else null,
                "far": null if near else integers(self._around),
                "parts": reals(self._parts),
            },
        )


def _parts_of_entries(
    entries: IntArray, slots: IntArray, nnz: int, kept: int
) -> npt.NDArray[np.uint16] | IntArray:
    """The places of the parts of each entry, (nnz, width), the rest that of zero; see `CellSums`.

    As narrow as can be, and nothing longer than needed: this is where a film takes most memory.
    Of `kept` cells the parts are there at once.
    """
    apart = ~np.eye(len(slots), dtype=bool)
    number = int(slots.max()) + 1
    cells = np.arange(len(entries), dtype=np.int32)[:, None] % kept
    places = (cells // LANES * number + slots[apart].astype(np.int32)) * LANES + cells % LANES
    starts = np.arange(0, places.size + 1, places.shape[1], dtype=np.int32)
    targets = entries[:, apart].ravel()
    of_cells = sparse.csr_array((places.ravel(), targets, starts), shape=(len(entries), nnz))
    del places, targets
    of_entries = of_cells.tocsc()
    del of_cells
    counts = np.diff(of_entries.indptr)
    none = number * kept
    integer = np.uint16 if none <= _NARROW else np.int32
    around = np.full((nnz, counts.max(initial=1)), none, dtype=integer)
    around[np.arange(around.shape[1]) < counts[:, None]] = of_entries.data
    return around


def symmetric_slots(corners: int) -> IntArray:
    """One part for each pair of corners, 01, 02, 12, 03, …, (corners, corners); 0 for none."""
    low, high = np.sort(np.indices((corners, corners)), axis=0)
    return np.where(low < high, high * (high - 1) // 2 + low, 0)


def ordered_slots(corners: int) -> IntArray:
    """One part for each column and row of a cell, column by column, (corners, corners)."""
    rows, columns = np.indices((corners, corners))
    slots: IntArray = corners * columns + rows
    return slots


def column_slots(corners: int) -> IntArray:
    """One part for each column of a cell, (corners, corners)."""
    slots: IntArray = np.indices((corners, corners))[1]
    return slots
