"""Quantities that a case writes with their unit, like "14 nm", as plain numbers in SI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import DIFFERENCE, UNIT, example, is_quantity, si
from hebbfilm.run.inputs.case_schema import case_schema
from hebbfilm.run.inputs.schema_walk import Node, alternatives, entries, tables, values_at


def in_si(content: Mapping[str, Any]) -> dict[str, Any]:
    """A case with numbers in place of all quantities that are texts.

    Args:
        content: nested mappings and lists; it stays as it is.

    Raises:
        InputError: a quantity of another dimension, by its key.

    Example:
        >>> in_si({"layout": {"kind": "wheel", "mesh_size": "14 nm"}})["layout"]["mesh_size"]
        1.4e-08
    """
    # The schema takes a while to be made, which those who write plain numbers need not wait for.
    if not _has_quantities(content):
        return dict(content)
    schema = case_schema()
    found: dict[str, Any] = _converted(content, list(alternatives(schema, schema)), schema, "")
    return found


def value_in_si(key: str, value: Any) -> Any:
    """What is to stand at a dotted key of a case, like "layout.mesh_size", likewise."""
    if not _has_quantities(value):
        return value
    schema = case_schema()
    nodes = list(alternatives(schema, schema))
    for part in key.split("."):
        # Of several tables one is meant by its name.
        nodes = [*values_at(nodes, part, schema), *entries(nodes, 0, schema)]
    return _converted(value, nodes, schema, key)


def _has_quantities(content: Any) -> bool:
    if isinstance(content, str):
        return is_quantity(content)
    if isinstance(content, Mapping):
        return any(map(_has_quantities, content.values()))
    return isinstance(content, Sequence) and any(map(_has_quantities, content))


def _converted(content: Any, nodes: list[Node], schema: Node, at: str) -> Any:
    if isinstance(content, Mapping):
        fitting = tables(nodes, content)
        return {
            key: _converted(
                value, values_at(fitting, key, schema), schema, f"{at}.{key}" if at else str(key)
            )
            for key, value in content.items()
        }
    if isinstance(content, list | tuple):
        return [
            _converted(value, entries(nodes, k, schema), schema, f"{at}{_place(value, k)}")
            for k, value in enumerate(content)
        ]
    if not isinstance(content, str) or not is_quantity(content):
        return content
    units = dict.fromkeys((node[UNIT], DIFFERENCE in node) for node in nodes if UNIT in node)
    return _number(content, list(units), at) if units else content


def _place(value: Any, number: int) -> str:
    """An entry of a list: a table by its name."""
    name = value.get("name") if isinstance(value, Mapping) else None
    return f".{name}" if isinstance(name, str) else f"[{number}]"


def _number(text: str, units: Sequence[tuple[str, bool]], at: str) -> float:
    for unit, difference in units:
        try:
            return si(text, unit, difference=difference)
        except InputError as error:
            problem = f"{at} = {error}"
    if len(units) > 1:
        told = " or ".join(f"in {unit}" if unit else "without unit" for unit, _ in units)
        problem = f"{at} = {shown(text)}: must be a quantity {told}, like {example(units[0][0])}"
    raise InputError(problem)
