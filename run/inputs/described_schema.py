"""JSON schemas whose keys are described by the docstrings of the classes that read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from docstring_parser import DocstringStyle, parse
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from hebbfilm.common.quantities import UNIT


class DescribedSchema(GenerateJsonSchema):
    """What pydantic makes, with a description of each key from `Args:` or `Attributes:`."""

    def model_schema(self, schema: Any) -> dict[str, Any]:
        """Of a pydantic model."""
        return _described(super().model_schema(schema), schema["cls"])

    def dataclass_schema(self, schema: Any) -> dict[str, Any]:
        """Of a dataclass."""
        return _described(super().dataclass_schema(schema), schema["cls"])

    def field_title_should_be_set(self, schema: Any) -> bool:
        """A key needs no second name."""
        return False


def _described(json: dict[str, Any], owner: type) -> dict[str, Any]:
    descriptions = _descriptions(owner)
    for key, value in json.get("properties", {}).items():
        if key in descriptions:
            value["description"] = without_unit(descriptions[key], unit_of(value))
    parsed = parse(owner.__doc__ or "", DocstringStyle.GOOGLE)
    return json | {"description": parsed.description or ""}


@cache
def _descriptions(owner: type) -> Mapping[str, str]:
    """Of each key of a class, by the docstring of it, of its bases or of the class it is like."""
    like = getattr(owner, "described_like", None)
    found = dict(_descriptions(like)) if like else {}
    for each in reversed(owner.__mro__):
        parsed = parse(each.__doc__ or "", DocstringStyle.GOOGLE)
        for one in parsed.params:
            if one.description:
                names = one.arg_name.split(", ")
                found |= dict.fromkeys(names, " ".join(one.description.split()))
    if issubclass(owner, BaseModel):
        found |= {
            field.alias: found[name]
            for name, field in owner.model_fields.items()
            if field.alias and name in found
        }
    return found


def unit_of(schema: Mapping[str, Any]) -> str | None:
    """The unit of a number, or of the numbers in a list; None if there is none, or several."""
    if UNIT in schema:
        return str(schema[UNIT])
    inner = [*schema.get("prefixItems", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())]
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), Mapping):
            inner.append(schema[key])
    found = {unit for each in inner if (unit := unit_of(each)) is not None}
    return found.pop() if len(found) == 1 else None


def without_unit(text: str, unit: str | None) -> str:
    """A description without the unit, which stands beside it, and in the words of files.

    Example:
        >>> without_unit("radius of a disc, m; None: 450 nm.", "m")
        'radius of a disc; left out: 450 nm'
    """
    told = re.sub(r"(?<=\. )None(?=:)", "Left out", text.rstrip("."))
    told = re.sub(r"\bNone(?=:| for)", "left out", told)
    if unit is None:
        return told
    mark = re.escape(unit) if unit else "without unit"
    return re.sub(rf",? (?:in )?{mark}(?=$|[;:.,])", "", told)
