"""The network that a film has become, read from the summary of its run."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import Reference, conductance_weights, ideal_networks
from hebbfilm.hopfield.contact_pairs import coupled_pairs, pairs, relative_change
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.run.folder.summary_file import read_summary

FILM = "film"
NAMES = {
    FILM: "film",
    "hebb": "Hebb",
    "oja": "Oja",
    "pseudo_inverse": "pseudo-inverse",
    "storkey": "Storkey",
}
"""Of the networks in summaries, and for people."""


@dataclass(frozen=True, eq=False)
class Learnt:
    """What a finished run has learnt, all computed anew from its conductances.

    Attributes:
        contacts: names of the neurons; by default each contact is one.
        patterns: that were presented, (p, N).
        before: conductance matrix that the reference compares with, (N, N), S.
        after: conductance matrix that it reads, (N, N), S.
        reference: by which weights are read.
    """

    contacts: tuple[str, ...]
    patterns: Pattern
    before: FloatArray
    after: FloatArray
    reference: Reference

    @property
    def coupled(self) -> BoolArray:
        """Which pairs have a weight, (P,)."""
        return coupled_pairs(self.before)

    def networks(self) -> dict[str, FloatArray]:
        """Weights of the film, and of the ideal rules on the same pairs; keys as in `NAMES`."""
        own = conductance_weights(self.before, self.after, self.reference)
        return {FILM: own, **ideal_networks(self.patterns, self.coupled)}

    def doses(self) -> dict[int, list[float]]:
        """Relative changes of the coupled pairs, by how many patterns drive a current there."""
        change = relative_change(self.before, self.after)
        found: dict[int, list[float]] = {}
        for (i, j), r, coupled in zip(pairs(len(self.contacts)), change, self.coupled, strict=True):
            if coupled:
                driven = int(np.sum(self.patterns[:, i] != self.patterns[:, j]))
                found.setdefault(driven, []).append(float(r))
        return dict(sorted(found.items()))


def read_learnt(folder: Path, chosen: Callable[[Reference], Reference] | None = None) -> Learnt:
    """Read what a run has learnt from its summary.

    Args:
        folder: of the run.
        chosen: gives the reference by which to read weights for that of the run; None: the same.

    Raises:
        InputError: the file is missing, damaged, or lacks an entry; or a reference of which a
            moment was not read.
    """
    summary = read_summary(folder)
    reference = summary.reference.reference
    if chosen is not None:
        reference = chosen(reference)
    try:
        before, after = reference.matrices(summary.readings, summary.reference_film)
    except InputError as error:
        raise InputError(f"{folder}: {error}") from None
    return Learnt(
        summary.neuron_names,
        summary.patterns.astype(np.int8),
        before,
        after,
        reference,
    )
