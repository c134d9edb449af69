"""The integrators: one step against NumPy, which one a film gets, and what they refuse."""

import numpy as np
import pytest

from hebbfilm.common.errors import InputError, SolverError
from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.solvers import Film, Material, Numerics, rest
from hebbfilm.solvers.integrators import Explicit
from hebbfilm.solvers.integrators.explicit import Plan
from hebbfilm.solvers.kernels import kernel_reference
from hebbfilm.solvers.schemes.scheme import estimate_of

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
@pytest.mark.parametrize("stages", [4, 6, 8, 10])
def test_explicit_step_is_that_of_the_reference(comm, stages):
    """One step of the fused stages against the formula of the scheme in NumPy, and its estimate."""
    film = Film(mesh_film(wheel(mesh_size=20e-9), comm), applied_field=(1e4, 0.0, 3e4))
    film.randomise(seed=2)
    film.current.apply([0.05, 0.02, -0.05, -0.01])
    film.current.renew(0.0)
    dynamics = film.dynamics
    integrator = Explicit(dynamics, NO_CONTROL)
    integrator.begin()
    integrator._limits = [each for each in integrator._limits if each[0].stages == stages]
    [(scheme, limit)] = integrator._limits
    dt = 0.4 * limit

    def rate(m):
        synchronised = film.operators.halo(m)
        return kernel_reference.rate(dynamics.couplings, dynamics.gilbert, synchronised)

    start = film.m.copy()
    rates = [rate(start)]
    for shift in scheme.shifts:
        rates.append(rate(start + shift * dt * rates[-1]))
    end = start + dt * (scheme.outer[0] * rates[0] + scheme.outer[1] * rates[-1])
    end /= np.linalg.norm(end, axis=1, keepdims=True)
    known = rates[0], rates[-3], rates[-2], rates[-1]
    estimate = estimate_of(scheme)
    foretold = sum(weight * each for weight, each in zip(estimate.weights, known, strict=True))
    error = estimate.error * dt * np.linalg.norm(rate(end) - foretold, axis=1).max()
    error = comm.allreduce(error, max)
    # That a step of this error stands, and one with a tolerance below it does not.
    integrator._control.tolerance = error * (1 - 1e-6)
    integrator.advance(dt, start)
    assert film.time < dt
    film.time = 0.0
    film.set_magnetisation(start)
    integrator.begin()
    integrator._limits = [(scheme, limit)]
    integrator._control.tolerance, integrator.step = error * (1 + 1e-6), limit
    step, change = integrator.advance(dt, start)
    assert step == dt
    np.testing.assert_allclose(film.m, end, atol=1e-12)
    largest = np.linalg.norm(end - start, axis=1).max()
    assert change == pytest.approx(comm.allreduce(largest, max), rel=1e-10)
    # The rate at the end of the step, kept for the next one.
    np.testing.assert_allclose(
        integrator._rate, rate(film.m), rtol=0, atol=1e-12 * np.abs(integrator._rate).max()
    )


@pytest.mark.parametrize("stages", [4, 6, 8, 10])
def test_step_is_taken_back_to_the_bit(comm, stages):
    film = smooth_film(comm, numerics=Numerics(integrator="explicit"))
    start, integrator = film.dynamics.m.copy(), film.integrator
    integrator.begin()
    integrator._update_rate("start")
    [(scheme, limit)] = [each for each in integrator._limits if each[0].stages == stages]
    integrator._stages(Plan(scheme, limit), estimate_of(scheme), start[: film.operators.owned])
    assert not np.array_equal(film.dynamics.m, start)
    integrator._go_back()
    np.testing.assert_array_equal(film.dynamics.m, start)


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
