"""Where a region is narrower than a mesh can show: necks and slits, tips and cusps."""

from __future__ import annotations

import math

import numpy as np
import shapely
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from hebbfilm.meshing.geometry.areas import area_of

LOST_AREA = 0.25  # (mesh sizes)²; smaller losses are sharp corners, of 15 degrees at least
_FINER, _FINEST = 1 / 16, 1 / 64  # of a mesh size: what is lost there, too, is a tip, or a slit
_ROUND_OFF = 1e-3  # of the distance
_GRID = 1e-7  # of the unit of the coordinates, mesh sizes
_SHRINKS = 0.75  # from the finer to the finest; a tip to 1/4, a cusp to 1/2, a slit not


def lost(region: BaseGeometry, distance: float) -> list[Polygon]:
    """Pieces that vanish (distance < 0) or close up (> 0) under a buffer there and back.

    Args:
        region: polygons.
        distance: half the width of what is lost, in the unit of the coordinates.
    """
    return [piece for piece, _ in _lost(region, distance)]


def tips(region: BaseGeometry, distance: float) -> tuple[list[Point], list[Polygon]]:
    """Where a region (distance < 0), or what surrounds it (> 0), narrows to nothing.

    An angle below 15 degrees loses as large a part of any mesh size, and a cusp the larger a part
    the finer the mesh. What is lost even from a mesh 64 times as fine is one of these, at any mesh
    size, if it shrinks with the mesh size; else a slit or a neck.

    Args:
        region: polygons.
        distance: as of `lost`.

    Returns:
        The tips and cusps, and the slits and necks.
    """
    finest = _lost(region, _FINEST * distance)
    coarse = lost(region, _FINER * distance) if finest else []
    sharp: list[Point] = []
    narrow: list[Polygon] = []
    for piece, at in finest:
        about = [_extent(other) for other in coarse if other.intersects(piece)]
        if _extent(piece) > _SHRINKS * max(about, default=math.inf):
            narrow.append(piece)
        elif all(at.distance(other) > abs(distance) for other in sharp):
            sharp.append(at)
    return sharp, narrow


def _lost(region: BaseGeometry, distance: float) -> list[tuple[Polygon, Point]]:
    """Pieces, and the corner of each that is deepest in what is lost."""
    back = region.buffer(distance, join_style="mitre").buffer(-distance, join_style="mitre")
    more, less = (region, back) if distance < 0 else (back, region)
    # Round-off joins pieces along the whole edge, and is slow to tell from edges that cross.
    change = _without(more, less.buffer(_ROUND_OFF * abs(distance), join_style="mitre"))
    least = LOST_AREA * (2 * distance) ** 2
    found = []
    for piece in shapely.get_parts(change):
        if piece.area > least:
            corners = shapely.points(piece.exterior.coords)
            found.append((piece, corners[np.argmax(shapely.distance(corners, back.boundary))]))
    return found


def _without(shape: BaseGeometry, other: BaseGeometry) -> BaseGeometry:
    try:
        return shape.difference(other)
    except shapely.errors.GEOSException:
        # Edges that cross within round-off; on a grid they cross in its points.
        one, less = (area_of(whole) for whole in shapely.make_valid([shape, other]))
        return shapely.difference(one, less, grid_size=_GRID)


def _extent(piece: BaseGeometry) -> float:
    left, low, right, top = piece.bounds
    return float(max(right - left, top - low))
