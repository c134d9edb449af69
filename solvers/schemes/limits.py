"""How long steps of the schemes may be, and which of them leads to an event with least work."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import accumulate, chain, combinations_with_replacement
from math import hypot

from hebbfilm.solvers.schemes.scheme import Scheme
from hebbfilm.solvers.schemes.stability import (
    Polynomial,
    Spectrum,
    accurate_radius,
    least_radius,
    least_thermal_radius,
)
from hebbfilm.solvers.schemes.table import SCHEMES, THERMAL_SCHEMES

_STEP_FRACTION = 0.85
"""Of the limit of stability: fields along m, which change as m turns, add to what is measured."""
_OF_DAMPING, _LEAST_DAMPING = 0.02, 1e-3
"""Error of the rate at which a uniform m precesses and comes to rest, in the damping; and what
counts as that where it is less. Steps of a small amplitude show no error that a tolerance sees."""
_WITH_NOISE = 0.01
"""The same of the rate itself, where noise acts."""
_FORESEEN = 3
"""Steps before an event, which may be of different schemes."""
_MOVE = 0.5
"""What a step takes beside its evaluations, in these."""
_WHOLE = 1e-9
"""An event within this part of a step counts as its end."""


def longest_step(spectrum: Spectrum) -> float:
    """The longest stable step in s of any scheme."""
    return max(limit for _, limit in limits(spectrum))


def limits(spectrum: Spectrum) -> list[tuple[Scheme, float]]:
    """The scheme of each number of stages that goes furthest, and its longest step in s."""
    damping = max(spectrum.least, _LEAST_DAMPING)
    error = _OF_DAMPING * damping / hypot(1, damping)
    return _within(spectrum, _reaching(spectrum.least, spectrum.most), error)


def thermal_limits(spectrum: Spectrum) -> list[tuple[Scheme, float]]:
    """The same of schemes for steps with noise."""
    return _within(spectrum, _reaching_with_noise(spectrum.least, spectrum.most), _WITH_NOISE)


def cheapest(limits: Sequence[tuple[Scheme, float]], remaining: float) -> tuple[Scheme, float]:
    """The next step on the way to an event with the fewest evaluations, and how long it is in s.

    Args:
        limits: schemes and the longest step in s of each.
        remaining: time in s to the event, which steps meet exactly.
    """
    if remaining > _FORESEEN * max(longest for _, longest in limits):
        return _most_economical(limits)
    ways = chain.from_iterable(
        combinations_with_replacement(limits, steps) for steps in range(1, _FORESEEN + 1)
    )
    reaching = [way for way in ways if _reach(way) >= remaining * (1 - _WHOLE)]
    if not reaching:
        return _most_economical(limits)
    way = min(reaching, key=lambda way: sum(scheme.stages + _MOVE for scheme, _ in way))
    scheme, longest = max(way, key=lambda each: each[1])
    return scheme, remaining if len(way) == 1 else remaining * (longest / _reach(way))


def _most_economical(limits: Iterable[tuple[Scheme, float]]) -> tuple[Scheme, float]:
    return min(limits, key=lambda each: each[0].stages / each[1])


def _reach(way: Iterable[tuple[Scheme, float]]) -> float:
    return sum(longest for _, longest in way)


_Radii = tuple[tuple[Scheme, float], ...]
"""|λ dt| that each scheme allows."""


def _within(spectrum: Spectrum, reach: _Radii, error: float) -> list[tuple[Scheme, float]]:
    found = []
    for scheme, radius in reach:
        accurate = accurate_radius(scheme.polynomial, spectrum.least, error)
        limit = min(_STEP_FRACTION * radius / spectrum.rate, accurate / spectrum.local)
        found.append((scheme, limit))
    return found


@cache
def _reaching(least: float, most: float) -> _Radii:
    return _furthest(SCHEMES, lambda polynomial: least_radius(polynomial, least, most))


@cache
def _reaching_with_noise(least: float, most: float) -> _Radii:
    return _furthest(
        THERMAL_SCHEMES, lambda polynomial: least_thermal_radius(polynomial, least, most)
    )


def _furthest(schemes: Iterable[Scheme], radius: Callable[[Polynomial], float]) -> _Radii:
    """Of schemes that go further than all with fewer stages, or as many, in their order."""
    found: dict[int, tuple[Scheme, float]] = {}
    for scheme in schemes:
        reached = radius(scheme.polynomial)
        if reached > found.get(scheme.stages, (scheme, 0.0))[1]:
            found[scheme.stages] = scheme, reached
    reaches = [0.0, *accumulate((found[stages][1] for stages in sorted(found)), max)]
    return tuple(
        found[stages]
        for stages, before in zip(sorted(found), reaches, strict=False)
        if found[stages][1] > before
    )
