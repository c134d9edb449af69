"""The linear systems of implicit steps of the temperature."""

from __future__ import annotations

from typing import Any

from petsc4py import PETSc

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import SolverError
from hebbfilm.common.reductions import total
from hebbfilm.common.signals import held_signals

_PREFIX = "hebbfilm_heat_"
_TOLERANCE = 1e-4
"""Of a residual, in relation to what drives: of how T changes in a step, not of T. The heat that a
residual would leave out in all is given back, see `ShiftedSystem.solve`."""
_ITERATION_LIMIT = 20_000


class ShiftedSystem:
    """Solves (C + s A) x = b for vertices whose temperature is free; x of held ones is 0.

    Conjugate gradients, preconditioned by the diagonal, so that steps of another length s need no
    set-up: up to 100 ps, on 16 000 vertices of 4 nm, that took half the time of multigrid or less.
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
        self._column_sums, self._ones = self._shifted.createVecs()
        self._ones.set(1.0)
        self._sum_up()
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
        self._sum_up()

    def _sum_up(self) -> None:
        """Find the diagonal of A, and the sums of its columns, as it is symmetric."""
        self._unshifted.getDiagonal(self._diagonal)
        self._unshifted.mult(self._ones, self._column_sums)

    def solve(self, span: float, right: FloatArray, guess: FloatArray) -> FloatArray:
        """The x, (owned,), for which Σ (C + s A) x = Σ b to round-off: no heat is lost; collective.

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
        found[self._free] = self._solution.array_r + self._lost(span)
        return found

    def _lost(self, span: float) -> float:
        """What all x are to be raised by so that they meet the sum of what was asked for."""
        weights = self._column_sums.array_r + self._capacity / span
        left = self._right.array_r.sum() - weights @ self._solution.array_r
        sums = total(self._shifted.comm.tompi4py(), np.array([left, weights.sum()]))
        return float(sums[0] / sums[1])
