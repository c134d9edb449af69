"""Conductances that are followed from m to m, against solves to 1e-12."""

import numpy as np
import pytest

from hebbfilm import copied
from hebbfilm.meshing import mesh_film, square, strip, wheel
from hebbfilm.solvers import Electrodes, Film, Layer, Material, Numerics, load_state, save_state
from hebbfilm.solvers.conduction import followed_conductance
from hebbfilm.solvers.conduction.followed_conductance import FollowedConductance
from hebbfilm.solvers.conduction.potential import PotentialSolver

WHEEL = wheel(mesh_size=15e-9)
TIED = Electrodes({"rim_1": 1e-14, "centre": 1e-15}, tied=(("rim_2", "rim_3"),))
PIECES = copied(strip(1e-7, 4e-8, mesh_size=1e-8), 2)
FILMS = {
    "ideal": (WHEEL, 2, {}, {}),
    "large magnetoresistance": (WHEEL, 2, {"amr_ratio": 1.0}, {}),
    "negative magnetoresistance": (WHEEL, 2, {"amr_ratio": -0.3}, {}),
    "resistive and tied": (WHEEL, 2, {}, {"electrodes": TIED}),
    "leads": (WHEEL, 2, {}, {"electrodes": Electrodes(lead_resistance=50.0)}),
    "layer": (
        WHEEL,
        2,
        {},
        {"layers": [Layer("pt", 3e-9, 4e6, spin_hall_magnetoresistance=0.5)]},
    ),
    "warm": (WHEEL, 2, {"temperature_coefficient": 1e-3}, {}),
    "pieces": (PIECES, 2, {}, {}),
    "five contacts": (square(3e-7, 5, 3e-8, mesh_size=1.5e-8), 2, {}, {}),
    "three dimensions": (wheel(mesh_size=25e-9), 3, {}, {}),
}
EXACT = Numerics(potential_tolerance=1e-12)


def film_of(comm, layout, dimension, changes, options):
    material = Material(**{"amr_ratio": 0.2, **changes})
    film = Film(mesh_film(layout, comm, dimension=dimension), material, numerics=EXACT, **options)
    film.randomise(seed=5)
    return film


@pytest.fixture(scope="module", params=FILMS.values(), ids=list(FILMS))
def film(request, comm):
    return film_of(comm, *request.param)


def turn(film, size, seed):
    """Turn each moment by a random amount, on top of a wave through the film: rough and smooth."""
    noise = film.operators.random_normal(seed)
    wave = np.sin(film.film_mesh.coordinates[: film.operators.owned, :1] / 4e-8 + seed)
    film.set_magnetisation(film.m + size * (noise + 2 * wave * np.array([0.3, 0.5, 0.8])))


def errors(found, exact):
    own = np.diag(exact)
    return (found - exact) / np.sqrt(np.outer(own, own))


@pytest.fixture
def cycles(monkeypatch):
    """Counts the V-cycles."""
    counted, correction = [], PotentialSolver.correction

    def noted(solver, residual):
        counted.append(residual)
        return correction(solver, residual)

    monkeypatch.setattr(PotentialSolver, "correction", noted)
    return counted


SIZES = (0.0, 1e-4, 3e-4, 1e-3, 1e-3, 1e-3, 3e-3, 1e-3, 1e-2, 1e-3, 3e-2, 0.1, 1.0, 10.0, 1e-3)


@pytest.mark.cross_method
def test_rows_are_to_what_is_said_however_m_moves(film, cycles):
    """To 1e-5 of √(G_ii G_jj), and from above, by V-cycles or without."""
    rows = FollowedConductance(film.conduction)
    assert rows.follows
    free = 0
    for seed, size in enumerate(SIZES):
        turn(film, size, seed)
        cycles.clear()
        found = rows.conductance_matrix(film.dynamics.m)
        free += not cycles
        off = errors(found, film.conductance_matrix())
        assert np.abs(off).max() < 1e-5
        assert np.diag(off).min() > -1e-9
        np.testing.assert_allclose(found.sum(axis=1), 0, atol=1e-13 * np.abs(found).max())
    # With a σ that follows the temperature each row goes down.
    assert (free == 0) == (film.conduction.temperature_coefficient > 0)
    assert free < len(SIZES) - 3


@pytest.mark.cross_method
def test_slow_motion_does_not_carry_errors_along(comm):
    """In small steps from one texture to quite another; left over is no more than in one row."""
    film = film_of(comm, *FILMS["ideal"])
    rows, begin = FollowedConductance(film.conduction), film.m.copy()
    end = film.operators.random_normal(9)
    for share in np.linspace(0, 0.2, 40):
        film.set_magnetisation((1 - share) * begin + share * end)
        found = rows.conductance_matrix(film.dynamics.m)
        assert np.abs(errors(found, film.conductance_matrix())).max() < 1e-5


@pytest.mark.cross_method
def test_what_potentials_lacked_is_not_forgotten(comm, monkeypatch):
    """Those of a row that was allowed to err by a tenth do not serve one that is to be exact."""
    film = film_of(comm, *FILMS["large magnetoresistance"])
    rows, exact = FollowedConductance(film.conduction), film.conductance_matrix()
    with monkeypatch.context() as changed:
        changed.setattr(followed_conductance, "SAMPLED", 0.1)
        rough = rows.conductance_matrix(film.dynamics.m)
    assert errors(rough, exact).max() > 1e-5
    assert errors(rows.conductance_matrix(film.dynamics.m), exact).max() < 1e-5


@pytest.mark.analytic
def test_heat_that_comes_between_rows_is_seen(comm):
    """ρ (1 + a ΔT) everywhere divides G by that."""
    film = film_of(comm, *FILMS["warm"])
    rows = FollowedConductance(film.conduction)
    cold = rows.conductance_matrix(film.dynamics.m)
    film.take_temperature(np.full(film.operators.vector().array.size, 400.0))
    warm = rows.conductance_matrix(film.dynamics.m)
    np.testing.assert_allclose(warm, cold / 1.1, rtol=0, atol=2e-5 * cold.max())


@pytest.mark.cross_method
@pytest.mark.parametrize("size", [1e-3, 1e-2, 0.1, 1.0])
def test_what_a_change_of_m_does_is_no_more_than_is_said(film, size):
    """∫ ∇φ δσ ∇φ against matrices, and the energy of what potentials lack from there on."""
    conduction, m = film.conduction, film.dynamics.m.copy()
    reading = film.read()
    before, conductance = reading.unit_potentials(), reading.conductance_matrix()
    turn(film, size, 3)
    after = film.read()
    rows = FollowedConductance(conduction)
    change, bound = conduction.change(m, film.dynamics.m, before[:-1], rows._strip)
    changed = errors(conductance + all_nodes(conduction, change), conductance)
    later = errors(after.conductance_matrix(), conductance)
    lacking = changed - later
    most = errors(conductance + all_nodes(conduction, bound), conductance)
    assert np.linalg.eigvalsh(lacking).min() > -1e-9
    assert np.linalg.eigvalsh(most - lacking).min() > -1e-9
    # No bound that is true of anything: what circles is a part of the currents of δσ.
    assert np.trace(lacking) > 0.3 * np.trace(most)


def all_nodes(conduction, inner):
    upper = np.concatenate([inner, -inner.sum(axis=1, keepdims=True)], axis=1)
    return conduction.strips.matrix(
        np.concatenate([upper, -upper.sum(axis=2, keepdims=True)], axis=2)
    )


def test_a_film_at_rest_costs_no_cycle(film, cycles):
    rows = FollowedConductance(film.conduction)
    first = rows.conductance_matrix(film.dynamics.m)
    cycles.clear()
    again = rows.conductance_matrix(film.dynamics.m)
    if not film.conduction.temperature_coefficient:
        assert not cycles
    np.testing.assert_allclose(again, first, rtol=0, atol=1e-5 * np.abs(first).max())


def test_rows_go_on_from_a_file_as_they_would_have(film, shared_tmp_path):
    """To the last bit, with potentials or without."""
    film.further_parts.clear()
    rows = FollowedConductance(film.conduction)
    film.further_parts.append(rows)
    for name in ("empty.npz", "full.npz"):
        save_state(film, shared_tmp_path / name)
        found = []
        for _ in range(2):
            for seed, size in enumerate((1e-3, 1e-2, 0.0)):
                turn(film, size, seed)
                found.append(rows.conductance_matrix(film.dynamics.m))
            load_state(film, shared_tmp_path / name)
        np.testing.assert_array_equal(found[:3], found[3:])
        turn(film, 0.1, 7)
        rows.conductance_matrix(film.dynamics.m)
    film.further_parts.clear()


@pytest.mark.cross_method
def test_potentials_of_rows_foretell_those_of_solves(film):
    """To the root of 1e-5 in energy; of single nodes φ is 1 there and 0 elsewhere."""
    rows = FollowedConductance(film.conduction)
    conductance = rows.conductance_matrix(film.dynamics.m)
    voltages = np.linspace(-0.01, 0.02, len(conductance))
    reading = film.read()
    behind_leads = voltages + film.conduction.lead_resistance * (conductance @ voltages)
    reading.solve(tuple(map(float, behind_leads)))
    off = (rows.potential(reading.voltages) - reading.potential)[: reading.operators.owned]
    energy = film.comm.allreduce(float(off @ reading.solver.product(off)))
    assert energy < 2e-5 * reading.power


@pytest.mark.parametrize(
    ("layout", "changes"),
    [(square(2e-7, 8, 3e-8, mesh_size=1e-8), {}), (WHEEL, {"anomalous_hall_ratio": 0.3})],
    ids=["eight contacts", "Hall effect"],
)
def test_what_is_not_followed(comm, layout, changes):
    assert not FollowedConductance(film_of(comm, layout, 2, changes, {}).conduction).follows
