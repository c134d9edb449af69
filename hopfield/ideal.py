"""Ideal networks that stand beside every film: Hebb's and Oja's, trained on the same patterns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hopfield.patterns import PatternLike, parse_pattern
from meshing.errors import InputError


def hebb_weights(patterns: Sequence[PatternLike]) -> NDArray[np.float64]:
    """Return w_ij = Σ_μ ξ_i^μ ξ_j^μ / N with a zero diagonal (Hopfield 1982).

    Args:
        patterns: the stored patterns, of one length N.

    Returns:
        (N, N), symmetric.

    Raises:
        InputError: no patterns, or of different lengths.
    """
    xi = _stacked(patterns)
    w = xi.T @ xi / xi.shape[1]
    np.fill_diagonal(w, 0)
    return w


def oja_weights(
    patterns: Sequence[PatternLike], *, rate: float = 0.05, epochs: int = 100
) -> NDArray[np.float64]:
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
    """
    if not 0 < rate <= 1 or epochs < 1:
        raise InputError(
            f"Oja network with rate {rate!r} and {epochs!r} epochs: allowed are a rate above 0 and "
            "at most 1, and 1 or more epochs"
        )
    xi = _stacked(patterns)
    w = np.zeros((xi.shape[1], xi.shape[1]))
    for _ in range(epochs):
        for pattern in xi:
            w += rate * (np.outer(pattern, pattern) - w)
    np.fill_diagonal(w, 0)
    return w


def _stacked(patterns: Sequence[PatternLike]) -> NDArray[np.float64]:
    if len(patterns) == 0:
        raise InputError("no patterns to store: give one or more")
    first = parse_pattern(patterns[0])
    return np.array([parse_pattern(p, size=len(first)) for p in patterns], dtype=float)
