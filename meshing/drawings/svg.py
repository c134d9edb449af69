"""SVG drawings: shapes and transforms by svgpathtools, layers and units from the XML tree."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from shapely import LineString, Point
from svgpathtools import Arc, CubicBezier, QuadraticBezier, parse_path, parse_transform
from svgpathtools import Path as Curve
from svgpathtools.document import CONVERSIONS
from svgpathtools.path import transform

from meshing.drawings.drawing import Drawing, Shapes, known_unit
from meshing.drawings.fill import filled
from meshing.errors import LayoutError

_METRES = {"mm": 1e-3, "cm": 1e-2, "in": 0.0254, "pt": 0.0254 / 72, "pc": 0.0254 / 6}
_LABEL = "{http://www.inkscape.org/namespaces/inkscape}label"
_HREF = "{http://www.w3.org/1999/xlink}href"
_NOT_DRAWN = ("defs", "clipPath", "symbol", "marker", "mask", "pattern")
_UNREAD = ("image", "foreignObject")
_LENGTH = re.compile(r"\s*([\d.eE+-]+)\s*([a-z%]*)\s*")


@dataclass(frozen=True)
class _Place:
    """Where an element stands: its layers, its transform and the rule that fills it."""

    layers: tuple[str, ...]
    matrix: np.ndarray
    even_odd: bool


def read_svg(path: Path, unit: float | None, tolerance: float) -> Drawing:
    """Read all shapes; the label (of Inkscape) or id of a group or shape names a layer.

    A shape belongs to the layers of all groups around it. Closed paths are areas and open ones
    lines, whatever their fill and stroke; y is turned, so that the film is seen as it is drawn.

    Args:
        path: of the file.
        unit: metres per user unit; from width and viewBox, if these are physical, where None.
        tolerance: between a curve and its chords, m.

    Raises:
        LayoutError: another XML file, or a unit that is not known; the libraries' own errors for
            what cannot be parsed.
    """
    root = ElementTree.parse(path).getroot()
    if _tag(root) != "svg":
        raise LayoutError(f"not an SVG file: its first element is <{_tag(root)}>")
    known = _user_unit(root)
    scale = known_unit(unit, known, "the file says no physical width, or has no viewBox")
    layers: defaultdict[str, Shapes] = defaultdict(Shapes)
    start = _Place((), np.diag([1.0, -1.0, 1.0]), False)  # y goes down in SVG, up in a film
    by_id = {element.get("id"): element for element in root.iter()}
    for element, place in _walk(root, start, by_id):
        found = _shapes(element, place, tolerance / scale)
        for layer in place.layers:
            layers[layer].areas += found.areas
            layers[layer].lines += found.lines
            layers[layer].labels += found.labels
            layers[layer].unread |= found.unread
    return Drawing(path, scale, {name: shapes.scaled(scale) for name, shapes in layers.items()})


def _tag(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _user_unit(root: ElementTree.Element) -> float | None:
    """Metres per user unit of a file that says so."""
    box = [float(x) for x in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if x]
    scales = []
    for key, extent in zip(("width", "height"), box[2:], strict=False):
        length = _LENGTH.fullmatch(root.get(key, ""))
        if length and length[2] in _METRES and extent > 0:
            scales.append(float(length[1]) * _METRES[length[2]] / extent)
    return min(scales, default=None)


def _walk(
    element: ElementTree.Element, above: _Place, by_id: dict[str | None, ElementTree.Element]
) -> Iterator[tuple[ElementTree.Element, _Place]]:
    """Every drawn element with its place; references are followed."""
    if not isinstance(element.tag, str) or _tag(element) in _NOT_DRAWN:
        return
    names = [name for name in (element.get(_LABEL), element.get("id")) if name]
    rule = re.search(r"fill-rule\s*:\s*(\w+)", element.get("style", ""))
    fill = rule[1] if rule else element.get("fill-rule")
    place = _Place(
        tuple(dict.fromkeys([*above.layers, *names])),
        above.matrix @ parse_transform(element.get("transform"), strict=True),
        above.even_odd if fill is None else fill == "evenodd",
    )
    if _tag(element) == "use":
        target = by_id.get((element.get("href") or element.get(_HREF) or "").lstrip("#"))
        if target is not None:
            shift = np.eye(3)
            shift[:2, 2] = [float(element.get(key, 0)) for key in ("x", "y")]
            yield from _walk(target, replace(place, matrix=place.matrix @ shift), by_id)
        return
    yield element, place
    for child in element:
        yield from _walk(child, place, by_id)


def _shapes(element: ElementTree.Element, place: _Place, tolerance: float) -> Shapes:
    tag = _tag(element)
    if tag == "text":
        return Shapes(labels=[_label(element, place)])
    if tag in _UNREAD:
        return Shapes(unread={f"<{tag}>"})
    if tag not in CONVERSIONS:
        return Shapes()
    curve = transform(parse_path(CONVERSIONS[tag](element)), place.matrix)
    rings, lines = [], []
    for piece in curve.continuous_subpaths():
        points = _points(piece, tolerance)
        if piece.isclosed():
            rings.append(points[:-1])
        elif len(points) > 1:
            lines.append(LineString(points))
    areas = [filled(rings, even_odd=place.even_odd)] if rings else []
    return Shapes(areas, lines)


def _label(element: ElementTree.Element, place: _Place) -> tuple[str, Point]:
    first = next((e for e in element.iter() if e.get("x") is not None), element)
    at = [float(str(first.get(key, "0")).split()[0]) for key in ("x", "y")]
    x, y, _ = place.matrix @ [*at, 1.0]
    return "".join(element.itertext()).strip(), Point(x, y)


def _points(curve: Curve, tolerance: float) -> np.ndarray:
    """Points (n, 2) on a curve whose chords stay within a tolerance of it."""
    points = [curve[0].start] if len(curve) else []
    for segment in curve:
        number = _chords(segment, tolerance)
        points += [segment.point(k / number) for k in range(1, number)] + [segment.end]
    along = np.array(points)
    apart = np.ones(len(along), dtype=bool)
    apart[1:] = along[1:] != along[:-1]
    return np.column_stack([along.real, along.imag])[apart]


def _chords(segment: object, tolerance: float) -> int:
    """So many that |second derivative| / 8 n² stays below the tolerance."""
    if isinstance(segment, Arc):
        radius = max(abs(segment.radius.real), abs(segment.radius.imag))
        bend = radius * math.radians(segment.delta) ** 2
    elif isinstance(segment, CubicBezier | QuadraticBezier):
        steps = np.diff(np.array(segment.bpoints()), n=2)
        order = len(segment.bpoints()) - 1
        bend = order * (order - 1) * float(np.abs(steps).max())
    else:
        return 1
    return max(1, math.ceil(math.sqrt(bend / (8 * tolerance))))
