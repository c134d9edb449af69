"""Progress of drawing: how many pictures there are, and how long they will take, from the start."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from hebbfilm.common.text import counted
from hebbfilm.run.job.watching import watching
from hebbfilm.run.study.queue import Queue

_LOOK_EVERY = 0.2
_LINE_EVERY = 10.0
"""Seconds, of a bar, and between plain lines."""
_TRUST = 0.5
"""What is expected counts like so large a part of all pictures, drawn in the time expected."""


@contextmanager
def progress_of(queue: Queue, costs: Sequence[float], hands: int, *, shown: bool) -> Iterator[None]:
    """Show how far drawing is: a bar on a terminal, a plain line now and then elsewhere.

    Args:
        queue: that hands pictures out.
        costs: what each is expected to take, s; corrected by what those that are drawn took.
        hands: that draw at once.
        shown: whether on this rank; else it is silent.
    """
    if not shown:
        yield
        return
    with _bar(Console(file=sys.stderr)) as bar:
        task = bar.add_task("", total=len(costs), left="")
        course = _Course(queue, costs, hands, bar, task)
        course.begin()
        with watching(course.look, _LOOK_EVERY):
            yield


def seconds_left(costs: Sequence[float], drawn: set[int], hands: int, elapsed: float) -> float:
    """How long the rest will take, s.

    By what was expected until one is drawn; then more and more by what those that are took: the
    first of them come late, as processes start meanwhile and others are nearly drawn.

    Args:
        costs: what each picture is expected to take, s.
        drawn: numbers of those that are.
        hands: that draw at once.
        elapsed: since the start, s.
    """
    done = sum(costs[number] for number in drawn)
    left, trust = (sum(costs) - done) / hands, _TRUST * sum(costs)
    return left * ((elapsed * hands + trust) / (done + trust) if drawn else 1.0)


class _Course:
    def __init__(
        self, queue: Queue, costs: Sequence[float], hands: int, bar: Progress, task: TaskID
    ) -> None:
        self._queue, self._costs, self._hands = queue, costs, hands
        self._bar, self._task = bar, task
        self._start = self._last = time.monotonic()

    def begin(self) -> None:
        """Say what is to come."""
        self._update(set())
        if not self._bar.console.is_terminal and self._costs:
            by = f" by {self._hands} processes" if self._hands > 1 else ""
            expected = _about(seconds_left(self._costs, set(), self._hands, 0.0))
            self._say(f"{counted(len(self._costs), 'picture')}{by}, {expected}")

    def look(self) -> None:
        """Say what has come of it."""
        drawn = {number for number, marks in self._queue.marks().items() if "drawn" in marks}
        left = self._update(drawn)
        now = time.monotonic()
        if not self._bar.console.is_terminal and now - self._last > _LINE_EVERY:
            self._last = now
            self._say(f"{len(drawn)} of {counted(len(self._costs), 'picture')}, {left} left")

    def _update(self, drawn: set[int]) -> str:
        elapsed = time.monotonic() - self._start
        left = _about(seconds_left(self._costs, drawn, self._hands, elapsed))
        over = len(drawn) == len(self._costs)
        told = f"{elapsed:.0f} s" if over else f"{left} left"
        self._bar.update(self._task, completed=len(drawn), left=told)
        return left

    def _say(self, text: str) -> None:
        self._bar.console.print(text, highlight=False, soft_wrap=True, markup=False)


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("Pictures  "),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}"),
        console=console,
        disable=not console.is_terminal,
    )


def _about(seconds: float) -> str:
    return f"about {max(1, round(seconds))} s" if seconds < 120 else f"about {seconds / 60:.0f} min"
