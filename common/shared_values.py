"""Medians and sums of numbers that are shared out over ranks, the same however they are."""

from __future__ import annotations

from math import ceil, frexp, ldexp
from typing import TYPE_CHECKING

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray

if TYPE_CHECKING:
    from mpi4py import MPI

_DIGITS = 52
"""Bits of a number that is rounded to a whole one and back without loss."""
_SUM = 62
"""Bits of a sum of whole numbers."""


def median_of_ranks(comm: MPI.Intracomm, values: FloatArray) -> float:
    """The median of the numbers of all ranks, none of which is negative; collective.

    Args:
        comm: ranks that share them.
        values: (n,), those of this rank.
    """
    # Numbers that are not negative are in the order of their bits.
    bits = np.sort(np.ascontiguousarray(values, dtype=np.float64).view(np.int64))
    number = comm.allreduce(len(bits))
    middle = {_of_rank(comm, bits, place) for place in ((number - 1) // 2, number // 2)}
    return float(np.mean(np.array(sorted(middle), dtype=np.int64).view(np.float64)))


def _of_rank(comm: MPI.Intracomm, bits: IntArray, place: int) -> int:
    """The number of that place among those of all ranks, by halving the interval it lies in."""
    low, high = 0, np.iinfo(np.int64).max
    while low < high:
        middle = (low + high) // 2
        if comm.allreduce(int(np.searchsorted(bits, middle, side="right"))) > place:
            high = middle
        else:
            low = middle + 1
    return int(low)


def sum_of_ranks(comm: MPI.Intracomm, values: FloatArray) -> float:
    """The sum of the numbers of all ranks, in whatever order they are; collective.

    Each is split into whole multiples of two powers of two, which add up without rounding; what is
    left of it, of up to 1e9 numbers, is below 1e-19 of the largest one.

    Args:
        comm: ranks that share them.
        values: (n,) finite, those of this rank.
    """
    from mpi4py.MPI import MAX

    largest = comm.allreduce(float(np.abs(values).max(initial=0.0)), MAX)
    if largest == 0.0:
        return 0.0
    room = _SUM - ceil(np.log2(comm.allreduce(len(values)) + 1))
    digits = min(_DIGITS, room)
    unit = ldexp(1.0, frexp(largest)[1] - digits)
    coarse = np.rint(values / unit)
    fine = np.rint((values - coarse * unit) / unit * 2.0**digits)
    totals = [int(np.sum(part.astype(np.int64))) for part in (coarse, fine)]
    high, low = (comm.allreduce(total) for total in totals)
    return float((high << digits) + low) * ldexp(unit, -digits)
