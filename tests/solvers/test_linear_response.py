"""First-order change of the conductances: closed forms, and conductivities that really change."""

import math

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.meshing import corbino, disc, mesh_film, strip, wheel
from hebbfilm.solvers import Conduction, Electrodes, Material
from hebbfilm.solvers.conduction.conductivity import Resistivity, assemble_conductivity
from hebbfilm.solvers.conduction.linear_response import conductance_response
from hebbfilm.solvers.discretisation.cell_sums import in_lanes
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.materials.film_material import FilmMaterial

NM = 1e-9


def conduction_of(layout, comm, material=None, electrodes=None, *, dimension=2, seed=None):
    """A film along z, or with random directions at all vertices."""
    operators = VertexOperators(mesh_film(layout, comm, dimension=dimension))
    m = np.tile([0.0, 0.0, 1.0], (operators.owned, 1))
    if seed is not None:
        m = operators.random_normal(seed)
        m /= np.linalg.norm(m, axis=1)[:, None]
    conduction = Conduction(operators, material or Material(), electrodes=electrodes)
    m = operators.halo(m)
    conduction.update(m)
    return conduction, m


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_strip(comm, dimension):
    """E = 2 V/L everywhere, so δG = ±(1/L · 2/L)² L w t: exact with P1, but for the solver."""
    length, width, thickness = 200 * NM, 60 * NM, 2 * NM
    layout = strip(length, width, thickness, 12 * NM)
    conduction, _ = conduction_of(layout, comm, dimension=dimension)
    expected = 4 * width * thickness / length**3 * np.array([[1, -1], [-1, 1]])
    found = conductance_response(conduction, np.array([[1.0, -1.0], [2.0, 2.0]]))
    np.testing.assert_allclose(found[0], expected, rtol=1e-8)
    # Equal voltages drive nothing.
    np.testing.assert_allclose(found[1], 0, atol=1e-12 * expected[0, 0])


@pytest.mark.analytic
def test_ring(comm):
    """∇φ = 1/(r ln(b/a)), so ∫ |∇φ|⁴ = 2πt (1/a² − 1/b²)/(2 ln⁴(b/a)), as V = 1.

    A P1 gradient on edges h errs by at most h |∇²φ| = h/r of itself, and what is linear in it sums
    to nothing over a cell: 6 (h/r)² of |∇φ|⁴ are left, with 6 the number of pairs of factors.
    """
    a, b, size = 100 * NM, 300 * NM, 6 * NM
    conduction, _ = conduction_of(corbino(a, b, 1 * NM, size), comm)
    expected = 2 * math.pi * NM * (1 / a**2 - 1 / b**2) / (2 * math.log(b / a) ** 4)
    (found,) = conductance_response(conduction, np.array([[1.0, 0.0]]))
    assert found[0, 0] == pytest.approx(expected, rel=6 * (size / a) ** 2, abs=0)


@pytest.mark.cross_method
@pytest.mark.parametrize("hall", [0.0, 0.3])
@pytest.mark.parametrize(
    ("layout", "electrodes", "dimension"),
    [
        (wheel(mesh_size=20 * NM), None, 2),
        (disc(200 * NM, (0, 90, 200), 30, 50 * NM, mesh_size=20 * NM), Electrodes(1e-15), 2),
        (wheel(mesh_size=25 * NM), None, 3),
    ],
)
def test_against_a_conductivity_that_really_changes(comm, layout, electrodes, dimension, hall):
    """[G(σ + κ E⊗E) − G(σ − κ E⊗E)]/2κ, for the uneven σ of random directions.

    With κ such that σ changes by the fraction s at most, a central difference errs by s² of the
    change. G is known to 1e-8 of itself (as in test_contacts), and changes by about s/100, since
    the mean of E² is about that part of its maximum: with s = 0.03 both err by less than 1e-3.
    """
    material, s = Material(amr_ratio=0.5, anomalous_hall_ratio=hall), 0.03
    conduction, m = conduction_of(layout, comm, material, electrodes, dimension=dimension, seed=4)
    operators, voltages = conduction.operators, np.array([[1.0, 1.0, -1.0, -0.5]])
    (response,) = conductance_response(conduction, voltages)

    conduction.solve(voltages[0].tolist())
    potential = conduction.potential[operators.cells]
    field = -np.einsum("cad,ca->cd", operators.gradients, potential)
    along = in_lanes(field[:, :, None] * field[:, None, :])
    unchanged, change = np.empty((2, operators.indices.size))
    resistivity = Resistivity(operators, FilmMaterial(operators.film_mesh, material))
    assemble_conductivity(operators, m, resistivity, unchanged)
    operators.assemble_tensor(along, change, symmetric=not hall)
    largest = comm.allreduce(float((field**2).sum(axis=1).max(initial=0.0)), MPI.MAX)
    step = s * material.conductivity / (1 + material.amr_ratio) / largest

    def conductance(sign):
        conduction.solver.values[:] = unchanged + sign * step * change
        return conduction.conductance_matrix()

    measured = (conductance(1) - conductance(-1)) / (2 * step)
    measured = (measured + measured.T) / 2
    scale = np.abs(measured).max()
    np.testing.assert_allclose(response, measured, rtol=0, atol=2e-3 * scale)
    np.testing.assert_allclose(response, response.T, rtol=0, atol=1e-12 * scale)
    np.testing.assert_allclose(response.sum(axis=1), 0, rtol=0, atol=1e-9 * scale)
    # What flows from contact to contact makes its own way easier.
    assert response[0, 2] < 0 < response[0, 0]
