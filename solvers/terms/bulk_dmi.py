"""Bulk Dzyaloshinskii-Moriya interaction."""

from dataclasses import dataclass

import ufl

from hebbfilm.solvers.terms.energy import (
    Energy,
    Expression,
    Quantity,
    Surroundings,
    gradient,
    parameter,
)


@dataclass(frozen=True)
class BulkDMI(Energy):
    """E = ∫ D m · (∇ × m), of a chiral crystal like B20 FeGe.

    D > 0 favours right-handed helices: m turns by q = D/2A along its axis, a full turn in
    L = 4πA/|D|. The natural boundary condition is ∂m/∂n = (D/2A) n × m:
    A. N. Bogdanov and A. Hubert, J. Magn. Magn. Mater. 138, 255 (1994).

    This twists m between the faces of a film, however thin. The 2D model is the limit for a
    thickness far below L/2π, in which the twist leaves -(D²/4A) ∫ (1 - m_z²) beside the energy of
    the in-plane derivatives: E. Davoli, G. Di Fratta, D. Praetorius and M. Ruggeri,
    Math. Models Methods Appl. Sci. 32, 911 (2022), arXiv 2010.15541.

    Args:
        constant: D in J/m².
        exchange_stiffness: A in J/m; what resists the twist in two dimensions.
    """

    constant: Quantity = parameter("J/m²")
    exchange_stiffness: Quantity = parameter("J/m")
    name = "bulk_dmi"

    def density(self, m: Expression, at: Surroundings) -> Expression:
        """D m · (∇ × m) in J/m³, of a flat film with what the twist leaves of its energy."""
        slope = gradient(m)
        curl = ufl.as_vector(
            [slope[2, 1] - slope[1, 2], slope[0, 2] - slope[2, 0], slope[1, 0] - slope[0, 1]]
        )
        chiral = self.constant * ufl.dot(m, curl)
        if at.dimension == 3:
            return chiral
        # Up to a constant, -(D²/4A)(1 - m_z²).
        return chiral - self.constant**2 / (4 * self.exchange_stiffness) * (m[0] ** 2 + m[1] ** 2)
