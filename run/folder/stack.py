"""What a summary tells of the stack: fields that turn m, shares of the current, temperature."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from hebbfilm.run.folder.schema import STRICT, NotNegative, Number, Word


@dataclass(frozen=True, kw_only=True, config=STRICT)
class EffectiveFieldEntry:
    """|m × H| in A/m of one energy or torque; see `effective_fields` of the solvers."""

    largest: NotNegative
    mean: NotNegative


@dataclass(frozen=True, kw_only=True, config=STRICT)
class TemperatureEntry:
    """How hot a run with heat became at its samples, in K.

    Args:
        highest: anywhere in the film, at any sample.
        time: of that, in s.
        place: where that was, in m.
        contact: the nearest to it; empty in a film without contacts.
        distance: from that contact, in m.
        highest_mean: the largest mean over the film.
        final_highest: at the last sample, the highest.
        final_mean: the mean then.
        substrate: of the substrate.
    """

    highest: NotNegative
    time: NotNegative
    place: Annotated[tuple[Number, ...], Field(strict=False)]
    contact: str = ""
    distance: NotNegative = 0.0
    highest_mean: NotNegative
    final_highest: NotNegative
    final_mean: NotNegative
    substrate: NotNegative

    @property
    def rises(self) -> tuple[float, float]:
        """The largest mean and the highest temperature, above the substrate, in K."""
        return self.highest_mean - self.substrate, self.highest - self.substrate


@dataclass(frozen=True, kw_only=True, config=STRICT)
class HeatBalanceEntry:
    """What became of the work of the sources, in J; see `HeatBalance` of the solvers."""

    work: Number
    stored: Number
    substrate: Number
    sinks: dict[Word, Number] = Field(default_factory=dict)
    missing: Number


@dataclass(frozen=True, kw_only=True, config=STRICT)
class StackEntries:
    """What was found of the stack; what depends on the current, at the end of the last drive.

    Args:
        effective_fields: by the names of energies and torques.
        current_shares: of the film and of each layer, by its name, in ∫ |j| dV.
        sheet_amr_ratio: of film and layers as one sheet, (ρ∥ - ρ⊥)/ρ⊥: what a film of that ratio
            would show without layers. None without layers, or where that of the film differs.
        temperature: with heat.
        heat_balance: with heat, at the end of the run.
    """

    effective_fields: dict[Word, EffectiveFieldEntry] = Field(default_factory=dict)
    current_shares: dict[Word, NotNegative] = Field(default_factory=dict)
    sheet_amr_ratio: Number | None = None
    temperature: TemperatureEntry | None = None
    heat_balance: HeatBalanceEntry | None = None
