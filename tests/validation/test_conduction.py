"""Conduction of films and of what is joined of them, and the conductance matrix."""

import numpy as np
import pytest

from hebbfilm.meshing import corbino, mesh_film, square, strip, wheel
from hebbfilm.solvers import Film, Material

THICKNESS = 1e-9
ISOTROPIC = Material(amr_ratio=0.0)
SOLVER = "tolerance of the solver"


def make_film(layout, comm, material, direction=(0.0, 0.0, 1.0), **options):
    film = Film(mesh_film(layout, comm, **options), material)
    film.set_magnetisation(np.array(direction))
    return film


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_strip(comm, check, dimension):
    """G = σ w t/L; P1 holds the linear potential exactly: the solver's tolerance is left."""
    layout = strip(200e-9, 50e-9, thickness=THICKNESS, mesh_size=10e-9)
    film = make_film(layout, comm, ISOTROPIC, dimension=dimension)
    conductance = ISOTROPIC.conductivity * 50e-9 * THICKNESS / 200e-9
    expected = conductance * np.array([[1, -1], [-1, 1]])
    check(
        f"Entries of G of a strip in {dimension}D, mS",
        film.conductance_matrix() * 1e3,
        expected * 1e3,
        1e-8 * conductance * 1e3,
        f"σwt/L; P1 is exact: {SOLVER}",
    )


@pytest.mark.analytic
def test_corbino_disc_converges_at_second_order(comm, check, conformal_radii):
    """G = 2πσt/ln(b/a); P1 energies converge at second order, so halving h quarters the error.

    The circles are polygons, whose part of the error is as large and of the other sign. Against
    G of the polygons P1 is left; their corners see each other by (a/b)^n, n ≥ 20.
    """
    a, b = 50e-9, 150e-9
    conductivity = 2 * np.pi * ISOTROPIC.conductivity * THICKNESS
    errors = []
    for h in (16e-9, 8e-9):
        film = make_film(corbino(a, b, thickness=THICKNESS, mesh_size=h), comm, ISOTROPIC)
        found = film.conductance_matrix()[0, 0]
        inner, outer = (round(2 * np.pi * r / h) for r in (a, b))
        ratio = b * conformal_radii(outer)[0] / (a * conformal_radii(inner)[1])
        errors.append(found / conductivity * np.log(ratio) - 1)
    # The interpolation error of ln r gives (h/a)²/(12 ln(b/a)), and the polygon adds its like.
    check(
        "Relative error of G of a Corbino disc",
        found / conductivity * np.log(b / a) - 1,
        0,
        (8e-9 / a) ** 2 / 6,
        "2πσt/ln(b/a); ln r and the polygon, (h/a)²/6",
    )
    check(
        "Order in h of G of a Corbino disc",
        np.log2(errors[0] / errors[1]),
        2,
        0.4,
        "P1 on polygons; uneven cells scatter the errors",
    )


@pytest.mark.analytic
def test_van_der_pauw_square(comm, check):
    """R = ρ ln 2/(πt) (1 - 4 (c'/D)²/(16 ln 2)) for four contacts of length c on a square.

    Van der Pauw's correction is for a disc of diameter D; the conformal map of the square to it
    stretches the middle of an edge so that c'/D = 1.3110 c/side, with 1.3110 = ∫₀¹ dw/√(1 - w⁴).
    """
    side, length, fine = 400e-9, 20e-9, 2.5e-9
    layout = square(
        side,
        contacts=4,
        contact_length=length,
        thickness=THICKNESS,
        mesh_size=10e-9,
        contact_mesh_size=fine,
    )
    conductance = make_film(layout, comm, ISOTROPIC).conductance_matrix()
    # Current enters at the first contact and leaves at the second; the fourth is grounded.
    potentials = np.linalg.solve(conductance[:3, :3], [1.0, -1.0, 0.0])
    points = np.log(2) / (np.pi * ISOTROPIC.conductivity * THICKNESS)
    correction = 4 * (1.3110 * length / side) ** 2 / (16 * np.log(2))
    # The mesh resolves the singular ends of a contact to h/c of what the contact does, and the
    # rest to (h/side)².
    tolerance = correction * fine / length + (10e-9 / side) ** 2
    check(
        "R of a square by van der Pauw, ρ ln 2/(πt)",
        abs(potentials[2]) / points,
        1 - correction,
        tolerance,
        "1 - 4(c'/D)²/(16 ln 2) for contacts of length c; mesh h/c of that and (h/side)²",
    )


@pytest.mark.analytic
@pytest.mark.parametrize("angle", [0.0, 30.0, 45.0, 90.0])
def test_long_strip_with_planar_hall_field(comm, check, angle):
    """ρ = ρ⊥ + Δρ cos²φ and E_y = Δρ sin φ cos φ J, away from the ends of a long strip."""
    phi = np.radians(angle)
    length, width = 600e-9, 60e-9
    layout = strip(length, width, thickness=THICKNESS, mesh_size=10e-9)
    material = Material(amr_ratio=0.1)
    film = make_film(layout, comm, material, (np.cos(phi), np.sin(phi), 0.0))
    conduction = film.solve_current([1e-3, 0.0])
    from_middle = np.abs(film.film_mesh.coordinates[:, 0] - layout.outline.centroid.x)
    cells = (from_middle < width / 2)[film.operators.cells].all(axis=1)
    j = conduction.current_density[cells]
    field = -np.einsum(
        "cad,ca->cd",
        film.operators.gradients[cells],
        conduction.potential[film.operators.cells[cells]],
    )
    difference = material.resistivity_difference
    along = material.perpendicular_resistivity + difference * np.cos(phi) ** 2
    # End effects decay as exp(-π x/w): e^{-4π} ≈ 4e-6 at 4 w from the ends.
    transverse = difference * np.sin(phi) * np.cos(phi) * j[:, 0]
    scale = along * np.abs(j[:, 0])
    ends = "ends decay as exp(-πx/w)"
    check(
        f"E_x/(ρj_x) in a long strip, m at {angle:g}° to it",
        field[:, 0] / scale,
        1,
        1e-5,
        f"ρ = ρ⊥ + Δρ cos²φ; {ends}",
    )
    check(
        f"Planar Hall field E_y/(ρj_x), m at {angle:g}°",
        field[:, 1] / scale,
        transverse / scale,
        1e-5,
        f"Δρ sin φ cos φ/ρ; {ends}",
    )


@pytest.mark.analytic
@pytest.mark.parametrize(("axis", "parallel"), [(0, False), (1, True)])
def test_domains_in_series_and_in_parallel(comm, check, axis, parallel):
    """Two halves with ρ∥ and ρ⊥, joined along or across the current.

    The half-way line cuts through cells, which there take a mixture: an error of h/L.
    """
    length = width = 200e-9
    layout = strip(length, width, thickness=THICKNESS, mesh_size=5e-9)
    material = Material(amr_ratio=0.2)
    film = Film(mesh_film(layout, comm), material)
    centre = layout.outline.centroid.coords[0][axis]
    film.set_magnetisation(
        lambda x: np.where(x[:, [axis]] < centre, [1.0, 0.0, 0.0], [0.0, 0.0, 1.0])
    )
    perpendicular = material.perpendicular_resistivity
    resistivities = np.array([perpendicular * 1.2, perpendicular])
    mean = 1 / np.mean(1 / resistivities) if parallel else resistivities.mean()
    expected = width * THICKNESS / (length * mean)
    check(
        f"G of two domains in {'parallel' if parallel else 'series'}, mS",
        film.conductance_matrix()[0, 0] * 1e3,
        expected * 1e3,
        0.2 * 5e-9 / length * expected * 1e3,
        "means of ρ∥, ρ⊥; cells in between: Δρ h/L",
    )


@pytest.fixture(scope="module")
def maze(comm):
    """A wheel with random directions everywhere: as uneven a σ as there can be."""
    film = Film(mesh_film(wheel(mesh_size=15e-9), comm), Material(amr_ratio=1.0))
    film.randomise(seed=5)
    return film


@pytest.mark.analytic
def test_conductance_matrix_is_symmetric_balanced_and_positive(maze, check):
    conductance = maze.conductance_matrix()
    scale = np.abs(conductance).max()
    relative = conductance / scale
    check("G_ij of a maze, relative", relative, relative.T, 1e-8, f"G_ji; {SOLVER}")
    check(
        "Row sums of G of a maze, relative",
        relative.sum(axis=1),
        0,
        1e-8,
        f"charge is conserved; {SOLVER}",
    )
    check(
        "Lowest eigenvalue of G of a maze, relative",
        np.linalg.eigvalsh(relative)[0],
        0,
        1e-8,
        f"equal voltages; {SOLVER}",
    )
    assert np.all(conductance[~np.eye(4, dtype=bool)] < 0)


@pytest.mark.analytic
def test_power_is_that_of_the_contacts(maze, check):
    voltages = np.array([0.05, 0.01, -0.05, -0.02])
    conduction = maze.solve_current(voltages)
    conductance = maze.conductance_matrix()
    scale, power = abs(conduction.currents).max(), conduction.power
    check(
        "Sum of the currents of a maze, relative",
        conduction.currents.sum() / scale,
        0,
        1e-8,
        f"charge is conserved; {SOLVER}",
    )
    check(
        "Joule heat of a maze, μW",
        conduction.joule_power() * 1e6,
        power * 1e6,
        1e-8 * power * 1e6,
        f"Σ V_i I_i; {SOLVER}",
    )
    check(
        "VᵀGV of a maze, μW",
        voltages @ conductance @ voltages * 1e6,
        power * 1e6,
        1e-8 * power * 1e6,
        f"Σ V_i I_i; {SOLVER}",
    )
    check(
        "Entries of GV of a maze, μA",
        conductance @ voltages * 1e6,
        conduction.currents * 1e6,
        1e-7 * np.abs(conduction.currents) * 1e6,
        f"currents of one solve; {SOLVER}",
    )


@pytest.mark.analytic
def test_floating_contact_carries_no_current(maze, check):
    conduction = maze.solve_current([0.05, None, -0.05, 0.0])
    scale = np.abs(conduction.currents).max()
    check(
        "Current of a floating contact, relative",
        conduction.currents[1] / scale,
        0,
        1e-8,
        f"by definition; {SOLVER}",
    )
    assert -0.05 < conduction.voltages[1] < 0.05


@pytest.mark.cross_method
def test_film_is_the_limit_of_thin_tetrahedra(comm, check):
    """The same layout in 2D and as one layer of tetrahedra far thinner than it is wide."""
    layout = wheel(mesh_size=15e-9)
    conductances = [
        make_film(layout, comm, Material(), (0.6, 0.0, 0.8), dimension=d).conductance_matrix()
        for d in (2, 3)
    ]
    # E_z ≠ 0 in 3D makes φ differ by |E|t across the film; pads hold only its top: O(t/w) = 1e-2.
    flat, solid = (conductance * 1e3 for conductance in conductances)
    check(
        "Entries of G of a wheel as a film, mS",
        flat,
        solid,
        1e-2 * np.abs(solid),
        "one layer of tetrahedra; t/w: E_z, and pads that hold their top alone",
    )
