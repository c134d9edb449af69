"""What `summary.json` holds of a run without patterns: what it took, and its checks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from hebbfilm.run.folder.leads import LeadsEntry
from hebbfilm.run.folder.schema import (
    STRICT,
    ContactNames,
    Count,
    Matrix,
    NotNegative,
    Number,
    Word,
)
from hebbfilm.run.folder.stack import StackEntries
from hebbfilm.run.folder.summary import HeatingEntry
from hebbfilm.run.folder.texture import TextureEntry


@dataclass(frozen=True, kw_only=True, eq=False, config=STRICT)
class ProtocolSummary:
    """All of the file, in SI units; matrices (N, N).

    `steps` is how many were done and `readings` how many rows their table has; `magnetisation` is
    the mean m at the end, `texture` has its figures, and `conductance` is G there. `checks` must
    vanish to solver precision; `largest_angle` is between neighbours in rad, by what the table
    calls the phase. `files` has the checksums of the tables.
    """

    format: Count = 0
    contacts: ContactNames
    steps: Count
    readings: Count
    magnetisation: Annotated[tuple[Number, Number, Number], Field(strict=False)]
    conductance: Matrix
    max_current_density: NotNegative
    mean_current_density: NotNegative
    energy_dissipated: NotNegative
    adiabatic_temperature_rise: NotNegative
    heating: HeatingEntry
    leads: LeadsEntry | None = None
    stack: StackEntries = StackEntries()
    texture: TextureEntry | None = None
    current_renewals: Count
    largest_change_between_renewals: NotNegative
    checks: dict[Word, NotNegative]
    largest_angle: dict[Word, NotNegative] = Field(default_factory=dict)
    files: dict[Word, Word] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _shapes_fit(self) -> ProtocolSummary:
        size = len(self.contacts)
        if self.conductance.size != size**2:
            raise ValueError(f"conductance: must be {size} rows of {size} numbers")
        return self
