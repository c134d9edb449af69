"""What a TOML file may hold at all, before a schema knows its keys."""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown

_DEEPEST = 24
"""Tables and lists in each other; a hole of a pad's polygon stands in ten."""
_MOST_BITS = 63
"""Of a whole number without its sign, as TOML promises them."""
_TURNING = ("LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI")
_DRAWN = re.compile(r"(patterns?|starts)(\[\d+\])*$")
"""Paths of keys whose texts may be pictures, with a row in each line."""
_MARKS = "\u061c\u200e\u200f\u2028\u2029\ufeff"


def check_content(content: Any, at: str = "", depth: int = 0) -> None:
    """Check that every key and value could stand in a case or a study.

    These are texts in one line, but for patterns, which may be drawn, true and false, finite
    numbers, whole ones of 64 bits at most, and tables and lists of them.

    Args:
        content: a table, a list or a value.
        at: path of its key.
        depth: tables and lists around it.

    Raises:
        InputError: the path of the key, the value, what is allowed.
    """
    if depth > _DEEPEST:
        raise InputError(
            f"{at[:60]}…: tables and lists stand {_DEEPEST} deep in each other at most"
        )
    if isinstance(content, Mapping):
        for key, value in content.items():
            _check_text(str(key), f"the key {shown(key)}{' in ' if at else ''}{at}")
            check_content(value, f"{at}.{key}" if at else str(key), depth + 1)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for number, value in enumerate(content):
            check_content(value, f"{at}[{number}]", depth + 1)
    else:
        _check_value(content, at)


def _check_value(value: Any, at: str) -> None:
    if isinstance(value, str):
        _check_text(
            value.replace("\n", " ") if _DRAWN.search(at) else value, f"{at} = {shown(value)}"
        )
    elif isinstance(value, float) and not math.isfinite(value):
        raise InputError(f"{at} = {value}: must be a finite number")
    elif isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise InputError(
            f"{at} = {shown(value)}: whole numbers have at most 64 bits, with the sign"
        )
    elif hasattr(value, "isoformat"):
        raise InputError(
            f"{at} = {value.isoformat()}: nothing in a case or study is a date or time"
        )


def _check_text(text: str, at: str) -> None:
    if text.isascii() and text.isprintable():
        return
    for character in text:
        unseen = unicodedata.category(character) == "Cc" or character in _MARKS
        if unseen or unicodedata.bidirectional(character) in _TURNING:
            raise InputError(
                f"{at}: holds U+{ord(character):04X}, which cannot be seen; text has one line and "
                "no control characters"
            )


def without_none(content: Any) -> Any:
    """The same without keys that have no value, as TOML has it."""
    if isinstance(content, dict):
        return {key: without_none(value) for key, value in content.items() if value is not None}
    if isinstance(content, list):
        return [without_none(entry) for entry in content]
    return content
