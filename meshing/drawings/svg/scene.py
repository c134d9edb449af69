"""What a document draws: its shapes and texts with their places, references followed."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from xml.etree.ElementTree import Element

import numpy as np

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown
from hebbfilm.meshing.drawings.svg import viewports
from hebbfilm.meshing.drawings.svg.clipping import clip_of
from hebbfilm.meshing.drawings.svg.curves import SHAPES, outline_of
from hebbfilm.meshing.drawings.svg.document import Document
from hebbfilm.meshing.drawings.svg.lengths import Lengths
from hebbfilm.meshing.drawings.svg.markup import DEEPEST
from hebbfilm.meshing.drawings.svg.outline import Outline
from hebbfilm.meshing.drawings.svg.places import Place, outermost
from hebbfilm.meshing.drawings.svg.styles import Styles
from hebbfilm.meshing.drawings.svg.transforms import Box, shift, transform_of

Drawn: TypeAlias = tuple[Element, Place]
_MOST_POINTS = 4_000_000  # on the outlines in one layer
_MOST_COPIES = 100_000  # of elements, by references, in one layer
_FARTHEST = 1e12  # coordinate, in tolerances: numbers keep 16 digits
_GROUPS = ("g", "a", "svg", "symbol", "switch")


@dataclass
class Scene:
    """A document with its styles.

    Args:
        document: the SVG file.
        tolerance: between curves and their chords, in user units of the outermost <svg>.
    """

    document: Document
    tolerance: float
    styles: Styles = field(init=False)
    page: Place = field(init=False)
    _left: int = 0
    _points: int = 0

    def __post_init__(self) -> None:
        self.styles = Styles(self.document)
        root = self.document.root
        self.page = outermost(viewports.page_size(root.attrib, self.document.where(root)))

    def layer(self, name: str, leading: Set[Element]) -> Iterator[Drawn]:
        """The shapes and texts of a layer.

        What is hidden inside the layer is left out; the layer itself may be hidden.

        Args:
            name: of the layer.
            leading: the elements that are the layer or lead to it.

        Raises:
            LayoutError: what cannot be followed in it.
        """
        self._left = _MOST_COPIES + len(self.document.lines)
        self._points = 0
        yield from self._walk(self.document.root, self.page, name, leading, None)

    def _walk(
        self, element: Element, around: Place, name: str, leading: Set[Element], seen: bool | None
    ) -> Iterator[Drawn]:
        """One element and those below; `seen` says whether its layer is visible, once inside."""
        if not around.inside and element not in leading:
            return
        values = self.styles.of(element)
        if around.inside and values.get("display", "").lower() == "none":
            return
        place = self.place(element, around)
        if place is None:
            return
        place = replace(place, inside=around.inside or name in self.document.names(element))
        if place.inside and seen is None:
            seen = not place.hidden
        if self._is_group(element, place):
            for part in self._parts(element, place):
                yield from self._walk(part, place, name, leading, seen)
        elif place.inside and not (seen and place.hidden):
            yield element, place

    def below(self, element: Element, place: Place) -> Iterator[Drawn]:
        """The shapes and texts that an element is or holds, those without display left out.

        Args:
            element: at any place.
            place: its own.

        Raises:
            LayoutError: what cannot be followed among them.
        """
        if not self._is_group(element, place):
            yield element, place
            return
        for part in self._parts(element, place):
            if self.styles.of(part).get("display", "").lower() == "none":
                continue
            inner = self.place(part, place)
            if inner is not None:
                yield from self.below(part, inner)

    def _is_group(self, element: Element, place: Place) -> bool:
        """Whether to look at the parts of an element rather than at itself."""
        self._left -= 1
        if self._left < 0:
            raise LayoutError(
                f"<use> upon <use> draws more than {_MOST_COPIES} elements in a layer; use fewer"
            )
        if len(place.above) > DEEPEST:
            raise LayoutError(
                f"{self.document.where(element)}: nested more than {DEEPEST} deep by <use>"
            )
        return self.document.tag(element) in (*_GROUPS, "use")

    def _parts(self, element: Element, place: Place) -> Iterator[Element]:
        where = self.document.where(element)
        if self.document.tag(element) == "use":
            if self.document.reference(element):
                yield self._referred(element, place, where)
            return
        for child in self.document.drawn_below(element):
            if "systemLanguage" in child.attrib:
                raise LayoutError(
                    f"{self.document.where(child)}: its systemLanguage makes the drawing depend on "
                    "the reader; delete the attribute"
                )
            yield child

    def _referred(self, use: Element, place: Place, where: str) -> Element:
        reference = self.document.reference(use)
        target = self.document.referred(reference)
        if target is None:
            raise LayoutError(
                f"{where}: it refers to {shown(reference)}, which is not in the file; unlink it"
            )
        if target is use or target in place.above:
            raise LayoutError(f"{where}: it refers to {shown(reference)}, which it is a part of")
        tag = self.document.tag(target)
        if tag != "symbol" and not self.document.is_drawn(target):
            raise LayoutError(f"{where}: it refers to <{tag}>, which is not drawn")
        return target

    def place(self, element: Element, around: Place) -> Place | None:
        """The place of an element in that of what is around it; None if it draws nothing.

        Raises:
            LayoutError: a transform, a length or a clip that cannot be followed.
        """
        where = self.document.where(element)
        values = self.styles.of(element)
        inherited = around.inherited.by(values, where)
        place = replace(around, inherited=inherited, above=(*around.above, element))

        def bounds() -> Box:
            return self.bounds(element, place)

        matrix = around.matrix @ transform_of(values, place.frame, bounds, where)
        tag = self.document.tag(element)
        if tag == "use":
            lengths = Lengths(values, place.frame, where)
            matrix = matrix @ shift(lengths.along_x("x"), lengths.along_y("y"))
        if not np.isfinite(matrix).all():
            raise LayoutError(f"{where}: too large a number in its transform")
        place = replace(place, matrix=matrix)
        if tag == "symbol" or (tag == "svg" and around.above):
            viewport = self._viewport(element, values, place)
            if viewport is None:
                return None
            inner = replace(place, matrix=matrix @ viewport.matrix, viewport=viewport.size)
            place = inner.cut(viewport.cut(matrix))
        return place.cut(clip_of(self, element, values, place)) if place.has_extent else None

    def _viewport(
        self, element: Element, values: dict[str, str], place: Place
    ) -> viewports.Viewport | None:
        where = self.document.where(element)
        values = {**element.attrib, **values}
        for key in ("refX", "refY"):
            if key in values and self.document.tag(element) == "symbol":
                raise LayoutError(f"{where}: {key} cannot be followed; move the content instead")
        use = place.above[-2]
        if self.document.tag(use) == "use":
            values |= self._size(use)
        return viewports.inner_viewport(values, place.frame, where)

    def _size(self, use: Element) -> dict[str, str]:
        """Width and height that <use> gives to what it refers to."""
        given = self.styles.of(use)
        sizes = {key: given[key] for key in ("width", "height") if key in given}
        for key, size in sizes.items():
            if size != use.get(key, "").strip():
                raise LayoutError(
                    f"{self.document.where(use)}: {key} in a style sheet, which programs read "
                    "differently; write it as an attribute"
                )
        return {key: size for key, size in sizes.items() if size.lower() != "auto"}

    def outline(self, element: Element, place: Place) -> Outline:
        """The outline of a shape in the drawing.

        Raises:
            LayoutError: numbers that are none, or out of range.
        """
        tag, where = self.document.tag(element), self.document.where(element)
        lengths = Lengths({**element.attrib, **self.styles.of(element)}, place.frame, where)
        tolerance = self.tolerance / place.scale
        drawn = outline_of(tag, element, lengths, tolerance)
        try:
            drawn = drawn.by(place.matrix, _FARTHEST * self.tolerance)
        except LayoutError as error:
            raise LayoutError(f"{where}: {error}") from None
        self._points += sum(len(points) for points in (*drawn.rings, *drawn.lines))
        if self._points > _MOST_POINTS:
            raise LayoutError(
                f"more than {_MOST_POINTS} points on curves; give the metres per unit of the "
                "drawing as layout.unit, or a larger layout.tolerance"
            )
        return drawn

    def bounds(self, element: Element, place: Place) -> Box:
        """The box around what an element draws, in its own user space, clips left out.

        Raises:
            LayoutError: texts among it, whose extent is not known.
        """
        corners = []
        for shape, inner in self.below(element, replace(place, matrix=np.eye(3), clip=None)):
            if self.document.tag(shape) not in SHAPES:
                raise LayoutError(
                    f"{self.document.where(shape)}: its extent is not known, which a clip path or "
                    f"a transform of {self.document.where(element)} asks for"
                )
            outline = self.outline(shape, inner)
            corners += [*outline.rings, *outline.lines]
        if not corners:
            return 0.0, 0.0, 0.0, 0.0
        low, high = np.vstack(corners).min(axis=0), np.vstack(corners).max(axis=0)
        return (*low.tolist(), *(high - low).tolist())
