"""Drives by the names of their contacts, as case files and scripts write them."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from hebbfilm.common.arguments import check_kind, check_number
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import did_you_mean
from hebbfilm.common.messages import shown
from hebbfilm.solvers.drives.current import Current
from hebbfilm.solvers.drives.drive import (
    CircuitFunction,
    ContactDrive,
    contact_drive,
    plain_drive,
    plain_drives,
)
from hebbfilm.solvers.drives.drives_json import drive_from_json
from hebbfilm.solvers.drives.waveform import AnyWaveform

FLOAT = "float"
"""What a file writes for a contact that floats."""
MODULE = "module"
"""Key of a table that stands for a function, which only who reads the file can find."""

NamedDrives: TypeAlias = Mapping[str, Any] | CircuitFunction
"""Of contacts by their names, or a function for all contacts at once; see `Segment`."""


def stands_for_function(value: Any) -> bool:
    """Whether a value of a file is a table that names a function."""
    return isinstance(value, Mapping) and isinstance(value.get(MODULE), str)


def written_drive(value: Any, where: str) -> ContactDrive:
    """The drive that a value of a file or a script means.

    Args:
        value: a voltage in V, {"current": amperes} or a `Current`, "float" or None, a waveform or
            the table of one, or a function.
        where: its key, in front of the message, like "training.steps.drives.rim_1".

    Raises:
        InputError: it means none.
    """
    if isinstance(value, str):
        if value == FLOAT:
            return None
        raise InputError(
            f"{where} = {shown(value)}: must be a voltage in V, {{ current = 1e-5 }} in A, "
            f"a waveform, or {FLOAT!r}{did_you_mean(value, [FLOAT])}"
        )
    if stands_for_function(value):
        raise InputError(f"{where}.{MODULE}: give the function itself; case files alone name one")
    if isinstance(value, Mapping):
        try:
            return contact_drive(drive_from_json(value))
        except InputError as error:
            raise InputError(f"{where}: {error}") from None
    if value is None or callable(value) or isinstance(value, Current | AnyWaveform):
        return contact_drive(value)
    check_number(where, value, "V")
    return plain_drive(value)


def check_named_drives(drives: NamedDrives, where: str) -> None:
    """Raise InputError unless drives by name are drives, and one of them at least drives.

    Args:
        drives: by the names of contacts, or for all at once.
        where: their key, in front of the message.
    """
    if callable(drives) or stands_for_function(drives):
        return
    check_kind(where, drives, Mapping)
    driven = [
        stands_for_function(value) or written_drive(value, f"{where}.{name}") is not None
        for name, value in drives.items()
    ]
    if not any(driven):
        raise InputError(
            f"{where}: no contact has a voltage or a current; with all contacts open, it is a rest"
        )


def drives_of_contacts(
    drives: NamedDrives, contacts: Sequence[str], where: str
) -> tuple[ContactDrive, ...] | CircuitFunction:
    """One drive for each contact; those that are not named float.

    Args:
        drives: by the names of contacts; of those that are tied together, one speaks for all. Or a
            function for all contacts, which is given back as it is.
        contacts: names of the nodes of a film, in their order; tied contacts are like "a+b".
        where: key of the drives, in front of the message.

    Raises:
        InputError: no such contact, two drives of one node, or currents that do not sum to zero.

    Example:
        >>> drives_of_contacts({"b": 0.05, "c": {"current": 1e-5}}, ["a+b", "c", "d"], "drives")
        (0.05, Current(amperes=1e-05), None)
    """
    if callable(drives):
        return drives
    nodes = {name: node for node in contacts for name in (*node.split("+"), node)}
    found: dict[str, ContactDrive] = {}
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
    listed = tuple(found.get(node) for node in contacts)
    if not any(isinstance(drive, AnyWaveform) or callable(drive) for drive in listed):
        # What changes in time is looked at as it does.
        plain_drives(listed, contacts)  # type: ignore[arg-type]
    return listed
