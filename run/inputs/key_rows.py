"""Keys as rows of tables, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from hebbfilm.run.inputs.allowed import default_text
from hebbfilm.run.inputs.key_sections import Key, KeySection

HEAD = ("key", "unit", "default", "allowed", "what it is")
_REQUIRED, _NONE = "needed", "–"
_SIBLINGS = 3
"""From which on what most kinds have in common stands once."""


def row(key: Key) -> tuple[str, str, str, str, str]:
    """A key within its table, in the order of `HEAD`."""
    return key.last, key.unit, _default(key), key.allowed, key.description


def _default(key: Key) -> str:
    if key.required:
        return _REQUIRED
    return _NONE if _is_empty(key.default) else default_text(key.default)


def _is_empty(default: Any) -> bool:
    """Whether it says nothing: none, a table of defaults, an empty list or text."""
    return default is None or isinstance(default, dict) or default in ([], "")


@dataclass(frozen=True)
class Told:
    """A section as a person reads it.

    Args:
        section: with the keys that are its own.
        common: names of further keys, which stand with the section around it.
    """

    section: KeySection
    common: tuple[str, ...] = ()


def told(sections: Sequence[KeySection]) -> list[Told]:
    """Sections, of which kinds leave out what most of them have in common.

    Args:
        sections: those within a section behind it.
    """
    shared = {section.name: _shared_keys(section.name, sections) for section in sections}
    found = []
    for section in sections:
        common = shared.get(section.name.rpartition(".")[0], [])
        rows = [row(key) for key in common]
        own = tuple(key for key in section.keys if row(key) not in rows)
        left_out = tuple(key.last for key in section.keys if row(key) in rows)
        found.append(Told(replace(section, keys=(*own, *shared[section.name])), left_out))
    return found


def _shared_keys(name: str, sections: Sequence[KeySection]) -> list[Key]:
    """Of the keys in the kinds of a section those that half of them have alike."""
    kinds = [each for each in sections if name and each.name.rpartition(".")[0] == name]
    counts = Counter(row(key) for kind in kinds for key in kind.keys)
    many = max(_SIBLINGS, len(kinds) / 2)
    firsts = {row(key): key for kind in reversed(kinds) for key in kind.keys}
    return [firsts[each] for each, count in counts.items() if count >= many]
