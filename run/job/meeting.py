"""How ranks wait for one another without keeping a core busy, and what they do in vain."""

import time

from mpi4py import MPI

_GRACE = 5.0
"""Seconds that the other ranks have to arrive at the same error."""


def meet_or_abort(comm: MPI.Intracomm, status: int) -> None:
    """Meet the other ranks after an error; end all of them, should this one alone have failed."""
    if comm.size == 1:
        return
    if not _meet(comm, 0.01, time.monotonic() + _GRACE):
        comm.Abort(status)


def meet(comm: MPI.Intracomm) -> None:
    """Wait for the other ranks, for hours if need be: collective, like a barrier that sleeps."""
    _meet(comm, 0.1, float("inf"))


def _meet(comm: MPI.Intracomm, pause: float, deadline: float) -> bool:
    met = comm.Ibarrier()
    while not met.Test():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True
