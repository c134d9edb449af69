"""GDSII and OASIS paths of some width as areas."""

from __future__ import annotations

import math

import numpy as np
import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from hebbfilm.common.arrays import FloatArray
from hebbfilm.meshing.drawings.cells import Ends
from hebbfilm.meshing.geometry.arcs import quarter_segments

MITRE_LIMIT = math.sqrt(2)  # corners up to 90° are whole, sharper ones cut


def path_area(spine: FloatArray, width: float, ends: Ends, tolerance: float) -> BaseGeometry:
    """The area of a path.

    Args:
        spine: its points (n, 2).
        width: above 0, in the unit of the points, as all lengths here.
        ends: "flush", "round", "extended" by half a width, or lengths of both.
        tolerance: of round ends.
    """
    half = width / 2
    points = spine[np.append(True, np.any(np.diff(spine, axis=0), axis=1))]
    if ends == "round":
        shape = Point(points[0]) if len(points) == 1 else LineString(points)
        segments = quarter_segments(half, tolerance)
        return shape.buffer(half, segments, join_style="mitre", mitre_limit=MITRE_LIMIT)
    if isinstance(ends, str):
        ends = (half, half) if ends == "extended" else (0.0, 0.0)
    if len(points) == 1:
        first = last = np.array([1.0, 0.0])
        points = np.repeat(points, 2, axis=0)
    else:
        first, last = (v / np.hypot(*v) for v in (points[1] - points[0], points[-1] - points[-2]))
    points = np.vstack([points[:1] - ends[0] * first, points[1:-1], points[-1:] + ends[1] * last])
    return _flat(points, half)


def _flat(points: FloatArray, half: float) -> BaseGeometry:
    """With ends as they are drawn; those that meet make no corner."""
    closed = len(points) > 2 and np.array_equal(points[0], points[-1])
    lines = [points[:-1], points[1:]] if closed else [points]
    return shapely.union_all(
        [
            LineString(line).buffer(
                half, cap_style="flat", join_style="mitre", mitre_limit=MITRE_LIMIT
            )
            for line in lines
        ]
    )
