"""Exchange."""

from dataclasses import dataclass

from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.terms.quadratic import QuadraticForm


@dataclass(frozen=True)
class Exchange:
    """E = A ∫ |∇m|² with the natural boundary condition ∂m/∂n = 0.

    Args:
        stiffness: A in J/m.
    """

    stiffness: float
    name = "exchange"

    def quadratic_form(self, operators: VertexOperators) -> QuadraticForm:
        """J_ij = 2 A ∫ ∇λ_i · ∇λ_j."""
        return QuadraticForm.from_exchange(operators, 2 * self.stiffness * operators.stiffness)
