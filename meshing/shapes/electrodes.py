"""Contacts as a person writes them: pads, pieces of the film's rim, points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

import shapely
from pydantic import Discriminator, Field, Tag, model_validator
from shapely import LineString, MultiLineString, MultiPolygon, Polygon
from shapely import Point as ShapelyPoint
from shapely.geometry.base import BaseGeometry

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.bounds import EDGE_TOLERANCE
from hebbfilm.meshing.geometry import rim
from hebbfilm.meshing.geometry.arcs import disc_polygon
from hebbfilm.meshing.geometry.areas import area_of, pieces
from hebbfilm.meshing.layout import Contact, PadOrEdge
from hebbfilm.meshing.shapes.composition import compose
from hebbfilm.meshing.shapes.primitives import Length, Point, Repeats, Shape, Table, repeated


class Between(Table):
    """The rim from one point anticlockwise to another.

    Attributes:
        first: where it begins, m.
        last: where it ends, m.
    """

    first: Point = Field(alias="from")
    last: Point = Field(alias="to")


class Along(Table):
    """A line along the rim.

    Attributes:
        points: of the line in their order, m.
    """

    points: list[Point] = Field(min_length=2)


def _kind_of_edge(edge: Any) -> str | None:
    """Which of the ways to name an edge a table is."""
    if not isinstance(edge, Mapping):
        return type(edge).__name__.lower()
    return next((key for key in ("shape", "from", "points") if key in edge), None)


Edge: TypeAlias = Annotated[
    Annotated[Shape, Tag("shape")]
    | Annotated[Between, Tag("from")]
    | Annotated[Along, Tag("points")],
    Discriminator(
        _kind_of_edge,
        custom_error_type="edge",
        custom_error_message="must have shape, or from and to, or points",
    ),
]


class Electrode(Table):
    """A contact, or several alike: name_1, name_2, … where it is repeated.

    Attributes:
        name: of the contact.
        pad: a shape, or several of one contact; cut to the film.
        edge: the rim inside a shape, the rim anticlockwise between two points, or a line along it.
        point: middle of a round pad, m.
        radius: of it, m.
        mesh_size: finer one at the contact, m.
        repeat: copies, each a contact of its own.
    """

    name: str
    pad: Shape | list[Shape] | None = None
    edge: Edge | list[Along] | None = None
    point: Point | None = None
    radius: Length | None = None
    mesh_size: Length | None = None
    repeat: Repeats | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Electrode:
        given = [key for key in ("pad", "edge", "point") if getattr(self, key) is not None]
        if len(given) != 1:
            raise ValueError(
                f"contact {self.name!r} needs one of pad, edge and point, and has "
                f"{' and '.join(given) or 'none'}"
            )
        if (self.point is None) != (self.radius is None):
            raise ValueError(f"contact {self.name!r}: point and radius belong together")
        if isinstance(self.pad, list) and not self.pad:
            raise ValueError(f"contact {self.name!r}: pad is empty")
        return self

    def contacts(
        self, film: Polygon | MultiPolygon, mesh_size: float, finest: float | None, tolerance: float
    ) -> list[Contact]:
        """The contacts on a film.

        Args:
            film: its outline, m.
            mesh_size: of the film, m.
            finest: mesh size of a contact that has none of its own, m.
            tolerance: of curves, m.

        Raises:
            LayoutError: a contact off the film.
        """
        copies = repeated(self._tool(tolerance), self.repeat)
        size = self.mesh_size if self.mesh_size is not None else finest
        several = len(copies) > 1
        return [
            Contact(name, self._on_film(film, name, copy, EDGE_TOLERANCE * mesh_size), size)
            for name, copy in (
                (f"{self.name}_{k}" if several else self.name, copy)
                for k, copy in enumerate(copies, 1)
            )
        ]

    def _tool(self, tolerance: float) -> BaseGeometry:
        """The geometry that marks the contact, before it meets the film."""
        if self.point is not None and self.radius is not None:
            disc = disc_polygon(self.radius, tolerance)
            return shapely.transform(disc, lambda xy: xy + self.point)
        if isinstance(self.pad, list):
            area = compose(self.pad, tolerance)
            return MultiPolygon(pieces(area))
        if self.pad is not None:
            return compose([self.pad], tolerance)
        if isinstance(self.edge, list):
            return MultiLineString([line.points for line in self.edge])
        if isinstance(self.edge, Between):
            return LineString([self.edge.first, self.edge.last])
        if isinstance(self.edge, Along):
            return LineString(self.edge.points)
        assert self.edge is not None
        return compose([self.edge], tolerance)

    def _on_film(
        self, film: Polygon | MultiPolygon, name: str, tool: BaseGeometry, reach: float
    ) -> PadOrEdge:
        if self.edge is None:
            if tool.difference(film.buffer(reach)).is_empty:
                return tool
            pad = area_of(tool.intersection(film))
            if pad.is_empty:
                raise LayoutError(f"contact {name!r} lies off the film {_at(tool)}")
            return pad
        if isinstance(self.edge, Between):
            ends = [ShapelyPoint(xy) for xy in tool.coords]
            for end in ends:
                if film.boundary.distance(end) > 20 * reach:
                    raise LayoutError(
                        f"contact {name!r}: its end {_at(end)} is not on the film's rim"
                    )
            return rim.between(film, *ends)
        if isinstance(tool, LineString | MultiLineString):
            return tool
        inside = rim.merged(film.boundary.intersection(tool))
        if not inside:
            raise LayoutError(f"contact {name!r}: no rim of the film runs {_at(tool, 'through')}")
        return inside[0] if len(inside) == 1 else MultiLineString(inside)


def _at(place: BaseGeometry, preposition: str = "at") -> str:
    point = place.representative_point()
    return f"{preposition} ({point.x:.4g}, {point.y:.4g}) m"
