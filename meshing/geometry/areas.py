"""Areas from the pieces that geometric operations leave."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon, STRtree
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


def only_touching(parts: Sequence[BaseGeometry], reach: float) -> str:
    """Where two of several parts touch, for an error message; empty if none do.

    Args:
        parts: that have no area in common, m.
        reach: how far apart they may be, as curves are made of chords, m.
    """
    drawn = np.array(parts, dtype=object)
    pairs = STRtree(drawn).query(drawn, predicate="dwithin", distance=reach).T
    for first, second in pairs[pairs[:, 0] < pairs[:, 1]]:
        both = shapely.buffer(drawn[[first, second]], reach)
        # Chords touch a little beside the place where their curves do.
        middle = both[0].intersection(both[1]).centroid
        digits = -math.ceil(math.log10(20 * reach))
        x, y = (round(value, digits) + 0.0 for value in (middle.x, middle.y))  # no -0
        return f"two of which only touch, at ({x:.4g}, {y:.4g}) m: let them overlap"
    return ""
