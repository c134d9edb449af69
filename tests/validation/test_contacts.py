"""Contacts with resistance."""

import numpy as np
import pytest
from shapely import LineString, box

from hebbfilm.meshing import Contact, Layout, mesh_film, strip, wheel
from hebbfilm.solvers import Current, Electrodes, Film, Material

THICKNESS = 1e-9
ISOTROPIC = Material(amr_ratio=0.0)
RHO = ISOTROPIC.perpendicular_resistivity
WHEEL = wheel(mesh_size=15e-9)
# The largest current is known to 1e-10 times the root of the number of vertices (some 1e3).
PRECISION = 1e-8


def maze(comm, electrodes=None, *, dimension=2):
    """Random directions everywhere: as uneven a σ as there can be."""
    film_mesh = mesh_film(WHEEL, comm, dimension=dimension)
    film = Film(film_mesh, Material(amr_ratio=1.0), electrodes=electrodes)
    film.randomise(seed=5)
    return film


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_resistances_at_the_ends_of_a_strip(comm, check, dimension):
    """R = L/(σwt) + (r_1 + r_2)/(wt), exactly, as φ is linear and even across the ends."""
    layout = strip(200e-9, 50e-9, thickness=THICKNESS, mesh_size=10e-9)
    electrodes = Electrodes({"left": 3e-14, "right": 1e-14})
    film_mesh = mesh_film(layout, comm, dimension=dimension)
    conductance = Film(film_mesh, ISOTROPIC, electrodes=electrodes).conductance_matrix()
    resistance = (RHO * 200e-9 + 4e-14) / (50e-9 * THICKNESS)
    expected = np.array([[1, -1], [-1, 1]]) / resistance
    check(
        f"Entries of G of a strip with resistance at its ends in {dimension}D, mS",
        conductance * 1e3,
        expected * 1e3,
        PRECISION / resistance * 1e3,
        "L/(σwt) + (r₁ + r₂)/(wt) in series; P1 is exact: tolerance of the solver",
    )


def pad_on_strip(length, covered, width, h):
    """A pad on the right part of a strip, an edge contact at its left end."""
    outline = box(0, 0, length, width)
    edge = Contact("edge", LineString([(0, 0), (0, width)]))
    pad = Contact("pad", box(length - covered, 0, length, width))
    return Layout(outline, (edge, pad), THICKNESS, h)


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_transfer_length_under_a_pad(comm, check, dimension):
    """R = ρ [(L - d) + L_T coth(d/L_T)]/(wt), V - φ ∝ cosh((L - x)/L_T), L_T = √(r_c t/ρ).

    The lumped interface on nodes h apart makes L_T coth smaller by 1 - (h/L_T)²/8; edges reach
    1.5 mesh sizes. In 3D the current also crosses part of the thickness: (t/L_T)²/6.
    """
    length, covered, width, transfer = 300e-9, 150e-9, 40e-9, 50e-9
    electrodes = Electrodes({"pad": transfer**2 * RHO / THICKNESS})
    errors = []
    for h in (10e-9, 5e-9):
        film_mesh = mesh_film(pad_on_strip(length, covered, width, h), comm, dimension=dimension)
        film = Film(film_mesh, ISOTROPIC, electrodes=electrodes)
        conduction = film.solve_current([0.0, 1.0])
        under = transfer / np.tanh(covered / transfer)
        expected = width * THICKNESS / (RHO * (length - covered + under))
        errors.append(abs(conduction.currents[1] / expected - 1))
        tolerance = (1.5 * h / transfer) ** 2 / 8 + (THICKNESS / transfer) ** 2 / 6
        case = f"{dimension}D, h = {h * 1e9:g} nm"
        because = "mesh (1.5h/L_T)²/8, thickness (t/L_T)²/6"
        check(
            f"Relative error of I under a resistive pad, {case}",
            errors[-1],
            0,
            tolerance,
            f"ρ[L - d + L_T coth(d/L_T)]/(wt); {because}",
        )
        x = film_mesh.coordinates[: film.operators.owned, 0]
        below = np.flatnonzero(x > length - covered - 1e-12)
        drop = RHO * conduction.currents[1] * transfer / (width * THICKNESS)
        drop *= np.cosh((length - x) / transfer) / np.sinh(covered / transfer)
        check(
            f"1 - φ under a resistive pad, {case}, V",
            1 - conduction.potential[below],
            drop[below],
            2 * tolerance * drop.max(initial=0),
            f"∝ cosh((L - x)/L_T); {because}, twice",
        )
    # Halving h quarters the error, but for how irregular the meshes are.
    assert errors[1] < errors[0] / 2


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_small_resistance_is_an_ideal_contact(comm, check, dimension):
    """G(r_c) - G(0) is linear in r_c while an interface conducts better than the film's mesh.

    At a vertex the film has 4σt and the interface h²/(7 r_c) at least (a third of one triangle);
    their ratio is the relative size of the next order.
    """
    h = WHEEL.mesh_size
    exact = maze(comm, dimension=dimension).conductance_matrix()
    first, second = (
        np.linalg.norm(maze(comm, Electrodes(r), dimension=dimension).conductance_matrix() - exact)
        / np.linalg.norm(exact)
        for r in (1e-17, 1e-18)
    )
    next_order = 4 * THICKNESS / RHO * 7 * 1e-17 / h**2
    check(
        f"G(10r) - G(0) over G(r) - G(0), r → 0, {dimension}D",
        first / second,
        10,
        10 * next_order,
        "linear in r; the next order 4σt · 7r/h²",
    )


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_currents_and_power_balance_with_resistances(comm, check, dimension):
    """Contact currents sum to zero, and what they supply heats the film and the interfaces."""
    electrodes = Electrodes({"rim_1": 1e-13, "centre": 1e-16})
    film = maze(comm, electrodes, dimension=dimension)
    voltages = np.array([0.05, 0.01, -0.05, -0.02])
    conduction = film.solve_current(voltages.tolist())
    scale = np.abs(conduction.currents).max()
    solver = "tolerance of the solver"
    case = f"with contact resistance, {dimension}D"
    check(
        f"Sum of the currents {case}, relative",
        conduction.currents.sum() / scale,
        0,
        PRECISION,
        f"charge is conserved; {solver}",
    )
    heat = conduction.joule_power() + conduction.interface_power()
    assert conduction.interface_power() > 0.01 * heat
    check(
        f"Heat of film and contacts {case}, μW",
        heat * 1e6,
        conduction.power * 1e6,
        PRECISION * conduction.power * 1e6,
        f"Σ V_i I_i; {solver}",
    )
    conductance = film.conductance_matrix()
    relative = conductance / np.abs(conductance).max()
    check(f"G_ij {case}, relative", relative, relative.T, PRECISION, f"G_ji; {solver}")
    check(
        f"Row sums of G {case}, relative",
        relative @ np.ones(4),
        0,
        PRECISION,
        f"charge is conserved; {solver}",
    )
    check(
        f"Entries of GV {case}, relative",
        conductance @ voltages / scale,
        conduction.currents / scale,
        PRECISION,
        f"currents of one solve; {solver}",
    )


@pytest.mark.analytic
def test_four_point_measurement_does_not_see_contact_resistance(comm, check):
    """I through the outer contacts; the probes, at x_1 and x_2, differ by ρ I (x_2 - x_1)/(wt).

    A probe as long as the mesh is fine shorts the field along itself; for a strip it is the mean
    of the potential over the probe, by symmetry its middle, to (probe/w)² of probe/distance.
    """
    length, width, probe = 400e-9, 100e-9, 5e-9
    places = (150e-9, 250e-9)
    contacts = [
        Contact("source", LineString([(0, 0), (0, width)])),
        *(
            Contact(f"probe_{x * 1e9:.0f}", LineString([(x - probe / 2, 0), (x + probe / 2, 0)]))
            for x in places
        ),
        Contact("drain", LineString([(length, 0), (length, width)])),
    ]
    layout = Layout(box(0, 0, length, width), tuple(contacts), THICKNESS, 5e-9)
    film = Film(mesh_film(layout, comm), ISOTROPIC, electrodes=Electrodes(1e-12))
    found = film.solve_current([Current(1e-5), None, None, Current(-1e-5)])
    expected = RHO * 1e-5 * (places[1] - places[0]) / (width * THICKNESS)
    drop = found.voltages[1] - found.voltages[2]
    apart = places[1] - places[0]
    check(
        "Drop of a four-point measurement, mV",
        drop * 1e3,
        expected * 1e3,
        probe / apart * (probe / width) ** 2 * expected * 1e3,
        "ρI(x₂ - x₁)/(wt); width of a probe p: (p/w)² p/(x₂ - x₁)",
    )
    end = RHO * length + 2e-12
    whole = 1e-5 * end / (width * THICKNESS)
    check(
        "Voltage of the outer contacts, mV",
        np.ptp(found.voltages) * 1e3,
        whole * 1e3,
        1e-3 * whole * 1e3,
        "(ρL + 2r)I/(wt); the probes short (p/w)² of it",
    )
