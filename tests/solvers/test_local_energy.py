"""Energies in UFL that act at each vertex: their field, its derivative, and how stiff they are."""

from dataclasses import dataclass

from mpi4py import MPI

import numpy as np
import pytest
import ufl

from hebbfilm.meshing import mesh_film, wheel
from hebbfilm.solvers import Material
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.parameter import Parameter
from hebbfilm.solvers.terms.conditions import Conditions
from hebbfilm.solvers.terms.energy import Energy, parameter, parameters_on_film
from hebbfilm.solvers.terms.local_energy import LocalEnergy
from hebbfilm.solvers.terms.vertex_symbols import VertexSymbols

SATURATION = 8e5
MAGNETIC = VACUUM_PERMEABILITY * SATURATION


@dataclass(frozen=True)
class Cubic(Energy):
    """K₁ (x²y² + y²z² + z²x²)."""

    k1: Parameter = parameter("J/m³")
    name = "cubic"

    def density(self, m, at):
        x, y, z = (component**2 for component in m)
        return self.k1 * (x * y + y * z + z * x)


@dataclass(frozen=True)
class SecondUniaxial(Energy):
    """K₂ sin⁴ϑ, with the axis along z."""

    k2: Parameter = parameter("J/m³")
    name = "second_uniaxial"

    def density(self, m, at):
        return self.k2 * (1 - m[2] ** 2) ** 2


@dataclass(frozen=True)
class Everything(Energy):
    """What changes with m, place, time, temperature, M_s and parameters."""

    strength: Parameter = parameter("J/m³")
    axis: Parameter = parameter("", (3,))
    name = "everything"

    def density(self, m, at):
        wave = ufl.cos(at.time / 1e-10 + at.position[0] / 5e-8) + at.temperature / 300
        along = ufl.dot(m, self.axis)
        return self.strength * wave * ufl.exp(along) * m[1] + at.saturation_magnetisation * along**3


@pytest.fixture(params=[2, 3])
def operators(request, comm):
    return VertexOperators(mesh_film(wheel(mesh_size=30e-9), comm, dimension=request.param))


def bound(operators, term, saturation=SATURATION):
    material = FilmMaterial(operators.film_mesh, Material(saturation_magnetisation=saturation))
    conditions = Conditions(operators, temperature=150.0)
    symbols = VertexSymbols(conditions, material["saturation_magnetisation"])
    return LocalEnergy(term, parameters_on_film(term, operators.film_mesh), symbols)


def field_of(energy, operators, m, time=0.0):
    out = np.zeros((operators.owned, 3))
    energy.add_field(time, m, out)
    return out


def directions(operators, seed=1):
    m = operators.random_normal(seed)
    return m / np.linalg.norm(m, axis=1, keepdims=True)


def close(found, expected, tolerance=1e-13):
    """Round-off of about 20 operations, if nothing else is said."""
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance * np.abs(expected).max())


@pytest.mark.analytic
def test_cubic_anisotropy(operators):
    """H_x = -(2 K₁/μ₀ M_s) x (y² + z²), and so on."""
    energy, m = bound(operators, Cubic(4e4)), directions(operators)
    squares = m**2
    others = squares.sum(axis=1, keepdims=True) - squares
    close(field_of(energy, operators, m), -2 * 4e4 / MAGNETIC * m * others)
    x, y, z = squares.T
    volumes = operators.vertex_volumes
    close(energy.own_energy(0.0, m), 4e4 * volumes @ (x * y + y * z + z * x))


@pytest.mark.analytic
def test_second_uniaxial_anisotropy(operators):
    """H_z = (4 K₂/μ₀ M_s) z (1 - z²), with sin²ϑ = 1 - z²."""
    energy, m = bound(operators, SecondUniaxial(-3e4)), directions(operators)
    z = m[:, 2]
    expected = np.zeros_like(m)
    expected[:, 2] = 4 * -3e4 / MAGNETIC * z * (1 - z**2)
    close(field_of(energy, operators, m), expected)
    close(energy.own_energy(0.0, m), -3e4 * operators.vertex_volumes @ (1 - z**2) ** 2)


def everything(operators, saturation=SATURATION):
    term = Everything(lambda x: 1e5 * (1 + x[:, 0] / 1e-7), (0.0, 0.6, 0.8))
    return bound(operators, term, saturation)


@pytest.mark.cross_method
@pytest.mark.parametrize(
    "saturation", [SATURATION, lambda x: 5e5 * (2 + np.sin(x[:, 1] / 4e-8))], ids=["one", "many"]
)
def test_field_is_minus_the_slope_of_the_energy(operators, comm, saturation):
    """Of Σ μ₀ M_i V_i m_i · H_i by central differences, exact to h² = 1e-8 and round-off/h."""
    energy = everything(operators, saturation)
    material = FilmMaterial(operators.film_mesh, Material(saturation_magnetisation=saturation))
    moments = material["saturation_magnetisation"].at_vertices(operators)
    moments = VACUUM_PERMEABILITY * moments * operators.vertex_volumes
    m, change, time, h = directions(operators), directions(operators, 2), 3e-11, 1e-4
    ends = [energy.own_energy(time, m + sign * h * change) for sign in (1, -1)]
    slope = comm.allreduce(ends[0] - ends[1]) / (2 * h)
    field = field_of(energy, operators, m, time)
    expected = -comm.allreduce(np.einsum("i,ij,ij", moments, field, change))
    assert slope == pytest.approx(expected, rel=1e-7)


@pytest.mark.cross_method
def test_derivative_is_that_of_the_field(operators):
    """By central differences, exact to h² = 1e-8 and round-off/h."""
    energy = everything(operators)
    m, change, time, h = directions(operators), directions(operators, 2), 3e-11, 1e-4
    ends = [field_of(energy, operators, m + sign * h * change, time) for sign in (1, -1)]
    energy.linearise(time, m)
    found = np.zeros_like(m)
    energy.add_change(change, found)
    close(found, (ends[0] - ends[1]) / (2 * h), 1e-7)


@pytest.mark.analytic
def test_stiffness_is_the_largest_frequency_of_resonance(operators, comm):
    """γ₀ 2K₁/μ₀M_s of a cubic anisotropy, about its easy axes; γ₀ 4|K₂|/μ₀M_s of K₂ sin⁴ϑ.

    The latter is the largest curvature of sin⁴ϑ, at the hard plane: 12 s² - 16 s⁴ along the
    meridian, 4 s² (1 - s²) across it. The margin is 10 %; where there is one value for all, every
    direction is looked at but for 2 % of the stiffness.
    """
    m = directions(operators)
    for term, expected in ((Cubic(4e4), 8e4), (SecondUniaxial(5e4), 20e4)):
        found = comm.allreduce(bound(operators, term).stiffness(0.0, m), MPI.MAX)
        assert expected / MAGNETIC < found < 1.11 * expected / MAGNETIC


@pytest.mark.analytic
def test_stiffness_is_that_of_the_strongest_place(operators, comm):
    """With K₁ twice as large somewhere: again to 10 %, and 2 % by the coarseness of the mesh."""
    there = Cubic(lambda x: 4e4 + 4e4 * np.cos(np.linalg.norm(x[:, :2], axis=1) / 1e-6))
    m = directions(operators)
    found = comm.allreduce(bound(operators, there).stiffness(0.0, m), MPI.MAX)
    assert 0.98 * 16e4 / MAGNETIC < found < 1.11 * 16e4 / MAGNETIC


def test_what_moves(operators):
    assert bound(operators, Cubic(4e4)).varies
    energy, m = everything(operators), directions(operators)
    assert energy.varies
    first = field_of(energy, operators, m, 0.0)
    assert not np.allclose(first, field_of(energy, operators, m, 1e-10), atol=0)
    assert energy.stiffness(0.0, m) != energy.stiffness(1e-10, m)
