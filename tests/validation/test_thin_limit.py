"""The 2D film model as the limit t → 0 of the 3D one."""

import numpy as np
import pytest
from scipy.integrate import quad

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material, constant

WALL, LENGTH, H, LAYERS = 7.07e-9, 85e-9, 0.35e-9, 8


@pytest.mark.analytic
def test_resistance_of_a_neel_wall_at_decreasing_thickness(comm, check):
    """R(2D) - R(3D) = t/(12 w) ∫ ρ_xz'²/ρ_xx dx, of the order t² in relation to R.

    In 2D j_z = 0, so that R = ∫ ρ_xx dx/(wt). In 3D the current may also turn within the film by a
    stream function ψ: j = (J + ∂_z ψ, -∂_x ψ). Its power per width is ∫ ρ_xx (∂_z ψ)²
    + 2Jρ_xz' ψ to leading order in t, lowest for ψ = J ρ_xz' (z² - t²/4)/(2ρ_xx), |z| < t/2.
    """
    material, width = Material(amr_ratio=1.0), 3 * H
    rho = material.perpendicular_resistivity

    def profile(x, centre):
        xi = (x[:, 0] - centre) / WALL
        return np.column_stack([1 / np.cosh(xi), 0 * xi, -np.tanh(xi)])

    def integrand(x):
        sech, tanh = 1 / np.cosh(x / WALL), np.tanh(x / WALL)
        return (sech * (1 - 2 * tanh**2) / WALL) ** 2 / (1 + sech**2)

    integral = quad(integrand, -LENGTH / 2, LENGTH / 2, limit=200)[0]
    thicknesses = np.array([6e-9, 3e-9])
    differences = []
    for t in thicknesses:
        layout = strip(LENGTH, width, thickness=t, mesh_size=H)
        centre = layout.outline.centroid.x
        resistances = []
        for dimension in (2, 3):
            film = Film(mesh_film(layout, comm, dimension=dimension, layers=LAYERS), material)
            film.set_magnetisation(lambda x, centre=centre: profile(x, centre))
            resistances.append(1 / film.conductance_matrix()[0, 0])
        differences.append((resistances[0] - resistances[1]) * t)
    differences = np.array(differences)
    expected = rho * thicknesses**2 / (12 * width) * integral
    # P1 cannot hold z ρ_xz'(x) on a cell and adds (t/layers)² + h² to t², up to twice in cells
    # that are no boxes; the next power of t is (t/Δ)² smaller, with a constant like 1/12 again.
    mesh = 2 / LAYERS**2 + 2 * (H / thicknesses) ** 2
    next_power = (thicknesses / WALL) ** 2 / 6
    for t, ratio, tolerance in zip(
        thicknesses, differences / expected, mesh + next_power, strict=True
    ):
        check(
            f"R(2D) - R(3D) of a Néel wall in relation to theory, t = {t * 1e9:g} nm",
            ratio,
            1,
            tolerance,
            "t/(12w) ∫ ρ_xz'²/ρ_xx dx; mesh, and the next power of t",
        )
    check(
        "Order in t of R(2D) - R(3D)",
        np.log2(differences[0] / differences[1]),
        2,
        0.2,
        "as above; uneven cells scatter the errors",
    )


@pytest.mark.cross_method
def test_wall_under_current_moves_alike(comm, check, plot):
    """A wall that nothing pins, with AMR, in 2D and in tetrahedra over the same triangles."""
    h, length, thickness, interval = 2e-9, 100e-9, 2e-9, 1e-10
    material = Material(interfacial_dmi=0.0, nonadiabaticity=0.6, amr_ratio=0.5)
    wall = np.sqrt(material.exchange_stiffness / material.uniaxial_anisotropy)
    layout = strip(length, 6e-9, thickness=thickness, mesh_size=h)
    voltage = 60.0 / abs(material.spin_drift_per_current_density) * length / material.conductivity
    velocities, courses = [], {}
    for dimension in (2, 3):
        film = Film(mesh_film(layout, comm, dimension=dimension), material)
        centre = layout.outline.centroid.x

        def profile(x, centre=centre):
            xi = (x[:, 0] - centre) / wall
            return np.column_stack([1 / np.cosh(xi), 0 * xi, -np.tanh(xi)])

        film.set_magnetisation(profile)
        start = film.dynamics.mean_magnetisation()[2]
        samples = [(0.0, 0.0)]

        def record(film, samples=samples, start=start):
            shift = 0.5 * length * (film.dynamics.mean_magnetisation()[2] - start)
            samples.append((film.time, shift))

        film.evolve(
            constant([0.0, voltage], interval), sample_interval=interval / 20, observer=record
        )
        velocities.append(samples[-1][1] / interval)
        courses[f"{dimension}D"] = np.array(samples).T * [[1e12], [1e9]]
    alpha, beta = material.damping, material.nonadiabaticity
    expected = 60.0 * (1 + alpha * beta) / (1 + alpha**2)
    # The cells differ, and with them the error of P1; the current turns within the film by
    # (t/Δ)²/12 of what the wall adds to the resistance.
    tolerance = 0.25 * (h / wall) ** 2 + material.amr_ratio * (thickness / wall) ** 2 / 12
    check(
        "Velocity of a wall in 3D, m/s",
        velocities[1],
        velocities[0],
        tolerance * velocities[0],
        "that in 2D; cells differ by (h/Δ)²/4, current turns by (t/Δ)²/12",
    )
    # The wall raises the resistance by up to 2ΔΔρ/(ρL), and so lowers the current.
    tolerance = 2 * material.amr_ratio * wall / length + 0.25 * (h / wall) ** 2
    check(
        "Velocity of a wall in 2D with AMR, m/s",
        velocities[0],
        expected,
        tolerance * expected,
        "u(1 + αβ)/(1 + α²); the wall's own resistance, P1 (h/Δ)²/4",
    )
    time = np.linspace(0, interval, 6)
    plot(
        "A wall under current as film and as tetrahedra",
        "t / ps",
        "position of the wall / nm",
        {"film": courses["2D"]},
        {
            "tetrahedra": courses["3D"][:, 2::4],
            "u(1 + αβ)t/(1 + α²), without the wall's resistance": (
                time * 1e12,
                expected * time * 1e9,
            ),
        },
    )
