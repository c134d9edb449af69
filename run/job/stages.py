"""What a person waits for before there is a bar: loading, meshing, assembling."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_LONG = 3e4
"""Vertices whose meshing takes several seconds, which a log tells of, too."""
_ERASE = "\x1b[K"


@contextmanager
def stage(text: str, *, shown: bool, vertices: float = 0.0) -> Iterator[None]:
    """Say what goes on inside: in a line of a terminal that is gone afterwards.

    What is not read on a terminal is told of what takes long alone. Nothing is lost of what is
    printed inside: it stands over the line.

    Args:
        text: what is done, like "Meshing".
        shown: whether on this rank, which should be one alone.
        vertices: about how many the film has.
    """
    terminal = sys.stderr.isatty()
    if shown and (terminal or vertices > _LONG):
        ends = "\r" if terminal else "\n"
        print(f"{text} …", end=ends, file=sys.stderr, flush=True)
    try:
        yield
    finally:
        if shown and terminal:
            print(_ERASE, end="", file=sys.stderr, flush=True)
