"""Splines of DXF files, by SciPy: ezdxf takes their knots for clamped."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from ezdxf.entities.spline import Spline
from ezdxf.math import Matrix44, Vec3
from scipy.interpolate import BSpline, make_interp_spline

from hebbfilm.common.arrays import FloatArray
from hebbfilm.meshing.drawings.dxf.plane import FINEST, UnreadError, check_bounds

_CLOSED, _PERIODIC = 1, 2  # flags of splines
_ALIKE = 1e-9  # ends of a curve closer than this, in its extent, are one point


def spline_points(spline: Spline, matrix: Matrix44, tolerance: float) -> FloatArray:
    """Points (n, 3) where the spline is defined: from knot p to knot −p−1, at degree p."""
    flags = spline.dxf.get("flags", 0)
    if not len(spline.control_points) and flags & (_CLOSED | _PERIODIC):
        return _closed_fit(spline, matrix, tolerance)
    tool = spline.construction_tool()
    points = np.array([tuple(p) for p in matrix.transform_vertices(tool.control_points)])
    check_bounds(points)
    weights = np.array(tool.weights() or np.ones(len(points)))
    if not np.all(weights > 0):
        raise UnreadError("with weights that are not positive")
    # ezdxf rounds knots to 1e-10, which is much for a curve of 1e-7 m in metres.
    knots = np.array(spline.knots if len(spline.control_points) and spline.knots else tool.knots())
    weighted = BSpline(knots, points * weights[:, None], tool.degree)
    weight = BSpline(knots, weights, tool.degree)
    within = weight.t[tool.degree : len(weight.t) - tool.degree]
    return _sampled(lambda t: weighted(t) / weight(t)[:, None], np.unique(within), tolerance)


def _closed_fit(spline: Spline, matrix: Matrix44, tolerance: float) -> FloatArray:
    """The periodic cubic spline through the fit points, its parameter their chord length."""
    points = np.array([tuple(p) for p in matrix.transform_vertices(Vec3.list(spline.fit_points))])
    check_bounds(points)
    gap, extent = np.linalg.norm(points[0] - points[-1]), np.ptp(points, axis=0).max()
    ring = np.vstack([points[:-1] if gap <= _ALIKE * extent else points, points[:1]])
    at = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(ring, axis=0), axis=1))])
    return _sampled(make_interp_spline(at, ring, k=3, bc_type="periodic"), at, tolerance)


def _sampled(
    curve: Callable[[FloatArray], FloatArray], breaks: FloatArray, tolerance: float
) -> FloatArray:
    """Points on a curve that is smooth between breaks, chords within a tolerance of it."""
    if len(breaks) < 2:
        raise UnreadError("whose knots are all the same")
    t = np.interp(np.arange(4 * len(breaks) - 3) / 4, np.arange(len(breaks)), breaks)
    points = curve(t)
    tolerance = max(tolerance, FINEST * float(np.ptp(points, axis=0).max()))
    while True:
        middles = (t[:-1] + t[1:]) / 2
        between = curve(middles)
        chords = np.diff(points, axis=0)
        lengths = np.maximum(np.linalg.norm(chords, axis=1), np.finfo(float).tiny)
        away = np.linalg.norm(np.cross(chords, between - points[:-1]), axis=1) / lengths
        coarse = away > tolerance
        if not coarse.any():
            return points
        places = np.flatnonzero(coarse) + 1
        t = np.insert(t, places, middles[coarse])
        points = np.insert(points, places, between[coarse], axis=0)
