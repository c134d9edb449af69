"""The linear system of a Newton step of the midpoint rule, solved by GMRES."""

from petsc4py import PETSc

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.signals import held_signals
from hebbfilm.solvers.discretisation.petsc_context import weak_context
from hebbfilm.solvers.kernels import llg
from hebbfilm.solvers.kernels import midpoint as loops
from hebbfilm.solvers.magnetisation.dynamics import Dynamics, rows

_RESTART, _MOST_ITERATIONS = 30, 120


class MidpointSystem:
    """F'(w) of `kernels.midpoint`, preconditioned by its pointwise part (1 - b m×)⁻¹.

    Args:
        dynamics: whose couplings act.

    Attributes:
        middle: m in the middle of the step, a vector over the columns.
        lever: (owned, 3) B at the present w.
        right: (owned, 3) -F(w).
        iterations: of GMRES, so far.
    """

    def __init__(self, dynamics: Dynamics) -> None:
        self._dynamics = dynamics
        operators = dynamics.operators
        self.middle, self._change = operators.vector(3), operators.vector(3)
        self.lever, self.right, self._solution, self._field, self._drift = (
            np.zeros((operators.owned, 3)) for _ in range(5)
        )
        self.iterations = 0
        self._tau = 0.0
        self._stiffness = -dynamics.self_exchange
        self._ksp = PETSc.KSP().create(operators.comm)
        self._vectors = [
            PETSc.Vec().createWithArray(array.reshape(-1), comm=operators.comm)
            for array in (self.right, self._solution)
        ]
        size = self._vectors[0].getSizes()
        context = weak_context(self.mult, self.apply)
        self._matrix = PETSc.Mat().createPython((size, size), context, operators.comm)
        self._ksp.setOperators(self._matrix)
        self._ksp.setType("gmres")
        self._ksp.setGMRESRestart(_RESTART)
        preconditioner = self._ksp.getPC()
        preconditioner.setType("python")
        preconditioner.setPythonContext(context)

    def begin(self) -> None:
        """Take up couplings that may have been renewed."""
        np.negative(self._dynamics.self_exchange, out=self._stiffness)

    def evaluate(self, tau: float, half: FloatArray) -> None:
        """F at w (owned, 3), for half a step of `tau` s; collective."""
        dynamics, middle = self._dynamics, rows(self.middle)
        self._tau = tau
        llg.move(dynamics.m, half, 1.0, middle)
        self.middle.scatter_forward()
        dynamics.update_fields(dynamics.time + tau, middle)
        dynamics.linearise(dynamics.time + tau, middle)
        llg.linear_field(dynamics.couplings, middle, self._field, self._drift)
        self._field += dynamics.couplings.external
        loops.residual(
            dynamics.gilbert, tau, middle, self._field, self._drift, half, self.lever, self.right
        )

    def solve(self, reduction: float) -> FloatArray | None:
        """The Newton step (owned, 3), its residual so much reduced; None if not; collective."""
        self._ksp.setTolerances(rtol=reduction, atol=0.0, max_it=_MOST_ITERATIONS)
        with held_signals():
            self._ksp.solve(*self._vectors)
        self.iterations += self._ksp.getIterationNumber()
        return self._solution if self._ksp.getConvergedReason() > 0 else None

    def mult(self, matrix: PETSc.Mat, x: PETSc.Vec, y: PETSc.Vec) -> None:
        """F' x, for PETSc."""
        dynamics, change = self._dynamics, rows(self._change)
        change[: len(self.lever)] = x.getArray(readonly=True).reshape(-1, 3)
        self._change.scatter_forward()
        llg.linear_field(dynamics.couplings, change, self._field, self._drift)
        dynamics.add_change(change, self._field)
        loops.jacobian(
            dynamics.gilbert,
            self._tau,
            rows(self.middle),
            self._field,
            self._drift,
            self.lever,
            change,
            y.getArray().reshape(-1, 3),
        )

    def apply(self, preconditioner: PETSc.PC, x: PETSc.Vec, y: PETSc.Vec) -> None:
        """The preconditioner on x, for PETSc."""
        loops.precondition(
            self._stiffness,
            self._dynamics.gilbert,
            self._tau,
            rows(self.middle),
            x.getArray(readonly=True).reshape(-1, 3),
            y.getArray().reshape(-1, 3),
        )
