"""How far steps may go under fields that are any function of time: these are looked over before."""

from __future__ import annotations

from collections.abc import Callable

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.drives.pace import Pace, sampled_pace

GENERIC = 0.48, -0.6, 0.64
"""A direction in which no symmetry hides what a field does."""


def looked_over(
    comm: MPI.Intracomm,
    field: Callable[[float], FloatArray],
    begin: float,
    end: float,
    most: int,
    name: str,
) -> Pace:
    """How far steps may go under a field; collective.

    Args:
        comm: the ranks.
        field: at a time in s, some numbers of this rank (k,), any number of them; collective.
        begin: where to look from, in s.
        end: where to look to, in s.
        most: times, at most, at which to look.
        name: of its term or torque.

    Raises:
        InputError: it has a pole.
    """

    def values(times: FloatArray) -> FloatArray:
        own = np.array([field(float(time)) for time in times]).reshape(len(times), -1)
        return np.concatenate(comm.allgather(own), axis=1)

    return sampled_pace(values, begin, end, most, name)
