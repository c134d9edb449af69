"""A film that was saved, whenever that was, goes on to the same numbers to the last bit."""

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.solvers import (
    Current,
    Disorder,
    Film,
    Heat,
    Layer,
    Material,
    Numerics,
    alternating,
    constant,
    load_state,
    rest,
    save_state,
)
from hebbfilm.solvers.drives.schedule import START
from hebbfilm.solvers.drives.waveforms import Sine

VOLTAGES = (0.05, 0.05, -0.05, -0.05)
FLOATING = (Current(2e-4), None, 0.0, None)
WAVE = Sine(amplitude=(0.0, 0.0, 1e5), frequency=2e10)
SAMPLE = 2e-12
TORQUE = {"damping_like_efficiency": 0.3, "field_like_efficiency": -0.1}
LAYERS = [Layer("pt", 3e-9, 4e6, **TORQUE), Layer("w", 2e-9, 2e6, "above", **TORQUE)]

FILMS = {
    "thermal": (VOLTAGES, {"temperature": 300.0}),
    "thermal and implicit": (
        VOLTAGES,
        {"temperature": 300.0, "numerics": Numerics(integrator="implicit")},
    ),
    "thermal and floating": (FLOATING, {"temperature": 300.0}),
    "cold": (VOLTAGES, {"numerics": Numerics(renewal_tolerance=0.004)}),
    "cold and implicit": (
        VOLTAGES,
        {"numerics": Numerics(integrator="implicit", renewal_tolerance=0.004)},
    ),
    "cold and floating": (FLOATING, {"numerics": Numerics(renewal_tolerance=0.004)}),
    "Hall": (VOLTAGES, {"temperature": 300.0, "material": Material(anomalous_hall_ratio=0.05)}),
    "grains": (VOLTAGES, {"temperature": 300.0, "disorder": Disorder(3e-8, axis_deviation=5.0)}),
    "spin-orbit torque": (VOLTAGES, {"layers": LAYERS}),
    "spin-orbit torque and heat": (VOLTAGES, {"layers": LAYERS, "temperature": 300.0}),
    "spin-orbit torque, implicit": (
        FLOATING,
        {"layers": LAYERS, "numerics": Numerics(integrator="implicit", renewal_tolerance=0.004)},
    ),
    # Some tenths of a kelvin change a resistivity by more than the tolerance of the current.
    "resistivities that follow T and m": (
        VOLTAGES,
        {
            "material": Material(temperature_coefficient=0.05),
            "layers": [
                Layer("pt", 3e-9, 4e6, temperature_coefficient=0.03),
                Layer("w", 2e-9, 2e6, "above", spin_hall_magnetoresistance=0.1),
            ],
            "heat": Heat(tolerance=0.003),
            "numerics": Numerics(renewal_tolerance=0.004),
        },
    ),
    "poles and a wave": (
        (0.05, -0.05),
        {"temperature": 300.0, "demagnetisation": "full", "waveforms": [WAVE]},
    ),
}


@pytest.fixture(scope="module")
def meshes(comm):
    """By the number of contacts."""
    layouts = {2: strip(60e-9, 40e-9, mesh_size=10e-9), 4: wheel(mesh_size=20e-9)}
    return {contacts: mesh_film(layout, comm) for contacts, layout in layouts.items()}


def drive(drives):
    return [
        *constant(drives, 3.5 * SAMPLE),
        *rest(1.5 * SAMPLE),
        *alternating(drives, half_period=1.5 * SAMPLE, cycles=1),
    ]


def make(film_mesh, options):
    film = Film(film_mesh, **options)
    film.randomise(seed=1)
    return film


def follow(film, segments, start=START, save=None):
    """What is seen at each sample; (samples, numbers)."""
    seen = []

    def observe(film):
        seen.append([film.time, *film.conductance_matrix().ravel(), *film.conduction.currents])
        if save is not None:
            save_state(film, save / f"{len(seen)}.npz")

    film.evolve(segments, start=start, sample_interval=SAMPLE, observer=observe)
    return np.array(seen)


@pytest.mark.cross_method
@pytest.mark.parametrize("name", FILMS)
def test_going_on_from_any_sample_changes_no_bit(name, meshes, comm, shared_tmp_path):
    """From each sample, to the end, by a film that has seen something else."""
    drives, options = FILMS[name]
    segments, film_mesh = drive(drives), meshes[len(drives)]
    film = make(film_mesh, options)
    expected = follow(film, segments, save=shared_tmp_path)
    assert np.isfinite(expected).all()
    assert len(np.unique(expected, axis=0)) == 10
    other = make(film_mesh, options)
    for number in (1, 4, 7, 9):
        other.randomise(seed=number)
        comm.barrier()
        load_state(other, shared_tmp_path / f"{number}.npz")
        assert np.array_equal(follow(other, segments, other.position), expected[number:])
        assert np.array_equal(other.m, film.m)


@pytest.mark.cross_method
def test_film_that_was_saved_when_it_had_settled_moves_no_more(meshes, comm, shared_tmp_path):
    """Also if it was saved before anyone looked at the torque."""
    film, path = make(meshes[2], {}), shared_tmp_path / "state.npz"
    assert film.relax(2e-9, torque_tolerance=5e3, observer=lambda film: save_state(film, path))
    assert film.time < 1.5e-9
    other = make(meshes[2], {})
    comm.barrier()
    load_state(other, path)
    assert other.relax(2e-9, torque_tolerance=5e3, start=other.position)
    assert other.time == film.time
    assert np.array_equal(other.m, film.m)


@pytest.mark.cross_method
def test_minimiser_goes_on_from_every_round_to_the_same_bits(meshes, comm, shared_tmp_path):
    film = make(meshes[4], {})
    rounds = []

    def save(film):
        rounds.append(shared_tmp_path / f"{len(rounds)}.npz")
        save_state(film, rounds[-1])

    film.minimise(torque_tolerance=1e-3, observer=save)
    assert rounds
    other = make(meshes[4], {})
    comm.barrier()
    load_state(other, rounds[-1])
    other.minimise(torque_tolerance=1e-3)
    assert np.array_equal(other.m, film.m)
