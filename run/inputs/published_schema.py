"""A JSON schema as editors and other programs take it."""

from __future__ import annotations

from typing import Any

from hebbfilm.common.quantities import UNIT, example

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_QUANTITY = r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*[^\d\s.]"
"""A number and the begin of a unit; whether it is of the right dimension, hebbfilm tells."""


def published(schema: dict[str, Any], of: str) -> dict[str, Any]:
    """The same, with quantities like "14 nm" in place of numbers with a unit.

    Args:
        schema: whose numbers have units.
        of: what it is of, "case" or "study".
    """
    found: dict[str, Any] = _with_quantities(schema)
    return {"$schema": _DIALECT, **found, "title": f"hebbfilm {of}"}


def _with_quantities(node: Any) -> Any:
    if isinstance(node, list):
        return [_with_quantities(each) for each in node]
    if not isinstance(node, dict):
        return node
    # For who reads it, pydantic's hint is none; oneOf says the same.
    found = {key: _with_quantities(each) for key, each in node.items() if key != "discriminator"}
    if node.get("type") != "number" or UNIT not in node:
        return found
    about = {key: found.pop(key) for key in ("description", "default", UNIT) if key in found}
    text = {"type": "string", "pattern": _QUANTITY, "examples": [example(node[UNIT]).strip('"')]}
    return {"anyOf": [found, text], **about}
