"""What many networks store and recall, all at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.hopfield.criteria import is_exact
from hebbfilm.hopfield.descent import descend_each
from hebbfilm.hopfield.flips import flips_of
from hebbfilm.hopfield.landscape import stored_states
from hebbfilm.hopfield.noisy_recall import flipped
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.hopfield.states import ties_of

_STARTS_AT_ONCE = 200_000
"""Of all networks that are judged at once: some 100 MB at 35 units."""


@dataclass(frozen=True, eq=False)
class Judged:
    """What M networks make of their p patterns each.

    Attributes:
        stable: which patterns are fixed points, (M, p).
        firm: which are without a tie, (M, p).
        exact: which networks have no other fixed points than all patterns and their negatives,
            (M,); None where that is not known.
        recalled: share of the trials that end in the pattern itself, (M, p).
    """

    stable: BoolArray
    firm: BoolArray
    exact: BoolArray | None
    recalled: FloatArray


def judge(
    w: FloatArray,
    patterns: Pattern,
    share: float,
    trials: int,
    rng: np.random.Generator,
    *,
    exact: bool = False,
) -> Judged:
    """Judge networks by their patterns.

    Args:
        w: weights, (M, N, N), symmetric, zero diagonals.
        patterns: (M, p, N) of ±1.
        share: of signs flipped in the starts of recall.
        trials: starts of each pattern.
        rng: draws flips and orders.
        exact: whether to look for all fixed points, of up to 16 units.

    Raises:
        InputError: the share is not 0 … 1, or there are too many units.
        RecallError: recall does not come to rest.
    """
    count, each, size = patterns.shape
    xi = patterns.astype(float)
    along = xi * (xi @ w)
    ties = ties_of(w)[:, None, :]
    block = max(1, _STARTS_AT_ONCE // (each * trials))
    flips = flips_of(share, size)
    recalled = [
        _recalled(w[k : k + block], patterns[k : k + block], flips, trials, rng)
        for k in range(0, count, block)
    ]
    alone = None
    if exact:
        judged = [
            is_exact(own, stored_states(stored, size))
            for own, stored in zip(w, patterns, strict=True)
        ]
        alone = np.array(judged, dtype=bool)
    return Judged(
        np.asarray((along >= -ties).all(axis=2)),
        np.asarray((along > ties).all(axis=2)),
        alone,
        np.concatenate(recalled),
    )


def _recalled(
    w: FloatArray, patterns: Pattern, flips: int, trials: int, rng: np.random.Generator
) -> FloatArray:
    count, each, _ = patterns.shape
    wanted = np.repeat(patterns, trials, axis=1)
    ends = descend_each(w, flipped(wanted, flips, rng), rng)
    same = (ends == wanted).all(axis=2).reshape(count, each, trials)
    return np.asarray(same.mean(axis=2))
