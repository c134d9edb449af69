"""The linear system of the potential: one frozen preconditioner, values that change under it."""

from petsc4py import PETSc

import numba
import numpy as np

from solvers.errors import SolverError
from solvers.operators import FloatArray, IntArray, VertexOperators

_DIRECT_LIMIT = 400_000
"""Vertices up to which the preconditioner is a complete factorisation."""
_ITERATION_LIMIT = 500
_PASSES = 4


class PotentialSolver:
    """Solves ∇·(σ ∇φ) = 0 with φ given on the contacts, for a σ that changes all the time.

    Conjugate gradients, preconditioned by a Laplacian of uniform conductivity that is factorised
    once: anisotropic magnetoresistance bounds the condition number by ρ∥/ρ⊥ for ever. PETSc
    options with the prefix `hebbfilm_potential_` overrule the choices made here.

    Args:
        operators: the P1 operators of the film.
        fixed: (columns,) true on the vertices of contacts.
        conductivity: of the preconditioner in S/m.

    Attributes:
        values: (nnz,) entries ∫ ∇λ_i · σ ∇λ_j in S, to be written in place.
        iterations: of all solves so far.
        solves: so far.
    """

    def __init__(
        self,
        operators: VertexOperators,
        fixed: np.ndarray,
        conductivity: float,
    ) -> None:
        self.operators = operators
        self.values = conductivity * operators.stiffness
        self.iterations = 0
        self.solves = 0
        self._fixed: IntArray = np.flatnonzero(fixed[: operators.owned]).astype(np.int32)
        self._free: IntArray = np.flatnonzero(~fixed[: operators.owned]).astype(np.int32)
        self._direction = operators.vector()
        sizes = ((operators.owned, operators.rows.size_global),) * 2
        self._matrix = PETSc.Mat().createPython(sizes, self, comm=operators.comm)
        self._matrix.setUp()
        self._right, self._solution = self._matrix.createVecs()
        self._solver = self._create_solver(self._uniform_laplacian(fixed))

    def _uniform_laplacian(self, fixed: np.ndarray) -> PETSc.Mat:
        operators = self.operators
        rows = np.repeat(np.arange(operators.owned), np.diff(operators.indptr))
        diagonal = rows == operators.indices
        decoupled = fixed[rows] | fixed[operators.indices]
        values = np.where(decoupled & ~diagonal, 0.0, self.values)
        columns = operators.columns.local_to_global(operators.indices).astype(PETSc.IntType)
        size = (operators.owned, operators.rows.size_global)
        pointers = operators.indptr.astype(PETSc.IntType)
        matrix = PETSc.Mat().createAIJ((size, size), csr=(pointers, columns, values),
                                       comm=operators.comm)  # fmt: skip
        matrix.setOption(PETSc.Mat.Option.SPD, True)
        matrix.assemble()
        return matrix

    def _create_solver(self, laplacian: PETSc.Mat) -> PETSc.KSP:
        solver = PETSc.KSP().create(self.operators.comm)
        solver.setOptionsPrefix("hebbfilm_potential_")
        solver.setType(PETSc.KSP.Type.CG)
        solver.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
        preconditioner = solver.getPC()
        if self.operators.rows.size_global > _DIRECT_LIMIT:
            preconditioner.setType(PETSc.PC.Type.HYPRE)
        else:
            preconditioner.setType(PETSc.PC.Type.CHOLESKY)
            # On one rank PETSc's own triangular solves take half the time of MUMPS'.
            if self.operators.comm.size > 1:
                preconditioner.setFactorSolverType(PETSc.Mat.SolverType.MUMPS)
            else:
                preconditioner.setFactorOrdering(PETSc.Mat.OrderingType.AMD)
        solver.setOperators(self._matrix, laplacian)
        preconditioner.setReusePreconditioner(True)
        solver.setFromOptions()
        solver.setUp()
        return solver

    def mult(self, matrix: PETSc.Mat, x: PETSc.Vec, y: PETSc.Vec) -> None:
        """The product that PETSc asks for: A on free vertices, the identity on contacts."""
        direction = self._direction
        owned = self.operators.owned
        direction.array[:owned] = x.array_r
        direction.scatter_forward()
        result = y.array_w
        _multiply(
            self.operators.indptr, self.operators.indices, self.values, direction.array, result
        )
        result[self._fixed] = x.array_r[self._fixed]

    def reaction(self, potential: FloatArray) -> FloatArray:
        """A φ in A, (owned,): the current that enters the film at each vertex, of φ (columns,)."""
        result = np.empty(self.operators.owned)
        _multiply(self.operators.indptr, self.operators.indices, self.values, potential, result)
        return result

    def solve(self, potential, tolerance: float) -> FloatArray:  # type: ignore[no-untyped-def]
        """Correct `potential`, a vector over the columns, on the free vertices; collective.

        Its values on contacts are the boundary values, those elsewhere the first guess.

        Args:
            potential: φ in V.
            tolerance: residual in relation to the current through the contacts.

        Returns:
            The reaction A φ in A, (owned,).

        Raises:
            SolverError: no convergence.
        """
        for _ in range(_PASSES):
            potential.scatter_forward()
            reaction = self.reaction(potential.array)
            residual, scale = self._residual(reaction)
            if residual <= tolerance * scale:
                return reaction
            # A poor first guess overrates the current, so what it led to is looked at again;
            # the half keeps round-off from asking for another pass.
            self._correct(potential, reaction, tolerance * scale / 2)
        raise SolverError(
            f"the potential did not converge: residual {residual:.3g} A, "
            f"{tolerance * scale:.3g} A wanted"
        )

    def _residual(self, reaction: FloatArray) -> tuple[float, float]:
        """Norms of the reaction on free vertices and on contacts, in A; collective."""
        parts = (reaction[self._free], reaction[self._fixed])
        local = np.array([part @ part for part in parts])
        free, contacts = np.sqrt(self.operators.comm.allreduce(local))
        return float(free), float(contacts)

    def _correct(self, potential, reaction: FloatArray, tolerance: float) -> None:  # type: ignore[no-untyped-def]
        right = self._right.array_w
        right[:] = -reaction
        right[self._fixed] = 0
        self._solver.setTolerances(rtol=1e-50, atol=tolerance, max_it=_ITERATION_LIMIT)
        self._solver.solve(self._right, self._solution)
        self.solves += 1
        self.iterations += self._solver.getIterationNumber()
        potential.array[: self.operators.owned] += self._solution.array_r


@numba.njit(cache=True, fastmath={"contract", "reassoc", "nsz"})
def _multiply(indptr, indices, values, x, y):  # type: ignore[no-untyped-def]
    for i in range(y.size):
        value = 0.0
        for k in range(indptr[i], indptr[i + 1]):
            value += values[k] * x[indices[k]]
        y[i] = value
