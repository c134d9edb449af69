"""Shapes as a person writes them: polygon, rectangle, disc, annulus sector and path."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal, TypeAlias

import shapely
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from shapely import LineString
from shapely import Polygon as ShapelyPolygon
from shapely.affinity import rotate, translate
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.quantities import Range, Unit
from hebbfilm.meshing.bounds import (
    LARGEST,
    LARGEST_ANGLE,
    SMALLEST,
    length_problem,
)
from hebbfilm.meshing.geometry.arcs import arc, disc_polygon, quarter_segments


def _length(value: float) -> float:
    problem = length_problem(value)
    if problem:
        raise ValueError(problem)
    return value


_FAR = 1e9
"""m: beyond, coordinates lose films. That a film is too wide is said of its whole outline."""

Number = Annotated[float, Unit("m"), Field(ge=-_FAR, le=_FAR, allow_inf_nan=False)]
Angle = Annotated[
    float, Unit("degrees"), Field(ge=-LARGEST_ANGLE, le=LARGEST_ANGLE, allow_inf_nan=False)
]
Length = Annotated[float, Unit("m"), Range(SMALLEST, LARGEST), Field(gt=0), AfterValidator(_length)]
Point: TypeAlias = tuple[Number, Number]

_MOST_COPIES = 10_000
_MOST_POINTS = 2e5


class Table(BaseModel):
    """A table of a layout: no other keys, nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Repeat(Table):
    """Copies: in a row, or around a centre.

    Attributes:
        count: of all copies, the first included.
        step: from each to the next, m; around the centre without it.
        angle: from each to the next, degrees anticlockwise; 360 / count without it.
        centre: that they are turned about, m.
    """

    count: int = Field(ge=1, le=_MOST_COPIES)
    step: Point | None = None
    angle: Angle | None = None
    centre: Point = (0.0, 0.0)

    @model_validator(mode="after")
    def _one_way(self) -> Repeat:
        if self.step is not None and self.angle is not None:
            raise ValueError("step and angle exclude each other: a row, or around a centre")
        return self

    def copies(self, geometry: BaseGeometry) -> Iterator[BaseGeometry]:
        """A geometry where it is, then its copies."""
        yield geometry
        angle = 360 / self.count if self.angle is None else self.angle
        for k in range(1, self.count):
            if self.step is None:
                yield rotate(geometry, k * angle, origin=self.centre)
            else:
                yield translate(geometry, k * self.step[0], k * self.step[1])


def _few(repeats: Repeat | list[Repeat]) -> Repeat | list[Repeat]:
    several = [repeats] if isinstance(repeats, Repeat) else repeats
    copies = math.prod(repeat.count for repeat in several)
    if copies > _MOST_COPIES:
        raise ValueError(f"{copies:.3g} copies: at most {_MOST_COPIES} are allowed")
    return repeats


Repeats: TypeAlias = Annotated[Repeat | list[Repeat], AfterValidator(_few)]


def repeated(geometry: BaseGeometry, repeats: Repeats | None) -> list[BaseGeometry]:
    """All copies of a geometry; a list of repeats repeats what the ones before it made."""
    found = [geometry]
    several = [repeats] if isinstance(repeats, Repeat) else repeats or []
    points = shapely.get_num_coordinates(geometry) * math.prod(r.count for r in several)
    if several and points > _MOST_POINTS:
        raise LayoutError(
            f"layout: the copies of a shape have {points:.1e} corners; {_MOST_POINTS:.0e} are "
            "allowed"
        )
    for repeat in several:
        found = [copy for one in found for copy in repeat.copies(one)]
    return found


class Primitive(Table):
    """What all shapes share.

    Attributes:
        operation: with the shapes before it.
        rotate: degrees anticlockwise.
        about: centre of the rotation, m; the shape's own without it.
        repeat: copies, made after the rotation.
    """

    operation: Literal["add", "subtract", "intersect"] = "add"
    rotate: Angle = 0.0
    about: Point | None = None
    repeat: Repeats | None = None

    def plain(self, tolerance: float) -> ShapelyPolygon:
        """The shape itself, curves within a tolerance in m."""
        raise NotImplementedError

    def middle(self, shape: ShapelyPolygon) -> Point:
        """What the shape is turned about where nothing is said: the middle of its extent, m."""
        left, low, right, top = shape.bounds
        return (left + right) / 2, (low + top) / 2

    def areas(self, tolerance: float) -> list[BaseGeometry]:
        """The shape and its copies, rotated; curves within a tolerance in m."""
        shape = self.plain(tolerance)
        if self.rotate:
            shape = rotate(shape, self.rotate, origin=self.about or self.middle(shape))
        return repeated(shape, self.repeat)

    @property
    def drawn_once(self) -> bool:
        """Whether it is added just as it is written."""
        return self.operation == "add" and not self.rotate and self.repeat is None


class Polygon(Primitive):
    """A polygon by its corners, with holes.

    Attributes:
        points: its corners in their order, m.
        holes: corners of each hole, m.
    """

    shape: Literal["polygon"]
    points: list[Point] = Field(min_length=3)
    holes: list[Annotated[list[Point], Field(min_length=3)]] = []

    @model_validator(mode="after")
    def _valid(self) -> Polygon:
        drawn = self.plain(0)
        if not drawn.is_valid or not drawn.area:
            reason = explain_validity(drawn) if not drawn.is_valid else "no area"
            raise ValueError(f"points and holes are not a valid polygon: {reason}")
        return self

    def plain(self, tolerance: float) -> ShapelyPolygon:
        """The polygon; no curves."""
        return ShapelyPolygon(self.points, self.holes)


class Rectangle(Primitive):
    """A rectangle by its size and either its centre or its lower left corner; by the origin.

    Attributes:
        size: along x and along y, m.
        centre: of the rectangle, m; the origin, unless a corner is given.
        corner: the lower left one, m, in place of the centre.
    """

    shape: Literal["rectangle"]
    size: tuple[Length, Length]
    centre: Point | None = None
    corner: Point | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Rectangle:
        if self.centre is not None and self.corner is not None:
            raise ValueError("centre and corner exclude each other")
        return self

    def plain(self, tolerance: float) -> ShapelyPolygon:
        """The rectangle; no curves."""
        width, height = self.size
        x, y = self.centre or (0.0, 0.0)
        left, low = self.corner or (x - width / 2, y - height / 2)
        right, top = left + width, low + height
        return ShapelyPolygon([(left, low), (right, low), (right, top), (left, top)])


class Disc(Primitive):
    """A disc.

    Attributes:
        radius: of the disc, m.
        centre: of the disc, m.
    """

    shape: Literal["disc"]
    radius: Length
    centre: Point = (0.0, 0.0)

    def plain(self, tolerance: float) -> ShapelyPolygon:
        """A polygon in the circle."""
        return translate(disc_polygon(self.radius, tolerance), *self.centre)


class AnnulusSector(Primitive):
    """A piece of a ring between two angles, or all of it; a sector of a disc if it has no hole.

    Attributes:
        outer_radius: of the ring, m.
        inner_radius: of the ring, m; 0 for a sector of a disc.
        start: where the piece begins, anticlockwise from the x axis, degrees.
        stop: where it ends, degrees; above the start by at most 360.
        centre: of the ring, m.
    """

    shape: Literal["annulus_sector"]
    outer_radius: Length
    inner_radius: Annotated[float, Unit("m"), Field(ge=0, le=LARGEST, allow_inf_nan=False)] = 0.0
    start: Angle = 0.0
    stop: Angle = 360.0
    centre: Point = (0.0, 0.0)

    @model_validator(mode="after")
    def _not_inside_out(self) -> AnnulusSector:
        if self.inner_radius >= self.outer_radius:
            raise ValueError(
                f"inner_radius {self.inner_radius:g} m is not below outer_radius "
                f"{self.outer_radius:g} m"
            )
        if not 0 < self.stop - self.start <= 360:
            raise ValueError(
                f"start {self.start:g} and stop {self.stop:g} degrees: stop must be above start "
                "by at most 360"
            )
        return self

    def plain(self, tolerance: float) -> ShapelyPolygon:
        """A polygon between the two circles."""
        return translate(self._about_the_origin(tolerance), *self.centre)

    def middle(self, shape: ShapelyPolygon) -> Point:
        """The centre of the ring, m."""
        return self.centre

    def _about_the_origin(self, tolerance: float) -> ShapelyPolygon:
        if math.isclose(self.stop - self.start, 360):
            outer = disc_polygon(self.outer_radius, tolerance)
            if not self.inner_radius:
                return outer
            hole = disc_polygon(self.inner_radius, tolerance)
            return ShapelyPolygon(outer.exterior, [hole.exterior])
        outside = arc(self.outer_radius, self.start, self.stop, tolerance)
        if not self.inner_radius:
            return ShapelyPolygon([(0, 0), *outside])
        inside = arc(self.inner_radius, self.start, self.stop, tolerance)[::-1]
        return ShapelyPolygon([*outside, *inside])


class Path(Primitive):
    """A strip of given width along a line.

    Attributes:
        points: of the line in their order, m.
        width: of the strip, m.
        ends: "flat" at the last point, "square" half a width beyond it, or "round".
        joins: how its outer edge turns a corner.
    """

    shape: Literal["path"]
    points: list[Point] = Field(min_length=2)
    width: Length
    ends: Literal["flat", "square", "round"] = "flat"
    joins: Literal["mitre", "round", "bevel"] = "mitre"

    def plain(self, tolerance: float) -> ShapelyPolygon:
        """The strip; where it closes on itself, with a hole."""
        return LineString(self.points).buffer(
            self.width / 2,
            quad_segs=quarter_segments(self.width / 2, tolerance),
            cap_style=self.ends,
            join_style=self.joins,
        )


Shape: TypeAlias = Annotated[
    Polygon | Rectangle | Disc | AnnulusSector | Path, Field(discriminator="shape")
]

PRIMITIVES: Mapping[str, type[Primitive]] = {
    "polygon": Polygon,
    "rectangle": Rectangle,
    "disc": Disc,
    "annulus_sector": AnnulusSector,
    "path": Path,
}


def as_written(shapes: Sequence[Shape], tolerance: float) -> list[ShapelyPolygon] | None:
    """Shapes that need no operation, bit by bit as they are; None if any does."""
    if not all(shape.drawn_once for shape in shapes):
        return None
    return [shape.plain(tolerance) for shape in shapes]
