"""Weights that are fitted to patterns on given pairs, better than rules in closed form.

They tell what a graph can hold at all, whatever taught it.
"""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.hopfield.contact_pairs import coupling_matrix, pairs
from hebbfilm.hopfield.descent import descend_each
from hebbfilm.hopfield.flips import flips_of
from hebbfilm.hopfield.ideal import hebb_weights
from hebbfilm.hopfield.noisy_recall import flipped
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.hopfield.storable import most_stable

FITTED_RULES = ("max_margin", "contrastive")


def fitted_networks(
    patterns: Pattern, coupled: BoolArray, share: float, rng: np.random.Generator
) -> dict[str, FloatArray]:
    """Return the weights of every rule in `FITTED_RULES`, (N, N) each.

    Args:
        patterns: (p, N) of ±1.
        coupled: (P,) in the order of `pairs`.
        share: of signs that are flipped in the starts of contrastive learning.
        rng: draws these.

    Raises:
        SolverError: the linear program has no solution.
    """
    return {
        "max_margin": max_margin_weights(patterns, coupled),
        "contrastive": contrastive_weights(patterns, coupled, share, rng),
    }


def max_margin_weights(patterns: Pattern, coupled: BoolArray) -> FloatArray:
    """Return symmetric weights, |w_ij| ≤ 1, whose least aligned field is the largest.

    That is max κ with ξ_i Σ_j w_ij ξ_j ≥ κ d_i of all units and patterns, where d_i is the number
    of pairs of unit i: a linear program. The stability κ of one row of weights alone is that of E.
    Gardner, J. Phys. A 21, 257 (1988); here the rows are tied by symmetry.

    Args:
        patterns: (p, N) of ±1.
        coupled: (P,) in the order of `pairs`.

    Raises:
        SolverError: the linear program has no solution.

    Example:
        >>> import numpy as np
        >>> max_margin_weights(np.array([[1, 1, -1]]), np.ones(3, dtype=bool))
        array([[ 0.,  1., -1.],
               [ 1.,  0., -1.],
               [-1., -1.,  0.]])
    """
    size = patterns.shape[1]
    joined = np.array(pairs(size))[coupled]
    degree = coupling_matrix(coupled, size).sum(axis=1)
    _, weights = most_stable(patterns.astype(float), joined, degree)
    w = np.zeros((size, size))
    w[joined[:, 0], joined[:, 1]] = weights
    return w + w.T


def contrastive_weights(
    patterns: Pattern,
    coupled: BoolArray,
    share: float,
    rng: np.random.Generator,
    *,
    rounds: int = 150,
    starts: int = 12,
    rate: float = 0.05,
) -> FloatArray:
    """Teach where recall should end, and unlearn where it does: Δw_ij = η⟨ξ_i ξ_j − s_i s_j⟩.

    J. R. Movellan, in Connectionist Models: Proc. 1990 Summer School, 10 (1991), with ends s of
    asynchronous recall from flipped patterns, as in the unlearning of J. J. Hopfield, D. I.
    Feinstein, R. G. Palmer, Nature 304, 158 (1983).

    Args:
        patterns: (p, N) of ±1.
        coupled: (P,) in the order of `pairs`.
        share: of signs that are flipped in the starts.
        rng: draws these.
        rounds: of teaching.
        starts: of each pattern in a round.
        rate: η, in units of the weight of one pattern by Hebb's rule divided by their number.

    Returns:
        (N, N), symmetric, zero diagonal.

    Raises:
        RecallError: recall does not come to rest.
    """
    count, size = patterns.shape
    mask = coupling_matrix(coupled, size)
    w = mask * hebb_weights(patterns) * size / count
    wanted = np.repeat(patterns, starts, axis=0)
    # One flip more than asked, so that the basins reach beyond the starts.
    flips = min(flips_of(share, size) + 1, size)
    taught: IntArray = wanted.T.astype(np.int64) @ wanted
    for _ in range(rounds):
        ends = descend_each(w[None], flipped(wanted, flips, rng)[None], rng)[0]
        w = w + mask * rate * (taught - ends.T.astype(np.int64) @ ends) / starts
    return w
