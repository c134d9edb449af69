"""A macrospin in constant and alternating fields."""

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material, Numerics, Sine
from hebbfilm.solvers.materials.constants import GYROMAGNETIC_RATIO
from tests.validation.explicit_steps import frequency_error, response_error


def macrospin(comm, damping, **options):
    material = Material(uniaxial_anisotropy=0.0, interfacial_dmi=0.0, damping=damping)
    return Film(mesh_film(strip(20e-9, 20e-9, mesh_size=10e-9), comm), material, **options)


def follow(film, duration, damping, number=40):
    """Let m move; returns so many times in s and the mean m (number, 3) at each."""
    samples = []

    def record(film):
        samples.append([film.time, *film.dynamics.mean_magnetisation()])

    film.relax(
        duration,
        torque_tolerance=0.0,
        damping=damping,
        sample_interval=duration / number,
        observer=record,
    )
    values = np.array(samples)
    return values[:, 0], values[:, 1:]


@pytest.mark.analytic
@pytest.mark.parametrize("damping", [0.02, 0.5])
def test_precession_into_the_field(comm, check, plot, damping):
    """tan(θ/2) = tan(θ₀/2) exp(-αωt), φ = ωt with ω = γ₀H/(1 + α²), for a field along z."""
    field, duration, start = 8e5, 2e-11, 1.0
    film = macrospin(comm, damping, applied_field=(0.0, 0.0, field))
    film.set_magnetisation(np.array([np.sin(start), 0.0, np.cos(start)]))
    time, mean = follow(film, duration, damping)
    omega = GYROMAGNETIC_RATIO * field / (1 + damping**2)

    def exact(t):
        theta = 2 * np.arctan(np.tan(start / 2) * np.exp(-damping * omega * t))
        phi = omega * t
        return np.array([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)])

    # Each step errs by what its polynomial lacks, and the steps add up.
    turned = omega * np.sqrt(1 + damping**2) * duration
    tolerance = turned * frequency_error(film.dynamics, omega, damping) + 1e-12
    for k, name in enumerate(("m_x", "m_y", "m_z")):
        check(
            f"{name} after {duration * 1e12:g} ps of damped precession, α = {damping}",
            film.m[:, k],
            exact(duration)[k],
            tolerance,
            "tan(θ/2) = tan(θ₀/2) exp(-αωt), φ = ωt; steps of third order",
        )
    names = ("⟨$m_x$⟩", "⟨$m_y$⟩", "⟨$m_z$⟩")
    some = time[::4]
    plot(
        f"Damped precession of a macrospin, α = {damping}",
        "t / ps",
        "magnetisation",
        {name: (time * 1e12, mean[:, k]) for k, name in enumerate(names)},
        {"closed form": (np.tile(some, 3) * 1e12, exact(some).ravel())},
    )


@pytest.mark.analytic
@pytest.mark.parametrize("kind", ["explicit", "implicit"])
def test_switching_time(comm, check, plot, after_each_step, kind):
    """In an antiparallel field m_z passes 0 at (1 + α²)/(αγ₀H) ln(1/tan(θ₀/2)).

    m_z = tanh(αωt - ln(1/tan(θ₀/2))), so that artanh m_z is linear between samples.
    """
    field, damping, start, tolerance = 8e5, 0.1, 0.1, 1e-5
    film = macrospin(
        comm,
        damping,
        applied_field=(0.0, 0.0, -field),
        numerics=Numerics(integrator=kind, step_tolerance=tolerance),
    )
    film.set_magnetisation(np.array([np.sin(start), 0.0, np.cos(start)]))
    rate = damping * GYROMAGNETIC_RATIO * field / (1 + damping**2)
    expected = np.log(1 / np.tan(start / 2)) / rate
    steps = after_each_step(film, lambda: None)
    time, mean = follow(film, 1.6 * expected, damping, 240)
    found = np.interp(0, np.arctanh(-mean[:, 2]), time)
    # An error of a step is one of the angle, and sin θ times the rate its velocity.
    lost = len(steps) * tolerance / (np.sin(start) * rate)
    check(
        f"Switching time of a macrospin, {kind}, ps",
        found * 1e12,
        expected * 1e12,
        lost * 1e12,
        "(1 + α²)/(αγ₀H) ln(1/tan(θ₀/2)); tolerance of all steps over sin θ₀",
    )
    some = time[::8]
    plot(
        f"Macrospin in an antiparallel field, {kind}",
        "t / ps",
        "magnetisation",
        {name: (time * 1e12, mean[:, k]) for k, name in enumerate(("$m_x$", "$m_y$", "$m_z$"))},
        {"$m_z$, closed form": (some * 1e12, -np.tanh(rate * (some - expected)))},
    )


@pytest.mark.analytic
@pytest.mark.parametrize("detuning", [0.9, 1.0, 1.1])
def test_ferromagnetic_resonance(comm, check, plot, detuning):
    """The stationary precession against linear response.

    With m = ẑ + (a, b, 0) and H = H₀ ẑ + h sin(ωt) x̂, Gilbert's equation is
    ȧ = -γ₀ H₀ b - α ḃ, ḃ = γ₀ H₀ a - γ₀ h + α ȧ.
    """
    damping, bias, duration = 0.1, 2e5, 2.5e-9
    resonance = GYROMAGNETIC_RATIO * bias / np.sqrt(1 + damping**2)
    omega = detuning * resonance
    h = 1e-3 * bias * damping
    drive = Sine(amplitude=(h, 0.0, 0.0), frequency=omega / (2 * np.pi))
    film = macrospin(comm, damping, applied_field=(0.0, 0.0, bias), waveforms=[drive])
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    film.relax(duration, torque_tolerance=0.0, damping=damping, sample_interval=duration)
    found = film.m.copy()
    stiffness = 1j * omega * damping + GYROMAGNETIC_RATIO * bias
    response = np.linalg.solve(
        [[1j * omega, stiffness], [-stiffness, 1j * omega]], [0, -GYROMAGNETIC_RATIO * h]
    )
    amplitude = np.abs(response).max()
    # The transient has decayed; what is not linear is of the square of the amplitude;
    # steps of third order err by as much as of each of the two circular motions.
    left = np.exp(-damping * GYROMAGNETIC_RATIO * bias * duration / (1 + damping**2))
    rate = GYROMAGNETIC_RATIO * bias / (1 + damping**2)
    stepping = max(
        response_error(film.dynamics, omega, rate * (-damping + turn)) for turn in (1j, -1j)
    )
    tolerance = amplitude * (2 * left + amplitude**2 + stepping)
    expected = (response * np.exp(1j * omega * duration)).imag
    for k, name in enumerate(("m_x", "m_y")):
        check(
            f"{name} driven at {detuning:g} ω_res, 10⁻³",
            found[:, k] * 1e3,
            expected[k] * 1e3,
            tolerance * 1e3,
            "linear response; transient, square of the amplitude, steps",
        )
    time, mean = follow(film, 3e-10, damping)
    some = time[::2]
    shown = (response[:, None] * np.exp(1j * omega * some)).imag
    plot(
        f"Macrospin driven at {detuning:g} of its resonance",
        "t / ns",
        "magnetisation / 10⁻³",
        {name: (time * 1e9, mean[:, k] * 1e3) for k, name in enumerate(("$m_x$", "$m_y$"))},
        {"linear response": (np.tile(some, 2) * 1e9, shown.ravel() * 1e3)},
    )
