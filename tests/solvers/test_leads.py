"""Contacts that hang on wires with a resistance: what reaches the film, and what is seen of it."""

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.checks import driven_checks
from hebbfilm.meshing import mesh_film, square, strip, wheel
from hebbfilm.meshing.families import copied
from hebbfilm.solvers import (
    Current,
    Electrodes,
    Film,
    Material,
    Segment,
    Sine,
    constant,
    load_state,
    outside_conductance,
    save_state,
)
from hebbfilm.solvers.conduction.linear_response import conductance_response

RHO, THICKNESS = 4e-7, 1e-9
PLAIN = Material(conductivity=1 / RHO, amr_ratio=0.0)
VOLTAGES = [0.05, -0.02, 0.01, 0.0]
PRECISION = 1e-8
"""Currents are found to 1e-10 of the largest, times the root of some 1e3 vertices."""
LARGE, SMALL = 1e6, 1e-6


def pair(comm, **given):
    """A straight strip of 800 Ω between its two ends."""
    layout = strip(length=200e-9, width=100e-9, mesh_size=2e-8, thickness=THICKNESS)
    return Film(mesh_film(layout, comm), PLAIN, **given)


def two_strips(comm, electrodes):
    """Two of them side by side that no film joins."""
    layout = strip(length=200e-9, width=100e-9, mesh_size=2e-8, thickness=THICKNESS)
    return Film(mesh_film(copied(layout, 2), comm), PLAIN, electrodes=electrodes)


TIED = (("left", "copy_2_left"),)
OHMS = RHO * 200e-9 / (100e-9 * THICKNESS)


def maze(comm, leads=0.0, *, amr_ratio=1.0, tied=(), resistance=0.0):
    """Random directions everywhere: as uneven a σ as there can be."""
    material = Material(amr_ratio=amr_ratio)
    electrodes = Electrodes(resistance, lead_resistance=leads, tied=tied)
    film = Film(mesh_film(wheel(mesh_size=15e-9), comm), material, electrodes=electrodes)
    film.randomise(seed=5)
    return film


@pytest.fixture(scope="module")
def ideal(comm):
    return maze(comm)


@pytest.mark.analytic
@pytest.mark.parametrize("leads", [(100.0, 0.0), (100.0, 300.0), (SMALL, SMALL), (LARGE, LARGE)])
def test_a_strip_between_two_leads_divides_the_voltage(comm, leads):
    """I = U/(R₁ + R + R₂), and each end is off by its own R I; to the tolerance of φ, 1e-10."""
    film = pair(
        comm,
        electrodes=Electrodes(lead_resistance=dict(zip(("left", "right"), leads, strict=True))),
    )
    found = film.solve_current([0.1, 0.0])
    expected = 0.1 / (OHMS + sum(leads))
    np.testing.assert_allclose(found.currents, [expected, -expected], rtol=1e-8)
    ends = np.array([0.1 - leads[0] * expected, leads[1] * expected])
    np.testing.assert_allclose(np.ptp(found.voltages), OHMS * expected, rtol=1e-8)
    np.testing.assert_allclose(found.voltages, ends, atol=1e-9 * 0.1)
    np.testing.assert_allclose(found.source_voltages, [0.1, 0.0], atol=1e-9 * 0.1)
    assert found.power == pytest.approx(OHMS * expected**2, rel=1e-8)
    assert found.lead_power == pytest.approx(sum(leads) * expected**2, rel=1e-8)
    seen = film.outside_conductance_matrix()
    np.testing.assert_allclose(seen[0], [expected / 0.1, -expected / 0.1], rtol=1e-8)


@pytest.mark.analytic
@pytest.mark.parametrize("ohms", [SMALL, 200.0, LARGE])
def test_strips_that_share_a_lead_are_a_star(comm, ohms):
    """Two strips of R at one node, whose lead is the third arm: Σ g U/Σ g is at its end.

    So pairs that no film joins conduct: g = g₁ g₂/Σ g, as seen from outside.
    """
    electrodes = Electrodes(lead_resistance={"left+copy_2_left": ohms}, tied=TIED)
    film = two_strips(comm, electrodes)
    arms, sources = 1 / np.array([ohms, OHMS, OHMS]), np.array([0.0, 0.1, -0.04])
    centre = arms @ sources / arms.sum()
    found = film.solve_current(list(sources))
    np.testing.assert_allclose(found.voltages[0], centre, atol=1e-9 * 0.1)
    np.testing.assert_allclose(
        found.currents, arms * (sources - centre), atol=1e-8 * np.abs(found.currents).max()
    )
    seen = film.outside_conductance_matrix()
    star = np.diag(arms) - np.outer(arms, arms) / arms.sum()
    np.testing.assert_allclose(seen, star, atol=1e-8 * np.abs(star).max())
    assert film.conductance_matrix()[1, 2] == pytest.approx(0, abs=1e-10 * arms[1])


@pytest.mark.cross_method
@pytest.mark.parametrize(
    "leads",
    [SMALL, 100.0, LARGE, {"rim_2": 100.0}, {"rim_1": SMALL, "rim_3": 50.0, "centre": LARGE}],
)
@pytest.mark.parametrize("resistance", [0.0, 1e-14])
def test_currents_are_those_of_the_conductances(comm, leads, resistance):
    """The search for the ends of leads in the film, beside (1 + G R)⁻¹ G of the matrix alone."""
    film = maze(comm, leads, resistance=resistance)
    found = film.solve_current(VOLTAGES)
    seen = film.outside_conductance_matrix()
    expected = seen @ VOLTAGES
    scale = np.abs(expected).max()
    np.testing.assert_allclose(found.currents, expected, atol=PRECISION * scale)
    drops = film.conduction.lead_resistance * expected
    spread = PRECISION * (np.ptp(VOLTAGES) + np.abs(film.conduction.lead_resistance).max() * scale)
    np.testing.assert_allclose(found.voltages, VOLTAGES - drops, atol=spread)
    checks = driven_checks(film, VOLTAGES)
    assert max(checks.values()) < PRECISION
    sources = np.array(VOLTAGES) @ found.currents
    assert sources == pytest.approx(found.power + found.lead_power, rel=PRECISION)


@pytest.mark.cross_method
def test_a_lead_is_a_piece_of_film(comm):
    """A strip that is longer by 50 nm at each end, behind whose contacts nothing is magnetic."""
    added = RHO * 50e-9 / (100e-9 * THICKNESS)
    short = pair(comm, electrodes=Electrodes(lead_resistance=added)).solve_current([0.1, 0.0])
    layout = strip(length=300e-9, width=100e-9, mesh_size=2e-8, thickness=THICKNESS)
    long = Film(mesh_film(layout, comm), PLAIN).solve_current([0.1, 0.0])
    np.testing.assert_allclose(short.currents, long.currents, rtol=1e-8)


@pytest.mark.cross_method
def test_a_lead_is_a_circuit_of_resistors(comm):
    """A function that gives V = U - R I of the current that it sees, as any circuit could."""
    film, ohms = maze(comm), 100.0
    film.evolve(constant(lambda t, i, v: list(VOLTAGES - ohms * i), 1e-14))
    by_circuit = film.conduction
    behind = maze(comm, ohms)
    behind.evolve(constant(VOLTAGES, 1e-14))
    # Functions and leads are both settled to some 1e-4, as currents that drive are.
    scale = np.abs(by_circuit.currents).max()
    np.testing.assert_allclose(behind.conduction.currents, by_circuit.currents, atol=1e-3 * scale)


@pytest.mark.analytic
def test_hall_effect_keeps_onsager(comm):
    """Seen through leads, too, G(-m) = G(m)ᵀ: (1 + GR)⁻¹G and its transpose, G(1 + RG)⁻¹."""
    material = Material(amr_ratio=0.3, anomalous_hall_ratio=0.4)
    film_mesh = mesh_film(square(mesh_size=2e-8), comm)
    leads = {film_mesh.contacts[0]: 50.0, film_mesh.contacts[2]: 300.0}
    film = Film(film_mesh, material, electrodes=Electrodes(lead_resistance=leads))
    film.randomise(seed=5)
    film.set_magnetisation(film.m + np.array([0, 0, 1.5]))
    seen = film.outside_conductance_matrix()
    assert np.abs(seen - seen.T).max() > 1e-2 * np.abs(seen).max()
    found = film.solve_current(VOLTAGES)
    scale = np.abs(found.currents).max()
    np.testing.assert_allclose(found.currents, seen @ VOLTAGES, atol=PRECISION * scale)
    film.set_magnetisation(-film.m)
    np.testing.assert_allclose(
        film.outside_conductance_matrix(), seen.T, atol=PRECISION * np.abs(seen).max()
    )
    np.testing.assert_allclose(seen.sum(axis=0), 0, atol=PRECISION * np.abs(seen).max())
    np.testing.assert_allclose(seen.sum(axis=1), 0, atol=PRECISION * np.abs(seen).max())


@pytest.mark.analytic
def test_conductance_back_from_what_is_seen(ideal):
    """The same formula with -R; the error grows with R G, 1e-16 · 1e3 here."""
    own, ohms = ideal.conductance_matrix(), np.array([10.0, 1e3, 0.0, 1e5])
    seen = outside_conductance(own, ohms)
    np.testing.assert_allclose(outside_conductance(seen, -ohms), own, rtol=1e-10)
    assert outside_conductance(own, np.zeros(4)) is own


@pytest.mark.cross_method
def test_the_end_of_a_tied_lead_is_the_tie(comm):
    """Contacts that are tied hang on one lead: (PᵀGP seen through R), not each on its own."""
    tied = maze(comm, {"rim_2+centre": 100.0}, tied=(("rim_2", "centre"),))
    assert tied.contacts == ("rim_1", "rim_2+centre", "rim_3")
    seen = tied.outside_conductance_matrix()
    expected = outside_conductance(tied.conductance_matrix(), [0.0, 100.0, 0.0])
    np.testing.assert_allclose(seen, expected, rtol=1e-12)
    found = tied.solve_current([0.0, 0.05, 0.0])
    np.testing.assert_allclose(
        found.currents, seen[:, 1] * 0.05, atol=PRECISION * np.abs(seen).max() * 0.05
    )


@pytest.mark.analytic
def test_prescribed_currents_do_not_mind_leads(comm, ideal):
    """V of the film is as without; what the source shows is R I more."""
    drives = [0.05, Current(1e-4), None, -0.02]
    leads = {"rim_2": 1e3, "rim_3": 1e4}
    plain, behind = ideal.solve_current(drives), maze(comm, leads).solve_current(drives)
    scale = np.abs(plain.currents).max()
    np.testing.assert_allclose(behind.currents, plain.currents, atol=PRECISION * scale)
    np.testing.assert_allclose(behind.voltages, plain.voltages, atol=PRECISION)
    second = ideal.contacts.index("rim_2")
    shown = behind.voltages + behind.lead_resistance * behind.currents
    np.testing.assert_array_equal(behind.source_voltages, shown)
    assert shown[second] - behind.voltages[second] == pytest.approx(1e3 * behind.currents[second])


@pytest.mark.analytic
def test_currents_alone_through_leads(comm, ideal):
    """Where no source has a voltage, the mean voltage at the film is zero, whatever the leads."""
    drives = [Current(3e-4), Current(-1e-4), None, Current(-2e-4)]
    plain, behind = ideal.solve_current(drives), maze(comm, 500.0).solve_current(drives)
    spread = np.ptp(plain.voltages)
    np.testing.assert_allclose(behind.voltages, plain.voltages, atol=PRECISION * spread)
    np.testing.assert_allclose(behind.currents, [3e-4, -1e-4, 0, -2e-4], atol=PRECISION * 3e-4)


@pytest.mark.regression
def test_leads_of_no_resistance_change_no_bit(comm):
    """0 Ω is the path without leads: not a bit differs, and no more is solved."""
    found = []
    for electrodes in (None, Electrodes(lead_resistance=0.0), Electrodes(lead_resistance={})):
        film = Film(mesh_film(wheel(mesh_size=2e-8), comm), Material(), electrodes=electrodes)
        film.randomise(seed=3)
        film.evolve(constant([0.05, Current(1e-5), None, 0.0], 2e-13))
        found.append((film.m.tobytes(), film.conduction.solver.iterations))
    assert found[0] == found[1] == found[2]


@pytest.mark.cross_method
def test_learning_behind_leads_is_that_at_the_voltages_that_are_left(comm):
    """A film driven by the voltages that the ends of its leads had moves as one behind them.

    AMR of 1 % moves these by less than 1e-4 within 20 fs, and m by that part of its motion; the
    currents that drive are found to 1e-4 of what tolerances allow.
    """
    behind = maze(comm, 200.0, amr_ratio=0.01)
    start = behind.m.copy()
    ends = behind.solve_current(VOLTAGES).voltages
    behind.evolve(constant(VOLTAGES, 2e-14))
    plain = maze(comm, amr_ratio=0.01)
    plain.evolve(constant([float(v) for v in ends], 2e-14))
    moved = np.abs(plain.m - start).max()
    assert np.abs(behind.m - plain.m).max() < 1e-3 * moved


@pytest.mark.cross_method
def test_going_on_from_a_saved_state(comm, shared_tmp_path):
    """Bit for bit, with what the leads have taken; also under a drive that varies."""
    wave = Sine(amplitude=0.05, frequency=5e9)
    segments = [Segment(2e-12, (wave, 0.0, 0.01, 0.0))]
    path = shared_tmp_path / "state.npz"
    whole = maze(comm, 150.0, amr_ratio=0.05)

    def save(film):
        if film.position.elapsed < 1.5e-12:
            save_state(film, path)

    whole.evolve(segments, sample_interval=1e-12, observer=save)
    other = maze(comm, 150.0, amr_ratio=0.05)
    load_state(other, path)
    other.evolve(segments, start=other.position, sample_interval=1e-12)
    assert other.m.tobytes() == whole.m.tobytes()
    assert other.heating.lead_energy == whole.heating.lead_energy > 0


@pytest.mark.analytic
def test_heat_of_leads_is_no_heat_of_the_film(comm):
    """Of U²/(2R + R_film) for 1 ps the film gets its share, the leads the rest."""
    film = pair(comm, electrodes=Electrodes(lead_resistance=100.0))
    film.randomise(seed=1)
    film.evolve(constant([0.1, 0.0], 1e-12))
    current = 0.1 / (OHMS + 200)
    assert film.heating.energy == pytest.approx(OHMS * current**2 * 1e-12, rel=1e-6)
    assert film.heating.lead_energy == pytest.approx(200 * current**2 * 1e-12, rel=1e-6)


@pytest.mark.cross_method
def test_a_circuit_sees_the_sources(comm):
    """A function is told U, and the currents that flow at U; it settles with a stiff loop, too."""
    told, ohms = [], 100.0
    film = maze(comm, ohms, amr_ratio=0.02)

    def circuit(time, currents, voltages):
        told.append((currents, voltages))
        return [0.05 - 1e4 * float(currents[0]), 0.0, 0.0, 0.0]

    film.evolve(constant(circuit, 1e-14))
    currents, voltages = told[-1]
    expected = outside_conductance(film.conductance_matrix(), [ohms] * 4)[0, 0]
    # The drive agrees with its own current to the tolerance of the renewal, 4 %, and better.
    assert voltages[0] == pytest.approx(0.05 / (1 + 1e4 * expected), rel=0.02)
    np.testing.assert_allclose(voltages[1:], 0, atol=1e-6)
    assert currents[0] == pytest.approx(expected * voltages[0], rel=1e-3)


@pytest.mark.cross_method
def test_response_of_what_is_seen(comm):
    """δG_out = Tᵀ δG T, T = (1 + RG)⁻¹: G_out by a change of m, beside that of the film's own G.

    To first order in a turn by 1e-4; of the difference of two G the error is 1e-10/1e-4.
    """
    film, ohms = maze(comm, 100.0, amr_ratio=0.1), np.full(4, 100.0)
    own, seen = film.conductance_matrix(), film.outside_conductance_matrix()
    through = np.linalg.inv(np.eye(4) + ohms[:, None] * own)
    m = film.m.copy()
    turned = m + 1e-4 * np.roll(m, 1, axis=1)
    film.set_magnetisation(turned / np.linalg.norm(turned, axis=1)[:, None])
    change = film.conductance_matrix() - own
    expected = through.T @ change @ through
    found = film.outside_conductance_matrix() - seen
    np.testing.assert_allclose(found, expected, atol=1e-3 * np.abs(expected).max())
    assert conductance_response(film.read(), np.eye(4)).shape == (4, 4, 4)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (-1.0, r"contacts.lead_resistance = -1.0: must be 0 to 1e\+07, in Ω; behind"),
        (float("nan"), r"contacts.lead_resistance = nan"),
        ({"rim_1": 1e12}, r"contacts.lead_resistance.rim_1 = 1000000000000.0: must be 0 to"),
        ({"rim1": 1.0}, r"contacts.lead_resistance: no contact rim1 .*did you mean rim_1\?"),
    ],
)
def test_bad_leads(comm, given, told):
    with pytest.raises(InputError, match=told):
        maze(comm, given)


def test_a_lead_of_a_contact_that_is_tied(comm):
    with pytest.raises(InputError, match=r"rim_2 is tied, .*did you mean 'rim_2\+centre'\?"):
        maze(comm, {"rim_2": 1.0}, tied=(("rim_2", "centre"),))


@pytest.mark.analytic
def test_a_node_alone_on_its_piece_is_at_its_source(comm):
    """Nothing flows into a piece of film with one node: V = U, whatever its lead."""
    electrodes = Electrodes(lead_resistance=1e4, tied=(("copy_2_left", "copy_2_right"),))
    found = two_strips(comm, electrodes).solve_current([0.1, 0.0, 0.07])
    np.testing.assert_allclose(found.voltages[2], 0.07, rtol=1e-8)
    current = 0.1 / (OHMS + 2e4)
    np.testing.assert_allclose(found.currents, [current, -current, 0], atol=1e-8 * current)


@pytest.mark.analytic
def test_changes_of_a_film_are_seen_through_the_largest_leads():
    """Two contacts with R each: g/(1 + 2 g R), whose change is Δg/((1 + 2 g R)(1 + 2 g' R)).

    Round-off ε of 1/R beside that change, Δg/(2 g R)², is 4 g R ε g/Δg: 1e-8 for 50 mS, 10 MΩ and
    1 %; in the matrix it stands beside R g times as much, below 1e-3.
    """
    ohms, before, after = 1e7, 50e-3, 50.5e-3
    with pytest.raises(InputError, match="what films learn is round-off"):
        Electrodes(lead_resistance=2 * ohms)
    assert Electrodes(lead_resistance=ohms).leads(["a", "b"]).tolist() == [ohms, ohms]
    pair = np.array([[1.0, -1.0], [-1.0, 1.0]])
    seen = [outside_conductance(g * pair, [ohms, ohms]) for g in (before, after)]
    expected = (after - before) / ((1 + 2 * before * ohms) * (1 + 2 * after * ohms))
    np.testing.assert_allclose(seen[1] - seen[0], expected * pair, rtol=1e-3)


def test_leads_of_nodes_that_are_not_there_are_refused():
    electrodes = Electrodes(lead_resistance={"c": 1.0})
    with pytest.raises(InputError, match="no contact c"):
        electrodes.leads(["a", "b"])
