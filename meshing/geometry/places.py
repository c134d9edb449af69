"""Where in a drawing something is, in the words of messages."""

from __future__ import annotations

from collections.abc import Iterable

from shapely.geometry.base import BaseGeometry


def at_places(parts: Iterable[BaseGeometry], unit: float = 1.0) -> str:
    """The places of some parts in metres: "at (1e-07, 0) m".

    Args:
        parts: of a drawing.
        unit: metres per unit of their coordinates.
    """
    points = [
        part.representative_point() if part.area > 0 else part.centroid  # a line's is its end
        for part in parts
    ]
    listed = ", ".join(f"({unit * p.x:.4g}, {unit * p.y:.4g})" for p in points[:3])
    more = f" and {len(points) - 3} other places" if len(points) > 3 else ""
    return f"at {listed} m{more}"
