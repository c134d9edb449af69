"""Grains: their size and spread, and that they depend on nothing but their seed."""

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.solvers import Disorder, Film, Material
from hebbfilm.solvers.terms.disorder import tilted
from hebbfilm.solvers.terms.grains import grain_numbers

LAYOUT = wheel(mesh_size=15e-9)


@pytest.mark.cross_method
def test_grains_do_not_depend_on_the_ranks(comm):
    disorder, axes, constants = Disorder(50e-9, 0.1, 10.0, seed=3), [], []
    for c in (comm, MPI.COMM_SELF):
        film_mesh = mesh_film(LAYOUT, c)
        anisotropy = disorder.anisotropy(film_mesh, Material())
        axes.append(film_mesh.numbering.gather(anisotropy.axis))
        constants.append(film_mesh.numbering.gather(anisotropy.constant))
    if comm.rank == 0:
        np.testing.assert_array_equal(*axes)
        np.testing.assert_array_equal(*constants)


@pytest.mark.analytic
def test_grains_do_not_depend_on_the_points():
    """Any few of the points, and so any mesh or outline, see the same grains; z does not matter."""
    points = np.random.default_rng(0).uniform(-1e-6, 2e-6, (5000, 3))
    numbers = grain_numbers(points, diameter=50e-9, seed=7)
    for some in (slice(0, 1), slice(10, 13), slice(100, 4000)):
        found = grain_numbers(points[some, :2], diameter=50e-9, seed=7)
        np.testing.assert_array_equal(found, numbers[some])
    assert not np.any(grain_numbers(points, diameter=50e-9, seed=8) == numbers)
    assert grain_numbers(points[:0], diameter=50e-9, seed=7).shape == (0, 4)


@pytest.mark.analytic
def test_grains_have_their_diameter_and_their_spread():
    """Grains per area, and independent standard normal numbers."""
    x = np.linspace(-2e-6, 2e-6, 801)
    points = np.column_stack([axis.ravel() for axis in np.meshgrid(x, x)])
    grains = np.unique(grain_numbers(points, diameter=1e-7, seed=0), axis=0)
    # Cells of a Poisson-Voronoi tessellation of density 1 that meet a convex region of area A and
    # perimeter L: A + L·4/2π + 1 on average (the mean cell has perimeter 4 and area 1), with a
    # variance that is close to the count.
    expected = 40**2 + 160 * 4 / (2 * np.pi) + 1
    assert len(grains) == pytest.approx(expected, abs=4 * np.sqrt(expected))
    # Standard errors of a mean and of a covariance of n numbers: 1/√n, and √2/√n on the diagonal.
    error = 1 / np.sqrt(len(grains))
    np.testing.assert_allclose(grains.mean(axis=0), 0, atol=4 * error)
    np.testing.assert_allclose(np.cov(grains.T), np.eye(4), atol=4 * np.sqrt(2) * error)


@pytest.mark.analytic
def test_axes_lean_by_their_deviation(comm):
    """Each of two angles across the easy axis is normal, so that tan is not involved."""
    axis = np.array([1.0, 2.0, -2.0]) / 3
    angles = np.radians(20) * np.random.default_rng(1).standard_normal((4000, 2))
    found = tilted(np.tile(3 * axis, (4000, 1)), angles)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-14)
    np.testing.assert_allclose(found @ axis, np.cos(np.linalg.norm(angles, axis=1)), atol=1e-14)
    # No direction across the axis is preferred: the mean is along it but for 1/√n.
    across = np.cross(found.mean(axis=0), axis)
    assert np.linalg.norm(across) < 4 * np.radians(20) * np.sqrt(2 / 4000)
    np.testing.assert_allclose(tilted(axis[None], np.zeros((1, 2))), axis[None], atol=1e-15)


@pytest.mark.analytic
def test_grains_spread_by_their_deviations(comm):
    """The mean square of the lean is two of 10 degrees squared; K deviates by a fifth of itself.

    Over n grains the relative error of a mean of squares of k normal numbers each is √(2/kn).
    """
    disorder = Disorder(40e-9, relative_deviation=0.2, axis_deviation=10.0, seed=5)
    film_mesh = mesh_film(strip(2e-6, 2e-6, mesh_size=40e-9), MPI.COMM_SELF)
    anisotropy = disorder.anisotropy(film_mesh, Material(uniaxial_anisotropy=3e5))
    x, y, z, constant = np.unique(np.column_stack([anisotropy.axis, anisotropy.constant]), axis=0).T
    n = len(z)
    assert n > 1000
    lean = np.degrees(np.arctan2(np.hypot(x, y), z))
    assert np.mean(lean**2) == pytest.approx(200.0, rel=4 / np.sqrt(n), abs=0)
    spread = np.mean((constant / 3e5 - 1) ** 2)
    assert spread == pytest.approx(0.04, rel=4 * np.sqrt(2 / n), abs=0)


@pytest.mark.analytic
def test_axes_in_the_plane_of_the_film(comm):
    """Directions uniform on the circle: ⟨cos 2φ⟩ = ⟨sin 2φ⟩ = 0."""
    film_mesh = mesh_film(strip(2e-6, 2e-6, mesh_size=40e-9), MPI.COMM_SELF)
    disorder = Disorder(40e-9, axes="random_in_plane")
    x, y, z = np.unique(disorder.anisotropy(film_mesh, Material()).axis, axis=0).T
    np.testing.assert_array_equal(z, 0)
    # The standard error of the mean of a cosine of n angles is 1/√(2n).
    error = 1 / np.sqrt(2 * len(x))
    assert np.mean(x**2 - y**2) == pytest.approx(0, abs=4 * error)
    assert np.mean(2 * x * y) == pytest.approx(0, abs=4 * error)


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_grains_decide_where_m_points_without_exchange(comm, dimension):
    """With A → 0 each vertex settles along the axis of its grain."""
    disorder = Disorder(50e-9, 0.1, 10.0)
    material = Material(exchange_stiffness=1e-20, interfacial_dmi=0.0)
    film_mesh = mesh_film(strip(200e-9, 100e-9, mesh_size=20e-9), comm, dimension=dimension)
    film = Film(film_mesh, material, disorder=disorder)
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    assert film.relax(5e-9, torque_tolerance=1.0)
    axis = disorder.anisotropy(film_mesh, material).axis
    # A torque of 1 A/m is that of an angle of 1/H_K, H_K = 2K/μ₀M_s = 5.5e5 A/m (at worst 30 %
    # less).
    np.testing.assert_allclose(film.m, axis * np.sign(axis[:, 2:]), atol=1e-5)


def test_grains_without_anisotropy_are_refused(comm):
    film_mesh = mesh_film(strip(40e-9, 40e-9, mesh_size=20e-9), comm)
    with pytest.raises(InputError, match=r"material\.uniaxial_anisotropy = 0"):
        Film(film_mesh, Material(uniaxial_anisotropy=0.0), disorder=Disorder(1e-8, 0.1))


@pytest.mark.parametrize(
    ("values", "message"),
    [((0.0, 0.1), "grain_diameter = 0.0: must be positive"), ((1e-8, -0.1), "relative_deviation"),
     ((1e-8, 0.1, 100.0), "axis_deviation"), ((1e-8, 0.1, 1.0, "plane"), "axes = plane"),
     ((1e-8, 0.1, 1.0, "easy_axis", -1), "seed"), ((1e-8,), "grains do not differ")],
)  # fmt: skip
def test_impossible_disorder_is_named(values, message):
    with pytest.raises(InputError, match=message):
        Disorder(*values)
