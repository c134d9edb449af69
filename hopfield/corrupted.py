"""States to recall from: stored patterns of which some signs are flipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hebbfilm.common.arguments import check_count, check_number
from hebbfilm.common.errors import InputError
from hebbfilm.common.statistics import wilson_interval
from hebbfilm.hopfield.flips import distances, flips_of
from hebbfilm.hopfield.landscape import stored_states
from hebbfilm.hopfield.patterns import Pattern, PatternLike, flip, parse_patterns


@dataclass(frozen=True)
class Corrected:
    """What became of starts with some flips.

    Attributes:
        flips: by which they differ from the nearest stored state, a pattern or its negative.
        starts: how many times such a start was recalled from.
        corrected: how many ended in a stored state that is so near.
        different: how many of the starts differ from each other.
    """

    flips: int
    starts: int
    corrected: int
    different: int

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the share that is corrected.

        A start that comes again is no further evidence of others: the share is taken for that of
        as many trials as there are different starts.
        """
        as_trials = round(self.corrected / self.starts * self.different)
        return wilson_interval(as_trials, self.different)


def corrupted_patterns(
    patterns: Sequence[PatternLike], shares: Sequence[float], number: int, seed: int
) -> list[Pattern]:
    """Each pattern with some signs flipped, for each share of signs, so many times.

    They come in rounds of one for each share and pattern.

    Args:
        patterns: of N signs each.
        shares: of the N signs that are flipped, each as many as `flips_of` makes of it.
        number: of rounds.
        seed: of the choice of signs.

    Raises:
        InputError: patterns that are none, or another value out of its range.

    Example:
        >>> [state.tolist() for state in corrupted_patterns(["++--"], [0.25], 2, seed=1)]
        [[1, -1, -1, -1], [1, 1, 1, -1]]
    """
    check_count("number", number, 1)
    check_count("seed", seed, 0)
    for share in shares:
        check_number("share of signs that are flipped", share, "", above=0)
        if share > 1 / 2:
            raise InputError(f"share of signs that are flipped = {share}: must be at most 0.5")
    stored, rng = parse_patterns(patterns), np.random.default_rng(seed)
    return [
        flip(pattern, rng.choice(len(pattern), flips_of(share, len(pattern)), replace=False))
        for _ in range(number)
        for share in shares
        for pattern in stored
    ]


def corrections(
    starts: ArrayLike, ends: ArrayLike, patterns: Sequence[PatternLike] | Pattern
) -> list[Corrected]:
    """How many of the starts were corrected, by their numbers of flips, in order.

    Where several stored states are equally near to a start, any of them will do.

    Args:
        starts: (n, N) of ±1.
        ends: (n, N) of ±1, to which they led.
        patterns: that are stored, of N signs each.

    Example:
        >>> corrections([[1, 1, 1, -1]], [[1, 1, -1, -1]], ["++--"])
        [Corrected(flips=1, starts=1, corrected=1, different=1)]
    """
    first, last = (np.array(each, dtype=np.int8) for each in (starts, ends))
    stored = stored_states(patterns, first.shape[1])
    before, after = distances(first, stored), distances(last, stored)
    nearest = before.min(axis=1)
    reached = ((after == 0) & (before == nearest[:, None])).any(axis=1)
    found = []
    for k in np.unique(nearest):
        own = nearest == k
        different = len(np.unique(first[own], axis=0))
        found.append(Corrected(int(k), int(own.sum()), int(reached[own].sum()), different))
    return found
