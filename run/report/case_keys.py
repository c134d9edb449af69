"""The case of a run, key by key, and which of them are not as they are by default."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import MISSING
from typing import Any, get_args

from pydantic import BaseModel

from hebbfilm.common.errors import InputError
from hebbfilm.run.inputs.case import Case, parse_case
from hebbfilm.run.inputs.content import without_none
from hebbfilm.run.inputs.plausible import PLAUSIBLE
from hebbfilm.run.inputs.settings import flat
from hebbfilm.run.report.content import Key
from hebbfilm.run.report.words import written

_ALWAYS_GIVEN = ("title", "layout")
"""What has no default, or none that means anything."""


def keys_of_case(case: Mapping[str, Any]) -> list[Key]:
    """Every key that has a value, in the order of the case.

    Args:
        case: as the manifest of a run keeps it.
    """
    usual = _defaults(case)
    found = []
    for name, value in flat(without_none(dict(case))).items():
        given = name.split(".")[0] in _ALWAYS_GIVEN
        known = PLAUSIBLE.get(name)
        unit = known.unit if known is not None and isinstance(value, int | float) else ""
        is_default = not given and name in usual and usual[name] == value
        found.append(Key(name, f"{written(value)} {unit}".strip(), is_default))
    return [key for key in found if key.value not in ("[]", '""')]


def _defaults(case: Mapping[str, Any]) -> dict[str, Any]:
    """All defaults by dotted keys; of sections that are left out by default, of their keys."""
    try:
        usual = without_none(parse_case({"layout": case["layout"]}).as_kept())
    except (InputError, KeyError):  # a film from a file that is not here any more
        return {}
    for name, field in Case.model_fields.items():
        if name not in usual and isinstance(case.get(name), Mapping):
            usual[name] = _of_section(field.annotation)
    return flat(usual)


def _of_section(annotation: Any) -> dict[str, Any]:
    for kind in get_args(annotation) or (annotation,):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            fields = kind.model_fields.items()
            return {name: field.default for name, field in fields if not field.is_required()}
        if dataclasses.is_dataclass(kind):
            given = dataclasses.fields(kind)
            return {f.name: _plain(f.default) for f in given if f.default is not MISSING}
    return {}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
