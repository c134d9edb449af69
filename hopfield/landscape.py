"""All states of a small network: energies, fixed points, and where recall leads from each state.

Recall here draws the unit to be updated at random, again and again, until none wants to flip. From
a state it therefore goes to one of those that differ by a unit which wants to flip, to each with
the same probability, and always down in energy. With the states sorted by energy the probabilities
of its ends solve a triangular system: they are exact, no orders of update are sampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import spsolve_triangular

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.patterns import Pattern, PatternLike, all_states, parse_patterns
from hebbfilm.hopfield.states import checked_weights

ENUMERATED_UP_TO = 16  # units; 2¹⁶ states take about a second, and each unit more doubles that


@dataclass(frozen=True, eq=False)
class Landscape:
    """The 2ᴺ states of a network, numbered as `all_states` lists them.

    Attributes:
        states: (2ᴺ, N) of ±1.
        energies: E = −½ Σ w_ij s_i s_j of each, (2ᴺ,), in the unit of the weights.
        wants_flip: which units of a state have a field against them, (2ᴺ, N).
        has_tie: whether the field of some unit of a state is zero, (2ᴺ,).
    """

    states: Pattern
    energies: FloatArray
    wants_flip: BoolArray
    has_tie: BoolArray

    @property
    def fixed(self) -> IntArray:
        """Numbers of the fixed points, ascending; a tie keeps the state."""
        return np.flatnonzero(~self.wants_flip.any(axis=1))

    def basins(self) -> FloatArray:
        """Return the share of all states that end in each fixed point, (F,), in order of `fixed`.

        A state from which several can be reached counts for each by its probability.
        """
        order, triangle = self._descent()
        # The transpose carries a unit from every start downhill; what is fixed keeps what arrives.
        reversed_triangle = csr_array(triangle.T[::-1, ::-1])
        arrived = spsolve_triangular(reversed_triangle, np.ones(len(order)), unit_diagonal=True)
        share = np.empty(len(order))
        share[order] = arrived[::-1]
        return np.asarray(share[self.fixed] / len(order))

    def arrival(self, targets: Sequence[int] | IntArray) -> FloatArray:
        """Return the probability to end in each of the target states, (2ᴺ, len(targets)).

        It is zero where the target is not a fixed point.
        """
        order, triangle = self._descent()
        kept = np.isin(targets, self.fixed)
        ends = np.zeros((len(order), len(targets)))
        ends[np.asarray(targets)[kept], np.flatnonzero(kept)] = 1.0
        found = np.empty_like(ends)
        found[order] = spsolve_triangular(triangle, ends[order], unit_diagonal=True)
        return found

    def _descent(self) -> tuple[IntArray, csr_array]:
        """States by rising energy, and the matrix 1 − P of one step in this order."""
        order = np.argsort(self.energies, kind="stable")
        # SuperLU takes 32-bit indices alone.
        rank = np.empty(len(order), dtype=np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        count, units = self.wants_flip.shape
        start, unit = np.nonzero(self.wants_flip)
        end = start ^ (1 << (units - 1 - unit))
        probability = 1.0 / self.wants_flip.sum(axis=1)[start]
        steps = csr_array((probability, (rank[start], rank[end])), shape=(count, count))
        return order, csr_array(eye_array(count) - steps)


def energy_landscape(w: ArrayLike) -> Landscape:
    """Return the landscape of a network.

    Args:
        w: weights, (N, N), symmetric, zero diagonal.

    Raises:
        InputError: not such weights, or N above 16.

    Example:
        >>> landscape = energy_landscape(hebb_weights(["++-"]))
        >>> [format_pattern(landscape.states[number]) for number in landscape.fixed]
        ['+,+,-', '-,-,+']
    """
    weights, ties = checked_weights(w)
    if len(weights) > ENUMERATED_UP_TO:
        raise InputError(
            f"all states of {len(weights)} units: allowed are {ENUMERATED_UP_TO} or fewer; "
            "sample larger networks"
        )
    states = all_states(len(weights))
    field = states @ weights
    along = states * field
    has_tie = np.any(np.abs(field) <= ties, axis=1)
    return Landscape(states, -0.5 * along.sum(axis=1), np.less(along, -ties), has_tie)


def state_numbers(states: Pattern) -> IntArray:
    """Return the places of states (n, N) in the list of `all_states`, (n,)."""
    places = 1 << np.arange(states.shape[1] - 1, -1, -1)
    return np.asarray((states < 0) @ places, dtype=np.int64)


def stored_states(patterns: Sequence[PatternLike] | Pattern, n: int) -> Pattern:
    """Return the patterns and their negatives, each once, (M, n).

    Raises:
        InputError: no patterns, or one that is none of n signs.
    """
    stored = parse_patterns(patterns, n)
    if not stored:
        raise InputError("no stored patterns: give one or more")
    parsed = np.array(stored)
    states: Pattern = np.unique(np.concatenate((parsed, -parsed)), axis=0)
    return states
