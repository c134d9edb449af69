"""The temperature of heated films against closed forms."""

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Heat, Layer, Material, Sink
from tests.validation.heating import FOREVER, heat_for

LENGTH, WIDTH, THICKNESS, SIZE = 200e-9, 50e-9, 1e-9, 10e-9
LAYOUT = strip(LENGTH, WIDTH, THICKNESS, SIZE)
KAPPA, RHO, CAPACITY = 20.0, 2e-7, 3.7e6
METAL = {
    "amr_ratio": 0.0,
    "conductivity": 1 / RHO,
    "thermal_conductivity": KAPPA,
    "volumetric_heat_capacity": CAPACITY,
}
SUBSTRATE = 300.0
COLD = {"left": SUBSTRATE, "right": SUBSTRATE}
VOLTAGE = 0.05
DENSITY = VOLTAGE / LENGTH / RHO
HIGHEST = RHO * DENSITY**2 * LENGTH**2 / (8 * KAPPA)
"""ΔT in K of the strip between cold contacts: ρj²L²/8κ."""
P1 = (SIZE / LENGTH) ** 2
"""Relative: between vertices P1 misses a parabola by q h²/8κ, of q L²/8κ."""
UNFINISHED = 2e-3
"""Relative: solves leave a residual of 1e-4 of what drives, as norms of N < 400 vertices. If all of
it were at one of these, that one would be off by √N times as much."""
ROUND_OFF = 1e-9
"""Relative, of sums: solves lose no heat, and φ is solved to 1e-10."""


def strip_film(comm, layout=LAYOUT, sinks=COLD, layers=(), dimension=2, tolerance=0.5, **material):
    """Whose m is uniform."""
    film = Film(
        mesh_film(layout, comm, dimension=dimension),
        Material(**METAL | material),
        layers=layers,
        heat=Heat(sinks=sinks, tolerance=tolerance),
    )
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    return film


def profile(film):
    """θ in K at the vertices of this rank, and x in m from the middle of the film."""
    owned = film.operators.owned
    x = film.film_mesh.coordinates[:owned, 0]
    low = film.comm.allreduce(x.min(initial=np.inf), MPI.MIN)
    high = film.comm.allreduce(x.max(initial=-np.inf), MPI.MAX)
    return film.heat.temperature[:owned] - SUBSTRATE, x - (low + high) / 2


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_strip_between_cold_contacts(comm, check, dimension):
    """κθ'' + ρj² = 0, θ = 0 at both ends."""
    film = strip_film(comm, dimension=dimension)
    heat_for(film, (VOLTAGE, 0.0), FOREVER)
    found, x = profile(film)
    check(
        f"ΔT of a strip between cold contacts in {dimension}D, K",
        film.heat.highest() - SUBSTRATE,
        HIGHEST,
        P1 * HIGHEST,
        "ρj²L²/8κ; P1, ρj²h²/8κ",
    )
    check(
        f"θ along that strip in {dimension}D, K",
        found,
        HIGHEST * (1 - (2 * x / LENGTH) ** 2),
        P1 * HIGHEST,
        "a parabola; P1, ρj²h²/8κ",
    )


@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_loss_to_the_substrate(comm, check, plot, dimension):
    """κθ'' - (h/t) θ + ρj² = 0: θ = ρj²t/h · (1 - cosh(x/λ)/cosh(L/2λ)), λ = √(κt/h).

    θ'' is at most ρj²/κ, so P1 errs as without loss. Through the thickness θ falls by less than
    h t/κ of itself.
    """
    transfer = 1e7
    film = strip_film(comm, dimension=dimension, heat_transfer_coefficient=transfer)
    heat_for(film, (VOLTAGE, 0.0), FOREVER)
    found, x = profile(film)
    far = RHO * DENSITY**2 * THICKNESS / transfer
    decay = np.sqrt(KAPPA * THICKNESS / transfer)

    def theory(x):
        return far * (1 - np.cosh(x / decay) / np.cosh(LENGTH / 2 / decay))

    check(
        f"θ of a strip on a substrate in {dimension}D, K",
        found,
        theory(x),
        P1 * HIGHEST + (dimension - 2) * transfer * THICKNESS / KAPPA * far,
        "cosh(x/λ), λ = √(κt/h); P1, ρj²h²/8κ; in 3D ht/κ through the thickness",
    )
    if dimension == 2 and film.comm.size == 1:
        line = np.linspace(-LENGTH / 2, LENGTH / 2, 101)
        plot(
            "A heated strip on a substrate, between cold contacts",
            "x in nm",
            "θ in K",
            {"closed form": (line * 1e9, theory(line))},
            {"vertices": (x * 1e9, found)},
        )


@pytest.mark.analytic
def test_interface_of_a_sink(comm, check):
    """Through g in W/(m² K) at each end flow ρj²L/2: there θ = ρj²L/2g more than between cold."""
    conductance = 5e8
    sinks = dict.fromkeys(COLD, Sink(conductance))
    film = strip_film(comm, sinks=sinks)
    heat_for(film, (VOLTAGE, 0.0), FOREVER)
    found, x = profile(film)
    step = RHO * DENSITY**2 * LENGTH / (2 * conductance)
    check(
        "θ of a strip between sinks behind interfaces, K",
        found,
        step + HIGHEST * (1 - (2 * x / LENGTH) ** 2),
        P1 * HIGHEST + UNFINISHED * step,
        "ρj²L/2g and a parabola; P1, ρj²h²/8κ",
    )


@pytest.mark.analytic
def test_strip_with_a_layer(comm, check):
    """All conduct along each other: θ = (σt + σ'd) V²/8(κt + κ'd) in the middle."""
    platinum = Layer("pt", 3e-9, conductivity=4e6, thermal_conductivity=30.0)
    film = strip_film(comm, layers=[platinum])
    heat_for(film, (VOLTAGE, 0.0), FOREVER)
    sigma = THICKNESS / RHO + 3e-9 * 4e6
    kappa = THICKNESS * KAPPA + 3e-9 * 30.0
    expected = sigma * VOLTAGE**2 / (8 * kappa)
    check(
        "ΔT of a strip with a layer, K",
        film.heat.highest() - SUBSTRATE,
        expected,
        P1 * expected,
        "(σt + σ'd)V²/8(κt + κ'd); P1, of q h²/8κ",
    )


@pytest.mark.analytic
@pytest.mark.parametrize("layers", [(), (Layer("pt", 3e-9, 4e6, volumetric_heat_capacity=2.8e6),)])
def test_adiabatic_slope(comm, check, layers):
    """Where no heat leaves: (ct + c'd) θ = (σt + σ'd) E² τ, everywhere alike; as the estimate."""
    film, duration = strip_film(comm, sinks={}, layers=layers), 1e-11
    heat_for(film, (VOLTAGE, 0.0), duration)
    sigma, capacity = THICKNESS / RHO, THICKNESS * CAPACITY
    if layers:
        sigma, capacity = sigma + 3e-9 * 4e6, capacity + 3e-9 * 2.8e6
    expected = sigma / capacity * (VOLTAGE / LENGTH) ** 2 * duration
    of = "a strip with a layer" if layers else "a strip"
    found, _ = profile(film)
    because = "σt E²τ/ct of all layers; unfinished solves, 1e-4 √N"
    check(f"θ of {of} that keeps its heat, K", found, expected, UNFINISHED * expected, because)
    because = "σt E²τ/ct of all layers; no solve loses heat"
    mean = film.heat.mean() - SUBSTRATE
    check(f"Its mean, of {of}, K", mean, expected, ROUND_OFF * expected, because)
    film.heating.take_current(film.conduction)
    film.heating.pass_time(duration)
    check(
        f"The same by the lumped estimate, of {of}, K",
        film.heating.temperature_rise,
        expected,
        ROUND_OFF * expected,
        because,
    )


@pytest.mark.analytic
@pytest.mark.parametrize("transfer", [None, 3e7])
def test_decay_of_the_slowest_mode(comm, check, transfer):
    """sin(π(x/L + ½)) between cold contacts decays by κπ²/(cL²) + h/(ct).

    Of P1 with lumped masses the rate of a wave k errs by (kh)²/12 of itself on even meshes; thrice
    that is allowed here. In time, the sum of what each step may err by.
    """
    film = strip_film(comm, tolerance=1e-3, heat_transfer_coefficient=transfer)
    height = 10.0

    def mode(places):
        x = places[:, 0] / LENGTH
        start = film_start(film) / LENGTH
        return SUBSTRATE + height * np.sin(np.pi * (x - start))

    film.heat.set_temperature(mode)
    diffusion = KAPPA / CAPACITY * (np.pi / LENGTH) ** 2
    rate = diffusion + (transfer or 0.0) / (CAPACITY * THICKNESS)
    duration = 1 / rate
    film.heat.begin(0.0)
    film.heat.pass_time(duration)
    film.heat.finish()
    found = film.heat.highest() - SUBSTRATE
    in_time = film.heat.steps * film.heat.heat.tolerance / height
    check(
        "Rate of a cooling strip" + (" on a substrate" if transfer else "") + ", 1/ns",
        np.log(height / found) / duration * 1e-9,
        rate * 1e-9,
        (diffusion * (np.pi * SIZE / LENGTH) ** 2 / 4 + in_time / duration) * 1e-9,
        "κπ²/cL² + h/ct; (πh/L)²/4 of the former, and the steps",
    )


def film_start(film):
    """The least x in m."""
    local = film.film_mesh.coordinates[: film.operators.owned, 0].min(initial=np.inf)
    return film.comm.allreduce(local, MPI.MIN)
