"""Bulk Dzyaloshinskii-Moriya interaction."""

from dataclasses import dataclass

import numpy as np

from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.terms.quadratic import QuadraticForm


@dataclass(frozen=True)
class BulkDMI:
    """E = D ∫ m · (∇ × m), of a chiral crystal like B20 FeGe.

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

    constant: float
    exchange_stiffness: float
    name = "bulk_dmi"

    def quadratic_form(self, operators: VertexOperators) -> QuadraticForm:
        """D_ij = D (S_x, S_y, S_z), with S_k = ∫ (λ_i ∂_k λ_j - λ_j ∂_k λ_i)."""
        moriya = self.constant * operators.antisymmetric_derivative
        form = QuadraticForm.from_moriya(operators, moriya)
        return form + self._twist(operators) if operators.dimension == 2 else form

    def _twist(self, operators: VertexOperators) -> QuadraticForm:
        gain = -(self.constant**2) / (2 * self.exchange_stiffness) * operators.vertex_volumes
        x, y = (np.broadcast_to(axis, (operators.owned, 3)) for axis in np.eye(3)[:2])
        return QuadraticForm.from_axis(operators, gain, x) + QuadraticForm.from_axis(
            operators, gain, y
        )
