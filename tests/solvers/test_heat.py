"""The temperature field of a film: what it takes, what it keeps, and what it tells."""

from itertools import pairwise

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.common.errors import InputError, SolverError
from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Heat, Material, Sink, constant, load_state, rest, save_state
from hebbfilm.solvers.heat.balance import HeatBalance
from hebbfilm.solvers.heat.step import heat_step

LAYOUT = strip(120e-9, 40e-9, mesh_size=10e-9)
HEAT = Heat(sinks={"left": 310.0, "right": Sink(1e9)}, tolerance=0.01)


def warm_film(comm, **options):
    options = {"heat": HEAT, **options}
    film = Film(mesh_film(LAYOUT, comm), Material(heat_transfer_coefficient=1e8), **options)
    film.randomise(seed=1)
    return film


class Listener:
    def __init__(self):
        self.heard = []

    def take_temperature(self, temperature):
        self.heard.append(temperature.copy())


@pytest.mark.cross_method
def test_going_on_from_any_sample_changes_no_bit(comm, shared_tmp_path):
    film, other, seen = warm_film(comm), warm_film(comm), []
    segments = [*constant((0.05, -0.05), 7e-12), *rest(5e-12)]

    def observe(film):
        save_state(film, shared_tmp_path / f"{len(seen)}.npz")
        seen.append((film.heat.temperature.copy(), film.heat.balance()))

    film.evolve(segments, sample_interval=2e-12, observer=observe)
    for number in (0, 2, 4):
        comm.barrier()
        load_state(other, shared_tmp_path / f"{number}.npz")
        assert np.array_equal(other.heat.temperature, seen[number][0])
        other.evolve(segments, start=other.position, sample_interval=2e-12)
        assert np.array_equal(other.heat.temperature, film.heat.temperature)
        assert other.heat.balance() == film.heat.balance()
        assert other.heat.peak == film.heat.peak
        assert np.array_equal(other.m, film.m)


def test_trial_leaves_no_heat(comm):
    film = warm_film(comm)
    film.evolve(constant((0.05, -0.05), 3e-12))
    before, balance = film.heat.temperature.copy(), film.heat.balance()
    with film.on_trial():
        film.evolve(constant((0.05, -0.05), 3e-12))
        assert film.comm.allreduce(int(not np.array_equal(before, film.heat.temperature)))
    assert np.array_equal(before, film.heat.temperature)
    assert film.heat.balance() == balance


@pytest.mark.cross_method
def test_film_on_trial_resists_by_its_temperature_like_any(comm):
    """The current of the trial is another one, which hears of T as well."""
    material = Material(temperature_coefficient=0.01, amr_ratio=0.0)
    film = Film(mesh_film(LAYOUT, comm), material, heat=HEAT)
    film.randomise(seed=1)
    power = []
    film.evolve(constant((0.05, -0.05), 4e-12), sample_interval=2e-12)
    with film.on_trial():
        film.evolve(constant((0.05, -0.05), 2e-11), sample_interval=2e-12)
        power.append(film.conduction.power)
    film.evolve(constant((0.05, -0.05), 2e-11), sample_interval=2e-12)
    power.append(film.conduction.power)
    film.evolve(constant((0.05, -0.05), 1e-15))
    power.append(film.conduction.power)
    assert power[0] == power[1]
    # From its samples on, a film goes on with the resistivities of that moment.
    assert power[2] < power[1]


def test_follower_hears_the_present_temperature_and_each_new_one(comm):
    film, listener = warm_film(comm), Listener()
    film.heat.follow(listener)
    assert np.array_equal(listener.heard[0], film.heat.temperature)
    film.evolve(constant((0.05, -0.05), 4e-12), sample_interval=2e-12)
    assert np.array_equal(listener.heard[-1], film.heat.temperature)
    assert len(listener.heard) >= 3
    film.heat.set_temperature(400.0)
    assert listener.heard[-1].min(initial=400.0) == 310.0 or film.comm.size > 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Heat(substrate_temperature=-20),
            "heat.substrate_temperature = -20: must be above 0 and below 3700, in K; "
            "did you mean 253.15 (K, from °C)?",
        ),
        (
            lambda: Heat(sinks={"a": 0.0}),
            "heat.sinks.a = 0.0: must be above 0 and below 3700, in K; "
            "did you mean 273.15 (K, from °C)?",
        ),
        (
            lambda: Heat(sinks={"a": "cold"}),
            "heat.sinks.a = 'cold': must be a finite number and above 0 and below 3700, in K",
        ),
        (
            lambda: Heat(sinks=300.0),
            "heat.sinks = 300.0: must be temperatures by contact, like {'left': 300.0}",
        ),
        (lambda: Heat(tolerance=0), "heat.tolerance = 0: must be 0.0001 or more, in K"),
        (lambda: Heat(tolerance=1e-5), "heat.tolerance = 1e-05: must be 0.0001 or more, in K"),
        (lambda: Heat(wiedemann_franz=1), "heat.wiedemann_franz = 1: must be a bool"),
        (lambda: Sink(0.0), "heat.sinks: conductance = 0.0: must be above 0, in W/(m² K)"),
        (
            lambda: Sink(1e9, -300.0),
            "heat.sinks: temperature = -300.0: must be above 0 and below 3700, in K",
        ),
        (
            lambda: Heat(substrate_temperature=4000.0),
            "heat.substrate_temperature = 4000.0: must be above 0 and below 3700, in K, where "
            "every metal has melted",
        ),
        (
            lambda: Sink(1e9, 5000.0),
            "heat.sinks: temperature = 5000.0: must be above 0 and below 3700, in K, where every "
            "metal has melted",
        ),
        (
            lambda: Material(thermal_conductivity=0),
            "material.thermal_conductivity = 0: must be positive",
        ),
    ],
)
def test_wrong_heat_is_refused_in_one_line(make, message):
    with pytest.raises(InputError) as caught:
        make()
    assert str(caught.value) == message


def test_heat_that_does_not_fit_the_film_is_refused(comm):
    film_mesh = mesh_film(LAYOUT, comm)
    with pytest.raises(InputError) as caught:
        Film(film_mesh, heat=Heat(sinks={"lft": 300.0}))
    assert str(caught.value) == (
        "heat.sinks: no contact lft (this film has left, right); did you mean left?"
    )
    with pytest.raises(InputError) as caught:
        Film(film_mesh, heat=300.0)
    assert str(caught.value) == "heat = 300.0: must be a Heat, or None"
    with pytest.raises(InputError) as caught:
        Film(film_mesh, heat=Heat(), temperature=77.0)
    assert str(caught.value) == (
        "temperature = 77 of the thermal field: must be 0, or with heat that of the substrate, 300 "
        "(heat.substrate_temperature)"
    )
    with pytest.raises(InputError) as caught:
        Film(film_mesh, heat=Heat()).heat.set_temperature(-1.0)
    assert str(caught.value) == "temperature: -1 K somewhere: must be above 0 K"


@pytest.mark.cross_method
@pytest.mark.parametrize("dimension", [2, 3])
def test_loop_of_the_heat_agrees_with_numpy(comm, dimension):
    film = Film(mesh_film(LAYOUT, comm, dimension=dimension))
    film.randomise(seed=2)
    found = film.solve_current((0.02, -0.03))
    expected = np.einsum("cd,cd->c", found.current_density, found.electric_field())
    # Sums of d (d + 1) products.
    np.testing.assert_allclose(found.power_density(), expected, rtol=1e-12, atol=1e-12 * 1e17)


def test_film_cools_while_it_relaxes_and_not_while_it_is_minimised(comm):
    film = warm_film(comm, heat=Heat())
    film.heat.set_temperature(350.0)
    film.minimise(torque_tolerance=1e4)
    assert film.heat.highest() == 350.0
    film.relax(1e-12, torque_tolerance=0.0)
    balance = film.heat.balance()
    assert 300 < film.heat.highest() < 350
    assert balance.substrate > 0
    assert balance.missing == pytest.approx(0, abs=1e-9 * balance.substrate)


@pytest.mark.cross_method
def test_state_of_a_film_without_heat_brings_that_of_the_substrate(comm, shared_tmp_path):
    """What comes then does not depend on what the film did before."""
    cold, film, new = warm_film(comm, heat=None), warm_film(comm), warm_film(comm)
    save_state(cold, shared_tmp_path / "cold.npz")
    film.evolve(constant((0.05, -0.05), 2e-12))
    comm.barrier()
    for each in (film, new):
        load_state(each, shared_tmp_path / "cold.npz")
        each.evolve(constant((0.05, -0.05), 2e-12))
    assert np.array_equal(film.heat.temperature, new.heat.temperature)
    assert film.heat.balance() == new.heat.balance()
    assert film.heat.peak == new.heat.peak
    assert np.array_equal(film.m, new.m)


def test_state_holds_the_temperature_and_not_its_rise(comm, shared_tmp_path):
    """In a film on another substrate, T is as it was but where sinks hold it; a balance begins."""
    film = warm_film(comm)
    film.evolve(constant((0.05, -0.05), 2e-12))
    save_state(film, shared_tmp_path / "state.npz")
    comm.barrier()
    other = warm_film(comm, heat=Heat(substrate_temperature=77.0, tolerance=0.01))
    load_state(other, shared_tmp_path / "state.npz")
    # Sums of a few hundred K, to round-off.
    np.testing.assert_allclose(other.heat.temperature, film.heat.temperature, rtol=1e-14)
    assert other.heat.balance() == HeatBalance(0.0, 0.0, 0.0, {})
    assert other.heat.peak == other.heat.highest()
    held = warm_film(comm, heat=Heat(sinks={"left": 290.0}))
    load_state(held, shared_tmp_path / "state.npz")
    lowest = held.comm.allreduce(held.heat.temperature.min(initial=np.inf), MPI.MIN)
    assert lowest == 290.0


@pytest.mark.parametrize(("coefficient", "longest"), [(-0.1, 0.4), (0.004, 5.0)])
def test_temperature_moves_by_no_more_than_the_current_can_stand(comm, coefficient, longest):
    """0.04/|a| of the resistivities, and ten tolerances at a usual a.

    The rate at which T rises falls with the current and with h alone, so T is not expected too
    late; the error of a step, 0.5 K at most, is far smaller on times this short.
    """
    listener = Listener()
    material = Material(heat_transfer_coefficient=1e8, temperature_coefficient=coefficient)
    film = Film(mesh_film(LAYOUT, comm), material, heat=Heat())
    film.set_magnetisation((0.0, 0.0, 1.0))
    film.heat.follow(listener)
    film.evolve(constant((0.02, -0.02), 2e-11))
    moved = max(np.abs(b - a).max(initial=0.0) for a, b in pairwise(listener.heard))
    moved = comm.allreduce(moved, MPI.MAX)
    assert moved <= 1.1 * longest


def test_heat_that_is_no_number_and_a_film_that_melts_end_in_one_line(comm):
    film = warm_film(comm, heat=Heat())
    rise = np.zeros(film.operators.owned)
    with pytest.raises(SolverError, match="the temperature did not converge: residual nan"):
        heat_step(film.heat.network, rise, rise + np.nan, 1e-12, rise)
    with pytest.raises(SolverError) as caught:
        film.evolve(constant((50.0, -50.0), 1e-11))
    assert str(caught.value).startswith("the film is ")
    assert str(caught.value).endswith(
        " K hot, where every metal has melted: drive it less, or let out more heat "
        "(material.heat_transfer_coefficient, heat.sinks)"
    )


@pytest.mark.analytic
def test_heat_of_currents_that_follow_each_other_is_summed_up(comm):
    """1 ps of one and 2 ps of another, between two of which T stays behind: P₁ + 2P₂ in pJ."""
    film, work = warm_film(comm, heat=Heat(tolerance=100.0)), 0.0
    film.heat.begin(0.0)
    for voltage, duration in ((0.02, 1e-12), (0.03, 2e-12)):
        current = film.solve_current((voltage, 0.0))
        film.heat.take_current(current)
        film.heat.pass_time(duration)
        work += current.power * duration
    film.heat.finish()
    assert film.heat.balance().work == pytest.approx(work, rel=1e-12, abs=0)
    # The potential is solved to 1e-10.
    assert film.heat.balance().missing == pytest.approx(0, abs=1e-9 * work)
