"""Energies that are not quadratic, or change in time, in a film that moves."""

from dataclasses import dataclass
from itertools import pairwise

from mpi4py import MPI

import numpy as np
import pytest
import ufl

from hebbfilm import (
    Energy,
    Film,
    Material,
    Numerics,
    Torque,
    gradient,
    mesh_film,
    parameter,
    rest,
    strip,
    wheel,
)
from hebbfilm.solvers.integrators.explicit import Explicit
from hebbfilm.solvers.integrators.midpoint_system import MidpointSystem
from hebbfilm.solvers.materials.constants import GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from tests.solvers.test_local_energy import Cubic

SATURATION = 8e5
MAGNETIC = VACUUM_PERMEABILITY * SATURATION


@dataclass(frozen=True)
class Growing(Energy):
    """K(t) = K t/τ, of an easy axis along z for K > 0."""

    constant: float = parameter("J/m³")
    name = "growing"

    def density(self, m, at):
        return -self.constant * at.time / 1e-10 * m[2] ** 2

    def breakpoints(self):
        return (1e-10,)


@dataclass(frozen=True)
class InTime(Energy):
    """Exchange that is steady for a second."""

    stiffness: float = parameter("J/m")
    name = "in_time"

    def density(self, m, at):
        slope = gradient(m)
        return self.stiffness * ufl.inner(slope, slope) * (1 + at.time / 1e9)


@dataclass(frozen=True)
class Steep(Energy):
    """B |∇m|⁴, of a texture that is dear where it is steep."""

    stiffness: float = parameter("J m")
    name = "steep"

    def density(self, m, at):
        slope = gradient(m)
        return self.stiffness * ufl.inner(slope, slope) ** 2 * ufl.exp(-at.time)


def material(**others):
    given = {"uniaxial_anisotropy": 0.0, "interfacial_dmi": 0.0, "damping": 0.0}
    return Material(saturation_magnetisation=SATURATION, **(given | others))


def macrospin(comm, terms, **numerics):
    film_mesh = mesh_film(strip(20e-9, 20e-9, mesh_size=10e-9), comm)
    return Film(film_mesh, material(), terms=terms, numerics=Numerics(**numerics))


def phases(film, axis, duration, number):
    """The angle about an axis, at so many times in s."""
    across = np.cross(axis, [0.36, -0.48, 0.8])
    across /= np.linalg.norm(across)
    found = []

    def record(film):
        mean = film.dynamics.mean_magnetisation()
        found.append([film.time, np.arctan2(mean @ np.cross(axis, across), mean @ across)])

    segments = rest(duration)
    film.evolve(segments, sample_interval=duration / number, observer=record)
    times, angles = np.array(found).T
    return times, np.unwrap(angles)


@pytest.mark.analytic
@pytest.mark.parametrize("integrator", ["explicit", "implicit"])
@pytest.mark.parametrize(
    ("k1", "axis", "stiffness"),
    [(5e4, (0.0, 0.0, 1.0), 2 * 5e4), (-5e4, (1.0, 1.0, 1.0), 4 / 3 * 5e4)],
    ids=["along an edge", "along a diagonal"],
)
def test_resonance_of_a_cubic_anisotropy(comm, integrator, k1, axis, stiffness):
    """ω = γ₀ 2K₁/μ₀M_s about ⟨100⟩ for K₁ > 0, γ₀ 4|K₁|/3μ₀M_s about ⟨111⟩ for K₁ < 0.

    C. Kittel, Phys. Rev. 73, 155 (1948). An angle of θ = 0.01 changes that by about θ², 1e-4. Steps
    err by 1e-5 in θ each, 1e-3 of the angle about the axis, and random in sign at best: over 4
    turns, 25 rad, 1e-3 allows 2.5e-2.
    """
    film = macrospin(comm, [Cubic(k1)], integrator=integrator, step_tolerance=1e-6)
    axis = np.array(axis) / np.linalg.norm(axis)
    tilt = np.cross(axis, [0.36, -0.48, 0.8])
    film.set_magnetisation(axis + 0.01 * tilt / np.linalg.norm(tilt))
    omega = GYROMAGNETIC_RATIO * stiffness / MAGNETIC
    times, angles = phases(film, axis, 4 * 2 * np.pi / omega, 40)
    slope = np.polyfit(times, angles, 1)[0]
    assert abs(slope) == pytest.approx(omega, rel=1e-3)


@pytest.mark.analytic
@pytest.mark.parametrize("integrator", ["explicit", "implicit"])
def test_anisotropy_that_grows(comm, integrator):
    """φ = -∫ γ₀ 2K(t) cos ϑ/μ₀M_s dt = γ₀ K cos ϑ t²/(τ μ₀M_s), up to sign, without damping."""
    film = macrospin(comm, [Growing(1e5)], integrator=integrator, step_tolerance=1e-6)
    assert film.kinks == (1e-10,)
    theta = 0.4
    film.set_magnetisation([np.sin(theta), 0.0, np.cos(theta)])
    duration = 1.5e-10
    film.evolve(rest(duration))
    expected = GYROMAGNETIC_RATIO * 1e5 * np.cos(theta) * duration**2 / (1e-10 * MAGNETIC)
    found = np.arctan2(film.m[:, 1], film.m[:, 0])
    # 5 rad; steps of a tolerance of 1e-6 or less, a hundred or two.
    turns = np.exp(1j * (found - expected))
    np.testing.assert_allclose(turns, 1, atol=2e-3)
    np.testing.assert_allclose(film.m[:, 2], np.cos(theta), atol=1e-3)


@pytest.mark.cross_method
@pytest.mark.parametrize(
    "kind", [Cubic(2e6), Steep(1e-26), None], ids=["local", "slopes", "torque"]
)
def test_newton_converges_quadratically(comm, kind):
    """Each correction is of the order of the square of the one before; GMRES leaves 1e-9."""
    torques = [] if kind else [Bending(3e11)]
    film = Film(
        mesh_film(wheel(mesh_size=30e-9), comm),
        material(),
        terms=[kind] if kind else [],
        torques=torques,
    )
    film.set_magnetisation(
        lambda x: np.column_stack(
            [np.cos(x[:, 0] / 3e-8), np.sin(x[:, 1] / 4e-8), 0.7 + 0 * x[:, 0]]
        )
    )
    dynamics = film.dynamics
    dynamics.measure_stiffness()
    system, half = MidpointSystem(dynamics), np.zeros((film.operators.owned, 3))
    sizes = []
    for _ in range(5):
        system.evaluate(1.2 / dynamics.spectrum().rate, half)
        correction = system.solve(1e-9)
        sizes.append(dynamics.maximum(float(np.abs(correction).max(initial=0.0))))
        half += correction
    for before, after in pairwise(sizes[1:]):
        assert after < 3 * before**2 + 1e-8 * before + 1e-14


@dataclass(frozen=True)
class Bending(Torque):
    """Not linear in m."""

    rate: float = parameter("1/s")
    name = "bending"

    def torque(self, m, at):
        return self.rate * ufl.cross(m, ufl.as_vector([m[1] ** 2, m[2] * m[0], ufl.exp(m[0])]))


@pytest.mark.analytic
@pytest.mark.parametrize("k1", [2e6, -2e6])
@pytest.mark.parametrize("share", [1.0, 1.6])
def test_limit_of_stability_of_a_strong_anisotropy(comm, k1, share):
    """Within it, deviations from the easy axes die down; at 1.6 times it one of K₁ > 0 grows.

    The limit is 0.85 of that of the scheme, and the margin of the stiffness 1.1: at 1.6 times it
    steps are 1.24 times what is stable. About ⟨111⟩ the field is weaker by 2/3.
    """
    film = Film(
        mesh_film(wheel(mesh_size=40e-9), comm),
        material(damping=0.02, exchange_stiffness=1e-16),
        terms=[Cubic(k1)],
    )
    axis = np.array([0.0, 0.0, 1.0]) if k1 > 0 else np.ones(3) / np.sqrt(3)
    film.set_magnetisation(axis + 1e-3 * film.operators.random_normal(seed=1))
    integrator = Explicit(film.dynamics, tolerance=1e3)
    integrator.begin()
    integrator._limits = [(scheme, share * limit) for scheme, limit in integrator._limits]
    for _ in range(1000):
        integrator.step = max(limit for _, limit in integrator._limits)
        integrator.advance(1e-6, film.m.copy())
    deviation = film.dynamics.maximum(float(np.abs(film.m - axis).max(initial=0.0)))
    assert (deviation > 0.05) == (share > 1 and k1 > 0)


@pytest.mark.cross_method
@pytest.mark.parametrize("dimension", [2, 3])
def test_energy_with_slopes_is_that_of_the_couplings(comm, dimension):
    """Of exchange, as a form that is assembled at each stage; couplings are kept in 32 bits."""
    film_mesh = mesh_film(wheel(mesh_size=30e-9), comm, dimension=dimension)
    other = Film(film_mesh, material(exchange_stiffness=1.3e-11))
    film = Film(film_mesh, material(exchange_stiffness=1e-30), terms=[InTime(1.3e-11)])
    for each in (film, other):
        each.randomise(seed=3)
    fields = [each.dynamics.effective_field() for each in (film, other)]
    np.testing.assert_allclose(*fields, rtol=0, atol=3e-7 * np.abs(fields[1]).max())
    assert film.dynamics.energies()["in_time"] == pytest.approx(
        other.dynamics.energies()["exchange"], rel=1e-7
    )
    # The power method comes to the largest of a cluster from below, the margin is 1.3, and that
    # bound adds |m · H|, as large at random m.
    assert 1 < film.dynamics.largest_field / other.dynamics.largest_field < 3


@pytest.mark.cross_method
@pytest.mark.parametrize("term", [Cubic(3e5), Steep(1e-26)], ids=["local", "slopes"])
def test_integrators_agree(comm, term):
    """To the tolerance of some ten steps."""
    found = []
    for integrator in ("explicit", "implicit"):
        film = Film(
            mesh_film(wheel(mesh_size=20e-9), comm),
            material(damping=0.1),
            terms=[term],
            numerics=Numerics(integrator=integrator, step_tolerance=1e-5),
        )
        film.set_magnetisation(
            lambda x: np.column_stack(
                [np.cos(x[:, 0] / 3e-8), np.sin(x[:, 1] / 4e-8), 0.7 + 0 * x[:, 0]]
            )
        )
        film.evolve(rest(5e-12))
        found.append(film.m.copy())
    assert np.abs(found[0] - found[1]).max() < 1e-3


@pytest.mark.analytic
@pytest.mark.parametrize("term", [Cubic(3e5), Steep(1e-26)], ids=["local", "slopes"])
def test_energy_never_rises(comm, term):
    """With damping and nothing that drives; the sum rounds off at 1e-12 of its largest part."""
    film = Film(mesh_film(wheel(mesh_size=20e-9), comm), material(damping=0.3), terms=[term])
    film.randomise(seed=1)
    energies = []

    def record(film):
        energies.append(sum(film.dynamics.energies().values()))

    film.relax(2e-11, torque_tolerance=0.0, sample_interval=1e-12, observer=record)
    assert np.all(np.diff(energies) < 1e-12 * np.abs(energies).max())
    before = film.dynamics.energies()
    film.minimise()
    assert sum(film.dynamics.energies().values()) < sum(before.values())
    assert film.dynamics.largest_torque() < 10.0


@pytest.mark.cross_method
@pytest.mark.skipif(MPI.COMM_WORLD.size == 1, reason="compares several ranks with one")
def test_ranks_agree(comm):
    """On all of them and on each alone, to the tolerance of some ten steps."""

    def moved(comm):
        film = Film(
            mesh_film(wheel(mesh_size=20e-9), comm),
            material(damping=0.1),
            terms=[Cubic(lambda x: 3e5 * (1 + np.sin(x[:, 0] / 5e-8))), Steep(1e-26)],
            torques=[Bending(lambda x: 1e10 * (1 + np.cos(x[:, 1] / 5e-8)))],
            numerics=Numerics(integrator="explicit", step_tolerance=1e-5),
        )
        film.randomise(seed=2)
        film.relax(2e-12, torque_tolerance=0.0)
        m = comm.bcast(film.film_mesh.numbering.gather(film.m))
        return m, film.dynamics.energies()

    (found, energies), (alone, expected) = moved(comm), moved(MPI.COMM_SELF)
    assert np.abs(found - alone).max() < 1e-4
    assert energies == pytest.approx(expected, rel=1e-4)
