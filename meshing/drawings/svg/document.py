"""The XML of an SVG file: elements with their lines, found by id, and what they refer to."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown
from hebbfilm.meshing.drawings.svg.markup import parse

SVG = "http://www.w3.org/2000/svg"
_HREF = "{http://www.w3.org/1999/xlink}href"
_LABEL = "{http://www.inkscape.org/namespaces/inkscape}label"
_NEVER_DRAWN = frozenset(
    [
        "animate",
        "animateColor",
        "animateMotion",
        "animateTransform",
        "clipPath",
        "color-profile",
        "cursor",
        "defs",
        "desc",
        "discard",
        "filter",
        "font",
        "font-face",
        "linearGradient",
        "marker",
        "mask",
        "meshgradient",
        "metadata",
        "mpath",
        "pattern",
        "radialGradient",
        "script",
        "set",
        "solidcolor",
        "style",
        "symbol",
        "title",
        "view",
    ]
)


class Document:
    """The elements of an SVG file.

    Args:
        content: of the file, packed by gzip or not.

    Raises:
        LayoutError: no SVG, too much of it, or references to other files in its entities.
        expat.ExpatError: no XML, or entities that grow out of proportion.
    """

    def __init__(self, content: bytes):
        markup = parse(content)
        self.root, self.lines = markup.root, markup.lines
        self.linked_sheets = markup.linked_sheets
        if _local(self.root) != "svg":
            raise LayoutError(f"not an SVG file: its first element is <{_local(self.root)}>")
        namespaces = {_namespace(self.root), SVG}
        self._tags = {
            element: _local(element) if _namespace(element) in namespaces else ""
            for element in self.root.iter()
        }
        self.parents = {child: parent for parent in self.root.iter() for child in parent}
        self._by_id: dict[str, Element] = {}
        for element in self.root.iter():
            self._by_id.setdefault(element.get("id", ""), element)

    def tag(self, element: Element) -> str:
        """The name of an element of SVG, "" of another."""
        return self._tags[element]

    def is_drawn(self, element: Element) -> bool:
        """Whether an element is drawn where it stands, or holds what is."""
        tag = self.tag(element)
        return bool(tag) and tag not in _NEVER_DRAWN

    def where(self, element: Element) -> str:
        """An element as error messages call it."""
        name = element.get("id") or element.get(_LABEL)
        called = f" {shown(name)}" if name else ""
        return f"<{_local(element)}>{called} in line {self.lines[element]}"

    def names(self, element: Element) -> list[str]:
        """The layers that an element is: its label (of Inkscape) and its id."""
        return [name for name in (element.get(_LABEL), element.get("id")) if name]

    def reference(self, element: Element) -> str:
        """What an element refers to, "" if to nothing."""
        return element.get("href", element.get(_HREF, "")).strip()

    def referred(self, reference: str) -> Element | None:
        """The element that "#id" means, None if there is none, or it is in another file."""
        name = reference.removeprefix("#")
        if not name or name == reference:
            return None
        return self._by_id.get(name, self._by_id.get(unquote(name)))

    def drawn_below(self, element: Element) -> Iterator[Element]:
        """The elements drawn as parts of one: its children, or what it refers to."""
        if self.tag(element) == "use":
            target = self.referred(self.reference(element))
            if target is not None:
                yield target
            return
        parts = [
            child
            for child in element
            if self.is_drawn(child) and not child.get("requiredExtensions", "").strip()
        ]
        if self.tag(element) == "switch":
            read = [part for part in parts if self.tag(part) != "foreignObject"]
            parts = (read or parts)[:1]
        yield from parts


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _namespace(element: Element) -> str:
    return element.tag.rpartition("}")[0].removeprefix("{")
