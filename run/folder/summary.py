"""What `summary.json` holds: what a finished run has learnt, what it took, and its checks.

Another figure gets a field here, and its value in `hebbfilm.run.training.summary`. Fields with a
default are missing in runs of earlier versions.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.hopfield import Reference, conductance_weights
from hebbfilm.hopfield.contact_pairs import coupled_pairs
from hebbfilm.hopfield.moments import TRAINED, UNTRAINED
from hebbfilm.hopfield.reference import FORMULAS
from hebbfilm.run.folder.chip_entries import ChipEntry
from hebbfilm.run.folder.leads import LeadsEntry
from hebbfilm.run.folder.neurons import NeuronEntries, neurons_of_entries
from hebbfilm.run.folder.schema import (
    STRICT,
    Correlation,
    Count,
    Fraction,
    Matrix,
    Names,
    NotNegative,
    Number,
    Patterns,
    Positive,
    Word,
)
from hebbfilm.run.folder.stack import StackEntries
from hebbfilm.run.folder.texture import TextureEntry


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ReferenceEntry:
    """By which rule weights were read, and the level, a relative change or S, that it took."""

    rule: Literal[tuple(FORMULAS)]  # type: ignore[valid-type]
    formula: str = ""
    offset: Number | None = None
    since: Word = UNTRAINED
    of: Annotated[tuple[Word, ...], Field(strict=False)] = (TRAINED,)
    level: Number | None = None
    level_unit: str = ""

    @property
    def reference(self) -> Reference:
        """The rule as the weights take it."""
        return Reference(self.rule, self.offset, self.since, self.of)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class CriteriaEntry:
    """What one network makes of the patterns; as `hebbfilm.hopfield.Criteria`."""

    stored: Annotated[int, Field(ge=1)]
    stable: Count
    firm: Count | None = None
    fixed_points: Count | None = None
    exact: bool | None
    exact_and_firm: bool | None = None
    one_bit: Fraction | None
    two_bit: Fraction | None
    one_bit_interval: Annotated[tuple[Number, Number] | None, Field(strict=False)] = None
    two_bit_interval: Annotated[tuple[Number, Number] | None, Field(strict=False)] = None


@dataclass(frozen=True, kw_only=True, config=STRICT)
class PresentationEntry:
    """How far a presentation displaced the texture, in m, and how much of its change that is."""

    pattern: Word
    sign: Literal[1, -1]
    displacement: Number
    peak_to_peak: NotNegative
    explained: Number
    largest_turn_between_samples: NotNegative


@dataclass(frozen=True, kw_only=True, config=STRICT)
class HeatingEntry:
    """The lumped estimate of Joule heating, in SI units; None where no heat leaves the film.

    Of runs of earlier versions the area of the film is not known.
    """

    heat_capacity: Positive
    area: Positive | None = None
    thermal_conductance: NotNegative | None = None
    peak_power: NotNegative
    power_concentration: NotNegative
    time_constant: Positive | None
    steady_temperature_rise: NotNegative | None
    peak_temperature_rise: NotNegative
    final_temperature_rise: NotNegative


@dataclass(frozen=True, kw_only=True, config=STRICT)
class DisturbanceEntry:
    """What reading at a voltage in V for a time in s does to m and, relatively, to conductances."""

    voltage: Number
    duration: Positive | None = None
    largest_change_of_m: NotNegative
    largest_change_of_conductance: NotNegative


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ChecksEntry:
    """Figures that must vanish to solver precision, and the largest angles in rad."""

    symmetry: NotNegative | None = None
    onsager: NotNegative | None = None
    row_sums: NotNegative
    column_sums: NotNegative | None = None
    negative_eigenvalue: NotNegative | None = None
    current_sum: NotNegative
    power_balance: NotNegative
    turn_from_vertex_to_vertex: NotNegative | None = None
    unit_length_of_m: NotNegative | None = None
    read_disturbance: DisturbanceEntry
    largest_angle: dict[Word, NotNegative] = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, eq=False, config=STRICT)
class Summary:
    """All of the file; conductance matrices (N, N) in S, weights (N, N), patterns (n, N) of ±1.

    All of them are between neurons; `neurons` tells which contacts make each, and is empty where
    each contact is one. `presented_power` is that at the end of the last presentation, in W.
    `readings` has all matrices that were read, by the labels of the moments: "untrained", those of
    the steps of the training, "trained", and "uniform" with m along z; `reference_film` those of
    the reference film, likewise. `hall_conductance` is the largest entry
    of (G - Gᵀ)/2 after training, None without Hall effect. Changes are relative, by the names of
    the pairs that are coupled. Current densities are in A/m², the energy in J, the temperature
    rise in K. `leads` is None where contacts hang on none with a resistance. `texture` has
    figures of the untrained and of the trained texture. `network` has the criteria by the name of
    the network, of the film and Hebb's rule at least. `recall_on_chip` is None where the case has
    no [recall]. `files` has the checksums of the tables.
    """

    format: Count = 0
    contacts: Names
    neurons: NeuronEntries = ()
    patterns: Annotated[Patterns, Field(min_length=1)]
    conductance_before: Matrix
    conductance_presented: Matrix
    presented_power: NotNegative | None = None
    conductance_after: Matrix
    readings: dict[Word, Matrix] = Field(default_factory=dict)
    reference_film: dict[Word, Matrix] = Field(default_factory=dict)
    hall_conductance: NotNegative | None = None
    conductance_fluctuation: dict[Word, NotNegative] = Field(default_factory=dict)
    uncoupled_pairs: list[Word] = Field(default_factory=list)
    relative_change: dict[Word, Number]
    relative_change_presented: dict[Word, Number] = Field(default_factory=dict)
    reference: ReferenceEntry
    weights: Matrix
    ideal_weights: Matrix
    oja_weights: Matrix | None = None
    hebb_correlation: Correlation | None
    oja_correlation: Correlation | None = None
    recall_success: Fraction
    ideal_recall_success: Fraction
    oja_recall_success: Fraction
    network: dict[Word, CriteriaEntry] | None = None
    predicted_margins: Annotated[list[Number], Field(min_length=1)]
    presentations: list[PresentationEntry] = Field(default_factory=list)
    max_current_density: NotNegative
    mean_current_density: NotNegative
    energy_dissipated: NotNegative
    adiabatic_temperature_rise: NotNegative
    heating: HeatingEntry
    leads: LeadsEntry | None = None
    stack: StackEntries = StackEntries()
    texture: dict[Word, TextureEntry] = Field(default_factory=dict)
    recall_on_chip: ChipEntry | None = None
    current_renewals: Count | None = None
    largest_change_between_renewals: NotNegative | None = None
    checks: ChecksEntry
    files: dict[Word, Word] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _shapes_fit(self) -> Summary:
        size = len(self.neuron_names)
        # Runs of earlier versions have no others.
        self.readings.setdefault(UNTRAINED, self.conductance_before)
        self.readings.setdefault(TRAINED, self.conductance_after)
        matrices = {name: getattr(self, name) for name in _MATRICES}
        for key in ("readings", "reference_film"):
            matrices |= {f"{key}.{label}": each for label, each in getattr(self, key).items()}
        for name, matrix in matrices.items():
            if matrix is not None and matrix.shape != (size, size):
                raise ValueError(f"{name}: must be {size} rows of {size} numbers")
        if self.recall_on_chip is not None:
            self.recall_on_chip.require_size(size)
        if self.patterns.shape[1:] != (size,):
            noun = "neuron" if self.neurons else "contact"
            raise ValueError(f"patterns: must have {size} signs each, one for each {noun}")
        if self.network is not None:
            missing = {"film", "hebb"} - set(self.network)
            if missing:
                raise ValueError(f"entry 'network.{min(missing)}' is missing")
        return self

    @property
    def neuron_names(self) -> tuple[str, ...]:
        """Those between which matrices are, in order."""
        return neurons_of_entries(self.contacts, self.neurons).names

    @property
    def coupled(self) -> BoolArray:
        """Which pairs of neurons i < j have a conductance between them, and so a weight; (P,)."""
        return coupled_pairs(self.conductance_before)

    def weights_by(self, reference: Reference) -> FloatArray:
        """Weights read by any reference, (N, N).

        Raises:
            InputError: nothing was read at a moment of it.
        """
        before, after = reference.matrices(self.readings, self.reference_film)
        return conductance_weights(before, after, reference)

    @property
    def has_weights(self) -> bool:
        """Whether any weight is not 0: with a single pair, which is its own mean, none is."""
        return bool(np.any(self.weights))


_MATRICES = (
    "conductance_before",
    "conductance_presented",
    "conductance_after",
    "weights",
    "ideal_weights",
    "oja_weights",
)
