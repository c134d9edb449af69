"""Where an element stands, and what it inherits from those around it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

import numpy as np
from shapely.geometry.base import BaseGeometry

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown
from hebbfilm.meshing.drawings.svg.lengths import Frame, length

_INITIAL = {"fill-rule": "nonzero", "clip-rule": "nonzero", "visibility": "visible"}
_ALLOWED = {
    "fill-rule": ("nonzero", "evenodd"),
    "clip-rule": ("nonzero", "evenodd"),
    "visibility": ("visible", "hidden", "collapse"),
}
_FONT_SIZE = 16.0  # user units, of programs that are not told


@dataclass(frozen=True)
class Inherited:
    """The properties that an element hands down to its children.

    Args:
        words: fill-rule, clip-rule and visibility.
        font_size: in user units; None where it is not a plain length.
    """

    words: Mapping[str, str]
    font_size: float | None

    def by(self, values: Mapping[str, str], where: str) -> Inherited:
        """What a child hands down that has properties of its own.

        Raises:
            LayoutError: a property that CSS does not know.
        """
        words = dict(self.words)
        for name, allowed in _ALLOWED.items():
            value = values.get(name, "inherit").lower()
            if value == "initial":
                words[name] = _INITIAL[name]
            elif value in allowed:
                words[name] = value
            elif value not in ("inherit", "unset"):
                raise LayoutError(
                    f"{where}: {name}={shown(value)} is not of SVG; write {' or '.join(allowed)}"
                )
        return Inherited(words, self._font_size(values))

    def _font_size(self, values: Mapping[str, str]) -> float | None:
        text = values.get("font-size", "unset" if "font" not in values else "")
        if text in ("unset", "inherit", "1em", "100%"):
            return self.font_size
        try:
            size = None if self.font_size is None else (self.font_size, self.font_size)
            return length(text, Frame(size, self.font_size), 0)
        except ValueError:
            return None


@dataclass(frozen=True, eq=False)
class Place:
    """Where an element stands.

    Args:
        inside: whether it is in the layer that is read.
        matrix: (3, 3) from its user space to the drawing, y up.
        viewport: width and height of what 100 % is, in user units; None where not known.
        inherited: what it hands down.
        clip: what is seen of it, in the drawing; None for all.
        above: the elements around it, outermost first, those that refer to it included.
    """

    inside: bool
    matrix: FloatArray
    viewport: tuple[float, float] | None
    inherited: Inherited
    clip: BaseGeometry | None = None
    above: tuple[Element, ...] = ()

    @property
    def frame(self) -> Frame:
        """What relative lengths refer to."""
        return Frame(self.viewport, self.inherited.font_size)

    @property
    def hidden(self) -> bool:
        """Whether the element is not to be seen, though it takes part in the layout."""
        return self.inherited.words["visibility"] != "visible"

    @property
    def has_extent(self) -> bool:
        """Whether an area of the user space is one in the drawing."""
        a, c, b, d = (float(x) for x in self.matrix[:2, :2].flat)
        return a * d != b * c

    @property
    def scale(self) -> float:
        """Largest length in the drawing of a unit of the user space."""
        a, c, b, d = (float(x) for x in self.matrix[:2, :2].flat)
        return (math.hypot(a + d, b - c) + math.hypot(a - d, b + c)) / 2

    def cut(self, area: BaseGeometry | None) -> Place:
        """The same, of which only what lies in an area of the drawing is seen."""
        if area is None:
            return self
        return replace(self, clip=area if self.clip is None else self.clip.intersection(area))


def outermost(viewport: tuple[float, float] | None) -> Place:
    """The place around the outermost <svg>: y goes down there, up in a film."""
    return Place(False, np.diag([1.0, -1.0, 1.0]), viewport, Inherited(_INITIAL, _FONT_SIZE))
