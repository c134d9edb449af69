"""Networks of strips: from few potentials the same as node by node over the whole film."""

import numpy as np
import pytest
from shapely import LineString, MultiPolygon, box

from hebbfilm import copied, strip_network, wheel
from hebbfilm.meshing import Contact, Layout, mesh_film
from hebbfilm.solvers import Current, Electrodes, Film, Layer, Material
from hebbfilm.solvers.conduction.linear_response import conductance_response
from hebbfilm.solvers.conduction.node_voltages import node_voltages

NM = 1e-9
# The largest current is known to 1e-10 times the root of the number of vertices (some 1e3).
PRECISION = 1e-8
CORNERS = {"a": (0, 0), "b": (400 * NM, 0), "c": (200 * NM, 300 * NM)}
TRIANGLE = strip_network(
    CORNERS,
    [("a", "b"), ("b", "c"), ("a", "c")],
    strip_width=70 * NM,
    wires=2,
    slit_width=10 * NM,
    strip_length=120 * NM,
    mesh_size=10 * NM,
)
HALL = Material(amr_ratio=0.5, anomalous_hall_ratio=0.2)


def plate_and_strip():
    """A plate with three contacts, and a strip with two of its own, four times as long as wide."""
    plate, bar = box(0, 0, 100 * NM, 100 * NM), box(150 * NM, 0, 350 * NM, 50 * NM)
    sides = {
        "left": LineString([(0, 0), (0, 60 * NM)]),
        "right": LineString([(100 * NM, 0), (100 * NM, 60 * NM)]),
        "top": LineString([(20 * NM, 100 * NM), (80 * NM, 100 * NM)]),
        "begin": LineString([(150 * NM, 0), (150 * NM, 50 * NM)]),
        "end": box(330 * NM, 0, 350 * NM, 50 * NM),
    }
    contacts = tuple(Contact(name, region) for name, region in sides.items())
    return Layout(MultiPolygon([plate, bar]), contacts, NM, 12 * NM)


MIXED = plate_and_strip()
RESISTIVE = Electrodes({"begin": 1e-15, "top": 1e-14})
CHAINED = Electrodes({"end": 1e-15}, tied=(("top", "begin"),))
PARALLEL = Electrodes(tied=(("left", "begin"), ("right", "end")))
FILMS = {
    "triangle": (TRIANGLE, {}, 1),
    "triangle with resistive contacts": (TRIANGLE, {"electrodes": Electrodes(1e-15)}, 1),
    "triangle with Hall effect": (TRIANGLE, {"material": HALL}, 1),
    "triangle with two nodes tied": (TRIANGLE, {"electrodes": Electrodes(tied=(("a", "c"),))}, 1),
    "triangle with a layer": (TRIANGLE, {"layers": [Layer("pt", 3 * NM, 4e6)]}, 1),
    "two wheels": (copied(wheel(mesh_size=20 * NM), 2), {}, 3),
    "plate and strip": (MIXED, {}, 2),
    "plate and strip, resistive": (MIXED, {"electrodes": RESISTIVE}, 2),
    "plate and strip with Hall effect": (MIXED, {"material": HALL}, 2),
    "plate and strip in a row": (MIXED, {"electrodes": CHAINED}, 2),
    "plate and strip in parallel": (MIXED, {"electrodes": PARALLEL}, 2),
}


@pytest.fixture(scope="module", params=FILMS.values(), ids=list(FILMS))
def case(request, comm):
    """A film with random directions, and how many potentials tell its conductances."""
    layout, options, solves = request.param
    made = {"material": Material(amr_ratio=0.5), **options}
    film = Film(mesh_film(layout, comm), **made)
    film.randomise(seed=5)
    return film, solves


def node_by_node(film):
    """G, (N, N), of as many currents through the whole film as there are nodes."""
    reading = film.read()
    columns = []
    for voltages in np.eye(len(film.contacts)).tolist():
        reading.solve(voltages)
        columns.append(reading.currents.copy())
    return np.array(columns).T


@pytest.mark.cross_method
def test_conductances_are_those_of_one_solve_for_each_node(case):
    film, _ = case
    expected = node_by_node(film)
    scale = np.abs(expected).max()
    found, near = film.conductance_matrix(), film.read().approximate_conductance(1e-10)
    np.testing.assert_allclose(found, expected, rtol=0, atol=PRECISION * scale)
    np.testing.assert_allclose(near, expected, rtol=0, atol=PRECISION * scale)


@pytest.mark.cross_method
def test_rows_are_to_what_is_said_and_symmetric(case):
    """See `Conduction.sampled_conductance`: to 1e-5 of √(G_ii G_jj)."""
    film, _ = case
    exact, sampled = film.conductance_matrix(), film.read().sampled_conductance()
    own = np.sqrt(np.diag(exact))
    assert (np.abs(sampled - exact) / np.outer(own, own)).max() < 1e-5
    if film.conduction.symmetric:
        np.testing.assert_array_equal(sampled, sampled.T)


def test_solves_are_as_many_as_the_strip_with_most_nodes_asks_for(case):
    """One less than it has, whatever the number of nodes; and one that is as good as there."""
    film, solves = case
    assert film.conduction.strips.fields == solves + 1
    reading = film.read()
    before = reading.solver.solves
    reading.approximate_conductance(1e-10)
    # A poor guess may want a second pass.
    assert solves <= reading.solver.solves - before <= 2 * solves


@pytest.mark.cross_method
def test_superposed_currents_are_those_that_are_solved_for(case):
    """φ, all currents and their heat, of the potentials of terminals at the voltages of nodes.

    Both φ err by less than 1e-7 of the voltage: residuals are 1e-10 of the currents, and a film of
    1e3 vertices takes long waves of them by at most its number of vertices.
    """
    film, _ = case
    voltages = np.linspace(-0.03, 0.05, len(film.contacts))
    summed, solved = film.read(), film.read()
    summed.superpose(summed.conductance_matrix(), voltages)
    solved.solve(voltages.tolist())
    np.testing.assert_allclose(summed.potential, solved.potential, rtol=0, atol=1e-7 * 0.08)
    scale = np.abs(solved.currents).max()
    np.testing.assert_allclose(summed.currents, solved.currents, rtol=0, atol=PRECISION * scale)
    assert summed.joule_power() + summed.interface_power() == pytest.approx(
        solved.power, rel=PRECISION
    )


@pytest.mark.cross_method
def test_unfinished_currents_are_balanced_strip_by_strip(case):
    """What an unfinished solve leaves counts to the nodes of the strip where it is left."""
    film, _ = case
    voltages = np.linspace(0.05, -0.03, len(film.contacts)).tolist()
    rough, exact = film.read(), film.read()
    rough.solve(voltages, tolerance=1e-2)
    exact.solve(voltages)
    scale = np.abs(exact.currents).max()
    for group in film.conduction.joined:
        assert abs(rough.currents[group].sum()) < 1e-12 * scale
    np.testing.assert_allclose(rough.currents, exact.currents, rtol=0, atol=2e-2 * scale)


@pytest.mark.cross_method
def test_nodes_driven_by_currents_find_their_voltages(case):
    """Those at which G asks for these currents, in strips that have other terminals, too."""
    film, _ = case
    drives = [0.02, *[Current(1e-5)] * (len(film.contacts) - 2), -0.01]
    expected = node_voltages(film.conductance_matrix(), drives, film.conduction.joined)
    conduction = film.solve_current(drives)
    np.testing.assert_allclose(
        conduction.voltages, expected, rtol=0, atol=PRECISION * np.abs(expected).max()
    )


@pytest.mark.analytic
def test_response_sums_to_nothing_and_is_that_of_the_terminals(case):
    """δG has row sums of zero, and VᵀδGV = κ ∫ |E|⁴ dV, whatever nodes the strips have.

    With Hall effect one of both fields is that of σᵀ, and no such sum is known.
    """
    film, _ = case
    voltages = np.linspace(-0.03, 0.05, len(film.contacts))
    reading = film.read()
    (response,) = conductance_response(reading, voltages[None])
    scale = np.abs(response).max()
    np.testing.assert_allclose(response.sum(axis=1), 0, rtol=0, atol=1e-9 * scale)
    if not film.conduction.symmetric:
        return
    reading.solve(voltages.tolist())
    local = film.operators.volumes @ (reading.electric_field() ** 2).sum(axis=1) ** 2
    expected = film.comm.allreduce(float(local))
    assert voltages @ response @ voltages == pytest.approx(expected, rel=1e-6)
