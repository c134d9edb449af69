"""Sums and maxima over all ranks, of plain numbers.

mpi4py pickles what its methods in lower case reduce, which takes a message for each step of the
sum and one more to hand it out; in upper case it is one call of the MPI library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np

from hebbfilm.common.arrays import FloatArray

if TYPE_CHECKING:
    from mpi4py import MPI


@overload
def total(comm: MPI.Intracomm, values: float) -> float: ...
@overload
def total(comm: MPI.Intracomm, values: FloatArray) -> FloatArray: ...


def total(comm: MPI.Intracomm, values: float | FloatArray) -> float | FloatArray:
    """The sum of what all ranks have, an array of one shape or a number on each; collective."""
    here = np.ascontiguousarray(values, dtype=np.float64)
    found = np.empty_like(here)
    comm.Allreduce(here, found)
    return found if np.ndim(values) else found.item()


def largest(comm: MPI.Intracomm, value: float) -> float:
    """The largest of the numbers that all ranks have, NaN if one is; collective."""
    from mpi4py import MPI

    found = np.array([value, 0.0]) if value == value else np.array([-np.inf, 1.0])
    comm.Allreduce(MPI.IN_PLACE, found, MPI.MAX)
    return float(found[0]) if found[1] == 0 else float("nan")
