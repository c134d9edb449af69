"""Layers of metal that share the current of a film."""

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.hopfield.checks import driven_checks
from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.solvers import Electrodes, Film, Layer, Material

LENGTH, WIDTH, THICKNESS = 120e-9, 40e-9, 2e-9
STRIP = strip(LENGTH, WIDTH, thickness=THICKNESS, mesh_size=12e-9)
SIGMA, AMR = 5e6, 0.2
SHEET = SIGMA * THICKNESS
PT = Layer("pt", 3e-9, conductivity=4e6)
SHUNT = 3e-9 * 4e6
PRECISION = 1e-8
"""Of a conductance, to which the potential is solved; what is linear in x is exact."""
SOLVER = "the potential is linear; tolerance of the solver"
WALL = 7e-9


def film_of(comm, layers, layout=STRIP, **material):
    made_of = {"conductivity": SIGMA, "amr_ratio": AMR} | material
    return Film(mesh_film(layout, comm), Material(**made_of), layers=layers)


def conductance(film, m):
    """Of a strip in S, with uniform m."""
    film.set_magnetisation(np.array(m, dtype=float))
    return float(film.conductance_matrix()[0, 0])


def towards(x):
    """In the plane, at 30 degrees to the current."""
    return [np.cos(x), np.sin(x), 0.0]


@pytest.mark.analytic
def test_film_and_layers_conduct_side_by_side(comm, check):
    """G = (tσ + Σ d_k σ_k) w/L; pieces one behind another add up as resistances."""
    above = Layer("ta", 5e-9, conductivity=5e5, side="above")
    sheet = SHEET + SHUNT + 5e-9 * 5e5
    check(
        "G of a strip with two layers, mS",
        conductance(film_of(comm, [PT, above]), [0, 0, 1]) * 1e3,
        sheet * WIDTH / LENGTH * 1e3,
        PRECISION * sheet * 1e3,
        f"Σw/L; {SOLVER}",
    )

    def steps(x):
        return np.where(x[:, 0] > LENGTH / 2, 8e6, 4e6)

    film = film_of(comm, [Layer("pt", 3e-9, conductivity=steps)])
    found = conductance(film, [0, 0, 1])
    # Cells across the step have the mean of their corners: h of the length at most, either way.
    pieces = (LENGTH / 2 / (SHEET + SHUNT), LENGTH / 2 / (SHEET + 2 * SHUNT))
    spread = 12e-9 * abs(1 / (SHEET + SHUNT) - 1 / (SHEET + 2 * SHUNT)) / sum(pieces)
    expected = WIDTH / sum(pieces)
    check(
        "G of a strip whose layer conducts twice as well in one half, mS",
        found * 1e3,
        expected * 1e3,
        spread * expected * 1e3,
        "in series; the step lies within one row of cells",
    )


@pytest.mark.analytic
def test_magnetoresistance_is_diluted(comm, check):
    """R∥/R⊥ - 1 = (tσ⊥ + dσ_k)/(tσ∥ + dσ_k) - 1, and the share of the current likewise."""
    film = film_of(comm, [PT])
    along, across = (conductance(film, m) for m in ([1, 0, 0], [0, 1, 0]))
    parallel = SHEET / (1 + AMR)
    check(
        "ΔR/R of a strip of 20 % AMR on 12 mS of metal",
        across / along - 1,
        (SHEET + SHUNT) / (parallel + SHUNT) - 1,
        2 * PRECISION,
        f"side by side; {SOLVER}",
    )
    film.set_magnetisation(np.array([1.0, 0.0, 0.0]))
    found = film.solve_current([1e-3, 0.0])
    check(
        "Share of the current in the film, m along it",
        found.current_shares()["film"],
        parallel / (parallel + SHUNT),
        2 * PRECISION,
        f"j = σE; {SOLVER}",
    )


@pytest.mark.analytic
@pytest.mark.parametrize("degrees", [30, 45])
def test_planar_hall_voltage_is_diluted(comm, check, degrees):
    """J_y = 0 of the sheet: E_y/E_x = -Σ_yx/Σ_yy, Σ = tσ⊥(1 - a/(1 + a) m mᵀ) + dσ_k."""
    length, width = 600e-9, 60e-9
    layout = strip(length, width, thickness=THICKNESS, mesh_size=10e-9)
    film = film_of(comm, [PT], layout)
    phi = np.radians(degrees)
    film.set_magnetisation(np.array(towards(phi)))
    field, _ = middle_of(film, length, width)
    bent = AMR / (1 + AMR) * SHEET
    expected = bent * np.sin(phi) * np.cos(phi) / (SHEET + SHUNT - bent * np.sin(phi) ** 2)
    # End effects decay as exp(-π x/w): e^{-4π} ≈ 4e-6 at 4 w from the ends.
    check(
        f"Planar Hall field E_y/E_x with a shunt, m at {degrees}°",
        field[:, 1] / field[:, 0],
        np.full(len(field), expected),
        1e-5,
        "no sheet current across; ends decay as exp(-πx/w)",
    )


def middle_of(film, length, width):
    """E and the sheet current in the middle of a strip that is driven, (n, 2) each."""
    found = film.solve_current([1e-3, 0.0])
    middle = np.abs(film.film_mesh.coordinates[:, 0] - length / 2) < width / 2
    cells = middle[film.operators.cells].all(axis=1)
    sheet = film.operators.thickness[:, None] * found.current_density
    for k, layer in enumerate(film.layers):
        sheet = sheet + layer.thickness * found.layer_current_density(k)
    return found.electric_field()[cells], sheet[cells]


@pytest.mark.analytic
@pytest.mark.parametrize("plane", ["yz", "xz", "xy"])
def test_spin_hall_magnetoresistance(comm, check, plane):
    """A layer has ρ(1 + r(1 - m_y²)) along x: R turns in yz, is flat in xz, least for m along y.

    In xy, at 30°, a field across arises: ρ_xx of the layer is that of J_y = 0, which for film and
    layer is 1/(Σ_xx - Σ_xy²/Σ_yy). Chen et al., Phys. Rev. B 87, 144411 (2013), eq. 26.
    """
    ratio = 0.3
    layer = Layer("w", 3e-9, conductivity=4e6, spin_hall_magnetoresistance=ratio)
    if plane != "xy":
        film = film_of(comm, [layer], amr_ratio=0.0)
        for degrees in (0, 30, 60, 90):
            x, y = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
            m = [0, y, x] if plane == "yz" else [y, 0, x]
            sheet = SHEET + SHUNT / (1 + ratio * (1 - m[1] ** 2))
            check(
                "G of a strip on a layer of 30 % spin-Hall magnetoresistance, m at "
                f"{degrees}° from z in {plane}, mS",
                conductance(film, m) * 1e3,
                sheet * WIDTH / LENGTH * 1e3,
                PRECISION * sheet * 1e3,
                f"Chen et al. 2013; {SOLVER}",
            )
        return
    length, width = 600e-9, 60e-9
    film = film_of(
        comm, [layer], strip(length, width, thickness=THICKNESS, mesh_size=10e-9), amr_ratio=0.0
    )
    m = towards(np.radians(30))
    film.set_magnetisation(np.array(m))
    field, current = middle_of(film, length, width)
    turned = np.array([-m[1], m[0]])
    rho = np.eye(2) * (1 + ratio) - ratio * np.outer(turned, turned)
    sheet = SHEET * np.eye(2) + SHUNT * np.linalg.inv(rho)
    effective = sheet[0, 0] - sheet[0, 1] ** 2 / sheet[1, 1]
    check(
        "Sheet conductance J_x/E_x of a strip on that layer, m at 30° from x in xy, mS",
        current[:, 0] / field[:, 0] * 1e3,
        np.full(len(field), effective * 1e3),
        1e-5 * effective * 1e3,
        "no sheet current across; ends decay as exp(-πx/w)",
    )


@pytest.mark.analytic
def test_a_layer_that_vanishes_does_nothing(comm, check):
    """0 ≤ G(d) - G(0) ≤ G(0) dσ_k/(tσ∥), as resistors that are added only help (Rayleigh)."""
    layout = wheel(thickness=THICKNESS, mesh_size=25e-9)
    found = []
    for layers in ([], [Layer("pt", 3e-15, conductivity=4e6)]):
        film = film_of(comm, layers, layout)
        film.randomise(seed=3)
        found.append(film.conductance_matrix())
    bound = 3e-15 * 4e6 * (1 + AMR) / SHEET
    check(
        "G of a wheel on 3 fm of metal, in that without",
        np.diag(found[1]) / np.diag(found[0]),
        np.ones(4),
        bound + 2 * PRECISION,
        "dσ_k/(tσ∥), by Rayleigh's principle; tolerance of the solver",
    )


@pytest.mark.analytic
def test_heat_of_all_layers_is_the_power_of_the_sources(comm, check):
    """Σ V_i I_i = ∫ j · E of film and layers + Σ g (V - φ)², with all that may differ."""
    film_mesh = mesh_film(wheel(thickness=THICKNESS, mesh_size=25e-9), comm)
    layers = [
        Layer("pt", 3e-9, conductivity=lambda x: 4e6 * (1 + x[:, 0] / 1e-6)),
        Layer("w", 4e-9, 1e6, side="above", spin_hall_magnetoresistance=0.3),
    ]
    film = Film(
        film_mesh,
        Material(amr_ratio=AMR, anomalous_hall_ratio=0.1),
        thickness=lambda x: THICKNESS * (1 + x[:, 1] ** 2 / 1e-12),
        electrodes=Electrodes({"rim_1": 1e-15}),
        layers=layers,
    )
    film.randomise(seed=1)
    found = driven_checks(film, [0.05, -0.05, 0.02, 0.0])
    check(
        "Power of the sources over the heat of film, layers and a contact, less 1",
        found["power_balance"],
        0.0,
        PRECISION,
        "Tellegen's theorem; tolerance of the solver",
    )


@pytest.mark.cross_method
def test_currents_are_the_same_on_any_number_of_ranks(comm, check):
    """Beside one rank, to the tolerance of the solver of both."""
    layer = Layer("w", 3e-9, 4e6, spin_hall_magnetoresistance=0.3)
    found = []
    for ranks in (comm, MPI.COMM_SELF):
        film = film_of(ranks, [layer], wheel(thickness=THICKNESS, mesh_size=25e-9))
        film.randomise(seed=2)
        current = film.solve_current([0.05, None, 0.0, None])
        heat = film.comm.allreduce(float(film.operators.volumes @ current.power_density()))
        found.append([*current.voltages, *(1e2 * current.currents), 1e2 * heat])
    check(
        "Voltages, currents and heat of a wheel with a layer, V, 10 mA, 10 mW",
        np.array(found[0]),
        np.array(found[1]),
        2 * PRECISION,
        "one rank; tolerance of the solver",
    )


@pytest.mark.analytic
def test_resistance_of_a_wall_is_diluted(comm, check):
    """δR of a Néel wall, m_x² = sech²(x/Δ), where each cross-section has 1/Σ(x) in series.

    With A = t + dσ_kρ⊥ and B = a dσ_kρ⊥, 1/Σ - 1/Σ⊥ = ρ⊥ a t m_x²/(A(A + B m_x²)), and the
    integral of sech²/(A + B sech²) is 2Δ artanh √(B/(A + B))/√(B(A + B)): 2Δ/A as B → 0.
    """
    length, width, h = 120e-9, 10e-9, 1.5e-9
    layout = strip(length, width, thickness=THICKNESS, mesh_size=h)
    film = film_of(comm, [PT], layout)

    def profile(x):
        xi = (x[:, :1] - layout.outline.centroid.x) / WALL
        return np.tanh(xi) * np.array([0, 0, 1]) + np.array([1, 0, 0]) / np.cosh(xi)

    resistances = []
    for m in (np.array([0.0, 0.0, 1.0]), profile):
        film.set_magnetisation(m)
        resistances.append(1 / film.conductance_matrix()[0, 0])
    a, b = THICKNESS + SHUNT / SIGMA, AMR * SHUNT / SIGMA
    integral = 2 * WALL * np.arctanh(np.sqrt(b / (a + b))) / np.sqrt(b * (a + b))
    unit = AMR / SIGMA * THICKNESS / (a * width) * integral
    check(
        "δR of a Néel wall with a shunt, in that of its cross-sections in series",
        (resistances[1] - resistances[0]) / unit,
        1.0,
        (h / WALL) ** 2 / 3 + 1e-10 * resistances[0] / unit,
        "1/Σ(x) in series; mean over the corners of a cell (h/Δ)²/3",
    )
    alone = 2 * AMR / SIGMA * WALL / (width * THICKNESS)
    share = SHEET / (SHEET + SHUNT)
    check(
        "δR of a Néel wall with a shunt, in that without, per share² of the film",
        (resistances[1] - resistances[0]) / alone / share**2,
        1.0,
        AMR * (1 - share) + (h / WALL) ** 2 / 3,
        "to first order in AMR; mean over the corners of a cell (h/Δ)²/3",
    )
