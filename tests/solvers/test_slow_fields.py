"""Fields that are foreseen within a step, of what they were at the ends of others."""

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, square, strip
from hebbfilm.solvers import Film, Material, Numerics, constant, rest
from hebbfilm.solvers.film_state import FilmState
from hebbfilm.solvers.magnetisation.slow_fields import SlowFields
from hebbfilm.solvers.terms.demagnetisation.term import BoundDemagnetisation

TOLERANCE = 1e-3
RATE = 2.2e5
STEPS = 1e-13, 2e-13, 1.5e-13


class InTime:
    """A field that is a function of time alone, and counts how often it is asked."""

    energy_share, slow = 1.0, True

    def __init__(self, of):
        self.of, self.asked = of, 0

    def add_field(self, time, m, out):
        self.asked += 1
        out += self.of(time) * np.array([1.0, -2.0, 0.5])


def known(of, owned=5):
    """A field after three steps, and the time of the last."""
    field = InTime(of)
    slow, time = SlowFields([field], owned, RATE), 1e-9
    out, m = np.zeros((owned, 3)), np.zeros((owned, 3))
    slow.add_at("start", time, m, out)
    for step in STEPS[:2]:
        slow.add_at("end", time + step, m, out)
        time += step
        slow.keep(time)
    slow.foreseen = True
    return field, slow, time


@pytest.mark.analytic
def test_parabolas_in_time_are_foreseen():
    """To round-off: the weights sum to 1, and sizes are below 15 times the largest value."""

    def parabola(time):
        s = (time - 1e-9) / 1e-13
        return 3.0 - 2.0 * s + 0.7 * s * s

    field, slow, time = known(parabola)
    asked = field.asked
    for part in (0.0, 0.5, 1.0):
        out = np.ones((5, 3))
        moment = time + part * STEPS[2]
        slow.add_at("within", moment, out, out)
        expected = 1 + parabola(moment) * np.array([1.0, -2.0, 0.5])
        np.testing.assert_allclose(out, np.broadcast_to(expected, (5, 3)), rtol=1e-9)
    assert field.asked == asked
    slow.add_at("end", time + STEPS[2], out, out)
    # γ₀ h/2 times the field, 13 A/m, of which round-off and the last place of the time are 1e-9.
    assert slow.missed(time + STEPS[2]) < 1e-8 * RATE * STEPS[2] * 30


@pytest.mark.analytic
def test_what_is_missed_bounds_the_error_of_m():
    """Of a cubic, whose error is known: γ₀ ∫ ω H'''/6 ds, at least half of the bound.

    For equal steps it would be 3/4 of it, and it is 2/3 for steps that are far longer before.
    """
    third = 1e39
    _, slow, time = known(lambda t: third / 6 * (t - 1e-9) ** 3)
    h, before, earlier = STEPS[2], STEPS[1], STEPS[1] + STEPS[0]
    slow.add_at("end", time + h, np.zeros((5, 3)), np.zeros((5, 3)))
    integral = h**4 / 4 + (before + earlier) * h**3 / 3 + before * earlier * h**2 / 2
    error = RATE * third / 6 * integral * np.linalg.norm([1.0, -2.0, 0.5])
    bound = slow.missed(time + h)
    # Rounding of the time, 1e-9 s, takes 1e-25 s of 1e-13.
    assert 0.5 * bound < error < bound * (1 + 1e-9)
    omega = h * (h + before) * (h + earlier)
    exact = RATE * h / 2 * third / 6 * omega * np.linalg.norm([1.0, -2.0, 0.5])
    assert bound == pytest.approx(exact, rel=1e-8)
    assert bound > 0


def test_too_large_a_miss_has_the_step_taken_once_more():
    _, slow, time = known(lambda t: t)
    assert slow.accept(0.09 * TOLERANCE, TOLERANCE)
    assert slow.foreseen
    assert not slow.accept(0.11 * TOLERANCE, TOLERANCE)
    assert not slow.foreseen
    # Found at each stage now, the step stands whatever would have been missed.
    assert slow.accept(0.11 * TOLERANCE, TOLERANCE)
    assert not slow.foreseen
    assert slow.accept(0.06 * TOLERANCE, TOLERANCE)
    assert not slow.foreseen
    assert slow.accept(0.04 * TOLERANCE, TOLERANCE)
    assert slow.foreseen
    assert not slow.accept(np.nan, TOLERANCE)
    slow.foreseen = True
    slow.forget()
    assert not slow.foreseen
    assert slow.missed(time) == 0
    assert slow.accept(0.0, TOLERANCE)
    assert not slow.foreseen


def test_start_of_a_step_is_the_end_before():
    field, slow, time = known(lambda t: 1e9 * t)
    asked = field.asked
    out = np.zeros((5, 3))
    slow.add_at("start", time, out, out)
    assert field.asked == asked
    np.testing.assert_allclose(out[0, 0], 1e9 * time, rtol=1e-12)
    # What was found at the end of a step that does not stand is not it.
    slow.add_at("end", time + 1e-10, out, out)
    out[:] = 0
    slow.add_at("start", time, out, out)
    np.testing.assert_allclose(out[0, 0], 1e9 * time, rtol=1e-12)


class Counted:
    """How often the demagnetising field is found, and what steps it was foreseen in."""

    def __init__(self, monkeypatch):
        self.evaluations, self.foreseen = 0, []
        add, accept = BoundDemagnetisation.add_field, SlowFields.accept

        def add_field(bound, *arguments):
            self.evaluations += 1
            add(bound, *arguments)

        def accepts(slow, missed, tolerance):
            self.foreseen.append(slow.foreseen)
            return accept(slow, missed, tolerance)

        monkeypatch.setattr(BoundDemagnetisation, "add_field", add_field)
        monkeypatch.setattr(SlowFields, "accept", accepts)


def soft_film(comm, **options):
    """A film in which poles matter most, and the waves of its walls."""
    layout = strip(80e-9, 40e-9, thickness=4e-9, mesh_size=4e-9)
    material = Material(
        saturation_magnetisation=8e5,
        exchange_stiffness=1.3e-11,
        uniaxial_anisotropy=0.0,
        interfacial_dmi=0.0,
        damping=0.02,
    )
    film = Film(mesh_film(layout, comm), material, demagnetisation="full", **options)
    film.set_magnetisation(
        lambda x: np.column_stack(
            [np.cos(x[:, 0] / 30e-9), np.sin(x[:, 0] / 30e-9), 0.4 + 0 * x[:, 0]]
        )
    )
    return film


@pytest.mark.cross_method
@pytest.mark.parametrize("tolerance", [1e-3, 1e-4])
def test_m_is_that_of_fields_found_at_each_stage(comm, monkeypatch, tolerance):
    """To the tenth of the tolerance that each step may add; errors of m do not grow by precession.

    A tenth of the tolerance in each of the steps bounds the sum. Foreseen are all but the few
    after which too little is known, each with one evaluation.
    """
    numerics = Numerics(integrator="explicit", step_tolerance=tolerance)
    counted = Counted(monkeypatch)
    film = soft_film(comm, numerics=numerics)
    film.evolve(rest(1e-11))
    before, counted.foreseen = counted.evaluations, []
    film.evolve(rest(6e-11))
    steps, foreseen = len(counted.foreseen), sum(counted.foreseen)
    assert foreseen >= 0.7 * steps
    assert counted.evaluations - before <= foreseen + 10 * (steps - foreseen) + 20

    exact = soft_film(comm, numerics=numerics)
    exact.dynamics.fields.slow.accept = lambda missed, tolerance: True
    exact.evolve(rest(1e-11))
    exact.evolve(rest(6e-11))
    assert not exact.dynamics.fields.slow.foreseen
    off = np.linalg.norm(film.m - exact.m, axis=1).max(initial=0.0)
    off = film.dynamics.maximum(float(off))
    assert 0 < off < 0.1 * tolerance * steps


@pytest.mark.analytic
def test_energy_falls_while_fields_are_foreseen(comm, monkeypatch):
    """By more than what the steps may err by, in all samples but where it has settled.

    A step errs by a tenth of its tolerance at most, times the torque, which is what energy it
    gains; that is one of many steps, of which damping takes α dt γ₀ |m × H|² each.
    """
    counted = Counted(monkeypatch)
    film = soft_film(comm, numerics=Numerics(integrator="explicit"))
    energies = [sum(film.dynamics.energies().values())]
    film.relax(
        3e-10,
        torque_tolerance=0.0,
        sample_interval=6e-11,
        observer=lambda f: energies.append(sum(f.dynamics.energies().values())),
    )
    assert sum(counted.foreseen) > 0.5 * len(counted.foreseen)
    assert np.all(np.diff(energies) < 1e-12 * max(map(abs, energies)))
    assert energies[-1] < 0.9 * energies[0]


def test_noise_has_fields_found_at_each_stage(comm, monkeypatch):
    counted = Counted(monkeypatch)
    film = soft_film(comm, numerics=Numerics(integrator="explicit"), temperature=300.0)
    film.evolve(rest(1e-13))
    counted.evaluations, stages = 0, []
    move = film.integrator._later_stages
    film.integrator._later_stages = lambda plan, *rest: (
        stages.append(plan.scheme.stages),
        move(plan, *rest),
    )[1]
    film.evolve(rest(1e-12))
    # Once more where the limits of the steps are chosen.
    assert counted.evaluations == sum(stages) + 1
    assert not counted.foreseen


@pytest.mark.cross_method
def test_resumed_run_is_the_same_to_the_last_bit(comm, monkeypatch):
    """The past is forgotten at each sample, so that a film knows no more of it than its file."""
    counted = Counted(monkeypatch)
    drive = constant([0.05, -0.05], 4e-11)
    states = []
    film = soft_film(comm)
    film.evolve(
        drive,
        sample_interval=2e-11,
        observer=lambda f: states.append((f.m.copy(), FilmState.of(f))),
    )
    assert sum(counted.foreseen) > 0
    other = soft_film(comm)
    states[0][1].restore(other)
    other.evolve(drive, sample_interval=2e-11, start=other.position)
    np.testing.assert_array_equal(other.m, states[1][0])


@pytest.mark.cross_method
def test_own_field_that_says_so_is_foreseen(comm):
    """A term of one's own; what depends on time alone is the same as found at each stage."""
    film_mesh = mesh_film(square(40e-9, contacts=2, contact_length=10e-9, mesh_size=10e-9), comm)
    ends, asked = [], []
    for slow in (True, False):
        bound = InTime(lambda t: 1e5 * np.cos(2e9 * t))
        bound.slow = slow

        class Term:
            name, varies = "turning", True

            def bind(self, operators, material, bound=bound):
                return bound

        film = Film(film_mesh, terms=[Term()], numerics=Numerics(integrator="explicit"))
        film.randomise(seed=1)
        film.evolve(rest(2e-11))
        ends.append(film.m.copy())
        asked.append(bound.asked)
    assert asked[0] < 0.5 * asked[1]
    # 1/6 (2e9 · 2e-12 s)³ of 1e5 A/m is missed at most, for 2e-11 s of γ₀.
    np.testing.assert_allclose(ends[0], ends[1], rtol=0, atol=2e-11 * RATE * 1e5 * 1e-6)
