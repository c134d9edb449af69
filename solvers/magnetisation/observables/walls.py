"""The walls of a texture: their length, and which way they run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.magnetisation.observables.plane import Plane


def walls(plane: Plane, m: FloatArray) -> FloatArray:
    """The lines on which m_z = 0, as a vector (n_lines, 2) in m in each triangle that has one.

    m_z is linear in a triangle. A vertex with m_z = 0 counts as one above.

    Args:
        plane: where.
        m: unit vectors at its points, (n, 3).
    """
    up = m[plane.cells, 2] >= 0
    mixed = up.any(axis=1) & ~up.all(axis=1)
    cells, up = plane.cells[mixed], up[mixed]
    # The vertex that stands alone: the one above, if there is only one above.
    alone = np.where(up.sum(axis=1) == 1, np.argmax(up, axis=1), np.argmin(up, axis=1))
    corner, first, second = (cells[np.arange(len(cells)), (alone + k) % 3] for k in range(3))
    m_z, x = m[:, 2], plane.points

    def crossing(other: FloatArray) -> FloatArray:
        part = m_z[corner] / (m_z[corner] - m_z[other])
        found: FloatArray = x[corner] + part[:, None] * (x[other] - x[corner])
        return found

    return crossing(second) - crossing(first)


def nematic_parts(lines: FloatArray) -> NDArray[np.complex128]:
    """The l exp(2iφ) in m of lines of length l at the angle φ to x.

    Its sum has their mean direction; lines have no head nor tail.

    Args:
        lines: (n, 2) m.
    """
    along = lines[:, 0] + 1j * lines[:, 1]
    length = np.abs(along)
    found: NDArray[np.complex128] = along**2 / np.where(length > 0, length, 1.0)
    return found
