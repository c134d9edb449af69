"""Conductivity, AMR and Hall ratio that differ from place to place."""

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, square, strip
from hebbfilm.solvers import Electrodes, Film, Material
from tests.solvers.rectangles import cells_where, rectangle

NM = 1e-9
COLUMNS, ROWS, SIZE, THICKNESS = 20, 6, 10 * NM, 2 * NM
LENGTH, WIDTH = COLUMNS * SIZE, ROWS * SIZE
SQUARES = WIDTH * THICKNESS / LENGTH
"""Of a film of the conductivity σ, G/σ in m."""
ALONG = np.array([[1, -1], [-1, 1]])


def film_of_two(film_mesh, holds, electrodes=None, **parameters):
    """A film that has the second of each pair of values where something holds."""
    inside = cells_where(film_mesh, holds)
    values = {name: np.where(inside, b, a) for name, (a, b) in parameters.items()}
    return Film(film_mesh, Material(**{"amr_ratio": 0.0} | values), electrodes=electrodes)


def upper(x):
    return x[:, 1] > WIDTH / 2


def right(x):
    return x[:, 0] > LENGTH / 2


def require_balance(film, voltages):
    """The heat of film and interfaces is the power that contacts supply, VᵀGV."""
    conduction = film.solve_current(voltages)
    heat = conduction.joule_power() + conduction.interface_power()
    assert heat == pytest.approx(conduction.power, rel=1e-8, abs=0)
    power = np.array(voltages) @ film.conductance_matrix() @ voltages
    assert heat == pytest.approx(power, rel=1e-8, abs=0)
    assert abs(conduction.currents.sum()) < 1e-8 * np.abs(conduction.currents).max()


@pytest.mark.analytic
@pytest.mark.parametrize("ratio", [7.0, 1e5])
def test_strips_side_by_side_add_their_conductances(comm, ratio):
    """φ is linear, and in P1: G = (σ₁ + σ₂)/2 · wt/L, but for the solver."""
    film = film_of_two(
        rectangle(comm, COLUMNS, ROWS, SIZE, THICKNESS), upper, conductivity=(5e6, ratio * 5e6)
    )
    expected = (1 + ratio) / 2 * 5e6 * SQUARES
    np.testing.assert_allclose(film.conductance_matrix(), expected * ALONG, rtol=1e-8)
    require_balance(film, [0.01, -0.01])


@pytest.mark.analytic
@pytest.mark.parametrize("ratio", [7.0, 1e5])
def test_strips_one_after_the_other_add_their_resistances(comm, ratio):
    """φ is linear in each, and in P1: G = 2σ₁σ₂/(σ₁ + σ₂) · wt/L, but for the solver."""
    film = film_of_two(
        rectangle(comm, COLUMNS, ROWS, SIZE, THICKNESS), right, conductivity=(5e6, ratio * 5e6)
    )
    expected = 2 / (1 + 1 / ratio) * 5e6 * SQUARES
    np.testing.assert_allclose(film.conductance_matrix(), expected * ALONG, rtol=1e-8)
    require_balance(film, [0.01, -0.01])


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_any_map_of_conductivity_across_the_current(comm, dimension):
    """σ = σ(y), one value a cell: φ stays linear, so G = ∫ σ dV/L² on any mesh."""
    layout = strip(LENGTH, WIDTH, THICKNESS, SIZE)
    film_mesh = mesh_film(layout, comm, dimension=dimension)
    film = film_of_two(film_mesh, upper, conductivity=(5e6, 4e7))
    sigma = np.where(cells_where(film_mesh, upper), 4e7, 5e6)
    expected = film.comm.allreduce(float(film.operators.volumes @ sigma)) / LENGTH**2
    found = film.conductance_matrix()
    # Borders between cells are not straight: this bounds G from above (Dirichlet's principle), and
    # all of φ = x that is wrong sits in a seam of about the cells along the border.
    assert (found[0, 0] <= expected * (1 + 1e-8)).all()
    assert found[0, 0] == pytest.approx(expected, rel=SIZE / WIDTH, abs=0)
    require_balance(film, [0.01, -0.01])


@pytest.mark.analytic
def test_amr_in_one_half_only(comm):
    """m along the current: ρ⊥ in the left half, ρ⊥ (1 + a) in the right one."""
    film = film_of_two(rectangle(comm, COLUMNS, ROWS, SIZE, THICKNESS), right, amr_ratio=(0, 0.4))
    film.set_magnetisation(np.array([1.0, 0.0, 0.0]))
    expected = 5e6 * SQUARES / (1 + 0.4 / 2)
    np.testing.assert_allclose(film.conductance_matrix(), expected * ALONG, rtol=1e-8)
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    np.testing.assert_allclose(film.conductance_matrix(), 5e6 * SQUARES * ALONG, rtol=1e-8)


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("resistance", [0.0, 1e-14])
def test_onsager_relation_with_hall_effect_in_a_region(comm, dimension, resistance):
    """G(-m) = G(m)ᵀ where one half has a Hall effect, and Joule's heat is the power."""
    side = 200 * NM
    layout = square(side, 4, 50 * NM, mesh_size=10 * NM)
    film = film_of_two(
        mesh_film(layout, comm, dimension=dimension),
        lambda x: x[:, 0] > x[:, 1],
        Electrodes(resistance),
        anomalous_hall_ratio=(0.0, 0.5),
        amr_ratio=(0.5, 0.1),
        conductivity=(5e6, 2e7),
    )
    # Out of the plane on average, or the Hall fields of random directions cancel.
    film.set_magnetisation(film.operators.random_normal(7) + np.array([0.0, 0.0, 1.0]))
    forward = film.conductance_matrix()
    scale = np.abs(forward).max()
    require_balance(film, [0.05, 0.01, -0.05, -0.02])
    film.set_magnetisation(-film.m)
    assert np.abs(forward - forward.T).max() > 1e-3 * scale
    np.testing.assert_allclose(film.conductance_matrix(), forward.T, rtol=0, atol=1e-8 * scale)


def _smooth(x):
    return 5e6 * np.exp(1.5 * np.sin(2 * np.pi * x[:, 0] / LENGTH))


@pytest.mark.analytic
def test_potential_converges_at_second_order_where_conductivity_is_smooth(comm):
    """φ' ∝ 1/σ(x): at the vertices against the integral, between meshes of which one is finer by 2.

    P1 converges at second order; the mean of σ over corners is that of a cell but for h², too. On
    even triangles nothing scatters the errors: 0.05 of the order is what h⁴ leaves at 20 cells.
    """
    x = np.linspace(0, LENGTH, 40001)
    resistance = np.concatenate([[0.0], np.cumsum(1 / _smooth(((x[1:] + x[:-1]) / 2)[:, None]))])
    errors, conductances = [], []
    for finer in (1, 2):
        mesh = rectangle(comm, finer * COLUMNS, finer * ROWS, SIZE / finer, THICKNESS)
        film = Film(mesh, Material(conductivity=_smooth, amr_ratio=0.0))
        conduction = film.solve_current([0.0, 1.0])
        exact = np.interp(mesh.coordinates[:, 0], x, resistance / resistance[-1])
        owned = film.operators.owned
        difference = conduction.potential[:owned] - exact[:owned]
        squares = film.operators.vertex_volumes @ difference**2
        errors.append(np.sqrt(comm.allreduce(float(squares))))
        expected = WIDTH * THICKNESS / (resistance[-1] * (x[1] - x[0]))
        conductances.append(abs(conduction.currents[1] / expected - 1))
    assert np.log2(errors[0] / errors[1]) == pytest.approx(2, abs=0.05)
    assert np.log2(conductances[0] / conductances[1]) == pytest.approx(2, abs=0.05)


@pytest.mark.regression
def test_a_number_given_as_a_map_is_the_number(comm):
    """Arrays of one value, a function and a number: one film, to the last bit."""
    found = []
    for conductivity in (5e6, lambda x: np.full(len(x), 5e6)):
        film = Film(mesh_film(square(mesh_size=30 * NM), comm), Material(conductivity=conductivity))
        film.randomise(seed=3)
        found.append(film.conductance_matrix())
    np.testing.assert_array_equal(*found)
