"""A route between two states of a film that goes patch by patch, as it was found."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.solvers.paths.energy_path import Hop
from hebbfilm.solvers.paths.options import SAME

PARTS = 8
"""Into which the way from one image to the next is cut, to look at the energy in between."""


@dataclass(frozen=True, eq=False)
class PatchRoute:
    """A route between two states of a film, from patch to patch, and what bounds it gives.

    Its places are the images and 7 between each two, on great circles; energies between places are
    not known.

    Args:
        images: m of this rank along it, (n, owned, 3).
        arc: (k,) distance of places from the first in rad, root mean square over the film.
        energies: (k,) of places in J.
        minima: (patches + 1,) places of the states of which so many patches are the last one's.
        torque: largest |m × H| in A/m across its strings that is left.
        distance: in rad from the first state to the last, the shortest way.
        evaluations: of the effective field, for all images.

    Example:
        >>> import numpy as np
        >>> route = PatchRoute(
        ...     images=np.zeros((5, 1, 3)), arc=np.linspace(0.0, 2.0, 5),
        ...     energies=np.array([0.0, 3e-20, 1e-20, 5e-20, 2e-20]),
        ...     minima=np.array([0, 2, 4]), torque=0.0, distance=1.0, evaluations=5)
        >>> f"{route.forward:.0e} J, {route.backward:.0e} J, {route.least:.0e} J"
        '5e-20 J, 3e-20 J, 2e-20 J'
        >>> [f"{hop.forward:.0e}" for hop in route.hops()]
        ['3e-20', '4e-20']
    """

    images: FloatArray
    arc: FloatArray
    energies: FloatArray
    minima: IntArray
    torque: float
    distance: float
    evaluations: int

    @property
    def highest(self) -> int:
        """The place of highest energy."""
        return int(np.argmax(self.energies))

    @property
    def forward(self) -> float:
        """Upper bound in J of the least barrier from the first state to the last."""
        return float(self.energies.max() - self.energies[0])

    @property
    def backward(self) -> float:
        """Upper bound in J of the least barrier from the last state to the first."""
        return float(self.energies.max() - self.energies[-1])

    @property
    def least(self) -> float:
        """Lower bound in J of any barrier from the first state to the last: where that lies."""
        return max(0.0, float(self.energies[-1] - self.energies[0]))

    @property
    def distinct(self) -> int:
        """How many states between the ends are apart from the one before, and from the last."""
        steps = np.diff(self.arc[self.minima])
        return max(0, int(np.count_nonzero(steps >= SAME)) - 1)

    def hops(self) -> list[Hop]:
        """From each minimum to the next over the highest place between, in order.

        Those of patches that stay as they are, are left out.
        """
        found = []
        for start, end in pairwise(self.minima):
            if self.arc[end] - self.arc[start] < SAME:
                continue
            top = int(start + np.argmax(self.energies[start : end + 1]))
            rise = (float(self.energies[top] - self.energies[each]) for each in (start, end))
            found.append(Hop(int(start), top, int(end), *rise))
        return found
