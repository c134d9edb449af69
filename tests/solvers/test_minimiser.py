"""The minimiser: its loops against NumPy, where it ends, and what that costs."""

import numpy as np
import pytest

from hebbfilm.common.errors import SolverError
from hebbfilm.meshing import mesh_film, strip, wheel
from hebbfilm.solvers import Film, Material
from hebbfilm.solvers.kernels import minimisation
from hebbfilm.solvers.magnetisation.minimiser import _HISTORY, Minimiser, _Memory

HELD = (0.0, 0.0, 1e5)


def random_film(comm, dimension=2, **options):
    layout = wheel(mesh_size=20e-9)
    film = Film(mesh_film(layout, comm, dimension=dimension), applied_field=HELD, **options)
    film.randomise(seed=2)
    return film


def energy(film):
    return sum(film.dynamics.energies().values())


@pytest.mark.cross_method
@pytest.mark.parametrize("dimension", [2, 3])
def test_gradient_is_its_reference(comm, dimension):
    film = random_film(comm, dimension)
    dynamics, m = film.dynamics, film.m
    root = 1.0 + np.arange(len(m)) % 3
    found = np.empty_like(m)
    field, external = dynamics.effective_field(), dynamics.couplings.external
    local, torque = minimisation.gradient(field, external, dynamics.m, root, found)
    tangent = field - np.sum(field * m, axis=1, keepdims=True) * m
    scale = 1e-12 * np.abs(field).max()
    np.testing.assert_allclose(found, -root[:, None] * tangent, rtol=0, atol=3 * scale)
    inner = field - external
    assert local == pytest.approx(-0.5 * np.sum(root[:, None] ** 2 * m * inner), rel=1e-12, abs=0)
    assert np.sqrt(torque) == pytest.approx(np.linalg.norm(tangent, axis=1).max(), rel=1e-12)


@pytest.mark.cross_method
def test_other_loops_are_their_formulas(comm):
    rng = np.random.default_rng(3)
    m, vectors, before, g, h = rng.standard_normal((5, 40, 3))
    m /= np.linalg.norm(m, axis=1, keepdims=True)
    root = rng.uniform(1, 2, 40)
    turned = np.empty_like(m)
    minimisation.turn(m, vectors, 0.3, turned)
    expected = m + 0.3 * vectors
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(turned, expected, atol=1e-12)
    shift, rise = np.empty_like(m), np.empty_like(m)
    minimisation.secant(m, before, g, h, root, shift, rise)
    np.testing.assert_allclose(shift, root[:, None] * (m - before), atol=1e-12)
    np.testing.assert_allclose(rise, g - h, atol=1e-12)
    p = vectors / root[:, None]
    p -= np.sum(p * m, axis=1, keepdims=True) * m
    largest = minimisation.project(m, root, vectors)
    np.testing.assert_allclose(vectors, p, atol=1e-12)
    assert largest == pytest.approx(np.sum(p * p, axis=1).max(), rel=1e-12)


@pytest.mark.cross_method
@pytest.mark.parametrize("vertices", [1, 11, 85, 171, 1366])
@pytest.mark.parametrize("chosen", [[4], [4, 0, 2], [1, 1]])
def test_products_of_rows_are_those_of_matrices(vertices, chosen):
    """Shorter and longer than a block of the loop; sums of n numbers of 1 err by n ε at most."""
    table = np.random.default_rng(vertices).standard_normal((5, 3 * vertices))
    found = minimisation.products(table, chosen)
    assert found.shape == (5, len(chosen))
    bound = 3 * vertices * np.finfo(float).eps * (abs(table) @ abs(table[chosen]).T)
    assert (abs(found - table @ table[chosen].T) <= bound).all()


@pytest.mark.cross_method
def test_direction_is_that_of_the_two_loops(comm):
    """J. Nocedal and S. J. Wright, Numerical Optimization (2006), algorithm 7.4."""
    film = random_film(comm)
    memory, operators = _Memory(film.dynamics), film.operators
    pairs = []
    for k in range(_HISTORY + 2):
        slot = memory.free_slot()
        shift = operators.random_normal(seed=10 + k)
        rise = shift * (1 + k % 3) + 0.1 * operators.random_normal(seed=30 + k)
        memory.row(0, slot)[:], memory.row(1, slot)[:] = shift, rise
        memory.row(2)[:] = operators.random_normal(seed=50 + k)
        memory.learn(slot)
        pairs.append((shift, rise))

    def dot(a, b):
        return comm.allreduce(float(np.vdot(a, b)))

    q, alphas = memory.row(2).copy(), []
    for s, y in reversed(pairs[-_HISTORY:]):
        alphas.append(dot(s, q) / dot(s, y))
        q -= alphas[-1] * y
    s, y = pairs[-1]
    q *= dot(s, y) / dot(y, y)
    for (s, y), alpha in zip(pairs[-_HISTORY:], reversed(alphas), strict=True):
        q += (alpha - dot(y, q) / dot(s, y)) * s
    found = np.empty_like(q)
    slope = memory.direction(1.0, found)
    np.testing.assert_allclose(found, -q, atol=1e-11 * np.abs(q).max())
    assert slope == pytest.approx(-dot(memory.row(2), q), rel=1e-10)


@pytest.mark.analytic
def test_observer_is_called_after_so_many_steps(comm):
    film, all_steps, some = random_film(comm), [], []
    film.minimise(observer=lambda f: all_steps.append(f.time), observe_every=1)
    film.randomise(seed=2)
    film.minimise(observer=lambda f: some.append(f.time), observe_every=7)
    assert len(some) == len(all_steps) // 7 > 1
    assert not any(all_steps)
    assert film.dynamics.largest_torque() < 10.0


@pytest.mark.analytic
def test_minimum_is_a_stationary_point_on_any_number_of_ranks(comm):
    """A Bloch wall: energy 4√(AK), P1 errs by (h/Δ)²/2 as in the tests of walls."""
    exchange, anisotropy, h = 1e-11, 2e5, 2e-9
    wall = np.sqrt(exchange / anisotropy)
    layout = strip(140e-9, 10e-9, mesh_size=h)
    film = Film(
        mesh_film(layout, comm),
        Material(exchange_stiffness=exchange, uniaxial_anisotropy=anisotropy, interfacial_dmi=0.0),
    )
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    uniform = energy(film)
    middle = layout.outline.centroid.x
    film.set_magnetisation(
        lambda x: np.column_stack([0 * x[:, 0], 0.1 + 0 * x[:, 0], (middle - x[:, 0]) / wall])
    )
    film.minimise()
    found = (energy(film) - uniform) / (10e-9 * 1e-9)
    expected = 4 * np.sqrt(exchange * anisotropy)
    assert found == pytest.approx(expected, rel=0.5 * (h / wall) ** 2)


def test_minimiser_that_does_not_arrive_is_not_silent(comm):
    with pytest.raises(SolverError, match=r"reached a torque of .* after 20 evaluations"):
        random_film(comm).minimise(evaluations=20)


def test_magnetisation_that_is_not_finite_is_not_silent(comm):
    film = random_film(comm)
    film.dynamics.m[:] = np.nan
    with pytest.raises(SolverError, match="no longer finite"):
        Minimiser(film.dynamics)
