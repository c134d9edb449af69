"""Progress of a study: one bar for all its runs, or a plain line now and then."""

import sys
import time
from threading import Event, Thread
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from run.study.queue import Queue

_LOOK_EVERY = 1.0
"""Seconds between looks into the queue."""

_LINE_EVERY = 30.0
"""Seconds between plain lines."""


class StudyProgress:
    """Shows how many runs are over; a thread looks, as its rank is at work on a run itself.

    Args:
        total: number of runs.
        queue: that hands them out.
        shown: whether on this rank, which should be one alone; else it is silent.
    """

    def __init__(self, total: int, queue: Queue, *, shown: bool) -> None:
        self._queue = queue
        self._total = total
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
        self._task = self._bar.add_task("", total=total, state="")
        self._plain = shown and not console.is_terminal
        self._last_line = time.monotonic()
        self._last_text = ""
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True) if shown else None

    def __enter__(self) -> Self:
        self._bar.start()
        if self._thread is not None:
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
            self._look()
        self._bar.stop()

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            self._look()

    def _look(self) -> None:
        counts = self._queue.counts()
        over = counts["finished"] + counts["failed"]
        state = f"{counts['begun'] - over - counts['stopped']} running, {counts['failed']} failed"
        self._bar.update(self._task, completed=over, state=state)
        text = f"{over}/{self._total} runs over, {state}"
        now = time.monotonic()
        if self._plain and text != self._last_text and now - self._last_line > _LINE_EVERY:
            self._last_line, self._last_text = now, text
            self._bar.console.print(text, highlight=False, soft_wrap=True, markup=False)
