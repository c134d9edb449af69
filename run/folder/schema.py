"""What `manifest.json` and `summary.json` must hold: types, ranges and shapes.

Keys that stand here with a default are missing in runs of earlier versions; others than those here
are let through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.weights import FORMULAS
from hebbfilm.run.folder.tables import one_line

_Number = Annotated[float, Field(allow_inf_nan=False)]
_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Fraction = Annotated[float, Field(ge=0, le=1)]
_Word = Annotated[str, Field(min_length=1, pattern=r"^[^\x00-\x1f\x7f]*$")]
_Matrix = list[list[_Number]]
_SHOWN = 60


def _distinct(names: list[str]) -> list[str]:
    if len(set(names)) < len(names):
        raise ValueError("must be different names")
    return names


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("must lie within the run folder")
    return name


_Names = Annotated[list[_Word], Field(min_length=2), AfterValidator(_distinct)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow")


class SnapshotEntry(_Part):
    """A snapshot: its file, time in s, label, and voltages in V or None."""

    file: Annotated[_Word, AfterValidator(_inside)]
    t: _NotNegative
    label: _Word
    voltages: list[_Number] | None


class ManifestEntries(_Part):
    """What the manifest must hold."""

    contacts: _Names
    thickness: _Positive
    fields: list[SnapshotEntry]
    case: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _voltages_fit(self) -> ManifestEntries:
        for number, entry in enumerate(self.fields):
            if entry.voltages is not None and len(entry.voltages) != len(self.contacts):
                raise ValueError(
                    f"fields.{number}.voltages: {len(entry.voltages)} for {len(self.contacts)} "
                    "contacts"
                )
        return self


class ReferenceEntry(_Part):
    """By which rule weights were read."""

    rule: Literal[tuple(FORMULAS)]  # type: ignore[valid-type]
    offset: _Fraction | None = None


class PresentationEntry(_Part):
    """How far a presentation displaced the texture, in m."""

    pattern: _Word
    sign: Literal[1, -1]
    displacement: _Number
    peak_to_peak: _NotNegative
    explained: _Number
    largest_turn_between_samples: _NotNegative


class HeatingEntry(_Part):
    """The lumped estimate of Joule heating, in SI units; None where no heat leaves the film."""

    heat_capacity: _Positive
    peak_power: _NotNegative
    power_concentration: _NotNegative
    time_constant: _Positive | None
    steady_temperature_rise: _NotNegative | None
    peak_temperature_rise: _NotNegative
    final_temperature_rise: _NotNegative


class DisturbanceEntry(_Part):
    """What reading does."""

    voltage: _Number
    largest_change_of_m: _NotNegative
    largest_change_of_conductance: _NotNegative


class ChecksEntry(_Part):
    """Figures that must vanish to solver precision, and the largest angles in rad."""

    symmetry: _NotNegative
    row_sums: _NotNegative
    current_sum: _NotNegative
    power_balance: _NotNegative
    largest_angle: dict[_Word, _NotNegative] = Field(default_factory=dict)
    read_disturbance: DisturbanceEntry


class CriteriaEntry(_Part):
    """What one network makes of the patterns."""

    stored: Annotated[int, Field(ge=1)]
    stable: Annotated[int, Field(ge=0)]
    exact: bool | None
    one_bit: _Fraction | None
    two_bit: _Fraction | None


class NetworksEntry(_Part):
    """The networks that stand in the table of a study."""

    film: CriteriaEntry
    hebb: CriteriaEntry


class SummaryEntries(_Part):
    """What the summary must hold."""

    contacts: _Names
    patterns: Annotated[list[list[Literal[1, -1]]], Field(min_length=1)]
    conductance_before: _Matrix
    conductance_presented: _Matrix
    conductance_after: _Matrix
    uncoupled_pairs: list[_Word] = Field(default_factory=list)
    relative_change: dict[_Word, _Number]
    reference: ReferenceEntry
    weights: _Matrix
    ideal_weights: _Matrix
    hebb_correlation: Annotated[float, Field(ge=-1 - 1e-9, le=1 + 1e-9)] | None
    recall_success: _Fraction
    ideal_recall_success: _Fraction
    oja_recall_success: _Fraction
    network: NetworksEntry | None = None
    predicted_margins: Annotated[list[_Number], Field(min_length=1)]
    presentations: list[PresentationEntry] = Field(default_factory=list)
    max_current_density: _NotNegative
    mean_current_density: _NotNegative
    energy_dissipated: _NotNegative
    adiabatic_temperature_rise: _NotNegative
    heating: HeatingEntry
    checks: ChecksEntry
    files: dict[_Word, _Word] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _shapes_fit(self) -> SummaryEntries:
        size = len(self.contacts)
        for name in MATRICES:
            matrix = getattr(self, name)
            if len(matrix) != size or any(len(row) != size for row in matrix):
                raise ValueError(f"{name}: must be {size} rows of {size} numbers")
        if any(len(pattern) != size for pattern in self.patterns):
            raise ValueError(f"patterns: must have {size} signs each, one for each contact")
        return self


MATRICES = (
    "conductance_before",
    "conductance_presented",
    "conductance_after",
    "weights",
    "ideal_weights",
)
"""Entries of the summary that are (N, N)."""

_Entries = TypeVar("_Entries", bound=BaseModel)


def validated(path: Path, content: Mapping[str, Any], entries: type[_Entries]) -> _Entries:
    """The content of a file as the schema has it.

    Raises:
        InputError: one line that names the file, the key, the value and what is allowed.
    """
    try:
        return entries.model_validate(content)
    except ValidationError as error:
        raise InputError(f"{path}: {next(_explained(error))}") from None


def _explained(error: ValidationError) -> Iterator[str]:
    for found in error.errors():
        key = ".".join(" ".join(str(part).split()) for part in found["loc"])
        if found["type"] == "missing":
            yield f"entry '{key}' is missing"
        elif found["type"] == "value_error" and not key:
            yield str(found["ctx"]["error"])
        else:
            message = found["msg"].replace("Input should", "must").removeprefix("Value error, ")
            value = one_line(repr(found["input"]))
            shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
            yield f"{key} = {shown}: {message}"
