"""Stopping when asked to: the signal is noted, and obeyed at the next sample."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from mpi4py import MPI

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)
"""SIGUSR1 is what batch systems send ahead of the wall-time limit."""


class Interrupted(Exception):  # noqa: N818 - it is no error
    """The run was asked to stop, and has saved its state.

    Attributes:
        status: exit status by the custom of shells, 128 and the signal's number.
    """

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal.Signals(signal_number).name)
        self.status = 128 + signal_number


class StopRequest:
    """Whether any rank was asked to stop.

    Args:
        comm: of the run.
    """

    def __init__(self, comm: MPI.Intracomm) -> None:
        self._comm = comm
        self._received = 0

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
        self._received = number

    def received(self) -> int:
        """The number of a signal that any rank has got, 0 for none; collective."""
        return self._comm.allreduce(self._received, MPI.MAX)
