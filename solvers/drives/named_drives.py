"""Drives by the names of their contacts, as case files and scripts write them."""

from collections.abc import Mapping, Sequence
from typing import Any

from hebbfilm.common.arguments import check_number
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import did_you_mean, unknown_key
from hebbfilm.common.messages import shown
from hebbfilm.solvers.drives.drive import Current, Drive, plain_drives

FLOAT = "float"
"""What a file writes for a contact that floats."""


def written_drive(value: Any, where: str) -> Drive:
    """The drive that a value of a file or a script means.

    Args:
        value: a voltage in V, {"current": amperes} or a `Current`, "float" or None.
        where: its key, in front of the message, like "training.steps.drives.rim_1".

    Raises:
        InputError: it means none.
    """
    if value is None or isinstance(value, Current):
        return value
    if isinstance(value, str):
        if value == FLOAT:
            return None
        raise InputError(
            f"{where} = {shown(value)}: must be a voltage in V, {{ current = 1e-5 }} in A, or "
            f"{FLOAT!r}{did_you_mean(value, [FLOAT])}"
        )
    if isinstance(value, Mapping):
        for key in value:
            if key != "current":
                raise InputError(unknown_key(str(key), f"in {where}", ["current"]))
        check_number(f"{where}.current", value.get("current"), "A")
        return Current(value["current"])
    check_number(where, value, "V")
    return float(value)


def check_named_drives(drives: Mapping[str, Any], where: str) -> None:
    """Raise InputError unless drives by name are drives, and one of them at least drives.

    Args:
        drives: by the names of contacts.
        where: their key, in front of the message.
    """
    found = [written_drive(value, f"{where}.{name}") for name, value in drives.items()]
    if all(drive is None for drive in found):
        raise InputError(
            f"{where}: no contact has a voltage or a current; with all contacts open, it is a rest"
        )


def drives_of_contacts(
    drives: Mapping[str, Any], contacts: Sequence[str], where: str
) -> tuple[Drive, ...]:
    """One drive for each contact; those that are not named float.

    Args:
        drives: by the names of contacts; of those that are tied together, one speaks for all.
        contacts: names of the nodes of a film, in their order; tied contacts are like "a+b".
        where: key of the drives, in front of the message.

    Raises:
        InputError: no such contact, two drives of one node, or currents that do not sum to zero.

    Example:
        >>> drives_of_contacts({"b": 0.05, "c": {"current": 1e-5}}, ["a+b", "c", "d"], "drives")
        (0.05, Current(amperes=1e-05), None)
    """
    nodes = {name: node for node in contacts for name in (*node.split("+"), node)}
    found: dict[str, Drive] = {}
    for name, value in drives.items():
        if name not in nodes:
            raise InputError(
                f"{where}: no contact {name} (this film has {', '.join(contacts)})"
                + did_you_mean(name, nodes)
            )
        node = nodes[name]
        if node in found:
            raise InputError(
                f"{where}: {name} is tied to another of them, and {node} has one drive"
            )
        found[node] = written_drive(value, f"{where}.{name}")
    return tuple(plain_drives([found.get(node) for node in contacts], contacts))
