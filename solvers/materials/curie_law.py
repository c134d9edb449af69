"""How a magnet depends on its temperature: powers of the reduced magnetisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from numbers import Real
from typing import Annotated, TypeAlias

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import Plain, Range, Temperature

_LARGEST_EXPONENT = 20.0
"""In every power here; Callen and Callen have 10 for anisotropies of the fourth order."""
_ANY_SIGN = ("exchange_exponent", "anisotropy_exponent", "dmi_exponent")
_BELOW_ONE = ("limit", "tolerance")
Exponent: TypeAlias = Annotated[Plain, Range(above=0, most=_LARGEST_EXPONENT)]
AnyExponent: TypeAlias = Annotated[Plain, Range(-_LARGEST_EXPONENT, _LARGEST_EXPONENT)]
Fraction: TypeAlias = Annotated[Plain, Range(above=0, below=1)]


@dataclass(frozen=True)
class CurieLaw:
    """M_s ∝ μ(T) = (1 - (T/T_C)^a)^b, and A, K and D as powers of μ.

    What a `Material` says holds at the temperature of the substrate, T_s; elsewhere each parameter
    is that times (μ(T)/μ(T_s))^n, at each vertex with the T there; n = 1 of M_s. |m| stays 1.

    a = 3/2 is Bloch's law at low temperatures and b = 1/3 about the critical exponent:
    M. D. Kuz'min, Phys. Rev. Lett. 94, 107204 (2005), with its s = 1; a = 1 has a classical magnet,
    R. F. L. Evans et al., Phys. Rev. B 91, 144425 (2015). K ∝ μ³ is H. B. Callen and E. Callen,
    J. Phys. Chem. Solids 27, 1271 (1966), of a uniaxial anisotropy of the second order; an
    effective constant that contains the shape anisotropy follows no such law: give K itself, and
    a demagnetising field. A ∝ μ² and D ∝ μ² are the mean field's; U. Atxitia et al.,
    Phys. Rev. B 82, 134440 (2010) find A ∝ μ^1.76 of FePt, R. Moreno et al., Phys. Rev. B 94,
    104433 (2016) μ^1.8 of cobalt. Thin films may be far from all that: S. Schlotter et al.,
    Appl. Phys. Lett. 113, 092402 (2018) measured K ∝ μ^2.1 and D ∝ μ^4.9 of Pt/Co/Cu.

    Args:
        curie_temperature: T_C of the magnet in K.
        temperature_exponent: a of μ(T).
        magnetisation_exponent: b of μ(T).
        exchange_exponent: n of the exchange stiffness A.
        anisotropy_exponent: n of the uniaxial anisotropy K.
        dmi_exponent: n of both Dzyaloshinskii-Moriya constants D.
        limit: of T_C, above which a run ends: closer to it |m| does not stay 1.
        tolerance: relative change of M_s anywhere at which all couplings are renewed.

    Raises:
        InputError: a value outside its range.

    Example:
        >>> import numpy as np
        >>> law = CurieLaw(curie_temperature=1000.0)
        >>> law.reduced_magnetisation(np.array([0.0, 300.0, 600.0])).round(3)
        array([1.   , 0.942, 0.812])
    """

    curie_temperature: Annotated[Temperature, Range(above=0)]
    temperature_exponent: Exponent = 1.5
    magnetisation_exponent: Exponent = 1 / 3
    exchange_exponent: AnyExponent = 2.0
    anisotropy_exponent: AnyExponent = 3.0
    dmi_exponent: AnyExponent = 2.0
    limit: Fraction = 0.9
    tolerance: Fraction = 0.01

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if problem := _problem_of(field.name, value):
                raise InputError(f"heat.magnet.{field.name} = {shown(value)}: {problem}")

    @property
    def highest_temperature(self) -> float:
        """That up to which the law is used, in K."""
        return self.limit * self.curie_temperature

    @property
    def exponents(self) -> Mapping[str, float]:
        """The n of each parameter of a `Material` that follows, by its name."""
        return {
            "saturation_magnetisation": 1.0,
            "exchange_stiffness": self.exchange_exponent,
            "uniaxial_anisotropy": self.anisotropy_exponent,
            "interfacial_dmi": self.dmi_exponent,
            "bulk_dmi": self.dmi_exponent,
        }

    def reduced_magnetisation(self, temperature: FloatArray) -> FloatArray:
        """μ of T in K, any shape; T must lie between 0 and T_C."""
        part = (temperature / self.curie_temperature) ** self.temperature_exponent
        reduced: FloatArray = (1 - part) ** self.magnetisation_exponent
        return reduced

    def steepness(self, temperature: float) -> float:
        """|d ln μ/dT| of T in K, in 1/K; T must lie between 0 and T_C."""
        part = (temperature / self.curie_temperature) ** self.temperature_exponent
        slope = self.magnetisation_exponent * self.temperature_exponent * part / (1 - part)
        return float(slope / temperature)

    def require_below_limit(self, name: str, temperature: float) -> None:
        """Raise InputError, by its name, for a temperature in K that is too high from the start."""
        if not temperature < self.highest_temperature:
            raise InputError(
                f"{name} = {temperature:g} K: must be below "
                f"{self.highest_temperature:g} K, {self.limit:g} of heat.magnet.curie_temperature"
            )


def _problem_of(name: str, value: float) -> str | None:
    """What is wrong with the value of a field, in words; None if nothing is."""
    if not isinstance(value, Real) or isinstance(value, bool) or not np.isfinite(value):
        return "must be a number"
    if name in _ANY_SIGN:
        return None if abs(value) <= _LARGEST_EXPONENT else f"must be at most {_LARGEST_EXPONENT:g}"
    if name in _BELOW_ONE:
        return None if 0 < value < 1 else "must be between 0 and 1"
    if not value > 0:
        return "must be positive" + (", in K" if name == "curie_temperature" else "")
    large = name != "curie_temperature" and value > _LARGEST_EXPONENT
    return f"must be at most {_LARGEST_EXPONENT:g}" if large else None
