"""The tensor of conductivity: anisotropic magnetoresistance and anomalous Hall effect."""

from functools import cache

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Material
from hebbfilm.solvers.conduction.conductivity import Resistivity, current_density
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.materials.film_material import FilmMaterial

AMR = Material(conductivity=1.0, amr_ratio=0.3)
HALL = Material(conductivity=1.0, amr_ratio=0.3, anomalous_hall_ratio=0.4)
ROUND_OFF = 1e-14
"""Of a few dozen products of numbers of the order of one."""


@cache
def small_film(dimension):
    return VertexOperators(
        mesh_film(strip(20e-9, 10e-9, mesh_size=5e-9), MPI.COMM_SELF, dimension=dimension)
    )


def conductivity(m, dimension, material):
    """σ (n, d, d) of a film that is magnetised uniformly along each of m (n, 3), for ρ⊥ = 1.

    Its columns are the currents in fields of 1 V/m along the axes.
    """
    operators = small_film(dimension)
    resistivity = Resistivity(operators, FilmMaterial(operators.film_mesh, material))
    places = operators.film_mesh.coordinates
    # From a corner of the cell that is looked at, so that no large potentials have to cancel.
    places = places - places[operators.cells[0, 0]]
    sigma, j = np.empty((len(m), dimension, dimension)), np.empty((len(operators.cells), dimension))
    for found, direction in zip(sigma, m, strict=True):
        uniform = np.tile(direction, (len(places), 1))
        for k in range(dimension):
            current_density(operators, uniform, resistivity, -places[:, k].copy(), j)
            found[:, k] = j[0]
    return sigma


@pytest.fixture
def m():
    """Directions, (6, 3)."""
    m = np.random.default_rng(0).standard_normal((6, 3))
    return m / np.linalg.norm(m, axis=1, keepdims=True)


@pytest.fixture
def turns():
    """Rotations and their products with the inversion, (6, 3, 3)."""
    rotations = np.linalg.qr(np.random.default_rng(1).standard_normal((3, 3, 3)))[0]
    return np.concatenate([rotations, -rotations])


def applied(matrices, vectors):
    return np.einsum("nij,nj->ni", matrices, vectors)


def transposed(matrices):
    return matrices.transpose(0, 2, 1)


@pytest.mark.analytic
def test_conductivity_turns_with_the_magnetisation(check, m, turns):
    """σ(Rm) = R σ(m) Rᵀ for any orthogonal R, and ρ∥, ρ⊥ are its principal values."""
    sigma = conductivity(m, 3, AMR)
    check(
        "Entries of σ(Rm), 1/ρ⊥",
        conductivity(applied(turns, m), 3, AMR),
        turns @ sigma @ transposed(turns),
        ROUND_OFF,
        "Rσ(m)Rᵀ; round-off",
    )
    check("Entries of σm, 1/ρ⊥", applied(sigma, m), m / 1.3, ROUND_OFF, "m/ρ∥; round-off")


@pytest.mark.analytic
def test_film_inverts_the_in_plane_block(check, m):
    """σ = 1 - Δρ/(1 + Δρ|m∥|²) m∥m∥ᵀ: no current out of the film, not no field."""
    expected = [np.eye(2) - 0.3 / (1 + 0.3 * p @ p) * np.outer(p, p) for p in m[:, :2]]
    check(
        "Entries of σ of a film, 1/ρ⊥",
        conductivity(m, 2, AMR),
        expected,
        ROUND_OFF,
        "1 - Δρ/(1 + Δρ|m∥|²) m∥m∥ᵀ: j_z = 0; round-off",
    )


@pytest.mark.analytic
def test_conductivity_inverts_the_resistivity_with_hall_effect(check, m):
    """All of ρ in 3D, its in-plane block in 2D."""
    # The columns are the fields of unit currents: j + 0.3 m (m · j) + 0.4 m × j.
    rho = np.array(
        [
            np.column_stack([j + 0.3 * n * (n @ j) + 0.4 * np.cross(n, j) for j in np.eye(3)])
            for n in m
        ]
    )
    because = "inverse of ρ⊥j + Δρ m(m·j) + ρ_AH m×j; round-off"
    check(
        "Entries of σ with Hall effect, 1/ρ⊥",
        conductivity(m, 3, HALL),
        np.linalg.inv(rho),
        ROUND_OFF,
        because,
    )
    check(
        "Entries of σ of a film with Hall effect, 1/ρ⊥",
        conductivity(m, 2, HALL),
        np.linalg.inv(rho[:, :2, :2]),
        ROUND_OFF,
        f"j_z = 0; {because}",
    )
    check(
        "Entries of σ(-m) with Hall effect, 1/ρ⊥",
        conductivity(-m, 3, HALL),
        transposed(conductivity(m, 3, HALL)),
        1e-15,
        "Onsager: σ(m)ᵀ; round-off",
    )


@pytest.mark.analytic
def test_conductivity_turns_with_the_axial_magnetisation(check, m, turns):
    """σ(det R R m) = R σ(m) Rᵀ for rotations and reflections R: m is an axial vector."""
    determinants = np.linalg.det(turns)
    assert determinants.min() < 0 < determinants.max()
    turned = determinants[:, None] * applied(turns, m)
    check(
        "Entries of σ(±Rm) with Hall effect, 1/ρ⊥",
        conductivity(turned, 3, HALL),
        turns @ conductivity(m, 3, HALL) @ transposed(turns),
        ROUND_OFF,
        "Rσ(m)Rᵀ, m an axial vector; round-off",
    )
