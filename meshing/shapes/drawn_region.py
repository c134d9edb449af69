"""Regions as a person writes them: an area of shapes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from shapely import MultiPolygon, Polygon

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.geometry.areas import area_of, pieces
from hebbfilm.meshing.geometry.places import at_places
from hebbfilm.meshing.layout import Region
from hebbfilm.meshing.shapes.composition import compose
from hebbfilm.meshing.shapes.primitives import Length, Shape, Table


class DrawnRegion(Table):
    """A part of a film that may be of another material.

    Attributes:
        name: of the region.
        area: a shape, or several in their order.
        mesh_size: finer one in the region, m.
        cut_to_film: whether what lies off the film is left out; else it is refused.
    """

    name: str
    area: Shape | Annotated[list[Shape], Field(min_length=1)]
    mesh_size: Length | None = None
    cut_to_film: bool = False

    def region(self, film: Polygon | MultiPolygon, tolerance: float) -> Region:
        """The region on a film.

        Args:
            film: its outline, m.
            tolerance: of curves, m.

        Raises:
            LayoutError: an area that is empty, or off the film.
        """
        several = isinstance(self.area, list)
        area = compose(self.area if isinstance(self.area, list) else [self.area], tolerance)
        if area.is_empty:
            raise LayoutError(f"region {self.name!r} is empty; its shapes leave no area")
        if self.cut_to_film:
            inside = area_of(area.intersection(film))
            if inside.is_empty:
                raise LayoutError(f"region {self.name!r} lies off the film {at_places([area])}")
            area = inside
        elif several:
            area = MultiPolygon(pieces(area))
        return Region(self.name, area, self.mesh_size)
