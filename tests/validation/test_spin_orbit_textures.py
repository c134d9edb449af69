"""Walls and skyrmions driven by the spin-orbit torque of a layer."""

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Layer, Material, Numerics, constant
from hebbfilm.solvers.materials.constants import GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY

STIFFNESS, MAGNETISATION, DAMPING = 1.5e-11, 5.8e5, 0.3
MAGNETIC = VACUUM_PERMEABILITY * MAGNETISATION
THICKNESS, SIGMA, EFFICIENCY = 1e-9, 4e6, 0.1
HBAR, CHARGE = 1.054571817e-34, 1.602176634e-19


def make(comm, length, width, h, anisotropy, dmi, side="below", **options):
    """A film on which a layer lies that does all of the driving."""
    material = Material(
        saturation_magnetisation=MAGNETISATION,
        exchange_stiffness=STIFFNESS,
        uniaxial_anisotropy=anisotropy,
        interfacial_dmi=dmi,
        damping=DAMPING,
        amr_ratio=0.0,
        polarisation=0.0,
    )
    layer = Layer("pt", 3e-9, SIGMA, side, damping_like_efficiency=EFFICIENCY)
    mesh = mesh_film(strip(length, width, THICKNESS, mesh_size=h), comm)
    return Film(mesh, material, layers=[layer], numerics=Numerics(**options))


def drive(twist, length, duration):
    """A current for which ħξj/(2eμ₀M_st) is `twist` in A/m, along +x where that is positive."""
    density = twist * 2 * CHARGE * MAGNETIC * THICKNESS / (HBAR * EFFICIENCY)
    return constant([density * length / SIGMA, 0.0], duration)


def slopes(film):
    """∂_i m in cells (n_cells, 2, 3), m there (n_cells, 3), and the areas of cells in m²."""
    operators, m = film.operators, film.dynamics.m[film.operators.cells]
    slope = np.einsum("cad,cak->cdk", operators.gradients, m)
    return slope, m.mean(axis=1), operators.volumes / THICKNESS


ANISOTROPY, DMI = 2e5, 5e-5
WALL = np.sqrt(STIFFNESS / ANISOTROPY)
LENGTH, WIDTH, H = 400e-9, 5e-9, 2.5e-9
FASTEST = np.pi / 2 * GYROMAGNETIC_RATIO * DMI / MAGNETIC
"""v_D in m/s."""
P1 = 0.25 * (H / WALL) ** 2
RIMS = WALL * DMI / (np.pi * STIFFNESS)
"""Between free rims |y| = w/2 ≪ Δ, DMI turns m by D y/2A about x and so makes x an axis as hard as
D²/4A; by that the force that turns a wall changes by 4 Δ D²/4A in πD."""


def wall_under(comm, ratio, chirality, upright, integrator):
    """Δ = 2w/∫|∂m/∂x|² dA in m, and the velocity in m/s, of a wall in steady motion."""
    film = make(
        comm,
        LENGTH,
        WIDTH,
        H,
        ANISOTROPY,
        chirality * DMI,
        integrator=integrator,
    )
    direction = np.sign(ratio) * chirality
    angle = np.arctan(ratio)

    def profile(x):
        xi = (x[:, 0] - LENGTH / 2 + direction * 150e-9) / WALL
        across = -chirality * upright / np.cosh(xi)
        up = -upright * np.tanh(xi)
        return np.column_stack([np.cos(angle) * across, np.sin(angle) * across, up])

    film.set_magnetisation(profile)
    damping = DAMPING * DMI / (MAGNETIC * WALL)
    samples = []

    def record(film):
        up = upright * film.dynamics.mean_magnetisation()[2]
        samples.append((film.time, up * LENGTH / 2))

    duration = 240e-9 / FASTEST
    film.evolve(
        drive(ratio * damping, LENGTH, duration), sample_interval=duration / 60, observer=record
    )
    time, position = np.array(samples).T
    # The second half; a cell of the mesh is passed many times in it.
    velocity = np.polyfit(time[30:], position[30:], 1)[0]
    slope, _, areas = slopes(film)
    square = comm.allreduce(float(areas @ np.sum(slope[:, 0] ** 2, axis=1)))
    return 2 * WIDTH / square, velocity, (time, position)


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("ratio", "chirality", "upright", "integrator"),
    [
        (0.5, 1, 1, "implicit"),
        (1.0, 1, 1, "explicit"),
        (2.0, 1, 1, "implicit"),
        (-1.0, 1, 1, "implicit"),
        (1.0, -1, 1, "implicit"),
        (1.0, 1, -1, "implicit"),
    ],
)
def test_wall_along_the_current(comm, check, plot, ratio, chirality, upright, integrator):
    """v = v_D/√(1 + (j_D/j)²) along j for D > 0, ξ > 0 below, whichever side of the wall is up.

    With the angle ψ of the wall from the Néel wall that DMI prefers, φ' = 0 asks for
    αv/Δ = γ₀ (π/2) a cos ψ and v/Δ = γ₀ (π/2) H_D sin ψ, H_D = D/(μ₀M_sΔ): tan ψ = a/(αH_D) and
    v_D = πγ₀D/(2μ₀M_s): A. Thiaville et al., Europhys. Lett. 100, 57002 (2012). Directions as
    measured on Pt/Co: S. Emori et al., Nat. Mater. 12, 611 (2013).

    The wall is rigid but for corrections (a/H_K)² < 1e-4. P1 and free rims err as for other walls.
    """
    width, velocity, (time, position) = wall_under(comm, ratio, chirality, upright, integrator)
    expected = FASTEST * chirality * np.sign(ratio) / np.sqrt(1 + 1 / ratio**2)
    case = (
        f"a = {ratio:g} a_D, D {'>' if chirality > 0 else '<'} 0, "
        f"{'up-down' if upright > 0 else 'down-up'}, {integrator}"
    )
    check(
        f"Width Δ of the wall, {case}, nm", width * 1e9, WALL * 1e9, P1 * WALL * 1e9, "√(A/K); P1"
    )
    check(
        f"Velocity of the wall, {case}, m/s",
        velocity,
        expected,
        (P1 + RIMS) * abs(expected),
        "v_D/√(1 + (j_D/j)²); P1 (h/Δ)²/4, hard axis by DMI at the rims ΔD/πA",
    )
    plot(
        f"Wall under spin-orbit torque, {case}",
        "t / ns",
        "position of the wall / nm",
        {"run": (time * 1e9, position * 1e9)},
        {
            "slope of the model": (
                time[30::6] * 1e9,
                (position[30] + expected * (time[30::6] - time[30])) * 1e9,
            )
        },
    )


SIDES, EDGE, REACH = (160e-9, 120e-9), 2e-9, 40e-9
HARD, STRONG = 6e5, 3e-3
"""K and D of a film with skyrmions, J/m³ and J/m²."""


def place_of(film, reach):
    """Centre of what points down within `reach` of the middle, weighted by -m_z; (2,) in m."""
    x = film.film_mesh.coordinates[: film.operators.owned, :2]
    near = np.hypot(*(x - np.array(SIDES) / 2 * [1, 0]).T) < reach
    weights = film.operators.vertex_volumes * np.maximum(-film.m[:, 2], 0) * near
    sums = film.comm.allreduce(np.array([*(weights @ x), weights.sum()]))
    return sums[:2] / sums[2]


def thiele(film, twist, place):
    """v in m/s by (N - αD) v = γ₀F of the present profile within `REACH` of a place.

    From the equation across m, times ∂_i m, for a texture that moves as it is:
    N_ij = ∫ m · (∂_i m × ∂_j m), D_ij = ∫ ∂_i m · ∂_j m, F_i = ∫ (m × q) · ∂_i m.
    """
    slope, m, areas = slopes(film)
    middles = film.film_mesh.coordinates[film.operators.cells][:, :, :2].mean(axis=1)
    areas = areas * (np.hypot(*(middles - place).T) < REACH)
    drag = np.einsum("c,cik,cjk->ij", areas, slope, slope)
    gyration = np.einsum("c,ck,ck->", areas, m, np.cross(slope[:, 0], slope[:, 1]))
    force = np.einsum("c,ck,cik->i", areas, np.cross(m, twist), slope)
    drag, gyration, force = (film.comm.allreduce(each) for each in (drag, gyration, force))
    matrix = gyration * np.array([[0, 1], [-1, 0]]) - DAMPING * drag
    return np.linalg.solve(matrix, GYROMAGNETIC_RATIO * force)


@pytest.mark.analytic
@pytest.mark.parametrize(("side", "sign"), [("below", 1), ("above", -1)])
def test_skyrmion_by_thieles_equation(comm, check, plot, side, sign):
    """Speed and angle of the drift against Thiele's equation with the relaxed profile.

    A. A. Thiele, Phys. Rev. Lett. 30, 230 (1973), with the force of the torque as in J. Sampaio et
    al., Nat. Nanotechnol. 8, 839 (2013). A wall of width Δ = √(A/K) that P1 holds to (h/Δ)²/4
    passes the vertices of a mesh with no more than that between force and speed.
    """
    film = make(comm, *SIDES, EDGE, HARD, STRONG, side)
    wall = np.sqrt(STIFFNESS / HARD)
    start = np.array([SIDES[0] / 2, -10e-9])

    def profile(x):
        away = x[:, :2] - start
        distance = np.hypot(*away.T) + 1e-15
        theta = 2 * np.arctan(np.exp((12e-9 - distance) / wall))
        outward = np.sin(theta) / distance
        return np.column_stack([outward * away[:, 0], outward * away[:, 1], np.cos(theta)])

    film.set_magnetisation(profile)
    film.relax(1e-9)
    twist, duration, reach = 1e4, 2e-9, 45e-9
    expected = thiele(film, np.array([0.0, -twist, 0.0]), place_of(film, reach))
    samples = []
    film.evolve(
        drive(sign * twist, SIDES[0], duration),
        sample_interval=duration / 40,
        observer=lambda film: samples.append((film.time, *place_of(film, reach))),
    )
    time, x, y = np.array(samples).T
    # After a quarter, 6 m/s of inertia have decayed within 0.1 ns.
    velocity = np.polyfit(time[10:], np.column_stack([x, y])[10:], 1)[0]
    tolerance = 0.25 * (EDGE / wall) ** 2
    speed = np.linalg.norm(expected)
    because = "Thiele's equation with the relaxed profile; P1 (h/Δ)²/4"
    check(
        f"Speed of a skyrmion, layer {side}, m/s",
        np.linalg.norm(velocity),
        speed,
        tolerance * speed,
        because,
    )
    angles = [np.degrees(np.arctan2(v[1], v[0])) for v in (velocity, expected)]
    check(f"Its angle to +x, layer {side}, degrees", *angles, np.degrees(tolerance), because)
    plot(
        f"Skyrmion under spin-orbit torque, layer {side}",
        "x / nm",
        "y / nm",
        {"run": (x * 1e9, y * 1e9)},
        {
            "Thiele's equation": (
                (x[10] + expected[0] * (time[10::6] - time[10])) * 1e9,
                (y[10] + expected[1] * (time[10::6] - time[10])) * 1e9,
            )
        },
    )
