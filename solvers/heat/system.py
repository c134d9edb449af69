"""The linear systems of implicit steps of the temperature."""

from __future__ import annotations

from typing import Any

from petsc4py import PETSc

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import SolverError
from hebbfilm.common.signals import held_signals

_PREFIX = "hebbfilm_heat_"
_TOLERANCE = 1e-11
"""Of a residual, in relation to what drives: the heat that it leaves out stays far below 1e-6."""
_ITERATION_LIMIT = 20_000


class ShiftedSystem:
    """Solves (C + s A) x = b for vertices whose temperature is free; x of held ones is 0.

    Conjugate gradients, preconditioned by the diagonal: steps of another length s need no set-up.
    PETSc options with the prefix `hebbfilm_heat_` overrule the choices made here.

    Args:
        matrix: A in W/K of all vertices, a PETSc matrix.
        capacity: C in J/K, (owned,).
        held: whether a vertex is, (owned,).

    Attributes:
        iterations, solves: so far.
    """

    def __init__(self, matrix: Any, capacity: FloatArray, held: BoolArray) -> None:
        first, _ = matrix.getOwnershipRange()
        self._free = np.flatnonzero(~held)
        self._capacity = capacity[self._free]
        self._owned = len(held)
        rows = (self._free + first).astype(PETSc.IntType)
        self._rows = PETSc.IS().createGeneral(rows, matrix.comm)
        self._unshifted = matrix.createSubMatrix(self._rows, self._rows)
        self._shifted = self._unshifted.duplicate(copy=True)
        self._right, self._solution = self._shifted.createVecs()
        self._diagonal, self._sum = self._shifted.createVecs()
        self._unshifted.getDiagonal(self._diagonal)
        self._solver = self._create_solver()
        self.iterations = self.solves = 0

    def _create_solver(self) -> PETSc.KSP:
        solver = PETSc.KSP().create(self._shifted.comm)
        solver.setOptionsPrefix(_PREFIX)
        solver.setType(PETSc.KSP.Type.CG)
        solver.getPC().setType(PETSc.PC.Type.JACOBI)
        solver.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
        solver.setInitialGuessNonzero(True)
        solver.setTolerances(rtol=_TOLERANCE, atol=0.0, max_it=_ITERATION_LIMIT)
        solver.setFromOptions()
        return solver

    def take(self, matrix: Any) -> None:
        """Take other values of A; collective."""
        matrix.createSubMatrix(self._rows, self._rows, self._unshifted)
        self._unshifted.getDiagonal(self._diagonal)

    def solve(self, span: float, right: FloatArray, guess: FloatArray) -> FloatArray:
        """The x, (owned,); collective.

        Args:
            span: s in s.
            right: b in W, (owned,).
            guess: of x in K/s, (owned,).

        Raises:
            SolverError: no convergence.
        """
        # Divided by s, so that another s changes the diagonal alone.
        self._unshifted.copy(self._shifted, PETSc.Mat.Structure.SAME_NONZERO_PATTERN)
        self._sum.array[:] = self._diagonal.array_r + self._capacity / span
        self._shifted.setDiagonal(self._sum)
        self._right.array[:] = right[self._free] / span
        self._solution.array[:] = guess[self._free]
        with held_signals():
            self._solver.setOperators(self._shifted)
            self._solver.solve(self._right, self._solution)
        self.iterations += self._solver.getIterationNumber()
        self.solves += 1
        if self._solver.getConvergedReason() < 0:
            raise SolverError(
                f"the temperature did not converge: residual {self._solver.getResidualNorm():.3g} "
                f"W/s after {self._solver.getIterationNumber()} iterations"
            )
        found = np.zeros(self._owned)
        found[self._free] = self._solution.array_r
        return found
