"""Segments of a drive in which the contacts show a pattern."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.hopfield.patterns import Pattern, format_pattern, stored_pattern
from hebbfilm.solvers import Segment


@dataclass(frozen=True, kw_only=True)
class PatternSegment(Segment):
    """A segment in which voltages V_i = V ξ_i present a pattern ξ.

    Args:
        presented: ξ, each sign 1 or -1. Segments in a row that present the same are one
            presentation, also where V changes its sign between them.
        stored: the pattern of the training that the contacts show, or whose negative; one of its
            own if that is none of the training.
        sign: of the voltages against it, 1 or -1.
    """

    presented: tuple[int, ...]
    stored: tuple[int, ...]
    sign: int

    def presents_as(self, other: Segment) -> bool:
        """Whether another segment presents the same pattern."""
        return isinstance(other, PatternSegment) and other.presented == self.presented


def present(
    pattern: Pattern, voltage: float, duration: float, stored: Sequence[Pattern]
) -> PatternSegment:
    """A pattern, presented.

    Args:
        pattern: ξ.
        voltage: V in V; of either sign.
        duration: in s.
        stored: the patterns of the training.
    """
    shown, sign = stored_pattern(pattern if voltage > 0 else -pattern, stored)
    return PatternSegment(
        duration,
        tuple(float(voltage * each) for each in pattern),
        format_pattern(pattern),
        presented=_plain(pattern),
        stored=_plain(shown),
        sign=sign,
    )


def at_contacts(segment: Segment, neurons: Neurons) -> Segment:
    """The same with the voltages of the contacts in place of those of the neurons they make."""
    if not isinstance(segment, PatternSegment) or neurons.are_contacts:
        return segment
    voltages = neurons.presented(np.array(segment.drives, dtype=float))
    return replace(segment, drives=tuple(map(float, voltages)))


def _plain(pattern: Pattern) -> tuple[int, ...]:
    return tuple(int(sign) for sign in pattern)
