"""The JSON schema of a whole case: keys with their units, ranges, defaults and descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from hebbfilm.common.quantities import WRITTEN_AS, FieldStrength, Voltage
from hebbfilm.hopfield import Neuron
from hebbfilm.meshing.shapes.primitives import Shape
from hebbfilm.run.inputs.case_model import Case
from hebbfilm.run.inputs.described_schema import DescribedSchema
from hebbfilm.run.inputs.layout_tables import any_layout
from hebbfilm.run.inputs.neurons import PRESETS
from hebbfilm.run.inputs.schema_ranges import add_plausible
from hebbfilm.run.inputs.sections import ModuleSection, Section
from hebbfilm.solvers import Oersted
from hebbfilm.solvers.drives.current import Ampere
from hebbfilm.solvers.drives.named_drives import FLOAT
from hebbfilm.solvers.drives.waveforms import Waveform

Schema: TypeAlias = dict[str, Any]

_PLACE = "#/$defs/{model}"


class CurrentDrive(Section):
    """A contact that a current source feeds.

    Attributes:
        current: into the film.
    """

    current: Ampere


class FunctionDrive(ModuleSection):
    """A function of a module of one's own; its other keys are arguments of it.

    Attributes:
        module: file and function, like "my_drives.py:ramp"; the path from the folder of the case.
    """


@cache
def case_schema() -> Schema:
    """Of a case, as a file holds it; each number has its `unit`.

    Example:
        >>> case_schema()["$defs"]["Thermal"]["properties"]["temperature"]["unit"]
        'K'
    """
    found = described(Case, _parts())
    add_plausible(found)
    definitions = found["$defs"]
    definitions["material"] = _without_defaults(definitions["MaterialSection"])
    return found


def described(model: Any, parts: Mapping[str, Any]) -> Schema:
    """The schema of a class.

    Args:
        model: the class.
        parts: what stands where a type is marked by `WrittenAs`, by name.
    """
    adapters = {"": TypeAdapter(model)} | {name: TypeAdapter(each) for name, each in parts.items()}
    schemas, shared = TypeAdapter.json_schemas(
        [(name, "validation", adapter) for name, adapter in adapters.items()],
        ref_template=_PLACE,
        schema_generator=DescribedSchema,
    )
    definitions = shared["$defs"] | {name: schemas[name, "validation"] for name in parts}
    name = schemas["", "validation"]["$ref"].rpartition("/")[2]
    whole = definitions.pop(name)
    found: Schema = _put_together(whole | {"$defs": definitions})
    return found


def _parts() -> dict[str, Any]:
    """What of a case its sections read by themselves."""
    waveform = Annotated[Waveform, Field(discriminator="kind")]
    drive: Any = Voltage | Literal[FLOAT] | CurrentDrive | waveform | FunctionDrive
    return {
        "layout": any_layout(),
        "area": Shape | Annotated[list[Shape], Field(min_length=1)],
        "drives": dict[str, drive] | FunctionDrive,
        "amplitude": Voltage | CurrentDrive | tuple[FieldStrength, FieldStrength, FieldStrength],
        "neurons": Literal[tuple(PRESETS)] | dict[str, list[str] | Neuron],
        "oersted": bool | Oersted,
    }


def _put_together(schema: Any) -> Any:
    """The same with the part in place of each mark, and without null, which TOML does not have."""
    if isinstance(schema, list):
        return [_put_together(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _put_together(value) for key, value in schema.items()}
    if WRITTEN_AS in found:
        found["$ref"] = _PLACE.format(model=found.pop(WRITTEN_AS))
    if found.get("default", 0) is None or isinstance(found.get("default"), dict):
        # A table of defaults says nothing that they do not say with their keys.
        del found["default"]
    others = [each for each in found.get("anyOf", ()) if each != {"type": "null"}]
    if len(others) == 1:
        found = others[0] | {key: value for key, value in found.items() if key != "anyOf"}
    elif others:
        found["anyOf"] = others
    return found


def _without_defaults(table: Schema) -> Schema:
    """A table of what may differ: what it leaves out is as elsewhere."""
    keys = {
        key: {name: each for name, each in value.items() if name != "default"}
        for key, value in table["properties"].items()
    }
    return table | {"properties": keys}
