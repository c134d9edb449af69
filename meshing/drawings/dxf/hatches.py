"""Edges of hatches."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from ezdxf.entities import EdgePath, Hatch, PolylinePath
from ezdxf.entities.arc import Arc
from ezdxf.entities.dxfgfx import DXFGraphic
from ezdxf.entities.lwpolyline import LWPolyline
from ezdxf.entities.mpolygon import MPolygon
from ezdxf.explode import virtual_boundary_path_entities
from ezdxf.math import Matrix44, Vec3

from hebbfilm.common.arrays import FloatArray
from hebbfilm.meshing.drawings.dxf.curves import curve
from hebbfilm.meshing.drawings.dxf.plane import UnreadError

_TEXT_BOX = 8  # flag of a path of a hatch: the frame of a text, no hole in a film


def boundary(hatch: Hatch | MPolygon, matrix: Matrix44, tolerance: float) -> list[FloatArray]:
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


def _chained(pieces: Sequence[FloatArray], tolerance: float) -> list[FloatArray]:
    """Rings from the pieces of a boundary, which follow each other either way round."""
    rings: list[FloatArray] = []
    open_ring: FloatArray = np.empty((0, 2))
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
