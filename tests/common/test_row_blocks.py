"""Blocks of consecutive rows are those of the whole table, on any number of ranks."""

from __future__ import annotations

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.common.row_blocks import ALIGNMENT, RowBlocks, block_starts


def scattered(comm: MPI.Intracomm, size: int) -> np.ndarray:
    """Rows of this rank of a table that is dealt out at random."""
    order = np.random.default_rng(1).permutation(size)
    return np.array_split(order, comm.size)[comm.rank]


@pytest.mark.parametrize("size", [0, 1, ALIGNMENT, 3 * ALIGNMENT + 5])
@pytest.mark.parametrize("shape", [(), (3,), (2, 2)])
@pytest.mark.parametrize("kind", [np.float64, np.float32, np.int32, np.bool_])
def test_there_and_back(
    comm: MPI.Intracomm, size: int, shape: tuple[int, ...], kind: type[np.generic]
) -> None:
    table = np.arange(size * int(np.prod(shape))).reshape(size, *shape).astype(kind)
    rows = scattered(comm, size)
    blocks = RowBlocks(comm, rows, size)
    block = blocks.to_block(table[rows])
    assert block.dtype == kind
    assert np.array_equal(block, table[blocks.first : blocks.last])
    assert np.array_equal(blocks.from_block(block), table[rows])


def test_rows_that_several_ranks_have(comm: MPI.Intracomm) -> None:
    size = 2 * ALIGNMENT
    table = np.random.default_rng(2).standard_normal((size, 3))
    owned = RowBlocks(comm, scattered(comm, size), size)
    wanted = np.random.default_rng(3 + comm.rank).integers(0, size, 300)
    with_ghosts = RowBlocks(comm, wanted, size)
    block = owned.to_block(table[scattered(comm, size)])
    assert np.array_equal(with_ghosts.from_block(block), table[wanted])


@pytest.mark.parametrize("ranks", [1, 2, 3, 7])
def test_blocks_cover_all_rows_in_whole_units(ranks: int) -> None:
    starts = block_starts(10 * ALIGNMENT + 1, ranks)
    assert starts[0] == 0
    assert starts[-1] == 10 * ALIGNMENT + 1
    assert np.all(starts[:-1] % ALIGNMENT == 0)
    assert np.diff(starts).max() <= -(-11 // ranks) * ALIGNMENT


@pytest.mark.cross_method
@pytest.mark.parametrize("columns", [(), (4,)])
@pytest.mark.parametrize("unit", [1, ALIGNMENT])
def test_sums_are_those_of_the_rows_of_all_ranks(
    comm: MPI.Intracomm, columns: tuple[int, ...], unit: int
) -> None:
    """Whole numbers, which add up exactly."""
    size = 2 * ALIGNMENT + 7
    every = [np.random.default_rng(rank) for rank in range(comm.size)]
    drawn = [(rng.integers(0, size, 500), rng.integers(0, 9, (500, *columns))) for rng in every]
    expected = np.zeros((size, *columns))
    for rows, values in drawn:
        np.add.at(expected, rows, values)
    rows, values = drawn[comm.rank]
    blocks = RowBlocks(comm, rows, size, unit)
    assert np.array_equal(
        blocks.add_up(values.astype(np.float64)), expected[blocks.first : blocks.last]
    )


def test_answers_come_back_to_who_asked(comm: MPI.Intracomm) -> None:
    size = 3 * ALIGNMENT
    rows = np.random.default_rng(comm.rank).integers(0, size, 200)
    blocks = RowBlocks(comm, rows, size)
    assert np.array_equal(blocks.reply(blocks.places + blocks.first), rows)
    assert np.array_equal(blocks.send(rows), blocks.places + blocks.first)
