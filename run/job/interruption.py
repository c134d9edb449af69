"""Stopping when asked to, or before time is over: noted, and obeyed at the next sample."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from mpi4py import MPI

_SIGNALS = (signal.SIGUSR1, signal.SIGINT, signal.SIGTERM)
"""By weight. SIGUSR1 is what batch systems send ahead of the wall-time limit."""

SIGNAL_FILE = "HEBBFILM_SIGNAL_FILE"
"""Variable with the name of a file in which run/bin/mpirun writes the number of the signal that it
was sent: its ranks get SIGUSR1 in its place."""

TIME_OVER = os.EX_TEMPFAIL
"""Exit status, 75, of what stopped because its wall time is nearly over: to be started again."""

LEAST_LEFT = 30.0
"""Seconds that are kept in any case, to write the state and to end all ranks."""

_SAMPLES_LEFT = 2.0
"""Samples as long as the longest one that are kept: the next may take longer than any before."""

_BY_WEIGHT = (0, TIME_OVER, *(128 + number for number in _SIGNALS))
"""Exit statuses: the last of those that the ranks know is that of the run. A rank on another
machine than mpirun's sees SIGUSR1 alone."""


class Interrupted(Exception):  # noqa: N818 - it is no error
    """The run was asked to stop, and has saved its state.

    Attributes:
        status: exit status: by the convention of shells 128 and the signal's number, or TIME_OVER.
    """

    def __init__(self, status: int) -> None:
        super().__init__("the wall time" if status == TIME_OVER else signal_name(status - 128))
        self.status = status


def signal_name(number: int) -> str:
    """The name of a signal, and what a person calls it."""
    name = signal.Signals(number).name
    return f"{name} (Ctrl-C)" if number == signal.SIGINT else name


class StopRequest:
    """Whether a run must stop: a signal to any rank, or too little time for one more sample.

    Args:
        comm: of the run.
        end: when the wall time is over, in s since 1970; None for never. Rank 0's counts.
        clock: of rank 0, in s since 1970.
    """

    def __init__(
        self,
        comm: MPI.Intracomm,
        end: float | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._comm = comm
        self._end = end
        self._clock = clock
        self._status = 0
        self._last = clock()
        self._longest_sample = 0.0

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Note signals inside, instead of dying from them."""
        before = {number: signal.signal(number, self._note) for number in _SIGNALS}
        # What came before, like meshing, is no part of a sample.
        self._last = self._clock()
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._status = 128 + _signal_meant(number)

    @property
    def noted(self) -> bool:
        """Whether this very rank was sent a signal; not collective."""
        return self._status != 0

    def received(self) -> int:
        """The exit status to stop with, 0 to go on; collective, and called once a sample."""
        now = self._clock()
        self._longest_sample = max(self._longest_sample, now - self._last)
        self._last = now
        over = TIME_OVER if self._comm.rank == 0 and self._is_over(now) else 0
        known = _BY_WEIGHT.index(self._status or over)
        weightiest: int = self._comm.allreduce(known, MPI.MAX)
        return _BY_WEIGHT[weightiest]

    def _is_over(self, now: float) -> bool:
        if self._end is None:
            return False
        return now + _SAMPLES_LEFT * self._longest_sample + LEAST_LEFT > self._end


def _signal_meant(number: int) -> int:
    """The signal for which a SIGUSR1 by our mpirun stands."""
    if number != signal.SIGUSR1:
        return number
    try:
        return int(Path(os.environ.get(SIGNAL_FILE, "")).read_text(encoding="ascii"))
    except (OSError, ValueError):  # none was written, or on another machine
        return number


def end_when_stopped() -> None:
    """Let Ctrl-C, and what our mpirun makes of it, raise KeyboardInterrupt with its number.

    So does SIGTERM without mpirun, so that what was half-written is taken away.
    What was held back until now, see hebbfilm/__main__.py, does so at once.
    """
    alone = MPI.COMM_WORLD.size == 1
    for number in (signal.SIGINT, signal.SIGUSR1, *([signal.SIGTERM] if alone else [])):
        signal.signal(number, _end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])


def ignore_signals() -> None:
    """From now on signals that ask for the end change nothing."""
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _end(number: int, frame: FrameType | None) -> None:
    ignore_signals()
    raise KeyboardInterrupt(_signal_meant(number))
