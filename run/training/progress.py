"""Progress of a run: a bar on a terminal, a plain line now and then elsewhere."""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

_LINE_EVERY = 10.0
"""Seconds between plain lines."""
_BAR_EVERY = 0.1
"""Seconds between states of the bar: it is drawn ten times a second."""


class RunProgress:
    """Shows how far a run is.

    Args:
        total: simulated time of the whole run in s.
        shown: whether on this rank, which should be one alone; else it is silent.
    """

    def __init__(self, total: float, *, shown: bool) -> None:
        self._total = total
        self._shown = shown
        console = Console(file=sys.stderr)
        self._bar = Progress(
            TextColumn("{task.description:<10}"),
            BarColumn(),
            TextColumn("{task.completed:.2f}/{task.total:.2f} ns  {task.fields[state]}"),
            TimeRemainingColumn(),
            console=console,
            disable=not (self._shown and console.is_terminal),
        )
        self._plain = self._shown and not console.is_terminal
        self._task = self._bar.add_task("begin", total=total * 1e9, state="")
        self._start = time.monotonic()
        # The first line comes with the first sample.
        self._last_line = self._start - _LINE_EVERY
        self._last_bar = self._start - _BAR_EVERY
        self._first: float | None = None

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    @property
    def total(self) -> float:
        """Simulated time of the whole run in s, as far as is known by now."""
        return self._total

    def say(self, text: str) -> None:
        """Print a line that stays."""
        if self._shown:
            self._bar.console.print(text, highlight=False, soft_wrap=True, markup=False)

    @property
    def is_due(self) -> bool:
        """Whether `update` would show anything now, or begins to measure the pace."""
        now = time.monotonic()
        if self._first is None:
            return self._shown
        if self._plain:
            return now - self._last_line > _LINE_EVERY
        return self._shown and now - self._last_bar > _BAR_EVERY

    def skip(self, seconds: float) -> None:
        """Leave out simulated time that turned out not to be needed."""
        self._total -= seconds
        self._bar.update(self._task, total=self._total * 1e9)

    def restart_clock(self) -> None:
        """From here on simulated time goes by at another pace."""
        self._first = None

    def update(self, phase: str, done: float, step: float, torque: float) -> None:
        """Show the state.

        Args:
            phase: what is going on.
            done: simulated time in s.
            step: time step in s.
            torque: largest |m × H_eff| in A/m.
        """
        state = f"step {step * 1e12:.2f} ps  torque {torque:.1e} A/m"
        self._bar.update(self._task, description=phase, completed=done * 1e9, state=state)
        now = self._last_bar = time.monotonic()
        if self._first is None:
            self._first, self._start = done, now
        if self._plain and now - self._last_line > _LINE_EVERY:
            self._last_line = now
            self.say(
                f"{phase:<10} {done * 1e9:7.2f}/{self._total * 1e9:.2f} ns  {state}  "
                f"{self._remaining(done, now)}"
            )

    def _remaining(self, done: float, now: float) -> str:
        covered = done - (self._first or 0.0)
        if covered <= 0:
            return ""
        left = (self._total - done) / covered * (now - self._start)
        return f"{left:.0f} s left" if left < 120 else f"{left / 60:.0f} min left"
