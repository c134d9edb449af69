"""Why a step fails, and which term or torque is to blame; looked for only then."""

from __future__ import annotations

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import SolverError
from hebbfilm.solvers.magnetisation.dynamics import Dynamics

_SHORTEST = 1e-18
"""In s: exchange between neighbouring atoms turns a moment by less than 1e-3 meanwhile."""


def failed_step(dynamics: Dynamics, reason: str, step: float) -> SolverError:
    """The error of a step that fails; it names fields that are not finite; collective.

    Args:
        dynamics: as it stood before the step.
        reason: why it fails, as far as the step knows.
        step: in s, how long it was.
    """
    blamed = _blamed(dynamics, step)
    told = f": the field of {' and '.join(blamed)} is not finite" if blamed else ""
    return SolverError(f"{reason} at {dynamics.time:.4g} s{told}")


def require_step(dynamics: Dynamics, longest: float) -> float:
    """The longest step in s that fields and drift allow, if it makes any sense; collective.

    Args:
        dynamics: whose m is to be moved.
        longest: step in s, the same on all ranks.

    Raises:
        SolverError: it is far shorter than any motion of a moment, or not a number.
    """
    if longest >= _SHORTEST:
        return longest
    if not longest > 0:
        raise failed_step(dynamics, "no step is small enough", 0.0)
    with np.errstate(all="ignore"):
        names = [*dynamics.energies(), *(name for name, _ in dynamics.fields.named)]
    raise SolverError(
        f"no step is small enough at {dynamics.time:.4g} s: fields of up to "
        f"{dynamics.largest_field:.3g} A/m, and the current, ask for {longest:.2g} s; what acts is "
        f"{', '.join(dict.fromkeys(names)) or 'the current alone'}: is a unit mistaken?"
    )


def _blamed(dynamics: Dynamics, step: float) -> list[str]:
    """Names of fields that are not finite now, or with the present m after the step."""
    operators, m = dynamics.operators, dynamics.m
    # What is made of a magnetisation that is lost says nothing about a field.
    if not _finite(operators.comm, m[: operators.owned]):
        return []
    blamed = []
    for name, field in dynamics.fields.named:
        found = np.zeros((operators.owned, 3))
        with np.errstate(all="ignore"):
            for time in (dynamics.time, dynamics.time + step):
                field.add_field(time, m, found)
        if not _finite(operators.comm, found):
            blamed.append(name)
    return blamed


def _finite(comm: MPI.Intracomm, values: FloatArray) -> bool:
    """Whether they are so on all ranks."""
    found: bool = comm.allreduce(bool(np.isfinite(values).all()), MPI.LAND)
    return found
