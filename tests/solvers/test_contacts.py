"""Contacts: driven by currents, tied together, bad input."""

import numpy as np
import pytest
from shapely import LineString, box

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import Contact, Layout, mesh_film, square, strip, wheel
from hebbfilm.solvers import (
    Current,
    Electrodes,
    Film,
    Material,
    alternating,
    load_state,
    save_state,
)
from hebbfilm.solvers.conduction.node_voltages import node_voltages
from hebbfilm.solvers.drives.drive import constant

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
    assert conduction.power == pytest.approx(conduction.joule_power(), rel=PRECISION, abs=0)


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
def test_mean_voltage_of_currents_alone_forgets_what_was_held(comm):
    """Currents alone leave the mean open, and it is zero, whatever voltages were before."""
    conduction = maze(comm).conduction
    conduction.solve([5.0, 4.0, 3.0, 2.0])
    conduction.solve([Current(3e-4), Current(-1e-4), None, Current(-2e-4)])
    scale = np.ptp(conduction.voltages)
    np.testing.assert_allclose(conduction.voltages.mean(), 0, atol=PRECISION * scale)


def test_error_common_to_all_currents_is_left_to_the_balance(comm, monkeypatch):
    """No voltage mends it: it is the residual of a solve that ends at a loose tolerance."""
    conduction = maze(comm).conduction
    drives = [Current(3e-4), Current(-1e-4), None, Current(-2e-4)]
    conduction.solve(drives)
    expected = conduction.voltages.copy()
    solve = conduction.solver.solve
    monkeypatch.setattr(conduction.solver, "solve", lambda *given: solve(*given) + 9e-7)
    conduction.solve(drives, tolerance=1e-3)
    np.testing.assert_allclose(conduction.voltages, expected, atol=1e-3 * np.abs(expected).max())


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
    """A state that was saved under a current goes on as if nothing had happened.

    Its currents are those prescribed to twice the tolerance: voltages are found to it from the
    currents of a solve that ends at it, and what that solve leaves is counted to the contacts then.
    """
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
    assert again.current.drives == (Current(2e-5), Current(-2e-5))
    again.evolve(drive, start=again.position, sample_interval=2e-11)
    np.testing.assert_array_equal(again.m, film.m)
    tolerance = film.current.potential_tolerance
    np.testing.assert_allclose(again.conduction.currents, [2e-5, -2e-5], rtol=2 * tolerance)


def test_currents_reverse_with_the_drive():
    there, back = alternating([Current(1.0), 2.0, None], half_period=1e-9, cycles=1)
    assert there.drives == (Current(1.0), 2.0, None)
    assert back.drives == (Current(-1.0), -2.0, None)


@pytest.mark.analytic
@pytest.mark.parametrize("contacts", [2, 16, 64])
def test_iterations_stay_bounded(comm, contacts):
    """ρ∥ = 3 ρ⊥ in a maze: 21 iterations at most, for 2 contacts as for 64.

    With the exact inverse of the Laplacian the spectrum would lie in [1/3, 1], and conjugate
    gradients gain 0.268 a step in the energy norm. A guess of zero has at most L/h = 40 times the
    heat of the solution, and residuals are up to √2 of the energy norm in units of the diagonal:
    ln(2 · √80 · 1e10)/ln(1/0.268) = 20 steps, and one by which a solve stops late. The V-cycle
    that stands in for the inverse must not need more.
    """
    layout = square(400e-9, contacts, 10e-9, mesh_size=10e-9)
    film = maze(comm, layout=layout, amr_ratio=2.0)
    conductance = film.conductance_matrix()
    solver = film.conduction.solver
    assert solver.iterations <= 21 * solver.solves
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
    with pytest.raises(InputError, match="voltage of contact rim_3 = inf: must be a finite"):
        ideal.solve_current([1.0, 0.0, float("inf"), None])
    with pytest.raises(InputError, match="current of a contact = nan"):
        Current(float("nan"))


PAD = Layout(
    box(0, 0, 300e-9, 40e-9),
    (
        Contact("edge", LineString([(0, 0), (0, 40e-9)])),
        Contact("pad", box(150e-9, 0, 300e-9, 40e-9)),
    ),
    THICKNESS,
    10e-9,
)


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_mesh_too_coarse_for_a_resistive_pad_is_warned_of(comm, caplog, dimension):
    """The factor that is named against R - ρL/(wt), where ρL_T/(wt) is right.

    It is that of a regular mesh; on others edges differ by about a tenth from their mean.
    """
    film_mesh = mesh_film(PAD, comm, dimension=dimension)
    edge, factors = film_mesh.pad_edge_length("pad"), []
    assert film_mesh.pad_edge_length("edge") == 0
    for transfer in (15e-9, 4e-9):
        caplog.clear()
        electrodes = Electrodes({"pad": transfer**2 * RHO / THICKNESS, "edge": 1e-17})
        film = Film(film_mesh, ISOTROPIC, electrodes=electrodes)
        shown = [record.getMessage() for record in caplog.records]
        resistance = 1 / film.conductance_matrix()[0, 0]
        own = resistance * 40e-9 * THICKNESS - RHO * 150e-9 - 1e-17
        factors.append(RHO * transfer / own)
        if comm.rank == 0:
            assert len(shown) == (transfer < edge)
    if comm.rank == 0:
        assert "contact pad: its current enters over a transfer length of 4 nm" in shown[0]
        named = float(shown[0].split("about ")[1].split()[0])
        assert named == pytest.approx(factors[1], rel=0.2)
    else:
        assert not shown


@pytest.mark.cross_method
@pytest.mark.parametrize(
    "drives",
    [
        [0.05, Current(1e-4), None, -0.02],
        [Current(1e-4), None, Current(-3e-4), Current(2e-4)],
        [0.05, 0.01, 0.0, -0.02],
    ],
    ids=["mixed", "currents", "voltages"],
)
def test_voltages_from_the_conductance_matrix_alone(ideal, drives):
    """Those that the solver finds: without any voltage, with a mean of zero."""
    conduction = ideal.solve_current(drives)
    found = node_voltages(ideal.conductance_matrix(), drives, [np.arange(4)])
    tolerance = PRECISION * np.abs(conduction.voltages).max()
    np.testing.assert_allclose(found, conduction.voltages, rtol=0, atol=tolerance)
