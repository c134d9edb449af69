"""What cells add up to in a sparse matrix, laid out as the compiled loops read it."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.solvers.kernels.compiled import LANES, integers, loops, new, reals


def in_lanes(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Values of cells (n, …) as (groups, …, lanes); the last cell fills up the last group."""
    groups = -(-len(values) // LANES)
    cells = np.minimum(np.arange(groups * LANES), len(values) - 1)
    chunks = values[cells].reshape(groups, LANES, *values.shape[1:])
    return np.ascontiguousarray(np.moveaxis(chunks, 1, -1))


class CellSums:
    """Fills a CSR matrix with zero row sums from parts that each cell gives to pairs of corners.

    Each entry collects its parts: adding cell by cell to entries that lie apart takes longer.

    Args:
        indptr, indices: CSR pattern, with a diagonal entry in each row that is not empty.
        entries: (n_cells, c, c) where the pairs of corners of each cell stand in it.
        slots: (c, c) which of the cell's parts such a pair gets; from 0 to the last one.
        workspaces: for `parts` by the number of those of a cell; one of the same cells is shared.

    Attributes:
        parts: (groups · parts of a cell · lanes + 1,) to be written before `gather`; its last
            number stays zero.
    """

    def __init__(
        self,
        indptr: npt.NDArray[Any],
        indices: npt.NDArray[Any],
        entries: IntArray,
        slots: IntArray,
        workspaces: dict[int, FloatArray],
    ) -> None:
        number = int(slots.max()) + 1
        size = -(-len(entries) // LANES) * number * LANES
        self.parts = workspaces.setdefault(number, np.zeros(size + 1))
        self._around = _parts_of_entries(entries, slots, len(indices), number, size)
        lengths = np.diff(indptr)
        rows = np.repeat(np.arange(len(lengths)), lengths)
        self._starts = np.append(indptr[:-1][lengths > 0], indptr[-1]).astype(np.int32)
        self._diagonal = np.flatnonzero(rows == indices).astype(np.int32)
        self._pointer = new(
            "Around *",
            {
                "rows": len(self._diagonal),
                "width": self._around.shape[1],
                "starts": integers(self._starts),
                "diagonal": integers(self._diagonal),
                "parts": integers(self._around),
            },
        )

    def gather(self, out: npt.NDArray[Any]) -> None:
        """Sum up the parts into all entries (nnz,)."""
        loops.gather_parts(self._pointer, reals(self.parts), reals(out))


def _parts_of_entries(
    entries: IntArray, slots: IntArray, nnz: int, number: int, none: int
) -> IntArray:
    """The places of the parts of each entry, (nnz, width), the rest `none`; see `CellSums`.

    In 32 bits, and nothing longer than needed: this is where a film takes most memory.
    """
    apart = ~np.eye(len(slots), dtype=bool)
    cells = np.arange(len(entries), dtype=np.int32)[:, None]
    places = (cells // LANES * number + slots[apart].astype(np.int32)) * LANES + cells % LANES
    starts = np.arange(0, places.size + 1, places.shape[1], dtype=np.int32)
    targets = entries[:, apart].ravel()
    of_cells = sparse.csr_array((places.ravel(), targets, starts), shape=(len(entries), nnz))
    del places, targets
    of_entries = of_cells.tocsc()
    del of_cells
    counts = np.diff(of_entries.indptr)
    around = np.full((nnz, counts.max(initial=1)), none, dtype=np.int32)
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
