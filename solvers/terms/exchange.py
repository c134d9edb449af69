"""Exchange."""

from dataclasses import dataclass

import ufl

from hebbfilm.solvers.terms.energy import Energy, Expression, Quantity, Surroundings, parameter


@dataclass(frozen=True)
class Exchange(Energy):
    """E = ∫ A |∇m|² with the natural boundary condition ∂m/∂n = 0.

    Across a border of two A, or two M_s, m is continuous and A ∂m/∂n too: what one side exerts on
    the other comes back.

    Args:
        stiffness: A in J/m.
    """

    stiffness: Quantity = parameter("J/m")
    name = "exchange"

    def density(self, m: Expression, at: Surroundings) -> Expression:
        """A |∇m|² in J/m³."""
        return self.stiffness * ufl.inner(ufl.grad(m), ufl.grad(m))
