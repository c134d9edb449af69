"""What decides how exactly a film is calculated, and at what cost."""

from dataclasses import dataclass
from typing import get_args

from hebbfilm.common.arguments import check_number
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.quantities import Plain
from hebbfilm.solvers.integrators.interface import IntegratorName


@dataclass(frozen=True)
class Numerics:
    """Tolerances and the integrator of a film; what the film is made of is not here.

    Args:
        renewal_tolerance: relative error of the current density, by what m has turned or drives
            have moved since, at which the current is renewed.
        potential_tolerance: relative error of the current density, and of conductances that are
            read, by unfinished solves; below 1. Those of the course of a run (conductance.csv) are
            to 1e-5.
        integrator: "explicit", "implicit", or "auto" for the one that suits the mesh.
        step_tolerance: largest error of m, a unit vector, that a time step may make.

    Raises:
        InputError: a tolerance that is not positive, or an unknown integrator.

    Example:
        >>> Numerics(step_tolerance=1e-4).integrator
        'auto'
    """

    renewal_tolerance: Plain = 0.04
    potential_tolerance: Plain = 1e-10
    integrator: IntegratorName = "auto"
    step_tolerance: Plain = 1e-3

    def __post_init__(self) -> None:
        check_number("renewal_tolerance", self.renewal_tolerance, "", above=0)
        check_number("potential_tolerance", self.potential_tolerance, "", above=0, below=1)
        check_number("step_tolerance", self.step_tolerance, "", above=0)
        allowed = get_args(IntegratorName)
        if self.integrator not in allowed:
            raise InputError(
                f"integrator = {self.integrator!r}: {allowed_are(self.integrator, allowed)}"
            )
