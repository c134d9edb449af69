"""The integrators: order, error control, events that are met exactly, and what they refuse."""

from itertools import pairwise

import numpy as np
import pytest

from meshing import mesh_film, strip, wheel
from meshing.errors import InputError
from solvers import Film, Material, SolverError, constant, kernel_reference, rest
from solvers.integrators import Explicit

KINDS = ["explicit", "implicit"]
NO_CONTROL = 1e9
"""A tolerance that every step meets."""


def smooth_film(comm, **options):
    film = Film(mesh_film(strip(40e-9, 20e-9, mesh_size=5e-9), comm), Material(), **options)
    film.set_magnetisation(smooth)
    return film


def smooth(x):
    return np.column_stack([np.sin(x[:, 0] / 1e-8), np.cos(x[:, 0] / 1e-8), 1 + 0 * x[:, 0]])


def distance(comm, a, b):
    return np.sqrt(comm.allreduce(float(np.sum((a - b) ** 2))))


@pytest.mark.cross_method
def test_explicit_step_is_runge_kutta_4_of_the_reference(comm):
    """One step of the fused stages against the textbook formula in NumPy."""
    film = Film(mesh_film(wheel(mesh_size=20e-9), comm), applied_field=(1e4, 0.0, 3e4))
    film.randomise(seed=2)
    film.current.apply([0.05, 0.02, -0.05, -0.01])
    film.current.renew(0.0)
    dynamics = film.dynamics
    integrator, dt = Explicit(dynamics, NO_CONTROL), dynamics.largest_step()

    def rate(m):
        synchronised = film.operators.halo(m)
        return kernel_reference.rate(dynamics.couplings, dynamics.gilbert, synchronised)

    start = film.m.copy()
    k1 = rate(start)
    k2 = rate(start + dt / 2 * k1)
    k3 = rate(start + dt / 2 * k2)
    k4 = rate(start + dt * k3)
    end = start + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    end /= np.linalg.norm(end, axis=1, keepdims=True)
    integrator.begin()
    step, change = integrator.advance(dt, start)
    assert step == dt
    np.testing.assert_allclose(film.m, end, atol=1e-12)
    largest = np.linalg.norm(end - start, axis=1).max()
    assert change == pytest.approx(comm.allreduce(largest, max), rel=1e-10)
    # The rate at the end of the step, kept for the next one.
    np.testing.assert_allclose(
        integrator._rate, rate(film.m), rtol=0, atol=1e-12 * np.abs(integrator._rate).max()
    )


@pytest.mark.analytic
@pytest.mark.parametrize(("kind", "order"), [("explicit", 4), ("implicit", 2)])
def test_order_in_time(comm, kind, order):
    """Halving the step divides the error by 2^order."""
    film = smooth_film(comm, integrator=kind, step_tolerance=NO_CONTROL)
    # Where there is an equation to solve, so well that the differences of the ends are seen.
    film.integrator._accuracy = 1e-10
    start, duration = film.m.copy(), 2 * film.dynamics.largest_step()
    ends = []
    for steps in (8, 16, 32):
        film.set_magnetisation(start)
        film.time = 0.0
        film.integrator.begin()
        film.integrator.step = film.dynamics.largest_step()
        for _ in range(steps):
            assert film.integrator.advance(duration / steps, start).step == duration / steps
        ends.append(film.m.copy())
    differences = [distance(comm, a, b) for a, b in pairwise(ends)]
    assert np.log2(differences[0] / differences[1]) == pytest.approx(order, abs=0.2)


@pytest.mark.analytic
@pytest.mark.parametrize("kind", KINDS)
def test_error_follows_the_tolerance(comm, kind):
    """A moment in a field so strong that stability alone would allow 2 rad a step.

    φ = ωt and tan(θ/2) = tan(θ₀/2) exp(-αωt); the error of all steps stays below their number
    times the tolerance of one.
    """
    field, alpha, duration, theta = 5e6, 0.1, 2e-11, 1.0
    material = Material(
        exchange_stiffness=1e-14, uniaxial_anisotropy=0.0, interfacial_dmi=0.0, damping=alpha
    )
    omega = material.gyromagnetic_ratio * field / (1 + alpha**2)
    for tolerance in (1e-3, 1e-5):
        film = Film(
            mesh_film(strip(20e-9, 20e-9, mesh_size=10e-9), comm), material,
            applied_field=(0.0, 0.0, field), integrator=kind, step_tolerance=tolerance,
        )  # fmt: skip
        film.set_magnetisation(np.array([np.sin(theta), 0.0, np.cos(theta)]))
        steps = count_steps(film)
        film.evolve(rest(duration))
        angle = 2 * np.arctan(np.tan(theta / 2) * np.exp(-alpha * omega * duration))
        phi = omega * duration
        expected = [np.sin(angle) * np.cos(phi), np.sin(angle) * np.sin(phi), np.cos(angle)]
        assert np.linalg.norm(film.m - expected, axis=1).max() < len(steps) * tolerance


def count_steps(film):
    """A list that grows by the length of every step that the film takes."""
    steps, advance = [], film.integrator.advance

    def counted(*arguments):
        done = advance(*arguments)
        steps.append(done.step)
        return done

    film.integrator.advance = counted
    return steps


@pytest.mark.analytic
@pytest.mark.parametrize("kind", KINDS)
def test_events_are_met_exactly(comm, kind):
    film = smooth_film(comm, integrator=kind)
    times = []
    drive = [*constant([0.01, 0.0], 7e-12), *rest(1.7e-12)]
    film.evolve(drive, sample_interval=3e-12, observer=lambda f: times.append(f.time))
    assert times == pytest.approx([3e-12, 6e-12, 7e-12, 8.7e-12], rel=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_step_that_cannot_meet_the_tolerance_is_not_silent(comm, kind):
    # Below the round-off of the estimate itself.
    film = smooth_film(comm, integrator=kind, step_tolerance=1e-300)
    with pytest.raises(SolverError, match="no step is small enough"):
        film.evolve(rest(1e-12))


def test_wrong_tolerance_is_named(comm):
    with pytest.raises(InputError, match="step_tolerance = 0"):
        smooth_film(comm, step_tolerance=0.0)


@pytest.mark.parametrize(
    ("mesh_size", "temperature", "expected"),
    [
        (10e-9, 0.0, "explicit"),
        (2e-9, 0.0, "implicit"),
        (2e-9, 1.0, "implicit"),
        # There the noise limits the steps of both alike.
        (2e-9, 300.0, "explicit"),
    ],
)
def test_auto_looks_at_the_mesh_and_at_the_heat(comm, mesh_size, temperature, expected):
    layout = strip(40e-9, 20e-9, mesh_size=mesh_size)
    film = Film(mesh_film(layout, comm), temperature=temperature)
    assert film.integrator.name == expected


def test_unknown_integrator_is_named(comm):
    with pytest.raises(InputError, match=r"'implict': allowed are .* did you mean implicit"):
        smooth_film(comm, integrator="implict")


@pytest.mark.cross_method
def test_integrators_agree(comm):
    """Under a current, to the sum of the errors of all steps."""
    ends, tolerance, counts = [], 1e-5, []
    for kind in KINDS:
        film = smooth_film(comm, integrator=kind, step_tolerance=tolerance)
        film.minimise(torque_tolerance=1e4)
        steps = count_steps(film)
        film.evolve(constant([0.05, -0.05], 2e-11), sample_interval=1e-11)
        ends.append(film.m.copy())
        counts.append(len(steps))
    # The current is renewed at other times: off by 4 %.
    film.set_magnetisation(ends[0])
    error = comm.allreduce(float(np.linalg.norm(ends[0] - ends[1], axis=1).max()), max)
    assert error < 2 * max(counts) * tolerance + 0.04 * moved(comm, ends[0])


def moved(comm, end):
    film = smooth_film(comm)
    film.minimise(torque_tolerance=1e4)
    return comm.allreduce(float(np.linalg.norm(film.m - end, axis=1).max()), max)
