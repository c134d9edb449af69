"""The keys of a JSON schema by their sections, with what is to be known of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from hebbfilm.common.quantities import UNIT
from hebbfilm.run.inputs.allowed import allowed_of, values_of
from hebbfilm.run.inputs.schema_walk import Node, definition

NAME = "NAME"
"""Stands for a name that a case chooses."""
SHARED: Mapping[str, str] = {
    "shapes": "Shapes of which films, contacts and regions are drawn.",
    "waveforms": "What a field, or what drives a contact, does in time.",
    "drives": "What drives a contact and is no voltage: a current, or a function of a module.",
    "modules": "A class of a module of one's own; its other keys are fields of it.",
}
"""Sections of tables that stand in several places, and what these are."""
_SECTIONS: Mapping[str, str] = {
    "material": "material",
    "Repeat": "shapes.repeat",
    "CurrentDrive": "drives",
    "FunctionDrive": "drives",
    "ModuleSection": "modules",
    **{change: f"layout.{change}" for change in ("holes", "rough", "rotate", "copies")},
}
"""Of tables that stand in several places, by their names in the schema."""


@dataclass(frozen=True)
class Key:
    """One key.

    Args:
        name: dotted, as `--set` takes it: "layout.mesh_size". In place of a name that a case
            chooses stands NAME: "layers.NAME.thickness", "heat.sinks.NAME".
        section: in which it is described, like "layout.wheel" or "shapes.disc".
        unit: of a number, "" for none.
        required: whether its table needs it.
        default: None if there is none.
        allowed: in words.
        values: the texts that are allowed, where they are few.
        description: what it is.
        settable: whether `--set` reaches it: not in lists of tables without names.
    """

    name: str
    section: str
    unit: str
    required: bool
    default: Any
    allowed: str
    values: tuple[str, ...]
    description: str
    settable: bool

    @property
    def last(self) -> str:
        """Its name in its table."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True)
class KeySection:
    """A table of a case, or one kind of it.

    Args:
        name: like "layout.wheel"; "" for what stands at the top.
        title: what it is, in one line.
        keys: in their order.
    """

    name: str
    title: str
    keys: tuple[Key, ...]


@dataclass(frozen=True)
class _Place:
    """Where a value is: its section, its dotted key, and whether `--set` reaches it."""

    section: str
    path: str
    settable: bool = True

    def inside(self, key: str) -> _Place:
        """At a key of the table that is here."""
        section, path = (f"{each}.{key}".lstrip(".") for each in (self.section, self.path))
        return replace(self, section=section, path=path)


_Found: TypeAlias = tuple[Node, _Place]


class Sections:
    """The sections of a schema.

    Args:
        schema: whose numbers have units, and whose keys have descriptions.
        top: name of the section of all that is in it, in front of those of the others.

    Attributes:
        found: by their names, those within a section behind it.
    """

    def __init__(self, schema: Node, top: str = "") -> None:
        self.schema = schema
        self.found: dict[str, KeySection] = {}
        self._of_tables = dict(_SECTIONS)
        self._add(schema, _Place(top, ""))

    def ordered(self) -> tuple[KeySection, ...]:
        """All; tables that stand in several places behind the others in their section, or last."""
        order = list(dict.fromkeys(name.split(".")[0] for name in self.found))
        order.sort(key=lambda name: name in SHARED)
        in_several = set(_SECTIONS.values()) - {"material"}
        found = self.found.values()
        return tuple(
            sorted(
                found,
                key=lambda one: (order.index(one.name.split(".")[0]), one.name in in_several),
            )
        )

    def _add(self, table: Node, at: _Place) -> None:
        """Add the keys of a table, and those of all tables in it."""
        properties, required = table["properties"], table.get("required", ())
        keys = [
            self._key(value, at.inside(key), at.section, key in required)
            for key, value in properties.items()
            if "const" not in value
        ]
        if not self._extend(at.section, _first_line(table), keys):
            return
        for key, value in properties.items():
            inner = [
                each for each in self._values(value, at.inside(key)) if "properties" in each[0]
            ]
            self._add_kinds(inner, _first_line(value))
            for node, place in inner:
                self._add(node, place)

    def _extend(self, section: str, title: str, keys: list[Key]) -> bool:
        """Add keys to a section; whether any of them is new."""
        known = self.found.get(section, KeySection(section, SHARED.get(section, title), ()))
        names = {key.last for key in known.keys}
        new = tuple(key for key in keys if key.last not in names)
        self.found[section] = replace(known, keys=(*known.keys, *new))
        return bool(new)

    def _add_kinds(self, tables: list[_Found], title: str) -> None:
        """Add the keys that say of which of several kinds tables are."""
        kinds: dict[tuple[str, str, bool], list[str]] = {}
        for node, place in tables:
            key, value = _tag(node)
            section = place.section.rpartition(".")[0]
            if key:
                path = f"{section}.{key}" if section in SHARED else place.inside(key).path
                where = section, path, place.settable
                kinds.setdefault(where, []).append(value)
        for (section, path, settable), values in kinds.items():
            told = allowed_of({"enum": values})
            what = "which of these it is; each has keys of its own"
            tag = Key(path, section, "", True, None, told, tuple(values), what, settable)
            self._extend(section, f"{title[:1].upper()}{title[1:]}", [tag])

    def _key(self, node: Node, at: _Place, section: str, required: bool) -> Key:
        inner = [each for each, _ in self._values(node, at)]
        units = dict.fromkeys(each[UNIT] for each in inner if UNIT in each)
        return Key(
            name=at.path,
            section=section,
            unit=" or ".join(unit or "–" for unit in units) if any(units) else "",
            required=required,
            default=node.get("default"),
            allowed=self._allowed(node, at),
            values=tuple(value for each in inner for value in values_of(each)),
            description=str(node.get("description", "")),
            settable=at.settable,
        )

    def _values(self, node: Node, at: _Place, name: str = "") -> Iterator[_Found]:
        """What a value may be, or hold, and is no list or table of such.

        Args:
            node: of the schema.
            at: where it stands.
            name: that it has in the schema.
        """
        if "$ref" in node:
            place = node["$ref"]
            yield from self._values(definition(place, self.schema), at, place.rpartition("/")[2])
            return
        inner, place = self._inside(node, at)
        for each in inner:
            yield from self._values(each, place)
        if not inner:
            section = self._section_of(node, name, at.section)
            is_shared = section.partition(".")[0] in SHARED
            yield (
                node,
                _Place(section, section, False) if is_shared else replace(at, section=section),
            )

    def _inside(self, node: Node, at: _Place) -> tuple[list[Node], _Place]:
        """The alternatives of a value, or what a list or a table of names holds."""
        if alternatives := [*node.get("anyOf", ()), *node.get("oneOf", ())]:
            return alternatives, at
        if node.get("type") == "array":
            held = [*node.get("prefixItems", ()), *filter(None, [node.get("items")])]
            named = any("name" in each.get("properties", ()) for each in map(self._at, held))
            path = f"{at.path}.{NAME}" if named else at.path
            return held, replace(at, path=path, settable=at.settable and named)
        others = node.get("additionalProperties")
        if isinstance(others, Mapping):
            return [others], replace(at, path=f"{at.path}.{NAME}")
        return [], at

    def _section_of(self, node: Node, name: str, section: str) -> str:
        """Where a table was first found, if it was: other places have it in common."""
        found = self._of_tables.get(name) or _kind_of(node, section)
        if name:
            self._of_tables[name] = found
        return found

    def _at(self, node: Node) -> Node:
        return definition(node["$ref"], self.schema) if "$ref" in node else node

    def _allowed(self, node: Node, at: _Place, name: str = "") -> str:
        """What a value may be, in words."""
        if "$ref" in node:
            place = node["$ref"]
            return self._allowed(definition(place, self.schema), at, place.rpartition("/")[2])
        inner, _ = self._inside(node, at)
        told = "; or ".join(dict.fromkeys(self._allowed(each, at) for each in inner))
        if node.get("type") == "array":
            return _list_of(told, len(node.get("prefixItems", ())))
        if node.get("type") == "object" and inner:
            return f"by name: {told}"
        if "properties" in node:
            section = self._section_of(node, name, at.section)
            return f"table, see {section.rpartition('.')[0] if any(_tag(node)) else section}"
        return told or allowed_of(node)


def _list_of(told: str, count: int) -> str:
    """A list of what is told, in words."""
    if not told:
        return "list"
    several = told.replace("table, see", "tables, see")
    several = re.sub("^((?:whole )?number)(?=$|,)", r"\1s", several)
    if not count:
        return f"list of ({told})" if "; or" in told else f"list of {several}"
    return f"{count} {several}" if several == "numbers" else f"{count} × ({told})"


def _kind_of(node: Node, section: str) -> str:
    """The section of a table, which is that of its kind where there are several."""
    key, value = _tag(node)
    if not key:
        return section
    is_waveform = "amplitude" in node["properties"]
    family = "shapes" if key == "shape" else "waveforms" if is_waveform else section
    return f"{family}.{value}"


def _tag(node: Node) -> tuple[str, str]:
    """The key that says of which of several kinds a table is, and its value; or empty texts."""
    for key, value in node.get("properties", {}).items():
        if "const" in value:
            return key, str(value["const"])
    return "", ""


def _first_line(node: Node) -> str:
    return str(node.get("description", "")).partition("\n")[0]
