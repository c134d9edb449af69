"""Polylines of some width."""

from __future__ import annotations

import numpy as np
from ezdxf.entities.lwpolyline import LWPolyline
from ezdxf.entities.polyline import Polyline
from ezdxf.math import Matrix44, Vec3
from ezdxf.render.trace import TraceBuilder

from hebbfilm.common.arrays import FloatArray
from hebbfilm.meshing.drawings.dxf.curves import without_frame
from hebbfilm.meshing.drawings.dxf.plane import FINEST, UnreadError, in_plane
from hebbfilm.meshing.geometry.arcs import quarter_segments


def strip(polyline: LWPolyline | Polyline, matrix: Matrix44, tolerance: float) -> list[FloatArray]:
    """Quadrilaterals (4, 2) that a polyline covers whose segments have a width.

    Raises:
        UnreadError: a segment without width among others, or not in a plane of constant z.
    """
    elevation = polyline.dxf.get("elevation", 0.0)
    if isinstance(polyline, Polyline):
        polyline = without_frame(polyline)
        elevation = Vec3(elevation or polyline.vertices[0].dxf.location).z
    corners = _corners(polyline)
    closed = polyline.closed if isinstance(polyline, LWPolyline) else polyline.is_closed
    if not corners[: None if closed else -1, 2:4].any(axis=1).all():
        raise UnreadError("with segments without width among wide ones")
    chords = _chords(corners, matrix, tolerance)
    trace = TraceBuilder.from_polyline(polyline, segments=chords)
    faces = [
        np.array([tuple(corner) for corner in matrix.transform_vertices(face)])
        for face in trace.faces_wcs(polyline.ocs(), elevation)
    ]
    return [in_plane(face, tolerance) for face in faces]


def _corners(polyline: LWPolyline | Polyline) -> FloatArray:
    """Vertices (n, 5): x, y, widths at start and end of the segment that follows, and its bulge."""
    if isinstance(polyline, LWPolyline):
        corners = np.array(polyline.lwpoints.values, dtype=float).reshape(-1, 5)
        corners[:, 2:4] = polyline.dxf.get("const_width", 0) or corners[:, 2:4]
        return corners
    defaults = polyline.dxf.default_start_width, polyline.dxf.default_end_width
    return np.array(
        [
            (
                vertex.dxf.location.x,
                vertex.dxf.location.y,
                vertex.dxf.get("start_width", defaults[0]),
                vertex.dxf.get("end_width", defaults[1]),
                vertex.dxf.bulge,
            )
            for vertex in polyline.vertices
        ]
    )


def _chords(corners: FloatArray, matrix: Matrix44, tolerance: float) -> int:
    """So many chords to a circle that the arcs of a polyline of some width keep the tolerance."""
    ring = np.vstack([corners, corners[:1]])
    lengths, bulges = np.hypot(*np.diff(ring[:, :2], axis=0).T), np.abs(corners[:, 4])
    bent = bulges > 0
    radii = lengths[bent] * (1 / bulges[bent] + bulges[bent]) / 4
    radii += corners[bent, 2:4].max(axis=1) / 2
    axes = matrix.transform_directions([Vec3(1, 0), Vec3(0, 1)])
    widest = float(radii.max(initial=0)) * max(axis.magnitude for axis in axes)
    return 4 * quarter_segments(widest, max(tolerance, FINEST * widest)) if widest else 1
