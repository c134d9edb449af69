"""What attributes and style sheets say of an element, in the order of CSS."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any
from xml.etree.ElementTree import Element

import cssselect2
import tinycss2

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown
from hebbfilm.meshing.drawings.svg.document import SVG, Document
from hebbfilm.meshing.drawings.svg.sheets import (
    ATTRIBUTES,
    GEOMETRY,
    known,
    property_name,
    refuse,
    rules_of,
)

_XHTML = "http://www.w3.org/1999/xhtml"
_CALCULATED = frozenset(["var", "env", "calc", "min", "max", "clamp", "attr"])


class Styles:
    """The style sheets of a document.

    Args:
        document: the SVG file.

    Raises:
        LayoutError: a sheet in another file, or one that cannot be followed.
    """

    def __init__(self, document: Document):
        self._document = document
        self._matcher = cssselect2.Matcher()
        self._found: dict[Element, dict[str, str]] = {}
        for line in document.linked_sheets:
            refuse(line, "a style sheet in another file")
        for element in document.root.iter():
            if element.tag == f"{{{_XHTML}}}link" and "stylesheet" in element.get("rel", ""):
                refuse(document.lines[element], "a style sheet in another file")
            if document.tag(element) == "style" or element.tag == f"{{{_XHTML}}}style":
                self._add_sheet(element)

    def _add_sheet(self, element: Element) -> None:
        kind = element.get("type", "").partition(";")[0].strip().lower()
        if kind not in ("text/css", ""):
            return
        line = self._document.lines[element]
        text = "".join(element.itertext())
        for prelude, declarations in rules_of(text, element.get("media", ""), line):
            try:
                selectors = cssselect2.compile_selector_list(prelude, {"svg": SVG})
            except cssselect2.SelectorError:
                refuse(line, f"the selector {shown(tinycss2.serialize(prelude).strip())}")
            for selector in selectors:
                if selector.pseudo_element is None:
                    self._matcher.add_selector(selector, declarations)

    @cached_property
    def _wrapped(self) -> dict[Element, cssselect2.ElementWrapper]:
        root = cssselect2.ElementWrapper.from_xml_root(self._document.root)
        return {one.etree_element: one for one in root.iter_subtree()}

    def of(self, element: Element) -> dict[str, str]:
        """The properties that this module knows and the element has, not inherited ones."""
        if element not in self._found:
            self._found[element] = self._of(element)
        return self._found[element]

    def _of(self, element: Element) -> dict[str, str]:
        found = {name: text.strip() for name, text in element.attrib.items() if name in ATTRIBUTES}
        declared = []
        if self._matcher.order:
            matches = self._matcher.match(self._wrapped[element])
            declared += [one for *_, declarations in matches for one in declarations]
        declared += _in_attribute(element.get("style", ""))
        for important in (False, True):
            for one in declared:
                if one.important == important:
                    found[property_name(one)] = self._value(element, one)
        if "all" in found:
            raise LayoutError(f"{self._document.where(element)}: 'all' of CSS cannot be followed")
        return found

    def _value(self, element: Element, declaration: Any) -> str:
        value = [token for token in declaration.value if token.type != "comment"]
        text: str = tinycss2.serialize(value).strip()
        name = property_name(declaration)
        where = f"{self._document.where(element)}: {name}={shown(text)}"
        if any(token.type == "function" and token.lower_name in _CALCULATED for token in value):
            raise LayoutError(f"{where} cannot be followed; write the value itself")
        inner = value
        if name == "transform":
            inner = [
                argument
                for token in value
                if token.type == "function" and not token.lower_name.startswith(("matrix", "scale"))
                for argument in token.arguments
            ]
        if name in GEOMETRY | {"transform"} and any(
            token.type == "number" and token.value != 0 for token in inner
        ):
            raise LayoutError(f"{where} has no unit, which CSS asks for: write px, or deg")
        return text


@lru_cache(maxsize=1000)
def _in_attribute(style: str) -> list[Any]:
    return known(tinycss2.parse_blocks_contents(style, True, True))
