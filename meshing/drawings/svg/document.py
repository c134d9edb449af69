"""The XML of an SVG file: elements with their lines, found by id, and what they refer to."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from meshing.errors import LayoutError
from meshing.shown import shown

SVG = "http://www.w3.org/2000/svg"
_HREF = "{http://www.w3.org/1999/xlink}href"
_LABEL = "{http://www.inkscape.org/namespaces/inkscape}label"
_GZIP = b"\x1f\x8b"
_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)""")
_MOST_BYTES = 2**28  # of a file, unpacked
_MOST_ELEMENTS = 1_000_000
DEEPEST = 150  # levels of elements, those of references included: Python counts them too
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
        self.lines: dict[Element, int] = {}
        self.linked_sheets: list[int] = []
        self.root = self._parsed(_unpacked(content))
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

    def _parsed(self, content: bytes) -> Element:
        """The first element; where each begins is kept, which ElementTree's own parser does not."""
        builder = TreeBuilder()
        if declared := _DECLARED.match(content):  # expat knows no encodings of several bytes
            content = content.decode(declared[1].decode()).encode()
        encoding = "utf-8" if declared else None
        parser = expat.ParserCreate(encoding, namespace_separator="}")
        depth = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > DEEPEST:
                raise LayoutError(
                    f"line {parser.CurrentLineNumber}: elements are nested more than {DEEPEST} deep"
                )
            if len(self.lines) == _MOST_ELEMENTS:
                raise LayoutError(
                    f"more than {_MOST_ELEMENTS} elements; save only what is the film"
                )
            named = {_braced(key): value for key, value in attributes.items()}
            self.lines[builder.start(_braced(name), named)] = parser.CurrentLineNumber

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            builder.end(_braced(name))

        def instruction(target: str, _: str) -> None:
            if target == "xml-stylesheet":
                self.linked_sheets.append(parser.CurrentLineNumber)

        def skipped(*_: object) -> NoReturn:
            raise LayoutError(
                f"line {parser.CurrentLineNumber}: an entity (&…;) whose text is not in the file; "
                "write the text itself"
            )

        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = builder.data
        parser.ProcessingInstructionHandler = instruction
        parser.SkippedEntityHandler = skipped
        parser.ExternalEntityRefHandler = skipped
        parser.Parse(content, True)
        return builder.close()

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


def read_document(path: Path) -> Document:
    """Read an SVG file, packed by gzip or not.

    Raises:
        OSError: no such file.
        LayoutError, expat.ExpatError: as of `Document`.
    """
    with path.open("rb") as file:
        return Document(file.read(_MOST_BYTES + 1))


def _unpacked(content: bytes) -> bytes:
    if content.startswith(_GZIP):
        with gzip.open(io.BytesIO(content)) as packed:
            content = packed.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise LayoutError(f"more than {_MOST_BYTES >> 20} MB of SVG; save only what is the film")
    return content


def _braced(name: str) -> str:
    return "{" + name if "}" in name else name


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _namespace(element: Element) -> str:
    return element.tag.rpartition("}")[0].removeprefix("{")
