"""Orders of convergence of the potential and of the conductance in the mesh size.

P1 elements converge at second order in both: φ in L2 by duality (Aubin-Nitsche), G as an energy of
φ. Orders are those between two unstructured meshes, whose cells scatter the errors by some per
cent, so 0.2 is allowed.
"""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from hebbfilm.meshing import corbino, mesh_film
from hebbfilm.solvers import Film, Material

THICKNESS = 1e-9
INNER, OUTER = 50e-9, 150e-9


def order(errors):
    return np.log2(errors[0] / errors[1])


def l2_error(operators, potential, exact):
    """‖φ_h - φ‖ by a rule on each triangle that is exact to degree 5 (Strang and Fix)."""
    a, b = (6 - np.sqrt(15)) / 21, (6 + np.sqrt(15)) / 21
    points = [np.full(3, 1 / 3)]
    points += [np.roll([1 - 2 * s, s, s], k) for s in (a, b) for k in range(3)]
    weights = [9 / 40] + 3 * [(155 - np.sqrt(15)) / 1200] + 3 * [(155 + np.sqrt(15)) / 1200]
    corners = operators.film_mesh.coordinates[operators.cells]
    total = 0.0
    for weight, barycentric in zip(weights, points, strict=True):
        found = potential[operators.cells] @ barycentric
        difference = found - exact(np.einsum("cak,a->ck", corners, barycentric))
        total += weight * float(operators.volumes @ difference**2)
    return np.sqrt(operators.comm.allreduce(total))


@pytest.mark.analytic
def test_potential_and_conductance_of_a_disc_whose_magnetisation_spirals(
    comm, check, conformal_radii
):
    """m at an angle χ(r) to the radius: σ_rr(r) is that of the tensor, φ' ∝ 1/(r σ_rr).

    E_φ vanishes by symmetry, so j_r = σ_rr E_r, σ_rr = (ρ⊥ + Δρ sin²χ)/(ρ⊥(ρ⊥ + Δρ)). The meshed
    rims are polygons, whose share of the error of G is of second order too, and of the other sign
    than that of P1: G is compared between the radii that the polygons stand for.
    """
    material = Material(amr_ratio=0.8)
    perpendicular, difference = material.perpendicular_resistivity, material.resistivity_difference

    def angle(r):
        return np.pi * (r - INNER) / (OUTER - INNER)

    def resistance_per_ring(r):
        sigma = (perpendicular + difference * np.sin(angle(r)) ** 2) / (
            perpendicular * (perpendicular + difference)
        )
        return 1 / (2 * np.pi * r * THICKNESS * sigma)

    radii = np.linspace(INNER, OUTER, 401)
    rings = [quad(resistance_per_ring, a, b)[0] for a, b in pairwise(radii)]
    total = float(np.sum(rings))
    along = np.concatenate([[0.0], np.cumsum(rings)]) / total

    def spiral(x):
        r = np.hypot(x[:, 0], x[:, 1])
        phi = np.arctan2(x[:, 1], x[:, 0]) + angle(r)
        return np.column_stack([np.cos(phi), np.sin(phi), np.zeros_like(phi)])

    potential_errors, conductance_errors = [], []
    for h in (12e-9, 6e-9):
        layout = corbino(INNER, OUTER, thickness=THICKNESS, mesh_size=h)
        film = Film(mesh_film(layout, comm), material)
        film.set_magnetisation(spiral)
        inner, outer = (round(2 * np.pi * r / h) for r in (INNER, OUTER))
        cut = quad(resistance_per_ring, INNER * conformal_radii(inner)[1], INNER)[0]
        cut -= quad(resistance_per_ring, OUTER * conformal_radii(outer)[0], OUTER)[0]
        conductance_errors.append(film.conductance_matrix()[0, 0] * (total + cut) - 1)
        conduction = film.solve_current([0.0, 1.0])
        potential_errors.append(
            l2_error(
                film.operators,
                conduction.potential,
                lambda x: np.interp(np.hypot(x[:, 0], x[:, 1]), radii, along),
            )
        )
    because = "P1; uneven cells scatter the errors"
    check("Order in h of the potential in L2", order(potential_errors), 2, 0.2, because)
    check("Order in h of the conductance", order(conductance_errors), 2, 0.2, because)
