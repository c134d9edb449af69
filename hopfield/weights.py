"""Weights of the Hopfield network, read from the conductance matrix of the film.

A presented pattern raises the conductance of the pairs of opposite sign, so a weight is minus the
change: w_ij = level − signal_ij. What counts as the signal, and what as its level, is the
`Reference`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.hopfield.contact_pairs import (
    both_pair_conductances,
    coupled_pairs,
    mask_weights,
    relative_change,
)
from hebbfilm.hopfield.patterns import PatternLike, parse_patterns

FORMULAS = {
    "untrained": "w_ij = mean(r) - r_ij, r_ij = (g_after - g_before)/g_before",
    "untrained_offset": "w_ij = offset - r_ij, r_ij = (g_after - g_before)/g_before",
    "absolute": "w_ij = mean(d) - d_ij, d_ij = g_after - g_before",
    "mean": "w_ij = mean(g_after) - g_after,ij",
}
MEANINGS = {
    "untrained": "minus how far the relative change lies above its mean over pairs",
    "untrained_offset": "minus how far the relative change lies above the offset",
    "absolute": "minus how far the change in S lies above its mean over pairs",
    "mean": "minus how far the conductance in S lies above its mean over pairs",
}
"""The same in words, for who reads weights beside conductances."""


@dataclass(frozen=True)
class Reference:
    """What a conductance is compared with to give a weight: an explicit, recorded choice.

    Args:
        rule: "untrained": relative change since the untrained film, less its mean over pairs.
            "untrained_offset": relative change, less the fixed `offset`.
            "absolute": change in S, less its mean over pairs.
            "mean": conductance in S, less its mean over pairs. It needs no untrained film, and
            fails when geometry alone makes the pairs differ: kept as the control.
        offset: relative change that counts as none (0.01 is 1 %); for "untrained_offset" only.

    Raises:
        InputError: unknown rule, or an offset that is missing, superfluous or not in [0, 1).

    Example:
        >>> Reference("untrained").describe()
        'untrained: w_ij = mean(r) - r_ij, r_ij = (g_after - g_before)/g_before'
    """

    rule: str = "untrained"
    offset: float | None = None

    def __post_init__(self) -> None:
        if self.rule not in FORMULAS:
            raise InputError(f"reference rule {self.rule!r}: {allowed_are(self.rule, FORMULAS)}")
        if self.rule != "untrained_offset":
            if self.offset is not None:
                raise InputError(
                    f"reference offset {self.offset!r}: rule {self.rule!r} takes none; "
                    "did you mean rule 'untrained_offset'?"
                )
        elif self.offset is None or not 0 <= self.offset < 1:
            raise InputError(
                f"reference offset {self.offset!r}: rule 'untrained_offset' needs a fraction in "
                "[0, 1), like 0.01 for 1 %; not a percentage"
            )

    def describe(self) -> str:
        """Return the rule, its formula and its offset in one line."""
        offset = "" if self.offset is None else f", offset = {self.offset:g}"
        return f"{self.rule}: {FORMULAS[self.rule]}{offset}"

    def signal(self, before: FloatArray, after: FloatArray) -> FloatArray:
        """Return what the rule compares, per pair: (P,), relative changes, or S.

        Relative changes of pairs that are not coupled are NaN.

        Args:
            before: conductance matrix of the untrained film, (N, N), S.
            after: conductance matrix of the trained film, (N, N), S.
        """
        if self.rule in ("untrained", "untrained_offset"):
            return relative_change(before, after)
        g_before, g_after = both_pair_conductances(before, after)
        return g_after - g_before if self.rule == "absolute" else g_after

    def level(self, before: FloatArray, after: FloatArray) -> float:
        """Return the signal at which a weight is zero (relative change, or S); see `signal`.

        A mean over pairs is one over those that are coupled.
        """
        if self.offset is not None:
            return float(self.offset)
        return float(self.signal(before, after)[coupled_pairs(before)].mean())

    def as_dict(self, before: FloatArray, after: FloatArray) -> dict[str, Any]:
        """Return the rule and the values it used, for the summary of a run; see `signal`."""
        relative = self.rule.startswith("untrained")
        return {
            "rule": self.rule,
            "formula": FORMULAS[self.rule],
            "offset": self.offset,
            "level": self.level(before, after),
            "level_unit": "1" if relative else "S",
        }


def conductance_weights(before: FloatArray, after: FloatArray, reference: Reference) -> FloatArray:
    """Return the weights of the network that the film has become.

    Args:
        before: conductance matrix of the untrained film, (N, N), S.
        after: conductance matrix of the trained film, (N, N), S.
        reference: what counts as no change.

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
