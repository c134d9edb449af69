"""Absolute values, from constants of nature and the numbers of a case alone."""

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material, Numerics, constant, rest

ELECTRON_GYROMAGNETIC_RATIO = 28.0249514242e9
"""γ_e/2π in Hz/T, CODATA 2018."""
BOHR_MAGNETON, ELEMENTARY_CHARGE = 9.2740100783e-24, 1.602176634e-19
TESLA = 795774.715459
"""1 T/μ₀ in A/m."""


DENSITY, CONDUCTIVITY, LENGTH, VOLTAGE = 1e12, 5e6, 500e-9, 0.1
"""j = σV/L, in A/m²."""
STIFFNESS, ANISOTROPY, H = 3e-11, 3e4, 4e-9
WALL = np.sqrt(STIFFNESS / ANISOTROPY)


def precession(comm, after_each_step, integrator, **options):
    """Angle in turns of a free moment in 1 T in 0.4 of a turn of an electron, and how exact."""
    tolerance, start = 1e-6, np.array([0.6, 0.0, 0.8])
    material = {"uniaxial_anisotropy": 0.0, "interfacial_dmi": 0.0, "damping": 0.0}
    film = Film(
        mesh_film(strip(20e-9, 20e-9, mesh_size=10e-9), comm),
        Material(**material | options.pop("material", {})),
        applied_field=(0.0, 0.0, TESLA),
        numerics=Numerics(integrator=integrator, step_tolerance=tolerance),
        **options,
    )
    film.set_magnetisation(start)
    steps = after_each_step(film, lambda: None)
    film.evolve(rest(0.4 / ELECTRON_GYROMAGNETIC_RATIO))
    x, y, _ = film.dynamics.mean_magnetisation()
    # Each step errs by its tolerance across the field, or by less.
    return np.arctan2(y, x) / (2 * np.pi), len(steps) * tolerance / (2 * np.pi * start[0])


@pytest.mark.published
@pytest.mark.parametrize("integrator", ["explicit", "implicit"])
def test_electrons_precess_at_28_ghz_in_a_tesla(comm, check, after_each_step, integrator):
    """To the left about the field, without damping."""
    turns, lost = precession(comm, after_each_step, integrator)
    frequency = ELECTRON_GYROMAGNETIC_RATIO * 1e-9
    check(
        f"Precession of a free moment in 1 T, {integrator}, GHz",
        turns / 0.4 * frequency,
        frequency,
        lost / 0.4 * frequency,
        "CODATA 2018; tolerance of all steps",
    )


@pytest.mark.analytic
def test_moments_of_another_ratio_precess_at_another_rate(comm, check, after_each_step):
    """γ₀ = 1.76e5 m/(A s) makes 1.76e5 · 795774.7/2π = 22.2907 GHz."""
    material = {"gyromagnetic_ratio": 1.76e5}
    turns, lost = precession(comm, after_each_step, "explicit", material=material)
    factor = ELECTRON_GYROMAGNETIC_RATIO * 1e-9 / 0.4
    check(
        "Precession in 1 T with γ₀ = 1.76·10⁵ m/(A s), GHz",
        turns * factor,
        22.2907,
        lost * factor + 5e-5,
        "γ₀H/2π; tolerance of all steps, last digit",
    )


def wall(comm, **material):
    """A Bloch wall between up on the left and down on the right, where α = β."""
    film = Film(
        mesh_film(strip(LENGTH, 10e-9, mesh_size=H), comm),
        Material(
            exchange_stiffness=STIFFNESS,
            uniaxial_anisotropy=ANISOTROPY,
            interfacial_dmi=0.0,
            damping=0.1,
            nonadiabaticity=0.1,
            amr_ratio=0.0,
            conductivity=CONDUCTIVITY,
            **material,
        ),
    )

    def profile(x):
        xi = (x[:, 0] - LENGTH / 2) / WALL
        return np.column_stack([0 * xi, 1 / np.cosh(xi), -np.tanh(xi)])

    film.set_magnetisation(profile)
    return film


@pytest.mark.published
@pytest.mark.parametrize(
    ("g", "polarisation", "magnetisation", "velocity"),
    [(2.0, 0.5, 5.8e5, 49.8998), (2.0, 1.0, 8e5, 72.3548), (2.1, -0.4, 8e5, -30.3890)],
)
def test_wall_is_carried_by_a_current_of_1e12(
    comm, check, g, polarisation, magnetisation, velocity
):
    """g μ_B P j/(2 e M_s), along the electrons, where damping is nonadiabaticity.

    The second is the drift of muMAG problem 5. The way is read off ⟨m_z⟩.
    """
    drift = g * BOHR_MAGNETON * polarisation / (2 * ELEMENTARY_CHARGE * magnetisation) * DENSITY
    assert drift == pytest.approx(velocity, rel=1e-6)
    film = wall(comm, saturation_magnetisation=magnetisation, polarisation=polarisation, g_factor=g)
    ways = []
    # The electrons go to the left contact.
    film.evolve(
        constant([VOLTAGE, 0.0], 1e-10),
        sample_interval=2e-11,
        observer=lambda f: ways.append((f.time, f.dynamics.mean_magnetisation()[2] * LENGTH / 2)),
    )
    (start, first), *_, (end, last) = ways
    tolerance = (1.6 * H / WALL) ** 2 / 8 * abs(velocity)
    check(
        f"Velocity of a wall by 10¹² A/m², g = {g:g}, P = {polarisation:g}, "
        f"M_s = {magnetisation * 1e-6:g} MA/m, m/s",
        (first - last) / (end - start),
        velocity,
        tolerance,
        "gμ_BPj/2eM_s, CODATA 2018; P1 (edge/Δ)²/8",
    )
