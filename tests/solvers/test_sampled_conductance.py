"""Conductances as rows of a trajectory have them, against readings to full precision."""

import numpy as np
import pytest
from shapely import LineString, Point, box

from hebbfilm import copied
from hebbfilm.meshing import Contact, Layout, mesh_film, square, strip, wheel
from hebbfilm.solvers import Electrodes, Film, Layer, Material
from hebbfilm.solvers.conduction.energy_descent import EnergyDescent
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


def uniform(x):
    return np.tile([0.8, 0.6, 0.0], (len(x), 1))


def along_x(x):
    return np.tile([1.0, 0.0, 0.0], (len(x), 1))


def helix(x):
    phase = x[:, 0] / 3e-8
    return np.column_stack([np.cos(phase), np.sin(phase), 0 * phase])


def wall(x):
    """Of Bloch type, across the film."""
    across = (x[:, 0] - x[:, 0].mean()) / 1e-8
    return np.column_stack([0 * across, 1 / np.cosh(across), np.tanh(across)])


def skyrmion(x):
    centre = x[:, :2] - x[:, :2].mean(axis=0)
    radius, angle = np.hypot(*centre.T), np.arctan2(*centre.T[::-1])
    tilt = np.pi * np.exp(-((radius / 5e-8) ** 2))
    plane = np.sin(tilt)
    return np.column_stack([plane * np.cos(angle), plane * np.sin(angle), np.cos(tilt)])


def rough(x):
    found = np.random.default_rng(7).standard_normal((len(x), 3))
    return found / np.linalg.norm(found, axis=1)[:, None]


def plate_with_hole():
    """An inner pad next to a hole, and contacts on edges."""
    film = box(-4e-7, -2e-7, 4e-7, 2e-7).difference(Point(0, 0).buffer(7e-8))
    contacts = (
        Contact("left", LineString([(-4e-7, -1e-7), (-4e-7, 1e-7)])),
        Contact("right", LineString([(4e-7, -2e-7), (4e-7, 5e-8)])),
        Contact("pad", Point(2e-7, 0).buffer(4e-8)),
        Contact("top", box(-1e-7, 1.5e-7, 0, 2e-7)),
    )
    return Layout(film, contacts, 2e-9, 1.2e-8)


LAYOUTS = {
    "square": square(4e-7, 4, 1e-7, mesh_size=8e-9),
    "strip": strip(8e-7, 3e-7, mesh_size=8e-9),
    "plate": plate_with_hole(),
    "wheel": WHEEL,
}


@pytest.fixture(scope="module", params=LAYOUTS.values(), ids=list(LAYOUTS))
def mesh(request, comm):
    return mesh_film(request.param, comm)


@pytest.mark.cross_method
@pytest.mark.parametrize("ratio", [0.05, 0.2, 0.3, 1.0])
def test_rows_are_to_what_is_said_whatever_m_is_like(mesh, ratio):
    """Long-waved errors are not seen in residuals as short-waved ones are; both have to be."""
    film = Film(mesh, Material(amr_ratio=ratio))
    for texture in (along_x, uniform, helix, wall, skyrmion, rough):
        film.set_magnetisation(texture)
        exact, sampled = film.conductance_matrix(), film.read().sampled_conductance()
        assert in_relation(sampled - exact, exact).max() < 1e-5, texture.__name__


@pytest.mark.cross_method
@pytest.mark.parametrize("ratio", [0.05, 1.0])
def test_what_is_said_to_be_left_is_no_less_than_what_is(mesh, ratio):
    """At any tolerance, from above: with 1e-3 the first round ends it, with 1e-8 many do."""
    film = Film(mesh, Material(amr_ratio=ratio))
    for texture in (along_x, wall, rough):
        film.set_magnetisation(texture)
        exact, conduction = film.conductance_matrix(), film.conduction
        for tolerance in (1e-3, 1e-4, 1e-6, 1e-8):
            potentials = [conduction.operators.vector() for _ in film.contacts[1:]]
            for potential, share in zip(potentials, conduction.shares[:-1], strict=True):
                potential.array[:] = share
            descent = EnergyDescent(conduction.solver, potentials, 1 + ratio)
            found = descent.conductance_matrix(tolerance)
            assert in_relation(found - exact, exact).max() < tolerance + 1e-9


@pytest.mark.analytic
def test_spread_is_what_any_texture_does_at_most(comm):
    """κ of A behind the matrix without AMR: 1 + AMR by directions, and what warming does.

    Contacts stay as they are, so that a film that is evenly warm counts, too.
    """
    mesh = mesh_film(square(2e-7, 4, 5e-8, mesh_size=2e-8), comm)
    layer = Layer("pt", 3e-9, 4e6, spin_hall_magnetoresistance=0.5)
    assert Film(mesh, Material(amr_ratio=0.2)).conduction._resistivity.spread() == 1.2
    both = Film(mesh, Material(amr_ratio=0.2), layers=[layer])
    assert both.conduction._resistivity.spread() == 1.5
    warm = Film(mesh, Material(amr_ratio=0.2, temperature_coefficient=1e-3))
    coolest = warm.conduction.reference_temperature - 100
    kelvins = warm.conduction.operators.vector().array
    kelvins[:] = coolest
    warm.conduction.take_temperature(kelvins)
    warm.conduction.update(warm.conduction._m)
    assert warm.conduction._resistivity.spread() == pytest.approx(1.2 / 0.9, rel=1e-12)
    kelvins = kelvins + 300
    warm.conduction.take_temperature(kelvins)
    warm.conduction.update(warm.conduction._m)
    assert warm.conduction._resistivity.spread() == pytest.approx(1.2 * 1.2, rel=1e-12)


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


def test_a_row_costs_two_cycles_of_multigrid_for_each_potential(comm, monkeypatch):
    """With the AMR of the demo; nodes but the last, whose potential is that of the others.

    One, with a tenth of that AMR: potentials of a uniform film are a tenth as wrong then.
    """
    cycles, correction = [], PotentialSolver.correction

    def counted(solver, residual):
        cycles.append(residual)
        return correction(solver, residual)

    monkeypatch.setattr(PotentialSolver, "correction", counted)
    for ratio, rounds in ((0.2, 2), (0.02, 1)):
        film = Film(mesh_film(WHEEL, comm), Material(amr_ratio=ratio))
        film.randomise(seed=5)
        solves = film.conduction.solver.solves
        cycles.clear()
        film.read().sampled_conductance()
        assert len(cycles) == rounds * (len(film.contacts) - 1)
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
    film = Film(mesh_film(square(2e-7, 8, 3e-8, mesh_size=1e-8), comm), Material())
    film.randomise(seed=5)
    assert film.conduction.solver.factorises(len(film.contacts))
    sampled, exact = film.read().sampled_conductance(), film.conductance_matrix()
    assert in_relation(sampled - exact, exact).max() < 1e-9
