"""What the film is made of."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.notebook import as_html
from hebbfilm.solvers.materials.constants import (
    BOHR_MAGNETON,
    ELEMENTARY_CHARGE,
    GYROMAGNETIC_RATIO,
)
from hebbfilm.solvers.materials.parameter import (
    Parameter,
    described,
    is_uniform,
    problem_of_uniform,
)
from hebbfilm.solvers.materials.parameter_set import ParameterSet

_POSITIVE = (
    "saturation_magnetisation",
    "exchange_stiffness",
    "conductivity",
    "gyromagnetic_ratio",
    "volumetric_heat_capacity",
    "thermal_conductivity",
    "heat_transfer_coefficient",
)
_NOT_NEGATIVE = ("damping", "g_factor")


def problem_of(name: str, value: float) -> str | None:
    """What a parameter of that name must be, where one of its values is not; None if it may be."""
    if name in _POSITIVE and not value > 0:
        return "positive"
    if name in _NOT_NEGATIVE and not value >= 0:
        return "zero or positive"
    if name == "amr_ratio" and not value > -1:
        return "above -1 (ρ∥ is positive)"
    if name == "polarisation" and not abs(value) <= 1:
        return "between -1 and 1"
    return None


Numbers = TypeVar("Numbers", float, FloatArray)


def drift_per_current_density(
    g_factor: Numbers, polarisation: Numbers, magnetisation: Numbers
) -> Numbers:
    """See `Material.spin_drift_per_current_density`; numbers, or arrays of them."""
    moment = g_factor * BOHR_MAGNETON * polarisation
    return -moment / (2 * ELEMENTARY_CHARGE * magnetisation)


def _require_axis(value: Parameter | None) -> None:
    """Raise InputError unless a vector for the whole film is a direction."""
    if value is None:
        raise InputError("material.easy_axis = None: must be a direction, or vary in space")
    if not is_uniform(value):
        return
    components = np.asarray(value, dtype=np.float64)
    if not np.all(np.isfinite(components)):
        raise InputError(f"material.easy_axis = {value}: must be a finite number")
    if not np.any(components):
        raise InputError(f"material.easy_axis = {value}: must be a direction that is not zero")


@dataclass(frozen=True, eq=False, repr=False)
class Material(ParameterSet):
    """A conducting ferromagnet; the defaults are those of the four-node wheel that learns.

    Each of these is one number (of `easy_axis`: one vector) or differs from place to place: an
    array of one row for each vertex or each cell, a function of places (n, 3) in m, a DOLFINx
    function, or any of these for each region of the film by its name, with "film" for what lies in
    none that is named. What differs is looked at when a film is made of it.

    Args:
        saturation_magnetisation: M_s of the film in A/m.
        exchange_stiffness: A of the exchange energy A (∇m)² in J/m.
        interfacial_dmi: D of the interfacial Dzyaloshinskii-Moriya interaction in J/m².
        bulk_dmi: D of the bulk Dzyaloshinskii-Moriya interaction in J/m²; positive makes helices
            right-handed.
        uniaxial_anisotropy: constant K_u in J/m³; positive makes `easy_axis` easy. An effective
            constant that contains the shape anisotropy goes with a film whose `demagnetisation` is
            "none".
        easy_axis: direction of the uniaxial anisotropy, any length but zero, without unit.
        damping: Gilbert's damping α, without unit.
        nonadiabaticity: β of the Zhang-Li torque, without unit.
        polarisation: spin polarisation P of the current, without unit.
        g_factor: Landé factor, without unit.
        gyromagnetic_ratio: γ₀ = μ₀γ in m/(A s).
        conductivity: σ⊥ in S/m, for a current perpendicular to the magnetisation.
        amr_ratio: anisotropic magnetoresistance (ρ∥ - ρ⊥)/ρ⊥, without unit.
        anomalous_hall_ratio: ratio ρ_AH/ρ⊥ of the field ρ_AH m × j, without unit. With it the
            conductance matrix is not symmetric; weights are read from its symmetric part.
        volumetric_heat_capacity: c of a volume in J/(m³ K), for the estimate of Joule heating and
            for `Heat`.
        heat_transfer_coefficient: h in W/(m² K) from the film to a substrate that stays cold, for
            both; 1e7 to 1e8 for a metal on an oxide. None: no heat leaves the film there.
        temperature_coefficient: a of the resistivity ρ(T) = ρ (1 + a (T - T₀)) in 1/K, T₀ that of
            the substrate.
        thermal_conductivity: κ in W/(m K), for `Heat`; 20 is typical of a thin film.

    Raises:
        InputError: a value outside its range.

    Example:
        >>> Material(conductivity=5e6, amr_ratio=0.2).resistivity_difference
        4e-08
        >>> def softer(x):
        ...     return np.where(x[:, 0] > 100e-9, 1e5, 2e5)
        >>> uneven = Material(uniaxial_anisotropy=softer, damping={"film": 0.1, "rim": 0.5})
        >>> uneven.damping["rim"]
        0.5
    """

    saturation_magnetisation: Parameter = 5.8e5
    exchange_stiffness: Parameter = 1e-11
    interfacial_dmi: Parameter = 3e-3
    bulk_dmi: Parameter = 0.0
    uniaxial_anisotropy: Parameter = 2e5
    easy_axis: Parameter = (0.0, 0.0, 1.0)
    damping: Parameter = 0.3
    nonadiabaticity: Parameter = 0.6
    polarisation: Parameter = 0.5
    g_factor: Parameter = 2.0
    gyromagnetic_ratio: Parameter = GYROMAGNETIC_RATIO
    conductivity: Parameter = 5e6
    amr_ratio: Parameter = 0.2
    anomalous_hall_ratio: Parameter = 0.0
    volumetric_heat_capacity: Parameter = 3.7e6
    heat_transfer_coefficient: Parameter | None = None
    temperature_coefficient: Parameter = 0.0
    thermal_conductivity: Parameter = 20.0

    _repr_html_ = as_html

    def __post_init__(self) -> None:
        for field in fields(self):
            name, value = field.name, getattr(self, field.name)
            if value is None and field.default is None:
                continue
            if name == "easy_axis":
                _require_axis(value)
            elif problem := problem_of_uniform(value, name, problem_of):
                # Of a list the problem tells what matters.
                told = "" if isinstance(value, list | tuple) else f" = {value}"
                hint = ", or left out if no heat leaves the film"
                hint = hint if name == "heat_transfer_coefficient" else ""
                raise InputError(f"material.{name}{told}: {problem}{hint}")

    def number(self, name: str) -> float:
        """The parameter of that name, of a material that is the same everywhere.

        Raises:
            InputError: it differs from place to place.
        """
        found = getattr(self, name)
        if not isinstance(found, int | float):
            raise InputError(
                f"material.{name}: one number was asked for, but it differs from place to place "
                f"({described(found)})"
            )
        return found

    @property
    def perpendicular_resistivity(self) -> float:
        """ρ⊥ in Ω m; like the following, of a material that is the same everywhere."""
        return 1 / self.number("conductivity")

    @property
    def resistivity_difference(self) -> float:
        """ρ∥ - ρ⊥ in Ω m."""
        return self.number("amr_ratio") / self.number("conductivity")

    @property
    def anomalous_hall_resistivity(self) -> float:
        """ρ_AH in Ω m."""
        return self.number("anomalous_hall_ratio") / self.number("conductivity")

    @property
    def spin_drift_per_current_density(self) -> float:
        """Factor b of u = b j in m³/C, negative as electrons flow against j.

        b = -g μ_B P / (2 e M_s): S. Zhang and Z. Li, Phys. Rev. Lett. 93, 127204 (2004), with the
        1/(1 + β²) of that paper left out as in most codes and in muMAG problem 5.
        """
        return drift_per_current_density(
            self.number("g_factor"),
            self.number("polarisation"),
            self.number("saturation_magnetisation"),
        )
