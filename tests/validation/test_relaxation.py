"""Relaxation and minimisation: the energy falls, and both end in the same state."""

import numpy as np
import pytest

from hebbfilm.meshing import disc, mesh_film, strip, wheel
from hebbfilm.solvers import Film, Material, Numerics, constant
from hebbfilm.solvers.integrators import Implicit

KINDS = ["explicit", "implicit"]


def energy(film):
    return sum(film.dynamics.energies().values())


def scale(film):
    """In J, of the terms of the energy: their round-off is that of the sum."""
    return sum(map(abs, film.dynamics.energies().values()))


def stripes(comm, **options):
    """Domains that grow from a random start in a weak field, well resolved by the mesh."""
    film = Film(
        mesh_film(strip(120e-9, 60e-9, mesh_size=5e-9), comm),
        applied_field=(0.0, 0.0, 1e5),
        **options,
    )
    film.randomise(seed=2)
    return film


def check_fall(check, film, energies, how):
    rise = np.diff(energies).max(initial=0.0) / scale(film)
    allowed = 10 * np.finfo(float).eps * np.sqrt(film.film_mesh.numbering.size)
    check(
        f"Largest rise of the energy in a step, {how}, relative",
        rise,
        0,
        allowed,
        "it never rises; round-off of a sum over the vertices",
    )
    assert film.dynamics.largest_deviation_from_unit_length() <= 1e-12


@pytest.mark.analytic
def test_energy_never_rises(comm, check, plot, after_each_step):
    """From the same random start by both integrators and by the minimiser, after every step."""
    curves, stages = {}, []
    for kind in KINDS:
        film = stripes(comm, numerics=Numerics(integrator=kind))
        first = energy(film)
        seen = after_each_step(film, lambda film=film: (film.time, energy(film)))
        if kind == "explicit":
            move = film.integrator._stages
            film.integrator._stages = lambda plan, *rest, move=move: (
                stages.append(plan.scheme.stages),
                move(plan, *rest),
            )[1]
        settled = film.relax(5e-9)
        assert settled
        time, energies = np.array(seen).T
        check_fall(check, film, [first, *energies], f"{kind} relaxation")
        curves[f"{kind} relaxation"] = time, energies
    film = stripes(comm)
    energies = [first]
    used = film.minimise(observer=lambda f: energies.append(energy(f)), observe_every=1)
    check_fall(check, film, energies, "minimiser")
    assert used <= sum(stages) / 3
    plot(
        "Energy of domains that grow from a random start",
        "t / ps",
        "energy / 10⁻¹⁸ J",
        {
            name: (time[time < 1e-10] * 1e12, energies[time < 1e-10] * 1e18)
            for name, (time, energies) in curves.items()
        },
    )


@pytest.mark.analytic
@pytest.mark.parametrize("kind", KINDS)
def test_energy_never_rises_on_a_coarse_mesh(comm, check, after_each_step, kind):
    """Where the texture, not the mesh, limits what is stable: walls as wide as an edge."""
    film = Film(
        mesh_film(wheel(mesh_size=20e-9), comm),
        applied_field=(0.0, 0.0, 1e5),
        numerics=Numerics(integrator=kind),
    )
    film.randomise(seed=2)
    first = energy(film)
    seen = after_each_step(film, lambda: energy(film))
    settled = film.relax(5e-9)
    assert settled
    check_fall(check, film, [first, *seen], f"{kind} relaxation on a coarse mesh")


@pytest.mark.analytic
def test_energy_falls_at_any_implicit_step(comm, check):
    """From a random start, with steps far above the limit of explicit methods."""
    film = Film(
        mesh_film(strip(120e-9, 60e-9, mesh_size=4e-9), comm),
        Material(damping=0.5),
        numerics=Numerics(integrator="implicit", step_tolerance=1.0),
    )
    film.randomise(seed=3)
    # What the midpoint equation leaves must not hide what the energy does.
    film.integrator._accuracy = 1e-8
    energies, steps = [energy(film)], 30
    film.integrator.begin()
    for _ in range(steps):
        film.integrator.advance(1e-9, film.m.copy())
        energies.append(energy(film))
    times = film.time / steps * film.dynamics.spectrum().rate
    assert times > 3
    check_fall(check, film, energies, "implicit steps above the explicit limit")


@pytest.mark.analytic
def test_energy_is_kept_without_damping(comm, check, plot, after_each_step):
    """The midpoint rule conserves quadratic energies exactly, but for what Newton leaves."""
    film = Film(mesh_film(strip(80e-9, 40e-9, mesh_size=8e-9), comm), Material(damping=0.0))
    film.set_magnetisation(
        lambda x: np.column_stack([np.sin(x[:, 0] / 1e-8), np.cos(x[:, 0] / 1e-8), 1 + 0 * x[:, 0]])
    )
    film.integrator, accuracy = Implicit(film.dynamics, 1e-4), 1e-9
    film.integrator._accuracy = accuracy
    first, size = film.dynamics.energies(), scale(film)
    seen = after_each_step(film, lambda: (film.time, *film.dynamics.energies().values()))
    film.evolve(constant([0.0, 1e-9], 2e-11))
    time, *terms = np.array(seen).T
    start = np.array(list(first.values()))[:, None]
    # The terms exchange their energies meanwhile.
    assert np.abs(np.array(terms) - start).max() > 1e-2 * size
    change = (np.sum(terms, axis=0) - start.sum()) / size
    check(
        "Change of the energy without damping, implicit, relative",
        change,
        0,
        2 * len(seen) * accuracy,
        "conserved; twice the accuracy of m in all steps",
    )
    plot(
        "Energies without damping, implicit",
        "t / ps",
        "change / 10⁻¹⁸ J",
        {
            name: (time * 1e12, (term - first[name]) * 1e18)
            for name, term in zip(first, terms, strict=True)
        }
        | {"sum": (time * 1e12, change * size * 1e18)},
    )


def flower(x):
    return np.tile([0.1, 0.0, 1.0], (len(x), 1))


def skyrmion(x):
    centre = disc(40e-9).outline.centroid
    x, y = x[:, 0] - centre.x, x[:, 1] - centre.y
    r = np.hypot(x, y) + 1e-12
    polar = np.pi * np.clip(1 - r / 30e-9, 0, 1)
    # Walls wind the way that D > 0 favours.
    return np.column_stack([x / r * np.sin(polar), y / r * np.sin(polar), np.cos(polar)])


@pytest.mark.cross_method
@pytest.mark.parametrize("start", [flower, skyrmion])
@pytest.mark.parametrize("dimension", [2, 3])
def test_minimum_is_where_the_dynamics_settles(comm, check, after_each_step, start, dimension):
    """The same state, in less than a fifth of the evaluations.

    A torque below τ leaves m within τ/H of the equilibrium, with H the softest field that holds
    the texture: above 1e4 A/m for these states, or an angle of 2e-3 between the two ends. The
    energy differs by the square of this.
    """
    film = Film(
        mesh_film(disc(40e-9, mesh_size=4e-9), comm, dimension=dimension),
        Material(interfacial_dmi=1.5e-3),
        numerics=Numerics(integrator="explicit"),
    )
    film.set_magnetisation(start)
    evaluations = film.minimise()
    m, least = film.m.copy(), energy(film)
    film.set_magnetisation(start)
    steps = after_each_step(film, lambda: None)
    assert film.relax(5e-9, sample_interval=1e-11)
    case = f"{start.__name__}, {dimension}D"
    check(
        f"Angle between minimum and relaxed state, {case}, rad",
        np.linalg.norm(m - film.m, axis=1),
        0,
        2e-3,
        "torque of 10 A/m over a field of 1e4 A/m",
    )
    check(
        f"Energy of the minimum less that of the relaxed state, {case}, relative",
        (least - energy(film)) / scale(film),
        0,
        4e-6,
        "square of the angle",
    )
    assert evaluations <= 4 * len(steps) / 5
