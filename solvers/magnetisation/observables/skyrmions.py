"""How many skyrmions a texture has."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hebbfilm.common.arrays import FloatArray, IntArray
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
    pairs = plane.edges
    domain = _connected(pairs[up[pairs[:, 0]] == up[pairs[:, 1]]], len(m))
    reaches = np.zeros(domain.max() + 1, dtype=bool)
    reaches[domain[plane.at_rim]] = True
    if reaches.all():
        return 0, 0
    around = reaches[domain]
    closed = np.where(around[:, None], np.where(up, 1.0, -1.0)[:, None] * [0.0, 0.0, 1.0], m)
    # An island and what it encloses are one.
    touching = domain[pairs[~around[pairs].any(axis=1)]]
    island = _connected(touching[touching[:, 0] != touching[:, 1]], len(reaches))[domain]
    touched = plane.cells[~around[plane.cells].all(axis=1)]
    # All points of a triangle that lie in an island lie in the same one.
    inside = touched[np.arange(len(touched)), np.argmin(around[touched], axis=1)]
    angles = np.bincount(island[inside], solid_angles(closed, touched))
    charges = np.rint(angles / (4 * np.pi))
    return int(np.sum(charges == 1)), int(np.sum(charges == -1))


def _connected(pairs: IntArray, size: int) -> IntArray:
    """Number the sets of things that pairs (n, 2) connect, from 0, (size,)."""
    graph = coo_array((np.ones(len(pairs), dtype=np.int8), pairs.T), shape=(size, size))
    found: IntArray = connected_components(graph, directed=False)[1]
    return found
