"""Orders of convergence in the mesh size: potential, conductance, and the fields and energies.

P1 elements converge at second order in each of these, on any family of meshes of one shape:
φ in L2 (Aubin-Nitsche), G as an energy of φ, an energy of the interpolant of a smooth m as the
square of a first-order error, and a field against smooth test functions. The field of the lumped
elements at a single vertex does not converge on an unstructured mesh: ∫ ∇λ_i · ∇m differs from
-V_i ∇²m by O(1) wherever the vertex is no centre of symmetry of its cells. What acts on a texture
is the field weighted by volume, and that is measured: F(w) = Σ_i V_i w_i · H_i for a smooth w. The
stiffness errs by ∫ ∇w_h · ∇(m_h - m), with w_h and m_h the interpolants: O(h²) by partial
integration onto the smooth w, plus the product of two first-order errors. (In the dual norm over
all discrete w it would be of the first order.)

Orders are those between two meshes; random meshes of n cells scatter the error of one of them by
some per cent, so 0.2 is allowed everywhere.
"""

import numpy as np
import pytest
from scipy.integrate import quad

from meshing import corbino, mesh_film, strip
from solvers import Film, Material
from solvers.operators import VertexOperators
from solvers.terms import BulkDMI, Exchange, InterfacialDMI

THICKNESS = 1e-9
INNER, OUTER = 50e-9, 150e-9


def order(errors, ratio=2.0):
    return np.log(errors[0] / errors[1]) / np.log(ratio)


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
def test_potential_and_conductance_of_a_disc_whose_magnetisation_spirals(comm):
    """m at an angle χ(r) to the radius: σ_rr(r) is that of the tensor, φ' ∝ 1/(r σ_rr).

    E_φ vanishes by symmetry, so j_r = σ_rr E_r, σ_rr = (ρ⊥ + Δρ sin²χ)/(ρ⊥(ρ⊥ + Δρ)).
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
    rings = [quad(resistance_per_ring, a, b)[0] for a, b in zip(radii, radii[1:], strict=False)]
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
        conductance_errors.append(abs(film.conductance_matrix()[0, 0] * total - 1))
        conduction = film.solve_current([0.0, 1.0])
        potential_errors.append(
            l2_error(
                film.operators,
                conduction.potential,
                lambda x: np.interp(np.hypot(x[:, 0], x[:, 1]), radii, along),
            )
        )
    print(potential_errors, conductance_errors)
    assert order(potential_errors) == pytest.approx(2, abs=0.2)
    assert order(conductance_errors) == pytest.approx(2, abs=0.2)


LENGTH, WIDTH = 80e-9, 60e-9
STIFFNESS, DMI = 1e-11, 2e-3


def texture(x):
    """A smooth m, its derivatives along x and y, and its Laplacian; (n, 3) each."""
    kx, ky = np.pi / LENGTH, np.pi / WIDTH
    theta = 1.0 + 0.8 * np.sin(2 * kx * x[:, 0] + ky * x[:, 1])
    phi = 0.5 + np.cos(kx * x[:, 0]) - 1.2 * np.sin(ky * x[:, 1])
    slope = 0.8 * np.cos(2 * kx * x[:, 0] + ky * x[:, 1])
    theta_x, theta_y = 2 * kx * slope, ky * slope
    phi_x, phi_y = -kx * np.sin(kx * x[:, 0]), -1.2 * ky * np.cos(ky * x[:, 1])
    theta_laplace = -((2 * kx) ** 2 + ky**2) * (theta - 1.0)
    phi_laplace = -(kx**2) * np.cos(kx * x[:, 0]) + 1.2 * ky**2 * np.sin(ky * x[:, 1])
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
    return m, dx, dy, laplace


def smooth_weights(x):
    """Smooth and vanishing with their slope at the edge, so that no edge contributes."""
    bump = (np.sin(np.pi * x[:, 0] / LENGTH) * np.sin(np.pi * x[:, 1] / WIDTH)) ** 2
    return [
        np.column_stack([bump, bump * np.cos(4 * x[:, 0] / LENGTH), -2 * bump]),
        np.column_stack([bump * np.sin(5 * x[:, 1] / WIDTH), bump, bump * x[:, 0] / LENGTH]),
    ]


def integral(density, points=200):
    """∫ over the strip by Gauss's rule, exact to round-off for these textures."""
    nodes, weights = np.polynomial.legendre.leggauss(points)
    x, y = (0.5 * size * (1 + nodes) for size in (LENGTH, WIDTH))
    grid = np.column_stack([axis.ravel() for axis in np.meshgrid(x, y, indexing="ij")])
    scale = 0.25 * LENGTH * WIDTH * THICKNESS
    return scale * float(np.outer(weights, weights).ravel() @ density(grid))


def curl(dx, dy):
    return np.column_stack([dy[:, 2], -dx[:, 2], dx[:, 1] - dy[:, 0]])


def interfacial(m, dx, dy):
    """H of interfacial DMI is -2D/(μ₀M_s) times this: ẑ ∇·m - ∇m_z."""
    return np.column_stack([-dx[:, 2], -dy[:, 2], dx[:, 0] + dy[:, 1]])


def dot(a, b):
    return np.einsum("ik,ik->i", a, b)


ENERGY_DENSITIES = {
    "exchange": lambda m, dx, dy, _: STIFFNESS * (dot(dx, dx) + dot(dy, dy)),
    "interfacial_dmi": lambda m, dx, dy, _: DMI * dot(m, interfacial(m, dx, dy)),
    "bulk_dmi": lambda m, dx, dy, _: DMI * dot(m, curl(dx, dy))
    - DMI**2 / (4 * STIFFNESS) * (1 - m[:, 2] ** 2),
}
FORCES = {
    "exchange": lambda m, dx, dy, laplace: 2 * STIFFNESS * laplace,
    "interfacial_dmi": lambda m, dx, dy, _: -2 * DMI * interfacial(m, dx, dy),
    "bulk_dmi": lambda m, dx, dy, _: -2 * DMI * curl(dx, dy)
    + DMI**2 / (2 * STIFFNESS) * m * [1.0, 1.0, 0.0],
}
TERMS = (Exchange(STIFFNESS), InterfacialDMI(DMI), BulkDMI(DMI, STIFFNESS))


@pytest.mark.analytic
@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_energy_and_field_of_a_smooth_texture(comm, term):
    """-∂E/∂m_i = μ₀ M_s V_i H_i against the variation of the continuous energy."""
    density, force = ENERGY_DENSITIES[term.name], FORCES[term.name]
    energy = integral(lambda x: density(*texture(x)))
    work = [
        integral(lambda x, k=k: dot(force(*texture(x)), smooth_weights(x)[k])) for k in range(2)
    ]
    energy_errors, field_errors = [], []
    for h in (4e-9, 2e-9):
        layout = strip(LENGTH, WIDTH, thickness=THICKNESS, mesh_size=h)
        low = np.array([*layout.outline.bounds[:2], 0.0])
        operators = VertexOperators(mesh_film(layout, comm))
        x = operators.film_mesh.coordinates - low
        m = operators.halo(texture(x)[0])
        form = term.quadratic_form(operators)
        energy_errors.append(abs(form.energy(m) - energy))
        gradient = form.gradient(m)
        found = [
            -comm.allreduce(float(np.vdot(w[: operators.owned], gradient)))
            for w in smooth_weights(x)
        ]
        field_errors.append(np.linalg.norm(np.subtract(found, work)))
    print(term.name, np.divide(energy_errors, abs(energy)), np.divide(field_errors, np.linalg.norm(work)))
    assert order(energy_errors) == pytest.approx(2, abs=0.2)
    assert order(field_errors) == pytest.approx(2, abs=0.2)
    # The constants: within a few (h/λ)², where the texture changes over λ = LENGTH/2π.
    assert energy_errors[1] < (2 * np.pi * 2e-9 / LENGTH) ** 2 * abs(energy)
