"""Interfacial Dzyaloshinskii-Moriya interaction."""

from dataclasses import dataclass

from hebbfilm.solvers.terms.energy import (
    Energy,
    Expression,
    Quantity,
    Surroundings,
    gradient,
    parameter,
)


@dataclass(frozen=True)
class InterfacialDMI(Energy):
    """E = ∫ D [m_z ∇·m - (m·∇) m_z], for a film whose normal is z.

    The natural boundary condition is ∂m/∂n = -(D/2A)(m_z n - (m·n) ẑ):
    S. Rohart and A. Thiaville, Phys. Rev. B 88, 184422 (2013), up to their sign of D.

    Args:
        constant: D in J/m².
    """

    constant: Quantity = parameter("J/m²")
    name = "interfacial_dmi"

    def density(self, m: Expression, at: Surroundings) -> Expression:
        """D [m_z (∂_x m_x + ∂_y m_y) - m_x ∂_x m_z - m_y ∂_y m_z] in J/m³."""
        slope = gradient(m)
        along = m[0] * slope[2, 0] + m[1] * slope[2, 1]
        return self.constant * (m[2] * (slope[0, 0] + slope[1, 1]) - along)
