"""Descent with inertia, of many states at once: FIRE.

E. Bitzek et al., Phys. Rev. Lett. 97, 170201 (2006), on the spheres |m| = 1. It takes as many steps
as the square root of the ratio of the stiffest to the softest field, where plain descent takes as
many as the ratio itself.
"""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.solvers.paths.directions import across
from hebbfilm.solvers.paths.landscape import Landscape

_LONGEST_STEP = 1.4
"""By 1/√(stiffest field): an oscillator is stable up to 2."""
_FASTER, _SLOWER, _PATIENCE = 1.1, 0.5, 5
_MIXING, _LESS_MIXING = 0.1, 0.99
_LARGEST_TURN = 0.1
"""Of any moment in one step, in rad: states must not run away from their neighbours."""


class Inertia:
    """Moves states by forces; each goes at its own pace; methods are collective.

    Args:
        landscape: of the film.
        number: of states.

    Attributes:
        velocity: (number, owned, 3) across m.
    """

    def __init__(self, landscape: Landscape, number: int) -> None:
        self._landscape = landscape
        self._longest = _LONGEST_STEP / np.sqrt(landscape.stiffest)
        self.velocity = np.zeros((number, landscape.owned, 3))
        self._steps: FloatArray = np.full(number, 0.3 * self._longest)
        self._mixing: FloatArray = np.full(number, _MIXING)
        self._downhill: IntArray = np.zeros(number, dtype=np.int64)

    def move(self, images: FloatArray, force: FloatArray) -> None:
        """Move states (number, owned, 3) in place by a force in A/m across them."""
        landscape, v = self._landscape, self.velocity
        power, speed, push = (
            landscape.products(*pair) for pair in ((force, v), (v, v), (force, force))
        )
        self._choose_steps(power)
        along = np.where(power > 0, self._mixing * np.sqrt(speed / np.maximum(push, 1e-300)), 0.0)
        v *= np.where(power > 0, 1 - self._mixing, 0.0)[:, None, None]
        v += (self._steps + along)[:, None, None] * force
        fastest = landscape.largest(v)
        length = np.minimum(self._steps, _LARGEST_TURN / np.maximum(fastest, 1e-300))
        images += length[:, None, None] * v
        images /= np.sqrt(np.einsum("kij,kij->ki", images, images))[..., None]
        v[:] = across(images, v)

    def _choose_steps(self, power: FloatArray) -> None:
        """By whether the velocity of each still leads downhill."""
        downhill = power > 0
        self._downhill = np.where(downhill, self._downhill + 1, 0)
        quick = self._downhill > _PATIENCE
        faster = np.minimum(self._steps * _FASTER, self._longest)
        slower = np.maximum(self._steps * _SLOWER, 0.02 * self._longest)
        self._steps = np.where(downhill, np.where(quick, faster, self._steps), slower)
        less = np.where(quick, self._mixing * _LESS_MIXING, self._mixing)
        self._mixing = np.where(downhill, less, _MIXING)
