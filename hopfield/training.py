"""How patterns are presented to a film: what the contacts do, and for how long."""

from collections.abc import Sequence
from dataclasses import dataclass

from hopfield.patterns import Pattern, format_pattern, parse_pattern, require_drivable
from meshing.errors import InputError
from solvers import Segment, alternating, constant, rest

PRESENTATIONS = ("constant", "alternating")


@dataclass(frozen=True)
class Training:
    """A schedule: each pattern ξ is presented as V_i = V₀ ξ_i, one after another, then a rest.

    Args:
        patterns: one or more, in order, each like "+,+,-,-" or (1, 1, -1, -1).
        voltage: V₀ in V.
        duration: of one presentation in s.
        presentation: "constant", or "alternating" between ξ and -ξ, which is the same pattern but
            drags the texture to and fro instead of away.
        half_period: in s of the alternation; `duration` is rounded to whole periods.
        repeats: how often the sequence of patterns is run through.
        rest: time in s with all contacts open at the end.

    Raises:
        InputError: a value out of its range, or a pattern that drives no current.
    """

    patterns: tuple[str | tuple[int, ...], ...]
    voltage: float = 0.05
    duration: float = 6e-9
    presentation: str = "constant"
    half_period: float = 1e-9
    repeats: int = 1
    rest: float = 5e-9

    def __post_init__(self) -> None:
        if not self.patterns:
            raise InputError("training.patterns is empty: give at least one, like '+,+,-,-'")
        for pattern in self.patterns:
            require_drivable(parse_pattern(pattern))
        if self.voltage == 0:
            raise InputError("training.voltage = 0: no current flows; typical is 0.05 V")
        if not self.duration > 0:
            raise InputError(f"training.duration = {self.duration}: must be positive, in seconds")
        if self.presentation not in PRESENTATIONS:
            raise InputError(
                f"training.presentation = '{self.presentation}': "
                f"allowed are {', '.join(PRESENTATIONS)}"
            )
        if not 0 < self.half_period <= self.duration / 2 and self.presentation == "alternating":
            raise InputError(
                f"training.half_period = {self.half_period}: must lie between 0 and half of the "
                f"duration, {self.duration / 2:g} s"
            )
        if self.repeats < 1:
            raise InputError(f"training.repeats = {self.repeats}: must be 1 or more")
        if self.rest < 0:
            raise InputError(f"training.rest = {self.rest}: must be zero or positive, in seconds")

    def parsed(self, contacts: Sequence[str]) -> list[Pattern]:
        """The patterns with one sign for each of the contacts.

        Raises:
            InputError: a pattern of another length.
        """
        return [parse_pattern(pattern, names=contacts) for pattern in self.patterns]

    def segments(self, contacts: Sequence[str]) -> list[Segment]:
        """The drive of a film with these contacts.

        Raises:
            InputError: a pattern of another length.
        """
        once = [segment for pattern in self.parsed(contacts) for segment in self._present(pattern)]
        return self.repeats * once + (rest(self.rest) if self.rest > 0 else [])

    def _present(self, pattern: Pattern) -> list[Segment]:
        voltages = [float(self.voltage * sign) for sign in pattern]
        label = format_pattern(pattern)
        if self.presentation == "constant":
            return constant(voltages, self.duration, label)
        cycles = round(self.duration / (2 * self.half_period))
        return alternating(voltages, half_period=self.half_period, cycles=cycles, label=label)
