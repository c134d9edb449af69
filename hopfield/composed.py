"""How many patterns networks of measured strips store, beside ideal rules, with intervals.

What is found is a mean over sets of patterns. For ideal rules the interval counts the sets:
Wilson's for a fraction of them, Student's for a mean. For composed networks it is a bootstrap: in
each resample the strips of every class of the pool and the sets of patterns are drawn anew with
replacement, and one network is composed of them for each set; the interval is that of the middle
95 % of the resamples. So it counts measured strips, each a maze of its own, and sets, and not how
often networks were drawn. A fraction of sets has at least Wilson's interval: all or none of few
resamples would have no width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.statistics import mean_interval, wilson_interval
from hebbfilm.hopfield.ideal import IDEAL_RULES, ideal_networks
from hebbfilm.hopfield.judging import Judged, judge
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.hopfield.reference import Reference
from hebbfilm.hopfield.strips import Strips, composed_weights, resampled

EXACT_UP_TO = 9
"""Units; listing the states of thousands of networks takes minutes beyond."""
RECALLED = 0.95
"""Share of the trials from which a pattern counts as recalled."""
_DRAWS = 4
"""Networks composed of the whole pool for each set."""


@dataclass(frozen=True)
class Found:
    """A mean over sets, and its 95 % confidence interval; None where that is not known."""

    value: float
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Stored:
    """What networks of one kind store.

    Attributes:
        stable: fraction of the sets whose patterns are all fixed points.
        firm: fraction whose patterns are all without a tie.
        exact: fraction without other fixed points; None where that is not known.
        recalled: mean share of trials from flipped signs that end in the pattern itself.
        each_recalled: fraction of the sets of which every pattern is recalled in 95 % of trials.
    """

    stable: Found
    firm: Found
    exact: Found | None
    recalled: Found
    each_recalled: Found


@dataclass(frozen=True)
class Trials:
    """How networks are tried.

    Args:
        share: of signs flipped in the starts of recall.
        starts: of each pattern of each network.
        resamples: of the pool.
        level: at which strips are taken together, see `strips`.
        parallel: strips of the pool that make one of a network.
    """

    share: float = 0.1
    starts: int = 20
    resamples: int = 100
    level: str = "signed"
    parallel: int = 1


def ideal_stored(
    sets: Sequence[Pattern], coupled: BoolArray, trials: Trials, rng: np.random.Generator
) -> dict[str, Stored]:
    """What every ideal rule stores of sets (p, N), on the pairs `coupled` (P,)."""
    by_rule: dict[str, list[FloatArray]] = {rule: [] for rule in IDEAL_RULES}
    for patterns in sets:
        for rule, w in ideal_networks(patterns, coupled).items():
            by_rule[rule].append(w)
    return {
        rule: _by_sets(_judged(np.array(w), np.array(sets), trials, rng))
        for rule, w in by_rule.items()
    }


def composed_stored(
    pool: Strips,
    sets: Sequence[Pattern],
    coupled: BoolArray,
    reference: Reference,
    trials: Trials,
    rng: np.random.Generator,
) -> Stored:
    """What networks of measured strips store.

    Args:
        pool: strips that were shown as many patterns.
        sets: of patterns, (p, N) each.
        coupled: (P,) in the order of `pairs`.
        reference: by which weights are read.
        trials: how they are tried.
        rng: draws strips, flips and orders.

    Raises:
        InputError: no strip of the pool had the signs that a set needs.
    """

    def networks(strips: Strips, patterns: Sequence[Pattern]) -> Judged:
        w = [
            composed_weights(
                strips, xi, coupled, reference, rng, level=trials.level, parallel=trials.parallel
            )
            for xi in patterns
        ]
        return _judged(np.array(w), np.array(patterns), trials, rng)

    whole = _means(networks(pool, [xi for xi in sets for _ in range(_DRAWS)]))
    again = []
    for _ in range(trials.resamples):
        drawn = rng.integers(0, len(sets), len(sets))
        again.append(_means(networks(resampled(pool, trials.level, rng), [sets[k] for k in drawn])))
    return _with_intervals(whole, again, len(sets))


def _judged(w: FloatArray, patterns: Pattern, trials: Trials, rng: np.random.Generator) -> Judged:
    small = patterns.shape[2] <= EXACT_UP_TO
    return judge(w, patterns, trials.share, trials.starts, rng, exact=small)


def _measures(judged: Judged) -> dict[str, FloatArray]:
    """Of each network, by the names of `Stored`."""
    found = {
        "stable": judged.stable.all(axis=1),
        "firm": judged.firm.all(axis=1),
        "recalled": judged.recalled.mean(axis=1),
        "each_recalled": judged.recalled.min(axis=1) >= RECALLED,
    }
    if judged.exact is not None:
        found["exact"] = judged.exact
    return {name: values.astype(float) for name, values in found.items()}


def _means(judged: Judged) -> dict[str, float]:
    return {name: float(values.mean()) for name, values in _measures(judged).items()}


def _by_sets(judged: Judged) -> Stored:
    found: dict[str, Found | None] = {"exact": None}
    for name, values in _measures(judged).items():
        count = len(values)
        if name == "recalled":
            low, high = mean_interval(values) if count > 1 else (0.0, 1.0)
            interval = (max(low, 0.0), min(high, 1.0))
        else:
            interval = wilson_interval(int(values.sum()), count)
        found[name] = Found(float(values.mean()), interval)
    return Stored(**found)  # type: ignore[arg-type]


def _with_intervals(
    whole: dict[str, float], again: Sequence[dict[str, float]], sets: int
) -> Stored:
    found: dict[str, Found | None] = {"exact": None}
    for name, value in whole.items():
        low, high = np.percentile([each[name] for each in again], [2.5, 97.5])
        if name != "recalled":
            least = wilson_interval(round(value * sets), sets)
            low, high = min(low, least[0]), max(high, least[1])
        found[name] = Found(value, (float(min(low, value)), float(max(high, value))))
    return Stored(**found)  # type: ignore[arg-type]
