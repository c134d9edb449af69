"""Which integrator a film gets."""

from hebbfilm.solvers.integrators.explicit import Explicit
from hebbfilm.solvers.integrators.implicit import Implicit
from hebbfilm.solvers.integrators.interface import Integrator, IntegratorName
from hebbfilm.solvers.magnetisation.dynamics import Dynamics
from hebbfilm.solvers.magnetisation.thermal import ThermalField

_USEFUL_PACE = 5e-14
"""In s an evaluation of an explicit step. A midpoint step takes the time of about 20 evaluations,
and errs by 1e-3 at 0.5 to 0.8 ps in a texture that is driven, at 4 ps in one at rest: so down to
here the explicit integrator is the cheaper one where most of the time is spent."""

_COST = 80.0
"""Of a midpoint step with thermal noise, in evaluations of an explicit one: 116 to 172 on meshes of
4.3 and 5 nm, 20 where edges are so long that exchange between them is weak."""


def make_integrator(
    name: IntegratorName,
    tolerance: float,
    dynamics: Dynamics,
    thermal: ThermalField | None = None,
) -> Integrator:
    """The integrator of that name and tolerance; collective.

    With "auto" it is the implicit one if the measured limit of stability lets explicit steps go
    less than 50 fs an evaluation, as on meshes finer than about 2 nm. With noise both have fixed
    steps, and the implicit one is taken where it goes more than 80 times as far in a step as the
    explicit one in an evaluation.

    Args:
        name: of the integrator.
        tolerance: largest error of m, a unit vector, that a time step may make.
        dynamics: whose m is moved.
        thermal: the thermal field that will act, or None.
    """
    if name == "explicit":
        return Explicit(dynamics, tolerance)
    if name == "implicit":
        return Implicit(dynamics, tolerance)
    explicit = Explicit(dynamics, tolerance)
    # One at a time, as both keep a lot.
    if thermal is None and explicit.pace >= _USEFUL_PACE:
        return explicit
    if thermal is None:
        del explicit
        return Implicit(dynamics, tolerance)
    implicit = Implicit(dynamics, tolerance)
    dynamics.thermal = thermal
    explicit.begin()
    implicit.begin()
    dynamics.thermal = None
    return implicit if implicit.step > _COST * explicit.pace else explicit
