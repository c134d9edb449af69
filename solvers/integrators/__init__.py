"""Time integration of the equation of motion: explicit, and implicit with large steps."""

from hebbfilm.solvers.integrators.explicit import Explicit
from hebbfilm.solvers.integrators.implicit import Implicit
from hebbfilm.solvers.integrators.interface import Advance, Integrator
from hebbfilm.solvers.integrators.selection import IntegratorName, make_integrator

__all__ = ["Advance", "Explicit", "Implicit", "Integrator", "IntegratorName", "make_integrator"]
