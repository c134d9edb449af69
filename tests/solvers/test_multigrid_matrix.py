"""The matrix that BoomerAMG keeps is filled at once: it does what one made by PETSc does."""

import ctypes
import gc

from petsc4py import PETSc

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Material
from hebbfilm.solvers.conduction.conduction import Conduction
from hebbfilm.solvers.conduction.multigrid import set_up_multigrid
from hebbfilm.solvers.discretisation.operators import VertexOperators


@pytest.fixture(scope="module")
def conduction(comm):
    film_mesh = mesh_film(strip(length=300e-9, width=200e-9, mesh_size=4e-9), comm)
    return Conduction(VertexOperators(film_mesh), Material())


def cycle(matrix):
    preconditioner = PETSc.PC().create(matrix.comm)
    preconditioner.setOptionsPrefix("hebbfilm_potential_")
    set_up_multigrid(preconditioner)
    preconditioner.setOperators(matrix, matrix)
    preconditioner.setFromOptions()
    preconditioner.setUp()
    return preconditioner


@pytest.mark.cross_method
def test_multigrid_of_the_matrix_is_that_of_one_which_petsc_converts(conduction):
    """To the last bit: entries are in the same order, which decides how vertices are coarsened."""
    solver = conduction.solver
    converted = solver.assemble()
    at_once = solver._free.for_multigrid(solver.values)
    right, found = converted.createVecs()
    expected = found.duplicate()
    right.array[:] = np.random.default_rng(right.comm.rank).normal(size=right.local_size)
    for matrix, result in ((converted, expected), (at_once, found)):
        cycle(matrix).apply(right, result)
    np.testing.assert_array_equal(found.array_r, expected.array_r)
    converted.mult(right, expected)
    at_once.mult(right, found)
    # Seven products a row, in another order.
    scale = np.abs(expected.array_r).max(initial=0.0)
    np.testing.assert_allclose(found.array_r, expected.array_r, rtol=0, atol=1e-14 * scale)


class _Heap(ctypes.Structure):
    _names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
    _fields_ = [(name, ctypes.c_size_t) for name in _names.split()]


def in_use():
    """Bytes that the C library has given away, whatever of them is in memory."""
    gc.collect()
    library = ctypes.CDLL(None)
    library.mallinfo2.restype = _Heap
    heap = library.mallinfo2()
    return heap.uordblks + heap.hblkhd


@pytest.mark.analytic
@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="needs glibc 2.33")
def test_multigrid_keeps_its_levels_and_no_copies(conduction):
    """7 entries a row of 12 bytes on the finest level, and of 3 in the interpolation to the next.

    The levels have 2.2 times the entries of the finest, and 1.6 times its vertices, as BoomerAMG
    says of such a mesh; a vertex has vectors, pointers and marks of some 60 bytes, and what is on
    the border of two ranks either has. A conversion by PETSc leaves 210 bytes a row more: half of
    that tells both apart.
    """
    solver = conduction.solver
    before = in_use()
    matrix = solver._free.for_multigrid(solver.values)
    kept = cycle(matrix)
    taken = (in_use() - before) / matrix.local_size[0]
    kept.destroy()
    levels = 2.2 * 7 * 12 + 1.6 * (3 * 12 + 60)
    assert 100 < taken < levels + 210 / 2
