"""Conductances as rows of a trajectory have them, against readings to full precision."""

import numpy as np
import pytest

from hebbfilm import copied
from hebbfilm.meshing import mesh_film, square, strip, wheel
from hebbfilm.solvers import Electrodes, Film, Layer, Material
from hebbfilm.solvers.conduction.potential import PotentialSolver

WHEEL = wheel(mesh_size=15e-9)
TIED = Electrodes({"rim_1": 1e-14, "centre": 1e-15}, tied=(("rim_2", "rim_3"),))
FILMS = {
    "ideal": (WHEEL, {}, {}),
    "large magnetoresistance": (WHEEL, {"amr_ratio": 1.0}, {}),
    "uniform": (WHEEL, {"amr_ratio": 0.0}, {}),
    "resistive contacts": (WHEEL, {}, {"electrodes": Electrodes(1e-14)}),
    "resistive and tied": (WHEEL, {}, {"electrodes": TIED}),
    "layer": (WHEEL, {}, {"layers": [Layer("pt", 3e-9, 4e6)]}),
    "pieces": (copied(strip(1e-7, 4e-8, mesh_size=1e-8), 2), {}, {}),
    "one pair": (strip(1e-7, 4e-8, mesh_size=1e-8), {}, {}),
}


@pytest.fixture(scope="module", params=FILMS.values(), ids=list(FILMS))
def film(request, comm):
    """Random directions everywhere: as uneven a σ as there can be."""
    layout, changes, options = request.param
    material = Material(**{"amr_ratio": 0.2, **changes})
    found = Film(mesh_film(layout, comm), material, **options)
    found.randomise(seed=5)
    return found


def in_relation(difference, conductance):
    own = np.diag(conductance)
    return np.abs(difference) / np.sqrt(np.outer(own, own))


@pytest.mark.cross_method
def test_sampled_conductances_are_to_what_is_said(film):
    """To 1e-5 of the root of both nodes' own; and from above: energies are never too small.

    Energies err by the energy of the errors, which is positive; readings by 1e-10.
    """
    exact, sampled = film.conductance_matrix(), film.read().sampled_conductance()
    assert in_relation(sampled - exact, exact).max() < 1e-5
    assert np.diag(sampled - exact).min() > -1e-9 * np.diag(exact).max()


@pytest.mark.analytic
def test_sampled_conductances_hold_what_every_g_does(film):
    sampled = film.read().sampled_conductance()
    largest = np.abs(sampled).max()
    np.testing.assert_array_equal(sampled, sampled.T)
    np.testing.assert_allclose(sampled.sum(axis=1), 0, atol=1e-14 * largest)
    assert np.linalg.eigvalsh(sampled).min() > -1e-14 * largest


def test_sampled_conductances_depend_on_nothing_that_was_solved_before(film):
    """Bit by bit, so that a run goes on as it would have; nor does what is read later on them."""
    reading = film.read()
    first, exact = reading.sampled_conductance(), reading.conductance_matrix()
    np.testing.assert_array_equal(reading.sampled_conductance(), first)
    np.testing.assert_array_equal(reading.conductance_matrix(), exact)


@pytest.mark.cross_method
def test_currents_are_those_of_the_potentials_that_were_found(film):
    """Potentials, to the root of 1e-5: their Joule heat is the power of G, and errs the same."""
    reading = film.read()
    conductance = reading.sampled_conductance()
    voltages = np.linspace(-0.01, 0.02, len(conductance))
    reading.superpose(conductance, voltages)
    heat = reading.joule_power() + reading.interface_power()
    assert heat == pytest.approx(voltages @ conductance @ voltages, rel=1e-12)


def test_a_row_costs_one_cycle_of_multigrid_for_each_potential(comm, monkeypatch):
    """With the AMR of the demo; nodes but the last, whose potential is that of the others."""
    film = Film(mesh_film(WHEEL, comm), Material(amr_ratio=0.2))
    film.randomise(seed=5)
    cycles, correction = [], PotentialSolver.correction

    def counted(solver, residual):
        cycles.append(residual)
        return correction(solver, residual)

    monkeypatch.setattr(PotentialSolver, "correction", counted)
    solves = film.conduction.solver.solves
    film.read().sampled_conductance()
    assert len(cycles) == len(film.contacts) - 1
    assert film.conduction.solver.solves == solves


@pytest.mark.cross_method
def test_with_hall_effect_both_directions_are_as_exact(comm):
    """Where energies do not tell G, potentials are to 1e-5, and G of the rest with them."""
    mesh = mesh_film(square(200e-9, 4, 50e-9, mesh_size=10e-9), comm)
    film = Film(mesh, Material(amr_ratio=0.2, anomalous_hall_ratio=0.3))
    film.randomise(seed=5)
    film.set_magnetisation(film.m + np.array([0.0, 0.0, 1.1]))
    exact, sampled = film.conductance_matrix(), film.read().sampled_conductance()
    assert in_relation(exact - exact.T, exact).max() > 1e-3
    assert in_relation(sampled - exact, exact).max() < 1e-5
    film.set_magnetisation(-film.m)
    assert in_relation(film.read().sampled_conductance().T - exact, exact).max() < 1e-5


@pytest.mark.cross_method
def test_of_many_nodes_one_factorisation_tells_all(comm):
    film = Film(mesh_film(copied(strip(1e-7, 4e-8, mesh_size=1e-8), 3), comm), Material())
    film.randomise(seed=5)
    assert film.conduction.solver.factorises(len(film.contacts))
    sampled, exact = film.read().sampled_conductance(), film.conductance_matrix()
    assert in_relation(sampled - exact, exact).max() < 1e-9
