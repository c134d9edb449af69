"""From the layers of a drawing to the film's outline and its contacts."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import KDTree
from shapely import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown
from hebbfilm.meshing.bounds import EDGE_TOLERANCE, NARROWEST
from hebbfilm.meshing.drawings.choice import Choice, joined, near
from hebbfilm.meshing.drawings.drawing import Shapes
from hebbfilm.meshing.drawings.fill import filled
from hebbfilm.meshing.drawings.nesting import Nesting, bare, drawn_once, filled_in
from hebbfilm.meshing.geometry import rim
from hebbfilm.meshing.geometry.areas import area_of, pieces, united


@dataclass(frozen=True)
class Precision:
    """How exactly a drawing is taken, in metres.

    Args:
        tolerance: of curves; ends and edges closer than this to each other meet.
        mesh_size: at contacts; a line half of this off the rim lies on it.
    """

    tolerance: float
    mesh_size: float

    @property
    def reach(self) -> float:
        """Closer than this, what a drawing holds twice is the same line, m."""
        return max(2 * self.tolerance, EDGE_TOLERANCE * self.mesh_size)


def film_outline(
    film: Shapes, holes: Shapes, precision: Precision, nesting: Nesting | None
) -> BaseGeometry:
    """All areas of the film as one, less the holes.

    Raises:
        LayoutError: no closed shape, a line that is not closed, or outlines in each other where
            `nesting` is None.
    """
    parts = []
    for key, shapes in (("film", film), ("holes", holes)):
        areas, lines = closed(f"layout.{key}", shapes, precision, nesting)
        areas += [Polygon(_closed_line(f"layout.{key}", line, precision)) for line in lines]
        parts.append(united(areas, precision.tolerance))
    if parts[0].is_empty:
        raise LayoutError("layout.film: the layer holds no closed shape")
    return parts[0] if parts[1].is_empty else area_of(parts[0].difference(parts[1]))


def closed(
    key: str, shapes: Shapes, precision: Precision, nesting: Nesting | None
) -> tuple[list[BaseGeometry], list[LineString]]:
    """Areas, those that several lines enclose together included, and the lines left over."""
    shapes = bare(shapes, precision.reach)
    lines = drawn_once(shapes.lines, shapes.outlines, 2 * precision.tolerance)
    # A ring that is one line of the file was drawn as a line, along a whole rim.
    drawn = [line for line in lines if line.is_closed]
    merged = _joined([line for line in lines if not line.is_closed], precision.tolerance)
    rings = [filled([np.array(line.coords[:-1])]) for line in merged if line.is_closed]
    outlines = [*shapes.outlines, *rings]
    areas = filled_in(key, outlines, shapes.hatches, nesting, precision.reach)
    return (
        [*shapes.areas, *shapes.hatches, *areas],
        drawn + [line for line in merged if not line.is_closed],
    )


@dataclass(frozen=True)
class Drawn:
    """A contact as it is drawn.

    Args:
        shape: area or lines, m.
        text: that names it, if one does.
        key: its name otherwise.
    """

    shape: BaseGeometry
    text: str | None
    key: str


def drawn_contacts(
    choice: Choice,
    layer: Shapes,
    stem: str,
    ignored: Collection[str],
    precision: Precision,
    nesting: Nesting | None,
) -> list[Drawn]:
    """The contacts that a layer holds in the chosen part of a drawing.

    Shapes that touch are one contact; so are lines that meet. A text in a shape, or by a line,
    names it. Others take the name of the layer's key: alone as it is, several with _1, _2, …
    anticlockwise as seen from the middle of the film, beginning at its right.

    Raises:
        LayoutError: an empty layer, a text that names no contact.
    """
    part = joined(layer, choice.crop, precision.reach)
    areas, lines = closed("layout.contacts", part, precision, nesting)
    shapes = [*pieces(united(areas, precision.tolerance)), *lines]
    where = " in the chosen part of the film" if choice.is_part else ""
    nothing = LayoutError(f"layout.contacts: the layer of {stem!r} holds no shape{where}")
    if not shapes:
        raise nothing
    labels = [(text, at) for text, at in layer.labels if text and text not in ignored]
    texts = _texts(choice, shapes, labels, precision)
    cut = [(choice.cut(shape), text) for shape, text in zip(shapes, texts, strict=True)]
    found = [(shape, text) for shape, text in cut if not shape.is_empty]
    if not found:
        raise nothing
    found.sort(key=lambda drawn: _turn(choice.film, drawn[0]))
    unnamed = [text for _, text in found].count(None)
    numbers = iter(range(1, unnamed + 1))
    return [
        Drawn(shape, text, stem if text or unnamed == 1 else f"{stem}_{next(numbers)}")
        for shape, text in found
    ]


def drawn_region(
    choice: Choice, layer: Shapes, name: str, precision: Precision, nesting: Nesting | None
) -> BaseGeometry:
    """The area that a layer holds in the chosen part of a drawing, cut to the film.

    Raises:
        LayoutError: a line that is not closed, or no shape on the film.
    """
    key = f"regions.{name}.layer"
    part = near(layer, choice.crop, precision.reach)
    areas, lines = closed(key, part, precision, nesting)
    areas += [Polygon(_closed_line(key, line, precision)) for line in lines]
    cut = [choice.cut(shape) for shape in pieces(united(areas, precision.tolerance))]
    area = area_of(shapely.union_all(cut).intersection(choice.film))
    if area.is_empty:
        where = " in the chosen part of the film" if choice.is_part else " on the film"
        raise LayoutError(f"{key}: the layer holds no shape{where}")
    return area


def _closed_line(key: str, line: LineString, precision: Precision) -> LineString:
    if not line.is_closed:
        raise LayoutError(
            f"{key}: a line {_from_to(line)} is not closed; the layer must hold closed shapes "
            f"only (ends closer than layout.tolerance, {precision.tolerance:g} m, meet)"
        )
    return line


def _texts(
    choice: Choice,
    shapes: Sequence[BaseGeometry],
    labels: Sequence[tuple[str, Point]],
    precision: Precision,
) -> list[str | None]:
    """The text of each shape; those off all shapes may stand outside the chosen part."""
    named: list[str | None] = [None] * len(shapes)
    for text, at in labels:
        away = shapely.distance(np.array(shapes), at)
        nearest = int(away.argmin())
        if away[nearest] > precision.mesh_size:
            if choice.cut(at).is_empty:
                continue
            raise LayoutError(
                f"layout.contacts: the text {shown(text)} {_at(at)} is in no contact; put it "
                f"into the shape that it names, or leave it out: layout.ignore = [{shown(text)}]"
            )
        other = named[nearest]
        if other is not None and other != text:
            raise LayoutError(
                f"layout.contacts: the texts {shown(other)} and {shown(text)} {_at(at)} name the "
                f"same contact; leave one out, as in layout.ignore = [{shown(text)}]"
            )
        named[nearest] = text
    return named


def on_film(outline: Polygon, name: str, shape: BaseGeometry, precision: Precision) -> BaseGeometry:
    """An area cut to the film; where it only touches the film, and for lines: a piece of rim.

    Raises:
        LayoutError: a contact off the film.
    """
    reach = precision.mesh_size / 2
    if not shape.area:
        stretches = [
            _beside(outline, name, line, reach) for line in shapely.get_parts(shape).tolist()
        ]
        return stretches[0] if len(stretches) == 1 else MultiLineString(stretches)
    pad = area_of(shape.intersection(outline))
    if not pad.buffer(-NARROWEST * reach).is_empty:
        return pad
    near = EDGE_TOLERANCE * precision.mesh_size
    touched = outline.boundary.intersection(shape.buffer(near, join_style="mitre"))
    edges = [rim.trimmed(edge, near) for edge in rim.merged(touched) if edge.length > reach]
    if edges:
        return edges[0] if len(edges) == 1 else MultiLineString(edges)
    if pad.is_empty:
        raise LayoutError(f"contact {name!r} lies off the film {_at(shape.representative_point())}")
    return pad


def _beside(outline: Polygon, name: str, line: LineString, reach: float) -> LineString:
    stretch = rim.beside(outline, line, reach)
    if stretch is None:
        raise LayoutError(
            f"contact {name!r}: its line {_from_to(line)} does not follow the film's rim "
            f"within half a mesh size, {reach:g} m"
        )
    return stretch


def _joined(lines: Sequence[LineString], tolerance: float) -> list[LineString]:
    """Lines whose ends meet within a tolerance as longer ones."""
    if len(lines) < 2:
        return list(lines)
    ends = np.array([line.coords[k] for line in lines for k in (0, -1)])
    together = KDTree(ends).query_ball_point(ends, tolerance)
    common = ends[[min(group) for group in together]].reshape(-1, 2, 2)
    moved = []
    for line, (first, last) in zip(lines, common, strict=True):
        moved.append(LineString([first, *line.coords[1:-1], last]))
    return rim.merged(MultiLineString(moved))


def _turn(outline: Polygon, shape: BaseGeometry) -> tuple[float, float]:
    """Angle (degrees, 0 to 360) and distance from the film's middle; what sits there comes last."""
    middle = outline.centroid
    line = isinstance(shape, LineString)
    at = shape.interpolate(0.5, normalized=True) if line else shape.centroid
    away = at.distance(middle)
    if away < 1e-3 * outline.length:
        return math.inf, away
    angle = math.degrees(math.atan2(at.y - middle.y, at.x - middle.x))
    return round(angle, 3) % 360, away


def _at(point: Point) -> str:
    return f"at ({point.x:.4g}, {point.y:.4g}) m"


def _from_to(line: LineString) -> str:
    first, last = (tuple(float(f"{x:.4g}") for x in line.coords[k]) for k in (0, -1))
    return f"from {first} to {last} m"
