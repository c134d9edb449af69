"""Operators on the vertices: what is assembled here against what DOLFINx assembles from UFL."""

import numpy as np
import pytest
import ufl
from dolfinx import fem

from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.solvers.discretisation import cell_sums
from hebbfilm.solvers.discretisation.cell_sums import in_lanes
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.kernels.compiled import LANES

THICKNESS = 2e-9


def _owned_product(operators, form, x):
    """A x on the owned rows, with A assembled by DOLFINx into its own matrix."""
    matrix = fem.assemble_matrix(fem.form(form))
    matrix.scatter_reverse()
    rows = operators.owned
    indptr = matrix.indptr[: rows + 1]
    products = matrix.data[: indptr[-1]] * x[matrix.indices[: indptr[-1]]]
    return np.add.reduceat(products, indptr[:-1])


def _product(operators, values, x):
    return np.add.reduceat(values * x[operators.indices], operators.indptr[:-1])


@pytest.fixture(params=[2, 3])
def operators(request, comm):
    layout = strip(60e-9, 30e-9, thickness=THICKNESS, mesh_size=6e-9)
    return VertexOperators(mesh_film(layout, comm, dimension=request.param))


@pytest.fixture
def arbitrary(operators):
    """A vector over the columns, the same on any number of ranks."""
    return operators.halo(operators.random_normal(seed=3)[:, 0].copy())


@pytest.mark.cross_method
def test_stiffness_is_that_of_ufl(operators, arbitrary):
    space = operators.film_mesh.space
    u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
    thickness = THICKNESS if operators.dimension == 2 else 1.0
    expected = _owned_product(operators, ufl.inner(ufl.grad(u), ufl.grad(v)) * ufl.dx, arbitrary)
    found = _product(operators, operators.stiffness, arbitrary)
    # Both sum the same products in another order: a few units of round-off.
    np.testing.assert_allclose(found, thickness * expected, atol=1e-13 * np.abs(found).max())


@pytest.mark.cross_method
@pytest.mark.parametrize("symmetric", [True, False])
def test_tensor_is_that_of_ufl(operators, arbitrary, symmetric):
    """∫ ∇λ_i · σ ∇λ_j of a σ that differs from cell to cell, with and without Hall effect."""
    space, d = operators.film_mesh.space, operators.dimension
    tensor = np.random.default_rng(operators.comm.rank).standard_normal(
        (len(operators.cells), d, d)
    )
    if symmetric:
        tensor += tensor.swapaxes(1, 2)
    sigma = fem.Function(fem.functionspace(operators.film_mesh.mesh, ("DG", 0, (d, d))))
    sigma.x.array[: tensor.size] = tensor.ravel()
    sigma.x.scatter_forward()
    u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
    form = ufl.inner(ufl.dot(sigma, ufl.grad(u)), ufl.grad(v)) * ufl.dx
    expected = (THICKNESS if d == 2 else 1.0) * _owned_product(operators, form, arbitrary)
    values = np.full(operators.indices.size, np.nan)
    operators.assemble_tensor(in_lanes(tensor), values, symmetric=symmetric)
    found = _product(operators, values, arbitrary)
    np.testing.assert_allclose(found, expected, atol=1e-13 * np.abs(found).max())


@pytest.mark.cross_method
def test_advection_is_that_of_ufl(operators, arbitrary):
    space, d = operators.film_mesh.space, operators.dimension
    u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
    velocity = np.array([3.0, -2.0, 1.0])[:d]
    values = np.empty(operators.indices.size)
    operators.assemble_advection(2.0, np.tile(velocity / 2, (len(operators.cells), 1)), values)
    form = v * ufl.dot(ufl.as_vector(velocity.tolist()), ufl.grad(u)) * ufl.dx
    expected = (THICKNESS if d == 2 else 1.0) * _owned_product(operators, form, arbitrary)
    found = _product(operators, values, arbitrary)
    np.testing.assert_allclose(found, expected, atol=1e-13 * np.abs(found).max())


@pytest.mark.analytic
def test_volumes_add_up_to_the_film(operators, comm):
    expected = 60e-9 * 30e-9 * THICKNESS
    assert operators.volume == pytest.approx(expected, rel=1e-12, abs=0)
    lumped = comm.allreduce(float(operators.vertex_volumes.sum()))
    assert lumped == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.analytic
def test_average_to_vertices_keeps_a_constant(operators):
    constant = np.tile([1.0, -2.0, 3.0], (len(operators.cells), 1))
    averaged = operators.average_to_vertices(constant)
    np.testing.assert_allclose(averaged, np.tile([1.0, -2.0, 3.0], (operators.owned, 1)))


@pytest.mark.cross_method
def test_random_vectors_do_not_depend_on_the_ranks(comm):
    from mpi4py import MPI

    layout = wheel(mesh_size=30e-9)
    shared, alone = (VertexOperators(mesh_film(layout, c)) for c in (comm, MPI.COMM_SELF))
    together = shared.film_mesh.numbering.gather(shared.random_normal(seed=7))
    expected = alone.film_mesh.numbering.gather(alone.random_normal(seed=7))
    if comm.rank == 0:
        np.testing.assert_array_equal(together, expected)


@pytest.mark.analytic
@pytest.mark.parametrize("number", [0, 1, LANES, 2 * LANES - 1])
def test_lanes_hold_all_cells(number):
    values = np.random.default_rng(number).standard_normal((number, 3, 2))
    lanes = in_lanes(values)
    assert lanes.shape == (-(-number // LANES), 3, 2, LANES)
    for cell, value in enumerate(values):
        np.testing.assert_array_equal(lanes[cell // LANES, ..., cell % LANES], value)


@pytest.mark.cross_method
@pytest.mark.parametrize("largest_place", [0, 2**16 - 1])
@pytest.mark.parametrize("dimension", [2, 3])
def test_sums_are_the_same_with_any_tiles(comm, monkeypatch, dimension, largest_place):
    """To the last bit: only what lies in memory meanwhile differs, and in how many bits."""
    layout = strip(160e-9, 40e-9, thickness=THICKNESS, mesh_size=4e-9)
    mesh = mesh_film(layout, comm, dimension=dimension)
    whole = VertexOperators(mesh)
    velocity = np.random.default_rng(5).standard_normal((len(whole.cells), dimension))
    weight = 1 + np.arange(len(whole.cells)) / len(whole.cells)

    def found(operators):
        advection = np.empty(operators.indices.size)
        operators.assemble_advection(2.0, velocity, advection)
        return np.array([operators.weighted_stiffness(weight), advection])

    together = found(whole)
    monkeypatch.setattr(cell_sums, "_TILE", 1)
    monkeypatch.setattr(cell_sums, "_NARROW", largest_place)
    tiled = VertexOperators(mesh)
    assert np.array_equal(found(tiled), together)
    # Room for all tiles at once would show nothing.
    assert tiled._tiles.kept < 0.9 * len(whole.cells) / LANES
