"""Recall: the dynamics of a Hopfield network with given weights.

A unit takes the sign of its field, and keeps its own at a tie; see `states`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.common.errors import InputError, RecallError
from hebbfilm.hopfield.patterns import Pattern, PatternLike
from hebbfilm.hopfield.states import checked

RULES = ("asynchronous", "synchronous")
_MOST_SWEEPS = 100


def asynchronous_path(
    w: ArrayLike,
    start: PatternLike,
    *,
    rng: int | np.random.Generator = 0,
    max_sweeps: int = _MOST_SWEEPS,
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
    weights, ties, s = checked(w, start)
    return _descend(weights, ties, s, np.random.default_rng(rng), max_sweeps)


def recall_asynchronous(
    w: ArrayLike,
    start: PatternLike,
    *,
    rng: int | np.random.Generator = 0,
    max_sweeps: int = _MOST_SWEEPS,
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
    weights, ties, s = checked(w, start)
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
    weights, _, s = checked(w, start)
    random = np.random.default_rng(rng)
    for _ in range(sweeps):
        for i in random.permutation(len(s)):
            up = 0.5 * (1 + np.tanh(weights[i] @ s / temperature))
            s[i] = 1.0 if random.random() < up else -1.0
    return s.astype(np.int8)


def settle(
    w: FloatArray,
    ties: FloatArray,
    starts: Pattern,
    rule: str,
    generators: Sequence[np.random.Generator],
) -> tuple[Pattern, IntArray]:
    """Where recall by one of the `RULES` ends from each start, (n, N), and the periods, (n,).

    Args:
        w: weights as `checked_weights` returns them, (N, N).
        ties: fields that count as zero, (N,).
        starts: first states, (n, N).
        rule: one of the `RULES`.
        generators: n of them, which draw the orders of asynchronous recall, as if each start were
            alone.

    Raises:
        RecallError: not at rest after 100 sweeps, or 1000 synchronous steps.
    """
    if rule == "synchronous":
        found = [_synchronous(w, ties, s, max_steps=1000) for s in starts.astype(float)]
        return np.array([end for end, _ in found]), np.array([period for _, period in found])
    states = starts.astype(float)
    moving: IntArray = np.arange(len(states))
    for _ in range(_MOST_SWEEPS):
        orders = np.array([generators[int(k)].permutation(len(w)) for k in moving])
        states[moving], at_rest = _sweep(w, ties, states[moving], orders)
        moving = moving[~at_rest]
        if not len(moving):
            return states.astype(np.int8), np.ones(len(states), dtype=np.int64)
    raise _not_at_rest(_MOST_SWEEPS)


def _sweep(
    w: FloatArray, ties: FloatArray, states: FloatArray, orders: IntArray
) -> tuple[FloatArray, BoolArray]:
    """States after each unit had its turn, in the order of each row, and which did not change."""
    rows, at_rest = np.arange(len(states)), np.ones(len(states), dtype=bool)
    for units in orders.T:
        fields = np.einsum("kn,kn->k", w[units], states)
        flips = states[rows, units] * fields < -ties[units]
        states[rows[flips], units[flips]] *= -1
        at_rest &= ~flips
    return states, at_rest


def _not_at_rest(sweeps: int) -> RecallError:
    return RecallError(f"asynchronous recall is not at rest after {sweeps} sweeps")


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
    raise _not_at_rest(max_sweeps)


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
