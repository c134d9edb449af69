"""Which groups of cells in a mesh file are the film, its contacts and its regions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import MeshError
from hebbfilm.common.hints import did_you_mean
from hebbfilm.common.text import some_of
from hebbfilm.meshing.drawings.names import plain_name
from hebbfilm.meshing.tagged_mesh import REGION

Group: TypeAlias = int | str

# Before a name that XDMF of our own tells of a number, of tags and of regions:
PHYSICAL_NAME, REGION_NAME, SLAB_NAME = "physical_name/", "region_name/", "layer_name/"


@dataclass(frozen=True)
class Groups:
    """The groups of the film, of its contacts and of its regions.

    A group has a name, or a number that marks cells; where lines and triangles have the same
    number, "line:7" takes those of one kind alone.

    Args:
        film: group, or groups, of the film's cells; "film" if there is one, else all cells, where
            none is given.
        contacts: name → group or groups; all other named groups where none is given.
        regions: name → group or groups, whose cells belong to the film, too; those whose name
            begins with "region:" where none is given.
    """

    film: Group | Sequence[Group] | None = None
    contacts: Mapping[str, Group | Sequence[Group]] | None = None
    regions: Mapping[str, Group | Sequence[Group]] | None = None


@dataclass(frozen=True, eq=False)
class CellGroup:
    """Cells of one kind that a file marks together.

    Args:
        kind: "line", "triangle", "tetra", or another program's word.
        rows: of the cells of this kind.
        name, number: what the file calls them; None where it does not.
    """

    kind: str
    rows: IntArray
    name: str | None = None
    number: int | None = None


@dataclass(frozen=True, eq=False)
class GroupedMesh:
    """A mesh as a file has it.

    Args:
        points: (N, 2 or 3), in the file's unit.
        cells: kind → rows (n, k) of `points`.
        dimensions: kind → 0 for points to 3 for solids.
        groups: as many as the file has; they may overlap.
        node_sets: names of the file's sets of points.
    """

    points: FloatArray
    cells: Mapping[str, IntArray]
    dimensions: Mapping[str, int]
    groups: Sequence[CellGroup]
    node_sets: Sequence[str] = ()


Named: TypeAlias = dict[str, list[CellGroup]]


def chosen(mesh: GroupedMesh, groups: Groups) -> tuple[list[CellGroup], Named, Named]:
    """The film's groups, those of each contact, and those of each region.

    Raises:
        MeshError: a group that is not there, or could be one of several.
    """
    if groups.film is not None:
        film = _members(mesh, "layout.film", groups.film)
    else:
        film = _named(mesh, "film", "layout.film")
    regions = _regions(mesh, groups.regions)
    if groups.contacts is not None:
        contacts = {
            n: _members(mesh, f"layout.contacts.{n}", g) for n, g in groups.contacts.items()
        }
    else:
        taken = [group for parts in regions.values() for group in parts]
        contacts = _others(mesh, film, taken, by_name=groups.film is None)
    if film:
        return film, contacts, regions
    top = max(mesh.dimensions.values(), default=0)
    top_kinds = [kind for kind, dimension in mesh.dimensions.items() if dimension == top]
    if groups.contacts is None:
        for name, parts in contacts.items():
            if any(part.kind in top_kinds for part in parts):
                raise MeshError(
                    f'no group is named "film" (names found: {some_of(sorted(contacts))}); if '
                    f'{name!r} or another one is it, say so: film = "{name}"'
                )
    film = [CellGroup(kind, np.arange(len(mesh.cells[kind]))) for kind in top_kinds]
    return film, contacts, regions


def _regions(
    mesh: GroupedMesh, wanted: Mapping[str, Group | Sequence[Group]] | None
) -> dict[str, list[CellGroup]]:
    """Those that are wanted, else those that their names say to be regions."""
    if wanted is not None:
        return {name: _members(mesh, f"regions.{name}.group", g) for name, g in wanted.items()}
    found: dict[str, list[CellGroup]] = {}
    for group in _in_order(mesh):
        if group.name is not None and group.name.startswith(REGION):
            found.setdefault(group.name[len(REGION) :], []).append(group)
    return found


def _in_order(mesh: GroupedMesh) -> list[CellGroup]:
    return sorted(mesh.groups, key=lambda group: abs(group.number or 0))  # MED counts downwards


def _others(
    mesh: GroupedMesh, film: Sequence[CellGroup], taken: Sequence[CellGroup], by_name: bool
) -> dict[str, list[CellGroup]]:
    """All named groups beside those of the film, and of regions, which are taken."""
    names: dict[str, list[CellGroup]] = {}
    for group in _in_order(mesh):
        if group in taken or (group.name or "").startswith(REGION):
            continue
        if group.name is not None and group not in film:
            names.setdefault(group.name, []).append(group)
        elif group.name is None and by_name and group.number and mesh.dimensions[group.kind]:
            raise MeshError(
                f"group {group.number} of {group.kind} cells has no name; say which groups are "
                f'the film and the contacts: film = …, contacts = {{ … = "{_numbered(group)}" }}'
            )
    folded = [name.casefold() for name in (*names, *{group.name for group in film if group.name})]
    for name in names:
        if folded.count(name.casefold()) > 1:
            raise MeshError(
                f"groups that differ from {name!r} in case alone; say which groups are the film "
                "and the contacts: film = …, contacts = { … }"
            )
    for name in mesh.node_sets:
        if name.casefold() not in folded:
            raise MeshError(
                f"{name!r} is a set of nodes; contacts are sets of elements: "
                "say which groups they are, contacts = { … }"
            )
    found: dict[str, list[CellGroup]] = {}
    for name, parts in names.items():
        plain = plain_name(name)
        if plain in ("", "film", *found):
            raise MeshError(
                f"no name of its own can be made of {name!r}; give it one: "
                f"contacts = {{ … = {json.dumps(name, ensure_ascii=False)} }}"
            )
        found[plain] = parts
    return found


def _members(mesh: GroupedMesh, key: str, wanted: Group | Sequence[Group]) -> list[CellGroup]:
    found: list[CellGroup] = []
    for name in [wanted] if isinstance(wanted, int | str) else wanted:
        called = _named(mesh, str(name), key) if isinstance(name, str) else []
        counted = _of_number(mesh, str(name), key)
        if called and counted and {*called} != {*counted}:
            raise MeshError(f"{key} = {name!r}: both a name and a number of groups")
        if not called and not counted:
            raise _unknown(mesh, key, str(name))
        found += called or counted
    if not found:
        raise MeshError(f"{key} = []: a group, or several, must be named")
    return found


def _named(mesh: GroupedMesh, name: str, key: str) -> list[CellGroup]:
    exact = [group for group in mesh.groups if group.name == name]
    alike = [g for g in mesh.groups if g.name and g.name.casefold() == name.casefold()]
    names = sorted({str(group.name) for group in alike})
    if len(names) > 1 and not exact:
        raise MeshError(f"{key} = {name!r}: which of {some_of(names)}?")
    return exact or alike


def _of_number(mesh: GroupedMesh, name: str, key: str) -> list[CellGroup]:
    kind, _, number = name.rpartition(":")
    try:
        same = [g for g in mesh.groups if g.number == int(number)]
    except ValueError:
        return []
    if kind:
        return [group for group in same if group.kind == kind.lower()]
    found = [group for group in same if mesh.dimensions[group.kind]] or same
    if len({mesh.dimensions[group.kind] for group in found}) > 1:
        ways = " or ".join(f'"{way}"' for way in dict.fromkeys(_numbered(g) for g in found))
        raise MeshError(f"{key} = {name}: several kinds have that number; write {ways}")
    return found


def _unknown(mesh: GroupedMesh, key: str, name: str) -> MeshError:
    alone = [group.number for group in mesh.groups]
    known = [
        group.name or (str(group.number) if alone.count(group.number) == 1 else _numbered(group))
        for group in mesh.groups
    ]
    hint = did_you_mean(name, known, quoted=True)
    if name in mesh.node_sets:
        hint = "; it is a set of nodes, but sets of elements are needed"
    return MeshError(f"{key} = {name!r}: no such group (groups: {some_of(known)}){hint}")


def _numbered(group: CellGroup) -> str:
    return f"{group.kind}:{group.number}"
