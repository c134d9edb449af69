"""Grains: their size and spread, and that they depend on nothing but their seed."""

from dataclasses import replace

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.solvers import Disorder, Film, Material
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.terms.disorder import tilted
from hebbfilm.solvers.terms.grains import grain_numbers

LAYOUT = wheel(mesh_size=15e-9)


@pytest.mark.cross_method
def test_grains_do_not_depend_on_the_ranks(comm):
    disorder, axes, constants = Disorder(50e-9, 0.1, 10.0, seed=3), [], []
    for c in (comm, MPI.COMM_SELF):
        film_mesh = mesh_film(LAYOUT, c)
        grainy = disorder.applied_to(film_mesh, Material())
        axes.append(film_mesh.numbering.gather(grainy.easy_axis))
        constants.append(film_mesh.numbering.gather(grainy.uniaxial_anisotropy))
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
    grainy = disorder.applied_to(film_mesh, Material(uniaxial_anisotropy=3e5))
    x, y, z, constant = np.unique(
        np.column_stack([grainy.easy_axis, grainy.uniaxial_anisotropy]), axis=0
    ).T
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
    x, y, z = np.unique(disorder.applied_to(film_mesh, Material()).easy_axis, axis=0).T
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
    axis = disorder.applied_to(film_mesh, material).easy_axis
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


NAMES = ("exchange_stiffness", "saturation_magnetisation", "conductivity")


@pytest.mark.analytic
def test_every_parameter_deviates_by_itself():
    """Independent normal numbers: means 0, variances 1, no correlation, to 4 standard errors."""
    film_mesh = mesh_film(strip(2e-6, 2e-6, mesh_size=40e-9), MPI.COMM_SELF)
    deviations = dict.fromkeys(NAMES, 0.1)
    disorder = Disorder(40e-9, relative_deviation=0.1, deviations=deviations, seed=5)
    mean, grainy = Material(), disorder.applied_to(film_mesh, Material())
    factors = [
        (getattr(grainy, name) / getattr(mean, name) - 1) / 0.1
        for name in (*NAMES, "uniaxial_anisotropy")
    ]
    numbers = np.unique(np.column_stack(factors), axis=0)
    error = 1 / np.sqrt(len(numbers))
    assert len(numbers) > 1000
    np.testing.assert_allclose(numbers.mean(axis=0), 0, atol=4 * error)
    np.testing.assert_allclose(np.cov(numbers.T), np.eye(4), atol=4 * np.sqrt(2) * error)
    # What is not named stays as it was.
    assert replace(grainy, **{n: getattr(mean, n) for n in NAMES}).damping == mean.damping
    fewer = Disorder(40e-9, deviations={"conductivity": 0.1}, seed=5)
    alone = fewer.applied_to(film_mesh, mean)
    np.testing.assert_array_equal(alone.conductivity, grainy.conductivity)
    assert alone.uniaxial_anisotropy == mean.uniaxial_anisotropy


@pytest.mark.analytic
def test_no_grain_changes_the_sign_of_a_parameter():
    """Of a deviation of 0.5, one grain in 14 is beyond 0.9, and is cut to it."""
    film_mesh = mesh_film(strip(2e-6, 2e-6, mesh_size=40e-9), MPI.COMM_SELF)
    disorder = Disorder(40e-9, deviations={"conductivity": 0.5})
    found = disorder.applied_to(film_mesh, Material(conductivity=1e7)).conductivity / 1e7
    np.testing.assert_allclose([found.min(), found.max()], [0.1, 1.9], rtol=1e-12)


@pytest.mark.analytic
@pytest.mark.parametrize("name", ["uniaxial_anisotropy", "conductivity"])
def test_grains_keep_the_borders_of_what_differs_already(comm, name):
    """What jumps from cell to cell jumps by the same factor with grains as without."""
    film_mesh = mesh_film(strip(200e-9, 100e-9, mesh_size=20e-9), comm)
    beyond = film_mesh.coordinates[film_mesh.cells].mean(axis=1)[:, 0] > 1e-7
    if name == "conductivity":
        disorder = Disorder(50e-9, deviations={"conductivity": 0.1})
    else:
        disorder = Disorder(50e-9, 0.1)
    found = [
        FilmMaterial(film_mesh, disorder.applied_to(film_mesh, Material(**{name: base})))[name]
        for base in (1e5, np.where(beyond, 3e5, 1e5))
    ]
    expected = found[0].corners * np.where(beyond, 3, 1)[:, None]
    np.testing.assert_allclose(found[1].corners, expected, rtol=1e-14)
    assert found[1].value is None


@pytest.mark.analytic
def test_axes_lean_from_an_axis_that_differs(comm):
    """Each corner by the angles of its grain: as far from its own axis as from any other."""
    film_mesh = mesh_film(strip(200e-9, 100e-9, mesh_size=20e-9), comm)
    disorder = Disorder(50e-9, axis_deviation=10.0)
    tilts = []
    for axis in (
        (0.0, 0.0, 1.0),
        lambda x: np.column_stack([x[:, 0] + 1e-9, x[:, 1], 0 * x[:, 0]]),
    ):
        mean = FilmMaterial(film_mesh, Material(easy_axis=axis))["easy_axis"].corners
        mean = mean / np.linalg.norm(mean, axis=2, keepdims=True)
        grainy = disorder.applied_to(film_mesh, Material(easy_axis=axis))
        found = FilmMaterial(film_mesh, grainy)["easy_axis"].corners
        tilts.append(np.einsum("ijk,ijk->ij", found, mean))
    np.testing.assert_allclose(tilts[1], tilts[0], atol=1e-13)


@pytest.mark.parametrize(
    ("deviations", "message"),
    [
        (
            {"exchange_stifness": 0.1},
            r"deviations\.exchange_stifness: a material has no such .*did",
        ),
        ({"uniaxial_anisotropy": 0.1}, r"uniaxial_anisotropy: give disorder.relative_deviation"),
        ({"easy_axis": 0.1}, r"deviations\.easy_axis: give disorder\.axis_deviation instead"),
        ({"conductivity": 0.6}, r"deviations\.conductivity = 0\.6: must be 0 to 0\.5"),
        ({"conductivity": -0.1}, r"deviations\.conductivity = -0\.1: must be 0 to 0\.5"),
        ({"conductivity": float("nan")}, r"deviations\.conductivity = nan: must be 0 to 0\.5"),
        ({"conductivity": "5%"}, r"deviations\.conductivity = '5%': must be 0 to 0\.5"),
        ([("conductivity", 0.1)], r"disorder\.deviations = \[.*: must be a Mapping"),
        ({"conductivity": 0.0}, "the grains do not differ"),
    ],
)
def test_impossible_deviations_are_named(deviations, message):
    with pytest.raises(InputError, match=message):
        Disorder(1e-8, deviations=deviations)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("bulk_dmi", r"disorder\.deviations\.bulk_dmi: .* but material\.bulk_dmi = 0"),
        ("heat_transfer_coefficient", r"material\.heat_transfer_coefficient is not given"),
    ],
)
def test_what_is_not_there_cannot_deviate(comm, name, message):
    film_mesh = mesh_film(strip(40e-9, 40e-9, mesh_size=20e-9), comm)
    with pytest.raises(InputError, match=message):
        Film(film_mesh, disorder=Disorder(1e-8, deviations={name: 0.1}))


def test_a_grain_out_of_range_is_named(comm):
    film_mesh = mesh_film(strip(200e-9, 200e-9, mesh_size=20e-9), comm)
    disorder = Disorder(2e-8, deviations={"polarisation": 0.3})
    with pytest.raises(
        InputError, match=r"material\.polarisation: 1\..* somewhere: must be between"
    ):
        Film(film_mesh, Material(polarisation=0.9), disorder=disorder)


def test_nanometres_typed_as_metres_are_seen():
    with pytest.raises(InputError, match=r"grain_diameter = 20: .* did you mean 2e-08\?"):
        Disorder(20, relative_deviation=0.1)
