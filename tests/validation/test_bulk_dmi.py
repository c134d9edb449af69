"""Bulk DMI: helices, edges, and the interfacial interaction with m turned by a quarter."""

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.solvers import Film, Material
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.terms import BulkDMI, Exchange, InterfacialDMI, UniaxialAnisotropy
from hebbfilm.solvers.terms.quadratic_energies import form_of

STIFFNESS, DMI = 8.78e-12, 1.58e-3
"""A in J/m and D in J/m² of FeGe."""
PITCH = 4 * np.pi * STIFFNESS / DMI


def helix(operators, axis, wave_number):
    """m that turns about `axis`, right-handed for a positive wave number."""
    phase = wave_number * operators.film_mesh.coordinates[:, axis]
    m = np.zeros((len(phase), 3))
    m[:, (axis + 1) % 3] = np.cos(phase)
    m[:, (axis + 2) % 3] = np.sin(phase)
    columns = operators.halo(np.zeros((operators.owned, 3)))
    columns[: operators.owned] = m[: operators.owned]
    return operators.halo(columns)


@pytest.mark.analytic
@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize(
    ("dimension", "axis"), [(2, 0), (2, 1), (3, 0), (3, 1), (3, 2)], ids=lambda value: str(value)
)
def test_helix_of_lowest_energy(comm, check, dimension, axis, sign):
    """A q² - D q per volume is lowest at q = D/2A: pitch 4πA/|D|, right-handed for D > 0.

    In the film model -(D²/4A)(1 - m_z²) comes on top, ½ on average over a helix.
    """
    h = 5e-9
    layout = strip(60e-9, 60e-9, thickness=20e-9, mesh_size=h)
    film_mesh = mesh_film(layout, comm, dimension=dimension, layers=4)
    operators = VertexOperators(film_mesh)
    energy = form_of(operators, Exchange(STIFFNESS), BulkDMI(sign * DMI, STIFFNESS))
    q = sign * 2 * np.pi / PITCH
    found = [energy.energy(helix(operators, axis, s * q)) / operators.volume for s in (0.5, 1, 1.5)]
    expected = -(DMI**2) / (4 * STIFFNESS) * (1.5 if dimension == 2 else 1.0)
    # The energy of the interpolant errs by (qh)²/12 of each part on equal intervals, by up to
    # twice that in cells of other shapes; the parts are 2 and 1 times the sum.
    error = 3 * (q * h) ** 2 / 6
    along, hand = "xyz"[axis], "right" if sign > 0 else "left"
    case = f"of a {hand}-handed helix along {along} in {dimension}D"
    check(
        f"Energy {case}, kJ/m³",
        found[1] * 1e-3,
        expected * 1e-3,
        error * abs(expected) * 1e-3,
        "-D²/4A, 3/2 of it in a film; P1 errs by 3(qh)²/6",
    )
    low, middle, high = found
    lowest = 1 + 0.25 * (low - high) / (low - 2 * middle + high)
    check(f"Best wave number {case}, D/2A", lowest, 1, error, "pitch 4πA/D; as above")


@pytest.mark.cross_method
def test_in_a_film_it_is_interfacial_dmi_of_a_turned_texture(comm, check):
    """m · (∇ × m) of (x, y, z) is m_z ∇·m - (m·∇)m_z of (y, -x, z), where nothing depends on z.

    The twist between the faces acts as a hard axis with K = -D²/4A, with m = ẑ as its zero.
    """
    operators = VertexOperators(mesh_film(wheel(mesh_size=30e-9), comm))
    m = operators.halo(operators.random_normal(seed=1))
    turned = np.column_stack([m[:, 1], -m[:, 0], m[:, 2]])
    bulk = form_of(operators, BulkDMI(DMI, STIFFNESS))
    interfacial = form_of(operators, InterfacialDMI(DMI))
    twist = DMI**2 / (4 * STIFFNESS)
    axis = form_of(operators, UniaxialAnisotropy(-twist, (0.0, 0.0, 1.0)))
    lengths = (m[: operators.owned] ** 2).sum(axis=1)
    zero = comm.allreduce(float(operators.vertex_volumes @ lengths))
    expected = interfacial.energy(turned) + axis.energy(m) - twist * zero
    check(
        "Energy of bulk DMI of a random texture, 10⁻¹⁸ J",
        bulk.energy(m) * 1e18,
        expected * 1e18,
        1e-10 * abs(expected) * 1e18,
        "interfacial DMI of (m_y, -m_x, m_z) and a hard axis; round-off",
    )


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_edge_tilt(comm, check, dimension):
    """∂m/∂n = (D/2A) n × m gives sin θ = D/(2√(AK')) along the edge, K' = K - D²/4A.

    As for interfacial DMI, turned by a quarter, but for the twist between the faces, which acts
    against the easy axis in three dimensions by itself and in the film model as its limit.
    """
    exchange, dmi, anisotropy, h = 13e-12, 2e-3, 0.4e6, 2e-9
    layout = strip(48e-9, 40e-9, thickness=0.5e-9, mesh_size=3e-9, contact_mesh_size=h)
    material = Material(
        exchange_stiffness=exchange,
        interfacial_dmi=0.0,
        bulk_dmi=dmi,
        uniaxial_anisotropy=anisotropy,
    )
    film = Film(mesh_film(layout, comm, dimension=dimension), material)
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    film.relax(2e-10, torque_tolerance=300.0)
    x, y = film.film_mesh.coordinates[: film.operators.owned, :2].T
    left, _, right, _ = layout.outline.bounds
    middle = np.abs(y - layout.outline.centroid.y) < 8e-9
    effective = anisotropy - dmi**2 / (4 * exchange)
    sine = dmi / (2 * np.sqrt(exchange * effective))
    # The slope at the edge is 1/Δ = √(K'/A), so P1 errs by (h/Δ)²/2 there.
    tolerance = 0.5 * h**2 * effective / exchange
    for edge, outward in ((left, -1.0), (right, 1.0)):
        here = middle & (np.abs(x - edge) < 1e-12)
        found = comm.allreduce(film.m[here].sum(axis=0)) / comm.allreduce(int(here.sum()))
        # n × ẑ = -ŷ for n = x: m grows along -y towards the right edge.
        where = f"at the {'left' if outward < 0 else 'right'} edge in {dimension}D"
        because = "sin θ = D/(2√(AK')), K' = K - D²/4A; P1 errs by (h/Δ)²/2 at the edge"
        check(f"m_y {where}", found[1], -outward * sine, tolerance, because)
        check(f"m_z {where}", found[2], np.sqrt(1 - sine**2), tolerance, because)
