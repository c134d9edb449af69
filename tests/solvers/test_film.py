"""The coupled film: drives, samples, renewal of the current, and state files."""

import resource
import signal
from fractions import Fraction
from functools import wraps

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.common.errors import InputError, SolverError
from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.solvers import (
    Current,
    Film,
    Material,
    Numerics,
    Segment,
    alternating,
    constant,
    load_state,
    pulse_train,
    rest,
    save_state,
)
from hebbfilm.solvers.conduction.potential import PotentialSolver
from hebbfilm.solvers.drives.schedule import START, Position, sample_times
from hebbfilm.solvers.film_state import FilmState
from hebbfilm.solvers.integrators.midpoint_system import MidpointSystem

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
        film = make_film(comm, numerics=Numerics(renewal_tolerance=tolerance))
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
    alone.evolve(drive, start=alone.position, sample_interval=5e-11)
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


def everything(film):
    """What decides how a film goes on, and what is seen of it, to the last bit."""
    entries, conduction = dict(FilmState.of(film).entries), film.conduction
    seen = [
        entries.pop("m"),
        conduction.potential,
        conduction.current_density,
        conduction.currents,
        conduction.voltages,
        film.dynamics.couplings.pairs,
        film.dynamics.m,
    ]
    acting = conduction.accuracy, film.dynamics.gilbert.damping, film.dynamics.thermal is None
    return [*(array.tobytes() for array in seen), entries, *acting]


class Dose:
    """Physics of a script's own: what each vertex has been through, and how often it was counted.

    It does not act on the film, but could.
    """

    def __init__(self, film):
        self.values = np.zeros((film.operators.owned, 2))
        self.counts = 0

    def count(self, film):
        self.values += film.time * film.m[:, :2]
        self.counts += 1

    def state(self):
        return {"dose": self.values.copy(), "counts": self.counts}

    def restore(self, state):
        self.values[:] = state.get("dose", 0.0)
        self.counts = state.get("counts", 0)


def with_dose(comm):
    film = make_film(comm)
    dose = Dose(film)
    film.further_parts.append(dose)
    return film, dose


@pytest.mark.cross_method
def test_part_of_a_script_is_kept_with_the_rest(comm, shared_tmp_path):
    """In trials and in state files, whose film may have been without it or may be now."""
    (film, dose), path = with_dose(comm), shared_tmp_path / "state.npz"
    film.evolve(constant(VOLTAGES, 4e-12), sample_interval=1e-12, observer=dose.count)
    counted = dose.values.copy()
    assert dose.counts == 4
    assert np.abs(counted).max() > 0
    with film.on_trial():
        film.evolve(rest(2e-12), sample_interval=1e-12, observer=dose.count)
        assert dose.counts == 6
    assert dose.counts == 4
    assert np.array_equal(dose.values, counted)
    save_state(film, path)
    other, its_dose = with_dose(comm)
    load_state(other, path)
    assert its_dose.counts == 4
    assert np.array_equal(its_dose.values, counted)
    load_state(without := make_film(comm), path)
    assert np.array_equal(without.m, film.m)
    comm.barrier()
    save_state(without, path)
    load_state(other, path)
    assert its_dose.counts == 0
    assert not its_dose.values.any()


def test_parts_that_would_overwrite_each_other_are_refused(comm):
    film, _ = with_dose(comm)
    film.further_parts.append(Dose(film))
    with pytest.raises(ValueError, match="two parts of a film remember counts, dose"):
        FilmState.of(film)


@pytest.mark.parametrize(
    ("drives", "temperature"),
    [(VOLTAGES, 0.0), ([Current(1e-4), Current(-1e-4), None, None], 100.0), (None, 0.0)],
)
def test_trial_leaves_no_trace(comm, drives, temperature):
    film = make_film(comm, temperature=temperature)
    film.evolve([*constant(VOLTAGES, 1e-11), Segment(1e-11, drives and tuple(drives))])
    before = everything(film)

    def interrupt(film):
        raise KeyboardInterrupt

    with film.on_trial():
        assert film.position == Position()
        film.evolve(constant(VOLTAGES, 2e-11))
        assert everything(film) != before
    assert everything(film) == before
    with pytest.raises(KeyboardInterrupt), film.on_trial():
        film.relax(1e-11, damping=0.1, observer=interrupt)
    assert everything(film) == before


@pytest.mark.parametrize("failure", [KeyboardInterrupt, InputError("of the observer")])
def test_drive_that_was_broken_off_leaves_no_position(comm, failure):
    """The next drive lasts as long as it should."""
    film = make_film(comm)

    def fail(film):
        raise failure

    kind = failure if isinstance(failure, type) else type(failure)
    with pytest.raises(kind):
        film.evolve(constant(VOLTAGES, 2e-11), sample_interval=5e-12, observer=fail)
    with pytest.raises(kind):
        film.relax(2e-11, sample_interval=5e-12, observer=fail)
    began = film.time
    film.evolve([*rest(1e-11), *constant(VOLTAGES, 1e-11)])
    assert film.time - began == pytest.approx(2e-11, rel=1e-9, abs=0)
    assert film.heating.energy > 0


def test_observer_does_not_move_its_film(comm, shared_tmp_path):
    """Two drives at once would be mixed up; on trial it may."""
    film, path = make_film(comm), shared_tmp_path / "state.npz"
    save_state(film, path)
    refused = [
        lambda f: f.evolve(rest(1e-12)),
        lambda f: f.relax(1e-12),
        lambda f: f.minimise(),
        lambda f: load_state(f, path),
    ]

    def observe(film):
        for work in refused:
            with pytest.raises(InputError, match="an observer was called while its film moves"):
                work(film)
        with film.on_trial():
            for work in refused[:2]:
                work(film)

    film.evolve(constant(VOLTAGES, 4e-12), sample_interval=2e-12, observer=observe)
    assert film.time == pytest.approx(4e-12, rel=1e-12, abs=0)
    assert film.current.drives == tuple(VOLTAGES)
    film.relax(1e-12)


def test_observer_that_fails_on_one_rank_ends_all(comm):
    film = make_film(comm)

    def fail(film):
        if film.comm.rank == film.comm.size - 1:
            raise LookupError("of one rank")

    with pytest.raises(LookupError, match="of one rank"):
        film.evolve(rest(2e-12), observer=fail)


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="a signal to one rank")
@pytest.mark.parametrize("integrator", ["explicit", "implicit"])
def test_interrupt_in_a_solve_is_an_interrupt(comm, integrator, monkeypatch):
    """It comes when PETSc is done; else PETSc fails, and its vectors stay locked."""
    system = {"explicit": PotentialSolver, "implicit": MidpointSystem}[integrator]
    product, due = system.mult, []

    @wraps(product)
    def interrupted(self, *arguments):
        if due:
            due.pop()
            signal.raise_signal(signal.SIGINT)
        product(self, *arguments)

    monkeypatch.setattr(system, "mult", interrupted)
    film = Film(mesh_film(LAYOUT, comm), numerics=Numerics(integrator=integrator))
    due.append(True)
    with pytest.raises(KeyboardInterrupt):
        film.evolve(constant(VOLTAGES, 2e-12))
    assert not due
    film.evolve(constant(VOLTAGES, 2e-12))


@pytest.mark.parametrize("start", [Position(3), Position(1, 2e-11), Position(0, -1.0)])
def test_start_beyond_a_drive_is_refused(comm, start):
    film = make_film(comm)
    with pytest.raises(InputError, match="beyond the end"):
        film.evolve(2 * rest(1e-11), start=start)


@pytest.mark.parametrize("temperature", [0.0, 100.0])
def test_observing_changes_nothing(comm, temperature):
    """To the last bit: an observer that reads all there is, and one that reads nothing."""

    def read(film):
        film.conductance_matrix()
        film.solve_current([1e-3, None, 0.0, Current(1e-5)])
        film.dynamics.effective_field()
        with film.on_trial():
            film.evolve(constant(VOLTAGES, 2e-12))

    drive = [
        *constant(VOLTAGES, 2e-11),
        *constant([Current(2e-4), Current(-1e-4), None, 0.0], 1e-11),
        *constant([Current(2e-4), None, None, Current(-2e-4)], 1e-11),
    ]
    first = make_film(comm, temperature=temperature)
    films = [first, Film(first.film_mesh, temperature=temperature)]
    films[1].randomise(seed=4)
    for film, observer in zip(films, (read, lambda film: None), strict=True):
        film.evolve(drive, sample_interval=1e-11, observer=observer)
    assert everything(films[0]) == everything(films[1])


@pytest.mark.cross_method
@pytest.mark.parametrize("drives", [VOLTAGES, [Current(2e-4), Current(-1e-4), None, 0.0]])
def test_currents_in_an_observer_sum_to_zero(comm, drives):
    """To round-off, though the driving solve is stopped early; each is as exact as it says."""
    film = make_film(comm)

    def look(film):
        conduction = film.conduction
        scale = np.abs(conduction.currents).max()
        assert abs(conduction.currents.sum()) < 1e-13 * scale
        exact = film.solve_current(drives)
        assert exact.accuracy <= 1e-10 < conduction.accuracy <= film.current.potential_tolerance
        film.current.begin(film.time)
        assert np.abs(conduction.currents - exact.currents).max() < conduction.accuracy * scale

    film.evolve(constant(drives, 1e-10), sample_interval=1e-11, observer=look)


BAD_DIRECTIONS = {
    "zero": [0.0, 0.0, 0.0],
    "nan": [np.nan, 0.0, 1.0],
    "infinite": [np.inf, 0.0, 1.0],
}


@pytest.mark.parametrize("bad", BAD_DIRECTIONS.values(), ids=BAD_DIRECTIONS)
def test_magnetisation_without_direction_is_refused(comm, bad):
    """On all ranks, though one vertex of the whole film has it, and m stays as it was."""
    film = make_film(comm)
    before = film.m.copy()
    field = np.tile([0.0, 0.0, 1.0], (len(film.m), 1))
    field[0 if comm.rank == comm.size - 1 else slice(0, 0)] = bad
    for given in (bad, field, lambda x: field):
        with pytest.raises(InputError, match="no direction"):
            film.set_magnetisation(given)
    with pytest.raises(InputError, match=r"of shape \(2,\)"):
        film.set_magnetisation([1.0, 0.0])
    np.testing.assert_array_equal(film.m, before)


def test_function_of_coordinates_gets_a_copy(comm):
    film = make_film(comm)
    before = film.film_mesh.coordinates.copy()

    def scaling(x):
        x *= 1e9
        return np.column_stack([x[:, 0], x[:, 1], 1 + 0 * x[:, 0]])

    film.set_magnetisation(scaling)
    np.testing.assert_array_equal(film.film_mesh.coordinates, before)


@pytest.mark.parametrize("bad", [[0, 0, 1j], ["a", "b", "c"], [[True, False, True]]])
def test_magnetisation_of_no_numbers_is_refused(comm, bad):
    with pytest.raises(InputError, match=r"of type|of shape"):
        make_film(comm).set_magnetisation(bad)


@pytest.mark.parametrize("kind", [np.float32, np.int64, Fraction, int])
def test_voltages_of_any_type_can_be_saved(comm, shared_tmp_path, kind):
    film, path = make_film(comm), str(shared_tmp_path / "state.npz")
    film.evolve([Segment(1e-12, tuple(kind(v) for v in (1, 0, 0, -1)))])
    save_state(film, path)
    load_state(film, path)
    assert film.current.drives == (1.0, 0.0, 0.0, -1.0)
    with pytest.raises(InputError, match="notes of a state"):
        save_state(film, path, {"x": np.float32(1)})


def test_length_of_a_direction_does_not_matter(comm):
    film = make_film(comm)
    for size in (1e-300, 1e300):
        film.set_magnetisation(np.array([3 * size, 4 * size, 0.0]))
        np.testing.assert_allclose(film.m, np.tile([0.6, 0.8, 0.0], (len(film.m), 1)), rtol=1e-15)


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
        2e-9,
        1e-9,
        2e-9,
        1e-9,
    ]
    assert [s.drives for s in alternating([1.0, -1.0, None], half_period=1e-9, cycles=1)] == [
        (1.0, -1.0, None),
        (-1.0, 1.0, None),
    ]
    with pytest.raises(InputError, match="must be above 0"):
        constant([1, -1], 0.0)


def test_film_without_contacts_carries_no_current(comm):
    from hebbfilm.meshing import Layout

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


@pytest.mark.analytic
def test_drive_ends_where_enough_has_happened(comm):
    """At a sample, after its observer; the next drive begins at its start."""
    film, seen = make_film(comm), []
    film.evolve(
        [*rest(3e-12), *rest(3e-12)],
        sample_interval=1e-12,
        observer=lambda film: seen.append(film.position.elapsed),
        until=lambda film: film.time > 3.5e-12,
    )
    np.testing.assert_allclose(seen, [1e-12, 2e-12, 3e-12, 1e-12], rtol=1e-12)
    assert film.time == pytest.approx(4e-12, rel=1e-12, abs=0)
    assert film.position == START
