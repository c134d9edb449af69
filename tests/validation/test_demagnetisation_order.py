"""Order of convergence of the energy of the demagnetising field in the mesh size.

The grid's boxes follow the mesh, 1.25 edges each. The reference is the Fourier integral over the
whole plane of a texture that does not vary across the film, M(k) in closed form:

    E = ½ μ₀ t ∫ d²k/(2π)² [|M_z|² g + |k̂ · M|² (1 - g)],  g = (1 - e^(-kt))/(kt).

The operator is linear, so M need not have unit length, and each component is tested alone: with
poles at the ends of the film, and vanishing there together with its slope. Films thinner than any
box, where N ≈ kt/2 makes what oscillates within boxes an error of first order unless it is
corrected, and as thick as some boxes.
"""

from itertools import pairwise

import numpy as np
import pytest
from shapely import box

from hebbfilm.meshing import mesh_film
from hebbfilm.meshing.layout import Layout
from hebbfilm.solvers import Material
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.magnetisation.dynamics import Dynamics
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.terms import Demagnetisation

LENGTH, WIDTH, NM = 80.0, 40.0, 1e-9
PER_BOX = 1.5  # mesh sizes, as by default
SIZES = LENGTH / (PER_BOX * np.array([30, 42, 60]))  # whole numbers of boxes, along the width too
MATERIAL = Material()


def plateau(k, side):
    """∫ cos(ku) over a side, u from its middle."""
    return side * np.sinc(k * side / (2 * np.pi))


def bump(k, side):
    """|∫ sin²(πx/side) e^(-ikx) dx|."""
    q = 2 * np.pi / side
    return plateau(k, side) / 2 + (plateau(k - q, side) + plateau(k + q, side)) / 4


def opposite_ends(k, side):
    """|∫ cos(πx/side) e^(-ikx) dx|; its square is 2/k² in the mean where k is large."""
    p = np.pi / side
    return (plateau(p - k, side) - plateau(p + k, side)) / 2


TEXTURES = {
    "m_x without poles at the edges": (0, lambda x: np.sin(np.pi * x / LENGTH) ** 2, bump, 0.0),
    "m_x with poles at the ends": (0, lambda x: np.cos(np.pi * x / LENGTH), opposite_ends, 2.0),
    "m_z": (2, lambda x: np.sin(np.pi * x / LENGTH) ** 2, bump, 0.0),
}
"""Component, profile along x, its transform, and k² |its transform|² for large k."""


def gauss(start, end, pieces):
    """Nodes and weights of Gauss's rule on equal pieces."""
    nodes, weights = np.polynomial.legendre.leggauss(6)
    edges = np.linspace(start, end, pieces + 1)
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half * (1 + nodes)).ravel(), (half * weights).ravel()


def exact(name, thickness):
    """The energy in units of ½ μ₀ M_s² V; lengths in nm."""
    component, _, transform, tail = TEXTURES[name]

    def factor(kx, ky):
        k = np.hypot(kx, ky)
        g = -np.expm1(-k * thickness) / (k * thickness)
        return g if component == 2 else (kx / k) ** 2 * (1 - g)

    # Pieces of a quarter of a period 2π/side of the transforms and less; beyond, k⁻⁶ at least.
    ky, weights = gauss(0, 4.0, 200)
    across = weights * bump(ky, WIDTH) ** 2
    largest = 40.0
    total = 0.0
    for start, end in pairwise(np.linspace(0, largest, 41)):
        kx, weights = gauss(start, end, 50)
        along = weights * transform(kx, LENGTH) ** 2
        total += along @ factor(kx[:, None], ky[None]) @ across
    # The oscillating square of the rest in its mean.
    inverse, weights = gauss(0, 1 / largest, 20)
    total += tail * weights @ factor(1 / inverse[:, None], ky[None]) @ across
    return total / (np.pi**2 * LENGTH * WIDTH)


def energy(comm, name, thickness, size):
    """That of the film on a mesh, in the same units."""
    component, profile, _, _ = TEXTURES[name]
    outline = box(0, 0, LENGTH * NM, WIDTH * NM)
    operators = VertexOperators(mesh_film(Layout(outline, (), thickness * NM, size * NM), comm))
    x, y, _ = operators.film_mesh.coordinates[: operators.owned].T / NM
    m = np.zeros((operators.owned, 3))
    m[:, component] = profile(x) * np.sin(np.pi * y / WIDTH) ** 2
    dynamics = Dynamics(
        operators,
        FilmMaterial(operators.film_mesh, MATERIAL),
        [Demagnetisation(PER_BOX * size * NM)],
    )
    dynamics.m[:] = operators.halo(m)
    found = dynamics.energies()["demagnetisation"]
    scale = 0.5 * VACUUM_PERMEABILITY * MATERIAL.saturation_magnetisation**2
    return found / (scale * operators.volume)


@pytest.mark.analytic
@pytest.mark.parametrize("thickness", [1.0, 10.0])
@pytest.mark.parametrize("name", TEXTURES)
def test_order_of_the_energy(comm, check, name, thickness):
    """Second order, with poles at the edges as well as without."""
    expected = exact(name, thickness)
    errors = [abs(energy(comm, name, thickness, size) / expected - 1) for size in SIZES]
    order = np.polyfit(np.log(SIZES), np.log(errors), 1)[0]
    of = f"energy of {name}, film of {thickness:g} nm"
    check(
        f"Order in h of the demagnetising {of}",
        order,
        2,
        0.2,
        "P1 on boxes; uneven cells scatter the errors",
    )
    # The texture has the wave number 2π/width across; boxes are wider than h.
    bound = (2 * np.pi * PER_BOX * SIZES[-1] / WIDTH) ** 2
    check(
        f"Relative error of the demagnetising {of}",
        errors[-1],
        0,
        bound,
        "Fourier integral; (kh)² with k = 2π/40 nm, boxes of 1.5 h",
    )
