"""Forming: what is done to a film once, before the first pattern is presented to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any

from hebbfilm.common.arguments import check_kind, check_number
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import check_keys
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import Plain, Range, Time
from hebbfilm.hopfield.neurons import Neurons
from hebbfilm.hopfield.patterns import (
    Pattern,
    format_pattern,
    listed,
    parse_pattern,
    plain_pattern,
    require_drivable,
)
from hebbfilm.hopfield.separability import distinct_patterns
from hebbfilm.solvers import Segment, rest

ALL = "all"
FORMED = "formed"
"""Label of the reading after it."""
FORMING = "forming"
"""Label of its segments."""
_MOST_NEURONS = 8
"""Of which all patterns are taken: 127, so 254 segments for each amplitude."""


@dataclass(frozen=True)
class Forming:
    """All patterns act on a film in both polarities, ever more weakly, so that none is preferred.

    A maze that has only relaxed is metastable, and any current anneals it, whatever it shows: that
    comes before. Nothing is stored by it; the film is read under the label "formed" after it, and
    weights may be changes since then.

    At each amplitude, in their order, each pattern is shown as ξ and then as -ξ.

    Args:
        patterns: a list, or "all": all that differ in more than the overall sign.
        amplitudes: by V₀ of the training.
        duration: of each ξ and of each -ξ in s.
        rest: time in s with all contacts open at its end.

    Raises:
        InputError: a value out of its range, or a pattern that drives no current.

    Example:
        >>> schedule = Training(("+-",), 0.1, forming=Forming(amplitudes=(1.0, 0.5), rest=0.0))
        >>> [segment.drives for segment in schedule.segments(("a", "b"))][:4]
        [(0.1, -0.1), (-0.1, 0.1), (0.05, -0.05), (-0.05, 0.05)]
    """

    patterns: tuple[str | tuple[int, ...], ...] | str = ALL
    amplitudes: tuple[Plain, ...] = (1.0, 0.8, 0.6, 0.4)
    duration: Annotated[Time, Range(above=0)] = 1e-9
    rest: Annotated[Time, Range(0)] = 2e-9

    def __post_init__(self) -> None:
        if not self._takes_all:
            self._read_patterns()
        given = self.amplitudes if isinstance(self.amplitudes, Iterable) else [self.amplitudes]
        for each in given:
            check_number("training.forming.amplitudes", each, "")
        amplitudes = tuple(map(float, given))
        object.__setattr__(self, "amplitudes", amplitudes)
        for key in ("duration", "rest"):
            check_number(f"training.forming.{key}", getattr(self, key), "s")
        if not amplitudes or not all(amplitude > 0 for amplitude in amplitudes):
            raise InputError(
                f"training.forming.amplitudes = {list(amplitudes)}: must be factors of the voltage "
                "above 0, like [1.0, 0.8, 0.6, 0.4]"
            )
        if not self.duration > 0:
            raise InputError(
                f"training.forming.duration = {self.duration}: must be positive, in seconds"
            )
        if not self.rest >= 0:
            raise InputError(
                f"training.forming.rest = {self.rest}: must be zero or positive, in seconds"
            )

    @staticmethod
    def of(given: Forming | Mapping[str, Any] | None) -> Forming | None:
        """What is done, from a table of its arguments as in a case, too; None: nothing.

        Raises:
            InputError: neither, or an argument that it does not have.
        """
        if isinstance(given, Mapping):
            check_keys(given, [field.name for field in fields(Forming)], "in [training.forming]")
            return Forming(**given)
        check_kind("training.forming", given, Forming, optional=True)
        return given

    @property
    def _takes_all(self) -> bool:
        return isinstance(self.patterns, str) and self.patterns == ALL

    def _read_patterns(self) -> None:
        a_word = isinstance(self.patterns, str) and self.patterns.isalpha()
        given = [] if a_word else listed(self.patterns, what="training.forming.patterns")
        if not given:
            raise InputError(
                f"training.forming.patterns = {shown(self.patterns)}: must be '{ALL}', or a list "
                "of patterns, like ['+,+,-,-']"
            )
        object.__setattr__(self, "patterns", tuple(map(plain_pattern, given)))
        for pattern in given:
            require_drivable(parse_pattern(pattern))

    def parsed(self, neurons: int) -> list[Pattern]:
        """The patterns, of so many neurons.

        Raises:
            InputError: a pattern of another length, or "all" of too many.
        """
        if not self._takes_all:
            return [_of_length(parse_pattern(pattern), neurons) for pattern in self.patterns]
        if neurons > _MOST_NEURONS:
            raise InputError(
                f"training.forming.patterns = '{ALL}': of {neurons} neurons there are "
                f"{2 ** (neurons - 1) - 1}, and {_MOST_NEURONS} neurons are the most of which all "
                "are taken; list some, like ['+,+,-,-']"
            )
        return list(distinct_patterns(neurons))

    def extent(self, neurons: int) -> tuple[int, float]:
        """Number of segments, and how long they last in s."""
        driven = 2 * len(self.amplitudes) * len(self.parsed(neurons))
        return driven + (self.rest > 0), driven * self.duration + self.rest

    def segments(self, neurons: Neurons, voltage: float) -> list[Segment]:
        """The drive of all contacts; no presentation, so that no segment shows a pattern.

        Args:
            neurons: of the film.
            voltage: V₀ in V.
        """
        patterns = self.parsed(len(neurons.names))
        voltages = [
            sign * amplitude * voltage * pattern
            for amplitude in self.amplitudes
            for pattern in patterns
            for sign in (1, -1)
        ]
        return [
            *(Segment(self.duration, tuple(neurons.presented(v)), FORMING) for v in voltages),
            *(rest(self.rest) if self.rest > 0 else []),
        ]


def _of_length(pattern: Pattern, neurons: int) -> Pattern:
    if len(pattern) != neurons:
        raise InputError(
            f"training.forming.patterns has '{format_pattern(pattern)}', of {len(pattern)} signs; "
            f"the patterns of the training have {neurons}"
        )
    return pattern
