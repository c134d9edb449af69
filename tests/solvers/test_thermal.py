"""The thermal field and its random numbers."""

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Disorder, Film, Numerics, constant, rest
from hebbfilm.solvers.kernels.compiled import loops, new
from hebbfilm.solvers.kernels.noise import fill_normal


@pytest.mark.published
@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        (4 * (0xFFFFFFFF,), 2 * (0xFFFFFFFF,), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_its_published_words(counter, key, expected):
    """The known answers that come with the Random123 library."""
    found = new("unsigned[4]")
    loops.philox(counter, key, found)
    assert tuple(found) == expected


_WORD = 2**32
_PRODUCTS = 0xD2511F53, 0xCD9E8D57
_KEYS = 0x9E3779B9, 0xBB67AE85


def counter_of(words, key):
    """Philox backwards: the counter that gives these words."""
    c = list(words)
    for turn in reversed(range(10)):
        k0, k1 = ((key[k] + turn * _KEYS[k]) % _WORD for k in range(2))
        c0, c2 = (
            c[word] * pow(product, -1, _WORD) % _WORD
            for word, product in zip((3, 1), _PRODUCTS, strict=True)
        )
        c = [c0, c[0] ^ k0 ^ (_PRODUCTS[1] * c2 >> 32), c2, c[2] ^ k1 ^ (_PRODUCTS[0] * c0 >> 32)]
    return c


_ROOT = int(_WORD / np.sqrt(2))
_TURNED = [quarter * 2**30 + 2**29 + by for quarter in range(4) for by in (-1, 0)]
_EXTREMES = [0, 1, 2**31 - 1, 2**31, _ROOT - 1, _ROOT, _ROOT + 1, _WORD - 2, _WORD - 1, *_TURNED]
"""Words about which u, or its direction, passes from one formula to another."""


@pytest.mark.analytic
@pytest.mark.parametrize("word", _EXTREMES)
def test_normal_numbers_are_those_of_box_and_muller(word):
    """Round-off: lengths up to 6.8 and angles up to 2π of relative errors of a few 1e-16.

    The last length, √(2 - 2u) for u next to 1, is 1.5e-5: there the logarithm must keep its
    relative accuracy.
    """
    words, seed = (word, _WORD - 1 - word, word ^ 1, word), 0xA4093822299F31D0
    c = counter_of(words, (seed % _WORD, seed // _WORD))
    found = np.empty((1, 3))
    number = np.array([c[0] + c[1] * _WORD], dtype=np.uint64).view(np.int64)
    fill_normal(number, c[2] + c[3] * _WORD, seed, 2.0, np.array([0.5]), found)
    u = (np.array(words) + 0.5) / _WORD
    length, angle = np.sqrt(-2 * np.log(u[::2])), 2 * np.pi * u[1::2]
    direction = np.array([np.cos(angle[0]), np.sin(angle[0]), np.cos(angle[1])])
    size = length[[0, 0, 1]]
    np.testing.assert_array_less(np.abs(found[0] - size * direction), 2e-15 * size)
    np.testing.assert_array_equal(np.sign(found[0]), np.sign(direction))


@pytest.mark.analytic
def test_a_field_beside_the_noise_is_added():
    n = 21
    beside = np.random.default_rng(1).standard_normal((n, 3))
    alone, both = np.empty((2, n, 3))
    fill_normal(np.arange(n), 5, 7, 1.0, np.ones(n), alone)
    fill_normal(np.arange(n), 5, 7, 1.0, np.ones(n), both, beside)
    np.testing.assert_allclose(both, alone + beside, rtol=0, atol=4e-15)


@pytest.mark.analytic
def test_numbers_are_normal_and_independent():
    """Moments of n normal numbers have standard errors √(1/n), √(2/n) and √(96/n)."""
    n = 200_000
    first, second = np.empty((2, n, 3))
    fill_normal(np.arange(n), 5, 7, 1.0, np.ones(n), first)
    fill_normal(np.arange(n), 6, 7, 1.0, np.ones(n), second)
    for values in (*first.T, *second.T):
        assert abs(values.mean()) < 5 / np.sqrt(n)
        assert abs((values**2).mean() - 1) < 5 * np.sqrt(2 / n)
        assert abs((values**4).mean() - 3) < 5 * np.sqrt(96 / n)
    both = np.corrcoef(np.column_stack([first, second, np.roll(first, 1, axis=0)]).T)
    assert np.abs(both - np.eye(9)).max() < 5 / np.sqrt(n)


@pytest.mark.parametrize(("mesh_size", "chosen"), [(4e-9, "explicit"), (1.5e-9, "implicit")])
def test_integrator_in_weak_noise(comm, mesh_size, chosen):
    """Midpoint steps are 9 and 39 times longer here, and take the time of some 20 and more."""
    mesh = mesh_film(strip(40e-9, 20e-9, mesh_size=mesh_size), comm)
    assert Film(mesh, temperature=1.0).integrator.name == chosen


@pytest.mark.analytic
def test_noise_is_that_of_the_damping_it_is_given(comm):
    """It goes with √α: four times the damping is twice the noise, but for round-off."""
    film = Film(mesh_film(strip(40e-9, 20e-9, mesh_size=10e-9), comm), temperature=100.0)
    thermal, gilbert = film.thermal, film.dynamics.gilbert
    found = []
    for damping in (0.1, 0.4, 0.1):
        thermal.steps = 3
        thermal.draw(1e-13, gilbert.with_damping(damping))
        found.append(thermal.field.copy())
    np.testing.assert_allclose(found[1], 2 * found[0], rtol=1e-14)
    np.testing.assert_array_equal(found[2], found[0])


@pytest.mark.analytic
@pytest.mark.parametrize("disorder", [None, Disorder(15e-9, 0.2)], ids=["even", "grains"])
def test_thicker_film_is_a_colder_one(comm, disorder):
    """All energies go with the thickness, so that only T/t counts; the noise is the same.

    So it is with grains, which are columns through the film.

    A factor of four rounds nothing, so that couplings of 32 bits keep it too. What else is apart by
    round-off grows: the film is damped, and followed for 100 steps. The residual of the potential,
    4e-4 of the contact currents, is met in the same iterations.
    """
    films = [
        Film(
            mesh_film(strip(60e-9, 30e-9, mesh_size=10e-9, thickness=thickness), comm),
            numerics=Numerics(integrator="explicit"),
            temperature=temperature,
            disorder=disorder,
        )
        for thickness, temperature in ((1e-9, 100.0), (4 * 1e-9, 400.0))
    ]
    for film in films:
        film.evolve(constant([0.02, -0.02], 2e-11))
    np.testing.assert_allclose(films[1].m, films[0].m, atol=1e-9)
    assert films[1].heating.energy == pytest.approx(4 * films[0].heating.energy, rel=1e-9, abs=0)


@pytest.mark.parametrize("settle", [Film.relax, Film.minimise])
def test_no_noise_while_a_film_settles(comm, settle):
    """Nor after a drive with heat: m comes to rest, which in noise it never does."""
    layout = strip(60e-9, 30e-9, mesh_size=10e-9)
    film = Film(mesh_film(layout, comm), temperature=300.0)
    film.evolve(rest(2e-12))
    drawn = film.thermal.steps
    assert drawn > 0
    # The mean square of a moment's torque in equilibrium is about 2 kT H/μ₀M_sV: 3e4 A/m.
    assert film.dynamics.largest_torque() > 1e4
    settle(film, torque_tolerance=10.0)
    assert film.dynamics.largest_torque() < 10.0
    assert film.thermal.steps == drawn


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"temperature": -1.0}, "temperature = -1.0"),
        ({"temperature": 300.0, "thermal_seed": -1}, "seed = -1"),
    ],
)
def test_wrong_heat_is_named(comm, options, message):
    with pytest.raises(InputError, match=message):
        Film(mesh_film(strip(40e-9, 20e-9, mesh_size=10e-9), comm), **options)
