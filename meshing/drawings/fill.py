"""The area that closed curves enclose, crossing or nested as they may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.meshing.geometry.areas import area_of

Rule: TypeAlias = Literal["odd", "any", "once"]


def filled(rings: Sequence[FloatArray], *, even_odd: bool = False) -> Polygon | MultiPolygon:
    """The area inside some rings by the rules that drawing programs share.

    Args:
        rings: arrays (n, 2) of points, closed or not.
        even_odd: whether a point is inside if an odd number of turns encloses it; else any net
            number of turns does (so that a ring in the opposite sense is a hole).
    """
    closed = [np.vstack([ring, ring[:1]]) for ring in rings if len(ring) > 2]
    if len(closed) == 1 and (polygon := Polygon(closed[0])).is_valid:
        return polygon
    lines = [LineString(ring) for ring in closed]
    drawn = shapely.union_all(lines)
    faces = np.array(shapely.get_parts(shapely.polygonize(shapely.get_parts(drawn))))
    turns = _turns_around(shapely.point_on_surface(faces), lines, closed)
    inside = turns % 2 == 1 if even_odd else turns != 0
    return shapely.union_all(faces[inside]) if inside.any() else Polygon()


def each_filled(points: FloatArray, counts: Sequence[int]) -> list[BaseGeometry]:
    """The areas inside many rings, one each.

    Args:
        points: (n, 2), those of one ring after those of another; rings are not closed.
        counts: points of each ring, n in all.
    """
    proper = np.greater(counts, 2)
    points, sizes = points[np.repeat(proper, counts)], np.array(counts)[proper]
    ends = np.cumsum(sizes)
    closed = np.insert(np.arange(len(points)), ends, ends - sizes)
    rings = shapely.linearrings(points[closed], indices=np.repeat(np.arange(len(ends)), sizes + 1))
    areas = shapely.polygons(rings)
    crossed = ~shapely.is_valid(areas)
    areas[crossed] = [filled([np.array(ring.coords[:-1])]) for ring in rings[crossed]]
    return list(areas)


def enclosed(polygons: Sequence[BaseGeometry], rule: Rule) -> Polygon | MultiPolygon:
    """Where so many of some polygons lie over each other: an odd number, any, or just one."""
    if len(polygons) == 1:
        return area_of(polygons[0])
    edges = shapely.union_all([polygon.boundary for polygon in polygons])
    faces = np.array(shapely.get_parts(shapely.polygonize(shapely.get_parts(edges))))
    places = shapely.point_on_surface(faces)
    over, _ = STRtree(places).query(list(polygons), predicate="contains")[::-1]
    times = np.bincount(over, minlength=len(faces))
    inside = {"odd": times % 2 == 1, "any": times > 0, "once": times == 1}[rule]
    return area_of(shapely.union_all(faces[inside]))


def _turns_around(
    places: NDArray[np.object_], lines: Sequence[LineString], rings: Sequence[FloatArray]
) -> IntArray:
    """How often all rings together, also given as lines, go round each of some points (n,)."""
    turns = np.zeros(len(places), dtype=int)
    at = shapely.get_coordinates(places)
    for place, ring in STRtree(lines).query(places).T:  # pairs whose boxes meet
        turns[place] += _turns(rings[ring] - at[place])
    return turns


def _turns(ring: FloatArray) -> int:
    """How often a closed ring (n, 2) goes round the origin, anticlockwise."""
    x, y = ring.T
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    along = x[:-1] * x[1:] + y[:-1] * y[1:]
    return round(float(np.arctan2(cross, along).sum() / (2 * np.pi)))
