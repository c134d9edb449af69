"""Work that a signal must not break off half-way."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_HELD = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM, signal.SIGUSR1, signal.SIGUSR2)


@contextmanager
def held_signals() -> Iterator[None]:
    """Let handlers written in Python, like that of Ctrl-C, wait until the end of this block.

    One that raises an exception while PETSc calls Python would leave PETSc's vectors locked, and
    come out as an error of PETSc.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    handlers = {number: signal.getsignal(number) for number in _HELD}
    held = {number: handler for number, handler in handlers.items() if callable(handler)}
    try:
        for number in held:
            signal.signal(number, lambda *arguments: came.append(arguments))
        yield
    finally:
        for number, handler in held.items():
            signal.signal(number, handler)
        for came_number, frame in came:
            held[signal.Signals(came_number)](came_number, frame)
