"""What clip paths leave of an element."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown
from hebbfilm.meshing.drawings.fill import filled
from hebbfilm.meshing.drawings.svg.curves import SHAPES
from hebbfilm.meshing.drawings.svg.places import Place
from hebbfilm.meshing.drawings.svg.transforms import scaling, shift, transform_of

if TYPE_CHECKING:
    from hebbfilm.meshing.drawings.svg.scene import Scene

_URL = re.compile(r"""url\(\s*(['"]?)(.*?)\1\s*\)""", re.IGNORECASE)
_DO_IT_YOURSELF = "cut the shapes themselves"


def clip_of(
    scene: Scene, element: Element, values: Mapping[str, str], place: Place
) -> BaseGeometry | None:
    """What the clip path of an element leaves of it, in the drawing; None for all.

    CSS Masking Module Level 1, section 5.

    Args:
        scene: the drawing.
        element: that may have a clip path.
        values: its attributes and properties by name.
        place: its own.

    Raises:
        LayoutError: a mask, or a clip path that cannot be followed.
    """
    where = scene.document.where(element)
    for name in ("mask", "mask-image"):
        if values.get(name, "none").lower() not in ("none", "", "initial", "unset"):
            raise LayoutError(f"{where}: masks cannot be followed; {_DO_IT_YOURSELF}")
    text = values.get("clip-path", "none")
    if text.lower() in ("none", "", "initial", "unset"):
        return None
    url = _URL.fullmatch(text)
    if not url:
        raise LayoutError(
            f"{where}: clip-path={shown(text)} cannot be followed; clip by a <clipPath>, or "
            f"{_DO_IT_YOURSELF}"
        )
    path = scene.document.referred(url[2].strip())
    if path is None or scene.document.tag(path) != "clipPath":
        raise LayoutError(f"{where}: clip-path={shown(text)} is no <clipPath> of the file")
    if path in place.above:
        raise LayoutError(f"{where}: it is clipped by {shown(url[2])}, which it is a part of")
    return _area(scene, path, element, place)


def _area(scene: Scene, path: Element, clipped: Element, place: Place) -> BaseGeometry:
    """The area inside a clip path, in the drawing, at the place of an element that it clips."""
    where, values = scene.document.where(path), scene.styles.of(path)
    units = path.get("clipPathUnits", "userSpaceOnUse")
    inherited = scene.page.inherited
    for one in reversed(_upwards(scene, path)):
        inherited = inherited.by(scene.styles.of(one), scene.document.where(one))
    # Programs differ in whose viewport it is, that of the path or of what is clipped.
    viewport = place.viewport if place.viewport == scene.page.viewport else None
    inner = replace(
        place, clip=None, viewport=viewport, inherited=inherited, above=(*place.above, path)
    )

    def no_bounds() -> tuple[float, float, float, float]:
        raise LayoutError(f"{where}: transform-box cannot be followed in a clip path")

    turned = transform_of(values, inner.frame, no_bounds, where)
    inner = replace(inner, matrix=place.matrix @ turned)
    if units == "objectBoundingBox":
        x, y, *size = scene.bounds(clipped, place)
        box = shift(x, y) @ scaling(*size)
        inner = replace(inner, matrix=inner.matrix @ box, viewport=None)
    elif units != "userSpaceOnUse":
        raise LayoutError(f"{where}: clipPathUnits={shown(units)} is not of SVG")
    area = shapely.union_all([_part(scene, part, inner) for part in path])
    beyond = clip_of(scene, path, values, replace(inner, matrix=place.matrix))
    return area if beyond is None else area.intersection(beyond)


def _upwards(scene: Scene, element: Element) -> list[Element]:
    found = [element]
    while (parent := scene.document.parents.get(found[-1])) is not None:
        found.append(parent)
    return found


def _part(scene: Scene, part: Element, around: Place) -> BaseGeometry:
    """The area that a child of a clip path, or what it refers to, adds."""
    tag = scene.document.tag(part)
    hidden = scene.styles.of(part).get("display", "").lower() == "none"
    if not scene.document.is_drawn(part) or hidden:
        return Polygon()
    if tag not in SHAPES and tag != "use":
        raise LayoutError(
            f"{scene.document.where(part)}: clip paths take no <{tag}>; {_DO_IT_YOURSELF}"
        )
    place = scene.place(part, around)
    if place is None:
        return Polygon()
    areas = []
    for shape, at in scene.below(part, place):
        if scene.document.tag(shape) not in SHAPES or len(at.above) - len(place.above) > 1:
            raise LayoutError(
                f"{scene.document.where(part)}: clip paths take shapes only; {_DO_IT_YOURSELF}"
            )
        if at.hidden:
            continue
        outline = scene.outline(shape, at)
        even_odd = at.inherited.words["clip-rule"] == "evenodd"
        area = filled([*outline.rings, *outline.lines], even_odd=even_odd)
        areas.append(area if at.clip is None else area.intersection(at.clip))
    return shapely.union_all(areas)
