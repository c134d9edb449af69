"""What all waveforms share: one function of time, and an amplitude that says what it drives."""

from dataclasses import dataclass, fields, replace
from typing import Annotated, Self, TypeAlias

import numpy as np

from hebbfilm.common.arguments import check_number, check_vector
from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import WrittenAs
from hebbfilm.solvers.drives.current import Current, require_voltage
from hebbfilm.solvers.drives.pace import Pace

LARGEST_FIELD = 1e12
"""In A/m: far beyond any; its square is still a number."""

Amplitude: TypeAlias = Annotated[
    float | Current | tuple[float, float, float], WrittenAs("amplitude")
]
"""A voltage in V or a current for a contact; for a field its direction and strength H in A/m."""


@dataclass(frozen=True, kw_only=True)
class AnyWaveform:
    """An amplitude times a function of time that has no unit.

    Args:
        amplitude: where the function is 1: H in A/m, (3,), of a field; of a contact its voltage in
            V, or its `Current`.
    """

    amplitude: Amplitude

    def __post_init__(self) -> None:
        if self.is_field:
            check_vector(f"{self._where}.amplitude", self.amplitude, "A/m", LARGEST_FIELD)
        elif not isinstance(self.amplitude, Current):
            require_voltage(f"{self._where}.amplitude", self.amplitude)
            object.__setattr__(self, "amplitude", float(self.amplitude))  # type: ignore[arg-type]
        for field in fields(self):
            if getattr(field.type, "__origin__", None) is float:
                check_number(f"{self._where}.{field.name}", getattr(self, field.name), "")

    def __neg__(self) -> Self:
        given = self.amplitude
        if isinstance(given, float | Current):
            return replace(self, amplitude=-given)
        x, y, z = given
        return replace(self, amplitude=(-x, -y, -z))

    @property
    def is_field(self) -> bool:
        """Whether it is one of a field, and not of a contact."""
        return not isinstance(self.amplitude, Current) and np.ndim(self.amplitude) > 0

    @property
    def strength(self) -> float:
        """Magnitude of the amplitude in A/m, V or A."""
        given = self.amplitude
        return float(np.linalg.norm(given.amperes if isinstance(given, Current) else given))

    def value(self, time: float) -> float:
        """The function at `time` in s, without unit; where it jumps, what it jumps to."""
        raise NotImplementedError

    def largest(self) -> float:
        """Bound of the magnitude of `value`, where it is known: 1 for those that have no other."""
        return 1.0

    def breakpoints(self) -> tuple[float, ...]:
        """Times in s, in order, of its kinks and jumps: a stepper should end a step there."""
        return ()

    def pace(self, begin: float, end: float) -> Pace:
        """How far steps may go from `begin` to `end` in s so that nothing is passed over.

        Of what is as good as straight between its kinks: anywhere.
        """
        return Pace()

    def field(self, time: float) -> FloatArray:
        """H in A/m at `time` in s, (3,).

        Raises:
            InputError: the waveform is one of a contact.
        """
        if not self.is_field:
            check_vector("applied_field_waveform.amplitude", self.amplitude, "A/m")
        return self.value(time) * np.asarray(self.amplitude)

    def drive(self, time: float) -> float | Current:
        """Voltage in V, or the current, of a contact at `time` in s.

        Raises:
            InputError: the waveform is one of a field.
        """
        given = self.amplitude
        if isinstance(given, Current):
            return Current(self.value(time) * given.amperes)
        if self.is_field:
            raise InputError(
                f"waveform.amplitude = {shown(given)}: of a contact it must be a voltage in V or "
                "a Current; three numbers are a field in A/m"
            )
        volts = float(self.value(time) * given)  # type: ignore[operator]
        require_voltage(f"voltage of a waveform of amplitude {given:g} V at {time:.4g} s", volts)
        return volts

    @property
    def _where(self) -> str:
        """The key of a case file, where it is known; the start of messages."""
        return "applied_field_waveform" if self.is_field else "waveform"

    def _told(self, name: str) -> str:
        return f"{self._where}.{name} = {getattr(self, name):g}"

    def _require(self, name: str, holds: bool, allowed: str) -> None:
        if not holds:
            value = getattr(self, name)
            raise InputError(f"{self._where}.{name} = {value}: must be {allowed}")
