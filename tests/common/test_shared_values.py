"""Medians and sums of numbers on several ranks are those of all numbers, however they lie."""

from fractions import Fraction

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.common.shared_values import median_of_ranks, sum_of_ranks


def own(comm: MPI.Intracomm, values: np.ndarray, seed: int = 0) -> np.ndarray:
    """What this rank has of numbers that are dealt out at random, one rank having none."""
    ranks = np.random.default_rng(seed).integers(min(1, comm.size - 1), comm.size, len(values))
    return values[ranks == comm.rank]


@pytest.mark.cross_method
@pytest.mark.parametrize("number", [1, 2, 1000, 1001])
def test_median_is_that_of_all(comm: MPI.Intracomm, number: int) -> None:
    values = np.random.default_rng(number).exponential(1e-9, number)
    values[: number // 3] = values[0]
    assert median_of_ranks(comm, own(comm, values)) == np.median(values)
    assert median_of_ranks(comm, own(comm, 0 * values)) == 0


@pytest.mark.cross_method
@pytest.mark.parametrize("scale", [1.0, 1e-25, 3e200])
def test_sum_is_exact_in_any_order(comm: MPI.Intracomm, scale: float) -> None:
    """Against fractions. Terms cancel, so that a sum from left to right would be another."""
    rng = np.random.default_rng(3)
    values = scale * np.exp(rng.uniform(-30, 0, 999)) * rng.choice([-1.0, 1.0], 999)
    values = np.append(values, scale * 0.7 - np.sum(values))
    exact = float(sum(map(Fraction, values.tolist())))
    for seed in range(3):
        assert sum_of_ranks(comm, own(comm, values, seed)) == exact
    assert sum_of_ranks(comm, np.zeros(0)) == 0
