"""How patterns are presented one after another: in which order, with which signs, for how long."""

from collections.abc import Sequence
from dataclasses import dataclass

from hebbfilm.common.arguments import check_number
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.hopfield.pattern_segments import PatternSegment, present
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.hopfield.polarity import POLARITIES, in_polarity
from hebbfilm.hopfield.presentation_order import presentation_order

PRESENTATIONS = ("constant", "alternating", "bipolar", "quadrature", "all_orders")

HALF_PERIOD = 1e-9
"""Of an alternation that is given none, in s."""

_LEAST_VOLTAGE = 1e-9
"""In V, as of any voltage of a case: below, an alternation has died away."""


@dataclass(frozen=True)
class Presenting:
    """What one cycle of a `Training` without steps does; arguments as there.

    Raises:
        InputError: a value out of its range, or beside one that leaves nothing for it to do.
    """

    voltage: float
    duration: float
    presentation: str
    half_period: float
    polarity: str
    decay: float
    negative_voltage: float | None
    negative_duration: float | None

    def __post_init__(self) -> None:
        for key, allowed in (("presentation", PRESENTATIONS), ("polarity", POLARITIES)):
            value = getattr(self, key)
            if value not in allowed:
                raise InputError(f"training.{key} = '{value}': {allowed_are(value, allowed)}")
        check_number("training.half_period", self.half_period, "s", above=0)
        check_number("training.decay", self.decay, "")
        for key, unit in (("negative_voltage", "V"), ("negative_duration", "s")):
            if (value := getattr(self, key)) is not None:
                check_number(f"training.{key}", value, unit)
        self._check_negatives()
        if self._alternates:
            self._check_period()
        else:
            self._check_alternating("half_period", HALF_PERIOD)
        self._check_decay()

    def cycle(self, patterns: Sequence[Pattern]) -> list[list[PatternSegment]]:
        """The segments of each presentation, of stored patterns."""
        first = [in_polarity(pattern, self.polarity) for pattern in patterns]
        if self._alternates:
            return [self._alternate(pattern, patterns) for pattern in first]
        order = presentation_order(self.presentation, len(first))
        return [[self._present(first[place], sign, patterns)] for place, sign in order]

    def extents(self, patterns: int) -> list[tuple[int, float]]:
        """Of each presentation of that many patterns, the number of segments and the time in s.

        Raises:
            InputError: more patterns than are presented in all orders.
        """
        if self._alternates:
            return patterns * [(2 * self._periods, self._periods * self._period)]
        order = presentation_order(self.presentation, patterns)
        return [(1, self._duration(sign)) for _, sign in order]

    @property
    def _alternates(self) -> bool:
        return self.presentation == "alternating"

    @property
    def _period(self) -> float:
        return self._duration(1) + self._duration(-1)

    @property
    def _periods(self) -> int:
        return round(self.duration / self._period)

    def _voltage(self, sign: int) -> float:
        """By which ξ or, with sign -1, its negative is presented."""
        return self.voltage if sign > 0 or self.negative_voltage is None else self.negative_voltage

    def _duration(self, sign: int) -> float:
        """How long, in s: of a presentation, or of a half period."""
        positive = self.half_period if self._alternates else self.duration
        return positive if sign > 0 or self.negative_duration is None else self.negative_duration

    def _present(self, pattern: Pattern, sign: int, stored: Sequence[Pattern]) -> PatternSegment:
        return present(sign * pattern, self._voltage(sign), self._duration(sign), stored)

    def _alternate(self, pattern: Pattern, stored: Sequence[Pattern]) -> list[PatternSegment]:
        """Both halves of each period present the pattern, at voltages of both signs."""
        return [
            present(
                pattern, sign * self._voltage(sign) * self.decay**half, self._duration(sign), stored
            )
            for half, sign in enumerate(self._periods * (1, -1))
        ]

    def _check_negatives(self) -> None:
        for key in ("negative_voltage", "negative_duration"):
            value = getattr(self, key)
            if value is not None and self.presentation == "constant":
                raise InputError(
                    f"training.{key} = {value}: of presentation = 'constant' nothing is presented "
                    "as its negative; allowed is any other presentation"
                )
        if self.negative_voltage is not None and not self.negative_voltage * self.voltage > 0:
            raise InputError(
                f"training.negative_voltage = {self.negative_voltage}: must have the sign of "
                f"training.voltage = {self.voltage}; -ξ has the other signs already"
            )
        if self.negative_duration is not None and not self.negative_duration > 0:
            raise InputError(
                f"training.negative_duration = {self.negative_duration}: must be positive, in "
                "seconds"
            )

    def _check_period(self) -> None:
        if self.negative_duration is None:
            if not 0 < self.half_period <= self.duration / 2:
                raise InputError(
                    f"training.half_period = {self.half_period}: must lie between 0 and half of "
                    f"the duration, {self.duration / 2:g} s"
                )
        elif not (self.half_period > 0 and self._period <= self.duration):
            raise InputError(
                f"training.half_period = {self.half_period}: must be positive, and with "
                f"negative_duration = {self.negative_duration} fit into the duration, "
                f"{self.duration:g} s"
            )

    def _check_alternating(self, key: str, default: float) -> None:
        """Refuse what only an alternation heeds where there is none."""
        if (value := getattr(self, key)) != default:
            raise InputError(
                f"training.{key} = {value}: of presentation = '{self.presentation}' nothing "
                f"alternates; leave it out, or take presentation = 'alternating'"
            )

    def _check_decay(self) -> None:
        if not 0 < self.decay <= 1:
            raise InputError(
                f"training.decay = {self.decay}: must lie above 0 and be 1 at most; 0.9 takes a "
                "tenth from each half period to the next"
            )
        if not self._alternates:
            self._check_alternating("decay", 1.0)
            return
        if self.decay == 1:
            return
        halves = 2 * self._periods
        least = min(abs(self._voltage(sign)) for sign in (1, -1)) * self.decay ** (halves - 1)
        if least < _LEAST_VOLTAGE:
            raise InputError(
                f"training.decay = {self.decay}: {halves} half periods would end at {least:.1g} V, "
                f"below {_LEAST_VOLTAGE:g} V; let them decay less, or take a shorter duration"
            )
