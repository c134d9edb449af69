"""How many skyrmions a texture has."""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.magnetisation.observables.charge import solid_angles
from hebbfilm.solvers.magnetisation.observables.connected import Connected, Join
from hebbfilm.solvers.magnetisation.observables.plane import Plane


def skyrmions(plane: Plane, m: FloatArray, join: Join | None = None) -> tuple[int, int]:
    """How many there are of charge 1, and of -1.

    Domains are connected sets of vertices whose m_z has one sign. What lies in domains that reach
    the rim are the islands; a wall closes each of them off. To an island belongs all that its wall
    encloses: a ring around a core is one. Its charge is that of m on it, with m along z, as in the
    domain around it, everywhere else: an integer to rounding. Those of charge 1 and -1 count;
    bubbles of charge 0, and bags of more, do not.

    Args:
        plane: where; of a film on several ranks what this one has of it.
        m: unit vectors at its points, (n, 3).
        join: of a film on several ranks, see `Connected`; then this is collective.
    """
    up = m[:, 2] >= 0
    pairs = plane.edges
    domains = Connected(pairs[up[pairs[:, 0]] == up[pairs[:, 1]]], len(m), join)
    around = domains.reached(plane.at_rim)[domains.labels]
    closed = np.where(around[:, None], np.where(up, 1.0, -1.0)[:, None] * [0.0, 0.0, 1.0], m)
    # An island and what it encloses are one.
    islands = Connected(pairs[~around[pairs].any(axis=1)], len(m), join)
    touched = plane.cells[~around[plane.cells].all(axis=1)]
    # All points of a triangle that lie in an island lie in the same one.
    inside = touched[np.arange(len(touched)), np.argmin(around[touched], axis=1)]
    charges = np.rint(islands.totals(inside, solid_angles(closed, touched)) / (4 * np.pi))
    return islands.count(charges == 1), islands.count(charges == -1)
