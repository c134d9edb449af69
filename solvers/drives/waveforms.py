"""Fields that change in time: a direction and strength times a waveform."""

from dataclasses import dataclass, fields
from math import pi, sin
from typing import Literal, TypeAlias

import numpy as np

from hebbfilm.common.arguments import check_number, check_vector
from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError

LARGEST_FIELD = 1e12
"""In A/m: far beyond any; its square is still a number."""


@dataclass(frozen=True, kw_only=True)
class _Waveform:
    """What all waveforms share.

    Args:
        amplitude: H in A/m where the waveform is 1, (3,).
    """

    amplitude: tuple[float, float, float]

    def __post_init__(self) -> None:
        check_vector("applied_field_waveform.amplitude", self.amplitude, "A/m", LARGEST_FIELD)
        for field in fields(self):
            if field.name not in ("amplitude", "kind"):
                check_number(f"applied_field_waveform.{field.name}", getattr(self, field.name), "")

    def value(self, time: float) -> float:
        """The waveform at `time` in s, without unit and never above 1 in magnitude."""
        raise NotImplementedError

    def breakpoints(self) -> tuple[float, ...]:
        """Times in s at which the waveform has a kink: a stepper should end a step there."""
        return ()

    def field(self, time: float) -> FloatArray:
        """H in A/m at `time` in s, (3,)."""
        return self.value(time) * np.asarray(self.amplitude)

    def _require(self, name: str, holds: bool, allowed: str) -> None:
        if not holds:
            value = getattr(self, name)
            raise InputError(f"applied_field_waveform.{name} = {value}: must be {allowed}")


@dataclass(frozen=True, kw_only=True)
class Sine(_Waveform):
    """sin(2πft + φ); two of them a quarter apart make a rotating field.

    Args:
        amplitude: H in A/m, (3,).
        frequency: f in Hz.
        phase: φ in degrees.

    Raises:
        InputError: a frequency that is not positive.

    Example:
        >>> Sine(amplitude=(0, 0, 1e3), frequency=1e9).value(0.25e-9)
        1.0
    """

    frequency: float
    phase: float = 0.0
    kind: Literal["sine"] = "sine"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._require("frequency", self.frequency > 0, "positive, in hertz")

    def value(self, time: float) -> float:
        """The waveform at `time` in s."""
        return sin(2 * pi * self.frequency * time + np.radians(self.phase))


@dataclass(frozen=True, kw_only=True)
class Pulse(_Waveform):
    """Zero, a linear rise to 1, a plateau, a linear fall to zero.

    Args:
        amplitude: H in A/m, (3,).
        start: when it begins to rise, in s.
        rise: how long it rises, in s; 0 for a jump.
        length: of the plateau in s.
        fall: how long it falls, in s; 0 for a jump.

    Raises:
        InputError: a negative duration, or a pulse that lasts no time.

    Example:
        >>> Pulse(amplitude=(0, 0, 1e3), rise=1e-10, length=1e-9).value(0.5e-10)
        0.5
    """

    length: float
    start: float = 0.0
    rise: float = 0.0
    fall: float = 0.0
    kind: Literal["pulse"] = "pulse"

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("length", "rise", "fall"):
            self._require(name, getattr(self, name) >= 0, "zero or positive, in seconds")
        lasts = self.rise + self.length + self.fall > 0
        self._require("length", lasts, "positive for a pulse that neither rises nor falls")

    def value(self, time: float) -> float:
        """The waveform at `time` in s."""
        return float(np.interp(time, self.breakpoints(), (0.0, 1.0, 1.0, 0.0)))

    def breakpoints(self) -> tuple[float, ...]:
        """Where it begins to rise, is up, begins to fall, and is down."""
        up = self.start + self.rise
        return (self.start, up, up + self.length, up + self.length + self.fall)


@dataclass(frozen=True, kw_only=True)
class Ramp(_Waveform):
    """Zero, a linear rise to 1, and 1 for ever.

    Args:
        amplitude: H in A/m, (3,).
        duration: how long it rises, in s.
        start: when it begins to rise, in s.

    Raises:
        InputError: a duration that is not positive.

    Example:
        >>> Ramp(amplitude=(0, 0, 1e3), duration=1e-9).value(0.25e-9)
        0.25
    """

    duration: float
    start: float = 0.0
    kind: Literal["ramp"] = "ramp"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._require("duration", self.duration > 0, "positive, in seconds")

    def value(self, time: float) -> float:
        """The waveform at `time` in s."""
        return min(max((time - self.start) / self.duration, 0.0), 1.0)

    def breakpoints(self) -> tuple[float, ...]:
        """Where it begins and ends to rise."""
        return (self.start, self.start + self.duration)


@dataclass(frozen=True, kw_only=True)
class Sinc(_Waveform):
    """sin(x)/x with x = 2πf(t - t₀): excites all frequencies below the cut-off f alike.

    Args:
        amplitude: H in A/m, (3,).
        cutoff_frequency: f in Hz.
        centre: t₀ in s.

    Raises:
        InputError: a frequency that is not positive.

    Example:
        >>> Sinc(amplitude=(0, 0, 1e3), cutoff_frequency=1e10).value(0.0)
        1.0
    """

    cutoff_frequency: float
    centre: float = 0.0
    kind: Literal["sinc"] = "sinc"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._require("cutoff_frequency", self.cutoff_frequency > 0, "positive, in hertz")

    def value(self, time: float) -> float:
        """The waveform at `time` in s."""
        return float(np.sinc(2 * self.cutoff_frequency * (time - self.centre)))


Waveform: TypeAlias = Sine | Pulse | Ramp | Sinc
"""Any of them; `kind` tells them apart in a case file."""
