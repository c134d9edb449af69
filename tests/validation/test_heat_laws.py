"""Heat of any film: Kohlrausch's law, its balance, what acts back, and its orders."""

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.run.bench.films import irregular
from hebbfilm.solvers import (
    Current,
    Electrodes,
    Film,
    Heat,
    Layer,
    Material,
    Numerics,
    Sink,
    constant,
    rest,
)
from hebbfilm.solvers.heat.step import heat_step
from hebbfilm.solvers.materials.constants import LORENZ_NUMBER
from tests.validation.heating import FOREVER, heat_for

SUBSTRATE = 300.0
ROUNDS = 12
"""Of current and temperature in turn; each leaves less than a third of what it corrects."""
LAYOUTS = {
    "strip": lambda: (strip(200e-9, 50e-9, mesh_size=5e-9), (0.05, -0.05)),
    "wheel": lambda: (wheel(mesh_size=10e-9), (0.05, 0.05, -0.05, -0.05)),
    "irregular film": lambda: (irregular(20e-9).layout, (0.05, -0.05, -0.05, 0.05, -0.05)),
}


def largest_drop(film):
    """|φ_i - φ_j| along an edge, V."""
    corners = film.conduction.potential[film.operators.cells]
    local = np.ptp(corners, axis=1).max(initial=0.0)
    return film.comm.allreduce(float(local), max)


@pytest.mark.analytic
@pytest.mark.parametrize("coefficient", [0.0, 3e-3])
@pytest.mark.parametrize("name", LAYOUTS)
def test_kohlrausch(comm, check, name, coefficient):
    """T² = T₀² + (φ - V₁)(V₂ - φ)/L where κ = LσT, contacts at T₀ have V₁ or V₂, whatever σ(T).

    F. Kohlrausch, Ann. Phys. 306, 132 (1900). Along an edge φ changes by δ at most; there P1
    misses what is quadratic in φ by δ²/4L, and as much where no vertex lies half way.
    """
    layout, drives = LAYOUTS[name]()
    film_mesh = mesh_film(layout, comm)
    sinks = dict.fromkeys(film_mesh.contacts, SUBSTRATE)
    film = Film(
        film_mesh,
        Material(amr_ratio=0.0, temperature_coefficient=coefficient),
        heat=Heat(sinks=sinks, wiedemann_franz=True),
    )
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    for _ in range(ROUNDS):
        heat_for(film, drives, FOREVER)
    film.conduction.update(film.dynamics.m)
    film.conduction.solve(drives)
    owned = film.operators.owned
    squares = film.heat.temperature[:owned] ** 2 - SUBSTRATE**2
    potential = film.conduction.potential[:owned]
    highest = 0.1**2 / (4 * LORENZ_NUMBER)
    missed = largest_drop(film) ** 2 / (4 * LORENZ_NUMBER)
    of = f"a {name}" + (" whose σ falls with T" if coefficient else "")
    check(
        f"T² - T₀² of {of} at its hottest, K²",
        film.heat.highest() ** 2 - SUBSTRATE**2,
        highest,
        2 * missed,
        "V²/4L (Kohlrausch); δ² /2L for steps δ of φ along edges",
    )
    check(
        f"T² - T₀² all over {of}, K²",
        squares,
        (0.05**2 - potential**2) / LORENZ_NUMBER,
        missed,
        "(φ - V₁)(V₂ - φ)/L (Kohlrausch); δ²/4L",
    )


def warming_strip(comm, sinks, transfer=None):
    """ρ grows with T; no magnetoresistance."""
    film = Film(
        mesh_film(strip(LENGTH, WIDTH, THICKNESS, 10e-9), comm),
        Material(
            amr_ratio=0.0,
            conductivity=1 / RHO,
            thermal_conductivity=KAPPA,
            temperature_coefficient=GROWTH,
            heat_transfer_coefficient=transfer,
        ),
        heat=Heat(sinks=sinks, tolerance=0.01),
    )
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    return film


LENGTH, WIDTH, THICKNESS = 200e-9, 50e-9, 1e-9
RHO, KAPPA, GROWTH = 2e-7, 20.0, 3e-3
SETTLED = 1e-4
"""Relative, of what the rounds leave."""


@pytest.mark.analytic
def test_current_that_heats_what_resists_it(comm, check):
    """κθ'' + ρ(1 + aθ)j² = 0 between cold contacts: 1 + aθ = cos(kx)/cos(kL/2), k² = aρj²/κ.

    At kL = π nothing holds the heat; here kL = 1.8. P1 misses θ'' h²/8.
    """
    density = 1.8 / LENGTH / np.sqrt(GROWTH * RHO / KAPPA)
    current = density * WIDTH * THICKNESS
    film = warming_strip(comm, {"left": SUBSTRATE, "right": SUBSTRATE})
    for _ in range(3 * ROUNDS):
        heat_for(film, (Current(current), Current(-current)), FOREVER)
    expected = (1 / np.cos(0.9) - 1) / GROWTH
    curvature = RHO * (1 + GROWTH * expected) * density**2 / KAPPA
    # The error of ρ heats, too: as much more as the rise itself is above that of a constant ρ.
    amplified = expected / (RHO * density**2 * LENGTH**2 / (8 * KAPPA))
    check(
        "ΔT of a strip whose ρ grows with T, near runaway, K",
        film.heat.highest() - SUBSTRATE,
        expected,
        amplified * curvature * (10e-9) ** 2 / 8 + SETTLED * expected,
        "1 + aθ = 1/cos(kL/2), k² = aρj²/κ; P1, θ'' h²/8",
    )


@pytest.mark.analytic
@pytest.mark.parametrize("driven", ["current", "voltage"])
def test_feedback_on_a_substrate(comm, check, driven):
    """Without sinks at its ends θ is even: hθ = tρj²(1 + aθ), or hθ (1 + aθ) = tE²/ρ."""
    transfer, voltage = 1e7, 0.05
    film = warming_strip(comm, {}, transfer)
    density = voltage / LENGTH / RHO
    cold = THICKNESS * RHO * density**2 / transfer
    if driven == "current":
        current = density * WIDTH * THICKNESS
        drives = Current(current), Current(-current)
        expected = cold / (1 - GROWTH * cold)
    else:
        drives = (voltage, 0.0)
        expected = (np.sqrt(1 + 4 * GROWTH * cold) - 1) / (2 * GROWTH)
    for _ in range(ROUNDS):
        heat_for(film, drives, FOREVER)
    owned = film.operators.owned
    check(
        f"θ of a strip on a substrate, given its {driven}, ρ growing, K",
        film.heat.temperature[:owned] - SUBSTRATE,
        expected,
        SETTLED * expected,
        "hθ = tρj²(1 + aθ), and the like; what the rounds leave",
    )


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_heat_is_the_work_of_the_sources(comm, check, dimension):
    """Coupled, with AMR, a layer in 2D, interfaces and a film that moves; asked for is 1e-6.

    V · I and the heat differ by the square of what unfinished solves of φ are off by, 4e-4 of j.
    """
    layers = [Layer("pt", 3e-9, 4e6)] if dimension == 2 else []
    film = Film(
        mesh_film(wheel(mesh_size=20e-9), comm, dimension=dimension),
        Material(heat_transfer_coefficient=3e7),
        layers=layers,
        electrodes=Electrodes({"rim_1": 1e-15}),
        heat=Heat(sinks={"rim_1": 310.0, "centre": Sink(1e9)}),
    )
    film.randomise(seed=1)
    drives = (0.05, 0.05, -0.05, -0.05)
    film.evolve([*constant(drives, 2e-11), *rest(1e-11)], sample_interval=5e-12)
    balance = film.heat.balance()
    check(
        f"Heat that no one has, over the work of the sources, in {dimension}D",
        balance.missing / balance.work,
        0,
        1e-6,
        "energy is conserved",
        derived=4e-4**2,
    )
    assert balance.substrate > 0
    assert balance.stored > 0
    # Whatever was renewed on the way counts, as in the estimate.
    assert balance.work == pytest.approx(film.heating.energy, rel=1e-12, abs=0)


@pytest.mark.analytic
def test_heat_of_an_interface_arises_at_its_contact(comm, check):
    """I² r_c/A_c at the contact, the rest in the film: each is stored where it arises at first."""
    film = Film(
        mesh_film(strip(LENGTH, WIDTH, THICKNESS, 10e-9), comm),
        Material(amr_ratio=0.0, conductivity=1 / RHO, thermal_conductivity=1e-6),
        electrodes=Electrodes({"left": 1e-14}),
        heat=Heat(),
    )
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    duration = 1e-12
    heat_for(film, (0.05, 0.0), duration)
    section = WIDTH * THICKNESS
    current = 0.05 / (RHO * LENGTH / section + 1e-14 / section)
    vertices = film.film_mesh.contact_vertices("left")
    vertices = vertices[vertices < film.operators.owned]
    capacity, owned = film.heat.network.capacity, film.operators.owned
    rise = film.heat.temperature[:owned] - SUBSTRATE
    film_alone = RHO * (current / section) ** 2 / film.material.volumetric_heat_capacity * duration
    found = film.comm.allreduce(float(capacity[vertices] @ (rise[vertices] - film_alone)))
    expected = current**2 * 1e-14 / section * duration
    check(
        "Heat of an interface at its contact, over I²r_c/A",
        found / expected,
        1,
        2e-5,
        "I² r_c/A; what solves of θ leave",
    )


@pytest.mark.cross_method
def test_estimate_of_the_whole_film_is_the_limit_of_good_conduction(comm, check):
    """With κ → ∞ all of the film is as warm as the lumped estimate, which is exact in time.

    θ differs by ρj²L²/8κ in space. In time each of n steps errs by less than its tolerance.
    """
    kappa, duration = 2e5, 2e-10
    film = Film(
        mesh_film(strip(LENGTH, WIDTH, THICKNESS, 20e-9), comm),
        Material(
            amr_ratio=0.0,
            uniaxial_anisotropy=1e6,
            thermal_conductivity=kappa,
            heat_transfer_coefficient=3e7,
        ),
        layers=[Layer("pt", 2e-9, 4e6, thermal_conductivity=kappa)],
        heat=Heat(tolerance=1e-3),
        numerics=Numerics(step_tolerance=1e-2),
    )
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    film.evolve([*constant((0.02, 0.0), duration), *rest(duration / 4)])
    power_density = (0.02 / LENGTH) ** 2 * (THICKNESS * 5e6 + 2e-9 * 4e6)
    across = power_density * LENGTH**2 / (8 * kappa * 3e-9)
    check(
        "θ of a strip with κ → ∞ beside the lumped estimate, K",
        film.heat.highest() - SUBSTRATE,
        film.heating.temperature_rise,
        across + film.heat.steps * 1e-3,
        "the same equation; ρj²L²/8κ, and the tolerance of each step",
        derived=across,
    )
    balance = film.heat.balance()
    assert balance.work == pytest.approx(film.heating.energy, rel=1e-12, abs=0)


def steps_of(film, source, number, duration):
    """θ in K after so many equal steps."""
    rise = np.zeros(film.operators.owned)
    for _ in range(number):
        rise = heat_step(film.heat.network, rise, source, duration / number, 0 * rise).rise
    return rise


@pytest.mark.analytic
@pytest.mark.parametrize("law", ["κ", "κ = LσT"])
def test_order_in_time(comm, check, law):
    """Halving Δt quarters the error, here against Δt/32 of the same mesh; R(∞) = 0, too."""
    film = Film(
        mesh_film(strip(LENGTH, WIDTH, THICKNESS, 20e-9), comm),
        Material(amr_ratio=0.0, heat_transfer_coefficient=1e7),
        heat=Heat(sinks={"left": SUBSTRATE}, wiedemann_franz=law != "κ"),
    )
    source = 3e16 * film.operators.vertex_volumes
    exact = steps_of(film, source, 512, 4e-10)
    errors = []
    for number in (8, 16):
        found = steps_of(film, source, number, 4e-10)
        square = film.comm.allreduce(float(((found - exact) ** 2).sum()))
        errors.append(np.sqrt(square))
    check(
        f"Order in Δt of the temperature, {law}",
        np.log2(errors[0] / errors[1]),
        2,
        0.25,
        "SDIRK of second order; terms of the next order, γΔt/τ with Δt/τ < 1/6",
    )


@pytest.mark.analytic
def test_order_in_space(comm, check):
    """cosh(x/λ) of a strip on a substrate, between cold contacts: halving h quarters the error."""
    transfer, errors = 3e7, []
    decay = np.sqrt(KAPPA * THICKNESS / transfer)
    for size in (20e-9, 10e-9, 5e-9):
        film = Film(
            mesh_film(strip(LENGTH, WIDTH, THICKNESS, size), comm),
            Material(thermal_conductivity=KAPPA, heat_transfer_coefficient=transfer),
            heat=Heat(sinks={"left": SUBSTRATE, "right": SUBSTRATE}),
        )
        far = 1e17 * THICKNESS / transfer
        volumes, owned = film.operators.vertex_volumes, film.operators.owned
        network = film.heat.network
        rise = heat_step(network, np.zeros(owned), 1e17 * volumes, 1.0, np.zeros(owned)).rise
        places = film.film_mesh.coordinates[:owned, 0]
        edges = [film.comm.allreduce(float(f(places)), f) for f in (min, max)]
        x = places - sum(edges) / 2
        theory = far * (1 - np.cosh(x / decay) / np.cosh(LENGTH / 2 / decay))
        errors.append(np.sqrt(film.comm.allreduce(float(volumes @ (rise - theory) ** 2))))
    check(
        "Order in h of the temperature",
        np.log2(errors[0] / errors[2]) / 2,
        2,
        0.4,
        "P1; uneven cells scatter the errors by a third, the mean of two halvings has half of it",
    )
