"""What is wrong in a case file, in one line with the path of the key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are, unknown_key
from hebbfilm.common.messages import shown
from hebbfilm.common.schema import Location, wrong_value
from hebbfilm.hopfield import Forming, Step, Training
from hebbfilm.run.inputs.layers import LayerSection
from hebbfilm.run.inputs.limits import Limits
from hebbfilm.run.inputs.material import MaterialSection
from hebbfilm.run.inputs.protocol import Protocol
from hebbfilm.run.inputs.protocol_steps import STEPS
from hebbfilm.run.inputs.recall_section import RecallSection
from hebbfilm.run.inputs.regions import RegionSection
from hebbfilm.run.inputs.sections import (
    Initial,
    NumericsSection,
    Output,
    Reading,
    Thermal,
)
from hebbfilm.run.inputs.textures import texture_problem
from hebbfilm.solvers import CurieLaw, Disorder, Electrodes, Heat, Oersted, Sink, Wire
from hebbfilm.solvers.drives.waveforms import WAVEFORMS

_UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
_ALTERNATIVES = ("float", "int", "str", Sink.__name__)


def explained(error: ValidationError, content: Mapping[str, Any], top: Iterable[str]) -> str:
    """The first thing that is wrong, in one line.

    Args:
        error: of the validation.
        content: what was validated.
        top: the keys at the top of a case.
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
        return _unknown_key(location, top)
    if kind.startswith("union_tag"):
        value = first["input"].get("kind", "")
        kinds = STEPS if location[0] == "protocol" else WAVEFORMS
        return f"{key}.kind = {shown(value)}: {allowed_are(value, kinds)}"
    if kind == "tuple_type" and isinstance(first["input"], Mapping):
        return f"[{key}]: may stand several times, so write it as [[{key}]]"
    if kind == "missing":
        return f"{key} is missing"
    if kind == "value_error":
        slip = first["ctx"]["error"]
        return str(slip) if isinstance(slip, InputError) else f"{key}: {slip}"
    return wrong_value(key, first)


def _told_best(errors: Sequence[Any]) -> Any:
    """The first, or what another alternative of the same union has to say in words of ours."""
    *place, last = errors[0]["loc"]
    if not _is_alternative(last):
        return errors[0]
    others = [e for e in errors if e["type"] == "value_error" and [*e["loc"][:-1]] == place]
    if isinstance(errors[0]["input"], Mapping):  # in a table, the value of one of its keys
        inside = len(place) + 2
        others += [e for e in errors if [*e["loc"][:-2]] == place and len(e["loc"]) == inside]
    return others[0] if others else errors[0]


def _is_alternative(part: int | str) -> bool:
    return isinstance(part, str) and (part in _ALTERNATIVES or part.startswith(("list[", "dict[")))


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


def _unknown_key(location: Location, top: Iterable[str]) -> str:
    *section, key = (str(part) for part in location)
    where = f"in [{'.'.join(section)}]" if section else "at the top of the case"
    told = unknown_key(key, where, _keys(section, top))
    if section[:1] == ["regions"] and key in MaterialSection.model_fields:
        return f"{told}; did you mean [regions.material], with {key} in it?"
    if section == ["heat"] and key in CurieLaw.__dataclass_fields__:
        return f"{told}; did you mean [heat.magnet], with {key} in it?"
    if section == ["heat"] and key in MaterialSection.model_fields:
        return f"{told}; did you mean {key} in [material]?"
    return told


def _keys(section: list[str], top: Iterable[str]) -> list[str]:
    if section[:1] == ["applied_field_waveform"]:
        return list(WAVEFORMS[section[2]].__dataclass_fields__)
    if section[:2] == ["training", "steps"]:
        return list(Step.__dataclass_fields__)
    if section == ["training", "forming"]:
        return list(Forming.__dataclass_fields__)
    if section[:2] == ["heat", "sinks"]:
        return list(Sink.__dataclass_fields__)
    if section == ["heat", "magnet"]:
        return list(CurieLaw.__dataclass_fields__)
    if section[:2] == ["protocol", "steps"]:
        return list(STEPS[section[-1]].model_fields)
    if section[:2] == ["oersted", "wires"]:
        return list(Wire.__dataclass_fields__)
    fields: dict[str, Iterable[str]] = {
        "": top,
        "contacts": Electrodes.__dataclass_fields__,
        "regions": RegionSection.model_fields,
        "material": MaterialSection.model_fields,
        "layers": LayerSection.model_fields,
        "disorder": Disorder.__dataclass_fields__,
        "heat": Heat.__dataclass_fields__,
        "oersted": Oersted.__dataclass_fields__,
        "training": Training.__dataclass_fields__,
        "protocol": Protocol.model_fields,
        "initial": Initial.model_fields,
        "thermal": Thermal.model_fields,
        "reading": Reading.model_fields,
        "recall": RecallSection.model_fields,
        "numerics": NumericsSection.model_fields,
        "output": Output.model_fields,
        "limits": Limits.model_fields,
    }
    return list(fields[section[0] if section else ""])
