"""What attributes and style sheets say of an element, in the order of CSS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Any, NoReturn
from xml.etree.ElementTree import Element

import cssselect2
import tinycss2

from meshing.drawings.svg.document import SVG, Document
from meshing.errors import LayoutError
from meshing.shown import shown

GEOMETRY = frozenset(["x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "d"])
_ATTRIBUTES = GEOMETRY | frozenset(
    [
        "fill-rule",
        "clip-rule",
        "clip-path",
        "mask",
        "display",
        "visibility",
        "overflow",
        "font-size",
        "font",
        "transform",
        "transform-origin",
    ]
)
_CSS_ALONE = frozenset(
    [
        "all",
        "mask-image",
        "transform-box",
        "translate",
        "rotate",
        "scale",
        "offset",
        "offset-path",
        "zoom",
    ]
)
_PROPERTIES = _ATTRIBUTES | _CSS_ALONE
_IGNORED_RULES = frozenset(
    [
        "charset",
        "font-face",
        "font-feature-values",
        "font-palette-values",
        "counter-style",
        "keyframes",
        "-webkit-keyframes",
        "namespace",
        "page",
        "property",
    ]
)
_SHOWN = frozenset(["", "all", "screen", "only screen", "only all"])
_NOT_SHOWN = frozenset(["print", "speech", "only print", "not screen", "not all"])
_XHTML = "http://www.w3.org/1999/xhtml"


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
            _refuse(line, "a style sheet in another file")
        for element in document.root.iter():
            if element.tag == f"{{{_XHTML}}}link" and "stylesheet" in element.get("rel", ""):
                _refuse(document.lines[element], "a style sheet in another file")
            if document.tag(element) == "style" or element.tag == f"{{{_XHTML}}}style":
                self._add_sheet(element)

    def _add_sheet(self, element: Element) -> None:
        line = self._document.lines[element]
        if element.get("type", "text/css").partition(";")[0].strip().lower() not in (
            "text/css",
            "",
        ):
            return
        rules = tinycss2.parse_stylesheet("".join(element.itertext()), True, True)
        for prelude, declarations in _in_media(element.get("media", ""), _rules(rules, line), line):
            try:
                selectors = cssselect2.compile_selector_list(prelude, {"svg": SVG})
            except cssselect2.SelectorError:
                _refuse(line, f"the selector {shown(tinycss2.serialize(prelude).strip())}")
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
        found = {name: text.strip() for name, text in element.attrib.items() if name in _ATTRIBUTES}
        declared = []
        if self._matcher.order:
            matches = self._matcher.match(self._wrapped[element])
            declared += [one for *_, declarations in matches for one in declarations]
        declared += _in_attribute(element.get("style", ""))
        for important in (False, True):
            for one in declared:
                if one.important == important:
                    found[_name(one)] = self._value(element, one)
        if "all" in found:
            raise LayoutError(f"{self._document.where(element)}: 'all' of CSS cannot be followed")
        return found

    def _value(self, element: Element, declaration: Any) -> str:
        value = [token for token in declaration.value if token.type != "comment"]
        text = tinycss2.serialize(value).strip()
        name = _name(declaration)
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


_CALCULATED = frozenset(["var", "env", "calc", "min", "max", "clamp", "attr"])


def _rules(nodes: Iterable[Any], line: int) -> Iterator[tuple[list[Any], list[Any]]]:
    """Preludes and declarations of the rules that set what this module knows."""
    for node in nodes:
        if node.type == "qualified-rule":
            parts = tinycss2.parse_blocks_contents(node.content, True, True)
            if any(True for _ in _rules((one for one in parts if one.type != "error"), line)):
                _refuse(line, "a rule inside a rule")
            if declarations := _known(parts):
                yield node.prelude, declarations
        elif node.type == "at-rule":
            yield from _at_rule(node, line)
        elif node.type == "error":
            _refuse(line, f"{node.message} in its style sheet")


def _at_rule(rule: Any, line: int) -> Iterator[tuple[list[Any], list[Any]]]:
    keyword = rule.lower_at_keyword
    if keyword == "import":
        _refuse(line, "@import")
    if keyword in _IGNORED_RULES or rule.content is None:
        return
    inner = _rules(tinycss2.parse_blocks_contents(rule.content, True, True), line)
    if keyword == "media":
        yield from _in_media(tinycss2.serialize(rule.prelude), inner, line)
    elif any(True for _ in inner):
        _refuse(line, f"@{keyword}")


def _in_media(
    queries: str, rules: Iterator[tuple[list[Any], list[Any]]], line: int
) -> Iterator[tuple[list[Any], list[Any]]]:
    """The rules if they hold on a screen."""
    each = [" ".join(query.lower().split()) for query in queries.split(",")]
    if any(query in _SHOWN for query in each):
        yield from rules
    elif not all(query in _NOT_SHOWN for query in each) and any(True for _ in rules):
        _refuse(line, f"the condition {shown(queries.strip())}")


@lru_cache(maxsize=1000)
def _in_attribute(style: str) -> list[Any]:
    return _known(tinycss2.parse_blocks_contents(style, True, True))


def _known(nodes: Iterable[Any]) -> list[Any]:
    return [one for one in nodes if one.type == "declaration" and _name(one) in _PROPERTIES]


def _name(declaration: Any) -> str:
    return str(declaration.lower_name).removeprefix("-webkit-")


def _refuse(line: int, what: str) -> NoReturn:
    raise LayoutError(
        f"line {line}: {what} cannot be followed; write the rules into a plain <style>"
    )
