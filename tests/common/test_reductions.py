"""Sums and maxima over ranks are those of the whole."""

import math

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.common.reductions import largest, total


def test_total_of_numbers_and_arrays(comm: MPI.Intracomm) -> None:
    ranks = np.arange(comm.size)
    found = total(comm, float(comm.rank + 1))
    assert isinstance(found, float)
    assert found == (ranks + 1).sum()
    values = np.array([[1.0, comm.rank], [2.0, -comm.rank]])
    before = values.copy()
    assert np.array_equal(
        total(comm, values), [[comm.size, ranks.sum()], [2 * comm.size, -ranks.sum()]]
    )
    assert np.array_equal(values, before)


@pytest.mark.parametrize("offset", [0.0, -100.0])
def test_largest(comm: MPI.Intracomm, offset: float) -> None:
    assert largest(comm, offset + comm.rank) == offset + comm.size - 1
    assert largest(comm, -math.inf) == -math.inf


def test_largest_keeps_a_nan_of_any_rank(comm: MPI.Intracomm) -> None:
    for rank in range(comm.size):
        assert math.isnan(largest(comm, math.nan if comm.rank == rank else 1.0))
