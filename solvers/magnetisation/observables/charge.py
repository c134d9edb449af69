"""The topological charge of a texture."""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray


def solid_angles(m: FloatArray, cells: IntArray) -> FloatArray:
    """Of the spherical triangles that m covers on cells, (k,), in -2π … 2π.

    Their sum is 4π Q = ∫ m · (∂m/∂x × ∂m/∂y) dx dy (B. Berg and M. Lüscher, Nucl. Phys. B 190, 412
    (1981)), how often m covers the sphere: Q is an integer to rounding where m is one all along the
    rim. A skyrmion whose core points along -z has Q = -1, whether it is of Néel or Bloch type;
    an antiskyrmion has Q = 1.

    tan(Ω/2) = m₁·(m₂ × m₃)/(1 + m₁·m₂ + m₂·m₃ + m₃·m₁): A. van Oosterom and J. Strackee, IEEE
    Trans. Biomed. Eng. 30, 125 (1983).

    Args:
        m: unit vectors, (n, 3).
        cells: (k, 3).
    """
    # By components, each of which lies in one piece.
    (ax, bx, cx), (ay, by, cy), (az, bz, cz) = m.T[:, cells.T]
    volume = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)
    aligned = 1 + ax * bx + ay * by + az * bz
    aligned += bx * cx + by * cy + bz * cz
    aligned += cx * ax + cy * ay + cz * az
    found: FloatArray = 2 * np.arctan2(volume, aligned)
    return found
