"""Waveforms of fields and of contacts: an amplitude times a function of time."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, pi, sin
from typing import Literal, Protocol, TypeAlias

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.quantities import Angle, Frequency, Time
from hebbfilm.solvers.drives.formula import Formula
from hebbfilm.solvers.drives.pace import Pace, every
from hebbfilm.solvers.drives.table import Table
from hebbfilm.solvers.drives.waveform import LARGEST_FIELD as LARGEST_FIELD
from hebbfilm.solvers.drives.waveform import AnyWaveform

_OF_PERIOD, _OF_DECAY = 1 / 16, 0.25
"""Of a period and of a decay time, the longest step: a chord is off by less than `MISSED`."""
_DECAY_TIMES, _PERIODS_OF_SINC = 7.0, 160.0
"""After which 1e-3 of the amplitude is left: exp(-7), and 1/(2π · 160)."""


class FieldInTime(Protocol):
    """A uniform field that changes in time: a waveform, or what acts like one."""

    @property
    def strength(self) -> float:
        """|H| in A/m where `value` is 1."""

    def value(self, time: float) -> float:
        """How much of `strength` there is at `time` in s."""

    def largest(self) -> float:
        """Bound of the magnitude of `value`."""

    def breakpoints(self) -> tuple[float, ...]:
        """Times in s at which it has a kink."""

    def pace(self, begin: float, end: float) -> Pace:
        """How far steps may go from `begin` to `end` in s so that nothing is passed over."""

    def field(self, time: float) -> FloatArray:
        """H in A/m at `time` in s, (3,)."""


@dataclass(frozen=True, kw_only=True)
class Sine(AnyWaveform):
    """sin(2πft + φ); two of them a quarter apart make a rotating field.

    Args:
        amplitude: of a field H along x, y and z in A/m; of a contact its voltage in V, or its
            `Current`.
        frequency: f of the alternation in Hz.
        phase: φ at the start in degrees.

    Raises:
        InputError: a frequency that is not positive.

    Example:
        >>> Sine(amplitude=(0, 0, 1e3), frequency=1e9).value(0.25e-9)
        1.0
    """

    frequency: Frequency
    phase: Angle = 0.0
    kind: Literal["sine"] = "sine"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._require("frequency", self.frequency > 0, "positive, in hertz")

    def value(self, time: float) -> float:
        """The waveform at `time` in s."""
        return sin(2 * pi * self.frequency * time + np.radians(self.phase))

    def pace(self, begin: float, end: float) -> Pace:
        """Sixteen steps at least in each of its periods."""
        return every(_OF_PERIOD / self.frequency, begin, end, self._told("frequency"))


@dataclass(frozen=True, kw_only=True)
class Pulse(AnyWaveform):
    """Zero, a linear rise to 1, a plateau, a linear fall to zero.

    Args:
        amplitude: of a field H along x, y and z in A/m; of a contact its voltage in V, or its
            `Current`.
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

    length: Time
    start: Time = 0.0
    rise: Time = 0.0
    fall: Time = 0.0
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
class Ramp(AnyWaveform):
    """Zero, a linear rise to 1, and 1 for ever.

    Args:
        amplitude: of a field H along x, y and z in A/m; of a contact its voltage in V, or its
            `Current`.
        duration: how long it rises, in s.
        start: when it begins to rise, in s.

    Raises:
        InputError: a duration that is not positive.

    Example:
        >>> Ramp(amplitude=(0, 0, 1e3), duration=1e-9).value(0.25e-9)
        0.25
    """

    duration: Time
    start: Time = 0.0
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
class Sinc(AnyWaveform):
    """sin(x)/x with x = 2πf(t - t₀): excites all frequencies below the cut-off f alike.

    Args:
        amplitude: of a field H along x, y and z in A/m; of a contact its voltage in V, or its
            `Current`.
        cutoff_frequency: f, above which it excites nothing, in Hz.
        centre: t₀ of its peak in s.

    Raises:
        InputError: a frequency that is not positive.

    Example:
        >>> Sinc(amplitude=(0, 0, 1e3), cutoff_frequency=1e10).value(0.0)
        1.0
    """

    cutoff_frequency: Frequency
    centre: Time = 0.0
    kind: Literal["sinc"] = "sinc"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._require("cutoff_frequency", self.cutoff_frequency > 0, "positive, in hertz")

    def value(self, time: float) -> float:
        """The waveform at `time` in s."""
        return float(np.sinc(2 * self.cutoff_frequency * (time - self.centre)))

    def pace(self, begin: float, end: float) -> Pace:
        """Sixteen steps at least in each of its periods, until it has become small."""
        period = 1 / self.cutoff_frequency
        begin = max(begin, self.centre - _PERIODS_OF_SINC * period)
        end = min(end, self.centre + _PERIODS_OF_SINC * period)
        return every(_OF_PERIOD * period, begin, end, self._told("cutoff_frequency"))


@dataclass(frozen=True, kw_only=True)
class DecayingSine(AnyWaveform):
    """sin(2πf(t - t₀) + φ) exp(-(t - t₀)/τ) from t₀ on, 0 before: an alternation that dies down.

    Args:
        amplitude: of a field H along x, y and z in A/m; of a contact its voltage in V, or its
            `Current`.
        frequency: f of the alternation in Hz.
        decay_time: τ in which it falls to 1/e, in s.
        phase: φ at the start in degrees.
        start: t₀ at which it begins, in s.

    Raises:
        InputError: a frequency or a decay time that is not positive.

    Example:
        >>> wave = DecayingSine(amplitude=0.05, frequency=1e9, decay_time=1e-9, phase=90)
        >>> round(wave.drive(1e-9), 6)
        0.018394
    """

    frequency: Frequency
    decay_time: Time
    phase: Angle = 0.0
    start: Time = 0.0
    kind: Literal["decaying_sine"] = "decaying_sine"

    def __post_init__(self) -> None:
        super().__post_init__()
        self._require("frequency", self.frequency > 0, "positive, in hertz")
        self._require("decay_time", self.decay_time > 0, "positive, in seconds")

    def value(self, time: float) -> float:
        """The waveform at `time` in s."""
        since = time - self.start
        if since < 0:
            return 0.0
        angle = 2 * pi * self.frequency * since + np.radians(self.phase)
        return sin(angle) * exp(-since / self.decay_time)

    def pace(self, begin: float, end: float) -> Pace:
        """Sixteen steps at least in each of its periods, or until it has decayed."""
        end = min(end, self.start + _DECAY_TIMES * self.decay_time)
        longest = min(_OF_PERIOD / self.frequency, _OF_DECAY * self.decay_time)
        return every(longest, max(begin, self.start), end, self._told("decay_time"))

    def breakpoints(self) -> tuple[float, ...]:
        """Where it begins."""
        return (self.start,)


Waveform: TypeAlias = Sine | Pulse | Ramp | Sinc | DecayingSine | Table | Formula
"""Any of them; `kind` tells them apart in a case file."""
WAVEFORMS: Mapping[str, type[Waveform]] = {
    each.kind: each for each in (Sine, Pulse, Ramp, Sinc, DecayingSine, Table, Formula)
}
"""By their kind."""
