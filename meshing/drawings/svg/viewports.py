"""The viewports of <svg> and <symbol>: what their content is scaled, moved and cut to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from shapely import Polygon

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown
from hebbfilm.meshing.drawings.svg.lengths import (
    IN_USER_UNITS,
    METRES,
    NUMBER,
    Frame,
    Lengths,
    length,
)
from hebbfilm.meshing.drawings.svg.transforms import scaling, shift

_ALIGN = re.compile(r"(none|x(?:Min|Mid|Max)Y(?:Min|Mid|Max))(?:\s+(meet|slice))?")
_SHARES = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}
_PAGE = re.compile(rf"({NUMBER})\s*([a-z]*)")
_STRETCH = 1e-3  # by which the sides of a page may differ, as programs round its size


@dataclass(frozen=True, eq=False)
class Viewport:
    """A rectangle that an element is drawn into.

    Args:
        matrix: (3, 3) from the user space inside to that around.
        size: of what 100 % is inside, in user units.
        edge: (4, 2), of the rectangle in the user space around; None where it cuts nothing off.
    """

    matrix: FloatArray
    size: tuple[float, float]
    edge: FloatArray | None

    def cut(self, matrix: FloatArray) -> Polygon | None:
        """The rectangle by a matrix (3, 3) from the user space around."""
        if self.edge is None:
            return None
        return Polygon(self.edge @ matrix[:2, :2].T + matrix[:2, 2])


def inner_viewport(values: Mapping[str, str], frame: Frame, where: str) -> Viewport | None:
    """The viewport of an inner <svg>, or of a <symbol> that is used; None if without extent.

    SVG 2, sections 8.2 and 8.6 to 8.8.

    Args:
        values: attributes and properties by name; size, where <use> sets it, is that of <use>.
        frame: what relative lengths refer to, around the element.
        where: the element, for error messages.

    Raises:
        LayoutError: lengths, viewBox or preserveAspectRatio that are none.
    """
    lengths = Lengths(values, frame, where)
    x, y = lengths.along_x("x"), lengths.along_y("y")
    size = lengths.along_x("width", "100%"), lengths.along_y("height", "100%")
    if min(size) < 0:
        raise LayoutError(f"{where}: a width or a height below 0")
    box = view_box(values, where)
    if min(*size, *(box[2:] if box else ())) == 0:
        return None
    edge = None
    if values.get("overflow", "hidden").lower() not in ("visible", "auto"):
        edge = np.array([[x, y], [x + size[0], y], [x + size[0], y + size[1]], [x, y + size[1]]])
    matrix = shift(x, y)
    if box is None:
        return Viewport(matrix, size, edge)
    fitted = fit(box, size, values.get("preserveAspectRatio", ""), where)
    return Viewport(np.asarray(matrix @ fitted), (box[2], box[3]), edge)


def view_box(values: Mapping[str, str], where: str) -> tuple[float, ...] | None:
    """Left, upper end, width and height of a viewBox, if there is one, in user units.

    Raises:
        LayoutError: not four numbers, or a width or a height below 0.
    """
    text = values.get("viewBox", "").strip()
    if not text or text == "none":
        return None
    numbers = re.fullmatch(r"\s*[\s,]+".join([f"({NUMBER})"] * 4), text)
    box = tuple(float(number) for number in numbers.groups()) if numbers else ()
    if not box or min(box[2:]) < 0 or not np.isfinite(box).all():
        raise LayoutError(
            f"{where}: viewBox={shown(text)} is not left, top, width and height, four numbers"
        )
    return box


def fit(box: tuple[float, ...], size: tuple[float, float], text: str, where: str) -> FloatArray:
    """The matrix (3, 3) that puts a viewBox into a viewport, by preserveAspectRatio.

    Raises:
        LayoutError: a text that SVG does not know.
    """
    match = _ALIGN.fullmatch(text.strip().removeprefix("defer ") or "xMidYMid")
    if not match:
        raise LayoutError(f"{where}: preserveAspectRatio={shown(text)} is not of SVG")
    x, y, width, height = box
    scales = size[0] / width, size[1] / height
    if match[1] == "none":
        return np.asarray(scaling(*scales) @ shift(-x, -y))
    scale = max(scales) if match[2] == "slice" else min(scales)
    free = size[0] - scale * width, size[1] - scale * height
    place = shift(_SHARES[match[1][1:4]] * free[0], _SHARES[match[1][5:]] * free[1])
    return np.asarray(place @ scaling(scale, scale) @ shift(-x, -y))


def page_size(values: Mapping[str, str], where: str) -> tuple[float, float] | None:
    """Width and height, of what 100 % is in the outermost <svg>, in user units, if known."""
    if box := view_box(values, where):
        return box[2], box[3]
    try:
        frame = Frame(None, None)
        return length(values["width"], frame, 0), length(values["height"], frame, 1)
    except (KeyError, ValueError):
        return None


def user_unit(values: Mapping[str, str], where: str) -> float | None:
    """Metres per user unit of the outermost <svg>, if its size is physical.

    Raises:
        LayoutError: a page that is stretched along one axis.
    """
    scales, physical = [], False
    for key, extent in zip(("width", "height"), (view_box(values, where) or ())[2:], strict=False):
        match = _PAGE.fullmatch(values.get(key, "").strip().lower())
        if match and match[2] in IN_USER_UNITS and float(match[1]) > 0 and extent > 0:
            scales.append(float(match[1]) * IN_USER_UNITS[match[2]] * METRES / extent)
            physical = physical or match[2] not in ("", "px")
    aspect = values.get("preserveAspectRatio", "").split()
    if "none" in aspect and scales and max(scales) > (1 + _STRETCH) * min(scales):
        raise LayoutError(
            f"{where}: preserveAspectRatio='none' stretches the page along one axis; give it the "
            "proportions of its viewBox"
        )
    if not physical:
        return None
    return max(scales) if "slice" in aspect else min(scales)
