"""Looking now and then at what others do, while this process is at work itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def watching(look: Callable[[], None], every: float, *, on: bool = True) -> Iterator[None]:
    """Call a function from a thread until the block ends, and once more then.

    Args:
        look: the function.
        every: seconds between two calls.
        on: whether to do so at all.
    """
    if not on:
        yield
        return
    ended = Event()

    def watch() -> None:
        while not ended.wait(every):
            look()

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        look()
