"""What a conductance is compared with to give a weight, and at which moments it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hebbfilm.common.arguments import check_kind, check_names, check_number
from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.messages import shown
from hebbfilm.hopfield.contact_pairs import (
    both_pair_conductances,
    coupled_pairs,
    relative_change,
)
from hebbfilm.hopfield.moments import REFERENCE_FILM, TRAINED, UNIFORM, UNTRAINED

FORMULAS = {
    "untrained": "w_ij = mean(r) - r_ij, r_ij = (g_after - g_before)/g_before",
    "untrained_offset": "w_ij = offset - r_ij, r_ij = (g_after - g_before)/g_before",
    "absolute": "w_ij = mean(d) - d_ij, d_ij = g_after - g_before",
    "absolute_offset": "w_ij = offset - d_ij, d_ij = g_after - g_before",
    "scaled": "w_ij = c g_before - g_after, c = sum(g_after)/sum(g_before)",
    "mean": "w_ij = mean(g_after) - g_after,ij",
    "offset": "w_ij = offset - g_after,ij",
}
MEANINGS = {
    "untrained": "minus how far the relative change lies above its mean over pairs",
    "untrained_offset": "minus how far the relative change lies above the offset",
    "absolute": "minus how far the change in S lies above its mean over pairs",
    "absolute_offset": "minus how far the change in S lies above the offset",
    "scaled": "minus how far the conductance in S lies above that before, scaled to the same sum",
    "mean": "minus how far the conductance in S lies above its mean over pairs",
    "offset": "minus how far the conductance in S lies above the offset",
}
"""The same in words, for who reads weights beside conductances."""
_OFFSETS = {
    # Rule: least, below, and what is said of them.
    "untrained_offset": (0.0, 1.0, "a fraction in [0, 1), like 0.01 for 1 %; not a percentage"),
    "absolute_offset": (-1.0, 1.0, "a change in S, like 0.0 or 2e-5"),
    "offset": (0.0, 1.0, "a conductance in S, like 2e-3"),
}
_OF_CHANGES = ("untrained", "untrained_offset", "absolute", "absolute_offset", "scaled")


@dataclass(frozen=True)
class Reference:
    """What a conductance is compared with to give a weight: an explicit, recorded choice.

    Args:
        rule: "untrained": relative change, less its mean over pairs.
            "untrained_offset": relative change, less the fixed `offset`.
            "absolute": change in S, less its mean over pairs.
            "absolute_offset": change in S, less the offset.
            "scaled": conductance in S, less that before times one factor for all pairs, of which
            the sum over pairs is the same. With "uniform" it needs no reference film, but the
            drawing of this one.
            "mean": conductance in S, less its mean over pairs. It needs no other film, and
            fails when geometry alone makes the pairs differ: kept as the control.
            "offset": conductance in S, less the offset.
        offset: at which a weight is zero, for the rules that are called so: a relative change (0.01
            is 1 %), or S.
        since: the moment from which on changes are taken: "untrained", the label of a reading,
            "uniform" (the same film with m along z: its geometry alone), or "reference_film" (a
            film that was never presented with anything, at the moments of `of`).
        of: the moments at which the conductances are read, of which the mean is taken.

    Raises:
        InputError: unknown rule; an offset that is missing, superfluous or out of its range; or
            moments that cannot be compared.

    Example:
        >>> Reference("untrained").describe()
        'untrained: w_ij = mean(r) - r_ij, r_ij = (g_after - g_before)/g_before'
        >>> Reference("absolute", since="formed", of=("after A", "after -A")).moments()
        'of the mean of after A and after -A since formed'
    """

    rule: str = "untrained"
    offset: float | None = None
    since: str = UNTRAINED
    of: tuple[str, ...] = (TRAINED,)

    def __post_init__(self) -> None:
        check_kind("reference rule", self.rule, str)
        if self.rule not in FORMULAS:
            raise InputError(f"reference rule {self.rule!r}: {allowed_are(self.rule, FORMULAS)}")
        self._check_offset()
        # From a case they come as a list, and from a script perhaps as the one that they are.
        given = (self.of,) if isinstance(self.of, str) else self.of
        check_names("reference of", given)
        check_kind("reference since", self.since, str)
        of = tuple(given)
        object.__setattr__(self, "of", of)
        self._check_moments()

    @property
    def compares(self) -> bool:
        """Whether its signal is a change since another moment; else it is g itself."""
        return self.rule in _OF_CHANGES

    @property
    def unit(self) -> str:
        """Of weights and level: "1" for relative changes, or "S"."""
        return "1" if self.rule.startswith("untrained") else "S"

    def describe(self) -> str:
        """Return the rule, its formula, its offset and its moments in one line."""
        offset = "" if self.offset is None else f", offset = {self.offset:g}"
        usual = self.since == UNTRAINED and self.of == (TRAINED,)
        return f"{self.rule}: {FORMULAS[self.rule]}{offset}" + (
            "" if usual else f", {self.moments()}"
        )

    def moments(self) -> str:
        """Return of when the conductances are, and since when their changes, in words."""
        of = self.of[0] if len(self.of) == 1 else f"the mean of {' and '.join(self.of)}"
        return f"of {of}" + (f" since {self.since}" if self.compares else "")

    def require_moments(
        self, labels: Iterable[str], what: str = "reference", film: bool = False
    ) -> None:
        """Refuse moments that are not there.

        Args:
            labels: those that are, of the film.
            what: has the keys, for the message.
            film: whether there is a reference film.

        Raises:
            InputError: the key, the label that is not there, and those that are.
        """
        there = list(labels)
        read = [label for label in there if label != UNIFORM]
        for label in self.of:
            if label not in read:
                raise InputError(f"{what}.of = {shown(label)}: {_moments_are(label, read)}")
        there += [REFERENCE_FILM] if film else []
        if self.since not in there:
            none = "" if film or self.since != REFERENCE_FILM else "no neuron has a reference; "
            raise InputError(
                f"{what}.since = {shown(self.since)}: {none}{_moments_are(self.since, there)}"
            )

    def matrices(
        self,
        readings: Mapping[str, FloatArray],
        reference_film: Mapping[str, FloatArray] | None = None,
    ) -> tuple[FloatArray, FloatArray]:
        """Return what is compared with, and what is read: conductance matrices, (N, N), S.

        Args:
            readings: of the film, by their labels, (N, N), S.
            reference_film: of the reference film, likewise.

        Raises:
            InputError: a moment at which nothing was read.
        """
        of_film = reference_film or {}
        # Where rules of g itself compare with nothing, the moment says which pairs are coupled.
        self.require_moments(readings, film=all(label in of_film for label in self.of))
        after = _mean([readings[label] for label in self.of])
        if self.since == REFERENCE_FILM:
            return _mean([of_film[label] for label in self.of]), after
        return readings[self.since], after

    def signal(self, before: FloatArray, after: FloatArray) -> FloatArray:
        """Return what the rule compares, per pair: (P,), relative changes, or S.

        Relative changes of pairs that are not coupled are NaN.

        Args:
            before: conductance matrix of the film that is compared with, (N, N), S.
            after: conductance matrix of the trained film, (N, N), S.
        """
        if self.rule.startswith("untrained"):
            return relative_change(before, after)
        g_before, g_after = both_pair_conductances(before, after)
        if self.rule == "scaled":
            g_before = g_before * (g_after.sum() / g_before.sum())
        return g_after - g_before if self.compares else g_after

    def level(self, before: FloatArray, after: FloatArray) -> float:
        """Return the signal at which a weight is zero (relative change, or S); see `signal`.

        A mean over pairs is one over those that are coupled.
        """
        if self.offset is not None:
            return float(self.offset)
        return float(self.signal(before, after)[coupled_pairs(before)].mean())

    def as_dict(self, before: FloatArray, after: FloatArray) -> dict[str, Any]:
        """Return the rule and the values it used, for the summary of a run; see `signal`."""
        return {
            "rule": self.rule,
            "formula": FORMULAS[self.rule],
            "offset": self.offset,
            "since": self.since,
            "of": self.of,
            "level": self.level(before, after),
            "level_unit": self.unit,
        }

    def _check_offset(self) -> None:
        if self.rule not in _OFFSETS:
            if self.offset is not None:
                meant = {"mean": "offset"}.get(self.rule, f"{self.rule}_offset")
                raise InputError(
                    f"reference offset {self.offset!r}: rule {self.rule!r} takes none"
                    + (f"; did you mean rule '{meant}'?" if meant in _OFFSETS else "")
                )
            return
        least, below, allowed = _OFFSETS[self.rule]
        if self.offset is not None:
            check_number("reference offset", self.offset, "")
        if self.offset is None or not least <= self.offset < below:
            raise InputError(
                f"reference offset {self.offset!r}: rule {self.rule!r} needs {allowed}"
            )

    def _check_moments(self) -> None:
        if not self.of or len(set(self.of)) < len(self.of):
            raise InputError(
                f"reference of = {shown(list(self.of))}: must be one moment, or several that differ"
            )
        for label in self.of:
            if label in (UNIFORM, REFERENCE_FILM):
                raise InputError(
                    f"reference of = {shown(label)}: is there to compare with; did you mean "
                    f"since = '{label}'?"
                )
        if not self.compares:
            if self.since != UNTRAINED:
                raise InputError(
                    f"reference since = {shown(self.since)}: rule {self.rule!r} compares with no "
                    "other film; leave it out, or take rule 'absolute'"
                )
        elif self.since in self.of:
            raise InputError(
                f"reference since = {shown(self.since)}: is the moment that is read, too; changes "
                "are from one moment to another"
            )


def _moments_are(label: str, there: list[str]) -> str:
    return f"nothing is read then; {allowed_are(label, there)}"


def _mean(matrices: list[FloatArray]) -> FloatArray:
    """Of one matrix itself, to the last bit."""
    if len(matrices) == 1:
        return matrices[0]
    found: FloatArray = np.mean(matrices, axis=0)
    return found
