"""Which rates of decay the scatter of a few courses allows.

Draws of films (bootstrap) reach no further than the films themselves do: three films of which each
has its best rate at none, or all err to one side, exclude too much. What a rate costs in squares
excludes those that cost more than the scatter about the best one allows: a profile of the
likelihood. Neighbouring samples are alike, so that
they count as fewer, by the sum of their autocorrelations: A. D. Sokal, in Functional Integration,
NATO ASI Series B 361 (1997), section 3.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hebbfilm.common.arrays import FloatArray


def likely_rates(
    tried: FloatArray,
    squares: FloatArray,
    residuals: Sequence[FloatArray],
    level: float = 0.95,
) -> tuple[float, float]:
    """The rates that the scatter of the courses does not exclude.

    Args:
        tried: rates in 1/s, rising from 0, (P,).
        squares: what is left of all samples at each of them, in sum, (P,).
        residuals: of each film at the best rate, (n,) each; each film has an amplitude of its own.
        level: confidence on either side.

    Returns:
        In 1/s: the last that is excluded below, or 0, and the first that is above; inf where the
        scatter excludes none there.

    Example:
        >>> time, noise = np.linspace(0, 1, 40), np.resize([0.1, -0.1], 40)
        >>> tried = np.linspace(0, 2, 201)
        >>> squares = np.array([((1 - np.exp(-k * time)) ** 2).sum() for k in tried]) + 0.4
        >>> likely_rates(tried, squares, [noise])
        (0.0, 0.05)
    """
    from scipy.stats import t as student

    samples = sum(map(len, residuals))
    # Each film's amplitude is fitted, and the rate.
    free = samples / alike_samples(residuals) - len(residuals) - 1
    if free < 1:
        return 0.0, np.inf
    squares = np.maximum(squares, 0.0)
    allowed = squares.min() * (1 + student.ppf(level, free) ** 2 / free)
    within = np.flatnonzero(squares <= allowed)
    below, above = int(within[0]) - 1, int(within[-1]) + 1
    return (
        float(tried[below]) if below >= 0 else 0.0,
        float(tried[above]) if above < len(tried) else np.inf,
    )


def alike_samples(residuals: Sequence[FloatArray]) -> float:
    """How many neighbouring samples tell as much as one: 1 where they are independent.

    Autocorrelations of all films are taken together and summed up to the first that is not above 0.

    Args:
        residuals: of each film, (n,) each.

    Example:
        >>> alike_samples([np.resize([1.0, -1.0], 40)])
        1.0
    """
    power = sum(float(each @ each) for each in residuals)
    if not power > 0:
        return 1.0
    found = 1.0
    for lag in range(1, max(map(len, residuals))):
        part = sum(float(each[lag:] @ each[:-lag]) for each in residuals) / power
        if part <= 0:
            break
        found += 2 * part
    return found
