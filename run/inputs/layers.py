"""The [[layers]] of a case: metal below and above the film."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from pydantic import model_validator

from hebbfilm.run.inputs.sections import Section
from hebbfilm.solvers import Layer
from hebbfilm.solvers.layers.layer import Side

Value = float | dict[str, float]
"""A number, or one for each region by its name and for the rest, "film"."""

_DEFAULT: dict[str, Any] = {field.name: field.default for field in fields(Layer)}


class LayerSection(Section):
    """A layer, of which `Layer` says what its keys mean."""

    name: str
    thickness: float
    conductivity: Value
    side: Side = _DEFAULT["side"]
    damping_like_efficiency: Value = _DEFAULT["damping_like_efficiency"]
    field_like_efficiency: Value = _DEFAULT["field_like_efficiency"]
    spin_hall_magnetoresistance: Value = _DEFAULT["spin_hall_magnetoresistance"]
    temperature_coefficient: Value = _DEFAULT["temperature_coefficient"]
    volumetric_heat_capacity: Value = _DEFAULT["volumetric_heat_capacity"]
    thermal_conductivity: Value = _DEFAULT["thermal_conductivity"]

    @model_validator(mode="after")
    def _possible(self) -> LayerSection:
        self.of_film()
        return self

    def of_film(self) -> Layer:
        """The layer of a film.

        Raises:
            InputError: a value outside its range.
        """
        return Layer(**self.model_dump())
