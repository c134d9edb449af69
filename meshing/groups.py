"""Which groups of cells in a mesh file are the film and its contacts."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from meshing.errors import MeshError

Group: TypeAlias = int | str


@dataclass(frozen=True)
class Groups:
    """The film's and the contacts' groups.

    A group has a name, or a number that marks cells; where lines and triangles have the same
    number, "line:7" takes those of one kind alone.

    Args:
        film: group, or groups, of the film's cells; "film" if there is one, else all cells, where
            none is given.
        contacts: name → group or groups; all named groups beside the film where none is given.
    """

    film: Group | Sequence[Group] | None = None
    contacts: Mapping[str, Group | Sequence[Group]] | None = None


def group_names(wanted: Group | Sequence[Group]) -> list[str]:
    """One group, or several, as a list of names."""
    return [str(group) for group in ([wanted] if isinstance(wanted, int | str) else wanted)]


def unknown_group(key: str, name: str, known: Iterable[str]) -> MeshError:
    """The error of a group that is not in the file."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return MeshError(
        f"layout.{key} = {name!r}: no such group (groups: {', '.join(names) or 'none'}){hint}"
    )
