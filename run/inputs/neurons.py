"""The `neurons` of a case: which contacts make each of them, by a preset or a table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are, check_keys
from hebbfilm.common.messages import shown
from hebbfilm.hopfield import Neuron
from hebbfilm.meshing.bounds import check_names

Given: TypeAlias = Literal["twins", "reference", "twins_and_reference"] | dict[str, Neuron]

PRESETS = {"twins": 2, "reference": 2, "twins_and_reference": 3}
"""How many like films each is of."""

_COPY = re.compile(r"copy_(\d+)_")


def with_neurons(content: dict[str, Any]) -> dict[str, Any]:
    """A case whose table of neurons has a table for each.

    Args:
        content: of the case.

    Raises:
        InputError: neither a preset nor a table of neurons, or a neuron that cannot be.
    """
    given = content.get("neurons")
    if given is None:
        return content
    if isinstance(given, str):
        if given not in PRESETS:
            raise InputError(f"neurons = {shown(given)}: {allowed_are(given, PRESETS)}")
        return content
    if not isinstance(given, Mapping):
        presets = ", ".join(map(repr, PRESETS))
        raise InputError(
            f"neurons = {shown(given)}: must be one of {presets}, or a table with the contacts of "
            "each neuron"
        )
    if len(given) < 2:
        raise InputError(f"neurons: a network has 2 or more; the table has {len(given)}")
    check_names(given, "neuron")
    return content | {"neurons": {name: _table(name, value) for name, value in given.items()}}


def have_reference(given: Given | None) -> bool:
    """Whether the neurons of a case are compared with those of a film of its own."""
    if isinstance(given, str):
        return "reference" in given
    return given is not None and any(neuron.reference for neuron in given.values())


def named_neurons(given: Given | None, nodes: Sequence[str]) -> dict[str, Neuron] | None:
    """The neurons by their names; None where each contact is one.

    Args:
        given: in the case.
        nodes: names of the nodes of the film.

    Raises:
        InputError: a preset that needs other films than there are.

    Example:
        >>> named_neurons("twins", ["a", "b", "copy_2_a", "copy_2_b"])["b"].signs
        {'b': 1, 'copy_2_b': -1}
    """
    if not isinstance(given, str):
        return given
    _require_films(given, nodes)
    twins, reference = "twins" in given, have_reference(given)
    return {
        node: Neuron(
            (node, *([f"-{_copied(given, node, 2, nodes)}"] if twins else [])),
            (_copied(given, node, PRESETS[given], nodes),) if reference else (),
        )
        for node in nodes
        if not _COPY.match(node)
    }


def _require_films(preset: str, nodes: Sequence[str]) -> None:
    films = max((int(found[1]) for node in nodes if (found := _COPY.match(node))), default=1)
    needed = PRESETS[preset]
    if films == needed:
        return
    there = "no copies" if films == 1 else f"{films} copies"
    verb = "add" if films == 1 else "set"
    others = [name for name, count in PRESETS.items() if count == films]
    meant = f"; or did you mean {' or '.join(map(repr, others))}?" if others else ""
    raise InputError(
        f"neurons = {preset!r}: the film has {there}; {verb} copies = {needed} "
        f"{'to' if films == 1 else 'in'} [layout]{meant}"
    )


def _copied(preset: str, node: str, number: int, nodes: Sequence[str]) -> str:
    """The same node of a copy of the film."""
    contacts = node.split("+")
    if any(_COPY.match(contact) for contact in contacts):
        raise InputError(
            f"neurons = {preset!r}: {node} ties contacts of two films: in [contacts], tie those of "
            "one film to each other, and those of all copies alike"
        )
    copies = [f"copy_{number}_{contact}" for contact in contacts]
    found = next((each for each in nodes if sorted(each.split("+")) == sorted(copies)), None)
    if found is None:
        raise InputError(
            f"neurons = {preset!r}: {node} has no {'+'.join(copies)} beside it: in [contacts], tie "
            "those of all copies alike"
        )
    return found


def _table(name: str, value: Any) -> dict[str, list[str]]:
    key = f"neurons.{name}"
    if isinstance(value, Mapping):
        check_keys(value, ("contacts", "reference"), f"in [{key}]")
        table = {each: _names(f"{key}.{each}", value[each]) for each in value}
    else:
        table = {"contacts": _names(key, value)}
    try:
        Neuron(tuple(table.get("contacts", ())), tuple(table.get("reference", ())))
    except InputError as error:
        raise InputError(f"{key}: {error}") from None
    return table


def _names(key: str, value: Any) -> list[str]:
    if isinstance(value, str):
        raise InputError(
            f"{key} = {shown(value)}: must be a list of contacts; did you mean [{shown(value)}]?"
        )
    if not isinstance(value, list | tuple) or not all(isinstance(each, str) for each in value):
        raise InputError(
            f"{key} = {shown(value)}: must be a list of contacts, like ['+ring_1', "
            "'-copy_2_ring_1']"
        )
    return list(value)
