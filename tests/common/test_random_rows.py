"""Random rows in blocks are those that one generator draws for the whole table."""

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.common.random_rows import normal_rows
from hebbfilm.common.row_blocks import ALIGNMENT, block_starts


@pytest.mark.cross_method
@pytest.mark.parametrize("part", [1.0, 0.4, 0.0])
def test_rows_are_those_of_one_generator(comm: MPI.Intracomm, part: float) -> None:
    """To the last bit."""
    size = 5 * ALIGNMENT + 100
    wanted = np.random.default_rng(1).random(size) < part
    table = np.zeros((size, 3))
    table[wanted] = np.random.default_rng(7).standard_normal((wanted.sum(), 3))
    first, last = block_starts(size, comm.size)[comm.rank : comm.rank + 2]
    assert np.array_equal(normal_rows(comm, 7, wanted[first:last]), table[first:last])
