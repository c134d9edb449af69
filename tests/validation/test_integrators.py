"""Time integration: orders, errors, and events that are met exactly."""

from itertools import pairwise

from mpi4py import MPI

import numpy as np
import pytest
from scipy.sparse.linalg import LinearOperator, eigs

from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material, Numerics, Pulse, constant, rest
from hebbfilm.solvers.kernels import kernel_reference
from hebbfilm.solvers.materials.constants import GYROMAGNETIC_RATIO

KINDS = ["explicit", "implicit"]
NO_CONTROL = 1e9
"""A tolerance that every step meets."""


def film_with_a_wall(comm, **options):
    """A Néel wall that a field and the current between two contacts drive."""
    layout = strip(60e-9, 10e-9, mesh_size=2.5e-9)
    film = Film(
        mesh_film(layout, comm),
        Material(damping=0.1, interfacial_dmi=1e-3),
        applied_field=(0.0, 2e4, 5e4),
        **options,
    )
    middle, width = layout.outline.centroid.x, 5e-9
    film.set_magnetisation(
        lambda x: np.column_stack(
            [1 + 0 * x[:, 0], 0.3 + 0 * x[:, 0], np.sinh((middle - x[:, 0]) / width)]
        )
    )
    return film


@pytest.mark.analytic
@pytest.mark.parametrize(("kind", "order"), [("explicit", 4), ("implicit", 2)])
def test_order_in_time(comm, check, kind, order):
    """Halving the step divides the difference of the ends by 2^order, with the current held.

    Explicit steps are those of the scheme that goes furthest: of third order, but a smooth wall in
    fields that do not vary asks for little more than what is linear, and that is of fourth.
    """
    film = film_with_a_wall(comm, numerics=Numerics(integrator=kind, step_tolerance=NO_CONTROL))
    # Where there is an equation to solve, so well that the differences of the ends are seen.
    film.integrator._accuracy = 1e-10
    film.current.apply([0.0, 0.1])
    film.current.renew(0.0)
    start, duration = film.m.copy(), 4 * film.dynamics.largest_step()
    ends = []
    for steps in (32, 64, 128):
        film.set_magnetisation(start)
        film.integrator.begin()
        film.integrator.step = film.dynamics.largest_step()
        if kind == "explicit":
            film.integrator._limits = [max(film.integrator._limits, key=lambda each: each[1])]
        for _ in range(steps):
            assert film.integrator.advance(duration / steps, start).step == duration / steps
        ends.append(film.m.copy())
    squares = [comm.allreduce(float(np.sum((a - b) ** 2))) for a, b in pairwise(ends)]
    found = 0.5 * np.log2(squares[0] / squares[1])
    check(
        f"Order in time of the {kind} integrator",
        found,
        order,
        0.2,
        "a wall under field and current; next power of the step",
    )


@pytest.mark.analytic
@pytest.mark.parametrize("h", [20e-9, 10e-9, 5e-9])
def test_longest_explicit_step_is_stable(check, h):
    """|P(z)| of the fastest deviations from stripes, z = λ dt, for all schemes.

    The eigenvalues λ are those of the slope of the rate of change, by central differences. Stripes
    are 40 nm wide: the coarsest mesh hardly resolves them.
    """
    film = Film(
        mesh_film(strip(200e-9, 100e-9, mesh_size=h), MPI.COMM_SELF),
        applied_field=(0.0, 0.0, 1e5),
        numerics=Numerics(integrator="explicit", step_tolerance=NO_CONTROL),
    )
    film.randomise(seed=2)
    film.minimise()
    dynamics, m, shift = film.dynamics, film.m.copy(), 1e-6

    def slope(change):
        ends = [m + sign * shift * change.reshape(m.shape) for sign in (1, -1)]
        up, down = (kernel_reference.rate(dynamics.couplings, dynamics.gilbert, e) for e in ends)
        return ((up - down) / (2 * shift)).ravel()

    operator = LinearOperator((m.size, m.size), slope, dtype=np.float64)
    film.integrator.begin()
    assert film.integrator.advance(1e-9, m).step in [limit for _, limit in film.integrator._limits]
    eigenvalues = eigs(operator, k=6, which="LM", return_eigenvectors=False)
    amplification = np.max(
        [
            np.abs(np.polyval(scheme.polynomial[::-1], limit * eigenvalues))
            for scheme, limit in film.integrator._limits
        ],
        axis=0,
    )
    check(
        f"Growth of a deviation in the longest explicit step, h = {h * 1e9:g} nm",
        amplification,
        0,
        1,
        "below 1: stable",
    )


def macrospin(comm, kind, tolerance, damping, field, **options):
    material = Material(uniaxial_anisotropy=0.0, interfacial_dmi=0.0, damping=damping)
    return Film(
        mesh_film(strip(20e-9, 20e-9, mesh_size=10e-9), comm),
        material,
        numerics=Numerics(integrator=kind, step_tolerance=tolerance),
        applied_field=(0.0, 0.0, field),
        **options,
    )


@pytest.mark.analytic
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tolerance", [1e-3, 1e-5])
def test_error_follows_the_tolerance(comm, check, after_each_step, kind, tolerance):
    """A moment in a field so strong that stability alone would allow 2 rad a step.

    φ = ωt and tan(θ/2) = tan(θ₀/2) exp(-αωt). Errors do not grow towards the field.
    """
    field, damping, duration, theta = 5e6, 0.1, 2e-11, 1.0
    film = macrospin(comm, kind, tolerance, damping, field)
    film.set_magnetisation(np.array([np.sin(theta), 0.0, np.cos(theta)]))
    steps = after_each_step(film, lambda: film.time)
    film.evolve(rest(duration))
    turned = GYROMAGNETIC_RATIO * field / (1 + damping**2) * duration
    angle = 2 * np.arctan(np.tan(theta / 2) * np.exp(-damping * turned))
    expected = np.array(
        [np.sin(angle) * np.cos(turned), np.sin(angle) * np.sin(turned), np.cos(angle)]
    )
    check(
        f"Error of {kind} steps, over their number times a tolerance of {tolerance:g}",
        np.linalg.norm(film.m - expected, axis=1) / (len(steps) * tolerance),
        0,
        1,
        "damped precession; no step errs by more than the tolerance",
    )


@pytest.mark.analytic
@pytest.mark.parametrize("kind", KINDS)
def test_events_are_met_exactly(comm, check, kind):
    """Samples, and the ends of segments."""
    film = film_with_a_wall(comm, numerics=Numerics(integrator=kind))
    times = []
    drive = [*constant([0.0, 0.01], 7e-12), *rest(1.7e-12)]
    film.evolve(drive, sample_interval=3e-12, observer=lambda f: times.append(f.time))
    expected = np.array([3.0, 6.0, 7.0, 8.7])
    check(
        f"Times of samples and ends of drives, {kind}, ps",
        np.array(times) * 1e12,
        expected,
        1e-14 * expected,
        "round-off",
    )


@pytest.mark.analytic
@pytest.mark.parametrize("kind", KINDS)
def test_square_pulse(comm, check, plot, after_each_step, kind):
    """A pulse along the field turns m by γ₀H₁ times its length, if no stage sees its wrong side."""
    bias, strength, damping, tolerance, duration = 2e5, 3e6, 0.0, 1e-6, 1e-11
    begin, length = 2.13e-12, 3.71e-12
    pulse = Pulse(amplitude=(0.0, 0.0, strength), start=begin, length=length)
    film = macrospin(comm, kind, tolerance, damping, bias, waveforms=[pulse])
    film.set_magnetisation(np.array([1.0, 0.0, 0.0]))
    means, times = [], []

    def sample(film):
        times.append(film.time)
        means.append(film.dynamics.mean_magnetisation())

    ends = after_each_step(film, lambda: film.time)
    # Not in one time step: where samples are dense, they would stop the steps at the edges.
    film.evolve(rest(duration), sample_interval=duration / 10, observer=sample)

    def exact(t):
        on = np.clip(t - begin, 0, length)
        angle = GYROMAGNETIC_RATIO * (bias * t + strength * on)
        return np.array([np.cos(angle), np.sin(angle), 0 * angle])

    for k, name in enumerate(("m_x", "m_y")):
        check(
            f"{name} after a square pulse, {kind}",
            film.m[:, k],
            exact(duration)[k],
            len(ends) * tolerance,
            "γ₀(H₀t + H₁ · length); tolerance of all steps",
        )
    edges = np.array(pulse.breakpoints()[1:3])
    missed = [np.abs(np.array(ends) - edge).min() for edge in edges]
    check(
        f"Distance of an edge of the pulse from the end of a step, {kind}, ps",
        np.array(missed) * 1e12,
        0,
        8e12 * np.spacing(duration),
        "8 units in the last place: a step stays on its side of the jump",
    )
    fine, shown = np.linspace(0, duration, 400), np.array(times)
    plot(
        f"Macrospin under a square pulse, {kind}",
        "t / ps",
        "magnetisation",
        {
            f"{name}, closed form": (fine * 1e12, exact(fine)[k])
            for k, name in enumerate(("$m_x$", "$m_y$"))
        },
        {
            f"{name}, run": (shown * 1e12, np.array(means)[:, k])
            for k, name in enumerate(("$m_x$", "$m_y$"))
        },
    )


@pytest.mark.cross_method
def test_integrators_agree(comm, check, plot, after_each_step):
    """Under a current that follows m, to the errors of all steps.

    Both renew the current as soon as it may have changed by 2e-3, but at other times, so that it
    differs by as much, and with it how far m is moved.
    """
    tolerance, renewal, ends, counts, curves = 1e-5, 2e-3, [], [], {}
    for kind in KINDS:
        film = film_with_a_wall(
            comm,
            numerics=Numerics(integrator=kind, step_tolerance=tolerance, renewal_tolerance=renewal),
        )
        # In the order of the mesh file: two partitions of one mesh need not be the same.
        gather = film.film_mesh.numbering.gather
        start, samples = comm.bcast(gather(film.m)), []

        def sample(film, samples=samples):
            samples.append([film.time, *film.dynamics.mean_magnetisation()])

        counts.append(after_each_step(film, lambda: None))
        film.evolve(constant([0.0, 0.1], 4e-11), sample_interval=2e-12, observer=sample)
        ends.append(comm.bcast(gather(film.m)))
        curves[kind] = np.array(samples).T
    moved = float(np.linalg.norm(ends[0] - start, axis=1).max())
    allowed = sum(map(len, counts)) * tolerance + renewal * moved
    check(
        "Largest |m(explicit) - m(implicit)| after 40 ps of a driven wall",
        np.linalg.norm(ends[0] - ends[1], axis=1),
        0,
        allowed,
        "tolerance of all steps, and renewals of the current at other times",
    )
    names = ("⟨$m_x$⟩", "⟨$m_y$⟩", "⟨$m_z$⟩")
    plot(
        "A wall under field and current, by both integrators",
        "t / ps",
        "magnetisation",
        {
            f"{name}, explicit": (curves["explicit"][0] * 1e12, curves["explicit"][k])
            for k, name in enumerate(names, start=1)
        },
        {
            f"{name}, implicit": (curves["implicit"][0] * 1e12, curves["implicit"][k])
            for k, name in enumerate(names, start=1)
        },
    )
