"""The material of a case file: plain numbers, one for the whole film."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import model_validator

from hebbfilm.common.quantities import Conductivity, FieldStrength, Plain, Range, Unit
from hebbfilm.run.inputs.sections import Direction, Section
from hebbfilm.solvers import Material

_DEFAULT: Any = Material()

Above0 = Range(above=0)
EnergyPerArea: TypeAlias = Annotated[float, Unit("J/m²")]
PerKelvin: TypeAlias = Annotated[float, Unit("1/K")]
HeatCapacity: TypeAlias = Annotated[float, Unit("J/(m³ K)"), Above0]
ThermalConductivity: TypeAlias = Annotated[float, Unit("W/(m K)"), Above0]


class MaterialSection(Section):
    """What the film is made of: a conducting ferromagnet, the same everywhere but in regions."""

    described_like: ClassVar = Material

    saturation_magnetisation: Annotated[FieldStrength, Above0] = _DEFAULT.saturation_magnetisation
    exchange_stiffness: Annotated[float, Unit("J/m"), Above0] = _DEFAULT.exchange_stiffness
    interfacial_dmi: EnergyPerArea = _DEFAULT.interfacial_dmi
    bulk_dmi: EnergyPerArea = _DEFAULT.bulk_dmi
    uniaxial_anisotropy: Annotated[float, Unit("J/m³")] = _DEFAULT.uniaxial_anisotropy
    easy_axis: Direction = _DEFAULT.easy_axis
    damping: Annotated[Plain, Range(0)] = _DEFAULT.damping
    nonadiabaticity: Plain = _DEFAULT.nonadiabaticity
    polarisation: Annotated[Plain, Range(-1, 1)] = _DEFAULT.polarisation
    g_factor: Annotated[Plain, Range(0)] = _DEFAULT.g_factor
    gyromagnetic_ratio: Annotated[float, Unit("m/(A s)"), Above0] = _DEFAULT.gyromagnetic_ratio
    conductivity: Annotated[Conductivity, Above0] = _DEFAULT.conductivity
    amr_ratio: Annotated[Plain, Range(above=-1)] = _DEFAULT.amr_ratio
    anomalous_hall_ratio: Plain = _DEFAULT.anomalous_hall_ratio
    temperature_coefficient: PerKelvin = _DEFAULT.temperature_coefficient
    volumetric_heat_capacity: HeatCapacity = _DEFAULT.volumetric_heat_capacity
    thermal_conductivity: ThermalConductivity = _DEFAULT.thermal_conductivity
    heat_transfer_coefficient: Annotated[float, Unit("W/(m² K)"), Above0] | None = (
        _DEFAULT.heat_transfer_coefficient
    )

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
