"""Conduction with anomalous Hall effect: closed forms, and Onsager's relation."""

import numpy as np
import pytest

from meshing import corbino, mesh_film, square, strip, wheel
from solvers import Electrodes, Film, Material
from solvers.conductivity import cell_conductivity

MATERIAL = Material(conductivity=1.0, amr_ratio=0.3, anomalous_hall_ratio=0.4)


def conductivity(m, dimension, material=MATERIAL):
    """σ of one cell whose vertices all carry m."""
    cells = np.arange(dimension + 1, dtype=np.int32)[None, :]
    out = np.empty((1, dimension, dimension))
    cell_conductivity(cells, np.tile(m, (dimension + 1, 1)), material, out)
    return out[0]


def resistivity(m):
    """ρ of which the columns are the fields of unit currents: j + 0.3 m (m · j) + 0.4 m × j."""
    return np.column_stack([j + 0.3 * m * (m @ j) + 0.4 * np.cross(m, j) for j in np.eye(3)])


def random_direction(rng):
    m = rng.standard_normal(3)
    return m / np.linalg.norm(m)


@pytest.mark.analytic
@pytest.mark.parametrize("seed", range(5))
def test_conductivity_inverts_the_resistivity(seed):
    """All of ρ in 3D, its in-plane block in 2D."""
    m = random_direction(np.random.default_rng(seed))
    rho = resistivity(m)
    np.testing.assert_allclose(conductivity(m, 3), np.linalg.inv(rho), atol=1e-14)
    np.testing.assert_allclose(conductivity(m, 2), np.linalg.inv(rho[:2, :2]), atol=1e-14)
    np.testing.assert_allclose(conductivity(-m, 3), conductivity(m, 3).T, atol=1e-15)


@pytest.mark.analytic
@pytest.mark.parametrize("seed", range(5))
def test_conductivity_turns_with_the_axial_magnetisation(seed):
    """σ(det R R m) = R σ(m) Rᵀ for rotations and reflections R: m is an axial vector."""
    rng = np.random.default_rng(seed)
    m = random_direction(rng)
    turn, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    turned = np.linalg.det(turn) * turn @ m
    np.testing.assert_allclose(
        conductivity(turned, 3), turn @ conductivity(m, 3) @ turn.T, atol=1e-14
    )


def test_without_hall_effect_conductivity_is_symmetric_to_the_last_bit():
    m = np.random.default_rng(0).standard_normal((4, 3))
    material = Material(amr_ratio=0.3)
    for dimension in (2, 3):
        cells = np.arange(dimension + 1, dtype=np.int32)[None, :]
        out = np.empty((1, dimension, dimension))
        cell_conductivity(cells, m, material, out)
        np.testing.assert_array_equal(out[0], out[0].T)


@pytest.mark.analytic
@pytest.mark.parametrize(("dimension", "angle"), [(2, 0.0), (2, 60.0), (3, 0.0)])
def test_hall_bar(comm, dimension, angle):
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
    scale = rho * np.abs(j[:, 0]).max(initial=0.0)
    # End effects decay as exp(-π x/w): e^{-4π} ≈ 4e-6 at 4 w from the ends.
    np.testing.assert_allclose(field[:, 0], rho * j[:, 0], atol=1e-5 * scale)
    hall = material.anomalous_hall_resistivity * np.cos(theta)
    np.testing.assert_allclose(field[:, 1], hall * j[:, 0], atol=1e-5 * scale)


@pytest.mark.analytic
def test_hall_corbino_disc(comm):
    """The ring shorts the Hall field: G = 2πσ_rr t/ln(b/a), σ_rr = ρ⊥/(ρ⊥² + ρ_AH²)."""
    a, b, h = 50e-9, 150e-9, 8e-9
    material = Material(amr_ratio=0.0, anomalous_hall_ratio=0.5)
    film = Film(mesh_film(corbino(a, b, thickness=1e-9, mesh_size=h), comm), material)
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    expected = 2 * np.pi * material.conductivity / 1.25 * 1e-9 / np.log(b / a)
    # The interpolation error of ln r gives (h/a)²/(12 ln(b/a)), and the polygon adds its like.
    assert film.conductance_matrix()[0, 0] == pytest.approx(expected, rel=(h / a) ** 2 / 6)


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("resistance", [0.0, 1e-14])
def test_onsager_relation_in_a_maze(comm, dimension, resistance):
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
    assert heat == pytest.approx(conduction.power, rel=1e-8)
    np.testing.assert_allclose(forward @ voltages, conduction.currents, atol=1e-9 * scale)
    film.set_magnetisation(-film.m)
    backward = film.conductance_matrix()
    assert np.abs(forward - forward.T).max() > 1e-3 * scale
    np.testing.assert_allclose(backward, forward.T, atol=1e-8 * scale)
    np.testing.assert_allclose(forward.sum(axis=0), 0, atol=1e-8 * scale)
    np.testing.assert_allclose(forward.sum(axis=1), 0, atol=1e-8 * scale)
    assert np.linalg.eigvalsh(forward + forward.T)[0] > -1e-8 * scale


@pytest.mark.cross_method
def test_hall_film_is_the_limit_of_thin_tetrahedra(comm):
    """The same layout in 2D and as one layer of tetrahedra far thinner than it is wide."""
    conductances = []
    for dimension in (2, 3):
        film_mesh = mesh_film(wheel(mesh_size=15e-9), comm, dimension=dimension)
        film = Film(film_mesh, Material(anomalous_hall_ratio=0.3))
        film.set_magnetisation(np.array([0.6, 0.0, 0.8]))
        conductances.append(film.conductance_matrix())
    # E_z ≠ 0 in 3D makes φ differ by |E|t across the film; pads hold only its top: O(t/w) = 1e-2.
    np.testing.assert_allclose(conductances[0], conductances[1], rtol=1e-2)


@pytest.mark.analytic
def test_iterations_stay_bounded(comm):
    """GMRES gains √(1 - (α/β)²) a step, whatever the mesh, with α ≤ u·σu and |σu| ≤ β for |u| = 1.

    ρ⊥ = 1, Δρ = 0.2, ρ_AH = 0.3: |ρ| ≤ √(1.2² + 0.3²) and u·ρu ≥ 1 give α = 1/1.53 and β = 1, so
    0.757 a step; from L/h = 60 above 1e-10 it takes ln(60 · 1e10)/ln(1/0.757) = 97 steps.
    """
    for h in (20e-9, 10e-9):
        film = Film(mesh_film(wheel(mesh_size=h), comm), Material(anomalous_hall_ratio=0.3))
        film.randomise(seed=2)
        film.conductance_matrix()
        assert film.conduction.iterations_per_solve < 97
