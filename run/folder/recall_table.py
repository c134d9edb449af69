"""`recall.csv`: where recall leads from each start, beside the ideal Hebb network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hebbfilm.common.arrays import BoolArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import format_pattern
from hebbfilm.hopfield.recall_ends import RecallTable
from hebbfilm.run.folder import files
from hebbfilm.run.folder.csv_rows import Rows, read_rows, write_rows

_START = "start"
_END = "end"
_ALWAYS = "always_recalled"
_OSCILLATES = "oscillates"
_IDEAL = "ideal_"
"""Before the name of a column: of the ideal network."""
_COLUMNS = (
    _START,
    *(_END, _ALWAYS),
    *(_IDEAL + _END, _IDEAL + _ALWAYS),
    *(_OSCILLATES, _IDEAL + _OSCILLATES),
)
_EARLIER_ALWAYS = "recalled"
"""So runs of earlier versions call it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class RecallEnds:
    """Where recall leads: states (n, N) of ±1, and whether always to a pattern, (n,) bool.

    Ends are those of the first order of update; "always" is in every order that was tried. Where
    synchronous recall oscillates, the end is one of two states.
    """

    starts: IntArray
    ends: IntArray
    always_recalled: BoolArray
    ideal_ends: IntArray
    ideal_always_recalled: BoolArray
    oscillates: BoolArray

    def rightly_recalled(self, patterns: IntArray) -> BoolArray:
        """Always recalled, and a stored state as itself: (n,), of patterns (p, N)."""
        return self.always_recalled & ~left(self.starts, self.ends, patterns)

    def ideal_rightly_recalled(self, patterns: IntArray) -> BoolArray:
        """The same of the ideal network."""
        return self.ideal_always_recalled & ~left(self.starts, self.ideal_ends, patterns)


def left(starts: IntArray, ends: IntArray, patterns: IntArray) -> BoolArray:
    """Whether a start is a stored state, a pattern or its negative, and its end another: (n,).

    Args:
        starts: (n, N).
        ends: (n, N).
        patterns: that are stored, (p, N).
    """
    stored = (np.abs(starts @ np.asarray(patterns).T) == starts.shape[1]).any(axis=1)
    found: BoolArray = stored & (starts != ends).any(axis=1)
    return found


def write_recall(folder: Path, film: RecallTable, ideal: RecallTable) -> None:
    """Write `recall.csv`: a row a start, with the end of its first order.

    "always recalled" counts a start only if it was recalled in every order. Of a start from which
    synchronous recall oscillates, the end is one of the two states.

    Args:
        folder: of the run.
        film: recall by the film's weights, from one start after another.
        ideal: recall by ideal weights, from the same.

    Raises:
        InputError: the file cannot be written.
    """
    rows: dict[str, dict[str, object]] = {}
    for own, beside in zip(film, ideal, strict=True):
        start = format_pattern(own.start)
        row = rows.setdefault(start, {_START: start})
        for before, found in (("", own), (_IDEAL, beside)):
            row.setdefault(before + _END, format_pattern(found.end))
            row.setdefault(before + _OSCILLATES, int(found.oscillates))
            always = bool(row.get(before + _ALWAYS, True)) and found.recalled
            row[before + _ALWAYS] = int(always)
    write_rows(
        folder / files.RECALL, _COLUMNS, [[row[name] for name in _COLUMNS] for row in rows.values()]
    )


def read_recall(folder: Path, size: int) -> RecallEnds:
    """Read `recall.csv` of a run whose film has `size` contacts.

    Raises:
        InputError: the file is missing, empty, cut short, or a state is not made of + and −.
    """
    rows = read_rows(folder / files.RECALL)
    always = _ALWAYS if rows.has(_ALWAYS) else _EARLIER_ALWAYS
    return RecallEnds(
        starts=read_states(rows, _START, size),
        ends=read_states(rows, _END, size),
        always_recalled=read_flags(rows, always),
        ideal_ends=read_states(rows, _IDEAL + _END, size),
        ideal_always_recalled=read_flags(rows, _IDEAL + always),
        # Runs of earlier versions did not tell.
        oscillates=read_flags(rows, _OSCILLATES)
        if rows.has(_OSCILLATES)
        else np.zeros(len(rows.rows), dtype=bool),
    )


def read_states(rows: Rows, name: str, size: int) -> IntArray:
    """A column of states of that many signs, (n, size).

    Raises:
        InputError: a state is not made of + and −.
    """
    texts = rows.texts(name)
    for text in texts:
        if len(text.split(",")) != size or not set(text.split(",")) <= {"+", "-"}:
            raise InputError(
                f"{rows.path}: {text[:40]!r} in column '{name}' is not {size} signs such as '+,-'"
            )
    return np.array([[1 if s == "+" else -1 for s in t.split(",")] for t in texts])


def read_flags(rows: Rows, name: str) -> BoolArray:
    """A column of 0 and 1, (n,).

    Raises:
        InputError: something else stands there.
    """
    texts = rows.texts(name)
    for text in texts:
        if text not in ("0", "1"):
            raise InputError(f"{rows.path}: {text[:20]!r} in column '{name}' is neither 0 nor 1")
    return np.array([text == "1" for text in texts])
