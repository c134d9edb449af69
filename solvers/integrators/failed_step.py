"""Why a step fails, and which term or torque is to blame; looked for only then."""

from __future__ import annotations

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import SolverError
from hebbfilm.solvers.magnetisation.dynamics import Dynamics


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
