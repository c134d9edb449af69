"""The case of a run, key by key, and which of them are not as they are by default."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from hebbfilm.run.folder.same_case import values_of
from hebbfilm.run.inputs.content import without_none
from hebbfilm.run.inputs.key_list import key_list
from hebbfilm.run.inputs.key_sections import NAME
from hebbfilm.run.inputs.key_sections import Key as KnownKey
from hebbfilm.run.report.content import Key
from hebbfilm.run.report.words import in_lines

_ORDER = ("order", "order of neurons")
"""What stands for the order of tables, and is no key."""


def keys_of_case(case: Mapping[str, Any]) -> list[Key]:
    """Every key that has a value, in the order of the case.

    Args:
        case: as the manifest of a run keeps it.
    """
    kind = str(case.get("layout", {}).get("kind", ""))
    found = []
    for name, value in values_of(without_none(dict(case))).items():
        if name.rpartition(".")[2] in _ORDER or value in ([], ""):
            continue
        known = _known(name, kind)
        unit = known.unit if known is not None and isinstance(value, int | float) else ""
        is_default = known is not None and _same(value, known.default)
        meaning = known.description if known is not None else ""
        found.append(Key(name, f"{in_lines(value)} {unit}".strip(), is_default, meaning))
    return found


def _same(value: Any, default: Any) -> bool:
    if isinstance(value, list) and isinstance(default, list | tuple):
        return value == list(default)
    return default is not None and bool(value == default)


@cache
def _by_name() -> dict[str, list[KnownKey]]:
    found: dict[str, list[KnownKey]] = {}
    for key in key_list():
        found.setdefault(key.name, []).append(key)
    return found


def _known(name: str, kind: str) -> KnownKey | None:
    """What is known of a key; of those that several layouts have, of this kind's."""
    parts = name.split(".")
    general = [*parts[:1], NAME, *parts[2:]] if len(parts) > 2 else parts
    keys = _by_name().get(name) or _by_name().get(".".join(general)) or []
    own = [key for key in keys if key.section == f"layout.{kind}"]
    return next(iter(own or keys), None)
