"""The equation of motion where γ₀, α, β and M_s differ from place to place."""

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.solvers import Film, Material, Numerics, constant, rest
from hebbfilm.solvers.kernels import kernel_reference, llg, midpoint
from hebbfilm.solvers.kernels.couplings import DRIFT
from hebbfilm.solvers.materials.constants import BOLTZMANN, GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from hebbfilm.solvers.schemes.stability import stable_radius
from hebbfilm.solvers.schemes.table import SCHEMES
from tests.solvers.midpoint_loops import require_midpoint_of_reference
from tests.solvers.test_midpoint import close

NM = 1e-9
LEFT = {"saturation_magnetisation": 4e5, "damping": 0.05, "gyromagnetic_ratio": 2.3e5}
RIGHT = {"saturation_magnetisation": 9e5, "damping": 0.4, "gyromagnetic_ratio": 1.7e5}


def wave(mean, share, length):
    """A parameter that differs at every vertex."""
    return lambda x: mean * (1 + share * np.sin(x[:, 0] / length) * np.cos(x[:, 1] / length))


VARIED = Material(
    saturation_magnetisation=wave(5.8e5, 0.4, 50 * NM),
    exchange_stiffness=wave(1e-11, 0.3, 70 * NM),
    interfacial_dmi=wave(2e-3, 0.5, 60 * NM),
    uniaxial_anisotropy=wave(2e5, 0.8, 40 * NM),
    damping=wave(0.3, 0.9, 45 * NM),
    nonadiabaticity=wave(0.6, 0.9, 55 * NM),
    gyromagnetic_ratio=wave(GYROMAGNETIC_RATIO, 0.2, 65 * NM),
    polarisation=wave(0.5, 0.5, 75 * NM),
)


def film_of(comm, dimension=2, material=VARIED, **options):
    film = Film(
        mesh_film(wheel(mesh_size=20 * NM), comm, dimension=dimension),
        material,
        applied_field=(1e4, -2e4, 3e4),
        demagnetisation="local",
        **options,
    )
    film.randomise(seed=2)
    return film


@pytest.fixture(params=[2, 3])
def driven(request, comm):
    """A film in which every parameter varies, and every term and the current act at once."""
    film = film_of(comm, request.param)
    film.current.apply([0.05, 0.02, -0.05, -0.01])
    film.current.renew(0.0)
    return film


@pytest.mark.cross_method
def test_explicit_loops_are_their_reference(driven):
    dynamics = driven.dynamics
    couplings, gilbert, m = dynamics.couplings, dynamics.gilbert, dynamics.m
    for values in (gilbert.gyromagnetic_ratio, gilbert.damping, gilbert.nonadiabaticity):
        assert values.shape == (driven.operators.owned,)
    assert np.any(couplings.pairs[:, DRIFT] != 0)
    expected = kernel_reference.rate(couplings, gilbert, m)
    found = np.empty_like(expected)
    llg.rate(couplings, gilbert, m, found)
    close(found, expected)
    change = 0.1 * np.abs(expected).max()
    rate = expected + change
    largest = llg.replace_rate(couplings, gilbert, m, rate)
    assert largest == pytest.approx(3 * change**2, rel=1e-9)
    close(rate, expected)
    out, shift = np.empty_like(m), 1e-14
    llg.predict(couplings, gilbert, m, m, shift, out)
    close(out[: len(expected)] - m[: len(expected)], shift * expected)
    before, start, since = m + 0.1, m.copy(), m[: len(expected)].copy()
    weights = np.array([0.2 * shift, shift, 3.0, 5.0 * change, 7.0 * change, 11.0])
    llg.finish(couplings, gilbert, weights, before, m.copy(), since, m, rate)
    end = start[: len(expected)] + 1.2 * shift * expected
    close(rate, 14 * expected + 0.5 * change)
    np.testing.assert_array_equal(before[: len(expected)], start[: len(expected)])
    close(m[: len(expected)], end / np.linalg.norm(end, axis=1, keepdims=True))
    weights[0], found = 0.0, []
    for given in (rate, None):
        moved = start.copy()
        llg.finish(couplings, gilbert, weights, before, start.copy(), since, moved, given)
        np.testing.assert_array_equal(before[: len(expected)], start[: len(expected)])
        found.append(moved)
    np.testing.assert_array_equal(*found)


@pytest.mark.cross_method
def test_implicit_loops_are_their_reference(driven):
    dynamics, operators, tau = driven.dynamics, driven.operators, 1e-12
    gilbert = dynamics.gilbert
    half, middle = require_midpoint_of_reference(driven, tau, close)
    found = np.empty_like(half)
    stiffness = -dynamics.self_exchange
    b = (tau * gilbert.gyromagnetic_ratio * stiffness + gilbert.damping)[:, None]
    midpoint.precondition(stiffness, gilbert, tau, middle, half, found)
    length = np.linalg.norm(middle[: len(half)], axis=1)
    unit = operators.halo(middle[: len(half)] / length[:, None])
    midpoint.precondition(stiffness, gilbert, tau, unit, half, found)
    np.testing.assert_allclose(
        found - b * np.cross(unit[: len(half)], found), half, atol=1e-12 * max(1, b.max())
    )


@pytest.mark.cross_method
def test_steps_know_the_fastest_vertex(comm):
    """The largest |eigenvalue| of γ₀ᵢ Hᵢ, dense, and a vertex that turns faster than any other."""
    if comm.size > 1:
        pytest.skip("a dense matrix of one rank")
    material = Material(
        interfacial_dmi=0.0,
        saturation_magnetisation=wave(5.8e5, 0.4, 8 * NM),
        gyromagnetic_ratio=wave(GYROMAGNETIC_RATIO, 0.5, 7 * NM),
        damping=wave(0.3, 0.9, 9 * NM),
    )
    film = Film(mesh_film(strip(40 * NM, 20 * NM, mesh_size=5 * NM), comm), material)
    dynamics, columns = film.dynamics, []
    for unit in np.eye(film.m.size):
        dynamics.m[:] = unit.reshape(-1, 3)
        columns.append(dynamics.effective_field().ravel())
    gamma = np.repeat(dynamics.gilbert.gyromagnetic_ratio, 3)
    fastest = np.abs(np.linalg.eigvals(gamma[:, None] * np.array(columns).T)).max()
    found = material.gyromagnetic_ratio(film.film_mesh.coordinates).max() * dynamics.largest_field
    # From below, and by less than the 15 % that the step keeps in reserve.
    assert 0.95 * fastest < found < (1 + 1e-9) * fastest
    uniform = Film(film.film_mesh, Material(interfacial_dmi=0.0, damping=0.03))
    before = uniform.dynamics.largest_step()
    furthest = {
        damping: max(stable_radius(scheme.polynomial, damping) for scheme in SCHEMES)
        for damping in (0.03, 0.5)
    }
    uniform.dynamics.gilbert = uniform.dynamics.gilbert.with_damping(0.5)
    assert uniform.dynamics.largest_step() == pytest.approx(
        before * 1.118 * furthest[0.5] / furthest[0.03], rel=1e-3
    )


def two_halves(comm, **options):
    """Free moments: those on the left and on the right of the middle differ in all that acts."""
    film_mesh = mesh_film(strip(40 * NM, 20 * NM, mesh_size=10 * NM), comm)
    material = Material(
        exchange_stiffness=1e-30,
        interfacial_dmi=0.0,
        **{
            name: lambda x, name=name: np.where(x[:, 0] < 19 * NM, LEFT[name], RIGHT[name])
            for name in LEFT
        },
    )
    return Film(film_mesh, material, **options)


@pytest.mark.analytic
@pytest.mark.parametrize("kind", ["explicit", "implicit"])
def test_each_half_precesses_by_itself(comm, kind):
    """Around an easy axis tan θ = tan θ₀ exp(-αωt), φ = ln(tan θ₀/2 / tan θ/2)/α.

    With ω = γ₀ 2K/(μ₀M_s)/(1 + α²). Each step errs by its tolerance at most.
    """
    start, duration, tolerance = 1.0, 3e-11, 1e-6
    numerics = Numerics(integrator=kind, step_tolerance=tolerance)
    film = two_halves(comm, numerics=numerics)
    film.set_magnetisation(np.array([np.sin(start), 0.0, np.cos(start)]))
    steps, advance = [], film.integrator.advance

    def counted(*given):
        steps.append(advance(*given))
        return steps[-1]

    film.integrator.advance = counted
    film.evolve(rest(duration))
    left = film.film_mesh.coordinates[: film.operators.owned, 0] < 19 * NM
    for half, inside in ((LEFT, left), (RIGHT, ~left)):
        alpha, field = half["damping"], 2 * 2e5 / VACUUM_PERMEABILITY
        field /= half["saturation_magnetisation"]
        omega = half["gyromagnetic_ratio"] * field / (1 + alpha**2)
        theta = np.arctan(np.tan(start) * np.exp(-alpha * omega * duration))
        phi = np.log(np.tan(start / 2) / np.tan(theta / 2)) / alpha
        exact = [np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)]
        expected = np.broadcast_to(exact, (int(inside.sum()), 3))
        np.testing.assert_allclose(film.m[inside], expected, atol=len(steps) * tolerance)


@pytest.mark.analytic
def test_noise_of_each_vertex_keeps_its_distribution(comm):
    """⟨m_z⟩ = coth ξ - 1/ξ of free moments, ξ = μ₀M_sVH/kT with their own M_s and V.

    It depends on neither α nor γ₀, though both differ; the midpoint rule keeps it in a field at any
    step. Each half by itself: 4 standard errors of its mean, of samples that have forgotten
    e⁻³ of the ones before.
    """
    field, temperature = 3e5, 300.0
    film_mesh = mesh_film(strip(60 * NM, 60 * NM, mesh_size=5 * NM), comm)
    material = Material(
        exchange_stiffness=1e-30,
        interfacial_dmi=0.0,
        uniaxial_anisotropy=0.0,
        saturation_magnetisation=wave(6e5, 0.2, 9 * NM),
        gyromagnetic_ratio=wave(GYROMAGNETIC_RATIO, 0.2, 7 * NM),
        damping=lambda x: np.where(x[:, 0] < 30 * NM, 0.2, 1.0),
    )
    film = Film(
        film_mesh,
        material,
        numerics=Numerics(integrator="implicit"),
        applied_field=(0.0, 0.0, field),
        temperature=temperature,
        thermal_seed=3,
    )
    film.set_magnetisation(film.operators.random_normal(seed=1))
    heat = BOLTZMANN * temperature
    xi = film.dynamics.moments.magnetic * field / heat
    expected = 1 / np.tanh(xi) - 1 / xi
    variance = 1 - 2 * expected / xi - expected**2
    gilbert = film.dynamics.gilbert
    alpha, gamma = gilbert.damping, gilbert.gyromagnetic_ratio
    diffusion = alpha * gamma * heat / ((1 + alpha**2) * film.dynamics.moments.magnetic)
    memory = comm.allreduce(float((0.5 / diffusion).max()), MPI.MAX)
    samples = []
    film.evolve(rest(5 * memory))
    film.evolve(
        rest(24 * memory),
        sample_interval=3 * memory,
        observer=lambda f: samples.append(f.m[:, 2].copy()),
    )
    mean = np.mean(samples, axis=0)
    slow = film_mesh.coordinates[: film.operators.owned, 0] < 30 * NM
    for inside in (slow, ~slow):
        number = comm.allreduce(int(inside.sum()))
        off = comm.allreduce(float((mean - expected)[inside].sum())) / number
        spread = comm.allreduce(float(variance[inside].sum()))
        assert abs(off) < 4 * np.sqrt(1.1 * spread / len(samples)) / number


@pytest.mark.analytic
def test_longest_thermal_step_is_that_of_the_fastest_vertex(comm):
    """In which noise turns one moment by 0.2 rad: γ₀² 2αkT/(γ₀ μ₀ moment) dt = 0.04."""
    film = two_halves(comm, temperature=300.0)
    gilbert, magnetic = film.dynamics.gilbert, film.dynamics.moments.magnetic
    turning = 2 * gilbert.damping * BOLTZMANN * 300.0 * gilbert.gyromagnetic_ratio / magnetic
    fastest = comm.allreduce(float(turning.max(initial=0.0)), MPI.MAX)
    assert film.thermal.longest_step(gilbert) == pytest.approx(0.04 / fastest, rel=1e-12)


@pytest.mark.cross_method
@pytest.mark.parametrize("kind", ["explicit", "implicit"])
def test_motion_does_not_depend_on_the_ranks(comm, kind):
    """Under current; the tolerance of the potential, 1e-10, and round-off."""
    ends = []
    for group in (comm, MPI.COMM_SELF):
        film = film_of(group, numerics=Numerics(integrator=kind, renewal_tolerance=1e-3))
        film.evolve(constant([0.05, 0.02, -0.05, -0.01], 2e-13))
        ends.append(film.film_mesh.numbering.gather(film.m))
    if comm.rank == 0:
        np.testing.assert_allclose(ends[0], ends[1], atol=1e-5)


@pytest.mark.analytic
def test_relaxation_has_one_damping_and_gives_it_back(comm):
    film = film_of(comm)
    seen, own = [], film.dynamics.gilbert
    film.relax(
        2e-14,
        torque_tolerance=0.0,
        damping=0.5,
        sample_interval=1e-14,
        observer=lambda f: seen.append(f.dynamics.gilbert.damping),
    )
    assert seen == [0.5, 0.5]
    assert film.dynamics.gilbert is own
