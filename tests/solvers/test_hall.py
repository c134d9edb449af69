"""Conduction with anomalous Hall effect: its tensor without it, and its solver."""

from mpi4py import MPI

import numpy as np
import pytest
from scipy.sparse import csr_array

from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.solvers import Film, Material
from hebbfilm.solvers.conduction.conductivity import (
    Resistivity,
    assemble_conductivity,
    current_density,
)
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.materials.film_material import FilmMaterial

MATERIAL = Material(conductivity=1.0, amr_ratio=0.3, anomalous_hall_ratio=0.4)


def resistivity_of(operators, material):
    return Resistivity(operators, FilmMaterial(operators.film_mesh, material))


@pytest.mark.parametrize("dimension", [2, 3])
def test_without_hall_effect_conductivity_is_symmetric_to_the_last_bit(dimension):
    layout = strip(30e-9, 20e-9, mesh_size=8e-9)
    operators = VertexOperators(mesh_film(layout, MPI.COMM_SELF, dimension=dimension))
    m = operators.random_normal(seed=0)
    matrix = np.empty(operators.indices.size)
    assemble_conductivity(operators, m, resistivity_of(operators, Material(amr_ratio=0.3)), matrix)
    square = csr_array((matrix, operators.indices, operators.indptr))
    assert (square != square.T).nnz == 0


@pytest.mark.cross_method
@pytest.mark.parametrize("material", [Material(amr_ratio=0.3), MATERIAL])
@pytest.mark.parametrize("dimension", [2, 3])
def test_current_leaves_vertices_as_the_matrix_says(comm, dimension, material):
    """-∫ ∇λ_i · j is the row of the matrix times φ: the same σ, but for round-off."""
    layout = strip(30e-9, 20e-9, thickness=4e-9, mesh_size=8e-9)
    operators = VertexOperators(mesh_film(layout, comm, dimension=dimension))
    m, potential = (operators.halo(operators.random_normal(seed)) for seed in (0, 1))
    potential = potential[:, 0].copy()
    matrix, j = np.empty(operators.indices.size), np.empty((len(operators.cells), dimension))
    resistivity = resistivity_of(operators, material)
    assemble_conductivity(operators, m, resistivity, matrix)
    current_density(operators, m, resistivity, potential, j)
    flow = np.einsum("cad,cd,c->ca", operators.gradients, -j, operators.volumes)
    products = matrix * potential[operators.indices]
    found = np.add.reduceat(products, operators.indptr[:-1])
    np.testing.assert_allclose(
        found, operators.sum_to_vertices(flow), atol=1e-13 * np.abs(products).max()
    )


@pytest.mark.analytic
def test_iterations_stay_bounded(comm):
    """GMRES gains √(1 - (α/β)²) a step, whatever the mesh, with α ≤ u·σu and |σu| ≤ β for |u| = 1.

    ρ⊥ = 1, Δρ = 0.2, ρ_AH = 0.3: |ρ| ≤ √(1.2² + 0.3²) and u·ρu ≥ 1 give α = 1/1.53 and β = 1, so
    0.757 a step; from L/h = 60 above 1e-10 it takes ln(60 · 1e10)/ln(1/0.757) = 97 steps.
    """
    for h in (20e-9, 10e-9):
        film = Film(mesh_film(wheel(mesh_size=h), comm), Material(anomalous_hall_ratio=0.3))
        film.randomise(seed=2)
        film.conductance_matrix()
        solver = film.conduction.solver
        assert solver.iterations < 97 * solver.solves
