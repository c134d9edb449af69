"""The climbing image: from near a maximum of a path to the saddle itself.

The field is inverted along the softest direction (G. Henkelman and H. Jónsson, J. Chem. Phys. 111,
7010 (1999)), which the method of Lanczos finds and the tangent of the path begins with. A chord
between images would do only where these lie close.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.paths.directions import across
from hebbfilm.solvers.paths.inertia import Inertia
from hebbfilm.solvers.paths.landscape import Landscape

_KRYLOV = 40
"""Directions among which the softest is looked for."""
_EXHAUSTED = 1e-8
"""Of a direction: where less of it is new, there is no other direction to look at."""
_ROUND_OFF = 1e-6
"""Of the largest curvature: less is none."""
_LOOK_EVERY = 20
"""Steps after which it is looked for again."""
_NUDGE = 1e-5
"""In rad, largest turn of a moment by which curvatures are found."""


@dataclass(frozen=True, eq=False)
class Stationary:
    """A state of equilibrium.

    Args:
        m: (owned, 3).
        energy: in J.
        torque: largest |m × H| in A/m that is left.
        curvature: the least, in A/m a radian: above 0 in a minimum.
        direction: (owned, 3) that has it, of length 1.
        downhill: number of directions across each other that lead downhill, as far as is known: 1
            at a saddle between two valleys.
    """

    m: FloatArray
    energy: float
    torque: float
    curvature: float
    direction: FloatArray
    downhill: int


def softest(
    landscape: Landscape, m: FloatArray, force: FloatArray, guess: FloatArray
) -> tuple[float, FloatArray, int]:
    """The least curvature in A/m a radian, its direction, and how many are negative; collective.

    There are at least as many negative ones as are found among these directions (A.-L. Cauchy).

    Args:
        landscape: of the film.
        m: (owned, 3).
        force: (owned, 3) the field across m in A/m.
        guess: (owned, 3) a direction to begin with.
    """
    basis = np.zeros((_KRYLOV, *m.shape))
    product = np.zeros((_KRYLOV, *m.shape))
    size, new = 0, across(m, guess)
    for k in range(_KRYLOV):
        before = _length(landscape, new)
        for _ in range(2):
            new = new - _combined(landscape.along(basis, new), basis)
        length = _length(landscape, new)
        if not length > _EXHAUSTED * before:
            break
        basis[k] = new / length
        product[k] = _curved(landscape, m, force, basis[k])
        new, size = product[k], k + 1
    small = np.array([landscape.along(basis[:size], each) for each in product[:size]])
    values, vectors = np.linalg.eigh((small + small.T) / 2)
    found: FloatArray = _combined(vectors[:, 0], basis[:size])
    found /= _length(landscape, found)
    negative = int(np.count_nonzero(values < -_ROUND_OFF * np.abs(values).max()))
    return float(values[0]), found, negative


def climb(
    landscape: Landscape, m: FloatArray, tangent: FloatArray, tolerance: float, steps: int
) -> Stationary:
    """The saddle to which the way uphill leads from near a maximum of a path; collective.

    Args:
        landscape: of the film.
        m: (owned, 3) to begin with.
        tangent: (owned, 3) of the path there.
        tolerance: largest |m × H| in A/m at which it counts as found.
        steps: at most; where they do not suffice, the torque that is left says so.
    """
    images, force = m[None].copy(), np.empty((1, *m.shape))
    inertia, direction = Inertia(landscape, 1), tangent
    curvature, downhill = np.nan, 0
    for step in range(steps + 1):
        energy = landscape.evaluate(images[0], force[0])
        torque = float(landscape.largest(force)[0])
        done = torque < tolerance or step == steps
        if done or step % _LOOK_EVERY == 0:
            curvature, direction, downhill = softest(landscape, images[0], force[0], direction)
        if done:
            # A path that is symmetric knows of no direction that is not.
            other = softest(landscape, images[0], force[0], landscape.anyhow)
            downhill = max(downhill, other[2])
            break
        direction = across(images[0], direction)
        direction /= _length(landscape, direction)
        along = float(landscape.products(force, direction[None])[0])
        inertia.move(images, force - 2 * along * direction)
    return Stationary(images[0], energy, torque, curvature, direction, downhill)


def _curved(
    landscape: Landscape, m: FloatArray, force: FloatArray, direction: FloatArray
) -> FloatArray:
    """The derivative of the slope along a direction, in A/m a radian."""
    nudge = _NUDGE / float(landscape.largest(direction[None])[0])
    moved = m + nudge * direction
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    found = np.empty_like(m)
    landscape.evaluate(moved, found)
    found -= force
    found /= -nudge
    return across(m, found)


def _combined(weights: FloatArray, basis: FloatArray) -> FloatArray:
    found: FloatArray = (weights @ basis.reshape(len(basis), -1)).reshape(basis.shape[1:])
    return found


def _length(landscape: Landscape, vector: FloatArray) -> float:
    return float(np.sqrt(landscape.products(vector[None], vector[None])[0]))
