"""Demagnetising field of a thin film in its local limit."""

from dataclasses import dataclass

import numpy as np

from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.terms.quadratic import QuadraticForm


@dataclass(frozen=True)
class ThinFilmDemagnetisation:
    """E = ½ μ₀ M_s² ∫ m_z², exact for a film much thinner than its texture is wide.

    G. Gioia and R. D. James, Proc. R. Soc. Lond. A 453, 213 (1997).

    Args:
        saturation_magnetisation: M_s in A/m.
    """

    saturation_magnetisation: float
    name = "thin_film_demagnetisation"

    def quadratic_form(self, operators: VertexOperators) -> QuadraticForm:
        """B_i = μ₀ M_s² V_i ẑ ẑᵀ, with V_i the lumped volume of the vertex."""
        strength = VACUUM_PERMEABILITY * self.saturation_magnetisation**2
        normal = np.broadcast_to([0.0, 0.0, 1.0], (operators.owned, 3))
        return QuadraticForm.from_axis(operators, strength * operators.vertex_volumes, normal)
