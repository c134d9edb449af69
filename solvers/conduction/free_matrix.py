"""The matrix of a potential that is held at some vertices, as PETSc and BoomerAMG take it."""

from petsc4py import PETSc

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.solvers.conduction.electrodes import BoundElectrodes
from hebbfilm.solvers.conduction.multigrid import multigrid_matrix
from hebbfilm.solvers.discretisation.operators import VertexOperators


class FreeMatrix:
    """That of free vertices, with what interfaces conduct, held ones decoupled.

    Nothing is kept of what its methods make, as it takes as much memory as the matrix.

    Args:
        operators: the P1 operators of the film.
        electrodes: where voltages act.
    """

    def __init__(self, operators: VertexOperators, electrodes: BoundElectrodes) -> None:
        self._operators, self._electrodes = operators, electrodes

    def pattern(self) -> tuple[IntArray, IntArray]:
        """Pointers and global columns of the owned rows, as PETSc numbers them."""
        operators = self._operators
        columns = operators.columns.local_to_global(operators.indices).astype(PETSc.IntType)
        return operators.indptr.astype(PETSc.IntType), columns

    def free_entries(self) -> BoolArray:
        """Which entries couple free vertices or stand on the diagonal, (nnz,)."""
        operators, fixed = self._operators, self._electrodes.fixed
        held: BoolArray = np.repeat(fixed[: operators.owned], np.diff(operators.indptr))
        held |= fixed[operators.indices]
        coupled = np.logical_not(held, out=held)
        coupled[operators.diagonal] = True
        return coupled

    def values(self, of_film: FloatArray, free: BoolArray) -> FloatArray:
        """Its entries (nnz,) in S.

        Args:
            of_film: ∫ ∇λ_i · σ ∇λ_j in S, (nnz,).
            free: what `free_entries` gives.
        """
        values = np.where(free, of_film, 0.0)
        values[self._operators.diagonal] += self._electrodes.conductance
        return values

    def assemble(self, of_film: FloatArray) -> PETSc.Mat:
        """The matrix of PETSc; collective."""
        operators, values = self._operators, self.values(of_film, self.free_entries())
        size = (operators.owned, operators.rows.size_global)
        matrix = PETSc.Mat().createAIJ(
            (size, size), csr=(*self.pattern(), values), comm=operators.comm
        )
        matrix.setOption(PETSc.Mat.Option.SPD, True)
        matrix.assemble()
        return matrix

    def for_multigrid(self, of_film: FloatArray) -> PETSc.Mat:
        """The same for BoomerAMG alone; collective."""
        rows, values = self._operators.rows, self.values(of_film, self.free_entries())
        owned = range(*map(int, rows.local_range))
        return multigrid_matrix(
            self._operators.comm, *self.pattern(), values, owned, int(rows.size_global)
        )
