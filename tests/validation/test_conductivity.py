"""The tensor of conductivity: anisotropic magnetoresistance and anomalous Hall effect."""

import numpy as np
import pytest

from solvers import Material
from solvers.conductivity import cell_conductivity

AMR = Material(conductivity=1.0, amr_ratio=0.3)
HALL = Material(conductivity=1.0, amr_ratio=0.3, anomalous_hall_ratio=0.4)
SEEDS = range(5)
ROUND_OFF = 1e-14
"""Of a few dozen products of numbers of the order of one."""


def conductivity(m, dimension, material):
    """σ of one cell whose vertices all carry m, for ρ⊥ = 1."""
    cells = np.arange(dimension + 1, dtype=np.int32)[None, :]
    out = np.empty((1, dimension, dimension))
    cell_conductivity(cells, np.tile(m, (dimension + 1, 1)), material, out)
    return out[0]


def random_direction(rng):
    m = rng.standard_normal(3)
    return m / np.linalg.norm(m)


def cases():
    """A direction and an orthogonal matrix for each seed."""
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        m = random_direction(rng)
        yield m, np.linalg.qr(rng.standard_normal((3, 3)))[0]


@pytest.mark.analytic
def test_conductivity_turns_with_the_magnetisation(check):
    """σ(Rm) = R σ(m) Rᵀ for any rotation R, and ρ∥, ρ⊥ are its principal values."""
    for m, rotation in cases():
        sigma = conductivity(m, 3, AMR)
        check("Entries of σ(Rm), 1/ρ⊥", conductivity(rotation @ m, 3, AMR),
              rotation @ sigma @ rotation.T, ROUND_OFF, "Rσ(m)Rᵀ; round-off")  # fmt: skip
        check("Entries of σm, 1/ρ⊥", sigma @ m, m / 1.3, ROUND_OFF, "m/ρ∥; round-off")


@pytest.mark.analytic
def test_film_inverts_the_in_plane_block(check):
    """σ = 1 - Δρ/(1 + Δρ|m∥|²) m∥m∥ᵀ: no current out of the film, not no field."""
    for m, _ in cases():
        plane = m[:2]
        expected = np.eye(2) - 0.3 / (1 + 0.3 * plane @ plane) * np.outer(plane, plane)
        check("Entries of σ of a film, 1/ρ⊥", conductivity(m, 2, AMR), expected, ROUND_OFF,
              "1 - Δρ/(1 + Δρ|m∥|²) m∥m∥ᵀ: j_z = 0; round-off")  # fmt: skip


def resistivity(m):
    """ρ of which the columns are the fields of unit currents: j + 0.3 m (m · j) + 0.4 m × j."""
    return np.column_stack([j + 0.3 * m * (m @ j) + 0.4 * np.cross(m, j) for j in np.eye(3)])


@pytest.mark.analytic
def test_conductivity_inverts_the_resistivity_with_hall_effect(check):
    """All of ρ in 3D, its in-plane block in 2D."""
    for m, _ in cases():
        rho = resistivity(m)
        because = "inverse of ρ⊥j + Δρ m(m·j) + ρ_AH m×j; round-off"
        check("Entries of σ with Hall effect, 1/ρ⊥", conductivity(m, 3, HALL), np.linalg.inv(rho),
              ROUND_OFF, because)  # fmt: skip
        check("Entries of σ of a film with Hall effect, 1/ρ⊥", conductivity(m, 2, HALL),
              np.linalg.inv(rho[:2, :2]), ROUND_OFF, f"j_z = 0; {because}")  # fmt: skip
        check("Entries of σ(-m) with Hall effect, 1/ρ⊥", conductivity(-m, 3, HALL),
              conductivity(m, 3, HALL).T, 1e-15, "Onsager: σ(m)ᵀ; round-off")  # fmt: skip


@pytest.mark.analytic
def test_conductivity_turns_with_the_axial_magnetisation(check):
    """σ(det R R m) = R σ(m) Rᵀ for rotations and reflections R: m is an axial vector."""
    for m, turn in cases():
        turned = np.linalg.det(turn) * turn @ m
        check("Entries of σ(±Rm) with Hall effect, 1/ρ⊥", conductivity(turned, 3, HALL),
              turn @ conductivity(m, 3, HALL) @ turn.T, ROUND_OFF,
              "Rσ(m)Rᵀ, m an axial vector; round-off")  # fmt: skip
