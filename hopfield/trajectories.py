"""Trajectories: what was done to pairs of contacts, and how their conductances changed with it.

The drive of a pair is s = (V_i - V_j)/(2V₀), -1 … 1: of a pattern ξ at V₀, s² = (1 - ξ_i ξ_j)/2
is 1 for pairs of opposite signs and 0 for others. The dose is D = ∫ s² dt; d = ∫ s dt is how far
the texture would be dragged, as a time at full voltage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Trajectories:
    """What was done to pairs of contacts, and how their conductances changed.

    Row k tells of the time from sample k - 1 to sample k, and of the change at its end; before the
    first row nothing has changed. Rows after the end of a trajectory have steps of zero.

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

    def only(self, chosen: BoolArray) -> Trajectories:
        """Those of the trajectories that are chosen, (C,)."""
        return Trajectories(
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


def driven_alike(trajectories: Trajectories, *, up_to_scale: bool = False) -> list[IntArray]:
    """Numbers of the trajectories of each history of voltages, in the order of the first.

    Args:
        trajectories: to sort.
        up_to_scale: histories that differ by a positive factor are one.
    """
    step, d = trajectories.step, trajectories.displacement
    largest = (
        np.abs(trajectories.drive).max(axis=0) if up_to_scale else np.abs(trajectories.drive).max()
    )
    # Equal to rounding: times of a sample differ in their last digits between runs.
    past = np.concatenate(
        [
            np.cumsum(step, axis=0),
            np.cumsum(step * trajectories.driven, axis=0),
            d / np.where(largest > 0, largest, 1),
        ]
    )
    _, first, kind = np.unique(
        np.round(past / past.max(), 6) + 0.0, axis=1, return_index=True, return_inverse=True
    )
    kind = kind.reshape(-1)
    return [np.flatnonzero(kind == number) for number in np.argsort(first)]
