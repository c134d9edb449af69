"""First rates of learning: what the linear response of films predicts, and what was measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.hopfield.trajectories import Trajectories

BEGINNING = 0.5e-9
"""Time in s in which the rates are measured: short against a run, long against relaxation."""


@dataclass(frozen=True, eq=False)
class Response:
    """Rates at which pairs begin to change, in relation to the mean of the driven ones.

    Attributes:
        driven: which pairs were under voltage in the first presentation, (C,).
        measured: dr/dt of each trajectory, (C,).
        uniform: predicted with m along [initial], as before any run, (C,).
        textured: predicted with the m that the film had before training, (C,).
    """

    driven: BoolArray
    measured: FloatArray
    uniform: FloatArray
    textured: FloatArray

    def agreement(self, prediction: FloatArray, *, driven_only: bool) -> tuple[float, float]:
        """Correlation of measured and predicted rates, and the slope of the former over them.

        NaN where all predictions are equal, or there are but two.
        """
        chosen = self.driven if driven_only else np.full(len(self.driven), True)
        x, y = prediction[chosen], self.measured[chosen]
        # A uniform film has one prediction but for the mesh, to which the slope would be noise.
        if len(x) < 3 or np.ptp(x) < 1e-3 or np.ptp(y) == 0:
            return float("nan"), float("nan")
        return float(np.corrcoef(x, y)[0, 1]), float(np.cov(x, y)[0, 1] / np.var(x, ddof=1))


def first_rates(trajectories: Trajectories) -> tuple[FloatArray, BoolArray]:
    """The slopes dr/dt from r = 0 on in 1/s, and which pairs were under voltage meanwhile."""
    time = np.cumsum(trajectories.step, axis=0)
    chosen = (
        (time <= BEGINNING * (1 + 1e-6)) & np.isfinite(trajectories.change) & trajectories.driven
    )
    change = np.where(chosen, trajectories.change, 0)
    square = (np.where(chosen, time, 0) ** 2).sum(axis=0)
    under_voltage = np.any(np.abs(np.where(chosen, trajectories.drive, 0)) > 0, axis=0)
    return (change * time).sum(axis=0) / square, under_voltage
