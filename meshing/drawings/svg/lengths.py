"""Lengths of SVG and CSS, with units or as a share of the viewport, in user units."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown

INCH = 96.0  # user units
METRES = 0.0254 / INCH
"""Metres per user unit of a page without a viewBox."""
IN_USER_UNITS = {
    "": 1.0,
    "px": 1.0,
    "in": INCH,
    "cm": INCH / 2.54,
    "mm": INCH / 25.4,
    "q": INCH / 101.6,
    "pt": INCH / 72,
    "pc": INCH / 6,
}
"""Absolute units of CSS Values and Units Level 4, section 6.2."""
NUMBER = r"[+-]?(?:\d++\.?+\d*+|\.\d++)(?:[eE][+-]?\d++)?+"
_LENGTH = re.compile(rf"\s*({NUMBER})\s*([a-zA-Z]*|%)\s*")


@dataclass(frozen=True)
class Frame:
    """What relative lengths refer to, in user units.

    Args:
        viewport: width and height; None where they are not known.
        font_size: None where it is not known.
    """

    viewport: tuple[float, float] | None
    font_size: float | None


@dataclass(frozen=True)
class Lengths:
    """The lengths among an element's attributes and properties, in user units.

    Args:
        values: by name.
        frame: what relative ones refer to.
        where: the element, for error messages.
    """

    values: Mapping[str, str]
    frame: Frame
    where: str

    def along_x(self, name: str, default: str = "0") -> float:
        """A length of which 100 % is the width of the viewport."""
        return self._one(name, default, 0)

    def along_y(self, name: str, default: str = "0") -> float:
        """A length of which 100 % is the height of the viewport."""
        return self._one(name, default, 1)

    def along_diagonal(self, name: str) -> float:
        """A length of which 100 % is the diagonal of the viewport over √2."""
        return self._one(name, "0", None)

    def is_auto(self, name: str) -> bool:
        """Whether a length is not given, or left to the program."""
        return self.values.get(name, "auto").strip().lower() == "auto"

    def _one(self, name: str, default: str, axis: int | None) -> float:
        text = default if self.is_auto(name) else self.values[name]
        try:
            return length(text, self.frame, axis)
        except ValueError as error:
            raise LayoutError(f"{self.where}: {name}={shown(text)}: {error}") from None


def length(text: str, frame: Frame, axis: int | None) -> float:
    """A length in user units.

    Args:
        text: a number with a unit, %, or none.
        frame: what relative ones refer to.
        axis: 0 or 1 if 100 % is the width or the height of the viewport; None for the diagonal.

    Raises:
        ValueError: anything else, in words.
    """
    match = _LENGTH.fullmatch(text)
    if not match:
        raise ValueError("not a length; write a number, with or without a unit")
    number, unit = float(match[1]), match[2].lower()
    if not math.isfinite(number):
        raise ValueError("too large a number")
    if unit == "%":
        if frame.viewport is None:
            raise ValueError("a share of a viewport of unknown size; write user units")
        whole = frame.viewport[axis] if axis is not None else math.hypot(*frame.viewport) / 2**0.5
        return number / 100 * whole
    if unit == "em":
        if frame.font_size is None:
            raise ValueError("a share of a font size that is not a plain length; write user units")
        return number * frame.font_size
    if unit not in IN_USER_UNITS:
        known = ", ".join(u for u in IN_USER_UNITS if u)
        raise ValueError(f"unit {shown(match[2])} cannot be followed; write {known}, em, % or none")
    return number * IN_USER_UNITS[unit]
