"""Recall from many starts: a table of its ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hebbfilm.common.arrays import IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.notebook import as_html
from hebbfilm.common.tables import aligned
from hebbfilm.hopfield.patterns import (
    Pattern,
    PatternLike,
    all_states,
    format_pattern,
    parse_patterns,
)
from hebbfilm.hopfield.recall import RULES, settle
from hebbfilm.hopfield.states import checked_weights, is_fixed_point

EXHAUSTIVE_UP_TO = 12  # contacts; above it, as many random starts as 12 contacts have states


@dataclass(frozen=True, eq=False)
class RecallRow:
    """One recall.

    Attributes:
        start: first state, (N,).
        end: last state, (N,); where it oscillates, one of the two states.
        recalled: whether `end` is ±ξ of a stored pattern ξ, and stays there.
        distance: Hamming distance of `start` from the nearest ±ξ.
        oscillates: whether `end` and another state follow each other for ever.
    """

    start: Pattern
    end: Pattern
    recalled: bool
    distance: int
    oscillates: bool = False


@dataclass(frozen=True, eq=False)
class RecallTable:
    """The recalls from many starts; prints as a table, iterates over its rows."""

    patterns: tuple[Pattern, ...]
    rows: tuple[RecallRow, ...]

    _repr_html_ = as_html

    def __iter__(self) -> Iterator[RecallRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __str__(self) -> str:
        lines = aligned(
            [
                ("start", "end", "recalled", "distance"),
                *(
                    (
                        format_pattern(row.start),
                        format_pattern(row.end),
                        "yes" if row.recalled else "oscillates" if row.oscillates else "no",
                        str(row.distance),
                    )
                    for row in self.rows
                ),
            ],
            "<",
        )
        recalled, oscillating = (
            sum(getattr(row, name) for row in self.rows) for name in ("recalled", "oscillates")
        )
        if oscillating:
            lines.append(
                f"{oscillating} of {len(self.rows)} end at no fixed point but oscillate between "
                "two states, of which one is shown"
            )
        return "\n".join([*lines, f"{recalled} of {len(self.rows)} recalled"])


def recall_table(
    w: ArrayLike,
    patterns: Sequence[PatternLike],
    *,
    starts: Iterable[PatternLike] | None = None,
    seed: int = 0,
    orders: int = 1,
    rule: str = "asynchronous",
) -> RecallTable:
    """Recall from many starts.

    Args:
        w: weights, (N, N), symmetric, zero diagonal.
        patterns: the stored patterns, one or more.
        starts: first states; None takes all 2ᴺ up to 12 contacts, and 4096 random ones above.
        seed: seed of the orders of update and of random starts. The orders of one start depend on
            the seed and the start alone, not on its place among others.
        orders: recalls from each start, each with its own random order; synchronous recall has
            no order, and takes 1.
        rule: "asynchronous" or "synchronous".

    Returns:
        The table; the rows of one start stand together.

    Raises:
        InputError, RecallError: as `asynchronous_path`.

    Example:
        >>> print(recall_table(hebb_weights(["++-"]), ["++-"], starts=["+++", "+--"]))
        start  end    recalled  distance
        +,+,+  +,+,-  yes       1
        +,-,-  +,+,-  yes       1
        2 of 2 recalled
    """
    if rule not in RULES:
        raise InputError(f"recall rule {rule!r}: {allowed_are(rule, RULES)}")
    if orders < 1 or (orders > 1 and rule == "synchronous"):
        raise InputError(f"{orders} orders of {rule} recall: allowed is 1, or more if asynchronous")
    weights, ties = checked_weights(w)
    n = len(weights)
    stored = tuple(parse_patterns(patterns, n))
    if not stored:
        raise InputError("no stored patterns to recall: give one or more")
    first = parse_patterns(_starts(n, seed) if starts is None else starts, n, what="starts")
    if not first:
        raise InputError("no starts to recall from: give one or more")
    generators = [
        np.random.default_rng([seed, *np.packbits(start > 0).tobytes()]) for start in first
    ]
    every, xi = np.array(first), np.array(stored)
    runs = [settle(weights, ties, every, rule, generators) for _ in range(orders)]
    recalled = [(periods == 1) & (_distances(ends, xi) == 0) for ends, periods in runs]
    rows = [
        RecallRow(start, ends[k], bool(at_home[k]), int(distance), bool(periods[k] > 1))
        for k, (start, distance) in enumerate(zip(first, _distances(every, xi), strict=True))
        for (ends, periods), at_home in zip(runs, recalled, strict=True)
    ]
    return RecallTable(stored, tuple(rows))


def _distances(states: Pattern, stored: Pattern) -> IntArray:
    """How many signs of each state, (n, N), differ from the nearest ±ξ, (n,)."""
    overlaps = np.abs(states.astype(np.int64) @ stored.T.astype(np.int64)).max(axis=1)
    found: IntArray = (states.shape[1] - overlaps) // 2
    return found


def recall_success(table: Iterable[RecallRow]) -> float:
    """Return the fraction of recalls (every start, every order) that end in ±ξ of any pattern.

    Example:
        >>> recall_success(recall_table(hebb_weights(["++--"]), ["++--"]))
        1.0
    """
    return float(np.mean([row.recalled for row in table]))


def stable_states(w: ArrayLike, patterns: Sequence[PatternLike]) -> tuple[int, int]:
    """Of how many of the stored states, patterns and negatives, each is a fixed point; and of all.

    Where one of two patterns is lost, recall from it may still end in the other.

    Args:
        w: weights, (N, N), symmetric, zero diagonal.
        patterns: the stored patterns, one or more.

    Raises:
        InputError: as `recall_table`.

    Example:
        >>> stable_states(hebb_weights(["++--"]), ["++--", "+-+-"])
        (2, 4)
    """
    stored = np.array(parse_patterns(patterns, len(np.asarray(w))))
    states = np.unique(np.concatenate((stored, -stored)), axis=0)
    return sum(is_fixed_point(w, state) for state in states), len(states)


def _starts(n: int, seed: int) -> Pattern:
    if n <= EXHAUSTIVE_UP_TO:
        return all_states(n)
    return np.random.default_rng(seed).choice(
        np.array([-1, 1], dtype=np.int8), (2**EXHAUSTIVE_UP_TO, n)
    )
