"""Weights of the Hopfield network, read from the conductance matrix of the film.

A presented pattern raises the conductance of the pairs of opposite sign, so a weight is minus the
change: w_ij = level − signal_ij. What counts as the signal, and what as its level, is the
`Reference`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.hopfield.contact_pairs import coupled_pairs, mask_weights
from hebbfilm.hopfield.patterns import PatternLike, parse_patterns
from hebbfilm.hopfield.reference import Reference


def conductance_weights(before: FloatArray, after: FloatArray, reference: Reference) -> FloatArray:
    """Return the weights of the network that the film has become.

    Args:
        before: conductance matrix of the film that is compared with, (N, N), S.
        after: conductance matrix of the trained film, (N, N), S.
        reference: what counts as no change; of its moments these are.

    Returns:
        (N, N), symmetric, zero diagonal; relative changes, or S, as `reference` has it. Zero, too,
        for pairs that are not coupled.

    Raises:
        InputError: as `relative_change`.

    Example:
        >>> import numpy as np
        >>> before = np.array([[3.0, -1, -2], [-1, 2, -1], [-2, -1, 3]])
        >>> after = np.array([[3.2, -1, -2.2], [-1, 2.1, -1.1], [-2.2, -1.1, 3.3]])
        >>> conductance_weights(before, after, Reference("untrained")).round(3)
        array([[ 0.   ,  0.067, -0.033],
               [ 0.067,  0.   , -0.033],
               [-0.033, -0.033,  0.   ]])
    """
    values = reference.level(before, after) - reference.signal(before, after)
    w = np.zeros(np.shape(before))
    w[np.triu_indices(len(w), k=1)] = values
    return mask_weights(w + w.T, coupled_pairs(before))


def hebb_correlation(
    w: FloatArray, patterns: Sequence[PatternLike], coupled: BoolArray | None = None
) -> float | None:
    """Return the Pearson correlation, over pairs, of w_ij with Hebb's Σ_μ ξ_i^μ ξ_j^μ.

    Args:
        w: weights, (N, N).
        patterns: the stored patterns, of N signs.
        coupled: (P,) the pairs that count; None: all.

    Returns:
        −1 … 1, or None where it is not defined: w or Hebb's sum is the same for all pairs (two
        contacts; or a set like {++--, +-+-, +--+}, that asks the same of every pair).

    Raises:
        InputError: a pattern is not one, or of another length.

    Example:
        >>> hebb_correlation(hebb_weights(["++--"]), ["++--"])
        1.0
    """
    parsed = parse_patterns(patterns, len(w))
    xi = np.array(parsed, dtype=np.int64).reshape(-1, len(w))
    upper = np.triu_indices(len(w), k=1)
    counted = slice(None) if coupled is None else coupled
    hebb = (xi.T @ xi)[upper][counted].astype(float)
    read = np.asarray(w, dtype=float)[upper][counted]
    # Weights that are equal but for the rounding of a mean over P pairs have no correlation.
    rounding = len(read) * np.finfo(float).eps * np.abs(read).max()
    if np.ptp(hebb) == 0 or np.ptp(read) <= rounding:
        return None
    return float(np.corrcoef(read, hebb)[0, 1])
