"""The fixed points of a network, with the shares of all starts that end there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hebbfilm.hopfield.descent import sampled_ends
from hebbfilm.hopfield.landscape import ENUMERATED_UP_TO, energy_landscape, stored_states
from hebbfilm.hopfield.patterns import Pattern, PatternLike
from hebbfilm.hopfield.states import checked_weights, energy


@dataclass(frozen=True, eq=False)
class FixedPoint:
    """A state in which no unit wants to flip.

    Attributes:
        state: (N,).
        basin: share of all starts that end there.
        energy: in the unit of the weights.
        stored: whether it is ±ξ of a stored pattern ξ.
    """

    state: Pattern
    basin: float
    energy: float
    stored: bool


def largest_fixed_points(
    w: ArrayLike, patterns: Sequence[PatternLike] | Pattern, *, most: int = 64
) -> list[FixedPoint]:
    """Return the fixed points with the largest basins, the largest first.

    Up to 16 units all are known; above they are those that samples found.

    Args:
        w: weights, (N, N), symmetric, zero diagonal.
        patterns: the stored patterns, one or more.
        most: of the fixed points.

    Raises:
        InputError: not such weights, or not such patterns.
    """
    weights, _ = checked_weights(w)
    if len(weights) <= ENUMERATED_UP_TO:
        whole = energy_landscape(weights)
        states, basins = whole.states[whole.fixed], whole.basins()
    else:
        ends = sampled_ends(weights)
        states, basins = ends.states, ends.share
    stored = {state.tobytes() for state in stored_states(patterns, len(weights))}
    return [
        FixedPoint(
            states[k],
            float(basins[k]),
            energy(weights, states[k]),
            states[k].tobytes() in stored,
        )
        for k in np.argsort(-basins, kind="stable")[:most]
    ]
