"""Conduction against closed forms, and what must hold for any film."""

import numpy as np
import pytest

from meshing import corbino, mesh_film, square, strip, wheel
from meshing.errors import InputError
from solvers import Film, Material
from solvers.conductivity import cell_conductivity

THICKNESS = 1e-9
ISOTROPIC = Material(amr_ratio=0.0)


def make_film(layout, comm, material, direction=(0.0, 0.0, 1.0), **options):
    film = Film(mesh_film(layout, comm, **options), material)
    film.set_magnetisation(np.array(direction))
    return film


def _conductivity(m, difference, dimension):
    """σ of one cell whose vertices all carry m, for ρ⊥ = 1."""
    cells = np.arange(dimension + 1, dtype=np.int32)[None, :]
    out = np.empty((1, dimension, dimension))
    material = Material(conductivity=1.0, amr_ratio=difference)
    cell_conductivity(cells, np.tile(m, (dimension + 1, 1)), material, out)
    return out[0]


@pytest.mark.analytic
@pytest.mark.parametrize("seed", range(5))
def test_conductivity_turns_with_the_magnetisation(seed):
    """σ(Rm) = R σ(m) Rᵀ for any rotation R, and ρ∥, ρ⊥ are its principal values."""
    rng = np.random.default_rng(seed)
    m = rng.standard_normal(3)
    m /= np.linalg.norm(m)
    rotation, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    sigma = _conductivity(m, 0.3, 3)
    np.testing.assert_allclose(
        _conductivity(rotation @ m, 0.3, 3), rotation @ sigma @ rotation.T, atol=1e-14
    )
    np.testing.assert_allclose(sigma @ m, m / 1.3, atol=1e-14)


@pytest.mark.analytic
@pytest.mark.parametrize("seed", range(5))
def test_film_inverts_the_in_plane_block(seed):
    """σ = 1 - Δρ/(1 + Δρ|m∥|²) m∥m∥ᵀ: no current out of the film, not no field."""
    m = np.random.default_rng(seed).standard_normal(3)
    m /= np.linalg.norm(m)
    plane = m[:2]
    expected = np.eye(2) - 0.3 / (1 + 0.3 * plane @ plane) * np.outer(plane, plane)
    np.testing.assert_allclose(_conductivity(m, 0.3, 2), expected, atol=1e-14)


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_strip(comm, dimension):
    """G = σ w t/L; P1 holds the linear potential exactly: the solver's tolerance is left."""
    layout = strip(200e-9, 50e-9, thickness=THICKNESS, mesh_size=10e-9)
    film = make_film(layout, comm, ISOTROPIC, dimension=dimension)
    conductance = ISOTROPIC.conductivity * 50e-9 * THICKNESS / 200e-9
    expected = conductance * np.array([[1, -1], [-1, 1]])
    np.testing.assert_allclose(film.conductance_matrix(), expected, rtol=1e-8)


@pytest.mark.analytic
def test_corbino_disc_converges_at_second_order(comm):
    """G = 2πσt/ln(b/a); P1 energies converge at second order, so halving h quarters the error."""
    a, b = 50e-9, 150e-9
    expected = 2 * np.pi * ISOTROPIC.conductivity * THICKNESS / np.log(b / a)
    errors = []
    for h in (16e-9, 8e-9):
        film = make_film(corbino(a, b, thickness=THICKNESS, mesh_size=h), comm, ISOTROPIC)
        errors.append(abs(film.conductance_matrix()[0, 0] / expected - 1))
    # The interpolation error of ln r gives (h/a)²/(12 ln(b/a)), and the polygon adds its like.
    assert errors[1] < (8e-9 / a) ** 2 / 6
    assert np.log2(errors[0] / errors[1]) == pytest.approx(2, abs=0.4)


@pytest.mark.analytic
def test_van_der_pauw_square(comm):
    """R = ρ ln 2/(πt) (1 - 4 (c'/D)²/(16 ln 2)) for four contacts of length c on a square.

    Van der Pauw's correction is for a disc of diameter D; the conformal map of the square to it
    stretches the middle of an edge so that c'/D = 1.3110 c/side, with 1.3110 = ∫₀¹ dw/√(1 - w⁴).
    """
    side, length, fine = 400e-9, 20e-9, 2.5e-9
    layout = square(side, contacts=4, contact_length=length, thickness=THICKNESS,
                    mesh_size=10e-9, contact_mesh_size=fine)  # fmt: skip
    conductance = make_film(layout, comm, ISOTROPIC).conductance_matrix()
    # Current enters at the first contact and leaves at the second; the fourth is grounded.
    potentials = np.linalg.solve(conductance[:3, :3], [1.0, -1.0, 0.0])
    points = np.log(2) / (np.pi * ISOTROPIC.conductivity * THICKNESS)
    correction = 4 * (1.3110 * length / side) ** 2 / (16 * np.log(2))
    # The mesh resolves the singular ends of a contact to h/c of what the contact does, and the
    # rest to (h/side)².
    tolerance = correction * fine / length + (10e-9 / side) ** 2
    assert abs(potentials[2]) / points == pytest.approx(1 - correction, abs=tolerance)


@pytest.mark.analytic
@pytest.mark.parametrize("angle", [0.0, 30.0, 45.0, 90.0])
def test_long_strip_with_planar_hall_field(comm, angle):
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
    np.testing.assert_allclose(field[:, 0], along * j[:, 0], rtol=1e-5)
    transverse = difference * np.sin(phi) * np.cos(phi) * j[:, 0]
    scale = along * np.abs(j[:, 0]).max(initial=0.0)
    np.testing.assert_allclose(field[:, 1], transverse, atol=1e-5 * scale)


@pytest.mark.analytic
@pytest.mark.parametrize(("axis", "parallel"), [(0, False), (1, True)])
def test_domains_in_series_and_in_parallel(comm, axis, parallel):
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
    assert film.conductance_matrix()[0, 0] == pytest.approx(expected, rel=0.2 * 5e-9 / length)


@pytest.mark.analytic
def test_current_density_of_a_strip_at_its_vertices(comm):
    """j = σV/L everywhere, the boundary included."""
    film = make_film(strip(200e-9, 50e-9, mesh_size=10e-9), comm, ISOTROPIC)
    found = film.solve_current([1e-3, 0.0]).vertex_current_density()
    expected = ISOTROPIC.conductivity * 1e-3 / 200e-9
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-7)
    np.testing.assert_allclose(found[:, 1], 0, atol=1e-7 * expected)


@pytest.fixture(scope="module")
def maze(comm):
    """A wheel with random directions everywhere: as uneven a σ as there can be."""
    film = Film(mesh_film(wheel(mesh_size=15e-9), comm), Material(amr_ratio=1.0))
    film.randomise(seed=5)
    return film


@pytest.mark.analytic
def test_conductance_matrix_is_symmetric_balanced_and_positive(maze):
    conductance = maze.conductance_matrix()
    scale = np.abs(conductance).max()
    np.testing.assert_allclose(conductance, conductance.T, atol=1e-8 * scale)
    np.testing.assert_allclose(conductance.sum(axis=1), 0, atol=1e-8 * scale)
    assert np.linalg.eigvalsh(conductance)[0] > -1e-8 * scale
    assert np.all(conductance[~np.eye(4, dtype=bool)] < 0)


@pytest.mark.analytic
def test_power_is_that_of_the_contacts(maze):
    voltages = np.array([0.05, 0.01, -0.05, -0.02])
    conduction = maze.solve_current(voltages)
    conductance = maze.conductance_matrix()
    assert conduction.currents.sum() == pytest.approx(0, abs=1e-8 * abs(conduction.currents).max())
    assert conduction.joule_power() == pytest.approx(conduction.power, rel=1e-8)
    assert voltages @ conductance @ voltages == pytest.approx(conduction.power, rel=1e-8)
    np.testing.assert_allclose(conductance @ voltages, conduction.currents, rtol=1e-7)


@pytest.mark.analytic
def test_floating_contact_carries_no_current(maze):
    conduction = maze.solve_current([0.05, None, -0.05, 0.0])
    scale = np.abs(conduction.currents).max()
    assert conduction.currents[1] == pytest.approx(0, abs=1e-8 * scale)
    assert -0.05 < conduction.voltages[1] < 0.05


@pytest.mark.cross_method
def test_film_is_the_limit_of_thin_tetrahedra(comm):
    """The same layout in 2D and as one layer of tetrahedra far thinner than it is wide."""
    layout = wheel(mesh_size=15e-9)
    conductances = [
        make_film(layout, comm, Material(), (0.6, 0.0, 0.8), dimension=d).conductance_matrix()
        for d in (2, 3)
    ]
    # E_z ≠ 0 in 3D makes φ differ by |E|t across the film; pads hold only its top: O(t/w) = 1e-2.
    np.testing.assert_allclose(conductances[0], conductances[1], rtol=1e-2)


def test_wrong_number_of_voltages_is_named(maze):
    with pytest.raises(
        InputError, match=r"3 voltages or currents for 4 contacts \(rim_1, rim_2, rim_3, centre"
    ):
        maze.solve_current([0.0, 1.0, 2.0])


@pytest.mark.parametrize(
    ("name", "value"),
    [("conductivity", -5e6), ("exchange_stiffness", 0.0), ("damping", -0.1), ("amr_ratio", -1.5),
     ("polarisation", 2.0), ("saturation_magnetisation", float("nan"))],
)  # fmt: skip
def test_impossible_material_is_named(name, value):
    with pytest.raises(InputError, match=rf"material\.{name} = "):
        Material(**{name: value})
