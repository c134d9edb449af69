"""Numbers that a script gives to a film: what cannot be meant is refused, by name and at once."""

from math import inf, nan

import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import (
    Current,
    Film,
    Material,
    Numerics,
    Sine,
    alternating,
    constant,
    pulse_train,
    rest,
)


@pytest.fixture(scope="module")
def mesh(comm):
    return mesh_film(strip(60e-9, 30e-9, mesh_size=15e-9), comm)


@pytest.fixture(scope="module")
def film(mesh):
    return Film(mesh)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("applied_field", (nan, 0.0, 0.0)),
        ("applied_field", (1.0, 0.0)),
        ("applied_field", 1.0),
        *(("temperature", value) for value in (nan, -1.0, inf, True)),
    ],
)
def test_film(mesh, option, value):
    with pytest.raises(InputError, match=option):
        Film(mesh, **{option: value})


@pytest.mark.parametrize("numerics", [{}, "explicit", {"integrator": "explicit"}])
def test_numerics_of_another_kind(mesh, numerics):
    """An empty table is not the defaults."""
    with pytest.raises(InputError, match=r"numerics = .*: must be a Numerics, or None"):
        Film(mesh, numerics=numerics)


def test_swapped_arguments(mesh):
    with pytest.raises(InputError, match=r"film_mesh = Material.*: must be a FilmMesh"):
        Film(Material(), mesh)


@pytest.mark.parametrize("value", [0.0, nan, -1.0, inf, "1e-9"])
@pytest.mark.parametrize("name", ["renewal_tolerance", "potential_tolerance", "step_tolerance"])
def test_tolerance(name, value):
    with pytest.raises(InputError, match=f"{name} = .*: must be .*above 0"):
        Numerics(**{name: value})


@pytest.mark.parametrize("value", [True, "x", [1]])
def test_tolerance_that_is_no_number(value):
    with pytest.raises(InputError, match="must be a finite number and above 0"):
        Numerics(step_tolerance=value)


@pytest.mark.parametrize("seed", [-1, 1.5, 2**63, True, "1", None])
def test_seed(mesh, film, seed):
    for make in (film.randomise, lambda seed: Film(mesh, temperature=1.0, thermal_seed=seed)):
        with pytest.raises(InputError, match=r"seed = .*: must be a whole number"):
            make(seed)


@pytest.mark.parametrize("interval", [0.0, -1e-12, nan, 1e-30, "1e-12"])
def test_sample_interval(film, interval):
    """1e-30 s in 1 ps would be 1e18 samples."""
    for follow in (lambda **given: film.evolve(rest(1e-12), **given), film.relax):
        with pytest.raises(InputError, match="sample_interval"):
            follow(sample_interval=interval)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (name, value)
        for name in ("duration", "damping", "torque_tolerance")
        for value in (nan, -1.0, inf)
    ],
)
def test_relaxation(film, name, value):
    with pytest.raises(InputError, match=f"{name} = "):
        film.relax(**{"duration": 1e-12, name: value})


def test_minimiser(film):
    with pytest.raises(InputError, match="torque_tolerance = nan"):
        film.minimise(torque_tolerance=nan)
    with pytest.raises(InputError, match="evaluations = 0"):
        film.minimise(evaluations=0)
    with pytest.raises(InputError, match="observe_every = 0"):
        film.minimise(observe_every=0)


@pytest.mark.parametrize("bad", [nan, inf, True, "0.1", 1j, [1.0]])
def test_drive(film, bad):
    for make in (lambda: film.solve_current([bad, 0.0]), lambda: constant([bad, 0.0], 1e-12)):
        with pytest.raises(InputError, match="voltage of "):
            make()
    for make in (lambda: Current(bad), lambda: rest(bad)):
        with pytest.raises(InputError, match=r"current of a contact|duration of a drive"):
            make()


def test_trains(film):
    with pytest.raises(InputError, match="cycles = -1"):
        alternating([1.0, 0.0], half_period=1e-12, cycles=-1)
    with pytest.raises(InputError, match="off = nan"):
        pulse_train([1.0, 0.0], on=1e-12, off=nan, count=1)
    with pytest.raises(InputError, match=r"count = 1\.5"):
        pulse_train([1.0, 0.0], on=1e-12, off=0.0, count=1.5)


@pytest.mark.parametrize("amplitude", [(1.0, 0.0), "abc", (1e300, 0.0, 0.0), (nan, 0.0, 0.0)])
def test_waveform(mesh, amplitude):
    with pytest.raises(InputError, match="amplitude"):
        Sine(amplitude=amplitude, frequency=1e9)
    with pytest.raises(InputError, match="frequency"):
        Sine(amplitude=(1.0, 0.0, 0.0), frequency="1e9")
    with pytest.raises(InputError, match="applied_field"):
        Film(mesh, applied_field=amplitude)
