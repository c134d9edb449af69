"""The string method: a chain of states is taken downhill across itself, and spaced anew.

W. E, W. Ren and E. Vanden-Eijnden, J. Chem. Phys. 126, 164103 (2007), on the spheres |m| = 1. The
tangents are those of G. Henkelman and H. Jónsson, J. Chem. Phys. 113, 9978 (2000), which look
uphill, and only what acts across them moves a state: so nothing moves along a path that is found,
and its spacing costs no accuracy.

Between two states lies as much of the path as between any others, half by length and half by
energy: what is steep is often short, and would be passed over in one leap.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.paths.directions import across
from hebbfilm.solvers.paths.inertia import Inertia
from hebbfilm.solvers.paths.landscape import Landscape
from hebbfilm.solvers.paths.spacing import at_places, equal_places

_UNEVEN = 0.1
"""Of the part of the path between two images, by which one may differ before all move."""


class StringMethod:
    """A path of a film on its way to one of least energy; methods are collective.

    Args:
        landscape: of the film.
        images: (n, owned, 3) m along the path, of which the first and the last stay.

    Attributes:
        images: as they are now.
        energies: (n,) in J.
        forces: (n, owned, 3) the field across m in A/m.
        distances: (n - 1,) in rad, from each to the next.
        nodes: images that stay, in order.
        residuals: (n,) largest force in A/m that is left to move an image; 0 where it stays.
        steps: so far.
    """

    def __init__(self, landscape: Landscape, images: FloatArray) -> None:
        self._landscape = landscape
        self.images = np.array(images)
        self.steps = 0
        self.energies = np.empty(len(images))
        self.forces = np.empty_like(self.images)
        self.nodes: tuple[int, ...] = (0, len(images) - 1)
        self.pin({0: self.images[0], len(images) - 1: self.images[-1]})

    def pin(self, states: Mapping[int, FloatArray]) -> None:
        """Let images be these states (owned, 3), by their numbers, and stay, as the ends do."""
        self.nodes = tuple(sorted({0, len(self.images) - 1, *states}))
        for number, state in states.items():
            self.images[number] = state
            self.energies[number] = self._landscape.evaluate(state, self.forces[number])
        self._inertia = Inertia(self._landscape, len(self.images))
        self.distances = self._landscape.distances(self.images)
        self._evaluate()

    def step(self) -> None:
        """Move all images but those that stay."""
        self._inertia.move(self.images, self._acting)
        self._space()
        self._evaluate()
        self.steps += 1

    @property
    def residual(self) -> float:
        """The largest force in A/m that is left."""
        return float(self.residuals.max())

    def slopes(self) -> FloatArray:
        """dE/ds in J/rad along the path, (n,)."""
        along = self._landscape.products(self.forces, self.tangents())
        found: FloatArray = -self._landscape.moment * along
        return found

    def tangents(self) -> FloatArray:
        """(n, owned, 3), of length 1, towards the last end."""
        found = np.empty_like(self.images)
        for k, image in enumerate(self.images):
            before, after = self._shares(k)
            found[k] = (before - after) * image
            if before:
                found[k] -= before * self.images[k - 1]
            if after:
                found[k] += after * self.images[k + 1]
        found = across(self.images, found)
        length = np.sqrt(self._landscape.products(found, found))
        found /= np.maximum(length, 1e-300)[:, None, None]
        return found

    def _shares(self, k: int) -> tuple[float, float]:
        """Of the ways from and to its neighbours, in the tangent of an image."""
        if k in (0, len(self.images) - 1):
            return float(k > 0), float(k == 0)
        down, up = self.energies[k] - self.energies[k - 1], self.energies[k + 1] - self.energies[k]
        if down > 0 and up > 0:
            return 0.0, 1.0
        if down < 0 and up < 0:
            return 1.0, 0.0
        large, small = max(abs(up), abs(down)), min(abs(up), abs(down))
        if large == 0:
            return 1.0, 1.0
        return (small, large) if down + up > 0 else (large, small)

    def _evaluate(self) -> None:
        """Energies and forces where the images are, and what is left to move them."""
        for k in range(len(self.images)):
            if k not in self.nodes:
                self.energies[k] = self._landscape.evaluate(self.images[k], self.forces[k])
        tangents = self.tangents()
        along = self._landscape.products(self.forces, tangents)
        self._acting = self.forces - along[:, None, None] * tangents
        self._acting[list(self.nodes)] = 0
        self.residuals = self._landscape.largest(self._acting)

    def _space(self) -> None:
        self.distances = self._landscape.distances(self.images)
        climb = np.abs(np.diff(self.energies))
        parts = self.distances / self.distances.sum() + climb / max(float(climb.sum()), 1e-300)
        passed = equal_places(parts, self.nodes)
        wanted = np.diff(passed)
        if np.all(np.abs(parts - wanted) <= _UNEVEN * wanted):
            return
        arc, now = (np.concatenate([[0.0], np.cumsum(each)]) for each in (self.distances, parts))
        places = np.interp(passed, now, arc)
        nodes = list(self.nodes)
        still = self.images[nodes]
        velocity = self._inertia.velocity
        self.images, velocity[:] = at_places(self.images, self.distances, places, velocity)
        self.images[nodes] = still
        self.distances = self._landscape.distances(self.images)
