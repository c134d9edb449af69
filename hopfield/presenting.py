"""How patterns are presented one after another: in which order, with which signs, for how long."""

from collections.abc import Sequence
from dataclasses import dataclass

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.hopfield.pattern_segments import PatternSegment, present
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.hopfield.polarity import POLARITIES, in_polarity

PRESENTATIONS = ("constant", "alternating", "bipolar", "quadrature")


@dataclass(frozen=True)
class Presenting:
    """What one cycle of a `Training` without steps does; arguments as there.

    Raises:
        InputError: a value out of its range.
    """

    voltage: float
    duration: float
    presentation: str
    half_period: float
    polarity: str

    def __post_init__(self) -> None:
        for key, allowed in (("presentation", PRESENTATIONS), ("polarity", POLARITIES)):
            value = getattr(self, key)
            if value not in allowed:
                raise InputError(f"training.{key} = '{value}': {allowed_are(value, allowed)}")
        if self._alternates and not 0 < self.half_period <= self.duration / 2:
            raise InputError(
                f"training.half_period = {self.half_period}: must lie between 0 and half of the "
                f"duration, {self.duration / 2:g} s"
            )

    def cycle(self, patterns: Sequence[Pattern]) -> list[list[PatternSegment]]:
        """The segments of each presentation, of stored patterns."""
        first = [in_polarity(pattern, self.polarity) for pattern in patterns]
        if self._alternates:
            return [self._alternate(pattern, patterns) for pattern in first]
        signs = {
            "constant": first,
            "bipolar": [signed for pattern in first for signed in (pattern, -pattern)],
            "quadrature": [*first, *(-pattern for pattern in first)],
        }
        return [
            [present(pattern, self.voltage, self.duration, patterns)]
            for pattern in signs[self.presentation]
        ]

    def extents(self, patterns: int) -> list[tuple[int, float]]:
        """Of each presentation of that many patterns, the number of segments and the time in s."""
        if self._alternates:
            return patterns * [(2 * self._periods, 2 * self._periods * self.half_period)]
        signs = 1 if self.presentation == "constant" else 2
        return signs * patterns * [(1, self.duration)]

    @property
    def _alternates(self) -> bool:
        return self.presentation == "alternating"

    @property
    def _periods(self) -> int:
        return round(self.duration / (2 * self.half_period))

    def _alternate(self, pattern: Pattern, stored: Sequence[Pattern]) -> list[PatternSegment]:
        voltages = (self.voltage, -self.voltage)
        period = [present(pattern, voltage, self.half_period, stored) for voltage in voltages]
        return self._periods * period
