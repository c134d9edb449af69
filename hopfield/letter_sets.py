"""Which sets of letters networks hold: all are screened, and the best are tried again.

The best of many look better than they are where they were found; so they are tried with other
flips, and composed networks of other strips.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.statistics import wilson_interval
from hebbfilm.hopfield.composed import RECALLED, Trials
from hebbfilm.hopfield.judging import judge
from hebbfilm.hopfield.letters import ALPHABET, letter_patterns
from hebbfilm.hopfield.patterns import Pattern

Networks = Callable[[Pattern], FloatArray]
"""Takes patterns (p, N) and returns weights (N, N): other ones at each call if they are drawn."""
_AGAIN_STARTS = 20
_AGAIN_NETWORKS = 50


@dataclass(frozen=True)
class TriedSet:
    """A set of letters, tried again.

    Attributes:
        letters: like "AHX".
        recalled: share of trials that end in the letter itself, of each, over all networks.
        interval: 95 % confidence interval, by Wilson, of the share of the worst letter: of its
            trials.
        networks_good: share of the networks of which every letter is recalled in 95 % of trials.
    """

    letters: str
    recalled: tuple[float, ...]
    interval: tuple[float, float]
    networks_good: float


@dataclass(frozen=True)
class LetterSets:
    """What became of sets of letters.

    Attributes:
        tried: number of sets.
        stable: number of those whose letters are all fixed points.
        recalled: number of those of which every letter is recalled in 95 % of trials.
        best: the best when tried again, the best first.
    """

    tried: int
    stable: int
    recalled: int
    best: tuple[TriedSet, ...]


def letter_sets(count: int, most: int, seed: int) -> list[str]:
    """All sets of so many capitals, or as many random ones as asked if there are more.

    Raises:
        InputError: no such number.

    Example:
        >>> len(letter_sets(3, 5000, seed=0)), len(letter_sets(5, 100, seed=0))
        (2600, 100)
    """
    if not 1 <= count <= len(ALPHABET) or most < 1:
        raise InputError(
            f"{most} sets of {count} letters: allowed are 1 or more sets of 1 to {len(ALPHABET)}"
        )
    if comb(len(ALPHABET), count) <= most:
        return ["".join(each) for each in combinations(ALPHABET, count)]
    rng = np.random.default_rng([seed, count])
    found: dict[str, None] = {}
    while len(found) < most:
        drawn = rng.choice(list(ALPHABET), count, replace=False)
        found["".join(sorted(drawn))] = None
    return list(found)


def try_letter_sets(
    sets: Sequence[str],
    networks: Networks,
    trials: Trials,
    rng: np.random.Generator,
    *,
    best: int = 5,
    drawn: bool = False,
) -> LetterSets:
    """Try sets of letters, and the best of them again.

    Args:
        sets: each like "AHX", of one number of letters.
        networks: makes a network of patterns.
        trials: of which share and starts count.
        rng: draws flips and orders.
        best: how many are tried again and told.
        drawn: whether each call of `networks` gives another network, of which several are tried.

    Raises:
        InputError: no such letters, or as `judge`.
    """
    patterns = np.array([letter_patterns(each) for each in sets])
    w = np.array([networks(xi) for xi in patterns])
    first = judge(w, patterns, trials.share, trials.starts, rng)
    worst = first.recalled.min(axis=1)
    # Of equal worst letters the better mean decides.
    order = np.lexsort([-first.recalled.mean(axis=1), -worst])[:best]
    again = [_again(sets[k], patterns[k], networks, trials, rng, drawn) for k in order]
    return LetterSets(
        len(sets),
        int(first.stable.all(axis=1).sum()),
        int((worst >= RECALLED).sum()),
        tuple(sorted(again, key=lambda each: -min(each.recalled))),
    )


def _again(
    letters: str,
    xi: Pattern,
    networks: Networks,
    trials: Trials,
    rng: np.random.Generator,
    drawn: bool,
) -> TriedSet:
    count = _AGAIN_NETWORKS
    same = None if drawn else networks(xi)
    w = np.array([networks(xi) if same is None else same for _ in range(count)])
    found = judge(w, np.array(count * [xi]), trials.share, _AGAIN_STARTS, rng)
    shares = found.recalled.mean(axis=0)
    total = count * _AGAIN_STARTS
    return TriedSet(
        letters,
        tuple(map(float, shares)),
        wilson_interval(round(float(shares.min()) * total), total),
        float((found.recalled.min(axis=1) >= RECALLED).mean()),
    )
