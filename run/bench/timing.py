"""Times of what all ranks do together."""

import math
import time
from collections.abc import Callable, Mapping
from statistics import median

from mpi4py import MPI

_LEAST_TIME = 0.5
"""In s, that a fastest time is looked for."""


def alternate(
    comm: MPI.Intracomm, works: Mapping[str, Callable[[], object]], repetitions: int
) -> dict[str, float]:
    """Median time of each work in s, done in turn so that all meet the same load; collective."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()
    for _ in range(repetitions):
        for name, work in works.items():
            times[name].append(once(comm, work))
    return {name: median(found) for name, found in times.items()}


def fastest(comm: MPI.Intracomm, work: Callable[[], object], repetitions: int) -> float:
    """Least time of a work in s: whatever else a machine does only adds to it; collective.

    Short works are repeated more often, so that a busy moment does not hold for all of them.
    """
    work()
    least, total, number = math.inf, 0.0, 0
    while number < repetitions or total < _LEAST_TIME:
        taken = once(comm, work)
        least, total, number = min(least, taken), total + taken, number + 1
    return least


def once(comm: MPI.Intracomm, work: Callable[[], object]) -> float:
    """Time in s until the last rank has done it; collective."""
    comm.Barrier()
    start = time.perf_counter()
    work()
    longest: float = comm.allreduce(time.perf_counter() - start, MPI.MAX)
    return longest
