"""Contacts: driven by currents, with resistance, tied together."""

import numpy as np
import pytest
from shapely import LineString, box

from meshing import Contact, Layout, mesh_film, square, strip, wheel
from meshing.errors import InputError
from solvers import Current, Electrodes, Film, Material, alternating, load_state, save_state
from solvers.drive import constant

THICKNESS = 1e-9
ISOTROPIC = Material(amr_ratio=0.0)
RHO = ISOTROPIC.perpendicular_resistivity
WHEEL = wheel(mesh_size=15e-9)
# The largest current is known to 1e-10 times the root of the number of vertices (some 1e3).
PRECISION = 1e-8


def maze(comm, electrodes=None, *, amr_ratio=1.0, dimension=2, layout=WHEEL):
    """Random directions everywhere: as uneven a σ as there can be."""
    film_mesh = mesh_film(layout, comm, dimension=dimension)
    film = Film(film_mesh, Material(amr_ratio=amr_ratio), electrodes=electrodes)
    film.randomise(seed=5)
    return film


@pytest.fixture(scope="module")
def ideal(comm):
    return maze(comm)


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_resistances_at_the_ends_of_a_strip(comm, dimension):
    """R = L/(σwt) + (r_1 + r_2)/(wt), exactly, as φ is linear and even across the ends."""
    layout = strip(200e-9, 50e-9, thickness=THICKNESS, mesh_size=10e-9)
    electrodes = Electrodes({"left": 3e-14, "right": 1e-14})
    film_mesh = mesh_film(layout, comm, dimension=dimension)
    conductance = Film(film_mesh, ISOTROPIC, electrodes=electrodes).conductance_matrix()
    resistance = (RHO * 200e-9 + 4e-14) / (50e-9 * THICKNESS)
    expected = np.array([[1, -1], [-1, 1]]) / resistance
    np.testing.assert_allclose(conductance, expected, rtol=PRECISION)


def pad_on_strip(length, covered, width, h):
    """A pad on the right part of a strip, an edge contact at its left end."""
    outline = box(0, 0, length, width)
    edge = Contact("edge", LineString([(0, 0), (0, width)]))
    pad = Contact("pad", box(length - covered, 0, length, width))
    return Layout(outline, (edge, pad), THICKNESS, h)


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_transfer_length_under_a_pad(comm, dimension):
    """R = ρ [(L - d) + L_T coth(d/L_T)]/(wt), V - φ ∝ cosh((L - x)/L_T), L_T = √(r_c t/ρ).

    The lumped interface on nodes h apart makes L_T coth smaller by 1 - (h/L_T)²/8; edges reach
    1.5 mesh sizes. In 3D the current also crosses part of the thickness: (t/L_T)²/6.
    """
    length, covered, width, transfer = 300e-9, 150e-9, 40e-9, 50e-9
    electrodes = Electrodes({"pad": transfer**2 * RHO / THICKNESS})
    errors = []
    for h in (10e-9, 5e-9):
        film_mesh = mesh_film(pad_on_strip(length, covered, width, h), comm, dimension=dimension)
        film = Film(film_mesh, ISOTROPIC, electrodes=electrodes)
        conduction = film.solve_current([0.0, 1.0])
        under = transfer / np.tanh(covered / transfer)
        expected = width * THICKNESS / (RHO * (length - covered + under))
        errors.append(abs(conduction.currents[1] / expected - 1))
        tolerance = (1.5 * h / transfer) ** 2 / 8 + (THICKNESS / transfer) ** 2 / 6
        assert errors[-1] < tolerance
        x = film_mesh.coordinates[: film.operators.owned, 0]
        below = np.flatnonzero(x > length - covered - 1e-12)
        drop = RHO * conduction.currents[1] * transfer / (width * THICKNESS)
        drop *= np.cosh((length - x) / transfer) / np.sinh(covered / transfer)
        np.testing.assert_allclose(
            1 - conduction.potential[below], drop[below], atol=2 * tolerance * drop.max(initial=0)
        )
    # Halving h quarters the error, but for how irregular the meshes are.
    assert errors[1] < errors[0] / 2


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_small_resistance_is_an_ideal_contact(comm, dimension):
    """G(r_c) - G(0) is linear in r_c while an interface conducts better than the film's mesh.

    At a vertex the film has 4σt and the interface h²/(7 r_c) at least (a third of one triangle);
    their ratio is the relative size of the next order.
    """
    h = WHEEL.mesh_size
    exact = maze(comm, dimension=dimension).conductance_matrix()
    first, second = (
        np.linalg.norm(maze(comm, Electrodes(r), dimension=dimension).conductance_matrix() - exact)
        / np.linalg.norm(exact)
        for r in (1e-17, 1e-18)
    )
    next_order = 4 * THICKNESS / RHO * 7 * 1e-17 / h**2
    assert first / second == pytest.approx(10, rel=next_order)


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_currents_and_power_balance_with_resistances(comm, dimension):
    """Contact currents sum to zero, and what they supply heats the film and the interfaces."""
    electrodes = Electrodes({"rim_1": 1e-13, "centre": 1e-16})
    film = maze(comm, electrodes, dimension=dimension)
    voltages = np.array([0.05, 0.01, -0.05, -0.02])
    conduction = film.solve_current(voltages.tolist())
    scale = np.abs(conduction.currents).max()
    assert conduction.currents.sum() == pytest.approx(0, abs=PRECISION * scale)
    heat = conduction.joule_power() + conduction.interface_power()
    assert conduction.interface_power() > 0.01 * heat
    assert heat == pytest.approx(conduction.power, rel=PRECISION)
    conductance = film.conductance_matrix()
    tolerance = PRECISION * np.abs(conductance).max()
    np.testing.assert_allclose(conductance, conductance.T, atol=tolerance)
    np.testing.assert_allclose(conductance @ np.ones(4), 0, atol=tolerance)
    np.testing.assert_allclose(conductance @ voltages, conduction.currents, atol=PRECISION * scale)


@pytest.mark.cross_method
@pytest.mark.parametrize("resistance", [0.0, 1e-14])
def test_tied_contacts_are_one_node(comm, resistance):
    """G of the nodes is PᵀGP of the contacts; P gives each contact the voltage of its node."""
    resistances = {"rim_1": resistance, "rim_2": resistance / 2}
    apart = maze(comm, Electrodes(resistances))
    tied = maze(comm, Electrodes(resistances, tied=(("centre", "rim_2"),)))
    assert tied.contacts == ("rim_1", "centre+rim_2", "rim_3")
    nodes = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 0]])
    expected = nodes.T @ apart.conductance_matrix() @ nodes
    tolerance = PRECISION * np.abs(expected).max()
    np.testing.assert_allclose(tied.conductance_matrix(), expected, atol=tolerance)


@pytest.mark.cross_method
def test_voltages_and_currents_in_one_solve(ideal):
    """What flows is prescribed where it is, and the voltages there are those that G asks for."""
    conductance = ideal.conductance_matrix()
    conduction = ideal.solve_current([0.05, Current(1e-4), None, -0.02])
    found = conduction.currents[1:3], conduction.voltages[1:3]
    scale = np.abs(conduction.currents).max()
    np.testing.assert_allclose(found[0], [1e-4, 0], atol=PRECISION * scale)
    driven = np.array([1e-4, 0]) - conductance[1:3][:, [0, 3]] @ [0.05, -0.02]
    expected = np.linalg.solve(conductance[1:3, 1:3], driven)
    np.testing.assert_allclose(found[1], expected, rtol=PRECISION)
    np.testing.assert_array_equal(conduction.voltages[[0, 3]], [0.05, -0.02])
    assert conduction.power == pytest.approx(conduction.joule_power(), rel=PRECISION)


@pytest.mark.cross_method
def test_currents_alone(ideal):
    """Currents that sum to zero give the voltages of G's pseudoinverse, whose mean is zero."""
    currents = np.array([3e-4, -1e-4, 0.0, -2e-4])
    ideal.solve_current([5.0, 4.0, 3.0, 2.0])  # what was before does not matter
    conduction = ideal.solve_current([Current(3e-4), Current(-1e-4), None, Current(-2e-4)])
    expected = np.linalg.pinv(ideal.conductance_matrix(), rcond=1e-6) @ currents
    np.testing.assert_allclose(
        conduction.voltages, expected, atol=PRECISION * np.abs(expected).max()
    )
    np.testing.assert_allclose(conduction.currents, currents, atol=PRECISION * 3e-4)
    grounded = ideal.solve_current([Current(3e-4), Current(-1e-4), None, 0.0])
    np.testing.assert_allclose(
        grounded.voltages, expected - expected[3], atol=PRECISION * np.abs(expected).max()
    )


@pytest.mark.analytic
def test_four_point_measurement_does_not_see_contact_resistance(comm):
    """I through the outer contacts; the probes, at x_1 and x_2, differ by ρ I (x_2 - x_1)/(wt).

    A probe as long as the mesh is fine shorts the field along itself; for a strip it is the mean
    of the potential over the probe, by symmetry its middle, to (probe/w)² of probe/distance.
    """
    length, width, probe = 400e-9, 100e-9, 5e-9
    places = (150e-9, 250e-9)
    contacts = [
        Contact("source", LineString([(0, 0), (0, width)])),
        *(Contact(f"probe_{x * 1e9:.0f}", LineString([(x - probe / 2, 0), (x + probe / 2, 0)]))
          for x in places),
        Contact("drain", LineString([(length, 0), (length, width)])),
    ]  # fmt: skip
    layout = Layout(box(0, 0, length, width), tuple(contacts), THICKNESS, 5e-9)
    film = Film(mesh_film(layout, comm), ISOTROPIC, electrodes=Electrodes(1e-12))
    found = film.solve_current([Current(1e-5), None, None, Current(-1e-5)])
    expected = RHO * 1e-5 * (places[1] - places[0]) / (width * THICKNESS)
    drop = found.voltages[1] - found.voltages[2]
    apart = places[1] - places[0]
    assert drop == pytest.approx(expected, rel=probe / apart * (probe / width) ** 2)
    end = RHO * length + 2e-12
    assert np.ptp(found.voltages) == pytest.approx(1e-5 * end / (width * THICKNESS), rel=1e-3)


def test_nothing_that_drives_gives_no_current(ideal):
    """Neither open contacts nor equal voltages, whatever was before."""
    for drives in ([None] * 4, [Current(0.0), None, None, None], [0.0, None, 0.0, 0.0]):
        ideal.solve_current([5.0, -5.0, 1.0, 0.0])
        conduction = ideal.solve_current(drives)
        assert not conduction.currents.any()
        assert not conduction.voltages.any()
    conduction = ideal.solve_current([0.05, None, 0.05, None])
    np.testing.assert_allclose(conduction.voltages, 0.05, rtol=PRECISION)
    np.testing.assert_allclose(conduction.currents, 0, atol=1e-12)


@pytest.mark.cross_method
def test_current_driven_film_goes_on_from_its_file(comm, shared_tmp_path):
    """A state that was saved under a current goes on as if nothing had happened."""
    layout = strip(200e-9, 60e-9, mesh_size=15e-9)
    drive = constant([Current(2e-5), Current(-2e-5)], 4e-11)
    path = shared_tmp_path / "state.npz"
    film = Film(mesh_film(layout, comm))
    film.randomise(seed=3)

    def keep(film):
        if film.position.elapsed < 3e-11:
            save_state(film, path)

    film.evolve(drive, sample_interval=2e-11, observer=keep)
    again = Film(film.film_mesh)
    load_state(again, path)
    assert again.current.drives == [Current(2e-5), Current(-2e-5)]
    again.evolve(drive, sample_interval=2e-11)
    # Renewal at the start of a solve changes the first guess alone: the tolerance 1e-7 is left.
    np.testing.assert_allclose(again.m, film.m, atol=1e-6)
    np.testing.assert_allclose(again.conduction.currents, [2e-5, -2e-5], rtol=1e-6)


def test_currents_reverse_with_the_drive():
    there, back = alternating([Current(1.0), 2.0, None], half_period=1e-9, cycles=1)
    assert there.drives == (Current(1.0), 2.0, None)
    assert back.drives == (Current(-1.0), -2.0, None)


@pytest.mark.analytic
@pytest.mark.parametrize("contacts", [2, 16, 64])
def test_iterations_stay_bounded(comm, contacts):
    """ρ∥ = 3 ρ⊥ in a maze: 21 iterations at most, for 2 contacts as for 64.

    The preconditioned spectrum lies in [1/3, 1], so conjugate gradients gain 0.268 a step in the
    energy norm; a residual of 1e-10 of the currents is L/h = 40 away from that:
    ln(2 · 40 · 1e10)/ln(1/0.268) = 21 steps, from a guess that is no better than zero.
    """
    layout = square(400e-9, contacts, 10e-9, mesh_size=10e-9)
    film = maze(comm, layout=layout, amr_ratio=2.0)
    conductance = film.conductance_matrix()
    assert film.conduction.iterations_per_solve <= 21
    scale = np.abs(conductance).max()
    np.testing.assert_allclose(conductance, conductance.T, atol=PRECISION * scale)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"specific_resistance": -1e-15}, r"contacts.specific_resistance = -1e-15: must be 0 or"),
        ({"specific_resistance": 1e-22}, r"at least 1e-19, in Ω m²; below, a contact is ideal"),
        ({"specific_resistance": {"rim_1": float("nan")}}, r"contacts.specific_resistance.rim_1"),
        ({"specific_resistance": {"rim1": 1e-15}}, r"no contact rim1 .*did you mean rim_1\?"),
        ({"tied": (("rim_1", "center"),)}, r"contacts.tied: no contact center .*mean centre\?"),
        ({"tied": (("rim_1",),)}, "give two or more"),
        ({"tied": (("rim_1", "rim_2"), ("rim_3", "rim_1"))}, "rim_1 stands there twice"),
        ({"tied": (("rim_1", "rim_2", "rim_3", "centre"),)}, "this film has 1 contacts"),
    ],
)
def test_impossible_electrodes_are_named(comm, arguments, message):
    with pytest.raises(InputError, match=message):
        maze(comm, Electrodes(**arguments)).conductance_matrix()


def test_impossible_currents_are_named(ideal):
    with pytest.raises(InputError, match=r"sum to 0\.0001 A: must be zero .*ground one"):
        ideal.solve_current([Current(3e-4), Current(-2e-4), None, None])
    with pytest.raises(InputError, match="contact rim_3 is driven by inf V: must be a finite"):
        ideal.solve_current([1.0, 0.0, float("inf"), None])
    with pytest.raises(InputError, match="nan A: must be a finite number"):
        Current(float("nan"))
