"""Progress of what is done many times alike: a bar on a terminal, elsewhere a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_LINE_EVERY = 10.0
"""Seconds between plain lines."""
_Item = TypeVar("_Item")


def counting(items: Sequence[_Item], noun: str, shown: bool) -> Iterator[_Item]:
    """Hand out items, and show how many there were and how long the rest will take.

    Args:
        items: to hand out.
        noun: what they are, like "Frames".
        shown: whether to show anything.
    """
    console = Console(file=sys.stderr)
    start = last = time.monotonic()
    with Progress(
        TextColumn("{task.description:<8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not (shown and console.is_terminal),
    ) as bar:
        task = bar.add_task(noun, total=len(items))
        for done, item in enumerate(items):
            yield item
            bar.advance(task)
            now = time.monotonic()
            if shown and not console.is_terminal and now - last > _LINE_EVERY:
                last = now
                left = (now - start) / (done + 1) * (len(items) - done - 1)
                print(f"{noun}: {done + 1} of {len(items)}, {left:.0f} s left", file=sys.stderr)
