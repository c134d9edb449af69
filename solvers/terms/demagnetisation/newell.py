"""Demagnetising tensor between equal boxes."""

from itertools import product

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.terms.convolution.antiderivatives import asinh_ratio, atan_ratio

COMPONENTS = ("xx", "yy", "zz", "xy", "xz", "yz")
"""Order of the six components everywhere in this package."""

_FAR = 10.0
"""Distance in box sizes from which the closed form loses more to cancellation than the rule for
far boxes loses to truncation; both stay below 1e-6 of the largest component."""


def tensor(lags: FloatArray, box: tuple[float, float, float]) -> FloatArray:
    """N between two boxes, averaged over both: the mean of H over one is -N M of the other.

    A. J. Newell, W. Williams and D. J. Dunlop, J. Geophys. Res. 98, 9551 (1993); from 12 boxes on
    the point dipole averaged by a Gauss rule of fifth order.

    Args:
        lags: (n, 3) from box to box in m.
        box: edges in m.

    Returns:
        (6, n), without unit, in the order of `COMPONENTS`.
    """
    scale = max(box)
    edges = np.asarray(box) / scale
    points = np.asarray(lags, dtype=float) / scale
    result = np.empty((6, len(points)))
    far = np.linalg.norm(points, axis=1) > _FAR
    result[:, ~far] = _near(points[~far], edges)
    result[:, far] = _far(points[far], edges)
    return result


def _near(points: FloatArray, edges: FloatArray) -> FloatArray:
    result = np.zeros((6, len(points)))
    for shift in product((-1, 0, 1), repeat=3):
        weight = np.prod([2.0 if s == 0 else -1.0 for s in shift])
        x, y, z = (points + np.array(shift) * edges).T
        result[0] += weight * _diagonal(x, y, z)
        result[1] += weight * _diagonal(y, x, z)
        result[2] += weight * _diagonal(z, y, x)
        result[3] += weight * _mixed(x, y, z)
        result[4] += weight * _mixed(x, z, y)
        result[5] += weight * _mixed(y, z, x)
    mean: FloatArray = result / (4 * np.pi * edges.prod())
    return mean


def _far(points: FloatArray, edges: FloatArray) -> FloatArray:
    """The dipole averaged over the distances of two boxes, a triangular density on each axis.

    Three nodes an axis share its moments up to the fifth: 0 and ±√(2/5) edges, weights 7/12, 5/24.
    """
    result = np.zeros((6, len(points)))
    for shift in product((-1, 0, 1), repeat=3):
        weight = np.prod([7 / 12 if s == 0 else 5 / 24 for s in shift])
        x, y, z = (points + np.array(shift) * np.sqrt(0.4) * edges).T
        square = x * x + y * y + z * z
        over = weight / square**2.5
        for row, product_ in enumerate((x * x, y * y, z * z, x * y, x * z, y * z)):
            result[row] -= 3 * product_ * over
            if row < 3:
                result[row] += square * over
    mean: FloatArray = result * edges.prod() / (4 * np.pi)
    return mean


def _diagonal(x: FloatArray, y: FloatArray, z: FloatArray) -> FloatArray:
    """Newell's f, whose differences of sixth order are 4π V N_xx."""
    xx, yy, zz = x * x, y * y, z * z
    r = np.sqrt(xx + yy + zz)
    f: FloatArray = (
        y / 2 * (zz - xx) * asinh_ratio(y, xx + zz)
        + z / 2 * (yy - xx) * asinh_ratio(z, xx + yy)
        - x * y * z * atan_ratio(y * z, x * r)
        + (2 * xx - yy - zz) * r / 6
    )
    return f


def _mixed(x: FloatArray, y: FloatArray, z: FloatArray) -> FloatArray:
    """Newell's g, whose differences of sixth order are 4π V N_xy."""
    xx, yy, zz = x * x, y * y, z * z
    r = np.sqrt(xx + yy + zz)
    g: FloatArray = (
        x * y * z * asinh_ratio(z, xx + yy)
        + y / 6 * (3 * zz - yy) * asinh_ratio(x, yy + zz)
        + x / 6 * (3 * zz - xx) * asinh_ratio(y, xx + zz)
        - z * zz / 6 * atan_ratio(x * y, z * r)
        - z * yy / 2 * atan_ratio(x * z, y * r)
        - z * xx / 2 * atan_ratio(y * z, x * r)
        - x * y * r / 3
    )
    return g
