"""The linear system of the potential: one frozen preconditioner, values that change under it."""

from petsc4py import PETSc

import numba
import numpy as np

from solvers.electrodes import BoundElectrodes
from solvers.errors import SolverError
from solvers.operators import FloatArray, IntArray, VertexOperators

_DIRECT_LIMIT = 400_000
"""Vertices up to which the preconditioner is a complete factorisation."""
_ITERATION_LIMIT = 500
_RESTART = 50
_PASSES = 4
_ROUND_OFF = 1e-15
"""Of the product A φ, in relation to that of its diagonal."""


class PotentialSolver:
    """Solves ∇·(σ ∇φ) = 0 between electrodes, for a σ that changes all the time.

    Conjugate gradients (GMRES where σ is not symmetric), preconditioned by a Laplacian of uniform
    conductivity that is factorised once: the ratio of resistivities bounds the condition number
    for ever, whatever the mesh. PETSc options with the prefix `hebbfilm_potential_` overrule the
    choices made here.

    Args:
        operators: the P1 operators of the film.
        electrodes: where voltages act.
        conductivity: of the preconditioner in S/m.
        symmetric: whether σ is.

    Attributes:
        values: (nnz,) entries ∫ ∇λ_i · σ ∇λ_j in S, to be written in place.
        resolution: round-off of the currents of the last solve in A.
        iterations: of all solves so far.
        solves: so far.
    """

    def __init__(
        self,
        operators: VertexOperators,
        electrodes: BoundElectrodes,
        conductivity: float,
        *,
        symmetric: bool,
    ) -> None:
        self.operators = operators
        self.electrodes = electrodes
        self.values = conductivity * operators.stiffness
        self.resolution = 0.0
        self.iterations = 0
        self.solves = 0
        fixed = electrodes.fixed
        self._fixed: IntArray = np.flatnonzero(fixed[: operators.owned]).astype(np.int32)
        self._free: IntArray = np.flatnonzero(~fixed[: operators.owned]).astype(np.int32)
        self._direction = operators.vector()
        sizes = ((operators.owned, operators.rows.size_global),) * 2
        self._matrix = PETSc.Mat().createPython(sizes, self, comm=operators.comm)
        self._matrix.setUp()
        self._right, self._solution = self._matrix.createVecs()
        laplacian = self._uniform_laplacian(fixed)
        self._diagonal: FloatArray = laplacian.getDiagonal().array.copy()
        self._solver = self._create_solver(laplacian, symmetric)

    def _uniform_laplacian(self, fixed: np.ndarray) -> PETSc.Mat:
        operators = self.operators
        rows = np.repeat(np.arange(operators.owned), np.diff(operators.indptr))
        diagonal = rows == operators.indices
        decoupled = fixed[rows] | fixed[operators.indices]
        values = np.where(decoupled & ~diagonal, 0.0, self.values)
        values[diagonal] += self.electrodes.conductance
        columns = operators.columns.local_to_global(operators.indices).astype(PETSc.IntType)
        size = (operators.owned, operators.rows.size_global)
        pointers = operators.indptr.astype(PETSc.IntType)
        matrix = PETSc.Mat().createAIJ((size, size), csr=(pointers, columns, values),
                                       comm=operators.comm)  # fmt: skip
        matrix.setOption(PETSc.Mat.Option.SPD, True)
        matrix.assemble()
        return matrix

    def _create_solver(self, laplacian: PETSc.Mat, symmetric: bool) -> PETSc.KSP:
        solver = PETSc.KSP().create(self.operators.comm)
        solver.setOptionsPrefix("hebbfilm_potential_")
        if symmetric:
            solver.setType(PETSc.KSP.Type.CG)
        else:
            solver.setType(PETSc.KSP.Type.GMRES)
            solver.setPCSide(PETSc.PC.Side.RIGHT)
            solver.setGMRESRestart(_RESTART)
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
        """The product that PETSc asks for: A + g on free vertices, the identity on held ones."""
        values = x.array_r
        direction = self._direction
        direction.array[: self.operators.owned] = values
        # Held vertices are zero in every direction: all residuals vanish there.
        direction.scatter_forward()
        result = y.array_w
        self._apply(direction.array, result)
        result += self.electrodes.conductance * values
        result[self._fixed] = values[self._fixed]

    def solve(self, potential, voltages: FloatArray, tolerance: float) -> FloatArray:  # type: ignore[no-untyped-def]
        """Find φ for voltages of the nodes; collective.

        Args:
            potential: φ in V, a vector over the columns, the first guess; overwritten.
            voltages: in V, (N,).
            tolerance: residual in relation to the current through the contacts.

        Returns:
            The current into the film from each node in A, (N,).

        Raises:
            SolverError: no convergence.
        """
        self.electrodes.impose(potential.array, voltages)
        for _ in range(_PASSES):
            potential.scatter_forward()
            missing = self._missing_current(potential.array, voltages)
            residual, scale = self._norms(missing, potential.array, voltages)
            wanted = max(tolerance * scale, self.resolution)
            if residual <= wanted:
                return self.electrodes.currents(missing, potential.array, voltages)
            # A poor first guess overrates the current, so what it led to is looked at again;
            # the half keeps round-off from asking for another pass.
            self._correct(potential, missing, wanted / 2)
        raise SolverError(
            f"the potential did not converge: residual {residual:.3g} A, {wanted:.3g} A wanted"
        )

    def _apply(self, potential: FloatArray, out: FloatArray) -> None:
        _multiply(self.operators.indptr, self.operators.indices, self.values, potential, out)

    def _missing_current(self, potential: FloatArray, voltages: FloatArray) -> FloatArray:
        """A φ less the inflow through interfaces, in A, (owned,).

        It vanishes on free vertices; on held ones it is what their contact supplies.
        """
        missing = np.empty(self.operators.owned)
        self._apply(potential, missing)
        missing -= self.electrodes.inflow(potential, voltages)
        return missing

    def _norms(
        self, missing: FloatArray, potential: FloatArray, voltages: FloatArray
    ) -> tuple[float, float]:
        """Norms of the residual and of the currents through contacts, in A; collective."""
        parts = (
            missing[self._free],
            missing[self._fixed],
            self.electrodes.inflow(potential, voltages),
            self._diagonal * potential[: self.operators.owned],
        )
        local = np.array([part @ part for part in parts])
        free, held, fed, square = self.operators.comm.allreduce(local)
        self.resolution = _ROUND_OFF * float(np.sqrt(square))
        return float(np.sqrt(free)), float(np.sqrt(held + fed))

    def _correct(self, potential, missing: FloatArray, tolerance: float) -> None:  # type: ignore[no-untyped-def]
        right = self._right.array_w
        right[:] = -missing
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
