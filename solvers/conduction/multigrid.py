"""How the algebraic multigrid of the potential goes through its levels."""

from mpi4py import MPI
from petsc4py import PETSc

import numpy as np
from scipy import sparse

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.common.signals import held_signals

_OPTIONS = {
    # Sweeps there and back keep the preconditioner symmetric.
    "pc_hypre_boomeramg_relax_type_down": "l1-Gauss-Seidel",
    "pc_hypre_boomeramg_relax_type_up": "backward-l1-Gauss-Seidel",
    # Coarse and fine vertices in one sweep, not in two: half the messages, and no jumps.
    "pc_hypre_boomeramg_no_CF": "1",
    # On many ranks coarse levels are little but messages: fewer entries a row, fewer levels.
    "pc_hypre_boomeramg_P_max": "4",
    "pc_hypre_boomeramg_max_coarse_size": "100",
}
"""One V-cycle with these takes half of one with PETSc's defaults, and converges nearly as well."""

_TRIALS = 20
"""Iterations that tell the condition of a V-cycle."""


def set_up_multigrid(preconditioner: PETSc.PC) -> None:
    """Make it BoomerAMG, with what is set here unless PETSc options of its prefix say otherwise.

    Args:
        preconditioner: that of a solver which takes its options afterwards.
    """
    preconditioner.setType(PETSc.PC.Type.HYPRE)
    options = PETSc.Options(preconditioner.getOptionsPrefix())
    for option, value in _OPTIONS.items():
        if not options.hasName(option):
            options[option] = value


def multigrid_matrix(
    comm: MPI.Intracomm,
    indptr: IntArray,
    columns: IntArray,
    values: FloatArray,
    owned: range,
    size: int,
) -> PETSc.Mat:
    """A matrix as BoomerAMG keeps it, filled at once; collective.

    One that PETSc converts from its own form brings a copy of that along, and where in it each
    entry came from: 200 bytes a row. The order of entries, by which BoomerAMG breaks ties, is that
    of such a conversion: rising, but for the first one between owned rows and that of the row with
    itself, which are in each other's place.

    Args:
        comm: ranks that share the rows.
        indptr: of the owned rows, as PETSc numbers them, each with an entry on the diagonal.
        columns: (nnz,) global ones.
        values: (nnz,) the entries.
        owned: numbers of the owned rows.
        size: rows of all ranks.
    """
    rows = sparse.csr_array((values.copy(), columns.copy(), indptr), shape=(len(owned), size))
    rows.sort_indices()
    columns, values = rows.indices, rows.data
    if len(owned):
        before = np.add.reduceat(columns < owned.start, indptr[:-1], dtype=indptr.dtype)
        first = indptr[:-1] + before
        numbers = np.arange(owned.start, owned.stop, dtype=columns.dtype)
        own = np.flatnonzero(columns == np.repeat(numbers, np.diff(indptr)))
        columns[own], columns[first] = columns[first], numbers
        values[own], values[first] = values[first], values[own]
    matrix = PETSc.Mat().create(comm)
    matrix.setSizes(((len(owned), size),) * 2)
    matrix.setType(PETSc.Mat.Type.HYPRE)
    matrix.setUp()
    matrix.setValuesCSR(indptr, columns, values)
    # Else it makes room for more entries once it is assembled, and keeps that.
    matrix.setOption(PETSc.Mat.Option.SORTED_FULL, True)
    matrix.assemble()
    return matrix


def condition_of_cycle(preconditioner: PETSc.PC, matrix: PETSc.Mat, held: BoolArray) -> float:
    """Largest over least eigenvalue of a V-cycle times the matrix it was made for; collective.

    By conjugate gradients for a right-hand side in which all there is takes part: from within, and
    so near that three times as many iterations changed it by 0.1 %, on films of 1600 vertices and
    more.

    Args:
        preconditioner: set up, symmetric.
        matrix: positive definite.
        held: which of the owned rows are decoupled, (owned,).
    """
    trial = PETSc.KSP().create(matrix.comm)
    trial.setType(PETSc.KSP.Type.CG)
    trial.setPC(preconditioner)
    trial.setComputeEigenvalues(True)
    # All of them, as the ends of the spectrum are found last.
    trial.setTolerances(rtol=1e-60, atol=0, max_it=_TRIALS)
    solution, right = matrix.createVecs()
    numbers = np.random.default_rng(matrix.comm.rank).standard_normal(held.size)
    right.array[:] = np.where(held, 0, numbers)
    with held_signals():
        trial.solve(right, solution)
    found = trial.computeEigenvalues().real
    trial.destroy()
    return float(found.max() / found.min()) if found.size else 1.0
