"""Forms of the rule by which currents change the conductances of a film.

Every form gives the relative change r of one pair from what was put on its two contacts, solved in
closed form from sample to sample, as voltages are constant between them. Its drive is
s = (V_i - V_j)/(2V₀), -1 … 1: of a pattern ξ at V₀, s² = (1 - ξ_i ξ_j)/2 is 1 for pairs of opposite
signs and 0 for others. The dose is D = ∫ s² dt; d = ∫ s dt is how far the texture would be
dragged, as a time at full voltage. All forms are an amplitude (r_max, for Hebb the rate) times a
shape, of which `FORMS` has the formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Courses:
    """What was done to pairs of contacts, and how their conductances changed.

    Row k tells of the time from sample k - 1 to sample k, and of the change at its end; before the
    first row nothing has changed. Rows after the end of a course have steps of zero.

    Attributes:
        step: in s, (n, C).
        drive: s, (n, C).
        driven: whether anything was driven in the film of that pair, (n, C).
        change: r, (n, C); NaN where there is no sample.
    """

    step: FloatArray
    drive: FloatArray
    driven: BoolArray
    change: FloatArray

    def only(self, chosen: BoolArray) -> Courses:
        """Those of the courses that are chosen, (C,)."""
        return Courses(
            self.step[:, chosen],
            self.drive[:, chosen],
            self.driven[:, chosen],
            self.change[:, chosen],
        )

    @property
    def dose(self) -> FloatArray:
        """The dose D in s, (n, C)."""
        return np.cumsum(self.drive**2 * self.step, axis=0)

    @property
    def displacement(self) -> FloatArray:
        """The displacement d in s, (n, C)."""
        return np.cumsum(self.drive * self.step, axis=0)

    @property
    def peak_to_peak(self) -> FloatArray:
        """Largest less least d so far in s, (n, C)."""
        d = self.displacement
        highest: FloatArray = np.maximum.accumulate(np.maximum(d, 0))
        lowest: FloatArray = np.minimum.accumulate(np.minimum(d, 0))
        return highest - lowest


def driven_alike(courses: Courses, *, up_to_scale: bool = False) -> list[IntArray]:
    """Numbers of the courses that have one history of voltages each, in the order of the first.

    Args:
        courses: to sort.
        up_to_scale: histories that differ by a positive factor are one.
    """
    step, d = courses.step, courses.displacement
    largest = np.abs(courses.drive).max(axis=0) if up_to_scale else np.abs(courses.drive).max()
    # Equal to rounding: times of a sample differ in their last digits between runs.
    past = np.concatenate(
        [
            np.cumsum(step, axis=0),
            np.cumsum(step * courses.driven, axis=0),
            d / np.where(largest > 0, largest, 1),
        ]
    )
    _, first, kind = np.unique(
        np.round(past / past.max(), 6) + 0.0, axis=1, return_index=True, return_inverse=True
    )
    kind = kind.reshape(-1)
    return [np.flatnonzero(kind == number) for number in np.argsort(first)]


@dataclass(frozen=True)
class Parameter:
    """One parameter of a shape.

    Attributes:
        name: as in the formula.
        time_power: its unit is s to this power.
        low, high: bounds, with times in units of the longest dose.
        linear_at: the bound, "low" or "high", at which the shape is all but proportional to it or
            to its inverse, or "" for none.
    """

    name: str
    time_power: int
    low: float
    high: float
    linear_at: str = ""

    def bound_at(self, value: float) -> str:
        """The bound at which a value is, "low" or "high", or "".

        Where the search nears a bound the squares hardly fall, and it may stop before it: of a
        positive parameter a fifth counts as nothing, of others a thousandth of the range.
        """
        for side, edge in (("low", self.low), ("high", self.high)):
            slack = 0.2 * edge if self.low > 0 else 1e-3 * (self.high - self.low)
            if abs(value - edge) <= slack:
                return side
        return ""


@dataclass(frozen=True)
class Form:
    """One form of the rule: amplitude times shape(courses, parameters), (n, C).

    Attributes:
        formula: as one writes it.
        amplitude: the name of the amplitude; "η" is a rate in 1/s, "r_max" has no unit.
        parameters: of the shape.
        shape: takes the parameters in SI units.
    """

    name: str
    formula: str
    amplitude: str
    parameters: tuple[Parameter, ...]
    shape: Callable[[Courses, FloatArray], FloatArray]


def _hebb(courses: Courses, _: FloatArray) -> FloatArray:
    return courses.dose


def _oja(courses: Courses, values: FloatArray) -> FloatArray:
    return _relaxing(values[0] * courses.driven, courses.drive**2, courses.step)


def _forgetting(courses: Courses, values: FloatArray) -> FloatArray:
    gain, loss = values
    rate = gain * courses.drive**2 + loss
    return _relaxing(rate, gain * courses.drive**2 / rate, courses.step)


def _saturating(courses: Courses, values: FloatArray) -> FloatArray:
    return _saturated(values[0] * courses.dose)


def _delayed(courses: Courses, values: FloatArray) -> FloatArray:
    return _saturated(values[0] * np.maximum(courses.dose - values[1], 0))


def _power(courses: Courses, values: FloatArray) -> FloatArray:
    return 1 - _unsaturated(values[0] * courses.dose, values[1])


def _displacement(courses: Courses, values: FloatArray) -> FloatArray:
    return _saturated(courses.peak_to_peak / values[0])


def _reversible(courses: Courses, values: FloatArray) -> FloatArray:
    return _saturated(np.abs(courses.displacement) / values[0])


def _dragged_back(courses: Courses, values: FloatArray) -> FloatArray:
    kept, moved = values[1], np.abs(courses.displacement)
    return _saturated((kept * courses.peak_to_peak + (1 - kept) * moved) / values[0])


def _dragged_back_power(courses: Courses, values: FloatArray) -> FloatArray:
    kept, moved = values[1], np.abs(courses.displacement)
    reached = (kept * courses.peak_to_peak + (1 - kept) * moved) / values[0]
    return 1 - _unsaturated(reached, values[2])


def _aligning(courses: Courses, values: FloatArray) -> FloatArray:
    return _alignment(courses, values[0]) ** 2


def _aligning_kept(courses: Courses, values: FloatArray) -> FloatArray:
    reached, kept = _alignment(courses, values[0]) ** 2, values[1]
    change: FloatArray = kept * np.maximum.accumulate(reached, axis=0) + (1 - kept) * reached
    return change


def _alignment(courses: Courses, rate: float) -> FloatArray:
    """Solve dy/dt = rate (s - |s| y): towards 1 under a positive voltage, -1 under a negative."""
    return _relaxing(rate * np.abs(courses.drive), np.sign(courses.drive), courses.step)


def _relaxing(rate: FloatArray, target: FloatArray, step: FloatArray) -> FloatArray:
    """Solve dy/dt = rate (target - y) from 0, both constant in each step."""
    kept = np.exp(-rate * step)
    reached = np.empty_like(kept)
    y = np.zeros(kept.shape[1])
    for row, factor in enumerate(kept):
        y = target[row] + (y - target[row]) * factor
        reached[row] = y
    return reached


def _saturated(u: FloatArray) -> FloatArray:
    reached: FloatArray = -np.expm1(-u)
    return reached


def _unsaturated(u: FloatArray, power: float) -> FloatArray:
    """Solve dy/du = -y^p from 1: an exponential at p = 1, zero from a finite u on for p < 1."""
    if abs(power - 1) < 1e-6:
        return np.exp(-u)
    return np.maximum(1 + (power - 1) * u, 0) ** (1 / (1 - power))


# From one that the longest dose has not begun to saturate to one that a thousandth of it does.
_RATE = Parameter("η", -1, 1e-3, 1e3, linear_at="low")
_TIME = Parameter("t_d", 1, 1e-3, 1e3, linear_at="high")
# Beyond p = 3 a course is a logarithm of the dose for any p; below 0 it would speed up.
_POWER = Parameter("p", 0, 0.0, 3.0)
_KEPT = Parameter("h", 0, 0.0, 1.0)

FORMS = (
    Form("hebb", "dr/dt = η s²", "η", (), _hebb),
    Form("oja", "dr/dt = η (s² r_max - r) while driven", "r_max", (_RATE,), _oja),
    Form(
        "forgetting",
        "dr/dt = η s² (r_max - r) - λ r",
        "r_max",
        (_RATE, Parameter("λ", -1, 1e-6, 1e3)),
        _forgetting,
    ),
    Form("saturating", "dr/dt = η s² (r_max - r)", "r_max", (_RATE,), _saturating),
    Form(
        "delayed",
        "as saturating, from a dose t_0 on",
        "r_max",
        (_RATE, Parameter("t_0", 1, 0.0, 1.0)),
        _delayed,
    ),
    Form("power", "dr/dt = η s² r_max (1 - r/r_max)^p", "r_max", (_RATE, _POWER), _power),
    Form(
        "displacement",
        "r = r_max (1 - exp(-a/t_d)), a = max d - min d",
        "r_max",
        (_TIME,),
        _displacement,
    ),
    Form("reversible", "r = r_max (1 - exp(-|d|/t_d))", "r_max", (_TIME,), _reversible),
    Form(
        "dragged_back",
        "r = r_max (1 - exp(-a/t_d)), a = h (max d - min d) + (1 - h) |d|",
        "r_max",
        (_TIME, _KEPT),
        _dragged_back,
    ),
    Form(
        "dragged_power",
        "as dragged_back, but saturating with a power p: 0 is a ramp",
        "r_max",
        (_TIME, _KEPT, _POWER),
        _dragged_back_power,
    ),
    Form("aligning", "r = r_max y², dy/dt = η (s - |s| y)", "r_max", (_RATE,), _aligning),
    Form(
        "aligning_kept",
        "r = r_max (h max y² + (1 - h) y²), y as aligning",
        "r_max",
        (_RATE, _KEPT),
        _aligning_kept,
    ),
)
