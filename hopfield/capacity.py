"""How many patterns the ideal rules store on given pairs: fractions of random sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from hebbfilm.common.arrays import BoolArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.statistics import wilson_interval
from hebbfilm.hopfield.criteria import is_exact, stability
from hebbfilm.hopfield.ideal import IDEAL_RULES, ideal_networks
from hebbfilm.hopfield.landscape import stored_states
from hebbfilm.hopfield.patterns import Pattern, random_patterns
from hebbfilm.hopfield.separability import distinct_patterns

EXACT_UP_TO = 12  # units; listing all states of thousands of networks takes minutes beyond
MOST_PATTERNS = 8


@dataclass(frozen=True)
class Capacity:
    """How many of `sets` random sets of some `patterns` a rule stores.

    Attributes:
        rule: one of `IDEAL_RULES`.
        patterns: in each set; none is the negative of another, and each drives a current.
        sets: their number.
        every: whether these are all sets there are.
        stable: number of sets whose stored states are all fixed points.
        firm: number of those where no tie holds them; a film, whose weights are never quite equal,
            can be compared with these.
        exact: number of stable sets without other fixed points; None above 12 units.
        exact_and_firm: number of firm sets without other fixed points; None above 12 units.
    """

    rule: str
    patterns: int
    sets: int
    every: bool
    stable: int
    firm: int
    exact: int | None
    exact_and_firm: int | None

    def interval(self, count: int | None) -> tuple[float, float] | None:
        """95 % confidence interval of the fraction that one of these counts stands for.

        None where all sets were tried, or the count is not known.
        """
        return None if self.every or count is None else wilson_interval(count, self.sets)


def ideal_capacity(
    n: int,
    coupled: BoolArray | None = None,
    *,
    most: int | None = None,
    sets: int = 100,
    seed: int = 0,
) -> list[Capacity]:
    """Try every ideal rule on sets of 1, 2, … patterns.

    Args:
        n: units, 2 or more.
        coupled: (P,) the pairs that have a weight, in the order of `pairs`; None: all.
        most: patterns in a set; None: n, but no more than 8.
        sets: to draw for each number of patterns; all of them if there are no more.
        seed: of the sets.

    Raises:
        InputError: a number is out of range.
    """
    if n < 2 or sets < 1 or (most is not None and most < 1):
        raise InputError(
            f"capacity of {n} units with {most} patterns and {sets} sets: allowed are 2 or more "
            "units, and 1 or more patterns and sets"
        )
    most = min(n, MOST_PATTERNS) if most is None else most
    found = []
    for count in range(1, min(most, 2 ** (n - 1) - 1) + 1):
        drawn = list(_sets(n, count, sets, seed))
        every = comb(2 ** (n - 1) - 1, count) == len(drawn)
        stored = [_stored_by(patterns, coupled) for patterns in drawn]
        for rule in IDEAL_RULES:
            stable, firm, alone, alone_and_firm = map(
                int, np.array([by_rule[rule] for by_rule in stored]).sum(axis=0)
            )
            exact = (alone, alone_and_firm) if n <= EXACT_UP_TO else (None, None)
            found.append(Capacity(rule, count, len(drawn), every, stable, firm, *exact))
    return found


def _sets(n: int, count: int, sets: int, seed: int) -> Iterator[Pattern]:
    if comb(2 ** (n - 1) - 1, count) <= sets:
        for chosen in combinations(distinct_patterns(n), count):
            yield np.array(chosen)
        return
    rng = np.random.default_rng(seed)
    seen: set[bytes] = set()
    while len(seen) < sets:
        patterns = random_patterns(count, n, seed=int(rng.integers(2**32)))
        key = np.unique(patterns, axis=0).tobytes()
        if key not in seen:
            seen.add(key)
            yield patterns


def _stored_by(patterns: Pattern, coupled: BoolArray | None) -> dict[str, tuple[bool, ...]]:
    """Whether the set is stable, firm, exact, and exact and firm, by each rule."""
    stored = stored_states(patterns, patterns.shape[1])
    found: dict[str, tuple[bool, ...]] = {}
    for rule, w in ideal_networks(patterns, coupled).items():
        stable, firm = (count == len(stored) for count in stability(w, stored))
        exact = stable and patterns.shape[1] <= EXACT_UP_TO and is_exact(w, stored)
        found[rule] = (stable, firm, exact, exact and firm)
    return found
