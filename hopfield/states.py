"""Energy, fields and ties of the states of a Hopfield network.

The local field of unit i is h_i = Σ_j w_ij s_j; a unit takes the sign of its field, and keeps its
own where the field is zero. "Zero" allows for rounding: adding n terms in floating point errs by
less than n u Σ_j|w_ij| (u = ε/2), and weights that are themselves rounded add as much, so that
|h_i| ≤ n ε Σ_j|w_ij| counts as a tie. Every flip then lowers the energy by more than its rounding,
and asynchronous recall must end.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.patterns import PatternLike, parse_pattern


def energy(w: ArrayLike, state: ArrayLike) -> float:
    """Return E = −½ Σ w_ij s_i s_j of a state, (N,) of ±1, in the unit of the weights (N, N)."""
    s = np.asarray(state, dtype=float)
    return float(-0.5 * s @ np.asarray(w, dtype=float) @ s)


def is_fixed_point(w: ArrayLike, state: PatternLike) -> bool:
    """Tell whether no unit of `state`, (N,), wants to flip; a tie does not."""
    weights, ties, s = checked(w, state)
    return bool(np.all(s * (weights @ s) >= -ties))


def checked_weights(w: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return weights (N, N) as numbers, and the fields of their units that count as ties, (N,).

    Raises:
        InputError: not symmetric, not finite, or with a diagonal that is not zero.
    """
    weights = np.asarray(w, dtype=float)
    if weights.ndim != 2 or weights.shape[0] != weights.shape[1]:
        raise InputError(f"weights of shape {weights.shape}: allowed is (N, N)")
    ties = ties_of(weights)
    if not np.all(np.isfinite(weights)):
        raise InputError("weights have entries that are not finite")
    if np.any(np.diag(weights) != 0):
        raise InputError("weights have a diagonal that is not zero: a unit must not drive itself")
    if np.any(np.abs(weights - weights.T) > ties[:, None]):
        raise InputError("weights are not symmetric: allowed is w_ij = w_ji, up to rounding")
    return weights, ties


def ties_of(w: FloatArray) -> FloatArray:
    """Return the fields of units that count as zero, (…, N), of weights (…, N, N)."""
    ties: FloatArray = w.shape[-1] * np.finfo(float).eps * np.abs(w).sum(axis=-1)
    return ties


def checked(w: ArrayLike, state: PatternLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return weights and ties as `checked_weights`, and a state as numbers, (N,).

    Raises:
        InputError: as `checked_weights`, or a state that is none of N signs.
    """
    weights, ties = checked_weights(w)
    return weights, ties, parse_pattern(state, size=len(weights)).astype(float)
