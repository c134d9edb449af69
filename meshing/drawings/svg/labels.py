"""Texts and the points where they are put."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from shapely import Point

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown
from hebbfilm.meshing.drawings.svg.document import Document
from hebbfilm.meshing.drawings.svg.lengths import length
from hebbfilm.meshing.drawings.svg.places import Place

_INLINE = ("tspan", "a")


@dataclass
class _Line:
    x: float
    y: float
    texts: list[str] = field(default_factory=list)


def labels_of(document: Document, element: Element, place: Place) -> list[tuple[str, Point]]:
    """The texts of a <text>: each line of it is one, put where the line begins.

    Args:
        document: the SVG file.
        element: <text>, with <tspan> in it or not.
        place: its own.

    Raises:
        LayoutError: a place that is no length, or text along a path.
    """
    lines = [_Line(0, 0)]
    _read(document, element, place, lines)
    found = []
    for line in lines:
        x, y, _ = place.matrix @ [line.x, line.y, 1.0]
        if text := " ".join("".join(line.texts).split()):
            found.append((text, Point(x, y)))
    return found


def _read(document: Document, part: Element, place: Place, lines: list[_Line]) -> None:
    x, y = (_first(document, part, key, place) for key in ("x", "y"))
    dx, dy = (_first(document, part, key, place) or 0.0 for key in ("dx", "dy"))
    line = lines[-1]
    if not "".join(line.texts).strip():
        line.x = (line.x if x is None else x) + dx
        line.y = (line.y if y is None else y) + dy
    elif x is not None and (new := (line.y if y is None else y) + dy) != line.y:
        lines.append(_Line(x + dx, new))
    lines[-1].texts.append(part.text or "")
    for child in part:
        if document.tag(child) in _INLINE:
            _read(document, child, place, lines)
        elif document.is_drawn(child):
            raise LayoutError(f"{document.where(child)} in a text cannot be followed")
        lines[-1].texts.append(child.tail or "")


def _first(document: Document, part: Element, key: str, place: Place) -> float | None:
    """The first of the places that a text may have along x or y."""
    each = re.split(r"[\s,]+", part.get(key, "").strip())
    if not each[0]:
        return None
    try:
        return length(each[0], place.frame, "xy".index(key[-1]))
    except ValueError as error:
        raise LayoutError(f"{document.where(part)}: {key}={shown(each[0])}: {error}") from None
