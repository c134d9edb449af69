"""Robustness of recall against noise on the weights, noise in reading them, and rounding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield.contact_pairs import symmetric_part
from hebbfilm.hopfield.criteria import is_exact, stability
from hebbfilm.hopfield.descent import descend
from hebbfilm.hopfield.landscape import ENUMERATED_UP_TO, stored_states
from hebbfilm.hopfield.patterns import Pattern, PatternLike
from hebbfilm.hopfield.reference import Reference
from hebbfilm.hopfield.states import checked_weights
from hebbfilm.hopfield.weights import conductance_weights

NOISE_LEVELS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0)
READ_LEVELS = (0.0, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
WEIGHT_LEVELS = (2, 3, 4, 5, 7, 9, 15, 16, 31, 32)


@dataclass(frozen=True)
class Robustness:
    """What is left of a network at one level of a disturbance.

    Attributes:
        level: of the disturbance, in its unit.
        stable: fraction of draws in which all stored states are fixed points.
        exact: fraction in which there are no others; None above 16 units.
        one_bit: fraction corrected of stored states with one flip, over all draws; None where
            there are no such starts, as each of them is stored too.
        draws: of the noise.
    """

    level: float
    stable: float
    exact: float | None
    one_bit: float | None
    draws: int


def under_weight_noise(
    w: ArrayLike,
    patterns: Sequence[PatternLike] | Pattern,
    levels: Sequence[float] = NOISE_LEVELS,
    *,
    draws: int = 100,
    seed: int = 0,
) -> list[Robustness]:
    """Add normal noise to the weights that are not zero.

    Args:
        w: weights, (N, N), symmetric, zero diagonal.
        patterns: the stored patterns.
        levels: standard deviations in units of the root mean square of those weights.
        draws: of each level.
        seed: of the noise.

    Raises:
        InputError: not such weights, or not such patterns.
    """
    exact, _ = checked_weights(w)
    there = exact != 0
    scale = np.sqrt(np.mean(exact[there] ** 2)) if there.any() else 0.0
    rng = np.random.default_rng(seed)

    def draw(level: float) -> FloatArray:
        noisy: FloatArray = exact + there * _symmetric_noise(len(exact), level * scale, rng)
        return noisy

    return _tried(draw, levels, stored_states(patterns, len(exact)), draws, rng)


def under_read_noise(
    before: FloatArray,
    after: FloatArray,
    reference: Reference,
    patterns: Sequence[PatternLike] | Pattern,
    levels: Sequence[float] = READ_LEVELS,
    *,
    draws: int = 100,
    seed: int = 0,
) -> list[Robustness]:
    """Read every conductance, before and after training, with an error in relation to itself.

    Args:
        before: conductance matrix of the untrained film, (N, N), S.
        after: conductance matrix of the trained film, (N, N), S.
        reference: by which weights are read.
        patterns: the stored patterns.
        levels: standard deviations of the relative error of a reading; 0.001 is 0.1 %.
        draws: of each level.
        seed: of the noise.

    Raises:
        InputError: not such matrices, or not such patterns.
    """
    rng = np.random.default_rng(seed)

    def draw(level: float) -> FloatArray:
        parts = symmetric_part(before), symmetric_part(after)
        read = [G * (1 + _symmetric_noise(len(G), level, rng)) for G in parts]
        return conductance_weights(read[0], read[1], reference)

    return _tried(draw, levels, stored_states(patterns, len(before)), draws, rng)


def with_few_levels(
    w: ArrayLike,
    patterns: Sequence[PatternLike] | Pattern,
    levels: Sequence[int] = WEIGHT_LEVELS,
    *,
    draws: int = 20,
    seed: int = 0,
) -> list[Robustness]:
    """Round the weights that are not zero to few values, evenly spaced over ±max|w|.

    An even number of levels has no zero among them; two are the signs alone.

    Args:
        w: weights, (N, N), symmetric, zero diagonal.
        patterns: the stored patterns.
        levels: numbers of values, 2 or more.
        draws: orders of update from each start.
        seed: of these orders.

    Raises:
        InputError: not such weights, or not such patterns.
    """
    exact, _ = checked_weights(w)
    rng = np.random.default_rng(seed)
    stored = stored_states(patterns, len(exact))
    return _tried(lambda level: quantised(exact, int(level)), levels, stored, draws, rng)


def quantised(w: FloatArray, levels: int) -> FloatArray:
    """Return weights rounded to `levels` values, evenly spaced over ±max|w|; zeros stay zero."""
    largest = np.abs(w).max()
    if largest == 0:
        return w
    spacing = 2 * largest / (levels - 1)
    # np.round takes halves to the even neighbour, which could differ for w and -w.
    steps = (np.abs(w) - (0 if levels % 2 else spacing / 2)) / spacing
    size = np.floor(steps + 0.5).clip(min=0) * spacing + (0 if levels % 2 else spacing / 2)
    rounded: FloatArray = np.sign(w) * size
    return rounded


def _symmetric_noise(n: int, deviation: float, rng: np.random.Generator) -> FloatArray:
    upper = np.triu(rng.normal(scale=deviation, size=(n, n)), k=1)
    return upper + upper.T


def _tried(
    draw: Callable[[float], FloatArray],
    levels: Iterable[float],
    stored: Pattern,
    draws: int,
    rng: np.random.Generator,
) -> list[Robustness]:
    found = []
    for level in levels:
        drawn = [_judge(draw(level), stored, rng) for _ in range(draws)]
        stable, exact, one_bit = (float(np.mean(values)) for values in zip(*drawn, strict=True))
        found.append(Robustness(float(level), stable, _known(exact), _known(one_bit), draws))
    return found


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _judge(w: FloatArray, stored: Pattern, rng: np.random.Generator) -> tuple[float, float, float]:
    """Whether it is stable and exact, and what it corrects of one flip; NaN is not known."""
    stable = stability(w, stored)[0] == len(stored)
    exact = float(is_exact(w, stored)) if len(w) <= ENUMERATED_UP_TO else np.nan
    flips = np.where(np.eye(len(w), dtype=bool), -1, 1)
    starts = (stored[:, None, :] * flips).reshape(-1, len(w)).astype(np.int8)
    apart = (len(w) - starts.astype(int) @ stored.T) // 2
    kept = apart.min(axis=1) == 1
    if not kept.any():
        return float(stable), exact, np.nan
    overlap = descend(w, starts[kept], rng).astype(int) @ stored.T
    corrected = ((overlap == len(w)) & (apart[kept] == 1)).any(axis=1)
    return float(stable), exact, float(corrected.mean())
