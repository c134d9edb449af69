"""Borders of two materials in one film."""

import numpy as np
import pytest
from scipy.optimize import brentq
from shapely import box

from hebbfilm.meshing import Layout, Region, mesh_film
from hebbfilm.solvers import Film, Material, Numerics
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.magnetisation.dynamics import Dynamics
from hebbfilm.solvers.materials.constants import GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.terms import Exchange
from tests.solvers.rectangles import cells_where, rectangle
from tests.validation.explicit_steps import frequency_error

NM = 1e-9
LENGTH, WIDTH = 120 * NM, 6 * NM
MU0 = VACUUM_PERMEABILITY


@pytest.fixture(scope="module")
def halves(comm):
    """A strip whose right half is a region to whose border the mesh conforms; its mesh size."""
    h = 1.5 * NM
    right = Region("right", box(LENGTH / 2, 0, LENGTH, WIDTH))
    return mesh_film(Layout(box(0, 0, LENGTH, WIDTH), (), NM, h, regions=(right,)), comm), h


def wall(x):
    """From +z on the left to -z on the right, 5 nm before the border, not quite a Bloch wall."""
    xi = (x[:, 0] - LENGTH / 2 + 5 * NM) / (7 * NM)
    return np.column_stack([0.1 / np.cosh(xi), 1 / np.cosh(xi), -np.tanh(xi)])


def pinned(film_mesh, material, field, m):
    """m of the wall in equilibrium in a field along z; None if it has gone through the border."""
    film = Film(film_mesh, material, applied_field=(0.0, 0.0, field))
    film.set_magnetisation(m)
    film.minimise(torque_tolerance=10.0)
    return film.m.copy() if film.dynamics.mean_magnetisation()[2] < 0.5 else None


@pytest.mark.published
@pytest.mark.parametrize(
    ("stiffness", "anisotropy", "magnetisation"),
    [
        ((1e-11, 1e-11), (2e5, 4e5), (5.8e5, 5.8e5)),
        ((6e-12, 1.2e-11), (3e5, 3e5), (5.8e5, 5.8e5)),
        ((8e-12, 1.2e-11), (2e5, 4e5), (8e5, 5e5)),
    ],
    ids=["K", "A", "A, K and M_s"],
)
def test_depinning_of_a_wall(comm, check, halves, stiffness, anisotropy, magnetisation):
    """H = 2 (A₂K₂ - A₁K₁)/(μ₀ (√(A₁M₁) + √(A₂M₂))²): (K₂ - K₁)/(2μ₀M_s) if K alone differs.

    With h_i = μ₀ M_i H, the angle θ from z has A₁θ'² = K₁ sin²θ + h₁ (1 - cos θ) on the left, where
    θ begins with 0, and A₂θ'² = K₂ sin²θ - h₂ (1 + cos θ) on the right, where it ends with π. At
    the border θ and Aθ' are continuous, so with c = cos θ there
    A₁ (K₁ (1 - c²) + h₁ (1 - c)) = A₂ (K₂ (1 - c²) - h₂ (1 + c)), or
    μ₀H = (A₂K₂ - A₁K₁)(1 - c²)/(A₁M₁ (1 - c) + A₂M₂ (1 + c)). Its largest value, at
    c = (√(A₁M₁) - √(A₂M₂))/(√(A₁M₁) + √(A₂M₂)), is that of
    H. Kronmüller and D. Goll, Physica B 319, 122 (2002).
    """
    film_mesh, h = halves
    a, k, saturation = (np.array(pair) for pair in (stiffness, anisotropy, magnetisation))
    material = Material(
        interfacial_dmi=0.0,
        exchange_stiffness={"film": stiffness[0], "right": stiffness[1]},
        uniaxial_anisotropy={"film": anisotropy[0], "right": anisotropy[1]},
        saturation_magnetisation={"film": magnetisation[0], "right": magnetisation[1]},
    )
    roots = np.sqrt(a * saturation)
    expected = 2 * (a[1] * k[1] - a[0] * k[0]) / (MU0 * roots.sum() ** 2)
    low, high = 0.9 * expected, 1.1 * expected
    m = pinned(film_mesh, material, low, wall)
    assert m is not None
    assert pinned(film_mesh, material, high, m) is None
    while high - low > 0.01 * expected:
        field = (low + high) / 2
        found = pinned(film_mesh, material, field, m)
        low, high, m = (low, field, m) if found is None else (field, high, found)
    narrowest = np.sqrt((a / k).min())
    check(
        f"Field that drives a wall through a border of two {'A' if k[0] == k[1] else 'K'}, kA/m",
        (low + high) / 2 * 1e-3,
        expected * 1e-3,
        (0.005 + 0.5 * (h / narrowest) ** 2) * expected * 1e-3,
        "Kronmüller and Goll 2002; bisection, P1 errs by (h/Δ)²/2",
    )


COLUMNS, SIZE = 40, 2 * NM
MIDDLE = COLUMNS * SIZE / 2


def stepped(comm):
    """A strip of even squares, and a function that makes cell arrays with a step in its middle."""
    film_mesh = rectangle(comm, COLUMNS, 2, SIZE)
    there = cells_where(film_mesh, lambda x: x[:, 0] > MIDDLE)
    return film_mesh, lambda left, right: np.where(there, right, left)


def line(comm, x, angle):
    """Slope and value at the border of the line through angles at vertices, and how far they lie.

    Args:
        comm: of all ranks.
        x: from the border, of some vertices of this rank.
        angle: there.
    """
    x, angle = (np.concatenate(comm.allgather(each)) for each in (x, angle))
    slope, middle = np.polyfit(x, angle, 1)
    return slope, middle, np.abs(middle + slope * x - angle).max()


@pytest.mark.analytic
def test_twist_across_a_step_of_exchange(comm, check):
    """Between ends that hold m its angle is linear on both sides, and Aθ' the same, whatever M_s.

    Both end columns of cells have a strong anisotropy, each with an axis of its own.
    """
    film_mesh, step = stepped(comm)
    first, second, turn = 1e-11, 4e-12, 1.2
    ends = cells_where(film_mesh, lambda x: np.abs(x[:, 0] - MIDDLE) > MIDDLE - SIZE)
    axes = np.array([[1.0, 0.0, 0.0], [np.cos(turn), np.sin(turn), 0.0]])
    film = Film(
        film_mesh,
        Material(
            interfacial_dmi=0.0,
            exchange_stiffness=step(first, second),
            saturation_magnetisation=step(5e5, 9e5),
            uniaxial_anisotropy=np.where(ends, 1e8, 0.0),
            easy_axis=axes[step(0, 1)],
        ),
    )
    film.set_magnetisation(axes.sum(axis=0))
    film.minimise(torque_tolerance=0.05)
    x = film_mesh.coordinates[: film.operators.owned, 0] - MIDDLE
    angle = np.arctan2(film.m[:, 1], film.m[:, 0])
    inside = np.abs(x) < MIDDLE - 1.5 * SIZE
    left = line(comm, x[inside & (x < SIZE / 2)], angle[inside & (x < SIZE / 2)])
    right = line(comm, x[inside & (x > -SIZE / 2)], angle[inside & (x > -SIZE / 2)])
    # Torques between neighbours go as the sine of the angle, on edges of at most `step` rad.
    of_sine = (right[0] * SIZE) ** 2 / 6
    # By the tolerance of the minimiser, 0.05 A/m of μ₀M_s on the length of the film.
    left_over = 0.05 * MU0 * 9e5 * MIDDLE / (second * right[0])
    tolerance = of_sine + left_over
    because = "Aθ' is continuous; sin of the angles between neighbours, torque that is left"
    check(
        "Slopes θ₂'/θ₁' at a step of A",
        right[0] / left[0],
        first / second,
        tolerance * 2.5,
        because,
    )
    check("Jump of θ at a step of A, rad", right[1] - left[1], 0, tolerance * turn, because)
    for side, found in (("left", left), ("right", right)):
        check(f"θ off a line, {side} of a step of A, rad", found[2], 0, tolerance * turn, because)
    middle = (first * (left[1] - left[0] * MIDDLE) + second * (right[1] + right[0] * MIDDLE)) / (
        first + second
    )
    check("θ at a step of A, rad", left[1], middle, tolerance * turn, because)


@pytest.mark.analytic
def test_exchange_turns_no_moment_of_the_whole(comm, check):
    """Σ μ₀ M_i V_i m_i × H_i = 0 at any m, of any A and M_s: what one side exerts comes back."""
    film_mesh, _ = stepped(comm)
    operators = VertexOperators(film_mesh)
    random = operators.random_normal(seed=5)
    cells = len(operators.cells)
    rng = np.random.default_rng(comm.rank)
    material = FilmMaterial(
        film_mesh,
        Material(
            exchange_stiffness=1e-11 * rng.uniform(0.1, 1, cells),
            saturation_magnetisation=8e5 * rng.uniform(0.1, 1, cells),
        ),
    )
    dynamics = Dynamics(operators, material, [Exchange(material["exchange_stiffness"])])
    dynamics.m[: operators.owned] = random
    dynamics.synchronise()
    moments = MU0 * material["saturation_magnetisation"].at_vertices(operators)
    moments *= operators.vertex_volumes
    torques = moments[:, None] * np.cross(dynamics.m[: operators.owned], dynamics.effective_field())
    whole = comm.allreduce(torques.sum(axis=0))
    scale = comm.allreduce(float(np.abs(torques).sum()))
    check(
        "Σ μ₀ M_s V m × H of exchange, in relation to its parts",
        np.abs(whole).max() / scale,
        0,
        1e-14,
        "round-off",
    )


@pytest.mark.analytic
def test_resonance_of_two_uncoupled_halves(comm, check):
    """Each half precesses about z with γ₀(H + 2K/μ₀M_s) of its own M_s; the border with their mean.

    Exchange is as good as none, 1e-18 J/m.
    """
    film_mesh, step = stepped(comm)
    field, anisotropy, tilt = 2e5, 1e5, 1e-3
    magnetisation = step(4e5, 9e5)
    material = Material(
        interfacial_dmi=0.0,
        exchange_stiffness=1e-18,
        saturation_magnetisation=magnetisation,
        uniaxial_anisotropy=anisotropy,
        damping=0.0,
    )
    film = Film(
        film_mesh,
        material,
        applied_field=(0.0, 0.0, field),
        numerics=Numerics(integrator="explicit"),
    )
    film.set_magnetisation(np.array([tilt, 0.0, 1.0]))
    mean = film.operators.average_to_vertices(magnetisation[:, None])[:, 0]
    omega = GYROMAGNETIC_RATIO * (field + 2 * anisotropy / (MU0 * mean))
    duration = 3e-12
    film.relax(duration, torque_tolerance=0.0, damping=0.0)
    found = np.arctan2(film.m[:, 1], film.m[:, 0]) / duration
    # The rate of a finite cone is lower by tilt²/2 of the anisotropy; steps err by what
    # their polynomials lack. Exchange over an edge adds 2A/(μ₀M_s h²) of the difference.
    step_error = frequency_error(film.dynamics, omega, longest=duration)
    exchange = GYROMAGNETIC_RATIO * 2 * 4 * 1e-18 / (MU0 * 4e5 * SIZE**2)
    check(
        "ω of two halves of two M_s and of their border, rad/ns",
        found * 1e-9,
        omega * 1e-9,
        (omega * (step_error + tilt**2) + exchange) * 1e-9,
        "γ₀(H + 2K/μ₀M_s); steps and the finite cone",
    )


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("stiffness", "magnetisation"),
    [
        ((1e-11, 4e-12), (5.8e5, 5.8e5)),
        ((1e-11, 1e-11), (4e5, 1e6)),
        ((6e-12, 1.5e-11), (9e5, 4e5)),
    ],
    ids=["A", "M_s", "A and M_s"],
)
def test_standing_waves_across_a_border(comm, check, halves, stiffness, magnetisation):
    """A₁k₁ tan k₁L₁ + A₂k₂ tan k₂L₂ = 0, with both k of one ω = γ₀(H + 2Ak²/μ₀M_s).

    Of a field along z and small m_x + i m_y, cos k₁x from the left end and cos k₂(L - x) from the
    right: m and A∂m/∂x are continuous.
    """
    film_mesh, h = halves
    (a1, a2), (m1, m2), half, field = stiffness, magnetisation, LENGTH / 2, 1e5
    ratio = np.sqrt(a1 * m2 / (a2 * m1))

    def mismatch(k):
        return a1 * np.sin(k * half) * np.cos(ratio * k * half) + a2 * ratio * np.sin(
            ratio * k * half
        ) * np.cos(k * half)

    # The third mode: the first is uniform.
    steps = np.linspace(0.1, 10, 2000) / half
    changes = np.flatnonzero(np.diff(np.sign([mismatch(k) for k in steps])))
    k1 = brentq(mismatch, *steps[changes[1] : changes[1] + 2])
    k2 = ratio * k1
    omega = GYROMAGNETIC_RATIO * (field + 2 * a1 * k1**2 / (MU0 * m1))
    x = film_mesh.coordinates[: film_mesh.space.dofmap.index_map.size_local, 0]
    mode = np.where(
        x < half, np.cos(k1 * x) * np.cos(k2 * half), np.cos(k2 * (LENGTH - x)) * np.cos(k1 * half)
    )
    mode /= np.abs([np.cos(k2 * half), np.cos(k1 * half)]).max()
    film = Film(
        film_mesh,
        Material(
            interfacial_dmi=0.0,
            uniaxial_anisotropy=0.0,
            damping=0.0,
            exchange_stiffness={"film": a1, "right": a2},
            saturation_magnetisation={"film": m1, "right": m2},
        ),
        applied_field=(0.0, 0.0, field),
        numerics=Numerics(integrator="explicit"),
    )
    amplitude = 1e-4
    film.set_magnetisation(np.column_stack([amplitude * mode, 0 * mode, np.ones(mode.size)]))
    duration = 1.9 * np.pi / omega
    film.relax(duration, torque_tolerance=0.0, damping=0.0)
    moments = (
        film.operators.average_to_vertices(np.where(film_mesh.cell_regions == 1, m2, m1)[:, None])[
            :, 0
        ]
        * film.operators.vertex_volumes
    )
    turned = comm.allreduce(complex((moments * mode) @ (film.m[:, 0] + 1j * film.m[:, 1])))
    exchange = 1 - GYROMAGNETIC_RATIO * field / omega
    stepping = frequency_error(film.dynamics, omega)
    case = " and ".join(
        name for name, (one, two) in (("A", stiffness), ("M_s", magnetisation)) if one != two
    )
    check(
        f"ω of a standing wave across a border of two {case}, rad/ns",
        (np.angle(turned) % (2 * np.pi)) / duration * 1e-9,
        omega * 1e-9,
        omega * (exchange * (max(k1, k2) * h) ** 2 / 6 + stepping + amplitude**2) * 1e-9,
        "A₁k₁ tan k₁L₁ + A₂k₂ tan k₂L₂ = 0; P1 errs by (kh)²/6 of the exchange, and the steps",
    )
