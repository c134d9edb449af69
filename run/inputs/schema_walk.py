"""Ways through a JSON schema, along the tables and lists of a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

Node: TypeAlias = Mapping[str, Any]


def alternatives(node: Node, schema: Node) -> Iterator[Node]:
    """What a value may be, each of one type; places of other parts followed.

    Args:
        node: of the schema.
        schema: the whole, with its `$defs`.
    """
    if "$ref" in node:
        yield from alternatives(definition(node["$ref"], schema), schema)
        return
    inner = [*node.get("anyOf", ()), *node.get("oneOf", ())]
    for each in inner:
        yield from alternatives(each, schema)
    if not inner:
        yield node


def definition(place: str, schema: Node) -> Node:
    """What stands at a place like "#/$defs/Thermal"."""
    found: Node = schema["$defs"][place.rpartition("/")[2]]
    return found


def tables(nodes: Iterable[Node], content: Mapping[str, Any]) -> list[Node]:
    """Those of some nodes that a table can be, by the kind that it says it is."""
    found = [
        node
        for node in nodes
        if node.get("type") == "object"
        and not any(
            "const" in each and key in content and content[key] != each["const"]
            for key, each in node.get("properties", {}).items()
        )
    ]
    # What has all that a table of known keys needs is that, and no table by names.
    whole = [node for node in found if "required" in node and set(node["required"]) <= set(content)]
    return [node for node in found if "properties" in node] if whole else found


def values_at(nodes: Iterable[Node], key: str, schema: Node) -> list[Node]:
    """What may stand at a key of tables."""
    found: list[Node] = []
    for node in nodes:
        others = node.get("additionalProperties")
        value = node.get("properties", {}).get(key, others)
        if isinstance(value, Mapping):
            found += alternatives(value, schema)
    return found


def entries(nodes: Iterable[Node], number: int, schema: Node) -> list[Node]:
    """What may stand in lists at a place, counted from 0."""
    found: list[Node] = []
    for node in nodes:
        first = node.get("prefixItems", [])
        value = first[number] if number < len(first) else node.get("items")
        if isinstance(value, Mapping):
            found += alternatives(value, schema)
    return found


def keys_at(location: Iterable[str], schema: Node) -> list[str]:
    """The keys that a table may have.

    Args:
        location: of the table: keys, numbers or names in lists, and kinds.
        schema: the whole.
    """
    nodes = list(alternatives(schema, schema))
    for part in location:
        of_kind = [node for node in nodes if part in _kinds(node)]
        inside = [*values_at(nodes, part, schema), *entries(nodes, 0, schema)]
        nodes = of_kind or inside or nodes
    return list(dict.fromkeys(key for node in nodes for key in node.get("properties", ())))


def _kinds(node: Node) -> list[Any]:
    return [each["const"] for each in node.get("properties", {}).values() if "const" in each]
