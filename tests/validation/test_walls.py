"""Domain walls and edges against micromagnetic theory."""

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material, constant

EXCHANGE, ANISOTROPY, THICKNESS = 1e-11, 2e5, 2e-9
WALL = np.sqrt(EXCHANGE / ANISOTROPY)
"""Δ = √(A/K) = 7.07 nm."""


def make_film(comm, length, width, mesh_size, dimension=2, **material):
    layout = strip(length, width, thickness=THICKNESS, mesh_size=mesh_size)
    film = Film(
        mesh_film(layout, comm, dimension=dimension),
        Material(
            exchange_stiffness=EXCHANGE,
            uniaxial_anisotropy=ANISOTROPY,
            **{"interfacial_dmi": 0.0, "amr_ratio": 0.0} | material,
        ),
    )
    return film, layout.outline.centroid.x


def put_wall(film, centre, in_plane, delta=WALL):
    """A wall from +z on the left to -z on the right, with the given direction in its middle."""

    def profile(x):
        xi = (x[:, 0] - centre) / delta
        sech = 1 / np.cosh(xi)
        return np.column_stack([in_plane[0] * sech, in_plane[1] * sech, -np.tanh(xi)])

    film.set_magnetisation(profile)


def energy(film):
    return sum(film.dynamics.energies().values())


@pytest.mark.analytic
@pytest.mark.parametrize(("dimension", "h"), [(2, 1.5e-9), (3, 2.5e-9)])
def test_bloch_wall(comm, check, dimension, h):
    """Width ∫ m_y dx = π√(A/K), energy 4√(AK) per area."""
    width = 10e-9
    film, centre = make_film(comm, 120e-9, width, h, dimension)
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    uniform = energy(film)
    put_wall(film, centre, (0.0, 1.0))
    film.relax(5e-10, torque_tolerance=100.0)
    # P1 errs by (h/Δ)² of the energy and of the profile, with constants below one half.
    tolerance = 0.5 * (h / WALL) ** 2
    area = width * THICKNESS
    expected = 4 * np.sqrt(EXCHANGE * ANISOTROPY)
    found = (energy(film) - uniform) / area
    because = "{}; P1 errs by (h/Δ)²/2"
    check(
        f"Bloch wall energy in {dimension}D, mJ/m²",
        found * 1e3,
        expected * 1e3,
        tolerance * expected * 1e3,
        because.format("4√(AK)"),
    )
    integral = film.dynamics.mean_magnetisation()[1] * film.operators.volume / area
    check(
        f"Bloch wall width in {dimension}D, nm",
        abs(integral) * 1e9,
        np.pi * WALL * 1e9,
        tolerance * np.pi * WALL * 1e9,
        because.format("π√(A/K)"),
    )


@pytest.mark.analytic
def test_neel_wall_with_dmi(comm, check):
    """Energy 4√(AK) - πD per area; what the edges of the strip add is the same at both widths."""
    dmi, h = 1e-3, 2e-9
    energies = []
    for width in (30e-9, 60e-9):
        film, centre = make_film(comm, 140e-9, width, h, interfacial_dmi=dmi)
        film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
        film.relax(1e-9, torque_tolerance=100.0)
        uniform = energy(film)
        # From +z to -z through the direction that D > 0 favours.
        walls = []
        for sign in (1.0, -1.0):
            put_wall(film, centre, (sign, 0.0))
            walls.append((energy(film), sign))
        put_wall(film, centre, (min(walls)[1], 0.0))
        film.relax(1e-9, torque_tolerance=100.0)
        energies.append(energy(film) - uniform)
        # E = D ∫ θ' with θ the angle from z to x: D > 0 wants θ to fall, so m_x < 0 on the way.
        assert min(walls)[1] == -1.0
    found = (energies[1] - energies[0]) / (30e-9 * THICKNESS)
    expected = 4 * np.sqrt(EXCHANGE * ANISOTROPY) - np.pi * dmi
    # (h/Δ)²/2 of 4√(AK), as for the Bloch wall.
    tolerance = 0.5 * (h / WALL) ** 2 * 4 * np.sqrt(EXCHANGE * ANISOTROPY)
    check(
        "Néel wall energy with DMI, mJ/m²",
        found * 1e3,
        expected * 1e3,
        tolerance * 1e3,
        "4√(AK) - πD; P1 errs by (h/Δ)²/2 of 4√(AK)",
    )


@pytest.mark.published
@pytest.mark.parametrize(("dimension", "h"), [(2, 1e-9), (3, 2e-9)])
def test_edge_tilt(comm, check, dimension, h):
    """sin θ = D/(2√(AK)): 0.658 in the plane and 0.753 along z for the published parameters."""
    exchange, dmi, anisotropy = 13e-12, 3e-3, 0.4e6
    layout = strip(80e-9, 60e-9, thickness=THICKNESS, mesh_size=2.5e-9, contact_mesh_size=h)
    material = Material(
        exchange_stiffness=exchange, interfacial_dmi=dmi, uniaxial_anisotropy=anisotropy
    )
    film = Film(mesh_film(layout, comm, dimension=dimension), material)
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    film.relax(1e-9, torque_tolerance=100.0)
    x, y = film.film_mesh.coordinates[: film.operators.owned, :2].T
    left, _, right, _ = layout.outline.bounds
    middle = np.abs(y - layout.outline.centroid.y) < 10e-9
    for edge, sign in ((left, 1.0), (right, -1.0)):
        here = middle & (np.abs(x - edge) < 1e-12)
        found = comm.allreduce(film.m[here].sum(axis=0)) / comm.allreduce(int(here.sum()))
        # The slope at the edge is 1/Δ = √(K/A), so P1 errs by (h/Δ)²/2 there.
        tolerance = 0.5 * h**2 * anisotropy / exchange
        # ∂m_x/∂n < 0 for m_z > 0: m leans inwards.
        side = "left" if sign > 0 else "right"
        because = "sin θ = D/(2√(AK)); P1 errs by (h/Δ)²/2 at the edge"
        check(
            f"Inward m_x at the {side} edge in {dimension}D",
            sign * found[0],
            0.658,
            tolerance,
            because,
        )
        check(f"m_z at the {side} edge in {dimension}D", found[2], 0.753, tolerance, because)


@pytest.mark.analytic
def test_critical_dmi(comm, check):
    """Walls cost no energy at D_c = 4√(AK)/π = 2.903 mJ/m²: above, they enter a uniform film.

    The energy 4√(AK) - πD of the exact profile is linear in D, so two values give its zero. The
    profile depends on x alone and so, unrelaxed, has no energy at the sides of the strip.
    """
    exchange, anisotropy, h = 13e-12, 0.4e6, 1.5e-9
    delta = np.sqrt(exchange / anisotropy)
    layout = strip(120e-9, 20e-9, thickness=THICKNESS, mesh_size=h)
    film_mesh = mesh_film(layout, comm)
    costs = []
    for dmi in (2.8e-3, 3.0e-3):
        film = Film(
            film_mesh,
            Material(
                exchange_stiffness=exchange, interfacial_dmi=dmi, uniaxial_anisotropy=anisotropy
            ),
        )
        film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
        uniform = energy(film)
        put_wall(film, layout.outline.centroid.x, (-1.0, 0.0), delta)
        costs.append(energy(film) - uniform)
    critical = 2.8e-3 + 0.2e-3 * costs[0] / (costs[0] - costs[1])
    tolerance = 0.5 * (h / delta) ** 2 * 2.903e-3
    check(
        "Critical DMI, mJ/m²",
        critical * 1e3,
        2.903,
        tolerance * 1e3,
        "4√(AK)/π; P1 errs by (h/Δ)²/2",
    )
    assert costs[0] > 0 > costs[1]


def displacement(film, width):
    """Where the wall is, from the mean of m_z, but for a constant; m."""
    mean = film.dynamics.mean_magnetisation()[2]
    return 0.5 * mean * film.operators.volume / (width * THICKNESS)


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("dmi", "alpha", "beta", "dimension", "h"),
    [
        (0.0, 0.3, 0.6, 2, 2e-9),
        (0.0, 0.1, 0.0, 2, 2e-9),
        (0.5e-3, 0.3, 0.6, 2, 2e-9),
        (0.5e-3, 0.3, 0.6, 3, 2.5e-9),
    ],
)
def test_wall_under_the_current_between_two_contacts(
    comm, check, plot, dmi, alpha, beta, dimension, h
):
    """v = u (1 + αβ)/(1 + α²) without anything that pins the wall's angle; uβ/α with it.

    The wall goes with the electrons, against j.
    """
    length, width = 280e-9, 10e-9
    film, centre = make_film(
        comm,
        length,
        width,
        h,
        dimension,
        interfacial_dmi=dmi,
        damping=alpha,
        nonadiabaticity=beta,
    )
    material = film.material
    drift = 60.0
    density = drift / abs(material.spin_drift_per_current_density)
    put_wall(film, centre, (-1.0, 0.0))
    film.relax(2e-10, torque_tolerance=100.0)
    # j along -x: electrons, and the wall, along +x.
    voltage = density * length / material.conductivity
    # The angle of a Néel wall settles within (1 + α²)/(α γ₀ H_D) ≈ 0.1 ns.
    settling, interval = 6e-10, 2e-10
    start, begin = film.time, displacement(film, width)
    samples = [(0.0, 0.0)]

    def record(film):
        samples.append((film.time - start, displacement(film, width) - begin))

    film.evolve(constant([0.0, voltage], settling), sample_interval=2e-11, observer=record)
    before = displacement(film, width)
    film.evolve(constant([0.0, voltage], interval), sample_interval=2e-11, observer=record)
    velocity = (displacement(film, width) - before) / interval
    steady = beta / alpha if dmi else (1 + alpha * beta) / (1 + alpha**2)
    # Central differences carry a wave of wave number 1/Δ too slowly by (h/Δ)²/6; the wall's
    # profile holds shorter waves too, and the transient leaves e⁻⁶.
    tolerance = (0.25 * (h / WALL) ** 2 + np.exp(-6)) * drift * steady
    formula = "uβ/α" if dmi else "u(1 + αβ)/(1 + α²)"
    case = f"D = {dmi * 1e3:g} mJ/m², α = {alpha:g}, β = {beta:g}, {dimension}D"
    check(
        f"Wall velocity at u = {drift:g} m/s, {case}, m/s",
        velocity,
        drift * steady,
        tolerance,
        f"{formula}; P1 dispersion (h/Δ)²/4 and e⁻⁶ of transient",
    )
    time, position = np.array(samples).T
    marks = np.linspace(settling, settling + interval, 5)
    line = before - begin + drift * steady * (marks - settling)
    plot(
        f"Wall driven at u = {drift:g} m/s: {case}",
        "t / ns",
        "position of the wall / nm",
        {"run": (time * 1e9, position * 1e9)},
        {f"slope {formula}": (marks * 1e9, line * 1e9)},
    )
