"""The plane of a drawing, which its entities lie in or are refused."""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import FloatArray

FINEST = 1e-8  # chords of a curve, in its extent
_LARGEST = 1e50  # units of a drawing


class UnreadError(Exception):
    """What is wrong with an entity that cannot be read, in a few words."""


def in_plane(points: FloatArray, tolerance: float) -> FloatArray:
    """Points (n, 2) of (n, 3); raise UnreadError where z varies by more than a tolerance."""
    check_bounds(points)
    if np.ptp(points[:, 2]) > max(tolerance, 1e-9 * np.abs(points).max()):
        raise UnreadError("that is not flat: z varies along it")
    return points[:, :2]


def check_bounds(points: FloatArray) -> None:
    """Raise UnreadError for coordinates that are no numbers, or far too large."""
    if not (np.abs(points) < _LARGEST).all():  # nor NaN
        raise UnreadError("with coordinates beyond all bounds")
