"""Pieces of a film's rim: between two points, and beside a line drawn by hand."""

from __future__ import annotations

import shapely
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring


def rings(outline: Polygon | MultiPolygon) -> list[LineString]:
    """The outer rims and those of the holes, each anticlockwise as seen from above."""
    return [
        LineString(ring.coords if ring.is_ccw else ring.coords[::-1])
        for piece in shapely.get_parts(outline)
        for ring in (piece.exterior, *piece.interiors)
    ]


def between(outline: Polygon | MultiPolygon, first: Point, last: Point) -> LineString:
    """The rim from one point anticlockwise to another, both moved to the rim nearest to them."""
    ring = min(rings(outline), key=lambda ring: ring.distance(first) + ring.distance(last))
    return _stretch(ring, ring.project(first), ring.project(last))


def beside(outline: Polygon | MultiPolygon, line: LineString, reach: float) -> LineString | None:
    """The piece of rim that a line follows within a distance; None where it follows none.

    Args:
        outline: the film.
        line: open, or closed for a whole rim.
        reach: the largest distance, in the unit of the coordinates.
    """
    pieces = []
    for ring in rings(outline):
        ends = [ring.project(Point(line.coords[k])) for k in (0, -1)]
        if line.is_closed:
            pieces.append(ring)
        elif ends[0] != ends[1]:
            pieces += [_stretch(ring, *ends), _stretch(ring, *ends[::-1])]
    apart = [shapely.hausdorff_distance(piece, line, densify=0.05) for piece in pieces]
    nearest = min(range(len(pieces)), key=apart.__getitem__, default=None)
    return None if nearest is None or apart[nearest] > reach else pieces[nearest]


def merged(lines: BaseGeometry) -> list[LineString]:
    """The lines of any geometry, those that continue each other as one."""
    parts = [part for part in shapely.get_parts(lines) if part.length > 0]
    return list(shapely.get_parts(shapely.line_merge(MultiLineString(parts))))


def trimmed(line: LineString, by: float) -> LineString:
    """An open line without a little at each end."""
    return line if line.is_closed else substring(line, by, line.length - by)


def _stretch(ring: LineString, start: float, stop: float) -> LineString:
    """The part of a closed line from one arc length on to another."""
    if start < stop:
        return substring(ring, start, stop)
    parts = [substring(ring, start, ring.length), substring(ring, 0, stop)]
    points = [xy for part in parts if part.length > 0 for xy in part.coords]
    return LineString([xy for k, xy in enumerate(points) if k == 0 or xy != points[k - 1]])
