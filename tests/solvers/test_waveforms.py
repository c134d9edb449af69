"""Fields that change in time: their values, their energy and what they do to a macrospin."""

from itertools import pairwise

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import Film, Material, Numerics, Pulse, Ramp, Sinc, Sine
from hebbfilm.solvers.materials.constants import GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from hebbfilm.solvers.terms import Zeeman

X = (1.0, 0.0, 0.0)
DAMPING, BIAS = 0.1, 2e5


def macrospin(comm, **options):
    material = Material(uniaxial_anisotropy=0.0, interfacial_dmi=0.0, damping=DAMPING)
    layout = strip(20e-9, 20e-9, mesh_size=10e-9)
    return Film(mesh_film(layout, comm), material, **options)


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("waveform", "times", "values"),
    [
        (Sine(amplitude=X, frequency=2.0), (0, 1 / 8, 3 / 8), (0, 1, -1)),
        (Sine(amplitude=X, frequency=2.0, phase=90.0), (0, 1 / 8, 1 / 4), (1, 0, -1)),
        (Pulse(amplitude=X, start=1.0, rise=2.0, length=3.0, fall=4.0),
         (0, 1, 2, 3, 5, 6, 8, 10, 11), (0, 0, 0.5, 1, 1, 1, 0.5, 0, 0)),
        (Pulse(amplitude=X, length=1.0), (-0.1, 0.5, 1.1), (0, 1, 0)),
        (Ramp(amplitude=X, start=1.0, duration=2.0), (0, 1, 2, 3, 9), (0, 0, 0.5, 1, 1)),
        (Sinc(amplitude=X, cutoff_frequency=0.5, centre=1.0), (1, 2, 1.5), (1, 0, 2 / np.pi)),
    ],
)  # fmt: skip
def test_values(waveform, times, values):
    np.testing.assert_allclose([waveform.value(t) for t in times], values, atol=1e-15)


@pytest.mark.analytic
def test_breakpoints_are_where_the_slope_changes():
    pulse = Pulse(amplitude=X, start=1.0, rise=2.0, length=3.0, fall=4.0)
    ramp = Ramp(amplitude=X, start=2.0, duration=1.0)
    assert pulse.breakpoints() == (1.0, 3.0, 6.0, 10.0)
    assert Zeeman(X, (pulse, ramp)).breakpoints() == (1.0, 2.0, 3.0, 6.0, 10.0)
    assert Sine(amplitude=X, frequency=1.0).breakpoints() == ()


@pytest.mark.analytic
def test_field_and_energy_at_any_time(comm):
    """E = -μ₀ M_s V m · H(t)."""
    ramp = Ramp(amplitude=(3e4, 0.0, 0.0), duration=2e-10)
    film = macrospin(comm, applied_field=(0.0, 0.0, BIAS), waveforms=[ramp])
    m = np.array([0.6, 0.0, 0.8])
    film.set_magnetisation(m)
    film.time = 1e-10
    field = np.array([1.5e4, 0.0, BIAS])
    np.testing.assert_allclose(film.dynamics.effective_field(), np.tile(field, (len(film.m), 1)))
    pressure = VACUUM_PERMEABILITY * film.material.saturation_magnetisation
    expected = -pressure * film.operators.volume * (m @ field)
    assert film.dynamics.energies()["zeeman"] == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.analytic
def test_a_constant_field_is_evaluated_once():
    assert not Zeeman(X).varies
    assert Zeeman(X, (Ramp(amplitude=X, duration=1.0),)).varies


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("integrator", "order", "tolerance", "coarsest"),
    [("explicit", 4, 1.0, 64), ("implicit", 2, 1e-5, 256)],
)
def test_stages_take_the_field_at_their_own_times(comm, integrator, order, tolerance, coarsest):
    """Both keep their order: halving the step divides the error by 16, or by 4."""
    drive = Sine(amplitude=(0.0, BIAS, 0.0), frequency=1e10, phase=30.0)
    film = macrospin(
        comm,
        applied_field=(0.0, 0.0, BIAS),
        waveforms=[drive],
        numerics=Numerics(integrator=integrator, step_tolerance=tolerance),
    )
    start, ends = np.tile([0.6, 0.0, 0.8], (len(film.m), 1)), []
    for steps in (coarsest, 2 * coarsest, 4 * coarsest):
        film.set_magnetisation(start)
        film.time = 0.0
        film.integrator.begin()
        for _ in range(steps):
            assert film.integrator.advance(1e-10 / steps, start).step == 1e-10 / steps
        ends.append(film.dynamics.mean_magnetisation())
    first, second = (np.linalg.norm(a - b) for a, b in pairwise(ends))
    assert np.log2(first / second) == pytest.approx(order, abs=0.2)


@pytest.mark.analytic
def test_step_allows_for_the_field_to_come(comm):
    """A free macrospin precesses by γ₀H ẑ once a pulse is on; the step resolves that."""
    film = macrospin(comm, waveforms=[Ramp(amplitude=(0.0, 0.0, BIAS), duration=1e-12)])
    assert film.dynamics.largest_step() < 3 / (GYROMAGNETIC_RATIO * BIAS)


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        (Sine, {"frequency": 0.0}, "frequency = 0.0: must be positive, in hertz"),
        (Pulse, {"length": -1.0}, "length = -1.0: must be zero or positive"),
        (Pulse, {"length": 0.0}, "length = 0.0: must be positive for a pulse that"),
        (Ramp, {"duration": 0.0}, "duration"),
        (Sinc, {"cutoff_frequency": -1.0}, "cutoff_frequency"),
    ],
)
def test_impossible_waveform_is_named(kind, values, message):
    with pytest.raises(InputError, match=rf"applied_field_waveform\.{message}"):
        kind(amplitude=X, **values)


def test_amplitude_that_is_not_finite_is_named():
    with pytest.raises(InputError, match="amplitude"):
        Ramp(amplitude=(np.inf, 0.0, 0.0), duration=1.0)
