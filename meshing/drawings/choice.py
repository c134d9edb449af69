"""Choosing one device of a drawing: what lies in a box, or the piece of film nearest to a point."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TypeAlias

import shapely
from shapely import MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from meshing.areas import area_of
from meshing.errors import LayoutError

Corner: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Choice:
    """The film that was chosen, and what lies around it.

    Args:
        film: of the choice.
        crop: the box that it lies in; None: anywhere.
        rest: other pieces of film in the box.
    """

    film: Polygon | MultiPolygon
    crop: Polygon | None = None
    rest: MultiPolygon = field(default_factory=MultiPolygon)

    def cut(self, shape: BaseGeometry) -> BaseGeometry:
        """What lies in the box of a shape; nothing if it belongs to another piece of film.

        A shape belongs to all pieces that it touches; if it touches none, to the nearest.
        """
        inside = shape if self.crop is None else _within(shape, self.crop)
        if inside.is_empty or self.rest.is_empty:
            return inside
        mine = inside.distance(self.film) <= inside.distance(self.rest)
        return inside if mine else Point()


def chosen(
    film: Polygon | MultiPolygon, crop: tuple[Corner, Corner] | None, piece: Corner | None
) -> Choice:
    """The piece of a film nearest to a point, of what lies in a box.

    Args:
        film: all of it, m.
        crop: lowest and highest corner of the box, m; everything where None.
        piece: the point, m; all pieces where None.

    Raises:
        LayoutError: no box, no film in it, a point off the drawing, or several pieces.
    """
    window = None if crop is None else _box(crop)
    inside = film if window is None else area_of(film.intersection(window))
    if inside.is_empty:
        raise LayoutError(f"layout.crop = {crop}: no film in it; the film lies in {_extent(film)}")
    parts = shapely.get_parts(inside)
    if piece is None:
        if len(parts) > 1:
            raise LayoutError(
                f"the film is in {len(parts)} pieces{_places(parts)}; choose one by layout.piece = "
                "[x, y], a point in it, or a part of the drawing by layout.crop = "
                "[[left, low], [right, high]], all in m"
            )
        return Choice(inside, window)
    at = Point(piece)
    left, low, right, top = inside.bounds
    if not box(left, low, right, top).buffer(max(right - left, top - low)).contains(at):
        raise LayoutError(
            f"layout.piece = {list(piece)} is far off the film, which lies in {_extent(inside)}"
        )
    nearest = int(shapely.distance(parts, at).argmin())
    rest = [part for k, part in enumerate(parts) if k != nearest]
    return Choice(parts[nearest], window, MultiPolygon(rest))


def _within(shape: BaseGeometry, window: Polygon) -> BaseGeometry:
    """What lies in a window, without the points and lines where an area only touches it."""
    parts = shapely.get_parts(shape.intersection(window))
    same = shapely.get_dimensions(parts) == shapely.get_dimensions(shape)
    return shapely.union_all(parts[same])


def _box(corners: tuple[Corner, Corner]) -> Polygon:
    (left, low), (right, high) = corners
    if not (all(map(math.isfinite, (left, low, right, high))) and left < right and low < high):
        raise LayoutError(
            f"layout.crop = {[list(corner) for corner in corners]}: must be "
            "[[left, low], [right, high]] in m"
        )
    return box(left, low, right, high)


def _extent(film: BaseGeometry) -> str:
    left, low, right, top = (f"{x:.4g}" for x in film.bounds)
    return f"[[{left}, {low}], [{right}, {top}]] m"


def _places(parts: list[Polygon]) -> str:
    points = [part.representative_point() for part in parts[:3]]
    listed = ", ".join(f"({p.x:.4g}, {p.y:.4g})" for p in points)
    return f", at {listed}{', …' if len(parts) > 3 else ''} m"
