"""How many skyrmions a texture has."""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.magnetisation.observables.charge import solid_angles
from hebbfilm.solvers.magnetisation.observables.plane import Plane


def skyrmions(plane: Plane, m: FloatArray) -> tuple[int, int]:
    """How many there are of charge 1, and of -1.

    Domains are connected sets of vertices whose m_z has one sign. What lies in domains that reach
    the rim are the islands; a wall closes each of them off. To an island belongs all that its wall
    encloses: a ring around a core is one. Its charge is that of m on it, with m along z, as in the
    domain around it, everywhere else: an integer to rounding. Those of charge 1 and -1 count;
    bubbles of charge 0, and bags of more, do not.

    Args:
        plane: where.
        m: unit vectors at its points, (n, 3).
    """
    up = m[:, 2] >= 0
    domain = plane.domains(up.astype(np.int64))
    around = np.isin(domain, domain[plane.at_rim])
    if around.all():
        return 0, 0
    closed = np.where(around[:, None], np.where(up, 1.0, -1.0)[:, None] * [0.0, 0.0, 1.0], m)
    island = plane.domains((~around).astype(np.int64))
    inside = ~around[plane.cells]
    touched = plane.cells[inside.any(axis=1)]
    # All points of a triangle that lie in an island lie in the same one.
    first = touched[np.arange(len(touched)), np.argmax(~around[touched], axis=1)]
    angles = np.bincount(island[first], solid_angles(closed, touched))
    charges = np.rint(angles / (4 * np.pi))
    return int(np.sum(charges == 1)), int(np.sum(charges == -1))
