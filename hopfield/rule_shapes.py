"""Shapes of the learning rule: the change of a pair for an amplitude of 1.

They are solved in closed form from sample to sample, as voltages are constant between them. Each
takes courses and its parameters in SI units, and returns (n, C).
"""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield.courses import Courses


def hebb(courses: Courses, _: FloatArray) -> FloatArray:
    """The dose: no saturation."""
    return courses.dose


def oja(courses: Courses, values: FloatArray) -> FloatArray:
    """Relaxes towards s² while anything is driven, η alone deciding how fast."""
    return _relaxing(values[0] * courses.driven, courses.drive**2, courses.step)


def forgetting(courses: Courses, values: FloatArray) -> FloatArray:
    """Grows under voltage and decays all the time."""
    gain, loss = values
    rate = gain * courses.drive**2 + loss
    return _relaxing(rate, gain * courses.drive**2 / rate, courses.step)


def saturating(courses: Courses, values: FloatArray) -> FloatArray:
    """An exponential of the dose."""
    return _saturated(values[0] * courses.dose)


def delayed(courses: Courses, values: FloatArray) -> FloatArray:
    """As `saturating`, from a dose t_0 on."""
    return _saturated(values[0] * np.maximum(courses.dose - values[1], 0))


def power(courses: Courses, values: FloatArray) -> FloatArray:
    """Saturates with a power p of what is left to learn."""
    return 1 - _unsaturated(values[0] * courses.dose, values[1])


def displacement(courses: Courses, values: FloatArray) -> FloatArray:
    """An exponential of the peak-to-peak displacement."""
    return _saturated(courses.peak_to_peak / values[0])


def reversible(courses: Courses, values: FloatArray) -> FloatArray:
    """An exponential of the distance from the start."""
    return _saturated(np.abs(courses.displacement) / values[0])


def dragged_back(courses: Courses, values: FloatArray) -> FloatArray:
    """An exponential of a mean of peak-to-peak displacement and distance."""
    kept, moved = values[1], np.abs(courses.displacement)
    return _saturated((kept * courses.peak_to_peak + (1 - kept) * moved) / values[0])


def dragged_back_power(courses: Courses, values: FloatArray) -> FloatArray:
    """As `dragged_back`, saturating with a power p."""
    kept, moved = values[1], np.abs(courses.displacement)
    reached = (kept * courses.peak_to_peak + (1 - kept) * moved) / values[0]
    return 1 - _unsaturated(reached, values[2])


def aligning(courses: Courses, values: FloatArray) -> FloatArray:
    """The square of an alignment that follows the sign of the drive."""
    return _alignment(courses, values[0]) ** 2


def aligning_kept(courses: Courses, values: FloatArray) -> FloatArray:
    """As `aligning`, of which the part h stays when it turns."""
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
