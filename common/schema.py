"""What pydantic finds wrong, in one line with the path of the key."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any, TypeAlias, TypeVar, cast

from pydantic import ConfigDict, TypeAdapter, ValidationError, validate_call

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are, unknown_key
from hebbfilm.common.messages import shown

_T = TypeVar("_T")

_UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
_OUR_WORDS = {
    "a valid array": "a list",
    "an object": "a table",
    "a valid dictionary": "a table",
    "a valid string": "text",
    "a valid boolean": "true or false",
    "a valid integer": "a whole number",
    "a valid number": "a number",
}
_TOO_FEW = re.compile(r"^\w+ should have at least (\d+) items? .*")
_NO_VALUE = (*_UNKNOWN_KEY, "missing", "missing_argument")

Location: TypeAlias = Sequence[int | str]


def checked(make: Callable[..., _T], content: Mapping[str, Any]) -> _T:
    """What a class or function makes of nested tables, whose values are nothing but what they are.

    No text is a number, no number a truth, and none with a decimal point whole.

    Args:
        make: a class, or a function that is called with the values.
        content: the tables.

    Raises:
        ValidationError: what pydantic finds wrong.
    """
    # In Python's own terms a strict pydantic would refuse a list in place of a tuple.
    if isinstance(make, partial):
        # It has no module in which pydantic could look up its types.
        return cast(_T, validate_call(config=ConfigDict(strict=True))(make)(**content))
    text = json.dumps(content, default=_plain)
    return cast(_T, _schema(make).validate_json(text, strict=True))


@cache
def _schema(make: Any) -> TypeAdapter[Any]:
    return TypeAdapter(make)


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else str(value)


def first_problem(
    error: ValidationError, content: Any, at: str, known: Callable[[Location], Iterable[str]]
) -> str:
    """The first thing that is wrong: the key, the value, what is allowed, the likely slip.

    Args:
        error: of the validation.
        content: what was validated.
        at: path of the content in the case, as in "layout".
        known: the keys that are allowed beside a misspelt one at a location.
    """
    errors = error.errors()
    # A key that is misspelt is missing too: the slip says more. Of the alternatives of a union,
    # the one that fits farthest is meant.
    deepest = max(errors, key=lambda e: len(e["loc"]))
    first = next((e for e in errors if e["type"] in _UNKNOWN_KEY), deepest)
    kind, location = first["type"], first["loc"]
    key = key_path(at, location, content, ends_in_key=kind in _NO_VALUE)
    if kind in _UNKNOWN_KEY:
        place, _, name = key.rpartition(".")
        return unknown_key(name, f"in [{place}]", known(location))
    if kind.startswith("missing"):
        return f"{key} is missing"
    if kind.startswith("union_tag"):
        return _wrong_tag(key, first["ctx"])
    if kind == "value_error":
        slip = first["ctx"]["error"]
        return str(slip) if isinstance(slip, InputError) else f"{key}: {slip}"
    return wrong_value(key, first)


def wrong_value(key: str, problem: Mapping[str, Any]) -> str:
    """One value that is wrong: the key, the value, what is allowed, the likely slip.

    Args:
        key: its path.
        problem: as pydantic tells it.
    """
    value = problem["input"]
    message = str(problem["msg"]).replace("Input should be", "must be")
    message = _TOO_FEW.sub(r"must have \1 or more values", message)
    for theirs, ours in _OUR_WORDS.items():
        message = message.replace(theirs, ours)
    return f"{key} = {shown(value)}: {message}{_slip(problem['type'], value)}"


def _slip(kind: str, value: Any) -> str:
    """What a person likely meant by a value of the wrong type."""
    if kind in ("list_type", "tuple_type") and isinstance(value, str) and value[:1] == "[":
        return '; texts in a list stand in quotes, as in ["50 mT", 0]'
    if not kind.startswith(("int", "float")):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"; did you mean {value:.0f}?"
    try:
        number = float(value) if isinstance(value, str) else math.nan
    except ValueError:
        return ""
    return f"; did you mean {number:g}, without quotes?" if math.isfinite(number) else ""


def key_path(at: str, location: Location, content: Any, *, ends_in_key: bool) -> str:
    """A place in nested tables and lists: "layout.film[2].radius".

    Pydantic's names of the alternatives of a union, which are no keys, are left out.

    Args:
        at: path of the content.
        location: as pydantic has it.
        content: what was validated.
        ends_in_key: whether the last part is a key, though the content has none of that name.
    """
    path = at
    last = len(location) if ends_in_key else None
    for number, part in enumerate(location, 1):
        if isinstance(part, int) and isinstance(content, Sequence):
            path += f"[{part}]"
            content = content[part] if part < len(content) else None
        elif isinstance(content, Mapping) and (part in content or number == last):
            path += f".{part}"
            content = content.get(part)
    return path


def _wrong_tag(key: str, context: Mapping[str, Any]) -> str:
    """A table that does not say, or says wrongly, which of several kinds it is."""
    tag = str(context["discriminator"]).strip("'")
    if "tag" not in context:
        return f"{key}.{tag} is missing"
    expected = [name.strip(" '") for name in str(context["expected_tags"]).split(",")]
    return f"{key}.{tag} = {shown(context['tag'])}: {allowed_are(context['tag'], expected)}"
