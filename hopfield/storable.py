"""Whether any weights at all can store patterns on the pairs that are joined."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import linprog

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.common.errors import InputError, SolverError
from hebbfilm.hopfield.contact_pairs import pairs
from hebbfilm.hopfield.patterns import Pattern, PatternLike, parse_patterns


def best_stability(
    patterns: Sequence[PatternLike] | Pattern, coupled: BoolArray | None = None
) -> float:
    """The largest κ for which some weights have ξ_i Σ_j w_ij ξ_j ≥ κ in all patterns and units.

    Weights are symmetric with |w_ij| ≤ 1, and 0 where pairs are not coupled: a linear program, of
    the stabilities of E. Gardner, J. Phys. A 21, 257 (1988). Where κ is 0, no rule whatever stores
    all of them without a tie: two patterns, for example, one of which has the signs of all
    neighbours of a unit, times its own, just opposite to those of the other.

    Args:
        patterns: p of N signs.
        coupled: which pairs have a weight, (P,) in the order of `pairs`; None: all.

    Returns:
        κ, at least 0; in units of the largest weight.

    Raises:
        InputError: patterns of unequal length, or `coupled` of another length.

    Example:
        >>> import numpy as np
        >>> best_stability(["++--", "+-+-"])
        1.0
        >>> in_a_chain = np.array([True, False, False, True, False, True])
        >>> best_stability(["++--", "+-+-"], in_a_chain)
        0.0
    """
    states = np.array(parse_patterns(patterns), dtype=float)
    units = states.shape[1]
    joined = np.array(pairs(units))
    if coupled is not None:
        if np.shape(coupled) != (len(joined),):
            raise InputError(
                f"coupled has shape {np.shape(coupled)}: must be ({len(joined)},), one for each "
                f"pair of {units} units"
            )
        joined = joined[np.flatnonzero(coupled)]
    return most_stable(states, joined, np.ones(units))[0]


def most_stable(
    states: FloatArray, joined: IntArray, fields: FloatArray
) -> tuple[float, FloatArray]:
    """The largest κ with ξ_i Σ_j w_ij ξ_j ≥ κ d_i for all patterns and units, and its weights.

    Args:
        states: (p, N) of ±1.
        joined: (n, 2), the units of each pair that has a weight.
        fields: d, (N,).

    Returns:
        κ, at least 0, and the weights of the pairs, (n,).

    Raises:
        SolverError: the linear program has no solution.
    """
    # Of each unit in each pattern, ξ_i ξ_j for the pairs that it is of.
    of_unit = (joined[None, :, :] == np.arange(states.shape[1])[:, None, None]).any(axis=2)
    along = (states[:, joined[:, 0]] * states[:, joined[:, 1]])[:, None, :] * of_unit[None]
    rows = along.reshape(-1, len(joined))
    found = linprog(
        np.r_[np.zeros(len(joined)), -1.0],
        A_ub=np.c_[-rows, np.tile(fields, len(states))],
        b_ub=np.zeros(len(rows)),
        bounds=[*([(-1.0, 1.0)] * len(joined)), (0.0, None)],
    )
    if not found.success:
        raise SolverError(f"best stability of {len(states)} patterns: {found.message}")
    return abs(float(found.fun)), found.x[:-1]
