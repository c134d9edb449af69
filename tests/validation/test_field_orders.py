"""Orders of convergence of fields and energies in the mesh size, for a smooth texture.

The energy of the interpolant converges at second order, as the square of a first-order error
(exchange) or by its L2 error (DMI).

The field of lumped P1 elements at a single vertex does not converge on an unstructured mesh:
∫ ∇λ_i · ∇m differs from -V_i ∇²m by O(1) wherever the vertex is no centre of symmetry of its cells.
What acts on a texture is the field weighted by volume, F(w) = Σ_i V_i w_i · H_i for a smooth w, and
that is measured. For exchange its error is ∫ ∇w_h · ∇(m_h - m), w_h and m_h being interpolants: by
parts onto the smooth w it is O(h²), and the rest is the product of two first-order errors; for DMI
likewise. (In the dual norm over all discrete w it would be of the first order.)

Orders are slopes through three unstructured meshes, whose cells scatter the errors by some per
cent, so 0.2 is allowed.
"""

from typing import NamedTuple

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.terms import BulkDMI, Exchange, InterfacialDMI
from hebbfilm.solvers.terms.quadratic_energies import form_of

SIZES = np.array([80e-9, 60e-9, 24e-9])
KX, KY, KZ = np.pi / SIZES[0], np.pi / SIZES[1], 0.5 * np.pi / SIZES[2]
STIFFNESS, DMI = 1e-11, 2e-3


class Texture(NamedTuple):
    """m, its derivatives along x, y and z, and its Laplacian; (n, 3) each."""

    m: np.ndarray
    dx: np.ndarray
    dy: np.ndarray
    dz: np.ndarray
    laplace: np.ndarray


def planar_texture(x):
    """A texture that does not depend on z."""
    theta = 1.0 + 0.8 * np.sin(2 * KX * x[:, 0] + KY * x[:, 1])
    phi = 1.2 + np.cos(KX * x[:, 0]) - 1.2 * np.sin(KY * x[:, 1])
    slope = 0.8 * np.cos(2 * KX * x[:, 0] + KY * x[:, 1])
    theta_x, theta_y = 2 * KX * slope, KY * slope
    phi_x, phi_y = -KX * np.sin(KX * x[:, 0]), -1.2 * KY * np.cos(KY * x[:, 1])
    theta_laplace = -((2 * KX) ** 2 + KY**2) * (theta - 1.0)
    phi_laplace = -(KX**2) * np.cos(KX * x[:, 0]) + 1.2 * KY**2 * np.sin(KY * x[:, 1])
    st, ct, sp, cp = np.sin(theta), np.cos(theta), np.sin(phi), np.cos(phi)
    m = np.column_stack([st * cp, st * sp, ct])
    along_theta = np.column_stack([ct * cp, ct * sp, -st])
    along_phi = np.column_stack([-st * sp, st * cp, 0 * ct])
    second_phi = np.column_stack([-st * cp, -st * sp, 0 * ct])
    mixed = np.column_stack([-ct * sp, ct * cp, 0 * ct])
    dx = theta_x[:, None] * along_theta + phi_x[:, None] * along_phi
    dy = theta_y[:, None] * along_theta + phi_y[:, None] * along_phi
    laplace = (
        theta_laplace[:, None] * along_theta
        + phi_laplace[:, None] * along_phi
        - (theta_x**2 + theta_y**2)[:, None] * m
        + (phi_x**2 + phi_y**2)[:, None] * second_phi
        + 2 * (theta_x * phi_x + theta_y * phi_y)[:, None] * mixed
    )
    return Texture(m, dx, dy, 0 * m, laplace)


def texture(x, dimension):
    """The planar texture, in three dimensions turned about x more and more along z."""
    flat = planar_texture(x)
    if dimension == 2:
        return flat
    axis = np.array([1.0, 0.0, 0.0])
    cosine, sine = np.cos(KZ * x[:, 2:]), np.sin(KZ * x[:, 2:])

    def turned(v):
        along = v * axis
        return along + cosine * (v - along) + sine * np.cross(axis, v)

    m = turned(flat.m)
    dz = KZ * np.cross(axis, m)
    laplace = turned(flat.laplace) + KZ * np.cross(axis, dz)
    return Texture(m, turned(flat.dx), turned(flat.dy), dz, laplace)


def smooth_weights(x, dimension):
    """Nine w that vanish with their slope at the edge, so that no edge contributes: (9, n, 3)."""
    bump = (np.sin(np.pi * x[:, :dimension] / SIZES[:dimension]) ** 2).prod(axis=1)
    u, v = x[:, 0] / SIZES[0], x[:, 1] / SIZES[1]
    shapes = bump * np.array([1 + 0 * u, np.cos(4 * u), np.sin(5 * v)])
    return np.concatenate([shapes[:, :, None] * unit for unit in np.eye(3)])


def quadrature(dimension):
    """Points (n, 3) in m and weights (n,) in m³ of Gauss's rule; exact to round-off here."""
    nodes, weights = np.polynomial.legendre.leggauss(32)
    sides = [0.5 * size * (1 + nodes) for size in SIZES[:dimension]] + [np.zeros(1)]
    grid = np.stack(np.meshgrid(*sides[:3], indexing="ij"), axis=-1).reshape(-1, 3)
    rule = [0.5 * size * weights for size in SIZES[:dimension]]
    if dimension == 2:
        rule.append(SIZES[2:])
    volume = np.einsum("i,j,k->ijk", *rule).ravel()
    return grid, volume


def curl(t):
    return np.column_stack(
        [t.dy[:, 2] - t.dz[:, 1], t.dz[:, 0] - t.dx[:, 2], t.dx[:, 1] - t.dy[:, 0]]
    )


def interfacial(t):
    """ẑ ∇·m - ∇m_z in the plane: H of interfacial DMI is -2D/(μ₀M_s) times this."""
    return np.column_stack([-t.dx[:, 2], -t.dy[:, 2], t.dx[:, 0] + t.dy[:, 1]])


def dot(a, b):
    return np.einsum("ik,ik->i", a, b)


TERMS = {
    "exchange": (
        Exchange(STIFFNESS),
        lambda t: STIFFNESS * (dot(t.dx, t.dx) + dot(t.dy, t.dy) + dot(t.dz, t.dz)),
        lambda t: 2 * STIFFNESS * t.laplace,
    ),
    "interfacial_dmi": (
        InterfacialDMI(DMI),
        lambda t: DMI * dot(t.m, interfacial(t)),
        lambda t: -2 * DMI * interfacial(t),
    ),
    "bulk_dmi": (
        # Infinitely stiff against the twist between the faces of a 2D film, which has no
        # derivatives and so no part in this.
        BulkDMI(DMI, 1e100),
        lambda t: DMI * dot(t.m, curl(t)),
        lambda t: -2 * DMI * curl(t),
    ),
}
"""Each with its energy density in J/m³ and its force μ₀M_s H in J/m³."""


def errors(comm, name, dimension, h):
    """Of the energy, in relation to ∫ |density|, and of all F(w), in relation to them; one mesh."""
    term, density, force = TERMS[name]
    points, weights = quadrature(dimension)
    exact = texture(points, dimension)
    densities = density(exact)
    energy, scale = weights @ densities, weights @ np.abs(densities)
    work = np.einsum("n,nk,wnk->w", weights, force(exact), smooth_weights(points, dimension))
    layout = strip(SIZES[0], SIZES[1], thickness=SIZES[2], mesh_size=h)
    layers = round(SIZES[2] / h)
    operators = VertexOperators(mesh_film(layout, comm, dimension=dimension, layers=layers))
    x = operators.film_mesh.coordinates - [*layout.outline.bounds[:2], 0.0]
    m = operators.halo(texture(x, dimension).m)
    form = form_of(operators, term)
    gradient = form.gradient(m)
    w = smooth_weights(x, dimension)[:, : operators.owned]
    found = -comm.allreduce(np.einsum("nk,wnk->w", gradient, w))
    return (
        abs(form.energy(m) - energy) / scale,
        np.linalg.norm(found - work) / np.linalg.norm(work),
    )


def check_orders(check, errors_at, of):
    """Of energy and field of something, from their errors at a mesh size in m."""
    sizes = np.array([3.0e-9, 2.1e-9, 1.5e-9])
    found = np.array([errors_at(h) for h in sizes])
    orders = np.polyfit(np.log(sizes), np.log(found), 1)[0]
    # The constants: within (h/λ)², where the texture changes over λ = 80 nm/2π.
    bound = (2 * np.pi * sizes[-1] / SIZES[0]) ** 2
    for what, order, error in zip(("energy", "field"), orders, found[-1], strict=True):
        check(
            f"Order in h of the {what} of {of}",
            order,
            2,
            0.2,
            "P1, weakly; uneven cells scatter the errors",
        )
        check(
            f"Relative error of the {what} of {of}",
            error,
            0,
            bound,
            "that of a manufactured texture; (h/λ)², λ = 80 nm/2π",
        )


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, pytest.param(3, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", TERMS)
def test_energy_and_field_of_a_smooth_texture(comm, check, name, dimension):
    """-∂E/∂m_i = μ₀ M_s V_i H_i against the variation of the continuous energy."""
    what = f"{name.replace('_dmi', ' DMI')} in {dimension}D"
    check_orders(check, lambda h: errors(comm, name, dimension, h), what)
