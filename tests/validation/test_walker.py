"""A wall driven by a current below and above the Walker breakdown."""

import numpy as np
import pytest

from meshing import mesh_film, strip
from solvers import Film, Material, constant
from solvers.constants import GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY

STIFFNESS, ANISOTROPY, MAGNETISATION = 1e-11, 2e5, 1.8e5
WALL = np.sqrt(STIFFNESS / ANISOTROPY)
HARDNESS = 0.5 * VACUUM_PERMEABILITY * MAGNETISATION**2 / ANISOTROPY
"""κ: the hard axis z in relation to the easy axis x."""
LENGTH, WIDTH, H = 240e-9, 5e-9, 2.5e-9


def drive(comm, drift, alpha, beta, duration):
    """Times in s, positions in m and angles in rad of a head-to-head wall under u = `drift`."""
    material = Material(
        saturation_magnetisation=MAGNETISATION, exchange_stiffness=STIFFNESS,
        uniaxial_anisotropy=ANISOTROPY, easy_axis=(1.0, 0.0, 0.0), interfacial_dmi=0.0,
        damping=alpha, nonadiabaticity=beta, amr_ratio=0.0,
    )  # fmt: skip
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
def test_above_breakdown(comm, alpha, beta, excess):
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
    assert found_period == pytest.approx(period, rel=tolerance)
    assert velocity == pytest.approx(expected, rel=tolerance)


@pytest.mark.analytic
def test_below_breakdown(comm):
    """v = uβ/α, at the angle sin 2ψ = u/u_W."""
    alpha, beta, fraction = 0.5, 1.0, 0.6
    drift = fraction * walker_drift(alpha, beta)
    settling = (1 + alpha**2) / (
        alpha * GYROMAGNETIC_RATIO * MAGNETISATION * np.sqrt(1 - fraction**2)
    )
    time, position, angle = drive(comm, drift, alpha, beta, 8 * settling)
    velocity = (position[-1] - position[-11]) / (time[-1] - time[-11])
    assert velocity == pytest.approx(drift * beta / alpha, rel=TOLERANCE)
    assert np.sin(2 * angle[-1]) == pytest.approx(fraction, rel=TOLERANCE)
