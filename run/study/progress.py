"""Progress of a study: one bar for all its runs, or a plain line for each that is over."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from hebbfilm.run.job.watching import watching
from hebbfilm.run.study.queue import Queue

_LOOK_EVERY = 1.0
"""Seconds between looks into the queue."""


class StudyProgress:
    """Shows how many runs are over; a thread looks, as its rank is at work on a run itself.

    Args:
        names: of the runs, by their numbers.
        queue: that hands them out.
        shown: whether on this rank, which should be one alone; else it is silent.
    """

    def __init__(self, names: Sequence[str], queue: Queue, *, shown: bool) -> None:
        self._queue = queue
        self._names = names
        console = Console(file=sys.stderr)
        self._bar = Progress(
            TextColumn("Study"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("runs  {task.fields[state]}"),
            TimeElapsedColumn(),
            console=console,
            disable=not (shown and console.is_terminal),
        )
        self._task = self._bar.add_task("", total=len(names), state="")
        self._plain = shown and not console.is_terminal
        self._told: set[int] = set()
        self._shown = shown
        self._watched = ExitStack()

    def __enter__(self) -> Self:
        self._bar.start()
        self._watched.enter_context(watching(self._look, _LOOK_EVERY, on=self._shown))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._watched.close()
        self._bar.stop()

    def _look(self) -> None:
        marks = self._queue.marks()
        ends = {number: end for number, found in marks.items() for end in found - {"begun"}}
        for number in sorted(ends.keys() - self._told):
            self._told.add(number)
            if self._plain:
                over = f"{len(self._told)} of {len(self._names)} runs"
                text = f"{over}: {self._names[number]} {ends[number]}"
                self._bar.console.print(text, highlight=False, soft_wrap=True, markup=False)
        failed = sum(end == "failed" for end in ends.values())
        state = f"{len(marks) - len(ends)} running, {failed} failed"
        self._bar.update(self._task, completed=len(ends), state=state)
