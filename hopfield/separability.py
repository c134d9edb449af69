"""Whether a layout can learn a pattern: which pairs its current would strengthen, and by how much.

A pattern is learnt where every pair of opposite signs is strengthened more than every pair of equal
signs. To first order, the relative change of a pair conductance under the current of a pattern is
r_ij = δg_ij/g_ij up to one positive factor that all pairs share, so r is stated in relation to the
largest. The margin is how far the classes lie apart,

    margin = min r_ij over pairs of opposite signs - max r_ij over coupled pairs of equal signs:

1 where pairs of equal signs stay and all others change alike, more, up to 2, only where the former
weaken.
Above 0 a level parts the classes: weights w_ij = level - r_ij have the signs of ξ_i ξ_j, and the
pattern and its negative are the ground states. At 0 or below no level does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.contact_pairs import coupled_pairs, pair_conductances, pairs
from hebbfilm.hopfield.patterns import Pattern, all_states, require_drivable

Pair = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Separation:
    """What the current of one pattern would do to the pairs of contacts.

    Attributes:
        pattern: (N,).
        changes: r_ij of each pair in relation to the largest |r|, (P,) in the order of `pairs`;
            NaN for pairs that are not coupled.
        margin: between pairs of opposite and of equal signs, -2 … 2.
        weakest_opposite: the pair of opposite signs that changes least.
        strongest_equal: the pair of equal signs that changes most; None: no such pair is coupled,
            and its change counts as zero.
    """

    pattern: Pattern
    changes: FloatArray
    margin: float
    weakest_opposite: Pair
    strongest_equal: Pair | None


@dataclass(frozen=True)
class LearntChanges:
    """What was learnt, as relative changes of conductance; None where there are no such pairs.

    Attributes:
        strengthened: mean change of the pairs that should grow stronger than others.
        others: mean change of all others.
        margin: least change of the former less the largest of the latter: positive where each of
            the former grew more than each of the latter.
    """

    strengthened: float | None
    others: float | None
    margin: float | None


def distinct_patterns(n: int) -> Pattern:
    """Return all patterns of n contacts that drive a current, one of each ±: (2ⁿ⁻¹ − 1, n).

    Raises:
        InputError: as `all_states`.
    """
    states = all_states(n)
    return states[1 : len(states) // 2]


def separations(
    G: FloatArray, responses: FloatArray, patterns: Sequence[Pattern] | Pattern
) -> list[Separation]:
    """How well a film tells the pairs of each pattern apart, to first order.

    Args:
        G: conductance matrix of the film, (N, N), S.
        responses: δG under the voltages of each pattern, (n_patterns, N, N), in any unit.
        patterns: (n_patterns, N).

    Raises:
        InputError: G is no conductance matrix, a pattern drives no current, or shapes that differ.
    """
    if np.shape(responses) != (len(patterns), *np.shape(G)):
        raise InputError(
            f"responses of shape {np.shape(responses)} for {len(patterns)} patterns and G of shape "
            f"{np.shape(G)}: allowed is one matrix like G for each pattern"
        )
    g = np.where(coupled_pairs(G), pair_conductances(G), np.nan)
    upper = np.triu_indices(len(G), k=1)
    return [
        _separation(pattern, -response[upper] / g)
        for pattern, response in zip(patterns, responses, strict=True)
    ]


def _separation(pattern: Pattern, changes: FloatArray) -> Separation:
    require_drivable(pattern)
    changes = changes / np.nanmax(np.abs(changes))
    first, second = np.triu_indices(len(pattern), k=1)
    opposite, coupled = pattern[first] != pattern[second], ~np.isnan(changes)
    all_pairs = pairs(len(pattern))
    weakest = int(np.argmin(np.where(opposite & coupled, changes, np.inf)))
    equal = ~opposite & coupled
    strongest = int(np.argmax(np.where(equal, changes, -np.inf))) if equal.any() else None
    return Separation(
        pattern,
        changes,
        float(changes[weakest] - (0.0 if strongest is None else changes[strongest])),
        all_pairs[weakest],
        None if strongest is None else all_pairs[strongest],
    )


def learnt_changes(change: FloatArray, patterns: ArrayLike, coupled: BoolArray) -> LearntChanges:
    """How far the changes of a trained film tell the pairs apart that its patterns should.

    A pair should grow stronger than others where Hebb's sum Σ ξ_i ξ_j over the patterns lies below
    its mean over coupled pairs; with one pattern, where the signs are opposite. Where the same is
    asked of all pairs, they should grow stronger if opposite signs prevail.

    Args:
        change: relative change of each coupled pair, in the order of `pairs`; or what else is
            compared, in any unit.
        patterns: (n_patterns, N) of ±1.
        coupled: which pairs are, (P,).
    """
    xi = np.array(patterns, dtype=np.int64)
    hebb = (xi.T @ xi)[np.triu_indices(xi.shape[1], k=1)][coupled].astype(np.float64)
    if np.ptp(hebb) == 0:
        mean = float(change.mean())
        return LearntChanges(mean, None, None) if hebb[0] < 0 else LearntChanges(None, mean, None)
    should = hebb < hebb.mean()
    strengthened, others = change[should], change[~should]
    return LearntChanges(
        float(strengthened.mean()),
        float(others.mean()),
        float(strengthened.min() - others.max()),
    )
