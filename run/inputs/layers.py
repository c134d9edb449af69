"""The [[layers]] of a case: metal below and above the film."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, TypeAlias, TypeVar

from pydantic import Field, model_validator

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import did_you_mean
from hebbfilm.common.quantities import Conductivity, Length, Plain, Range
from hebbfilm.meshing.slab import Slab
from hebbfilm.run.inputs.material import Above0, HeatCapacity, PerKelvin, ThermalConductivity
from hebbfilm.run.inputs.sections import Section
from hebbfilm.solvers import Layer
from hebbfilm.solvers.layers.layer import LARGEST_EFFICIENCY, LARGEST_THICKNESS, Side, problem_of
from hebbfilm.solvers.materials.parameter import REST, problem_of_uniform

_T = TypeVar("_T")
Values: TypeAlias = _T | dict[str, _T]
"""One number, or one for each region by its name, with "film" for what lies in none."""
Efficiency: TypeAlias = Annotated[Plain, Range(-LARGEST_EFFICIENCY, LARGEST_EFFICIENCY)]

_DEFAULT: Any = Layer("any", 1e-9, 1e6)


class LayerSection(Section):
    """A layer of metal below or above the film.

    Attributes:
        elements: over its thickness, with which it is meshed in three dimensions.
    """

    described_like: ClassVar = Layer

    name: str
    thickness: Annotated[Length, Range(above=0, most=LARGEST_THICKNESS)]
    conductivity: Values[Annotated[Conductivity, Above0]]
    side: Side = _DEFAULT.side
    damping_like_efficiency: Values[Efficiency] = _DEFAULT.damping_like_efficiency
    field_like_efficiency: Values[Efficiency] = _DEFAULT.field_like_efficiency
    spin_hall_magnetoresistance: Values[Annotated[Plain, Range(above=-1)]] = (
        _DEFAULT.spin_hall_magnetoresistance
    )
    temperature_coefficient: Values[PerKelvin] = _DEFAULT.temperature_coefficient
    volumetric_heat_capacity: Values[HeatCapacity] = _DEFAULT.volumetric_heat_capacity
    thermal_conductivity: Values[ThermalConductivity] = _DEFAULT.thermal_conductivity
    elements: int = Field(default=1, ge=1, le=1000)

    @model_validator(mode="after")
    def _possible(self) -> LayerSection:
        self.of_film()
        for key, values in self.tables():
            if REST not in values:
                raise InputError(
                    f"layers.{self.name}.{key}: give the value of what lies in no region, too: "
                    f"{REST} = …"
                )
            for region, value in values.items():
                if problem := problem_of_uniform(value, key, problem_of):
                    raise InputError(f"layers.{self.name}.{key}.{region} = {value:g}: {problem}")
        return self

    def tables(self) -> list[tuple[str, Mapping[str, float]]]:
        """Its keys that differ from region to region, with their values."""
        return [(key, value) for key, value in self if isinstance(value, Mapping)]

    def of_film(self) -> Layer:
        """The layer of a film.

        Raises:
            InputError: a value outside its range.
        """
        return Layer(**self.model_dump(exclude={"elements"}))

    def slab(self) -> Slab:
        """The same in the mesh of a film in three dimensions."""
        return Slab(self.name, self.thickness, self.side, self.elements)

    def require_regions(self, known: Iterable[str]) -> None:
        """Raise InputError if it has a value for a region that the film has not."""
        names = [REST, *known]
        for key, values in self.tables():
            for region in values:
                if region not in names:
                    raise InputError(
                        f"layers.{self.name}.{key}: no region {region} (this film has "
                        f"{', '.join(names)}){did_you_mean(region, names)}"
                    )


def require_no_elements(layers: Sequence[LayerSection]) -> None:
    """Raise InputError if a layer of a film in two dimensions is to be meshed."""
    for layer in layers:
        if layer.elements != 1:
            raise InputError(
                f"layers.{layer.name}.elements = {layer.elements}: must be 1 in two dimensions, "
                "where layers are not meshed; did you mean numerics.dimension = 3?"
            )


LayerSections = Annotated[tuple[LayerSection, ...], Field(max_length=100)]


def require_regions(layers: Sequence[LayerSection], known: Iterable[str]) -> None:
    """Raise InputError if a layer has a value for a region that the film has not."""
    for layer in layers:
        layer.require_regions(known)


def regions_of(layers: Sequence[LayerSection]) -> set[str]:
    """Names of the regions for which a layer has a value."""
    tables = [values for layer in layers for _, values in layer.tables()]
    return {region for values in tables for region in values}
