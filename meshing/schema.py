"""What pydantic finds wrong, in one line with the path of the key."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from meshing.errors import InputError

_UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")


def first_problem(error: ValidationError, content: Any, at: str, known: Iterable[str] = ()) -> str:
    """The first thing that is wrong: the key, the value, what is allowed, the likely slip.

    Args:
        error: of the validation.
        content: what was validated.
        at: path of the content in the case, as in "layout".
        known: the keys that are allowed, for a hint.
    """
    errors = error.errors()
    # A key that is misspelt is missing too: the slip says more.
    first = next((e for e in errors if e["type"] in _UNKNOWN_KEY), errors[0])
    key = key_path(at, first["loc"], content)
    if first["type"] in _UNKNOWN_KEY:
        place, _, name = key.rpartition(".")
        return f"unknown key {name} in [{place}]{_hint(name, known)}"
    if first["type"].startswith("missing"):
        return f"{key} is missing"
    message = first["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    if first["type"] == "value_error":
        slip = first["ctx"]["error"]
        return str(slip) if isinstance(slip, InputError) else f"{key}: {message}"
    return f"{key} = {first['input']!r}: {message}"


def key_path(at: str, location: Sequence[int | str], content: Any) -> str:
    """A place in nested tables and lists: "layout.film[2].radius".

    Pydantic's names of the alternatives of a union, which are no keys, are left out.
    """
    path = at
    for part in location:
        if isinstance(part, int) and isinstance(content, Sequence):
            path += f"[{part}]"
            content = content[part] if part < len(content) else None
        elif isinstance(content, Mapping) and (part in content or part == location[-1]):
            path += f".{part}"
            content = content.get(part)
    return path


def _hint(name: str, known: Iterable[str]) -> str:
    allowed = list(known)
    close = difflib.get_close_matches(name, allowed, n=1)
    slip = f"; did you mean {close[0]}?" if close else ""
    return f" (allowed: {', '.join(allowed)}){slip}" if allowed else ""
