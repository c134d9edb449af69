"""The XML of a file: its elements with the lines where they begin."""

from __future__ import annotations

import gzip
import io
import re
from dataclasses import dataclass
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from hebbfilm.common.errors import LayoutError

_GZIP = b"\x1f\x8b"
_DECLARED = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)""")
MOST_BYTES = 2**28  # of a file, unpacked
_MOST_ELEMENTS = 1_000_000
DEEPEST = 150  # levels of elements, those of references included: Python counts them too


@dataclass(frozen=True)
class Markup:
    """What XML says.

    Args:
        root: its first element.
        lines: where each element begins, counted from 1.
        linked_sheets: the lines that link a style sheet to it.
    """

    root: Element
    lines: dict[Element, int]
    linked_sheets: list[int]


def parse(content: bytes) -> Markup:
    """Read XML, and keep where elements begin, which ElementTree's own parser does not.

    Args:
        content: of a file, packed by gzip or not.

    Raises:
        LayoutError: too much of it, or references to other files in its entities.
        expat.ExpatError: no XML, or entities that grow out of proportion.
    """
    content = _unpacked(content)
    lines: dict[Element, int] = {}
    linked_sheets: list[int] = []
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
        if len(lines) == _MOST_ELEMENTS:
            raise LayoutError(f"more than {_MOST_ELEMENTS} elements; save only what is the film")
        named = {_braced(key): value for key, value in attributes.items()}
        lines[builder.start(_braced(name), named)] = parser.CurrentLineNumber

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_braced(name))

    def instruction(target: str, _: str) -> None:
        if target == "xml-stylesheet":
            linked_sheets.append(parser.CurrentLineNumber)

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
    return Markup(builder.close(), lines, linked_sheets)


def _unpacked(content: bytes) -> bytes:
    if content.startswith(_GZIP):
        with gzip.open(io.BytesIO(content)) as packed:
            content = packed.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise LayoutError(f"more than {MOST_BYTES >> 20} MB of SVG; save only what is the film")
    return content


def _braced(name: str) -> str:
    return "{" + name if "}" in name else name
