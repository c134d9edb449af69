"""Wires that bring the current of contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import dist

from hebbfilm.common.arguments import check_vector
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import Length

Point = tuple[Length, Length, Length]
_SHORTEST = 1e-12
"""In m, of a piece: far below an atom."""


@dataclass(frozen=True)
class Wire:
    """A straight or bent wire from a contact to infinity, which carries the contact's current.

    It begins all over the contact, as strands side by side, in the middle of a flat film.

    Args:
        contact: its name; one that is tied to no other.
        path: points in m through which it goes, from the contact on, and straight on beyond the
            last; without any it goes straight up, along +z.

    Raises:
        InputError: a point that is not three finite numbers, or one twice in a row.

    Example:
        >>> Wire("left", path=((-1e-6, 0.0, 0.0),))
        Wire(contact='left', path=((-1e-06, 0.0, 0.0),))
    """

    contact: str
    path: tuple[Point, ...] = ()

    def __post_init__(self) -> None:
        where = f"oersted.wires: path of {self.contact}"
        if isinstance(self.path, str) or not isinstance(self.path, Sequence):
            raise InputError(f"{where} = {shown(self.path)}: must be a list of points, in m")
        for point in self.path:
            check_vector(f"{where}: point", point, "m")
        points = tuple((float(x), float(y), float(z)) for x, y, z in self.path)
        for before, after in pairwise(points):
            if dist(before, after) < _SHORTEST:
                raise InputError(f"{where}: {list(after)} twice in a row: must be another point")
        object.__setattr__(self, "path", points)


def require_wires_fit(
    wires: Sequence[Wire], contacts: Sequence[str], nodes: Mapping[str, Sequence[str]]
) -> None:
    """Raise InputError if a wire does not fit the contacts of a film.

    Args:
        wires: of an `Oersted`.
        contacts: names of those of the film.
        nodes: the contacts of each node by its name.
    """
    seen: set[str] = set()
    for wire in wires:
        name = wire.contact
        if name not in contacts:
            raise InputError(
                f"oersted.wires: contact = {shown(name)}: {allowed_are(name, contacts)}"
            )
        if name in seen:
            raise InputError(f"oersted.wires: two go to {name}: a contact has one, or none")
        if name not in nodes:
            tied = next(node for node, group in nodes.items() if name in group)
            raise InputError(
                f"oersted.wires: {name} is tied ({tied}), and how its node's current divides is "
                "not known: untie it, or leave its wire out"
            )
        seen.add(name)
