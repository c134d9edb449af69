"""What is wrong in a case file, in one line with the path of the key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are, unknown_key
from hebbfilm.common.messages import shown
from hebbfilm.common.schema import Location, wrong_value
from hebbfilm.run.inputs.case_schema import case_schema
from hebbfilm.run.inputs.key_list import key_list
from hebbfilm.run.inputs.key_sections import Key
from hebbfilm.run.inputs.material import MaterialSection
from hebbfilm.run.inputs.protocol_steps import STEPS
from hebbfilm.run.inputs.recall_section import CorruptedStarts
from hebbfilm.run.inputs.schema_walk import keys_at
from hebbfilm.run.inputs.textures import texture_problem
from hebbfilm.solvers import Sink
from hebbfilm.solvers.drives.waveforms import WAVEFORMS

_SHOULD_BE = "Input should be "
_UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
_ALTERNATIVES = ("float", "int", "str", Sink.__name__, CorruptedStarts.__name__)
_LISTS_OF_ALTERNATIVES = ("list[", "tuple[", "dict[", "literal[", "union[")


def explained(error: ValidationError, content: Mapping[str, Any]) -> str:
    """The first thing that is wrong, in one line.

    Args:
        error: of the validation.
        content: what was validated.
    """
    errors = error.errors()
    # A key that is misspelt is missing too: the slip says more.
    first = next((e for e in errors if e["type"] in _UNKNOWN_KEY), _told_best(errors))
    if first["loc"][:2] == ("initial", "texture"):
        return texture_problem(first, content)
    # Where a number or something else is allowed, pydantic says which of them it tried.
    location = [part for part in first["loc"] if not _is_alternative(part)]
    location = _by_name(location, content)
    key = ".".join(str(part) for part in location)
    kind = first["type"]
    if kind in _UNKNOWN_KEY:
        return _unknown_key(location)
    if kind.startswith("union_tag"):
        value = first["input"].get("kind", "")
        kinds = STEPS if location[0] == "protocol" else WAVEFORMS
        return f"{key}.kind = {shown(value)}: {allowed_are(value, kinds)}"
    if kind == "tuple_type" and isinstance(first["input"], Mapping):
        return f"[{key}]: may stand several times, so write it as [[{key}]]"
    if kind == "missing":
        return _missing(location, first["input"], errors)
    if kind == "value_error":
        slip = first["ctx"]["error"]
        return str(slip) if isinstance(slip, InputError) else f"{key}: {slip}"
    return wrong_value(key, first)


def _missing(location: Sequence[int | str], given: Any, errors: Sequence[Any]) -> str:
    """A key that is not there, or the last of some values in a list."""
    *place, last = location
    if isinstance(last, str) or not isinstance(given, Sequence):
        return f"{'.'.join(map(str, location))} is missing"
    length = 1 + max(e["loc"][-1] for e in errors if e["type"] == "missing" and e["input"] is given)
    return f"{'.'.join(map(str, place))} = {shown(given)}: must be {length} values"


def _told_best(errors: Sequence[Any]) -> Any:
    """The first, or what another alternative of the same union has to say in words of ours."""
    *place, last = errors[0]["loc"]
    if not _is_alternative(last):
        return errors[0]
    others = [e for e in errors if e["type"] == "value_error" and [*e["loc"][:-1]] == place]
    if isinstance(errors[0]["input"], Mapping | list):  # the value of one of its keys, or in it
        depth = len(place) + 2
        others += [
            e for e in errors if [*e["loc"][: depth - 2]] == place and len(e["loc"]) >= depth
        ]
    if others:
        return _told_best(others) if len(others) < len(errors) else others[0]
    kinds = [
        e["msg"] for e in errors if [*e["loc"][:-1]] == place and _is_alternative(e["loc"][-1])
    ]
    either = " or ".join(dict.fromkeys(kind.removeprefix(_SHOULD_BE) for kind in kinds))
    return {**errors[0], "msg": f"{_SHOULD_BE}{either}"}


def _is_alternative(part: int | str) -> bool:
    return isinstance(part, str) and (
        part in _ALTERNATIVES or part.startswith(_LISTS_OF_ALTERNATIVES)
    )


def _by_name(location: Location, content: Mapping[str, Any]) -> list[int | str]:
    """The same with the names of tables that stand several times, for the numbers of these."""
    found: list[int | str] = []
    inner: Any = content
    for part in location:
        if isinstance(inner, Mapping) and part in inner:
            inner = inner[part]
        elif isinstance(inner, list | tuple) and isinstance(part, int) and part < len(inner):
            inner = inner[part]
            name = inner.get("name") if isinstance(inner, Mapping) else None
            part = name if isinstance(name, str) and name.isprintable() and name else part
        found.append(part)
    return found


def _unknown_key(location: Location) -> str:
    *section, key = (str(part) for part in location)
    where = f"in [{'.'.join(section)}]" if section else "at the top of the case"
    known = keys_at(section, case_schema())
    told = unknown_key(key, where, known)
    if section[:1] == ["regions"] and key in MaterialSection.model_fields:
        return f"{told}; did you mean [regions.material], with {key} in it?"
    return f"{told}{_elsewhere(key, section)}"


def _elsewhere(key: str, section: list[str]) -> str:
    """The end of a message on a key that its section does not have, but another one has."""
    if not section:
        return ""
    around, places = section[0], [_table_of(each) for each in key_list() if each.last == key]
    inside = [place for place in places if place.rpartition(".")[0] == around]
    if inside:
        return f"; did you mean [{inside[0]}], with {key} in it?"
    others = [place for place in places if place and "." not in place and place != around]
    return f"; did you mean {key} in [{others[0]}]?" if others else ""


def _table_of(key: Key) -> str:
    """The dotted name of the table in which a key stands."""
    return key.name.rpartition(".")[0]
