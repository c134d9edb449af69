"""Areas from the pieces that geometric operations leave."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry


def pieces(geometry: BaseGeometry) -> list[Polygon]:
    """The parts of any geometry that have an area."""
    return [part for part in shapely.get_parts(geometry) if part.area > 0]


def area_of(geometry: BaseGeometry) -> Polygon | MultiPolygon:
    """A geometry without its points and lines."""
    parts = pieces(geometry)
    if not parts:
        return Polygon()
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def united(areas: Sequence[BaseGeometry], tolerance: float) -> Polygon | MultiPolygon:
    """One area; gaps narrower than twice the tolerance between the given ones are closed."""
    union = area_of(shapely.union_all(list(areas)))
    parts = pieces(union)
    holes = [Polygon(ring) for part in parts for ring in part.interiors]
    narrow = any(hole.buffer(-tolerance).is_empty for hole in holes)
    if len(areas) == 1 or (len(parts) == 1 and not narrow):
        return union
    wide = union.buffer(tolerance, join_style="mitre")
    shut = area_of(wide.buffer(-tolerance, join_style="mitre"))
    return shut if narrow or len(pieces(shut)) < len(parts) else union
