"""Recall of many states at once, for networks with too many states to list."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import RecallError
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.hopfield.states import checked_weights, ties_of


@dataclass(frozen=True, eq=False)
class Ends:
    """Fixed points that recall found: `states` (F, N), and the `share` of starts in each, (F,)."""

    states: Pattern
    share: FloatArray


def descend(w: ArrayLike, starts: Pattern, rng: np.random.Generator) -> Pattern:
    """Let each start flip units that want to, drawn at random, until none does.

    Args:
        w: weights, (N, N), symmetric, zero diagonal.
        starts: (n, N) of ±1.
        rng: draws the units.

    Returns:
        The fixed points where they end, (n, N).

    Raises:
        InputError: the weights are not as above.
        RecallError: a start is not at rest after 100 N flips.
    """
    weights, ties = checked_weights(w)
    ends = np.array(starts, dtype=np.int8)
    moving = np.arange(len(ends))
    for _ in range(100 * len(weights) + 1):
        states = ends[moving]
        # Summed anew at each step, so that rounding cannot pile up beyond a tie.
        wants_flip = states * (states @ weights) < -ties
        going = wants_flip.any(axis=1)
        moving, wants_flip = moving[going], wants_flip[going]
        if not len(moving):
            return ends
        drawn = np.where(wants_flip, rng.random(wants_flip.shape), -1.0).argmax(axis=1)
        ends[moving, drawn] *= -1
    raise RecallError(f"{len(moving)} states are not at rest after {100 * len(weights)} flips")


def descend_each(w: FloatArray, starts: Pattern, rng: np.random.Generator) -> Pattern:
    """As `descend`, for many networks at once, each with starts of its own.

    Args:
        w: weights, (M, N, N), symmetric, zero diagonals.
        starts: (M, T, N) of ±1.
        rng: draws the units.

    Returns:
        The fixed points where they end, (M, T, N).

    Raises:
        RecallError: a start is not at rest after 100 N flips.
    """
    size = w.shape[-1]
    ties = ties_of(w)[:, None, :]
    ends = np.array(starts, dtype=np.int8)
    moving = np.arange(len(ends))
    for _ in range(100 * size + 1):
        states = ends[moving].astype(float)
        wants_flip = states * (states @ w[moving]) < -ties[moving]
        going = wants_flip.any(axis=2)
        still = going.any(axis=1)
        moving, wants_flip, going = moving[still], wants_flip[still], going[still]
        if not len(moving):
            return ends
        lot = rng.random(wants_flip.shape, dtype=np.float32)
        drawn = np.where(wants_flip, lot, np.float32(-1)).argmax(axis=2)
        network, start = np.nonzero(going)
        ends[moving[network], start, drawn[network, start]] *= -1
    raise RecallError(f"{len(moving)} networks are not at rest after {100 * size} flips")


def sampled_ends(w: ArrayLike, *, starts: int = 4096, seed: int = 0) -> Ends:
    """Return where recall ends from random states, the most frequent end first.

    Raises:
        InputError, RecallError: as `descend`.
    """
    rng = np.random.default_rng(seed)
    first = rng.choice(np.array([-1, 1], dtype=np.int8), (starts, len(np.asarray(w))))
    states, counts = np.unique(descend(w, first, rng), axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return Ends(states[order], counts[order] / starts)
