"""Pairs of contacts: their order, their conductances, and which of them are coupled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import InputError

CONDUCTANCE_TOLERANCE = 1e-6
"""Of the largest: serial and parallel conductances agree to this fraction.

Learning changes a conductance by 0.2 % or more, so asymmetry below it cannot touch a sign; and a
pair conductance below it is noise, whose relative change would mean nothing: such a pair is not
coupled.
"""


def pairs(n: int) -> list[tuple[int, int]]:
    """Return the P = n(n−1)/2 pairs of contacts in order: (0,1), (0,2), …, (1,2), …."""
    return [(i, j) for i in range(n) for j in range(i + 1, n)]


def pair_names(names: Sequence[str]) -> list[str]:
    """Return "rim_1-rim_2", … for contact `names` in node order, in the order of `pairs`."""
    return [pair_name(pair, names) for pair in pairs(len(names))]


def pair_name(pair: tuple[int, int], names: Sequence[str]) -> str:
    """Return "rim_1-rim_2" of the pair (0, 1), for contact `names` in node order."""
    return f"{names[pair[0]]}-{names[pair[1]]}"


def pair_conductances(G: ArrayLike) -> FloatArray:
    """Return g_ij = −(G_ij + G_ji)/2 of every pair.

    With Hall effect G is not symmetric. The power VᵀGV is that of its symmetric part, which is the
    same for m and −m (Onsager), and of which pairs and weights are.

    Args:
        G: conductance matrix, (N, N), S; I = G V.

    Returns:
        (P,) in the order of `pairs`, S; round-off about 0 S for pairs that are not coupled.

    Raises:
        InputError: not a matrix of finite numbers that is symmetric or has rows and columns whose
            sums vanish, or a conductance is negative.

    Example:
        >>> pair_conductances([[3, -1, -2], [-1, 4, -3], [-2, -3, 5]])
        array([1., 2., 3.])
    """
    matrix = np.asarray(G, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or len(matrix) < 2:
        raise InputError(
            f"conductance matrix of shape {matrix.shape}: allowed is (N, N) with N of 2 or more"
        )
    if not np.all(np.isfinite(matrix)):
        raise InputError("conductance matrix has entries that are not finite; allowed is S")
    noise = CONDUCTANCE_TOLERANCE * np.abs(matrix).max()
    asymmetry = np.abs(matrix - matrix.T).max()
    sums = np.abs([matrix.sum(axis=0), matrix.sum(axis=1)]).max()
    if asymmetry > noise and sums > noise:
        raise InputError(
            f"conductance matrix is not symmetric: G_ij and G_ji differ by {asymmetry:g} S, and "
            f"rows or columns sum to {sums:g} S; with Hall effect, too, these sums are 0"
        )
    upper = np.triu_indices(len(matrix), k=1)
    g: FloatArray = -symmetric_part(matrix)[upper]
    weakest = int(np.argmin(g))
    if g[weakest] < -noise:
        i, j = pairs(len(matrix))[weakest]
        raise InputError(
            f"pair conductance of contacts {i + 1} and {j + 1} is {g[weakest]:g} S; it must not be "
            "negative: -G_ij given in place of G_ij?"
        )
    return g


def symmetric_part(G: FloatArray) -> FloatArray:
    """Return (G + Gᵀ)/2 of a conductance matrix, (N, N), S."""
    found: FloatArray = (G + G.T) / 2
    return found


def hall_conductance(G: FloatArray) -> float:
    """Return the largest entry of (G − Gᵀ)/2 of a conductance matrix (N, N), S: the odd part."""
    return float(np.abs(G - G.T).max() / 2)


def conductance_matrix(g: FloatArray, n: int) -> FloatArray:
    """Return the conductance matrix of n contacts, (n, n), S, whose rows sum to 0.

    Args:
        g: conductance of every pair, (P,) in the order of `pairs`, S.
        n: number of contacts.
    """
    matrix = np.zeros((n, n))
    matrix[np.triu_indices(n, k=1)] = -g
    matrix += matrix.T
    np.fill_diagonal(matrix, -matrix.sum(axis=1))
    return matrix


def coupled_pairs(G: ArrayLike) -> BoolArray:
    """Tell which pairs conduct: no current flows directly between two contacts that a third parts.

    Args:
        G: conductance matrix, (N, N), S.

    Returns:
        (P,) in the order of `pairs`.

    Raises:
        InputError: as `pair_conductances`.
    """
    coupled: BoolArray = pair_conductances(G) > CONDUCTANCE_TOLERANCE * np.abs(G).max()
    return coupled


def coupling_matrix(coupled: BoolArray, n: int) -> BoolArray:
    """Return which of n contacts are coupled as a matrix (n, n); `coupled` (P,) as for `pairs`."""
    matrix = np.zeros((n, n), dtype=bool)
    matrix[np.triu_indices(n, k=1)] = coupled
    both: BoolArray = matrix | matrix.T
    return both


def mask_weights(w: FloatArray, coupled: BoolArray) -> FloatArray:
    """Return symmetric weights (N, N) with zeros for the pairs that are not coupled."""
    return np.where(coupling_matrix(coupled, len(w)), w, 0.0)


def relative_change(before: ArrayLike, after: ArrayLike) -> FloatArray:
    """Return r_ij = (g_after − g_before)/g_before of every pair.

    Args:
        before: conductance matrix of the untrained film, (N, N), S.
        after: conductance matrix of the trained film, (N, N), S.

    Returns:
        (P,) in the order of `pairs`; 0.03 is a rise by 3 %, NaN a pair that is not coupled.

    Raises:
        InputError: as `pair_conductances`, or the two differ in size.
    """
    g_before, g_after = both_pair_conductances(before, after)
    change: FloatArray = (g_after - g_before) / np.where(coupled_pairs(before), g_before, np.nan)
    return change


def both_pair_conductances(before: ArrayLike, after: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return `pair_conductances` of two matrices of one film, (P,) each, S.

    Raises:
        InputError: as `pair_conductances`, or the two differ in size.
    """
    if np.shape(before) != np.shape(after):
        raise InputError(
            f"conductance matrices before and after have shapes {np.shape(before)} and "
            f"{np.shape(after)}: allowed are two of the same film"
        )
    return pair_conductances(before), pair_conductances(after)
