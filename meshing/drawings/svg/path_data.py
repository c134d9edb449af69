"""Path data as text: the grammar of SVG 2, section 9.3.9, in the spelling that fontTools reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tinycss2

from hebbfilm.common.messages import shown
from hebbfilm.meshing.drawings.svg.lengths import NUMBER

_COMMANDS = re.compile(r"([MmZzLlHhVvCcSsQqTtAa])")
_NUMBERS = {"M": 2, "Z": 0, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7}
_NEXT = r"\s*+(?:,\s*+)?+"
_ONE = re.compile(f"({NUMBER}){_NEXT}")
_ARC = re.compile(_NEXT.join([f"({NUMBER})"] * 3 + [r"([01])"] * 2 + [f"({NUMBER})"] * 2) + _NEXT)


def out_of_css(text: str) -> str:
    """Path data of the attribute, or of the property of CSS: path("…")."""
    if text.strip().lower() == "none":
        return ""
    tokens = tinycss2.parse_component_value_list(text) if "(" in text else []
    if len(tokens) == 1 and tokens[0].type == "function" and tokens[0].lower_name == "path":
        return "".join(token.value for token in tokens[0].arguments if token.type == "string")
    return text


def canonical(text: str) -> str:
    """Path data with each number as Python writes it.

    Raises:
        ValueError: what SVG does not allow, in words.
    """
    before, *parts = _COMMANDS.split(text)
    if before.strip():
        raise ValueError(f"its path begins with {shown(before.strip())}, not with M")
    words = []
    for command, after in zip(parts[::2], parts[1::2], strict=True):
        found = list(numbers(command, after.strip()))
        wanted = _NUMBERS[command.upper()]
        if bool(found) != bool(wanted) or (wanted and len(found) % wanted):
            raise ValueError(f"{command} in its path is followed by {len(found)} numbers")
        words += [command, *found]
    return " ".join(words)


def numbers(command: str, text: str) -> Iterator[str]:
    """The numbers after a command of a path, or in a list of points, as Python writes them.

    Raises:
        ValueError: anything else.
    """
    pattern = _ARC if command in "Aa" else _ONE
    at = 0
    while at < len(text):
        match = pattern.match(text, at)
        if not match:
            raise ValueError(
                f"{shown(text[at : at + 20])} after {command} in its path is not a number"
            )
        for number in match.groups():
            yield number if number in ("0", "1") else repr(float(number))
        at = match.end()
