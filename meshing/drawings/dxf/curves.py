"""Curves of DXF entities as points in the plane of the drawing.

Entities of most kinds are drawn in a coordinate system of their own (OCS), on a plane whose normal
is their extrusion, and blocks are scaled, turned and mirrored where they are inserted.
"""

from __future__ import annotations

import numpy as np
from ezdxf.entities.dxfentity import DXFEntity
from ezdxf.entities.polyline import Polyline
from ezdxf.entities.spline import Spline
from ezdxf.lldxf.const import VTX_SPLINE_FRAME_CONTROL_POINT
from ezdxf.math import Matrix44
from ezdxf.path import make_path

from hebbfilm.common.arrays import FloatArray
from hebbfilm.meshing.drawings.dxf.plane import FINEST, UnreadError, check_bounds, in_plane
from hebbfilm.meshing.drawings.dxf.splines import spline_points

_BEZIERS = 48  # to a circle, at least: they then follow it to 1e-8 of its radius


def curve(entity: DXFEntity, matrix: Matrix44, tolerance: float) -> FloatArray:
    """Points (n, 2) on a curve.

    Args:
        entity: of any kind that has one curve.
        matrix: from its coordinates to those of the drawing.
        tolerance: between the curve and its chords, in units of the drawing.

    Raises:
        UnreadError: no curve, or not in a plane of constant z.
    """
    if isinstance(entity, Spline):
        return in_plane(spline_points(entity, matrix, tolerance), tolerance)
    if isinstance(entity, Polyline) and (entity.is_2d_polyline or entity.is_3d_polyline):
        entity = without_frame(entity)
    try:
        path = make_path(entity, segments=_BEZIERS).transform(matrix)
    except TypeError as error:
        raise UnreadError from error
    if not len(path):
        return np.empty((0, 2))
    corners = np.array([tuple(point) for point in path.control_vertices()])
    check_bounds(corners)
    finest = max(tolerance, FINEST * float(np.ptp(corners, axis=0).max()))
    return in_plane(np.array([tuple(point) for point in path.flattening(finest)]), tolerance)


def without_frame(polyline: Polyline) -> Polyline:
    """A polyline without the control points of the spline that it was fitted to."""
    flags = [vertex.dxf.get("flags", 0) for vertex in polyline.vertices]
    if not any(flags):
        return polyline
    drawn = polyline.copy()
    frame = VTX_SPLINE_FRAME_CONTROL_POINT
    drawn.vertices[:] = [
        v for v, flag in zip(drawn.vertices, flags, strict=True) if not flag & frame
    ]
    for vertex in drawn.vertices:
        vertex.dxf.flags = 0  # ezdxf draws no wide segment to what curve fitting added
    return drawn
