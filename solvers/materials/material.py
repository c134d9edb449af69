"""What the film is made of."""

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.solvers.materials.constants import (
    BOHR_MAGNETON,
    ELEMENTARY_CHARGE,
    GYROMAGNETIC_RATIO,
)
from hebbfilm.solvers.materials.parameter import is_uniform

_POSITIVE = (
    "saturation_magnetisation",
    "exchange_stiffness",
    "conductivity",
    "gyromagnetic_ratio",
    "volumetric_heat_capacity",
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


@dataclass(frozen=True)
class Material:
    """A conducting ferromagnet; the defaults are those of the four-node wheel that learns.

    Args:
        saturation_magnetisation: M_s in A/m.
        exchange_stiffness: A in J/m.
        interfacial_dmi: D of the interfacial Dzyaloshinskii-Moriya interaction in J/m².
        bulk_dmi: D of the bulk Dzyaloshinskii-Moriya interaction in J/m²; positive makes helices
            right-handed.
        uniaxial_anisotropy: K_u in J/m³; positive makes `easy_axis` easy. An effective constant
            that contains the shape anisotropy goes with a film whose `demagnetisation` is "none".
        easy_axis: direction of the uniaxial anisotropy, any length but zero.
        damping: Gilbert's α.
        nonadiabaticity: β of the Zhang-Li torque.
        polarisation: spin polarisation P of the current.
        g_factor: Landé factor.
        gyromagnetic_ratio: γ₀ in m/(A s).
        conductivity: σ⊥ in S/m, for a current perpendicular to the magnetisation.
        amr_ratio: (ρ∥ - ρ⊥)/ρ⊥.
        anomalous_hall_ratio: ρ_AH/ρ⊥ of the field ρ_AH m × j. With it the conductance matrix is
            not symmetric, and no weights can be read from it.
        volumetric_heat_capacity: c in J/(m³ K), for the estimate of Joule heating alone.
        heat_transfer_coefficient: h in W/(m² K) from the film to a substrate that stays cold, for
            that estimate; 1e7 to 1e8 for a metal on an oxide. None lets no heat leave the film.

    Raises:
        InputError: a value outside its range.

    Example:
        >>> Material(conductivity=5e6, amr_ratio=0.2).resistivity_difference
        4e-08
    """

    saturation_magnetisation: float = 5.8e5
    exchange_stiffness: float = 1e-11
    interfacial_dmi: float = 3e-3
    bulk_dmi: float = 0.0
    uniaxial_anisotropy: float = 2e5
    easy_axis: tuple[float, float, float] = (0.0, 0.0, 1.0)
    damping: float = 0.3
    nonadiabaticity: float = 0.6
    polarisation: float = 0.5
    g_factor: float = 2.0
    gyromagnetic_ratio: float = GYROMAGNETIC_RATIO
    conductivity: float = 5e6
    amr_ratio: float = 0.2
    anomalous_hall_ratio: float = 0.0
    volumetric_heat_capacity: float = 3.7e6
    heat_transfer_coefficient: float | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if value is None or not is_uniform(value):
                continue
            if not np.all(np.isfinite(value)):
                raise InputError(f"material.{field.name} = {value}: must be a finite number")
            if field.name == "easy_axis":
                if not np.any(value):
                    raise InputError(
                        f"material.easy_axis = {value}: must be a direction that is not zero"
                    )
            elif problem := problem_of(field.name, value):
                hint = ", or left out if no heat leaves the film"
                hint = hint if field.name == "heat_transfer_coefficient" else ""
                raise InputError(f"material.{field.name} = {value}: must be {problem}{hint}")

    @property
    def perpendicular_resistivity(self) -> float:
        """ρ⊥ in Ω m."""
        return 1 / self.conductivity

    @property
    def resistivity_difference(self) -> float:
        """ρ∥ - ρ⊥ in Ω m."""
        return self.amr_ratio / self.conductivity

    @property
    def anomalous_hall_resistivity(self) -> float:
        """ρ_AH in Ω m."""
        return self.anomalous_hall_ratio / self.conductivity

    @property
    def spin_drift_per_current_density(self) -> float:
        """Factor b of u = b j in m³/C, negative as electrons flow against j.

        b = -g μ_B P / (2 e M_s): S. Zhang and Z. Li, Phys. Rev. Lett. 93, 127204 (2004), with the
        1/(1 + β²) of that paper left out as in most codes and in muMAG problem 5.
        """
        return drift_per_current_density(
            self.g_factor, self.polarisation, self.saturation_magnetisation
        )
