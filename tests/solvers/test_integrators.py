"""The integrators: one step against NumPy, which one a film gets, and what they refuse."""

import numpy as np
import pytest

from hebbfilm.common.errors import InputError, SolverError
from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.solvers import Film, Material, Numerics, rest
from hebbfilm.solvers.integrators import Explicit
from hebbfilm.solvers.kernels import kernel_reference

KINDS = ["explicit", "implicit"]
NO_CONTROL = 1e9
"""A tolerance that every step meets."""


def smooth_film(comm, **options):
    film = Film(mesh_film(strip(40e-9, 20e-9, mesh_size=5e-9), comm), Material(), **options)
    film.set_magnetisation(smooth)
    return film


def smooth(x):
    return np.column_stack([np.sin(x[:, 0] / 1e-8), np.cos(x[:, 0] / 1e-8), 1 + 0 * x[:, 0]])


@pytest.mark.cross_method
def test_explicit_step_is_runge_kutta_4_of_the_reference(comm):
    """One step of the fused stages against the textbook formula in NumPy."""
    film = Film(mesh_film(wheel(mesh_size=20e-9), comm), applied_field=(1e4, 0.0, 3e4))
    film.randomise(seed=2)
    film.current.apply([0.05, 0.02, -0.05, -0.01])
    film.current.renew(0.0)
    dynamics = film.dynamics
    integrator, dt = Explicit(dynamics, NO_CONTROL), 0.4 * dynamics.largest_step()

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


@pytest.mark.parametrize("kind", KINDS)
def test_step_that_cannot_meet_the_tolerance_is_not_silent(comm, kind):
    # Below the round-off of the estimate itself.
    film = smooth_film(comm, numerics=Numerics(integrator=kind, step_tolerance=1e-300))
    with pytest.raises(SolverError, match="no step is small enough"):
        film.evolve(rest(1e-12))


def test_wrong_tolerance_is_named(comm):
    with pytest.raises(InputError, match="step_tolerance = 0"):
        smooth_film(comm, numerics=Numerics(step_tolerance=0.0))


@pytest.mark.parametrize(
    ("mesh_size", "temperature", "expected"),
    [
        (10e-9, 0.0, "explicit"),
        (1.5e-9, 0.0, "implicit"),
        (1.5e-9, 1.0, "implicit"),
        # There the noise limits the steps of both alike.
        (1.5e-9, 300.0, "explicit"),
    ],
)
def test_auto_looks_at_the_mesh_and_at_the_heat(comm, mesh_size, temperature, expected):
    layout = strip(40e-9, 20e-9, mesh_size=mesh_size)
    film = Film(mesh_film(layout, comm), temperature=temperature)
    assert film.integrator.name == expected


def test_unknown_integrator_is_named(comm):
    with pytest.raises(InputError, match=r"'implict': allowed are .* did you mean implicit"):
        smooth_film(comm, numerics=Numerics(integrator="implict"))


@pytest.mark.parametrize("nonadiabaticity", [0.7, 10.0])
def test_stable_step_is_that_of_either_sign_of_the_nonadiabaticity(comm, nonadiabaticity):
    """β turns with its sign the torque over, not its size; -10 once made the step negative."""

    def step(value):
        film = Film(
            mesh_film(strip(40e-9, 20e-9, mesh_size=5e-9), comm), Material(nonadiabaticity=value)
        )
        film.set_magnetisation(smooth)
        film.current.apply([0.5, -0.5])
        film.current.renew(0.0)
        return film.dynamics.largest_step()

    steps = [step(sign * nonadiabaticity) for sign in (1, -1)]
    assert steps[1] == pytest.approx(steps[0], rel=1e-12)
    assert 0 < steps[0] < step(0.0)
