"""A vortex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.quantities import Length
from hebbfilm.solvers.textures.texture import Place, Sign, Texture


@dataclass(frozen=True, kw_only=True)
class Vortex(Texture):
    """A vortex: m lies in the plane and goes around a core, in which it points up or down.

    In the core m_z = ±(b² - r²)/(b² + r²), outside it is zero: N. A. Usov and S. E. Peschany,
    J. Magn. Magn. Mater. 118, L290 (1993). Its topological charge is half the polarity.

    Args:
        core_radius: b of the core.
        centre: x and y.
        circulation: 1 for anticlockwise, seen from above, -1 for clockwise.
        polarity: m_z in the centre.

    Example:
        >>> import numpy as np
        >>> Vortex(core_radius=10e-9).at(np.array([[0.0, 0, 0], [30e-9, 0, 0]])) + 0.0
        array([[0., 0., 1.],
               [0., 1., 0.]])
    """

    by_place = True
    core_radius: Annotated[Length, Field(gt=0)]
    centre: Place = (0.0, 0.0)
    circulation: Sign = 1
    polarity: Sign = 1
    kind: Literal["vortex"] = "vortex"

    def at(self, points: FloatArray) -> FloatArray:
        """Directions at points (n, 3) in m, (n, 3)."""
        x, y = ((points[:, :2] - np.array(self.centre)) / self.core_radius).T
        distance = np.hypot(x, y)
        inside = distance < 1
        along = np.where(inside, (1 - distance**2) / (1 + distance**2), 0.0)
        around = np.where(inside, 2 / (1 + distance**2), 1 / np.where(inside, 1.0, distance))
        sense = self.circulation * around
        return np.column_stack([-sense * y, sense * x, self.polarity * along])
