"""A wall driven by a current below and above the Walker breakdown."""

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material, constant
from hebbfilm.solvers.materials.constants import GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY

STIFFNESS, ANISOTROPY, MAGNETISATION = 1e-11, 2e5, 1.8e5
WALL = np.sqrt(STIFFNESS / ANISOTROPY)
HARDNESS = 0.5 * VACUUM_PERMEABILITY * MAGNETISATION**2 / ANISOTROPY
"""κ: the hard axis z in relation to the easy axis x."""
LENGTH, WIDTH, H = 240e-9, 5e-9, 2.5e-9


def drive(comm, drift, alpha, beta, duration):
    """Times in s, positions in m and angles in rad of a head-to-head wall under u = `drift`."""
    material = Material(
        saturation_magnetisation=MAGNETISATION,
        exchange_stiffness=STIFFNESS,
        uniaxial_anisotropy=ANISOTROPY,
        easy_axis=(1.0, 0.0, 0.0),
        interfacial_dmi=0.0,
        damping=alpha,
        nonadiabaticity=beta,
        amr_ratio=0.0,
    )
    layout = strip(LENGTH, WIDTH, mesh_size=H)
    film = Film(mesh_film(layout, comm), material, demagnetisation="local")
    start = layout.outline.bounds[0] + LENGTH / 4

    def profile(x):
        xi = (x[:, 0] - start) / WALL
        return np.column_stack([-np.tanh(xi), 1 / np.cosh(xi), 0 * xi])

    film.set_magnetisation(profile)
    density = drift / abs(material.spin_drift_per_current_density)
    samples = []

    def record(film):
        mean = film.dynamics.mean_magnetisation()
        samples.append((film.time, 0.5 * mean[0] * LENGTH, np.arctan2(mean[2], mean[1])))

    # Electrons, and the wall, along +x.
    voltage = density * LENGTH / material.conductivity
    film.evolve(constant([0.0, voltage], duration), sample_interval=duration / 60, observer=record)
    time, position, angle = np.array(samples).T
    return time, position, np.unwrap(angle)


def walker_drift(alpha, beta):
    return 0.5 * GYROMAGNETIC_RATIO * MAGNETISATION * WALL * alpha / abs(beta - alpha)


TOLERANCE = 0.25 * (H / WALL) ** 2 + HARDNESS / 4
"""P1 as for a wall below breakdown; Δ falls by κ/2 · sin²ψ as the wall turns out of the film."""


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("alpha", "beta", "excess"),
    [
        (0.5, 1.0, 2.0),
        (0.5, 0.0, 2.0),
        (0.5, 1.0, 1.4),
        (0.5, 0.0, 1.4),
        (0.3, 0.0, 3.0),
    ],
)
def test_above_breakdown(comm, check, plot, alpha, beta, excess):
    """⟨v⟩ = uβ/α + (α - β)/(α (1 + α²)|α - β|) √((β - α)² u² - α² v_W²), v_W = γ₀M_sΔ/2.

    The angle of the wall obeys (1 + α²) ψ' = (β - α) u/Δ - α (γ₀M_s/2) sin 2ψ, whose mean rate is
    ω = √(a² - b²)/(1 + α²), and α q' = βu - Δψ': A. Thiaville et al., Europhys. Lett. 69, 990
    (2005); A. Mougin et al., Europhys. Lett. 78, 57007 (2007). Averaged over one turn by π.
    """
    drift = excess * walker_drift(alpha, beta)
    force = (beta - alpha) * drift / WALL
    rate = np.sqrt(force**2 - (0.5 * alpha * GYROMAGNETIC_RATIO * MAGNETISATION) ** 2)
    rate *= np.sign(force) / (1 + alpha**2)
    period = np.pi / abs(rate)
    time, position, angle = drive(comm, drift, alpha, beta, 1.25 * period)
    angle *= np.sign(rate)
    first = np.interp(angle[-1] - np.pi, angle, time)
    found_period = time[-1] - first
    velocity = (position[-1] - np.interp(first, time, position)) / found_period
    expected = drift * beta / alpha - WALL * rate / alpha
    # Nearer to the breakdown √(a² - b²) passes on a²/(a² - b²) times the error of a ∝ 1/Δ.
    tolerance = TOLERANCE * excess**2 / (excess**2 - 1)
    case = f"u = {excess:g} u_W, α = {alpha:g}, β = {beta:g}"
    because = "tolerance: P1 (h/Δ)²/4, narrowing κ/4, times a²/(a² - b²)"
    check(
        f"Time of half a turn, {case}, ns",
        found_period * 1e9,
        period * 1e9,
        tolerance * period * 1e9,
        f"π/ω; {because}",
    )
    check(
        f"Mean velocity, {case}, m/s",
        velocity,
        expected,
        tolerance * abs(expected),
        f"Thiaville et al. (2005), Mougin et al. (2007); {because}",
    )
    marks = np.linspace(first, time[-1], 6)
    plot(
        f"Wall at {excess:g} times Walker's breakdown: α = {alpha:g}, β = {beta:g}",
        "t / ns",
        "position of the wall / nm",
        {"run": (time * 1e9, (position - position[0]) * 1e9)},
        {
            "slope ⟨v⟩ of theory over half a turn": (
                marks * 1e9,
                (np.interp(first, time, position) - position[0] + expected * (marks - first)) * 1e9,
            )
        },
    )


@pytest.mark.analytic
def test_below_breakdown(comm, check, plot):
    """v = uβ/α, at the angle sin 2ψ = u/u_W."""
    alpha, beta, fraction = 0.5, 1.0, 0.6
    drift = fraction * walker_drift(alpha, beta)
    settling = (1 + alpha**2) / (
        alpha * GYROMAGNETIC_RATIO * MAGNETISATION * np.sqrt(1 - fraction**2)
    )
    time, position, angle = drive(comm, drift, alpha, beta, 8 * settling)
    velocity = (position[-1] - position[-11]) / (time[-1] - time[-11])
    steady = drift * beta / alpha
    because = "P1 (h/Δ)²/4, narrowing κ/4"
    check(
        f"Velocity below breakdown, u = {fraction:g} u_W, m/s",
        velocity,
        steady,
        TOLERANCE * steady,
        f"uβ/α; {because}",
    )
    check(
        "sin 2ψ of the wall below breakdown",
        np.sin(2 * angle[-1]),
        fraction,
        TOLERANCE * fraction,
        f"u/u_W; {because}",
    )
    middle = 0.5 * (time[1:] + time[:-1])
    plot(
        "Wall below Walker's breakdown",
        "t / ns",
        "velocity of the wall / m/s",
        {"run": (middle * 1e9, np.diff(position) / np.diff(time))},
        {"uβ/α": (middle[::6] * 1e9, np.full(len(middle[::6]), steady))},
    )
