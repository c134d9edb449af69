"""Which integrator a film gets."""

import difflib
from typing import Literal, get_args

from meshing.errors import InputError
from solvers.dynamics import Dynamics
from solvers.integrators.explicit import Explicit
from solvers.integrators.implicit import Implicit
from solvers.integrators.interface import Integrator

IntegratorName = Literal["auto", "explicit", "implicit"]

_USEFUL_EXPLICIT_STEP = 5e-13
"""In s. Textures move so that a midpoint step of about 4 ps errs by 1e-3, whatever the mesh; it
costs as much as six steps of Runge-Kutta 4. With a margin for the start of motions, where both
need short steps, the explicit integrator is the cheaper one above this limit of stability."""


def make_integrator(
    name: str, dynamics: Dynamics, tolerance: float, *, thermal: bool = False
) -> Integrator:
    """The integrator of that name; collective.

    With "auto" it is the implicit one if the measured limit of stability is below 0.5 ps (meshes
    finer than about 4 nm), or if there is heat: the midpoint rule leaves each mode its kT/2 at any
    step, while Runge-Kutta 4 needs steps of a fifth of its limit.

    Args:
        name: "auto", "explicit" or "implicit".
        dynamics: whose m is moved.
        tolerance: largest estimated error of a step, a length of unit vectors.
        thermal: whether a thermal field will act.

    Raises:
        InputError: an unknown name, or a tolerance that is not positive.
    """
    allowed = get_args(IntegratorName)
    if name not in allowed:
        close = difflib.get_close_matches(name, allowed, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise InputError(f"integrator = {name!r}: allowed are {', '.join(allowed)}{hint}")
    if not tolerance > 0:
        raise InputError(f"step_tolerance = {tolerance}: must be positive (error of unit vectors)")
    if name == "auto":
        implicit = thermal or dynamics.largest_step() < _USEFUL_EXPLICIT_STEP
        name = "implicit" if implicit else "explicit"
    return (Implicit if name == "implicit" else Explicit)(dynamics, tolerance)
