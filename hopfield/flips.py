"""Correction of patterns with flipped signs.

A start with k flips is a stored state, a pattern or its negative, with k of its signs reversed, to
which no other stored state is nearer. It is corrected if it ends in a stored state so near: where
several are equally near, as with orthogonal patterns of four signs, any of them will do. That is
stricter than recall, which may end in any stored state, see `hebbfilm.hopfield.recall`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hebbfilm.common.arrays import IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.statistics import wilson_interval
from hebbfilm.hopfield.descent import descend
from hebbfilm.hopfield.landscape import (
    ENUMERATED_UP_TO,
    Landscape,
    energy_landscape,
    state_numbers,
    stored_states,
)
from hebbfilm.hopfield.patterns import Pattern, PatternLike

SAMPLES = 1000


@dataclass(frozen=True)
class FlipCorrection:
    """How much is corrected of starts with some flips.

    Attributes:
        flips: k.
        corrected: fraction of them, 0 … 1, each with all its orders of update.
        starts: their number.
        interval: 95 % confidence interval of the fraction where starts were sampled; None where
            all of them and all orders were counted, so that there is nothing to estimate.
    """

    flips: int
    corrected: float
    starts: int
    interval: tuple[float, float] | None


def flip_correction(
    w: ArrayLike,
    patterns: Sequence[PatternLike] | Pattern,
    *,
    most: int | None = None,
    samples: int = SAMPLES,
    seed: int = 0,
) -> list[FlipCorrection]:
    """Return what is corrected of starts with 0, 1, 2, … flips.

    Args:
        w: weights, (N, N), symmetric, zero diagonal.
        patterns: the stored patterns.
        most: flips; None: as many as there can be. Numbers of flips without a start are left out.
        samples: starts of each number of flips where N is above 16; below it all are taken.
        seed: of the samples.

    Raises:
        InputError: not such weights, or not such patterns.

    Example:
        >>> [found.corrected for found in flip_correction(hebb_weights(["++--"]), ["++--"])]
        [1.0, 1.0, 1.0]
    """
    size = len(np.asarray(w))
    stored = stored_states(patterns, size)
    most = size // 2 if most is None else min(most, size // 2)
    if size <= ENUMERATED_UP_TO:
        return enumerated_flips(energy_landscape(w), stored)[: most + 1]
    rng = np.random.default_rng(seed)
    return [
        found
        for flips in range(most + 1)
        if (found := _sampled(w, stored, flips, samples, rng)) is not None
    ]


def enumerated_flips(whole: Landscape, stored: Pattern) -> list[FlipCorrection]:
    """Return what is corrected of all starts of each number of flips.

    Args:
        whole: landscape of the network.
        stored: (M, N), patterns and their negatives.
    """
    distance = distances(whole.states, stored)
    nearest = distance.min(axis=1)
    is_nearest = distance == nearest[:, None]
    success = (whole.arrival(state_numbers(stored)) * is_nearest).sum(axis=1)
    # A state with several nearest is a start of each of them.
    starts = is_nearest.sum(axis=1)
    total = np.bincount(nearest, starts)
    corrected = np.bincount(nearest, starts * success)
    # A sum of probabilities may exceed 1 by its rounding.
    return [
        FlipCorrection(int(k), min(float(corrected[k] / total[k]), 1.0), int(total[k]), None)
        for k in np.flatnonzero(total)
    ]


def _sampled(
    w: ArrayLike, stored: Pattern, flips: int, samples: int, rng: np.random.Generator
) -> FlipCorrection | None:
    origins = stored[rng.integers(len(stored), size=samples)]
    sites = rng.random(origins.shape).argsort(axis=1)[:, :flips]
    starts = origins.copy()
    np.put_along_axis(starts, sites, -np.take_along_axis(origins, sites, axis=1), axis=1)
    distance = distances(starts, stored)
    kept = distance.min(axis=1) == flips
    if not kept.any():
        return None
    ends = descend(w, starts[kept], rng)
    reached = distances(ends, stored) == 0
    corrected = int((reached & (distance[kept] == flips)).any(axis=1).sum())
    count = int(kept.sum())
    return FlipCorrection(flips, corrected / count, count, wilson_interval(corrected, count))


def flips_of(share: float, size: int) -> int:
    """The number of flips that a share of `size` signs is: the nearest, a half counts up.

    At least one, as a start without a flip is not corrupted, unless the share is 0.

    Args:
        share: 0 … 1.
        size: number of signs.

    Raises:
        InputError: the share is not 0 … 1.

    Example:
        >>> [flips_of(share, 35) for share in (0.0, 0.01, 0.1, 0.2, 0.3)]
        [0, 1, 4, 7, 11]
    """
    if not 0 <= share <= 1:
        raise InputError(f"share {share:g} of flipped signs: allowed is 0 to 1, as 0.1 for 10 %")
    # 0.3 · 35 is 10.5 in decimals, and may not be in binary numbers.
    nearest = int(np.floor(round(share * size, 9) + 0.5))
    return max(nearest, 1) if share > 0 else 0


def distances(states: Pattern, stored: Pattern) -> IntArray:
    """Hamming distances (n, M) of states (n, N) from stored ones (M, N)."""
    overlaps = states.astype(np.int64) @ stored.T.astype(np.int64)
    return np.asarray((states.shape[1] - overlaps) // 2, dtype=np.int64)
