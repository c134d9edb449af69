"""Attempt rate and energy barrier of forgetting, from films at several temperatures.

Every energy of a film in two dimensions goes with its thickness t, and so do barriers, E = εt. The
rate k = k₀ exp(-E/k_BT) then depends on k_BT/t alone, so that films of other thickness stand for
other temperatures. Both parameters are fitted to the courses of all films at once, as a kind of
film that does not decay has no rate of which one could take the logarithm, and tells of the barrier
all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.statistics import expanded_percentile, expanded_percentiles
from hebbfilm.hopfield.decay_fit import Course, Rate, decay_rate, span_of, squares
from hebbfilm.hopfield.decay_forms import EXPONENTIAL, rates

_MOST_SLOPE = 30.0
"""Largest ε over k_BT/t of the hottest films that is tried: e³⁰ slower than its attempts, none of
them would decay in a time that is simulated."""
_SLOPES = 121
_HOTTEST = 141
_BEYOND = 2.0
"""Rates of the hottest films that are tried, and how far beyond the interval of their own rate."""
_RESAMPLED = 1000
_ALIKE = 1e-6
"""Of the squares: what differs by less fits as well."""


@dataclass(frozen=True)
class Arrhenius:
    """Rates k = k₀ exp(-ε/x) of kinds of films with x = k_BT/t.

    Attributes:
        x: k_BT/t of each kind, J/m.
        energy: ε, the barrier over the thickness, J/m; inf where colder films do not decay at all,
            so that any larger one would do, or the hottest faster than can be told.
        energy_interval: of 95 %; from 0 where the films may decay alike, to inf where colder ones
            may not decay.
        attempts: k₀ in 1/s; inf with ε.
        attempts_interval: of 95 %.
        rates: at each x, with an interval of 95 %, 1/s.
        excess: root mean square error of this fit, over that with a rate of its own for each kind,
            less 1.
    """

    x: tuple[float, ...]
    energy: float
    energy_interval: tuple[float, float]
    attempts: float
    attempts_interval: tuple[float, float]
    rates: tuple[Rate, ...]
    excess: float

    @property
    def determined(self) -> bool:
        """Whether the barrier has bounds on both sides."""
        low, high = self.energy_interval
        return low > 0 and bool(np.isfinite(high))


def arrhenius(x: Sequence[float], kinds: Sequence[Sequence[Course]]) -> Arrhenius:
    """Fit attempt rate and barrier to kinds of films.

    Args:
        x: k_BT/t of each kind, J/m.
        kinds: the courses of the films of each.

    Raises:
        InputError: fewer than three different x, or as `span_of`.
    """
    if len({f"{value:.9g}" for value in x}) < 3:
        raise InputError(
            f"{len(set(x))} temperatures over thicknesses: give three or more for a barrier"
        )
    span = max(map(span_of, kinds))
    tried = rates(span)
    tables = [squares(EXPONENTIAL, kind, tried[:, None]) for kind in kinds]
    # In relation to the signal of the kind: a weak one tells as much of its rate.
    scale = [np.float64(np.mean([np.mean(c.value**2) for c in kind]) or 1.0) for kind in kinds]
    every = [decay_rate(kind) for kind in kinds]
    hottest, slope = _grid(every[int(np.argmax(x))], tried)
    behind = max(x) / np.array(x) - 1
    # ln k of each kind at each point: (kinds, points).
    ln_k = np.log(hottest) - behind[:, None] * slope
    on_points = [
        _at(table, tried, np.exp(each)) / size
        for table, each, size in zip(tables, ln_k, scale, strict=True)
    ]
    total = np.sum([table.sum(axis=0) for table in on_points], axis=0)
    steepest = np.flatnonzero(slope == slope.max())
    best, drawn = _best(total, steepest), _drawn(on_points, steepest)
    alone = sum(t.sum(axis=0).min() / size for t, size in zip(tables, scale, strict=True))
    # Films are drawn within their kinds: as narrow as the draws of the least of these.
    least = min(map(len, kinds))
    levels, bound = expanded_percentiles(least), expanded_percentile(least)

    def interval(least: FloatArray, most: FloatArray) -> tuple[float, float]:
        # Between a number and infinity lies none.
        low = np.percentile(least[drawn], levels[0], method="nearest")
        return float(low), float(np.percentile(most[drawn], levels[1], method="nearest"))

    def rate(k: FloatArray, own: Rate) -> Rate:
        open_above = np.where(k < fastest, k, np.inf)
        most = float(np.percentile(open_above[drawn], bound, method="higher"))
        # Lines that are all without decay there exclude nothing: what its own films exclude.
        told = own.bound if most == 0 else most
        told = told if told is not None and np.isfinite(told) else None
        return Rate(float(open_above[best]), interval(np.minimum(k, fastest), open_above), told)

    # As steep as can be told is any steeper one, and as fast as can be told any faster one, which
    # would be steeper, too.
    fastest = tried[-1] * (1 - _ALIKE)
    endless = slope == slope.max()
    unknown = endless | (hottest >= fastest)
    energy, attempts = slope * max(x), hottest * np.exp(slope)
    most_energy, most_attempts = (np.where(unknown, np.inf, each) for each in (energy, attempts))
    k = np.where(endless & (behind[:, None] > 0), 0.0, np.exp(ln_k))
    return Arrhenius(
        tuple(x),
        float(most_energy[best]),
        interval(energy, most_energy),
        float(most_attempts[best]),
        interval(attempts, most_attempts),
        tuple(rate(each, own) for each, own in zip(k, every, strict=True)),
        float(np.sqrt(total[best] / alone) - 1) if alone > 0 else 0.0,
    )


def _grid(own: Rate, tried: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Rates of the hottest films in 1/s, and ε over their k_BT/t: (points,) each."""
    # Where the hottest films do not decay, to rates at which none of them would either.
    low, high = own.interval[0] / _BEYOND, own.interval[1] * _BEYOND
    low, high = (float(np.clip(each, tried[1], tried[-1])) for each in (low, max(high, tried[100])))
    fast = np.geomspace(low, high, _HOTTEST)
    slopes = np.linspace(0.0, _MOST_SLOPE, _SLOPES)
    first, second = np.meshgrid(fast, slopes, indexing="ij")
    return first.ravel(), second.ravel()


def _at(table: FloatArray, tried: FloatArray, k: FloatArray) -> FloatArray:
    """Squares (films, points) at rates between those of the table; below them all, at none."""
    inside = np.interp(np.log(k), np.log(tried[1:]), np.arange(1, len(tried)), left=0.0)
    lower = np.minimum(inside.astype(np.int64), len(tried) - 2)
    part = inside - lower
    found: FloatArray = table[:, lower] * (1 - part) + table[:, lower + 1] * part
    return found


def _best(total: FloatArray, steepest: IntArray) -> int:
    """The point with the least squares; among the steepest if one of these has no more.

    Steep enough, the colder films do not decay within the data, and steeper ones are no worse.
    """
    steep, best = int(steepest[total[steepest].argmin()]), int(total.argmin())
    return steep if total[steep] <= total[best] * (1 + _ALIKE) else best


def _drawn(tables: Sequence[FloatArray], steepest: IntArray) -> IntArray:
    """The best point of each bootstrap, films drawn anew within their kinds."""
    generator = np.random.default_rng(1)
    found = np.empty(_RESAMPLED, dtype=np.int64)
    for number in range(_RESAMPLED):
        total = np.zeros(tables[0].shape[1])
        for table in tables:
            films = len(table)
            total += generator.multinomial(films, np.full(films, 1 / films)) @ table
        found[number] = _best(total, steepest)
    return found
