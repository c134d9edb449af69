"""The implicit midpoint rule: its loops against NumPy, and what it refuses."""

import numpy as np
import pytest

from hebbfilm.common.errors import SolverError
from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.solvers import Film, Material, Numerics
from hebbfilm.solvers.integrators.midpoint_system import MidpointSystem
from hebbfilm.solvers.kernels import kernel_reference, llg, midpoint


@pytest.fixture(params=[2, 3])
def driven(request, comm):
    """A film in which every term and the current act at once."""
    material = Material(easy_axis=(1.0, 2.0, 3.0))
    film = Film(
        mesh_film(wheel(mesh_size=20e-9), comm, dimension=request.param),
        material,
        applied_field=(1e4, -2e4, 3e4),
        demagnetisation="local",
    )
    film.randomise(seed=2)
    film.current.apply([0.05, 0.02, -0.05, -0.01])
    film.current.renew(0.0)
    return film


def close(found, expected):
    """Round-off: a row sums about 40 products, each of relative error 1e-16."""
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * np.abs(expected).max())


@pytest.mark.cross_method
def test_loops_are_their_reference(driven):
    dynamics, operators, tau = driven.dynamics, driven.operators, 1e-12
    half = 0.1 * operators.random_normal(seed=5)
    middle = operators.halo(driven.m + half)
    found, lever = np.empty_like(half), np.empty_like(half)
    couplings, gilbert = dynamics.couplings, dynamics.gilbert
    field, drift = np.empty_like(half), np.empty_like(half)
    llg.linear_field(couplings, middle, field, drift)
    field += couplings.external
    midpoint.residual(gilbert, tau, middle, field, drift, half, lever, found)
    residual, expected_lever = kernel_reference.midpoint_residual(
        couplings, gilbert, tau, middle, half
    )
    close(-found, residual)
    close(lever, expected_lever)
    change = operators.halo(operators.random_normal(seed=6))
    llg.linear_field(couplings, change, field, drift)
    midpoint.jacobian(gilbert, tau, middle, field, drift, lever, change, found)
    close(
        found,
        kernel_reference.midpoint_jacobian(couplings, gilbert, tau, middle, lever, change),
    )


@pytest.mark.cross_method
def test_jacobian_is_the_slope_of_the_residual(driven):
    """Central differences, along the tangent planes."""
    dynamics, operators, tau, h = driven.dynamics, driven.operators, 1e-12, 1e-6
    couplings, gilbert = dynamics.couplings, dynamics.gilbert
    change = operators.random_normal(seed=6)
    change -= np.sum(change * driven.m, axis=1, keepdims=True) * driven.m

    def residual(half):
        middle = operators.halo(driven.m + half)
        return kernel_reference.midpoint_residual(couplings, gilbert, tau, middle, half)

    slope = (residual(h * change)[0] - residual(-h * change)[0]) / (2 * h)
    lever = residual(0 * change)[1]
    found = kernel_reference.midpoint_jacobian(
        couplings, gilbert, tau, dynamics.m, lever, operators.halo(change)
    )
    # The Jacobian leaves out how the direction across which the drift lies turns with m.
    left_out = 2 * tau * couplings.largest_drift()
    size = np.linalg.norm(change, axis=1).max() * (1 + gilbert.nonadiabaticity)
    scale = np.abs(slope).max()
    assert np.abs(found - slope).max() < left_out * size + 1e-8 * scale


@pytest.mark.analytic
def test_preconditioner_is_an_inverse(comm):
    """(1 - b m×) times its inverse, for every b between 0.3 and 100."""
    rng = np.random.default_rng(1)
    m, vectors = rng.standard_normal((2, 50, 3))
    m /= np.linalg.norm(m, axis=1, keepdims=True)
    gilbert = Film(mesh_film(strip(40e-9, 20e-9, mesh_size=10e-9), comm)).dynamics.gilbert
    stiffness = rng.uniform(0, 1e9, 50)
    b = (1e-12 / 2 * gilbert.gyromagnetic_ratio * stiffness + gilbert.damping)[:, None]
    found = np.empty_like(vectors)
    midpoint.precondition(stiffness, gilbert, 1e-12 / 2, m, vectors, found)
    np.testing.assert_allclose(found - b * np.cross(m, found), vectors, atol=1e-12)


def test_linear_solver_that_fails_is_noticed(comm):
    film = Film(mesh_film(wheel(mesh_size=20e-9), comm))
    film.randomise(seed=3)
    system = MidpointSystem(film.dynamics)
    system.evaluate(1e-3, np.zeros((film.operators.owned, 3)))
    assert system.solve(1e-14) is None


def test_magnetisation_that_is_not_finite_is_not_silent(comm):
    film = Film(mesh_film(wheel(mesh_size=20e-9), comm), numerics=Numerics(integrator="implicit"))
    film.dynamics.m[:] = np.inf
    with pytest.raises(SolverError, match="no longer finite"):
        film.integrator.advance(1e-12, film.m.copy())
