"""What can be drawn of a run: a name stands for a function, and nothing is drawn before it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Picture:
    """A picture that may be drawn.

    Args:
        draw: it.
        exists: whether the run has it, where that needs fields to be read.
        of_snapshot: whether it is of one snapshot rather than of the whole run.
    """

    draw: Callable[[], Figure]
    exists: Callable[[], bool] = _always
    of_snapshot: bool = False


def fits(name: str, asked: Iterable[str]) -> bool:
    """Whether a name is one of those asked for, which may be patterns as of a shell."""
    return any(fnmatchcase(name, each) for each in asked)


def asked_for(asked: Sequence[str], there: Sequence[str], folder: Path) -> list[str]:
    """Those of the names that are there which are asked for, in their order.

    Raises:
        InputError: one that is asked for is not there, or fits none.
    """
    for each in asked:
        if not any(fits(name, [each]) for name in there):
            raise InputError(f"{folder}: no picture {each!r}; {allowed_are(each, there)}")
    return [name for name in there if fits(name, asked)]
