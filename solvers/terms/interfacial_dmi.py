"""Interfacial Dzyaloshinskii-Moriya interaction."""

from dataclasses import dataclass

import numpy as np

from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.terms.quadratic import QuadraticForm


@dataclass(frozen=True)
class InterfacialDMI:
    """E = D ∫ [m_z ∇·m - (m·∇) m_z], for a film whose normal is z.

    The natural boundary condition is ∂m/∂n = -(D/2A)(m_z n - (m·n) ẑ):
    S. Rohart and A. Thiaville, Phys. Rev. B 88, 184422 (2013), up to their sign of D.

    Args:
        constant: D in J/m².
    """

    constant: float
    name = "interfacial_dmi"

    def quadratic_form(self, operators: VertexOperators) -> QuadraticForm:
        """D_ij = D (S_y, -S_x, 0), with S_k = ∫ (λ_i ∂_k λ_j - λ_j ∂_k λ_i)."""
        s = operators.antisymmetric_derivative
        moriya = self.constant * np.column_stack([s[:, 1], -s[:, 0], np.zeros(len(s))])
        return QuadraticForm.from_moriya(operators, moriya)
