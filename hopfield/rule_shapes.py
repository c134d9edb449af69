"""Shapes of the learning rule: the change of a pair for an amplitude of 1.

They are solved in closed form from sample to sample, as voltages are constant between them. Each
takes trajectories and its parameters in SI units, and returns (n, C).
"""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield.trajectories import Trajectories


def hebb(trajectories: Trajectories, _: FloatArray) -> FloatArray:
    """The dose: no saturation."""
    return trajectories.dose


def oja(trajectories: Trajectories, values: FloatArray) -> FloatArray:
    """Relaxes towards s² while anything is driven, η alone deciding how fast."""
    return _relaxing(values[0] * trajectories.driven, trajectories.drive**2, trajectories.step)


def forgetting(trajectories: Trajectories, values: FloatArray) -> FloatArray:
    """Grows under voltage and decays all the time."""
    gain, loss = values
    rate = gain * trajectories.drive**2 + loss
    return _relaxing(rate, gain * trajectories.drive**2 / rate, trajectories.step)


def saturating(trajectories: Trajectories, values: FloatArray) -> FloatArray:
    """An exponential of the dose."""
    return _saturated(values[0] * trajectories.dose)


def delayed(trajectories: Trajectories, values: FloatArray) -> FloatArray:
    """As `saturating`, from a dose t_0 on."""
    return _saturated(values[0] * np.maximum(trajectories.dose - values[1], 0))


def power(trajectories: Trajectories, values: FloatArray) -> FloatArray:
    """Saturates with a power p of what is left to learn."""
    return 1 - _unsaturated(values[0] * trajectories.dose, values[1])


def displacement(trajectories: Trajectories, values: FloatArray) -> FloatArray:
    """An exponential of the peak-to-peak displacement."""
    return _saturated(trajectories.peak_to_peak / values[0])


def reversible(trajectories: Trajectories, values: FloatArray) -> FloatArray:
    """An exponential of the distance from the start."""
    return _saturated(np.abs(trajectories.displacement) / values[0])


def dragged_back(trajectories: Trajectories, values: FloatArray) -> FloatArray:
    """An exponential of a mean of peak-to-peak displacement and distance."""
    kept, moved = values[1], np.abs(trajectories.displacement)
    return _saturated((kept * trajectories.peak_to_peak + (1 - kept) * moved) / values[0])


def dragged_back_power(trajectories: Trajectories, values: FloatArray) -> FloatArray:
    """As `dragged_back`, saturating with a power p."""
    kept, moved = values[1], np.abs(trajectories.displacement)
    reached = (kept * trajectories.peak_to_peak + (1 - kept) * moved) / values[0]
    return 1 - _unsaturated(reached, values[2])


def aligning(trajectories: Trajectories, values: FloatArray) -> FloatArray:
    """The square of an alignment that follows the sign of the drive."""
    return _alignment(trajectories, values[0]) ** 2


def aligning_kept(trajectories: Trajectories, values: FloatArray) -> FloatArray:
    """As `aligning`, of which the part h stays when it turns."""
    reached, kept = _alignment(trajectories, values[0]) ** 2, values[1]
    change: FloatArray = kept * np.maximum.accumulate(reached, axis=0) + (1 - kept) * reached
    return change


def _alignment(trajectories: Trajectories, rate: float) -> FloatArray:
    """Solve dy/dt = rate (s - |s| y): towards 1 under a positive voltage, -1 under a negative."""
    return _relaxing(
        rate * np.abs(trajectories.drive), np.sign(trajectories.drive), trajectories.step
    )


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
