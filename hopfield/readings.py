"""All the readings that the moments of a film allow, each with what it recalls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield.contact_pairs import coupled_pairs
from hebbfilm.hopfield.forming import FORMED
from hebbfilm.hopfield.moments import REFERENCE_FILM, UNIFORM, UNTRAINED
from hebbfilm.hopfield.patterns import Pattern, PatternLike, parse_patterns
from hebbfilm.hopfield.recall_ends import recall_success, recall_table, stable_states
from hebbfilm.hopfield.reference import Reference
from hebbfilm.hopfield.separability import learnt_changes
from hebbfilm.hopfield.weights import conductance_weights, hebb_correlation

ORDERS = 4
"""Of update from each start; as runs have it unless they say otherwise."""


@dataclass(frozen=True)
class ReadingResult:
    """What one reading makes of the conductances.

    Attributes:
        reference: by which weights are read.
        stable: how many of the stored states, patterns and negatives, are fixed points.
        stored: how many these states are.
        recalled: fraction of asynchronous recalls, from all starts, that end in a stored state, as
            `recall_table` takes them; None: all weights are 0.
        margin: least signal of the pairs that should grow stronger (with one pattern, those of
            opposite sign) less the largest of all others, in `Reference.unit`; None: the same is
            asked of all pairs.
        correlation: of the weights with Hebb's rule over coupled pairs; None: not defined.
    """

    reference: Reference
    stable: int
    stored: int
    recalled: float | None
    margin: float | None
    correlation: float | None

    @property
    def from_all(self) -> bool:
        """Whether a stored state is recalled from all starts, and from a stored state itself."""
        return self.recalled == 1 and self.all_stable

    @property
    def all_stable(self) -> bool:
        """Whether all stored states are fixed points: of two patterns one may be lost."""
        return self.recalled is not None and self.stable == self.stored

    @property
    def parts(self) -> bool:
        """Whether the margin is above zero: some level parts the pairs as Hebb's rule does."""
        return self.margin is not None and self.margin > 0

    @property
    def rank(self) -> tuple[int, float, bool, float]:
        """By which the best comes last: stable states, recall, sign of the margin, correlation."""
        correlation = correlation_rank(self.correlation)
        if self.recalled is None:  # Without weights any state is stable.
            return -1, -1.0, self.parts, correlation
        return self.stable, self.recalled, self.parts, correlation


def correlation_rank(correlation: float | None) -> float:
    """By which the best comes last: none that is defined is below -1."""
    return -2.0 if correlation is None else correlation


def all_references(labels: Sequence[str], of_film: Sequence[str] = ()) -> Iterator[Reference]:
    """Every rule since every moment and of every later one, and of each two that are neighbours.

    Rules with an offset have 0: what a circuit sees that compares a film with another, pair by
    pair. That of g itself is less its mean over pairs.

    What was read before the training, untrained or formed, is there to compare with alone.

    Args:
        labels: of the readings of the film, in the order of their times, "uniform" anywhere.
        of_film: of those of the reference film.

    Example:
        >>> [r.moments() for r in all_references(["untrained", "trained"]) if r.rule == "absolute"]
        ['of trained since untrained']
    """
    moments = [label for label in labels if label not in (UNTRAINED, UNIFORM)]
    learnt = [label for label in moments if label != FORMED]
    for of in [*((label,) for label in learnt), *pairwise(learnt)]:
        since = [UNTRAINED] if UNTRAINED in labels else []
        since += moments[: moments.index(of[0])]
        since += [UNIFORM] if UNIFORM in labels else []
        since += [REFERENCE_FILM] if set(of) <= set(of_film) else []
        for moment in since:
            for rule, offset in _RULES.items():
                yield Reference(rule, offset, moment, of)
        yield Reference("mean", of=of)


_RULES = {
    "untrained": None,
    "untrained_offset": 0.0,
    "absolute": None,
    "absolute_offset": 0.0,
    "scaled": None,
}


def read_by(
    reference: Reference,
    readings: Mapping[str, FloatArray],
    reference_film: Mapping[str, FloatArray],
    patterns: Sequence[PatternLike] | Pattern,
) -> ReadingResult:
    """What a reading makes of the conductances of a film.

    Args:
        reference: by which weights are read.
        readings: conductance matrices of the film by the labels of their moments, (N, N), S.
        reference_film: those of the reference film; may be empty.
        patterns: the stored patterns.

    Raises:
        InputError: nothing was read at a moment of the reference, or patterns that are none.
    """
    before, after = reference.matrices(readings, reference_film)
    coupled = coupled_pairs(before)
    w = conductance_weights(before, after, reference)
    stored = parse_patterns(patterns, len(w))
    signal = reference.signal(before, after)[coupled]
    return ReadingResult(
        reference,
        *stable_states(w, stored),
        recall_success(recall_table(w, stored, orders=ORDERS)) if w.any() else None,
        learnt_changes(signal, stored, coupled).margin,
        hebb_correlation(w, stored, coupled),
    )


def best_first(found: Sequence[ReadingResult]) -> list[ReadingResult]:
    """The same sorted by stable states, recall, sign of the margin, and correlation, in turn."""
    return sorted(found, key=lambda result: result.rank, reverse=True)
