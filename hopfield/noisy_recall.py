"""Recall of patterns of which a share of the signs is flipped.

A start is a stored pattern with as many flips as `flips_of` makes of a share, at places drawn at
random; it need not be nearer to that pattern than to others, unlike those of
`flips`. It recalls asynchronously, in random order. Counted are the ends that are the pattern
itself; those that are its negative, which a film cannot tell from it but a reader can, stand apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hebbfilm.common.arrays import IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.statistics import mean_interval, wilson_interval
from hebbfilm.hopfield.descent import descend
from hebbfilm.hopfield.flips import flips_of
from hebbfilm.hopfield.patterns import Pattern, PatternLike, parse_patterns
from hebbfilm.hopfield.states import checked_weights

SHARES = (0.1, 0.2, 0.3)
TRIALS = 200


@dataclass(frozen=True)
class NoisyRecall:
    """What recall makes of one pattern with some signs flipped.

    Attributes:
        share: of the signs that is flipped, as asked.
        flips: their number.
        pattern: which of the patterns, from 1.
        trials: starts.
        itself: number of trials that end in the pattern.
        negative: number that end in its negative.
        other: number that end in another stored pattern, or its negative.
        interval: 95 % confidence interval of itself/trials, by Wilson.
        overlap: mean of ξ·s/N of the ends s, −1 … 1.
        overlap_interval: 95 % confidence interval of that mean.
    """

    share: float
    flips: int
    pattern: int
    trials: int
    itself: int
    negative: int
    other: int
    interval: tuple[float, float]
    overlap: float
    overlap_interval: tuple[float, float]

    @property
    def recalled(self) -> float:
        """Share of the trials that end in the pattern itself."""
        return self.itself / self.trials


def recall_from_flips(
    w: ArrayLike,
    patterns: Sequence[PatternLike] | Pattern,
    shares: Sequence[float] = SHARES,
    *,
    trials: int = TRIALS,
    seed: int = 0,
) -> list[NoisyRecall]:
    """Recall every pattern from starts with shares of its signs flipped.

    Args:
        w: weights, (N, N), symmetric, zero diagonal.
        patterns: the stored patterns, one or more.
        shares: of signs to flip, each 0 … 1.
        trials: starts of each pattern and share, 2 or more.
        seed: of places and orders.

    Returns:
        One for each share and pattern, the patterns of one share together.

    Raises:
        InputError: not such weights, patterns, or numbers.
        RecallError: recall does not come to rest.

    Example:
        >>> (found,) = recall_from_flips(hebb_weights(["++++----"]), ["++++----"], [0.1])
        >>> found.flips, found.itself, found.trials
        (1, 200, 200)
    """
    weights, _ = checked_weights(w)
    xi = np.array(parse_patterns(patterns, len(weights)))
    if not len(xi):
        raise InputError("no stored patterns to recall: give one or more")
    if trials < 2:
        raise InputError(f"{trials} trials of recall from flipped signs: allowed are 2 or more")
    rng = np.random.default_rng(seed)
    found = []
    for share in shares:
        flips = flips_of(share, len(weights))
        starts = flipped(np.repeat(xi[:, None], trials, axis=1), flips, rng)
        ends = descend(weights, starts.reshape(-1, len(weights)), rng)
        found += [
            _counted(share, flips, number, each, xi)
            for number, each in enumerate(ends.reshape(starts.shape))
        ]
    return found


def flipped(states: Pattern, flips: int, rng: np.random.Generator) -> Pattern:
    """Return states (…, N) each with as many flips at places of its own."""
    places = rng.random(states.shape, dtype=np.float32).argsort(axis=-1)[..., :flips]
    found = np.array(states, dtype=np.int8)
    np.put_along_axis(found, places, -np.take_along_axis(found, places, axis=-1), axis=-1)
    return found


def _counted(
    share: float, flips: int, number: int, ends: Pattern, patterns: Pattern
) -> NoisyRecall:
    size, trials = patterns.shape[1], len(ends)
    sums: IntArray = ends.astype(np.int64) @ patterns.T.astype(np.int64)
    own = sums[:, number]
    itself, negative = int((own == size).sum()), int((own == -size).sum())
    stored = int((np.abs(sums) == size).any(axis=1).sum())
    overlap = own / size
    low, high = mean_interval(overlap)
    return NoisyRecall(
        share=share,
        flips=flips,
        pattern=number + 1,
        trials=trials,
        itself=itself,
        negative=negative,
        other=stored - itself - negative,
        interval=wilson_interval(itself, trials),
        overlap=float(overlap.mean()),
        overlap_interval=(max(low, -1.0), min(high, 1.0)),
    )
