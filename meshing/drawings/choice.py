"""Choosing one device of a drawing: what lies in a box, or the piece of film nearest to a point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from shapely import MultiPolygon, Point, Polygon, STRtree, box
from shapely.geometry.base import BaseGeometry

from hebbfilm.common.arrays import BoolArray
from hebbfilm.common.errors import LayoutError
from hebbfilm.common.quantities import Length
from hebbfilm.meshing.drawings.drawing import Shapes
from hebbfilm.meshing.geometry.areas import area_of, only_touching

Corner: TypeAlias = tuple[Length, Length]


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

    @property
    def is_part(self) -> bool:
        """Whether there may be more in the drawing."""
        return self.crop is not None or not self.rest.is_empty

    def cut(self, shape: BaseGeometry) -> BaseGeometry:
        """What lies in the box of a shape; nothing if it belongs to another piece of film.

        A shape belongs to all pieces that it touches; if it touches none, to the nearest.
        """
        inside = shape if self.crop is None else _within(shape, self.crop)
        if inside.is_empty or self.rest.is_empty:
            return inside
        mine = inside.distance(self.film) <= inside.distance(self.rest)
        return inside if mine else Point()


def crop_box(corners: tuple[Corner, Corner]) -> Polygon:
    """The box between its lowest and highest corner, m.

    Raises:
        LayoutError: they are no such corners.
    """
    (left, low), (right, high) = corners
    if not (all(map(math.isfinite, (left, low, right, high))) and left < right and low < high):
        raise LayoutError(
            f"layout.crop = {[list(corner) for corner in corners]}: must be "
            "[[left, low], [right, high]] in m"
        )
    return box(left, low, right, high)


def near(shapes: Shapes, crop: Polygon | None, reach: float) -> Shapes:
    """The same without filled shapes off a box, which what lies in it does not depend on.

    Args:
        shapes: of the film, or of its holes, m.
        crop: the box; None: everywhere.
        reach: how close to the box is in it, m.
    """
    if crop is None:
        return shapes
    return shapes.where(lambda filled: shapely.dwithin(filled, crop, reach))


def film_near(shapes: Shapes, crop: Polygon | None, reach: float) -> Shapes:
    """The same of a film, some of which must lie near the box.

    Raises:
        LayoutError: none does.
    """
    kept = near(shapes, crop, reach)
    if crop is not None and shapes.filled and not (kept.filled or kept.lines):
        raise _no_film(crop, shapely.total_bounds(shapes.filled))
    return kept


def joined(shapes: Shapes, crop: Polygon | None, reach: float) -> Shapes:
    """The same without filled shapes that neither lie in a box nor are joined to any that does.

    Args:
        shapes: of contacts, m.
        crop: the box; None: everywhere.
        reach: how close together shapes are joined, m.
    """

    def linked(filled: NDArray[np.object_]) -> BoolArray:
        pairs = STRtree(filled).query(filled, predicate="dwithin", distance=reach)
        links = coo_matrix((np.ones(pairs.shape[1]), pairs), shape=(len(filled), len(filled)))
        _, group = connected_components(links, directed=False)
        return np.isin(group, group[shapely.dwithin(filled, crop, reach)])

    return shapes if crop is None else shapes.where(linked)


def chosen(
    film: Polygon | MultiPolygon, crop: Polygon | None, piece: Corner | None, reach: float
) -> Choice:
    """The piece of a film nearest to a point, of what lies in a box.

    Args:
        film: all of it, m.
        crop: the box, m; everything where None.
        piece: the point, m; all pieces where None.
        reach: how far apart pieces are that touch, m.

    Raises:
        LayoutError: no film in the box, a point off the drawing, or several pieces.
    """
    inside = film if crop is None else area_of(film.intersection(crop))
    if crop is not None and inside.is_empty:
        raise _no_film(crop, film.bounds)
    parts = shapely.get_parts(inside)
    if piece is None:
        if len(parts) > 1:
            places = only_touching(parts, reach) or _places(parts)
            raise LayoutError(
                f"the film is in {len(parts)} pieces, {places}; choose one by layout.piece = "
                "[x, y], a point in it, or a part of the drawing by layout.crop = "
                "[[left, low], [right, high]], all in m"
            )
        return Choice(inside, crop)
    at = Point(piece)
    left, low, right, top = inside.bounds
    if not box(left, low, right, top).buffer(max(right - left, top - low)).contains(at):
        raise LayoutError(
            f"layout.piece = {list(piece)} is far off the film, which lies in "
            f"{_corners(inside.bounds)} m"
        )
    nearest = int(shapely.distance(parts, at).argmin())
    rest = [part for k, part in enumerate(parts) if k != nearest]
    return Choice(parts[nearest], crop, MultiPolygon(rest))


def _within(shape: BaseGeometry, window: Polygon) -> BaseGeometry:
    """What lies in a window, without the points and lines where an area only touches it."""
    parts = shapely.get_parts(shape.intersection(window))
    same = shapely.get_dimensions(parts) == shapely.get_dimensions(shape)
    return shapely.union_all(parts[same])


def _no_film(crop: Polygon, bounds: Sequence[float]) -> LayoutError:
    return LayoutError(
        f"layout.crop = {_corners(crop.bounds)}: no film in it; the film lies in "
        f"{_corners(bounds)} m"
    )


def _corners(bounds: Sequence[float]) -> str:
    left, low, right, top = (f"{x:.4g}" for x in bounds)
    return f"[[{left}, {low}], [{right}, {top}]]"


def _places(parts: list[Polygon]) -> str:
    points = [part.representative_point() for part in parts[:3]]
    listed = ", ".join(f"({p.x:.4g}, {p.y:.4g})" for p in points)
    return f"at {listed}{', …' if len(parts) > 3 else ''} m"
