"""Conduction with anomalous Hall effect."""

import numpy as np
import pytest

from hebbfilm.meshing import corbino, mesh_film, square, strip, wheel
from hebbfilm.solvers import Electrodes, Film, Material


@pytest.mark.analytic
@pytest.mark.parametrize(("dimension", "angle"), [(2, 0.0), (2, 60.0), (3, 0.0)])
def test_hall_bar(comm, check, dimension, angle):
    """E_y = ρ_AH cos θ j_x and E_x = ρ⊥ j_x far from the ends, for m at θ from z towards y."""
    theta = np.radians(angle)
    length, width = 600e-9, 60e-9
    layout = strip(length, width, mesh_size=10e-9)
    material = Material(amr_ratio=0.1, anomalous_hall_ratio=0.2)
    film = Film(mesh_film(layout, comm, dimension=dimension), material)
    film.set_magnetisation(np.array([0.0, np.sin(theta), np.cos(theta)]))
    conduction = film.solve_current([1e-3, 0.0])
    middle = np.abs(film.film_mesh.coordinates[:, 0] - length / 2) < width / 2
    cells = middle[film.operators.cells].all(axis=1)
    j = conduction.current_density[cells]
    field = -np.einsum(
        "cad,ca->cd",
        film.operators.gradients[cells],
        conduction.potential[film.operators.cells[cells]],
    )
    rho = material.perpendicular_resistivity
    scale = rho * np.abs(j[:, 0])
    # End effects decay as exp(-π x/w): e^{-4π} ≈ 4e-6 at 4 w from the ends.
    case, ends = f"m at {angle:g}° from z, {dimension}D", "ends decay as exp(-πx/w)"
    check(
        f"E_x/(ρ⊥j_x) of a Hall bar, {case}",
        field[:, 0] / scale,
        rho * j[:, 0] / scale,
        1e-5,
        f"m stands across the current; {ends}",
    )
    hall = material.anomalous_hall_resistivity * np.cos(theta)
    check(
        f"E_y/(ρ⊥j_x) of a Hall bar, {case}",
        field[:, 1] / scale,
        hall * j[:, 0] / scale,
        1e-5,
        f"ρ_AH cos θ/ρ⊥; {ends}",
    )


@pytest.mark.analytic
def test_hall_corbino_disc(comm, check):
    """The ring shorts the Hall field: G = 2πσ_rr t/ln(b/a), σ_rr = ρ⊥/(ρ⊥² + ρ_AH²)."""
    a, b, h = 50e-9, 150e-9, 8e-9
    material = Material(amr_ratio=0.0, anomalous_hall_ratio=0.5)
    film = Film(mesh_film(corbino(a, b, thickness=1e-9, mesh_size=h), comm), material)
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    expected = 2 * np.pi * material.conductivity / 1.25 * 1e-9 / np.log(b / a)
    # The interpolation error of ln r gives (h/a)²/(12 ln(b/a)), and the polygon adds its like.
    check(
        "G of a Corbino disc with Hall effect, mS",
        film.conductance_matrix()[0, 0] * 1e3,
        expected * 1e3,
        (h / a) ** 2 / 6 * expected * 1e3,
        "2πσ_rr t/ln(b/a), σ_rr = ρ⊥/(ρ⊥² + ρ_AH²); ln r and the polygon (h/a)²/6",
    )


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("resistance", [0.0, 1e-14])
def test_onsager_relation_in_a_maze(comm, check, dimension, resistance):
    """G(-m) = G(m)ᵀ, rows and columns sum to zero, and the power is positive and that of E · j."""
    material = Material(amr_ratio=0.5, anomalous_hall_ratio=0.5)
    film = Film(
        mesh_film(square(200e-9, 4, 50e-9, mesh_size=10e-9), comm, dimension=dimension),
        material,
        electrodes=Electrodes(resistance),
    )
    # Out of the plane on average, or the Hall fields of random directions cancel.
    film.set_magnetisation(film.operators.random_normal(7) + np.array([0.0, 0.0, 1.0]))
    forward = film.conductance_matrix()
    scale = np.abs(forward).max()
    voltages = np.array([0.05, 0.01, -0.05, -0.02])
    conduction = film.solve_current(voltages.tolist())
    heat = conduction.joule_power() + conduction.interface_power()
    contacts = "with contact resistance" if resistance else "with ideal contacts"
    case, solver = f"of a Hall maze {contacts}, {dimension}D", "tolerance of the solver"
    check(
        f"Heat {case}, μW",
        heat * 1e6,
        conduction.power * 1e6,
        1e-8 * conduction.power * 1e6,
        f"Σ V_i I_i; {solver}",
    )
    check(
        f"Entries of GV {case}, V max G",
        forward @ voltages / scale,
        conduction.currents / scale,
        1e-9,
        f"currents of one solve; {solver}",
    )
    film.set_magnetisation(-film.m)
    backward = film.conductance_matrix()
    assert np.abs(forward - forward.T).max() > 1e-3 * scale
    check(
        f"Entries of G(-m) {case}, relative",
        backward / scale,
        forward.T / scale,
        1e-8,
        f"Onsager: G(m)ᵀ; {solver}",
    )
    for axis, sums in enumerate(("Column", "Row")):
        check(
            f"{sums} sums of G {case}, relative",
            forward.sum(axis=axis) / scale,
            0,
            1e-8,
            f"charge is conserved, equal voltages drive nothing; {solver}",
        )
    check(
        f"Lowest eigenvalue of G + Gᵀ {case}, relative",
        np.linalg.eigvalsh(forward + forward.T)[0] / scale,
        0,
        1e-8,
        f"equal voltages; {solver}",
    )


@pytest.mark.cross_method
def test_hall_film_is_the_limit_of_thin_tetrahedra(comm, check):
    """The same layout in 2D and as one layer of tetrahedra far thinner than it is wide."""
    conductances = []
    for dimension in (2, 3):
        film_mesh = mesh_film(wheel(mesh_size=15e-9), comm, dimension=dimension)
        film = Film(film_mesh, Material(anomalous_hall_ratio=0.3))
        film.set_magnetisation(np.array([0.6, 0.0, 0.8]))
        conductances.append(film.conductance_matrix())
    # E_z ≠ 0 in 3D makes φ differ by |E|t across the film; pads hold only its top: O(t/w) = 1e-2.
    flat, solid = (conductance * 1e3 for conductance in conductances)
    check(
        "Entries of G of a wheel as a film with Hall effect, mS",
        flat,
        solid,
        1e-2 * np.abs(solid),
        "one layer of tetrahedra; t/w: E_z, and pads that hold their top alone",
    )
