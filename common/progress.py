"""Bars of long calls, where a person waits for them: in notebooks, and at the prompt of Python.

A bar appears once a call has taken a few seconds. Of calls within each other the outermost has it.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

_PATIENCE = 2.0
"""In s: what takes no longer needs no bar."""
_LOOK_EVERY = 0.2
"""In s."""


class _Drawn(Protocol):
    """A bar on some device."""

    def show(self, done: float, elapsed: float) -> None:
        """How much is done, 0 to 1, after so many seconds."""

    def end(self, elapsed: float) -> None:
        """Take it away, or say how long it took."""


class _Settings:
    """What has been asked for, and the bar that there is."""

    asked: bool | None = None
    running: _Bar | None = None
    held = False


def show_progress(shown: bool | None = True) -> None:
    """Say whether long calls draw bars: `Film.evolve`, `Film.relax`, `HopfieldFilm.train`.

    Args:
        shown: True or False; None, as it is at first, for bars in notebooks and at the prompt of
            Python, and none in scripts.

    Example:
        >>> show_progress(False)
        >>> show_progress(None)
    """
    _Settings.asked = shown


@contextmanager
def bar(what: str, total: float, *, shown: bool) -> Iterator[Callable[[float], None]]:
    """A bar of a call.

    Args:
        what: goes on, in a word.
        total: simulated time in s, of which parts are counted.
        shown: whether on this rank, of which one alone should show it.

    Yields:
        What counts a part that is done.
    """
    if _Settings.running is not None:
        yield _Settings.running.count
        return
    if not (shown and total > 0 and not _Settings.held and _is_wanted()):
        yield lambda part: None
        return
    _Settings.running = running = _Bar(what, total)
    try:
        yield running.count
    finally:
        _Settings.running = None
        running.end()


@contextmanager
def without_bars() -> Iterator[None]:
    """Inside, calls draw none: something else tells how far all is."""
    before, _Settings.held = _Settings.held, True
    try:
        yield
    finally:
        _Settings.held = before


def _is_wanted() -> bool:
    if _Settings.asked is not None:
        return _Settings.asked
    return hasattr(sys, "ps1") or _shell() is not None


def _shell() -> Any:
    """Of IPython, that of notebooks among them; None without one."""
    loaded = sys.modules.get("IPython")
    return None if loaded is None else loaded.get_ipython()


class _Bar:
    def __init__(self, what: str, total: float) -> None:
        self._what, self._total, self._done = what, total, 0.0
        self._start = self._last = time.monotonic()
        self._drawn: _Drawn | None = None

    def count(self, part: float) -> None:
        self._done += part
        now = time.monotonic()
        if now - self._last < _LOOK_EVERY or now - self._start < _PATIENCE:
            return
        self._last = now
        if self._drawn is None:
            kernel = getattr(_shell(), "kernel", None)
            device = _InTerminal if kernel is None else _InNotebook
            self._drawn = device(self._what, self._total)
        self._drawn.show(min(self._done / self._total, 1.0), now - self._start)

    def end(self) -> None:
        if self._drawn is not None:
            self._drawn.end(time.monotonic() - self._start)


class _InTerminal:
    """A bar of rich, which goes when all is done."""

    def __init__(self, what: str, total: float) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self._total = total * 1e9
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.2f}/{task.total:.2f} ns"),
            TimeRemainingColumn(),
            console=Console(file=sys.stderr),
            transient=True,
        )
        self._task = self._bar.add_task(what, total=self._total)
        self._bar.start()

    def show(self, done: float, elapsed: float) -> None:
        self._bar.update(self._task, completed=done * self._total)

    def end(self, elapsed: float) -> None:
        self._bar.stop()


class _InNotebook:
    """A bar of HTML, in place of which stands how long it took when all is done."""

    def __init__(self, what: str, total: float) -> None:
        from IPython import display

        show: Any = display.display
        self._what, self._total = what, f"{total * 1e9:.3g} ns"
        # One of its own that can be changed; rich would need ipywidgets for that.
        self._place = show({"text/plain": what}, raw=True, display_id=True)

    def show(self, done: float, elapsed: float) -> None:
        left = elapsed * (1 - done) / done if done else 0.0
        told = f"{100 * done:.0f} % of {self._total}, about {_lasting(left)} left"
        html = (
            f'<progress value="{done:.4f}" max="1" style="width: 20em" aria-label="{self._what}">'
            f"</progress> {self._what}: {told}"
        )
        self._update({"text/html": html, "text/plain": f"{self._what}: {told}"})

    def end(self, elapsed: float) -> None:
        told = f"{self._what}: {self._total} at most, took {_lasting(elapsed)}"
        self._update({"text/html": f'<span style="opacity: 0.7">{told}</span>', "text/plain": told})

    def _update(self, content: dict[str, str]) -> None:
        self._place.update(content, raw=True)


def _lasting(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
