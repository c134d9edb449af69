"""Orders of convergence of fields and energies of a smooth texture where A and D vary smoothly.

As in `test_field_orders`, from which the texture and the weak field come. Beyond 2D times what they
are for a uniform D, and 2A ∇²m, the forces μ₀M_s H have the slope of the parameter: 2∇A·∇m of
exchange, m_z ∇D - ẑ (m·∇)D of the interfacial and m × ∇D of the bulk Dzyaloshinskii-Moriya
interaction. A and D are taken linear in each cell, which errs at second order.
"""

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.terms import BulkDMI, Exchange, InterfacialDMI
from hebbfilm.solvers.terms.quadratic_energies import form_of
from tests.validation.test_field_orders import (
    SIZES,
    check_orders,
    curl,
    dot,
    interfacial,
    quadrature,
    smooth_weights,
    texture,
)

MEAN, SWING = 1.0, 0.6
"""Of all parameters, in their unit times 10⁻¹¹: forces and energies are linear in them."""
UNIT = 1e-11
QX, QY = 1.5 * np.pi / SIZES[0], np.pi / SIZES[1]


def varying(x):
    """The parameter at places (n, 3) from the corner of the film."""
    return UNIT * (MEAN + SWING * np.sin(QX * x[:, 0] + 0.3) * np.cos(QY * x[:, 1]))


def slope(x):
    """Its gradient, (n, 3)."""
    along, across = QX * x[:, 0] + 0.3, QY * x[:, 1]
    return (
        UNIT
        * SWING
        * np.column_stack(
            [
                QX * np.cos(along) * np.cos(across),
                -QY * np.sin(along) * np.sin(across),
                0 * along,
            ]
        )
    )


def exchange_force(t, p, g):
    return 2 * p[:, None] * t.laplace + 2 * (g[:, :1] * t.dx + g[:, 1:2] * t.dy + g[:, 2:] * t.dz)


def interfacial_force(t, p, g):
    across = t.m[:, 2:] * g
    across[:, 2] -= dot(t.m, g)
    return -2 * p[:, None] * interfacial(t) + across


def bulk_force(t, p, g):
    return -2 * p[:, None] * curl(t) + np.cross(t.m, g)


TERMS = {
    "exchange": (
        Exchange,
        lambda t, p: p * (dot(t.dx, t.dx) + dot(t.dy, t.dy) + dot(t.dz, t.dz)),
        exchange_force,
    ),
    "interfacial_dmi": (
        InterfacialDMI,
        lambda t, p: p * dot(t.m, interfacial(t)),
        interfacial_force,
    ),
    "bulk_dmi": (
        # Infinitely stiff against the twist between the faces of a 2D film.
        lambda constant: BulkDMI(constant, 1e100),
        lambda t, p: p * dot(t.m, curl(t)),
        bulk_force,
    ),
}
"""Each with its energy density in J/m³ and its force μ₀M_s H in J/m³."""


def errors(comm, name, dimension, h):
    """Of the energy, in relation to ∫ |density|, and of all F(w), in relation to them; one mesh."""
    term, density, force = TERMS[name]
    points, weights = quadrature(dimension)
    exact = texture(points, dimension)
    densities = density(exact, varying(points))
    forces = force(exact, varying(points), slope(points))
    work = np.einsum("n,nk,wnk->w", weights, forces, smooth_weights(points, dimension))
    layout = strip(SIZES[0], SIZES[1], thickness=SIZES[2], mesh_size=h)
    layers = round(SIZES[2] / h)
    operators = VertexOperators(mesh_film(layout, comm, dimension=dimension, layers=layers))
    corner = np.array([*layout.outline.bounds[:2], 0.0])
    x = operators.film_mesh.coordinates - corner
    m = operators.halo(texture(x, dimension).m)
    form = form_of(operators, term(lambda x: varying(x - corner)))
    w = smooth_weights(x, dimension)[:, : operators.owned]
    found = -comm.allreduce(np.einsum("nk,wnk->w", form.gradient(m), w))
    return (
        abs(form.energy(m) - weights @ densities) / (weights @ np.abs(densities)),
        np.linalg.norm(found - work) / np.linalg.norm(work),
    )


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, pytest.param(3, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", TERMS)
def test_energy_and_field_where_a_parameter_varies(comm, check, name, dimension):
    """-∂E/∂m_i = μ₀ M_s V_i H_i against the variation of the continuous energy."""
    what = f"{name.replace('_dmi', ' DMI')} that varies in space, in {dimension}D"
    check_orders(check, lambda h: errors(comm, name, dimension, h), what)
