"""Uniaxial anisotropy."""

from dataclasses import dataclass

import ufl

from hebbfilm.solvers.terms.energy import Energy, Expression, Quantity, Surroundings, parameter


@dataclass(frozen=True)
class UniaxialAnisotropy(Energy):
    """E = -∫ K (m · a)².

    Args:
        constant: K in J/m³.
        axis: the direction a, of any length but zero.
    """

    constant: Quantity = parameter("J/m³")
    axis: Quantity = parameter("", (3,))
    name = "uniaxial_anisotropy"

    def density(self, m: Expression, at: Surroundings) -> Expression:
        """-K (m · a)² in J/m³."""
        return -self.constant * ufl.dot(m, self.axis) ** 2 / ufl.dot(self.axis, self.axis)
