"""Ranges in the schema of a case of numbers that could not be meant beyond them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hebbfilm.common.quantities import UNIT
from hebbfilm.run.inputs.plausible import PLAUSIBLE, Plausible
from hebbfilm.run.inputs.schema_walk import Node, alternatives, entries, values_at

PLAUSIBLE_RANGE = "plausible"
"""Key of a JSON schema that holds the smallest magnitude beside 0, and the largest."""


def add_plausible(schema: dict[str, Any]) -> None:
    """Add them to a schema of a case, in which each number has its unit."""
    for key, range_ in PLAUSIBLE.items():
        for number in numbers_in(nodes_at(key, schema), schema):
            if number[UNIT] == range_.unit:
                _narrow(number, range_)


def nodes_at(key: str, schema: Node) -> list[Node]:
    """What may stand at a dotted key, in tables that stand several times or have names, too."""
    nodes = list(alternatives(schema, schema))
    for part in key.split("."):
        nodes = values_at([*nodes, *_inside(nodes, schema)], part, schema)
    return nodes


def _inside(nodes: Iterable[Node], schema: Node) -> list[Node]:
    return entries([node for node in nodes if node.get("type") == "array"], 0, schema)


def numbers_in(nodes: Iterable[Node], schema: Node) -> Iterator[Any]:
    """Those of some nodes, and in lists and maps of them."""
    for node in nodes:
        if UNIT in node:
            yield node
        inner = [*node.get("prefixItems", ()), *entries([node], len(node), schema)]
        if "properties" not in node:
            inner += values_at([node], "", schema)
        for each in inner:
            yield from numbers_in(alternatives(each, schema), schema)


def _narrow(number: dict[str, Any], range_: Plausible) -> None:
    number[PLAUSIBLE_RANGE] = [range_.low, range_.high]
    number["maximum"] = min(range_.high, number.get("maximum", range_.high))
    least = 0 if range_.positive else -range_.high
    if "exclusiveMinimum" not in number:
        number["minimum"] = max(least, number.get("minimum", least))
