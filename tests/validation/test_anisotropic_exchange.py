"""Anisotropic exchange, an energy of one's own in UFL."""

from dataclasses import dataclass

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material
from hebbfilm.solvers.materials.parameter import Parameter
from hebbfilm.solvers.terms.energy import Energy, parameter


@dataclass(frozen=True)
class StiffAlongX(Energy):
    """E = ∫ B (∂_x m_x)²."""

    stiffness: Parameter = parameter("J/m")
    name = "stiff_along_x"

    def density(self, m, at):
        return self.stiffness * m[0].dx(0) ** 2


@pytest.mark.analytic
def test_edge_tilt(comm, check):
    """sin²θ (A + B cos²θ) = D²/4K at an edge across x; without B sin θ = D/2√(AK).

    With m in the xz plane at an angle θ from z, E = ∫ a(θ) θ'² + K sin²θ + Dθ' and
    a = A + B cos²θ. Far from the edge θ = θ' = 0, so that aθ'² = K sin²θ everywhere, and at the
    edge 2a|θ'| = D is natural. D is well below 4√(AK)/π = 2.9 mJ/m², near which what
    the other edges do would reach far.
    """
    exchange, further, dmi, anisotropy, h = 13e-12, 10e-12, 2e-3, 0.4e6, 1e-9
    layout = strip(80e-9, 60e-9, thickness=1e-9, mesh_size=2.5e-9, contact_mesh_size=h)
    material = Material(
        exchange_stiffness=exchange, interfacial_dmi=dmi, uniaxial_anisotropy=anisotropy
    )
    film = Film(mesh_film(layout, comm), material, terms=[StiffAlongX(further)])
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    film.minimise(torque_tolerance=100.0)
    whole, right = exchange + further, dmi**2 / (4 * anisotropy)
    square = (whole - np.sqrt(whole**2 - 4 * further * right)) / (2 * further)
    x, y = film.film_mesh.coordinates[: film.operators.owned, :2].T
    left, _, right, _ = layout.outline.bounds
    middle = np.abs(y - layout.outline.centroid.y) < 5e-9
    for edge, name, sign in ((left, "left", 1.0), (right, "right", -1.0)):
        here = middle & (np.abs(x - edge) < 1e-12)
        found = comm.allreduce(film.m[here].sum(axis=0)) / comm.allreduce(int(here.sum()))
        check(
            f"Inward m_x at the {name} edge with exchange that is stiffer along x",
            sign * found[0],
            np.sqrt(square),
            # The slope at the edge is below √(K/A) = 1/Δ, so P1 errs by (h/Δ)²/2 there.
            0.5 * h**2 * anisotropy / exchange,
            "sin²θ (A + B cos²θ) = D²/4K; P1 errs by (h/Δ)²/2 at the edge",
        )
