"""How single strips respond to what they were driven by: each a film with one pair of contacts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield.trajectories import Trajectories, driven_alike


@dataclass(frozen=True, eq=False)
class Drive:
    """All trajectories of strips that were driven alike, each from a texture of its own.

    Attributes:
        shape: number of the history of voltages, but for its scale.
        voltage: largest |V_i - V_j|/2 in V.
        time: s, (n,), from 0 on.
        level: (V_i - V_j)/2 in V up to that time, (n,).
        change: r of each texture, (n, textures).
        end: row of the last sample under voltage.
    """

    shape: int
    voltage: float
    time: FloatArray
    level: FloatArray
    change: FloatArray
    end: int

    @property
    def text(self) -> str:
        """What was done, but for the voltage."""
        levels = np.unique(np.round(np.abs(self.level[1:]) / self.voltage, 6))
        if len(levels) > 2:
            return "sweep"
        driven = self.level[1 : self.end + 1]
        signs = np.sign(driven)
        if np.any(signs == 0):
            return "pulses"
        turns = np.flatnonzero(np.diff(signs))
        if not len(turns):
            return "constant"
        return f"reversed every {self.time[turns[0] + 1] * 1e9:.3g} ns"

    @property
    def half(self) -> int:
        """Row at half of the time under voltage."""
        return int(np.searchsorted(self.time, self.time[self.end] / 2 * (1 - 1e-6)))

    def mean(self, row: int) -> tuple[float, float]:
        """Mean change and its standard error over textures; NaN with a single one."""
        values = self.change[row]
        if len(values) < 2:
            return float(values[0]), float("nan")
        return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))


def drives(trajectories: Trajectories, voltage: float) -> list[Drive]:
    """The different things that were done to strips, by shape and voltage.

    Args:
        trajectories: of strips, one each.
        voltage: V₀ in V, of which their drive is a fraction.
    """
    shapes = driven_alike(trajectories, up_to_scale=True)
    found = []
    for members in driven_alike(trajectories):
        first = members[0]
        shape = next(k for k, same in enumerate(shapes) if first in same)
        known = np.isfinite(trajectories.change[:, first])
        level = voltage * trajectories.drive[known, first]
        found.append(
            Drive(
                shape,
                float(np.abs(level).max()),
                _after_start(np.cumsum(trajectories.step[known, first])),
                _after_start(level),
                np.vstack((np.zeros(len(members)), trajectories.change[known][:, members])),
                int(np.flatnonzero(level)[-1]) + 1,
            )
        )
    return sorted(found, key=lambda drive: (drive.text, drive.shape, drive.voltage))


def _after_start(values: FloatArray) -> FloatArray:
    return np.concatenate(([0.0], values))
