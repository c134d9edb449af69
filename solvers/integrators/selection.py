"""Which integrator a film gets."""

from meshing.errors import InputError
from solvers.dynamics import Dynamics
from solvers.integrators.explicit import Explicit
from solvers.integrators.interface import Integrator

_KINDS = {"explicit": Explicit}


def make_integrator(kind: str, dynamics: Dynamics, tolerance: float) -> Integrator:
    """The integrator of that name; collective."""
    if not tolerance > 0:
        raise InputError(f"step_tolerance = {tolerance}: must be positive (error of unit vectors)")
    return Explicit(dynamics, tolerance)
