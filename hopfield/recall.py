"""Recall: the dynamics of a Hopfield network with given weights, and the table of its ends.

The local field of unit i is h_i = Σ_j w_ij s_j; a unit takes the sign of its field, and keeps its
own where the field is zero. "Zero" allows for rounding: adding n terms in floating point errs by
less than n u Σ_j|w_ij| (u = ε/2), and weights that are themselves rounded add as much, so that
|h_i| ≤ n ε Σ_j|w_ij| counts as a tie. Every flip then lowers the energy by more than its rounding,
and asynchronous recall must end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError, RecallError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.tables import aligned
from hebbfilm.hopfield.patterns import (
    Pattern,
    PatternLike,
    all_states,
    format_pattern,
    hamming_distance,
    parse_pattern,
    same_up_to_sign,
)

EXHAUSTIVE_UP_TO = 12  # contacts; above it, as many random starts as 12 contacts have states
RULES = ("asynchronous", "synchronous")


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class RecallTable:
    """The recalls from many starts; prints as a table, iterates over its rows."""

    patterns: tuple[Pattern, ...]
    rows: tuple[RecallRow, ...]

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


def energy(w: ArrayLike, state: ArrayLike) -> float:
    """Return E = −½ Σ w_ij s_i s_j of a state, (N,) of ±1, in the unit of the weights (N, N)."""
    s = np.asarray(state, dtype=float)
    return float(-0.5 * s @ np.asarray(w, dtype=float) @ s)


def is_fixed_point(w: ArrayLike, state: PatternLike) -> bool:
    """Tell whether no unit of `state`, (N,), wants to flip; a tie does not."""
    weights, ties, s = _checked(w, state)
    return bool(np.all(s * (weights @ s) >= -ties))


def asynchronous_path(
    w: ArrayLike, start: PatternLike, *, rng: int | np.random.Generator = 0, max_sweeps: int = 100
) -> Iterator[Pattern]:
    """Yield the start and every state after a flip, down to a fixed point.

    Each sweep visits all units once, in a new random order.

    Args:
        w: weights, (N, N), symmetric, zero diagonal.
        start: first state, (N,).
        rng: seed of the orders, or a generator that goes on.
        max_sweeps: sweeps after which it gives up.

    Raises:
        InputError: an argument is not as above.
        RecallError: not at rest after `max_sweeps`.
    """
    weights, ties, s = _checked(w, start)
    return _descend(weights, ties, s, np.random.default_rng(rng), max_sweeps)


def recall_asynchronous(
    w: ArrayLike, start: PatternLike, *, rng: int | np.random.Generator = 0, max_sweeps: int = 100
) -> Pattern:
    """Return the fixed point, (N,), where `asynchronous_path` ends."""
    return _last(asynchronous_path(w, start, rng=rng, max_sweeps=max_sweeps))


def recall_synchronous(
    w: ArrayLike, start: PatternLike, *, max_steps: int = 1000
) -> tuple[Pattern, int]:
    """Update all units at once until the states repeat.

    With symmetric weights they end at a fixed point or alternate between two states
    (Goles and Olivos 1981; ties that keep the state do not change that).

    Args:
        w: weights, (N, N), symmetric, zero diagonal.
        start: first state, (N,).
        max_steps: updates after which it gives up.

    Returns:
        The first state, (N,), that comes again, and the period: 1 or 2.

    Raises:
        InputError, RecallError: as `asynchronous_path`.
    """
    weights, ties, s = _checked(w, start)
    return _synchronous(weights, ties, s, max_steps)


def recall_thermal(
    w: ArrayLike,
    start: PatternLike,
    temperature: float,
    *,
    sweeps: int,
    rng: int | np.random.Generator = 0,
) -> Pattern:
    """Return the state after sweeps of Glauber dynamics, p(s_i = ±1) = 1/(1 + exp(∓2h_i/T)).

    It visits states as exp(−E/T) has them. Each sweep visits all units once, in a random order.

    Args:
        w: weights, (N, N), symmetric, zero diagonal.
        start: first state, (N,).
        temperature: T, above 0, in the unit of the weights.
        sweeps: number of sweeps.
        rng: seed, or a generator that goes on.

    Raises:
        InputError: an argument is not as above.
    """
    if not temperature > 0:
        raise InputError(
            f"temperature {temperature!r} of recall: it must be above 0, in the unit of the "
            "weights; for 0 use asynchronous recall"
        )
    weights, _, s = _checked(w, start)
    random = np.random.default_rng(rng)
    for _ in range(sweeps):
        for i in random.permutation(len(s)):
            up = 0.5 * (1 + np.tanh(weights[i] @ s / temperature))
            s[i] = 1.0 if random.random() < up else -1.0
    return s.astype(np.int8)


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
    """
    if rule not in RULES:
        raise InputError(f"recall rule {rule!r}: {allowed_are(rule, RULES)}")
    if orders < 1 or (orders > 1 and rule == "synchronous"):
        raise InputError(f"{orders} orders of {rule} recall: allowed is 1, or more if asynchronous")
    weights, ties = checked_weights(w)
    n = len(weights)
    stored = tuple(parse_pattern(pattern, size=n) for pattern in patterns)
    if not stored:
        raise InputError("no stored patterns to recall: give one or more")
    rows = []
    for start in _starts(n, seed) if starts is None else starts:
        first = parse_pattern(start, size=n)
        rng = np.random.default_rng([seed, *np.packbits(first > 0).tobytes()])
        distance = min(min(d, n - d) for d in (hamming_distance(first, xi) for xi in stored))
        for _ in range(orders):
            s = first.astype(float)
            if rule == "synchronous":
                end, period = _synchronous(weights, ties, s, max_steps=1000)
            else:
                end, period = _last(_descend(weights, ties, s, rng, max_sweeps=100)), 1
            recalled = period == 1 and any(same_up_to_sign(end, xi) for xi in stored)
            rows.append(RecallRow(first, end, recalled, distance, period > 1))
    if not rows:
        raise InputError("no starts to recall from: give one or more")
    return RecallTable(stored, tuple(rows))


def recall_success(table: Iterable[RecallRow]) -> float:
    """Return the fraction of recalls (every start, every order) that end in ±ξ of any pattern."""
    return float(np.mean([row.recalled for row in table]))


def _descend(
    w: FloatArray, ties: FloatArray, s: FloatArray, rng: np.random.Generator, max_sweeps: int
) -> Iterator[Pattern]:
    yield s.astype(np.int8)
    for _ in range(max_sweeps):
        at_rest = True
        for i in rng.permutation(len(s)):
            if s[i] * (w[i] @ s) < -ties[i]:
                s[i] = -s[i]
                at_rest = False
                yield s.astype(np.int8)
        if at_rest:
            return
    raise RecallError(f"asynchronous recall is not at rest after {max_sweeps} sweeps")


def _synchronous(
    w: FloatArray, ties: FloatArray, s: FloatArray, max_steps: int
) -> tuple[Pattern, int]:
    before = s
    for _ in range(max_steps):
        field = w @ s
        after = np.where(np.abs(field) <= ties, s, np.sign(field))
        if np.array_equal(after, s):
            return s.astype(np.int8), 1
        if np.array_equal(after, before):
            return before.astype(np.int8), 2
        before, s = s, after
    raise RecallError(f"synchronous recall does not repeat itself within {max_steps} steps")


def _last(states: Iterator[Pattern]) -> Pattern:
    return deque(states, maxlen=1).pop()


def _starts(n: int, seed: int) -> Pattern:
    if n <= EXHAUSTIVE_UP_TO:
        return all_states(n)
    return np.random.default_rng(seed).choice(
        np.array([-1, 1], dtype=np.int8), (2**EXHAUSTIVE_UP_TO, n)
    )


def _checked(w: ArrayLike, state: PatternLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    weights, ties = checked_weights(w)
    return weights, ties, parse_pattern(state, size=len(weights)).astype(float)


def checked_weights(w: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return weights (N, N) as numbers, and the fields of their units that count as ties, (N,).

    Raises:
        InputError: not symmetric, not finite, or with a diagonal that is not zero.
    """
    weights = np.asarray(w, dtype=float)
    if weights.ndim != 2 or weights.shape[0] != weights.shape[1]:
        raise InputError(f"weights of shape {weights.shape}: allowed is (N, N)")
    ties = len(weights) * np.finfo(float).eps * np.abs(weights).sum(axis=1)
    if not np.all(np.isfinite(weights)):
        raise InputError("weights have entries that are not finite")
    if np.any(np.diag(weights) != 0):
        raise InputError("weights have a diagonal that is not zero: a unit must not drive itself")
    if np.any(np.abs(weights - weights.T) > ties[:, None]):
        raise InputError("weights are not symmetric: allowed is w_ij = w_ji, up to rounding")
    return weights, ties
