"""The outlines of the shapes of SVG."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from fontTools.svgLib.path import parse_path

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.drawings.svg.lengths import Lengths
from hebbfilm.meshing.drawings.svg.outline import Outline, Point
from hebbfilm.meshing.drawings.svg.path_data import canonical, numbers, out_of_css

SHAPES = frozenset(["path", "rect", "circle", "ellipse", "line", "polyline", "polygon"])


def outline_of(tag: str, element: Element, lengths: Lengths, tolerance: float) -> Outline:
    """The outline of a path, rect, circle, ellipse, line, polyline or polygon.

    Args:
        tag: which of them.
        element: for its points.
        lengths: its other attributes and properties.
        tolerance: in user units.

    Raises:
        LayoutError: numbers that are none, or out of range.
    """
    pen = Outline(tolerance)
    try:
        if tag == "path":
            parse_path(canonical(out_of_css(lengths.values.get("d", ""))), pen)
        elif tag == "line":
            ends = [(lengths.along_x(f"x{k}"), lengths.along_y(f"y{k}")) for k in (1, 2)]
            _draw(pen, ends, closed=False)
        elif tag in ("polyline", "polygon"):
            _draw(pen, _corners(element.get("points", "")), closed=tag == "polygon")
        elif tag == "rect":
            _rectangle(pen, lengths)
        else:
            _ellipse(pen, lengths, tag)
    except ArithmeticError:
        raise LayoutError(f"{lengths.where}: too large or too small a number") from None
    except ValueError as error:
        if str(error).startswith(lengths.where):
            raise
        raise LayoutError(f"{lengths.where}: {error}") from None
    return pen


def _draw(pen: Outline, points: list[Point], *, closed: bool) -> None:
    if points:
        pen.moveTo(points[0])
        for point in points[1:]:
            pen.lineTo(point)
        (pen.closePath if closed else pen.endPath)()


def _corners(text: str) -> list[Point]:
    found = [float(number) for number in numbers("points", text.strip())]
    if len(found) % 2:
        raise ValueError(f"points= has {len(found)} numbers, an odd number")
    return list(zip(found[::2], found[1::2], strict=True))


def _rectangle(pen: Outline, lengths: Lengths) -> None:
    x, y = lengths.along_x("x"), lengths.along_y("y")
    width, height = lengths.along_x("width"), lengths.along_y("height")
    rx, ry = _radii(lengths)
    if min(width, height, rx, ry) < 0:
        raise ValueError("a length below 0")
    if width == 0 or height == 0:
        return
    rx, ry = min(rx, width / 2), min(ry, height / 2)
    right, low = x + width, y + height
    pen.moveTo((x + rx, y))
    for corner, end in (
        ((right - rx, y), (right, y + ry)),
        ((right, low - ry), (right - rx, low)),
        ((x + rx, low), (x, low - ry)),
        ((x, y + ry), (x + rx, y)),
    ):
        pen.lineTo(corner)
        pen.arcTo(rx, ry, 0, False, True, end)
    pen.closePath()


def _ellipse(pen: Outline, lengths: Lengths, tag: str) -> None:
    x, y = lengths.along_x("cx"), lengths.along_y("cy")
    rx, ry = (lengths.along_diagonal("r"),) * 2 if tag == "circle" else _radii(lengths)
    if min(rx, ry) < 0:
        raise ValueError("a radius below 0")
    if rx == 0 or ry == 0:
        return
    pen.moveTo((x + rx, y))
    for end in ((x, y + ry), (x - rx, y), (x, y - ry), (x + rx, y)):
        pen.arcTo(rx, ry, 0, False, True, end)
    pen.closePath()


def _radii(lengths: Lengths) -> Point:
    """Radii along x and y; one that is not given is as large as the other."""
    rx = None if lengths.is_auto("rx") else lengths.along_x("rx")
    ry = None if lengths.is_auto("ry") else lengths.along_y("ry")
    return (rx if rx is not None else ry or 0.0), (ry if ry is not None else rx or 0.0)
