"""The material of a case file: plain numbers, one for the whole film."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator

from hebbfilm.run.inputs.sections import Section, Vector
from hebbfilm.solvers import Material

_DEFAULT: Any = Material()


class MaterialSection(Section):
    """What the film is made of; each of these as `Material` has it."""

    saturation_magnetisation: float = _DEFAULT.saturation_magnetisation
    exchange_stiffness: float = _DEFAULT.exchange_stiffness
    interfacial_dmi: float = _DEFAULT.interfacial_dmi
    bulk_dmi: float = _DEFAULT.bulk_dmi
    uniaxial_anisotropy: float = _DEFAULT.uniaxial_anisotropy
    easy_axis: Vector = _DEFAULT.easy_axis
    damping: float = _DEFAULT.damping
    nonadiabaticity: float = _DEFAULT.nonadiabaticity
    polarisation: float = _DEFAULT.polarisation
    g_factor: float = _DEFAULT.g_factor
    gyromagnetic_ratio: float = _DEFAULT.gyromagnetic_ratio
    conductivity: float = _DEFAULT.conductivity
    amr_ratio: float = _DEFAULT.amr_ratio
    anomalous_hall_ratio: float = _DEFAULT.anomalous_hall_ratio
    temperature_coefficient: float = _DEFAULT.temperature_coefficient
    volumetric_heat_capacity: float = _DEFAULT.volumetric_heat_capacity
    thermal_conductivity: float = _DEFAULT.thermal_conductivity
    heat_transfer_coefficient: float | None = _DEFAULT.heat_transfer_coefficient

    @model_validator(mode="after")
    def _possible(self) -> MaterialSection:
        self.of_film()
        return self

    def of_film(self) -> Material:
        """The material of a film of nothing else.

        Raises:
            InputError: a value outside its range.
        """
        return Material(**self.model_dump())
