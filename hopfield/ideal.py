"""Ideal networks that stand beside every film, trained on the same patterns.

None of the packages on PyPI that have such rules is both kept up and able to leave pairs uncoupled.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.contact_pairs import coupling_matrix
from hebbfilm.hopfield.patterns import Pattern, PatternLike, listed, parse_pattern

IDEAL_RULES = ("hebb", "oja", "pseudo_inverse", "storkey")


def ideal_networks(
    patterns: Sequence[PatternLike] | Pattern, coupled: BoolArray | None = None
) -> dict[str, FloatArray]:
    """Return the weights of every rule in `IDEAL_RULES`, (N, N) each.

    Args:
        patterns: the stored patterns, of one length N.
        coupled: (P,) the pairs that have a weight, in the order of `pairs`; None: all.

    Raises:
        InputError: no patterns, or of different lengths.

    Example:
        >>> list(ideal_networks(["++--"]))
        ['hebb', 'oja', 'pseudo_inverse', 'storkey']
    """
    size = _stacked(patterns).shape[1]
    mask = ~np.eye(size, dtype=bool) if coupled is None else coupling_matrix(coupled, size)
    return {
        "hebb": mask * hebb_weights(patterns),
        "oja": mask * oja_weights(patterns),
        "pseudo_inverse": mask * pseudo_inverse_weights(patterns),
        "storkey": storkey_weights(patterns, mask),
    }


def hebb_weights(patterns: Sequence[PatternLike] | Pattern) -> FloatArray:
    """Return w_ij = Σ_μ ξ_i^μ ξ_j^μ / N with a zero diagonal (Hopfield 1982).

    Args:
        patterns: the stored patterns, of one length N.

    Returns:
        (N, N), symmetric.

    Raises:
        InputError: no patterns, or of different lengths.

    Example:
        >>> hebb_weights(["++-"]).round(2)
        array([[ 0.  ,  0.33, -0.33],
               [ 0.33,  0.  , -0.33],
               [-0.33, -0.33,  0.  ]])
    """
    xi = _stacked(patterns)
    w = xi.T @ xi / xi.shape[1]
    np.fill_diagonal(w, 0)
    return w


def oja_weights(
    patterns: Sequence[PatternLike] | Pattern, *, rate: float = 0.05, epochs: int = 100
) -> FloatArray:
    """Train a network by Oja's rule, from zero weights.

    Oja's rule (J. Math. Biol. 15, 267 (1982)) is Δw_ij = η y_i (x_j − y_i w_ij). A presented
    pattern clamps the units of a recurrent network, x = y = ξ, and y_i² = 1, so that
    Δw_ij = η (ξ_i ξ_j − w_ij): symmetric, bounded by 1, a gradient descent on the squared distance
    to ξξᵀ. Unlike Hebb's sum it saturates, and later patterns weigh more than earlier ones.

    Args:
        patterns: the patterns, of one length N, in the order of presentation.
        rate: η of one presentation, above 0 and at most 1.
        epochs: how often the whole sequence is presented, 1 or more.

    Returns:
        (N, N), symmetric, zero diagonal, |w_ij| ≤ 1.

    Raises:
        InputError: no patterns, of different lengths, or a number out of range.

    Example:
        >>> oja_weights(["++-"], rate=0.5, epochs=1)
        array([[ 0. ,  0.5, -0.5],
               [ 0.5,  0. , -0.5],
               [-0.5, -0.5,  0. ]])
    """
    if not 0 < rate <= 1 or epochs < 1:
        raise InputError(
            f"Oja network with rate {rate!r} and {epochs!r} epochs: allowed are a rate above 0 and "
            "at most 1, and 1 or more epochs"
        )
    xi = _stacked(patterns)
    # Each presentation adds η ξξᵀ and leaves 1 − η of what was there: a sum in closed form.
    later = len(xi) * np.arange(epochs) + np.arange(len(xi))[::-1, None]
    memory = (rate * (1 - rate) ** later).sum(axis=1)
    return _symmetric((memory[:, None] * xi).T @ xi)


def pseudo_inverse_weights(patterns: Sequence[PatternLike] | Pattern) -> FloatArray:
    """Return the projection on the patterns, its diagonal set to zero.

    L. Personnaz, I. Guyon, G. Dreyfus, J. Physique Lett. 46, L359 (1985): w = Ξ⁺Ξ with the patterns
    as the rows of Ξ, so that w ξ = ξ. Without the diagonal the fields of a pattern keep its signs.

    Args:
        patterns: the stored patterns, of one length N.

    Returns:
        (N, N), symmetric.

    Raises:
        InputError: no patterns, or of different lengths.

    Example:
        >>> pseudo_inverse_weights(["++-", "+-+"]).round(2)
        array([[ 0. ,  0. ,  0. ],
               [ 0. ,  0. , -0.5],
               [ 0. , -0.5,  0. ]])
    """
    xi = _stacked(patterns)
    return _symmetric(np.linalg.pinv(xi) @ xi)


def storkey_weights(
    patterns: Sequence[PatternLike] | Pattern, mask: BoolArray | None = None
) -> FloatArray:
    """Train a network by Storkey's rule, each pattern once, in order.

    A. Storkey, ICANN 1997, LNCS 1327, 451: Δw_ij = (ξ_i ξ_j − ξ_i h_ji − h_ij ξ_j)/N with the local
    fields h_ij = Σ_{k≠i,j} w_ik ξ_k of the weights so far.

    Args:
        patterns: the stored patterns, of one length N.
        mask: (N, N), which pairs are coupled; the others have no weight, and so no part in the
            fields. None: all.

    Returns:
        (N, N), symmetric, zero diagonal.

    Raises:
        InputError: no patterns, or of different lengths.

    Example:
        >>> storkey_weights(["++-"]).round(2)
        array([[ 0.  ,  0.33, -0.33],
               [ 0.33,  0.  , -0.33],
               [-0.33, -0.33,  0.  ]])
    """
    xi = _stacked(patterns)
    size = xi.shape[1]
    allowed = ~np.eye(size, dtype=bool) if mask is None else mask
    w = np.zeros((size, size))
    for pattern in xi:
        fields = (w @ pattern)[:, None] - w * pattern
        unexplained = np.outer(pattern, pattern) - pattern[:, None] * fields.T - fields * pattern
        w = w + allowed * unexplained / size
    return (w + w.T) / 2


def _symmetric(w: FloatArray) -> FloatArray:
    """Without what rounding leaves of an antisymmetric part, and without a diagonal."""
    mean: FloatArray = (w + w.T) / 2
    np.fill_diagonal(mean, 0)
    return mean


def _stacked(patterns: Sequence[PatternLike] | Pattern) -> FloatArray:
    given = listed(patterns)
    if not given:
        raise InputError("no patterns to store: give one or more")
    first = parse_pattern(given[0])
    return np.array([parse_pattern(pattern, size=len(first)) for pattern in given], dtype=float)
