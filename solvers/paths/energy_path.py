"""A path of least energy between two states, as it was found, and its barriers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.interpolate import CubicHermiteSpline, PchipInterpolator

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.materials.constants import BOLTZMANN

Kind = Literal["end", "minimum", "saddle", "maximum"]
TOPS = ("saddle", "maximum")
"""Kinds of what stands between two minima."""
ROOM_TEMPERATURE = 300.0
"""In K."""


@dataclass(frozen=True)
class Stop:
    """An end of a path, or where its energy is highest or lowest around.

    Args:
        image: its number on the path.
        kind: what it is; a "maximum" is no saddle between two valleys: it is in no equilibrium, no
            direction leads downhill from it, or more than one.
        energy: in J.
        torque: largest |m × H| in A/m that is left.
        curvature: the least of the energy, in A/m a radian; below 0 at a saddle.
        downhill: number of directions across each other that lead downhill, as far as is known: 1
            at a saddle between two valleys; with more there is a lower way.
    """

    image: int
    kind: Kind
    energy: float
    torque: float
    curvature: float
    downhill: int


@dataclass(frozen=True)
class Hop:
    """The way from one minimum to the next over one saddle, or one maximum that is none.

    Args:
        start, top, end: images.
        forward, backward: barriers in J, from the start and from the end.
    """

    start: int
    top: int
    end: int
    forward: float
    backward: float


@dataclass(frozen=True, eq=False)
class EnergyPath:
    """A path of least energy between two states of a film.

    Args:
        images: m of this rank along it, (n, owned, 3).
        arc: (n,) distance from the first in rad, root mean square over the film by moments.
        energies: (n,) in J.
        slopes: (n,) dE/ds in J/rad.
        torques: (n,) in A/m, largest |m × H| across the path; at stops in any direction.
        stops: the ends and all saddles and minima between, in order.
        steps: that it took.
        evaluations: of the effective field, for all images.
        tolerance: largest torque across the path in A/m that was asked for.
        unresolved: neighbours among stops, by their images, between which a saddle must be, as the
            higher one is a minimum, and none was found.

    Example:
        >>> import numpy as np
        >>> from hebbfilm.solvers.paths.energy_path import Stop
        >>> path = EnergyPath(
        ...     images=np.zeros((3, 1, 3)), arc=np.array([0.0, 1.0, 2.0]),
        ...     energies=np.array([0.0, 3e-20, 1e-20]), slopes=np.zeros(3), torques=np.zeros(3),
        ...     stops=[Stop(0, "end", 0.0, 0.0, 1e5, 0), Stop(1, "saddle", 3e-20, 0.0, -1e5, 1),
        ...            Stop(2, "end", 1e-20, 0.0, 1e5, 0)],
        ...     steps=1, evaluations=3, tolerance=1.0)
        >>> f"{path.forward:.1e} J, {path.backward:.1e} J, {path.in_heat(path.forward):.2f} k_BT"
        '3.0e-20 J, 2.0e-20 J, 7.24 k_BT'
        >>> [(hop.start, hop.top, hop.end) for hop in path.hops()]
        [(0, 1, 2)]
    """

    images: FloatArray
    arc: FloatArray
    energies: FloatArray
    slopes: FloatArray
    torques: FloatArray
    stops: Sequence[Stop]
    steps: int
    evaluations: int
    tolerance: float
    unresolved: Sequence[tuple[int, int]] = ()

    @property
    def converged(self) -> bool:
        """Whether torques across the path are within its tolerance, and no saddle is missing."""
        tops = [stop for stop in self.stops if stop.kind in TOPS]
        calm = bool(self.torques.max() <= self.tolerance) and not self.unresolved
        return calm and all(stop.curvature < 0 for stop in tops)

    @property
    def highest(self) -> int:
        """The image of highest energy."""
        return int(np.argmax(self.energies))

    @property
    def forward(self) -> float:
        """The highest energy on the path above that of its first state, in J."""
        return float(self.energies.max() - self.energies[0])

    @property
    def backward(self) -> float:
        """The highest energy on the path above that of its last state, in J."""
        return float(self.energies.max() - self.energies[-1])

    @staticmethod
    def in_heat(energy: float, temperature: float = ROOM_TEMPERATURE) -> float:
        """An energy in J by k_B T, of T in K."""
        return energy / (BOLTZMANN * temperature)

    def hops(self) -> list[Hop]:
        """The ways over one top each, of which the path is made, in order."""
        found = []
        for k, stop in enumerate(self.stops):
            if stop.kind in TOPS:
                start, end = self.stops[k - 1], self.stops[k + 1]
                rise = stop.energy - start.energy, stop.energy - end.energy
                found.append(Hop(start.image, stop.image, end.image, *rise))
        return found

    def between(self, points: int = 20) -> tuple[FloatArray, FloatArray]:
        """Arc in rad and energy in J, (k,): cubic between images, by energies and slopes.

        Slopes of a path that is not converged are not those of its energy: there the curve is
        monotone from image to image (F. N. Fritsch and J. Butland, SIAM J. Sci. Stat. Comput. 5,
        300 (1984)), and nowhere higher or lower than these.

        Args:
            points: for each piece between two images.
        """
        pieces = zip(self.arc[:-1], self.arc[1:], strict=True)
        arc = [np.linspace(left, right, points, endpoint=False) for left, right in pieces]
        every = np.concatenate([*arc, self.arc[-1:]])
        if self.converged:
            return every, CubicHermiteSpline(self.arc, self.energies, self.slopes)(every)
        return every, PchipInterpolator(self.arc, self.energies)(every)
