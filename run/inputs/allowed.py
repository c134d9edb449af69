"""What a value of a case may be, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hebbfilm.run.inputs.schema_ranges import PLAUSIBLE_RANGE
from hebbfilm.run.inputs.schema_walk import Node

_TYPES = {"string": "text", "boolean": "true or false", "object": "table", None: "any"}


def allowed_of(node: Node) -> str:
    """Of a value that is neither a table nor a list.

    Example:
        >>> allowed_of({"type": "number", "exclusiveMinimum": 0, "maximum": 1})
        'above 0, up to 1'
        >>> allowed_of({"enum": ["relax", "minimise"]})
        '"relax", "minimise"'
    """
    if values := _values(node):
        return ", ".join(default_text(value) for value in values)
    kind = node.get("type")
    if kind not in ("integer", "number"):
        return _TYPES.get(kind, str(kind))
    whole = "whole number" if kind == "integer" else ""
    return ", ".join(filter(None, [whole, _range(node)])) or "number"


def values_of(node: Node) -> tuple[str, ...]:
    """The values that it may be, as texts, where they are few."""
    return tuple(str(value) for value in _values(node))


def _values(node: Node) -> list[Any]:
    return [node["const"]] if "const" in node else list(node.get("enum", ()))


def _range(node: Node) -> str:
    if PLAUSIBLE_RANGE in node:
        low, high = (number_text(bound) for bound in node[PLAUSIBLE_RANGE])
        zero = [] if "exclusiveMinimum" in node else ["0"]
        signs = " of either sign" if node.get("minimum", 0) < 0 else ""
        return ", or ".join([*zero, f"{low} to {high}{signs}"])
    return ", ".join(_bounds(node))


def _bounds(node: Node) -> Iterator[str]:
    least, most = node.get("minimum"), node.get("maximum")
    above, below = node.get("exclusiveMinimum"), node.get("exclusiveMaximum")
    if least is not None and most is not None and above is None:
        yield f"{number_text(least)} to {number_text(most)}"
        return
    if above is not None:
        yield f"above {number_text(above)}"
    elif least is not None:
        yield f"{number_text(least)} or more"
    if below is not None:
        yield f"below {number_text(below)}"
    if most is not None:
        yield f"up to {number_text(most)}"


def number_text(number: float) -> str:
    """A number as a person writes it: 5e-9, 221276.16.

    Example:
        >>> number_text(5e-9), number_text(5.8e5), number_text(0.3)
        ('5e-9', '5.8e5', '0.3')
    """
    plain = f"{number:.12g}"
    digits, _, power = f"{number:.12e}".partition("e")
    short = f"{digits.rstrip('0').rstrip('.')}e{int(power)}"
    is_usual = number == 0 or 1e-3 <= abs(number) < 1e5
    return plain if "e" not in plain and (is_usual or len(plain) <= len(short)) else short


def default_text(value: Any) -> str:
    """A default as a case writes it.

    Example:
        >>> default_text([0.0, 0.0, 1.0]), default_text("random"), default_text(True)
        ('[0, 0, 1]', '"random"', 'true')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(default_text, value))}]"
    return f'"{value}"'
