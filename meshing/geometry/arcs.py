"""Circles and arcs as polygons and lines."""

from __future__ import annotations

import math

import numpy as np
from shapely import Polygon

from hebbfilm.common.arrays import FloatArray

SAGITTA = 1e-3  # arcs are drawn as polygons this close to the circle, in mesh sizes


def arc(radius: float, start: float, stop: float, tolerance: float) -> FloatArray:
    """Points (n, 2) on a circle about the origin between two angles in degrees.

    Args:
        radius: m.
        start: degrees from the x axis.
        stop: above `start`.
        tolerance: greatest distance between the circle and a chord, m.
    """
    # The sagitta of a chord is r (1 - cos(step/2)); as a square of sines it does not round to 0.
    step = 4 * math.asin(math.sqrt(min(tolerance / radius, 0.1) / 2))
    number = max(math.ceil(math.radians(stop - start) / step), 1)
    angles = np.radians(np.linspace(start, stop, number + 1))
    return radius * np.column_stack([np.cos(angles), np.sin(angles)])


def disc_polygon(radius: float, tolerance: float) -> Polygon:
    """A disc about the origin, both lengths in m."""
    return Polygon(arc(radius, 0, 360, tolerance)[:-1])


def quarter_segments(radius: float, tolerance: float) -> int:
    """Chords of a quarter circle that keep a tolerance, both lengths in m."""
    return len(arc(radius, 0, 90, tolerance)) - 1
