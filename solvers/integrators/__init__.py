"""Time integration of the equation of motion: explicit, and implicit with large steps."""

from solvers.integrators.explicit import Explicit
from solvers.integrators.implicit import Implicit
from solvers.integrators.interface import Advance, Integrator
from solvers.integrators.selection import IntegratorName, make_integrator

__all__ = ["Advance", "Explicit", "Implicit", "Integrator", "IntegratorName", "make_integrator"]
