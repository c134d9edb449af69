"""Curves of DXF entities as points in the plane of the drawing.

Entities of most kinds are drawn in a coordinate system of their own (OCS), on a plane whose normal
is their extrusion, and blocks are scaled, turned and mirrored where they are inserted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from ezdxf.entities import (
    Arc,
    DXFEntity,
    DXFGraphic,
    EdgePath,
    Hatch,
    LWPolyline,
    MPolygon,
    Polyline,
    PolylinePath,
    Spline,
)
from ezdxf.explode import virtual_boundary_path_entities
from ezdxf.lldxf.const import VTX_SPLINE_FRAME_CONTROL_POINT
from ezdxf.math import Matrix44, Vec3
from ezdxf.path import make_path
from ezdxf.render.trace import TraceBuilder
from scipy.interpolate import BSpline, make_interp_spline

from meshing.arcs import quarter_segments

_BEZIERS = 48  # to a circle, at least: they then follow it to 1e-8 of its radius
_FINEST = 1e-8  # chords of a curve, in its extent
_LARGEST = 1e50  # units of a drawing
_TEXT_BOX = 8  # flag of a path of a hatch: the frame of a text, no hole in a film
_CLOSED, _PERIODIC = 1, 2  # flags of splines


class UnreadError(Exception):
    """What is wrong with an entity that cannot be read, in a few words."""


def curve(entity: DXFEntity, matrix: Matrix44, tolerance: float) -> np.ndarray:
    """Points (n, 2) on a curve.

    Args:
        entity: of any kind that has one curve.
        matrix: from its coordinates to those of the drawing.
        tolerance: between the curve and its chords, in units of the drawing.

    Raises:
        UnreadError: no curve, or not in a plane of constant z.
    """
    if isinstance(entity, Spline):
        return _in_plane(_spline(entity, matrix, tolerance), tolerance)
    if isinstance(entity, Polyline) and (entity.is_2d_polyline or entity.is_3d_polyline):
        entity = _without_frame(entity)
    try:
        path = make_path(entity, segments=_BEZIERS).transform(matrix)
    except TypeError as error:
        raise UnreadError from error
    if not len(path):
        return np.empty((0, 2))
    corners = np.array([tuple(point) for point in path.control_vertices()])
    _check_bounds(corners)
    finest = max(tolerance, _FINEST * float(np.ptp(corners, axis=0).max()))
    return _in_plane(np.array([tuple(point) for point in path.flattening(finest)]), tolerance)


def strip(polyline: LWPolyline | Polyline, matrix: Matrix44, tolerance: float) -> list[np.ndarray]:
    """Quadrilaterals (4, 2) that a polyline covers whose segments have a width.

    Raises:
        UnreadError: a segment without width among others, or not in a plane of constant z.
    """
    elevation = polyline.dxf.get("elevation", 0.0)
    if isinstance(polyline, Polyline):
        polyline = _without_frame(polyline)
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
    return [_in_plane(face, tolerance) for face in faces]


def boundary(hatch: Hatch | MPolygon, matrix: Matrix44, tolerance: float) -> list[np.ndarray]:
    """Rings of points (n, 2): the edge of a hatch and its islands.

    Raises:
        UnreadError: a boundary that is not closed, or not in a plane of constant z.
    """
    ocs, elevation = hatch.ocs(), float(hatch.dxf.elevation.z)
    if isinstance(hatch, MPolygon):
        offset = Vec3(hatch.dxf.get("offset_vector", (0, 0)))
        matrix = Matrix44.translate(*ocs.to_wcs(offset.replace(z=0))) * matrix
    rings = []
    for edges in _edges(hatch):
        for edge in edges:
            if isinstance(edge, Arc):
                edge.dxf.center = Vec3(edge.dxf.center).replace(z=elevation)
        pieces = [curve(edge, matrix, tolerance) for edge in edges]
        rings += _chained([piece for piece in pieces if len(piece) > 1], tolerance)
    if not rings:
        raise UnreadError("without a boundary")
    return rings


def _edges(hatch: Hatch | MPolygon) -> Iterator[list[DXFGraphic]]:
    """The curves of each path of a boundary, without the frames of texts."""
    paths = [path for path in hatch.paths if not path.path_type_flags & _TEXT_BOX]
    for path in paths:
        if isinstance(path, PolylinePath):
            polyline = LWPolyline.new(
                dxfattribs={"extrusion": hatch.ocs().uz, "elevation": hatch.dxf.elevation.z}
            )
            polyline.append_points(path.vertices, format="xyb")
            polyline.closed = True
            yield [polyline]
    others = hatch.copy()
    others.paths.paths = [path for path in paths if isinstance(path, EdgePath)]
    yield from virtual_boundary_path_entities(others)


def _chained(pieces: Sequence[np.ndarray], tolerance: float) -> list[np.ndarray]:
    """Rings from the pieces of a boundary, which follow each other either way round."""
    rings: list[np.ndarray] = []
    open_ring = np.empty((0, 2))
    for piece in pieces:
        if not len(open_ring):
            open_ring = piece
        else:
            joints = [
                (open_ring, piece),
                (open_ring, piece[::-1]),
                (open_ring[::-1], piece),
                (open_ring[::-1], piece[::-1]),
            ]
            first, second = min(joints, key=lambda pair: math.dist(pair[0][-1], pair[1][0]))
            open_ring = np.vstack([first[:-1], second])
            if math.dist(first[-1], second[0]) > tolerance:
                raise UnreadError("whose boundary is not closed")
        if math.dist(open_ring[0], open_ring[-1]) <= tolerance:
            rings.append(open_ring[:-1])
            open_ring = np.empty((0, 2))
    if len(open_ring):
        raise UnreadError("whose boundary is not closed")
    return rings


def _spline(spline: Spline, matrix: Matrix44, tolerance: float) -> np.ndarray:
    """Points (n, 3) where the spline is defined: from knot p to knot −p−1, at degree p."""
    flags = spline.dxf.get("flags", 0)
    if not len(spline.control_points) and flags & (_CLOSED | _PERIODIC):
        return _closed_fit(spline, matrix, tolerance)
    tool = spline.construction_tool()
    points = np.array([tuple(p) for p in matrix.transform_vertices(tool.control_points)])
    _check_bounds(points)
    weights = np.array(tool.weights() or np.ones(len(points)))
    if not np.all(weights > 0):
        raise UnreadError("with weights that are not positive")
    weighted = BSpline(tool.knots(), points * weights[:, None], tool.degree)
    weight = BSpline(tool.knots(), weights, tool.degree)
    within = weight.t[tool.degree : len(weight.t) - tool.degree]
    return _sampled(lambda t: weighted(t) / weight(t)[:, None], np.unique(within), tolerance)


def _closed_fit(spline: Spline, matrix: Matrix44, tolerance: float) -> np.ndarray:
    """The periodic cubic spline through the fit points, its parameter their chord length."""
    points = np.array([tuple(p) for p in matrix.transform_vertices(Vec3.list(spline.fit_points))])
    _check_bounds(points)
    ring = points if np.allclose(points[0], points[-1]) else np.vstack([points, points[:1]])
    ring[-1] = ring[0]
    at = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(ring, axis=0), axis=1))])
    return _sampled(make_interp_spline(at, ring, k=3, bc_type="periodic"), at, tolerance)


def _sampled(
    curve: Callable[[np.ndarray], np.ndarray], breaks: np.ndarray, tolerance: float
) -> np.ndarray:
    """Points on a curve that is smooth between breaks, chords within a tolerance of it."""
    if len(breaks) < 2:
        raise UnreadError("whose knots are all the same")
    t = np.interp(np.arange(4 * len(breaks) - 3) / 4, np.arange(len(breaks)), breaks)
    points = curve(t)
    tolerance = max(tolerance, _FINEST * float(np.ptp(points, axis=0).max()))
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


def _without_frame(polyline: Polyline) -> Polyline:
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


def _corners(polyline: LWPolyline | Polyline) -> np.ndarray:
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


def _chords(corners: np.ndarray, matrix: Matrix44, tolerance: float) -> int:
    """So many chords to a circle that the arcs of a polyline of some width keep the tolerance."""
    ring = np.vstack([corners, corners[:1]])
    lengths, bulges = np.hypot(*np.diff(ring[:, :2], axis=0).T), np.abs(corners[:, 4])
    bent = bulges > 0
    radii = lengths[bent] * (1 / bulges[bent] + bulges[bent]) / 4
    radii += corners[bent, 2:4].max(axis=1) / 2
    axes = matrix.transform_directions([Vec3(1, 0), Vec3(0, 1)])
    widest = float(radii.max(initial=0)) * max(axis.magnitude for axis in axes)
    return 4 * quarter_segments(widest, max(tolerance, _FINEST * widest)) if widest else 1


def _in_plane(points: np.ndarray, tolerance: float) -> np.ndarray:
    _check_bounds(points)
    if np.ptp(points[:, 2]) > max(tolerance, 1e-9 * np.abs(points).max()):
        raise UnreadError("that is not flat: z varies along it")
    return points[:, :2]


def _check_bounds(points: np.ndarray) -> None:
    if not (np.abs(points) < _LARGEST).all():  # nor NaN
        raise UnreadError("with coordinates beyond all bounds")
