"""What the current of a box does to another box: the law of Biot and Savart, averaged over both."""

from itertools import product
from math import ceil

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.terms.convolution.antiderivatives import asinh_ratio, atan_ratio

_FAR = 10.0
"""Distance in edges from which the closed form loses more to cancellation than the rule for far
boxes loses to truncation, 1e-6 at most."""


def box_field(
    lags: FloatArray, area: tuple[float, float], target: float, source: float
) -> FloatArray:
    """K = ∫∫ R/|R|³ over two boxes, over 4π times the volume of the target, with R to the target.

    The mean of H over the target is j × k of a uniform j in the source. Near boxes by the sixth
    differences of an antiderivative (see `_antiderivative`), as A. J. Newell, W. Williams and
    D. J. Dunlop, J. Geophys. Res. 98, 9551 (1993), have it for the demagnetising tensor; far ones
    by a Gauss rule of fifth order. Boxes thicker than wide are cut into slices.

    Args:
        lags: (n, 3) from the middle of the source to that of the target in m.
        area: edges along x and y of both in m.
        target: thickness of the target in m.
        source: of the source in m.

    Returns:
        (3, n) in m.
    """
    pieces = [max(1, ceil(thickness / max(area) - 1e-6)) for thickness in (target, source)]
    middles = [
        thickness * ((np.arange(n) + 0.5) / n - 0.5)
        for thickness, n in zip((target, source), pieces, strict=True)
    ]
    result = np.zeros((3, len(lags)))
    for above, below in product(*middles):
        shifted = np.asarray(lags, dtype=float) + np.array([0.0, 0.0, above - below])
        result += _slices(shifted, area, target / pieces[0], source / pieces[1])
    return result / pieces[0]


def _slices(
    lags: FloatArray, area: tuple[float, float], target: float, source: float
) -> FloatArray:
    edges = np.array([*area, target, source])
    scale = float(edges.max())
    points, edges = lags / scale, edges / scale
    result = np.empty((3, len(points)))
    far = np.linalg.norm(points, axis=1) > _FAR
    result[:, ~far], result[:, far] = _near(points[~far], edges), _far(points[far], edges)
    return result * scale


def _near(points: FloatArray, edges: FloatArray) -> FloatArray:
    """Σ of the antiderivative over the differences of the corners of both boxes, on each axis."""
    hx, hy, target, source = edges
    sides = [((h, 1.0), (0.0, -2.0), (-h, 1.0)) for h in (hx, hy)]
    most, least = (target + source) / 2, (target - source) / 2
    heights = ((most, 1.0), (-most, 1.0), (least, -1.0), (-least, -1.0))
    result = np.zeros((3, len(points)))
    for (dx, wx), (dy, wy), (dz, wz) in product(*sides, heights):
        x, y, z = (points + np.array([dx, dy, dz])).T
        weight = wx * wy * wz
        result[0] -= weight * _antiderivative(x, y, z)
        result[1] -= weight * _antiderivative(y, z, x)
        result[2] -= weight * _antiderivative(z, x, y)
    mean: FloatArray = result / (4 * np.pi * hx * hy * target)
    return mean


def _antiderivative(x: FloatArray, y: FloatArray, z: FloatArray) -> FloatArray:
    """P with ∂_x ∂_y² ∂_z² P = 1/R, the integral of Newell's f over x: -∂_x² ∂_y² ∂_z² P = x/R³."""
    xx, yy, zz = x * x, y * y, z * z
    r = np.sqrt(xx + yy + zz)
    p: FloatArray = (
        x * y * (zz / 2 - xx / 6) * asinh_ratio(y, xx + zz)
        + x * z * (yy / 2 - xx / 6) * asinh_ratio(z, xx + yy)
        + (yy * zz / 4 - (yy * yy + zz * zz) / 24) * asinh_ratio(x, yy + zz)
        - xx * y * z / 2 * atan_ratio(y * z, x * r)
        - yy * y * z / 6 * atan_ratio(x * z, y * r)
        - zz * y * z / 6 * atan_ratio(x * y, z * r)
        + x * r * (2 * xx - 3 * (yy + zz)) / 24
    )
    return p


def _far(points: FloatArray, edges: FloatArray) -> FloatArray:
    """R/|R|³ averaged over the distances of two boxes: three nodes an axis share its moments.

    The second moment m₂ of the distance of two points is the sum of a²/12 of both edges, the fourth
    m₄ that of a⁴/80 and six times the product of the second: nodes 0 and ±√(m₄/m₂), weights
    m₂²/(2 m₄) outside.
    """
    rules = []
    for a, b in (edges[[0, 0]], edges[[1, 1]], edges[[2, 3]]):
        second = (a * a + b * b) / 12
        fourth = (a**4 + b**4) / 80 + a * a * b * b / 24
        node, weight = np.sqrt(fourth / second), second**2 / (2 * fourth)
        rules.append(((-node, weight), (0.0, 1 - 2 * weight), (node, weight)))
    result = np.zeros((3, len(points)))
    for (dx, wx), (dy, wy), (dz, wz) in product(*rules):
        moved = points + np.array([dx, dy, dz])
        result += wx * wy * wz * moved.T / np.linalg.norm(moved, axis=1) ** 3
    mean: FloatArray = result * edges[0] * edges[1] * edges[3] / (4 * np.pi)
    return mean
