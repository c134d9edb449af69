"""Work for one rank whose failure every rank learns of."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from hebbfilm.common.errors import RAISED

if TYPE_CHECKING:
    from mpi4py import MPI

T = TypeVar("T")


def on_root(comm: MPI.Intracomm, work: Callable[[], T]) -> T | None:
    """Run `work` on rank 0 and hand back its result there, None elsewhere.

    Raises:
        Exception: what `work` raised, on all ranks; so do they SystemExit, with its status.
    """
    result, failure = None, None
    if comm.rank == 0:
        try:
            result = work()
        except RAISED as error:
            failure = error
    failed = comm.bcast(None if failure is None else _sent(failure), root=0)
    if failure is not None:
        raise failure
    if failed:
        kind, message = failed
        raise kind(message)
    return result


def on_every_rank(comm: MPI.Intracomm, work: Callable[[], T]) -> T:
    """Run `work`, which is not collective, on each rank.

    Raises:
        Exception: what `work` raised on the lowest rank on which it did, on all ranks; so do they
            SystemExit, with its status.
    """
    result, failure = None, None
    try:
        result = work()
    except RAISED as error:
        failure = error
    failures = comm.allgather(None if failure is None else _sent(failure))
    if failure is not None:
        raise failure
    for failed in filter(None, failures):
        kind, message = failed
        raise kind(message)
    return cast(T, result)


def first_unlike(comm: MPI.Intracomm, own: T) -> tuple[T, T, int] | None:
    """What rank 0 has, what the lowest rank has that has something else, and that rank.

    Returns:
        None, if all ranks have the same.
    """
    if comm.size == 1:
        return None
    found = comm.allgather(own)
    for rank, other in enumerate(found):
        if other != found[0]:
            return found[0], other, rank
    return None


def _sent(failure: BaseException) -> tuple[type[BaseException], str | int | None]:
    """What other ranks raise: the same if that can be sent and made of a message alone."""
    if isinstance(failure, SystemExit):
        code = failure.code
        return SystemExit, code if code is None or isinstance(code, int) else str(code)
    kind, message = type(failure), str(failure)
    try:
        pickle.dumps(kind)
        kind(message)
    except Exception:
        return RuntimeError, f"{kind.__name__}: {message}"
    return kind, message
