"""The linear system of the potential: one frozen preconditioner, values that change under it."""

from collections.abc import Sequence
from functools import cached_property

from mpi4py import MPI
from petsc4py import PETSc

import numpy as np
from dolfinx import la

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.common.errors import SolverError
from hebbfilm.common.reductions import total
from hebbfilm.common.signals import held_signals
from hebbfilm.solvers.conduction.electrodes import BoundElectrodes
from hebbfilm.solvers.conduction.factorisation import Factorisation
from hebbfilm.solvers.conduction.free_matrix import FreeMatrix
from hebbfilm.solvers.conduction.multigrid import condition_of_cycle, set_up_multigrid
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.discretisation.petsc_context import weak_context
from hebbfilm.solvers.kernels.compiled import integers, loops, new, reals, truths

_PREFIX = "hebbfilm_potential_"
_MANY_FIELDS = 6
"""From which on a factorisation of the present σ for all of them costs less than iterating."""
_MOST_VERTICES = 400_000
"""Up to which that factorisation is kept in memory."""
_ITERATION_LIMIT = 500
_RESTART = 50
_PASSES = 4
_MARGIN = 0.5
"""By which a solve stops late, so that round-off does not ask for another pass."""
_POOR, _SHARE_OF_POOR = 0.1, 0.06
"""Residual from which on a guess is poor, in relation to the current, and how much of the current
that it seems to drive is real: 1/30 for φ = 0 in a square of 10⁶ vertices, more in smaller ones."""
_ROUND_OFF = 1e-15
"""Of the product A φ, in relation to that of its diagonal."""


class PotentialSolver:
    """Solves ∇·(σ ∇φ) = 0 between electrodes, for a σ that changes all the time.

    Conjugate gradients (GMRES where σ is not symmetric), preconditioned by the algebraic multigrid
    of a Laplacian with an isotropic conductivity that is set up once: the ratio of resistivities
    bounds by how much the present σ is worse conditioned, for ever and on any mesh. PETSc options
    with the prefix `hebbfilm_potential_` overrule the choices made here.

    Args:
        operators: the P1 operators of the film.
        electrodes: where voltages act.
        conductivity: of the preconditioner in S/m, one number or that of each cell.
        symmetric: whether σ is.

    Attributes:
        symmetric: as given.
        values: (nnz,) entries ∫ ∇λ_i · σ ∇λ_j in S, to be written in place.
        cycle_condition: largest over least eigenvalue of a V-cycle times its own matrix.
        resolution: round-off of the currents of the last solve in A.
        accuracy: relative error of the current density that the last solve left.
        iterations: of all solves so far.
        solves: so far.
    """

    def __init__(
        self,
        operators: VertexOperators,
        electrodes: BoundElectrodes,
        conductivity: FloatArray,
        *,
        symmetric: bool,
    ) -> None:
        self.operators = operators
        self.electrodes = electrodes
        self.values = operators.weighted_stiffness(conductivity)
        self.resolution = 0.0
        self.accuracy = 0.0
        self.iterations = 0
        self.solves = 0
        self._free = FreeMatrix(operators, electrodes)
        self._held = electrodes.fixed[: operators.owned].copy()
        self._direction = operators.vector()
        self._missing = np.zeros(operators.owned)
        sizes = ((operators.owned, operators.rows.size_global),) * 2
        context = weak_context(self.mult)
        self._matrix = PETSc.Mat().createPython(sizes, context, comm=operators.comm)
        self._matrix.setUp()
        self._right, self._solution = self._matrix.createVecs()
        self._diagonal: FloatArray = self.values[operators.diagonal] + electrodes.conductance
        # Without interfaces, of which an almost ideal one would outweigh the whole film.
        total = operators.comm.allreduce(float(self.values[operators.diagonal].sum()))
        # Where little conducts, a small residual is a large error.
        self._mean_diagonal = (
            _evenness(operators, conductivity) * total / operators.rows.size_global
        )
        self._network = new(
            "Network *",
            {
                "rows": operators.owned,
                "starts": integers(operators.indptr),
                "columns": integers(operators.indices),
                "values": reals(self.values),
                "shunt": reals(electrodes.conductance),
                "diagonal": reals(self._diagonal),
                "held": truths(self._held),
            },
        )
        self.symmetric = symmetric
        self._solver = self._create_solver()

    @cached_property
    def _rows(self) -> tuple[IntArray, IntArray]:
        """Kept where all potentials are solved for together, again and again."""
        return self._free.pattern()

    @cached_property
    def _free_entries(self) -> BoolArray:
        """Kept likewise."""
        return self._free.free_entries()

    @cached_property
    def _factorisation(self) -> Factorisation:
        return Factorisation(self.assemble())

    def assemble(self) -> PETSc.Mat:
        """The matrix of free vertices with the present values, held ones decoupled; collective."""
        return self._free.assemble(self.values)

    def _create_solver(self) -> PETSc.KSP:
        solver = PETSc.KSP().create(self.operators.comm)
        solver.setOptionsPrefix(_PREFIX)
        if self.symmetric:
            solver.setType(PETSc.KSP.Type.CG)
        else:
            solver.setType(PETSc.KSP.Type.GMRES)
            solver.setPCSide(PETSc.PC.Side.RIGHT)
            solver.setGMRESRestart(_RESTART)
        solver.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
        preconditioner = solver.getPC()
        set_up_multigrid(preconditioner)
        solver.setFromOptions()
        by_hypre = preconditioner.getType() == PETSc.PC.Type.HYPRE
        laplacian = self._free.for_multigrid(self.values) if by_hypre else self.assemble()
        solver.setOperators(self._matrix, laplacian)
        preconditioner.setReusePreconditioner(True)
        solver.setUp()
        self.cycle_condition = condition_of_cycle(preconditioner, laplacian, self._held)
        # What multigrid has made of the matrix is all that is still needed.
        solver.setOperators(self._matrix, self._matrix)
        laplacian.destroy()
        return solver

    def mult(self, matrix: PETSc.Mat, x: PETSc.Vec, y: PETSc.Vec) -> None:
        """The product that PETSc asks for: A + g on free vertices, the identity on held ones."""
        # Held vertices are zero in every direction: all residuals vanish there.
        direction = x.array_r
        if self.operators.comm.size > 1:
            self._direction.array[: self.operators.owned] = direction
            self._direction.scatter_forward()
            direction = self._direction.array
        loops.network_product(self._network, reals(direction), reals(y.array_w))

    def solve(self, potential, voltages: FloatArray, tolerance: float) -> FloatArray:  # type: ignore[no-untyped-def]
        """Find φ for voltages of the terminals; collective.

        Args:
            potential: φ in V, a vector over the columns, the first guess; overwritten.
            voltages: in V, (T,), see `Strips`; of a film in one piece those of the nodes.
            tolerance: relative error of the current density, as the residual r shows it: the root
                of r² in relation to the Joule heat times the mean diagonal of the matrix, in an
                uneven film times least over largest sheet conductance, too. That does not depend on
                the size of the film, nor on that of its mesh.

        Returns:
            The current into the film from each terminal in A, (T,).

        Raises:
            SolverError: no convergence.
        """
        self.electrodes.impose(potential.array, voltages)
        for _ in range(_PASSES):
            potential.scatter_forward()
            residual, heat = self._balance(potential.array, voltages)
            scale = self._scale(heat)
            wanted = max(tolerance * scale, self.resolution)
            if residual <= wanted:
                self.accuracy = residual / scale if scale else 0.0
                return self.electrodes.currents(self._missing, potential.array, voltages)
            if residual > _POOR * scale:
                # It overrates the heat of film and interfaces, and may put all of it in the latter;
                # so what this pass leads to is looked at again.
                heat += self.electrodes.power(potential.array, voltages)
                scale = _SHARE_OF_POOR * self._scale(heat)
            self._correct(potential, _MARGIN * max(tolerance * scale, self.resolution))
        raise SolverError(
            f"the potential did not converge: residual {residual:.3g} A, {wanted:.3g} A wanted"
        )

    def currents(self, potential, voltages: FloatArray) -> FloatArray:  # type: ignore[no-untyped-def]
        """What `solve` returns, of φ as it is but on held vertices; collective."""
        self.electrodes.impose(potential.array, voltages)
        potential.scatter_forward()
        self._balance(potential.array, voltages)
        return self.electrodes.currents(self._missing, potential.array, voltages)

    def correction(self, residual: FloatArray) -> FloatArray:
        """What a V-cycle makes of a residual in A: V, (owned,), until the next call; collective."""
        self._right.array[:] = residual
        with held_signals():
            self._solver.getPC().apply(self._right, self._solution)
        found: FloatArray = self._solution.array_r
        return found

    def product(self, direction: FloatArray) -> FloatArray:
        """A times a change of φ in V, 0 where it is held; (owned,), for the moment; collective."""
        self._solution.array[:] = direction
        self.mult(self._matrix, self._solution, self._right)
        return self.residual

    @property
    def residual(self) -> FloatArray:
        """What the last solve left over at each vertex in A, (owned,); 0 where φ is held."""
        left: FloatArray = self._right.array_r
        return left

    def factorises(self, fields: int) -> bool:
        """Whether one factorisation of the present σ for that many potentials costs less."""
        small = self.operators.rows.size_global <= _MOST_VERTICES
        return self.symmetric and fields >= _MANY_FIELDS and small

    def guess(self, potentials: Sequence[la.Vector], voltages: FloatArray) -> None:
        """First guesses for several potentials, by one factorisation; collective.

        Where iterating costs less the potentials stay as they are.

        Args:
            potentials: n vectors over the columns.
            voltages: of the terminals in each, (n, T).
        """
        if not self.factorises(len(potentials)):
            return
        right = np.array([self.right_hand_side(each) for each in voltages])
        values = self._free.values(self.values, self._free_entries)
        found = self._factorisation.solve(*self._rows, values, right)
        for potential, values in zip(potentials, found, strict=True):
            potential.array[: self.operators.owned] = values

    def right_hand_side(self, voltages: FloatArray) -> FloatArray:
        """What drives free vertices in A, (owned,), for voltages of terminals in V; collective."""
        potential = self._direction
        potential.array[:] = 0
        self.electrodes.impose(potential.array, voltages)
        potential.scatter_forward()
        self._balance(potential.array, voltages)
        driving: FloatArray = self._right.array_r.copy()
        return driving

    def _balance(self, potential: FloatArray, voltages: FloatArray) -> tuple[float, float]:
        """Norm of the residual in A, and the heat of the film in W; collective.

        The residual is left where `_correct` needs it, and A φ less the inflow through interfaces
        in `_missing`: on held vertices that is what their contact supplies.
        """
        sums = np.empty(3)
        inflow = self.electrodes.inflow(potential, voltages)
        loops.network_balance(
            self._network,
            reals(potential),
            reals(inflow),
            reals(self._missing),
            reals(self._right.array_w),
            reals(sums),
        )
        residual, size, power = total(self.operators.comm, sums)
        self.resolution = _ROUND_OFF * float(np.sqrt(size))
        return float(np.sqrt(residual)), float(power)

    def _scale(self, heat: float) -> float:
        """Residual in A of an error of the current density as large as itself."""
        # Without voltages between nodes, the heat is a round-off of either sign.
        return float(np.sqrt(max(heat, 0.0) * self._mean_diagonal))

    def _correct(self, potential, tolerance: float) -> None:  # type: ignore[no-untyped-def]
        """Solve for what the residual, as `_balance` has left it, asks for."""
        self._solver.setTolerances(rtol=1e-50, atol=tolerance, max_it=_ITERATION_LIMIT)
        with held_signals():
            self._solver.solve(self._right, self._solution)
        self.solves += 1
        self.iterations += self._solver.getIterationNumber()
        potential.array[: self.operators.owned] += self._solution.array_r


def _evenness(operators: VertexOperators, conductivity: FloatArray) -> float:
    """The least σ t of a cell in relation to the largest; collective."""
    sheet = conductivity * operators.thickness
    least: float = operators.comm.allreduce(float(sheet.min(initial=np.inf)), MPI.MIN)
    largest: float = operators.comm.allreduce(float(sheet.max(initial=0.0)), MPI.MAX)
    return least / largest
