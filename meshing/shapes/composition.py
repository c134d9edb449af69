"""Shapes joined, cut and intersected into one area."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from shapely import MultiPolygon, Polygon

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.geometry.areas import area_of, united
from hebbfilm.meshing.shapes.primitives import Shape, as_written


def compose(shapes: Sequence[Shape], tolerance: float) -> Polygon | MultiPolygon:
    """One area from shapes in their order.

    Shapes that lie apart and are only added keep their corners to the last bit.

    Args:
        shapes: the first is added to nothing.
        tolerance: of curves, m; narrower gaps between shapes are closed.

    Raises:
        LayoutError: shapes that round-off keeps from being joined.
    """
    alone = as_written(shapes, tolerance)
    if alone is not None:
        apart = MultiPolygon(alone)
        if apart.is_valid:
            return alone[0] if len(alone) == 1 else apart
    try:
        return _combined(shapes, tolerance)
    except shapely.errors.GEOSException as error:
        raise LayoutError(f"layout.film: its shapes cannot be joined: {error}") from None


def _combined(shapes: Sequence[Shape], tolerance: float) -> Polygon | MultiPolygon:
    area: Polygon | MultiPolygon = Polygon()
    for shape in shapes:
        parts = shape.areas(tolerance)
        if shape.operation == "add":
            known = [] if area.is_empty else [area]
            area = united([*known, *parts], tolerance)
        elif shape.operation == "subtract":
            area = area_of(area.difference(united(parts, tolerance)))
        else:
            area = area_of(area.intersection(united(parts, tolerance)))
    return area
