"""The explicit schemes: their orders, how far they are stable, and what noise leaves in a mode."""

from itertools import combinations_with_replacement

import numpy as np
import pytest
from scipy.linalg import solve_discrete_lyapunov
from scipy.optimize import linprog

from hebbfilm.solvers.schemes.limits import cheapest, limits, thermal_limits
from hebbfilm.solvers.schemes.scheme import Scheme, estimate_of
from hebbfilm.solvers.schemes.stability import (
    Spectrum,
    least_radius,
    stable_radius,
    thermal_radius,
)
from hebbfilm.solvers.schemes.table import SCHEMES, THERMAL_SCHEMES

RUNGE_KUTTA_4 = (1.0, 1.0, 1 / 2, 1 / 6, 1 / 24)
DAMPINGS = 0.0, 0.01, 0.1, 0.5, 1.0


def furthest(damping, stages):
    found = {scheme.stages: scheme for scheme, _ in limits(Spectrum(damping, damping, 1.0, 1e-6))}
    return found[stages]


def tableau(scheme):
    """A and b, after J. C. Butcher."""
    a, b = np.zeros(2 * (scheme.stages,)), np.zeros(scheme.stages)
    a[np.arange(1, scheme.stages), np.arange(scheme.stages - 1)] = scheme.shifts
    b[[0, -1]] = scheme.outer
    return a, b


@pytest.mark.analytic
def test_orders_by_their_conditions():
    """E. Hairer, S. P. Nørsett and G. Wanner (1993), table II.2.1."""
    for scheme in (*SCHEMES, *THERMAL_SCHEMES):
        a, b = tableau(scheme)
        c = a.sum(axis=1)
        found, expected = [b.sum(), b @ c], [1, 1 / 2]
        if scheme in SCHEMES:
            found, expected = [*found, b @ c**2, b @ a @ c], [*expected, 1 / 3, 1 / 6]
        np.testing.assert_allclose(found, expected, rtol=1e-14)
        powers = [np.ones(scheme.stages)]
        for _ in scheme.shifts:
            powers.append(a @ powers[-1])
        np.testing.assert_allclose(scheme.polynomial, [1, *(b @ each for each in powers)])


@pytest.mark.analytic
def test_radius_at_its_limits():
    """2√2 on the imaginary axis, 2.785 on the real one (E. Hairer and G. Wanner, 1996)."""
    # In steps of 0.004, from below.
    for damping, expected in ((0.0, 2 * np.sqrt(2)), (1e9, 2.7853)):
        found = stable_radius(RUNGE_KUTTA_4, damping)
        assert expected - 0.0041 < found <= expected
    # Forward Euler: |1 + z| = 1 where |z| is 2α/√(1 + α²), and nowhere on the imaginary axis.
    assert stable_radius((1.0, 1.0), 1.0) == pytest.approx(np.sqrt(2), abs=2e-3)
    assert stable_radius((1.0, 1.0), 0.0) == 0
    assert least_radius((1.0, 1.0), 0.5, 1.0) == stable_radius((1.0, 1.0), 0.5)


@pytest.mark.analytic
@pytest.mark.parametrize("damping", DAMPINGS)
def test_no_mode_grows_within_the_radius(damping):
    """Neither on the rays of circular precession, nor of modes whose directions differ."""
    for scheme, limit in limits(Spectrum(damping, damping, 1.0, 1e-6)):
        stiffness = np.linspace(1e-3, 1, 400)[:, None] * limit / 0.85
        ratio = np.array([1.0, 0.8, 0.5, 0.1])
        # Of [[-α s₁, -s₂], [s₁, -α s₂]]/√(1 + α²).
        trace = -damping * stiffness * (1 + ratio)
        root = np.sqrt(trace**2 - 4 * (1 + damping**2) * stiffness**2 * ratio + 0j)
        for z in (trace + root, trace - root):
            value = np.abs(np.polyval(scheme.polynomial[::-1], z / 2 / np.sqrt(1 + damping**2)))
            assert value.max() < 1 + 1e-7, scheme


@pytest.mark.published
def test_imaginary_axis_is_not_left_behind():
    """s stages reach no further than s - 1: I. P. E. Kinnmark and W. G. Gray (1984)."""
    for scheme in SCHEMES:
        assert stable_radius(scheme.polynomial, 0.0) <= scheme.stages - 1
    for stages, expected in ((4, 2.82), (6, 4.88), (8, 6.90), (10, 8.92)):
        assert stable_radius(furthest(0.0, stages).polynomial, 0.0) > expected


@pytest.mark.cross_method
@pytest.mark.parametrize(("damping", "stages"), [(0.0, 8), (0.1, 8), (0.1, 10)])
def test_no_polynomial_of_third_order_goes_much_further(damping, stages):
    """That Re(P exp(-iθ)) ≤ 1 on the ray for some θ is a linear programme without a solution."""
    radius = stable_radius(furthest(damping, stages).polynomial, damping)
    beyond = 1.05 * radius
    ray = np.linspace(0, 1, 200)[1:] * (-damping + 1j) / np.sqrt(1 + damping**2)
    known = sum(each * (beyond * ray) ** k for k, each in enumerate(RUNGE_KUTTA_4[:4]))
    powers = ray[:, None] ** np.arange(4, stages + 1)
    rows, bounds = [], []
    for theta in np.arange(64) * np.pi / 32:
        turned = np.exp(-1j * theta)
        rows.append(np.real(turned * powers))
        # Where little is left of 1, round-off decides.
        bounds.append(1 + 1e-6 - np.real(turned * known))
    found = linprog(
        np.zeros(powers.shape[1]), np.vstack(rows), np.concatenate(bounds), bounds=(None, None)
    )
    assert found.status == 2


def linear_step(scheme, slope):
    """The matrices by which a step of 1 turns m, and a constant rate beside the slope's."""
    turned, forced = np.eye(2), np.zeros((2, 2))
    first = slope @ turned, slope @ forced + np.eye(2)
    rates = first
    for shift in scheme.shifts:
        stage = np.eye(2) + shift * rates[0], shift * rates[1]
        rates = slope @ stage[0], slope @ stage[1] + np.eye(2)
    return [
        start + scheme.outer[0] * one + scheme.outer[1] * last
        for start, one, last in zip((turned, forced), first, rates, strict=True)
    ]


@pytest.mark.analytic
@pytest.mark.parametrize("damping", [0.003, 0.02, 0.1, 0.3, 1.0])
def test_noise_leaves_the_energy_of_kt(damping):
    """The covariance at which steps with held noise settle, by Lyapunov's equation.

    (1 + α²) dm/dt = (-J - α) (S m + noise) has the covariance kT S⁻¹ if the noise has 2 α kT.
    """
    turning = (np.array([[0.0, 1.0], [-1.0, 0.0]]) - damping * np.eye(2)) / (1 + damping**2)
    for scheme, limit in thermal_limits(Spectrum(damping, damping, 1.0, 1e-6)):
        radius = limit / 0.85
        for share, ratio in ((1.0, 1.0), (1.0, 0.9), (0.5, 1.0), (0.5, 0.5), (0.25, 0.5)):
            stiffness = share * radius * np.sqrt(1 + damping**2) * np.diag([1.0, ratio])
            by_m, by_noise = linear_step(scheme, turning @ stiffness)
            noise = by_noise @ turning
            covariance = solve_discrete_lyapunov(by_m, 2 * damping * noise @ noise.T)
            energy = np.trace(stiffness @ covariance) / 2
            assert abs(energy - 1) < 0.0202 * share**2 if ratio == 1 else 0.025 * share, (
                scheme, share, ratio)  # fmt: skip


@pytest.mark.analytic
def test_thermal_radius_of_known_schemes():
    """Of exp(z) and of (1 + z/2)/(1 - z/2), as series; the former errs by |z|²/12, the latter not.

    exp(z) errs by 2 % at 0.49; series of the other to so many powers by 2 (|z|/2)^k at most.
    """
    exact = tuple(1 / np.cumprod([1.0, *range(1, 10)]))
    # In steps of 0.009, from below.
    assert 0 < np.sqrt(12 * 0.02) - thermal_radius(exact, 0.1) < 0.0095
    midpoint = (1.0, *(2.0 ** (1 - k) for k in range(1, 40)))
    assert thermal_radius(midpoint, 0.1) > 1.5


@pytest.mark.analytic
@pytest.mark.parametrize("stages", [4, 6, 8, 10])
def test_estimate_is_the_error(stages):
    """Of y' = y sin y + cos(t) y²: of fourth order in the step, and within a factor of three."""
    scheme = furthest(0.1, stages)

    def slope(t, y):
        return y * np.sin(y) + np.cos(t) * y**2

    def one(step):
        rates = [slope(0.0, 0.8)]
        for shift in scheme.shifts:
            rates.append(slope(shift * step, 0.8 + shift * step * rates[-1]))
        end = 0.8 + step * (scheme.outer[0] * rates[0] + scheme.outer[1] * rates[-1])
        estimate, known = estimate_of(scheme), (rates[0], rates[-3], rates[-2], rates[-1])
        return end, estimate.error * step * (slope(step, end) - np.dot(estimate.weights, known))

    def exact(step):
        t, y, parts = 0.0, 0.8, 400
        for k in range(parts):
            h, t = step / parts, step * k / parts
            k1 = slope(t, y)
            k2 = slope(t + h / 2, y + h / 2 * k1)
            k3 = slope(t + h / 2, y + h / 2 * k2)
            y += h / 6 * (k1 + 2 * k2 + 2 * k3 + slope(t + h, y + h * k3))
        return y

    steps = 0.08, 0.04
    errors = [one(step)[0] - exact(step) for step in steps]
    found = [one(step)[1] for step in steps]
    assert np.log2(found[0] / found[1]) == pytest.approx(4, abs=0.3)
    assert np.log2(errors[0] / errors[1]) == pytest.approx(4, abs=0.3)
    assert 1 / 3 < abs(found[1] / errors[1]) < 3


@pytest.mark.analytic
@pytest.mark.parametrize("remaining", [0.3, 1.0, 2.5, 4.0, 5.3, 6.6, 20.0])
def test_way_to_an_event_is_the_cheapest(remaining):
    """Against all ways of up to four steps, each of which may end before its limit."""
    few = [(Scheme((0.5,) * (k - 1), (0.0, 1.0)), limit) for k, limit in ((4, 1.0), (9, 3.2))]
    ways = [way for steps in range(1, 8) for way in combinations_with_replacement(few, steps)]
    best = min(
        sum(scheme.stages for scheme, _ in way)
        for way in ways
        if sum(limit for _, limit in way) >= remaining
    )
    left, evaluations = remaining, 0
    for _ in range(30):
        if left == 0:
            break
        scheme, step = cheapest(few, left)
        assert step <= dict(few)[scheme] * (1 + 1e-9)
        left -= step
        evaluations += scheme.stages
    assert left == 0
    assert evaluations == best
