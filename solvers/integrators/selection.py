"""Which integrator a film gets."""

from hebbfilm.solvers.integrators.explicit import Explicit
from hebbfilm.solvers.integrators.implicit import Implicit
from hebbfilm.solvers.integrators.interface import Integrator, IntegratorName
from hebbfilm.solvers.magnetisation.dynamics import Dynamics
from hebbfilm.solvers.magnetisation.thermal import ThermalField

_USEFUL_EXPLICIT_STEP = 2e-13
"""In s. A midpoint step takes the time of about five Runge-Kutta steps, and errs by 1e-3 at 0.5 to
0.8 ps in a texture that is driven, at 4 ps in one at rest: so down to here the explicit integrator
is the cheaper one where most of the time is spent."""

_COST = 20.0
"""Of a midpoint step with thermal noise, in steps of Runge-Kutta 4: 29 to 43 on meshes of 4.3 and
5 nm, 5 where edges are so long that exchange between them is weak."""


def make_integrator(
    name: IntegratorName,
    tolerance: float,
    dynamics: Dynamics,
    thermal: ThermalField | None = None,
) -> Integrator:
    """The integrator of that name and tolerance; collective.

    With "auto" it is the implicit one if the measured limit of stability is below 0.2 ps, as on
    meshes finer than about 2.5 nm. With noise both have fixed steps, and the implicit one is taken
    where its step is more than 20 times longer.

    Args:
        name: of the integrator.
        tolerance: largest error of m, a unit vector, that a time step may make.
        dynamics: whose m is moved.
        thermal: the thermal field that will act, or None.
    """
    if name == "explicit":
        return Explicit(dynamics, tolerance)
    implicit = Implicit(dynamics, tolerance)
    if name == "implicit":
        return implicit
    explicit = Explicit(dynamics, tolerance)
    if thermal is None:
        return implicit if dynamics.largest_step() < _USEFUL_EXPLICIT_STEP else explicit
    dynamics.thermal = thermal
    explicit.begin()
    implicit.begin()
    dynamics.thermal = None
    return implicit if implicit.step > _COST * explicit.step else explicit
