"""Work for some of the ranks, while the others rest."""

import gc
from collections.abc import Callable
from typing import TypeVar

from mpi4py import MPI
from petsc4py import PETSc

from hebbfilm.run.job.meeting import meet

T = TypeVar("T")


def on_first(comm: MPI.Intracomm, size: int, work: Callable[[MPI.Intracomm], T]) -> T:
    """What the first `size` ranks find together, on all ranks; collective.

    Args:
        comm: all ranks.
        size: how many of them work.
        work: called on each of these with their communicator.

    Raises:
        Exception: what `work` raised, on all ranks.
    """
    group = comm.Split(0 if comm.rank < size else MPI.UNDEFINED, comm.rank)
    found: tuple[T | None, Exception | None] = None, None
    if group != MPI.COMM_NULL:
        try:
            found = work(MPI.Intracomm(group)), None
        except Exception as error:
            found = None, error
        # PETSc's objects lie in cycles, and its ranks have to let go of them together.
        gc.collect()
        PETSc.garbage_cleanup(group)
    meet(comm)
    result: T
    result, failure = comm.bcast(found)
    if failure is not None:
        raise failure
    return result
