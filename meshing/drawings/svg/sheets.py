"""Style sheets: the rules of CSS that set what this package knows, on a screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NoReturn, TypeAlias

import tinycss2

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown

Rule: TypeAlias = tuple[list[Any], list[Any]]
"""Tokens of the selectors, and declarations."""

GEOMETRY = frozenset(["x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "d"])
ATTRIBUTES = GEOMETRY | frozenset(
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
_PROPERTIES = ATTRIBUTES | _CSS_ALONE
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


def rules_of(text: str, media: str, line: int) -> Iterator[Rule]:
    """The rules of a sheet that hold on a screen and set something that matters.

    Args:
        text: of the sheet.
        media: for which it is written, by its element; "" for all.
        line: of its element, for error messages.

    Raises:
        LayoutError: a rule that matters and cannot be followed.
    """
    return _in_media(media, _rules(tinycss2.parse_stylesheet(text, True, True), line), line)


def known(nodes: Iterable[Any]) -> list[Any]:
    """The declarations that matter."""
    return [one for one in nodes if one.type == "declaration" and property_name(one) in _PROPERTIES]


def property_name(declaration: Any) -> str:
    """The property that is set, without the prefix of trial versions."""
    return str(declaration.lower_name).removeprefix("-webkit-")


def refuse(line: int, what: str) -> NoReturn:
    """Say that a sheet cannot be followed.

    Raises:
        LayoutError: always.
    """
    raise LayoutError(
        f"line {line}: {what} cannot be followed; write the rules into a plain <style>"
    )


def _rules(nodes: Iterable[Any], line: int) -> Iterator[Rule]:
    """Preludes and declarations of the rules that set what this module knows."""
    for node in nodes:
        if node.type == "qualified-rule":
            parts = tinycss2.parse_blocks_contents(node.content, True, True)
            if any(True for _ in _rules((one for one in parts if one.type != "error"), line)):
                refuse(line, "a rule inside a rule")
            if declarations := known(parts):
                yield node.prelude, declarations
        elif node.type == "at-rule":
            yield from _at_rule(node, line)
        elif node.type == "error":
            refuse(line, f"{node.message} in its style sheet")


def _at_rule(rule: Any, line: int) -> Iterator[Rule]:
    keyword = rule.lower_at_keyword
    if keyword == "import":
        refuse(line, "@import")
    if keyword in _IGNORED_RULES or rule.content is None:
        return
    inner = _rules(tinycss2.parse_blocks_contents(rule.content, True, True), line)
    if keyword == "media":
        yield from _in_media(tinycss2.serialize(rule.prelude), inner, line)
    elif any(True for _ in inner):
        refuse(line, f"@{keyword}")


def _in_media(queries: str, rules: Iterator[Rule], line: int) -> Iterator[Rule]:
    """The rules if they hold on a screen."""
    each = [" ".join(query.lower().split()) for query in queries.split(",")]
    if any(query in _SHOWN for query in each):
        yield from rules
    elif not all(query in _NOT_SHOWN for query in each) and any(True for _ in rules):
        refuse(line, f"the condition {shown(queries.strip())}")
