"""Stopping when asked to: the signal is noted, and obeyed at the next sample."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from mpi4py import MPI

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)
"""SIGUSR1 is what batch systems send ahead of the wall-time limit."""


class Interrupted(Exception):  # noqa: N818 - it is no error
    """The run was asked to stop, and has saved its state."""


class StopRequest:
    """Whether any rank was asked to stop.

    Args:
        comm: of the run.
    """

    def __init__(self, comm: MPI.Intracomm) -> None:
        self._comm = comm
        self._asked = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Note signals inside, instead of dying from them."""
        before = {number: signal.signal(number, self._note) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._asked = True

    def asked(self) -> bool:
        """Whether any rank has got a signal; collective."""
        return self._comm.allreduce(self._asked, MPI.LOR)
