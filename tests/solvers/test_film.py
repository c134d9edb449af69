"""The coupled film: drives, samples, renewal of the current, and state files."""

import resource

from mpi4py import MPI

import numpy as np
import pytest

from meshing import mesh_film, strip, wheel
from meshing.errors import InputError
from solvers import (
    Film,
    Material,
    SolverError,
    alternating,
    constant,
    load_state,
    pulse_train,
    rest,
    save_state,
)
from solvers.schedule import Position, sample_times

VOLTAGES = [0.05, 0.05, -0.05, -0.05]
LAYOUT = wheel(mesh_size=15e-9)


def make_film(comm, **options):
    film = Film(mesh_film(LAYOUT, comm), Material(), **options)
    film.randomise(seed=4)
    return film


@pytest.mark.cross_method
def test_result_converges_as_the_renewal_is_tightened(comm):
    conductances, renewals = [], []
    for tolerance in (0.2, 0.05, 0.004):
        film = make_film(comm, renewal_tolerance=tolerance)
        film.relax(1e-9, torque_tolerance=0.0)
        film.evolve(constant(VOLTAGES, 2e-10))
        conductances.append(film.conductance_matrix())
        renewals.append(film.current.record.renewals)
    assert renewals[0] < renewals[1] < renewals[2]
    coarse, fine = (np.abs(c / conductances[2] - 1).max() for c in conductances[:2])
    # AMR of 0.2: turns of 1, 0.25 and 0.02 rad. The error is of the first order in them: four
    # times smaller, and the reference's own.
    assert fine < coarse / 2


@pytest.mark.cross_method
def test_state_goes_on_on_another_number_of_ranks(comm, shared_tmp_path):
    """Saved by all ranks in the middle of a drive, loaded by each rank alone, and back."""
    drive = [*constant(VOLTAGES, 1e-10), *rest(5e-11)]
    film = make_film(comm)
    half_way = shared_tmp_path / "half.npz"

    def save_at_sample(f):
        if f.position == Position(0, 5e-11):
            save_state(f, half_way, {"remark": "half way"})

    film.evolve(drive, sample_interval=5e-11, observer=save_at_sample)
    expected = film.conductance_matrix()

    alone = make_film(MPI.COMM_SELF)
    alone.randomise(seed=99)
    comm.barrier()
    assert load_state(alone, half_way) == {"remark": "half way"}
    assert alone.time == 5e-11
    assert alone.position == Position(0, 5e-11)
    alone.evolve(drive, sample_interval=5e-11)
    assert alone.time == pytest.approx(film.time, rel=1e-12, abs=0)
    # Both meet the same samples with the same steps; the potential is converged to 1e-7.
    np.testing.assert_allclose(alone.conductance_matrix(), expected, rtol=1e-6)
    assert alone.heating.energy == pytest.approx(film.heating.energy, rel=1e-5, abs=0)

    back = shared_tmp_path / "back.npz"
    if comm.rank == 0:
        save_state(alone, back)
    comm.barrier()
    film.randomise(seed=98)
    load_state(film, back)
    np.testing.assert_allclose(film.conductance_matrix(), alone.conductance_matrix(), rtol=1e-8)


def test_state_of_another_film_is_refused(comm, shared_tmp_path):
    path = shared_tmp_path / "state.npz"
    save_state(make_film(comm), path)
    other = Film(mesh_film(wheel(mesh_size=18e-9), comm))
    with pytest.raises(InputError, match="another mesh"):
        load_state(other, path)
    with pytest.raises(InputError, match="contacts rim_1"):
        load_state(Film(mesh_film(strip(100e-9, 50e-9), comm)), path)
    with pytest.raises(InputError, match="no state file"):
        load_state(other, shared_tmp_path / "missing.npz")


def test_state_file_that_cannot_be_written_is_named(comm, shared_tmp_path):
    with pytest.raises(InputError, match="cannot write"):
        save_state(make_film(comm), shared_tmp_path / "nowhere" / "state.npz")


def test_full_disk_leaves_the_older_state(comm, shared_tmp_path):
    film, path = make_film(comm), shared_tmp_path / "state.npz"
    save_state(film, path)
    before, limit = film.m.copy(), resource.getrlimit(resource.RLIMIT_FSIZE)
    film.randomise(seed=5)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limit[1]))
    try:
        with pytest.raises(InputError, match="cannot write"):
            save_state(film, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    load_state(film, path)
    np.testing.assert_allclose(film.m, before, atol=1e-15)


def test_samples_lie_on_multiples_and_at_the_end():
    assert list(sample_times(1e-9, 4e-10)) == pytest.approx([4e-10, 8e-10, 1e-9])
    assert list(sample_times(1e-9, 5e-10)) == [5e-10, 1e-9]
    assert list(sample_times(1e-9, None)) == [1e-9]


def test_trial_leaves_no_trace(comm):
    film = make_film(comm)
    film.position = Position(3, 1e-12)
    before, time = film.m.copy(), film.time
    with film.on_trial():
        film.evolve(constant(VOLTAGES, 2e-11))
        assert np.any(film.m != before)
    np.testing.assert_allclose(film.m, before, atol=1e-15)
    assert (film.time, film.heating.energy, film.current.drives) == (time, 0.0, None)


@pytest.mark.analytic
def test_dissipated_energy_is_power_times_time(comm):
    """Without AMR the power does not change."""
    film = Film(mesh_film(LAYOUT, comm), Material(amr_ratio=0.0))
    film.randomise(seed=1)
    film.evolve([*constant(VOLTAGES, 3e-11), *rest(2e-11)])
    conductance = film.conductance_matrix()
    power = np.array(VOLTAGES) @ conductance @ VOLTAGES
    assert film.heating.energy == pytest.approx(power * 3e-11, rel=1e-6, abs=0)


def test_drives_are_made_of_segments():
    assert [s.duration for s in pulse_train([1, -1], on=2e-9, off=1e-9, count=2)] == [
        2e-9, 1e-9, 2e-9, 1e-9]  # fmt: skip
    assert [s.drives for s in alternating([1.0, -1.0, None], half_period=1e-9, cycles=1)] == [
        (1.0, -1.0, None), (-1.0, 1.0, None)]  # fmt: skip
    with pytest.raises(InputError, match="must be positive"):
        constant([1, -1], 0.0)


def test_film_without_contacts_carries_no_current(comm):
    from meshing import Layout

    bare = Layout(strip(100e-9, 50e-9).outline, (), 1e-9, 1e-8)
    film = Film(mesh_film(bare, comm))
    film.relax(1e-11)
    with pytest.raises(InputError, match="0 contacts"):
        film.conductance_matrix()
    with pytest.raises(InputError, match="fewer than two contacts"):
        film.evolve(constant([1.0], 1e-12))


def test_magnetisation_that_is_not_finite_is_not_silent(comm):
    film = make_film(comm)
    film.dynamics.m[:] = np.inf
    with pytest.raises(SolverError, match="no longer finite"):
        film.integrator.advance(1e-12, film.m.copy())
