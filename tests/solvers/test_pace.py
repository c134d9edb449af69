"""Pulses that are far narrower than a step, and jumps: none is passed over.

Until the field or voltage is there nothing happens at all, so that steps could go to the end.
"""

from dataclasses import dataclass

import numpy as np
import pytest
import ufl
from scipy.special import erf

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import (
    DecayingSine,
    Energy,
    Film,
    Formula,
    Material,
    Numerics,
    Segment,
    Sinc,
    Sine,
    gradient,
    parameter,
    rest,
)
from hebbfilm.solvers.drives.bounds import Bounded
from hebbfilm.solvers.drives.formula import _BOUNDS, _WORDS
from hebbfilm.solvers.drives.pace import MISSED
from hebbfilm.solvers.materials.constants import GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY

DURATION, CENTRE = 1e-9, 0.31234567e-9
WIDTH = 1e-13
GAUSS = f"exp(-((t - {CENTRE})/{WIDTH})**2)"
AREA = np.sqrt(np.pi) * WIDTH
"""Of the Gaussian in s."""
ANGLE = 0.5
"""In rad, by which the pulse turns m."""
STRENGTH = ANGLE / (GYROMAGNETIC_RATIO * AREA)
"""In A/m."""
STEP_TOLERANCE = 1e-5
VOLTAGE, RENEWAL = 0.05, 0.02


def macrospin(comm, integrator="explicit", **options):
    """A moment that nothing else turns, along x.

    The anisotropy along z does nothing to it, but says how fast moments may turn.
    """
    material = Material(
        uniaxial_anisotropy=2e5, interfacial_dmi=0.0, damping=0.0, exchange_stiffness=1e-30
    )
    film_mesh = mesh_film(strip(20e-9, 20e-9, mesh_size=10e-9), comm)
    numerics = Numerics(integrator=integrator, step_tolerance=STEP_TOLERANCE)
    film = Film(film_mesh, material, numerics=numerics, **options)
    film.set_magnetisation((1.0, 0.0, 0.0))
    return film


def turned(film, duration=DURATION):
    """The angle in rad about z by which m turns, and at how many times the film stood."""
    film.evolve(rest(duration))
    x, y, _ = film.dynamics.mean_magnetisation()
    return float(np.arctan2(y, x))


WAVES = {
    "Gaussian": (GAUSS, ANGLE),
    "offset": (f"1e-5 + {GAUSS}", ANGLE * (1 + 1e-5 * DURATION / AREA)),
    "square of a sine": ("sin(2*pi*1e13*t)**2", ANGLE * 5e-13 / 2 / AREA),
    "step": (f"0.5e-3*(1 + abs(t - {CENTRE})/(t - {CENTRE}))",
             ANGLE * 1e-3 * (DURATION - CENTRE) / AREA),
    "sharp": (f"exp(-abs(t - {CENTRE})/1e-14)", ANGLE * 2e-14 / AREA),
}  # fmt: skip


@pytest.mark.analytic
@pytest.mark.parametrize("integrator", ["explicit", "implicit"])
@pytest.mark.parametrize("kind", WAVES)
def test_a_field_turns_m_by_its_area(comm, kind, integrator):
    """φ = γ₀ ∫ H dt about the field. Each step errs by the tolerance: over the some 100 steps of a
    pulse, 1e-3. The midpoint rule sees nothing of how a field begins within a step: where that is
    off a chord by δ, a third of it, at most; over 4 widths of a pulse 4/√π of its area.
    """
    formula, angle = WAVES[kind]
    duration = 5e-13 if "sine" in kind else DURATION
    wave = Formula(amplitude=(0.0, 0.0, STRENGTH), formula=formula)
    found = turned(macrospin(comm, integrator, waveforms=[wave]), duration)
    unseen = ANGLE * MISSED / 3 * 4 / np.sqrt(np.pi) if integrator == "implicit" else 0.0
    assert abs(np.angle(np.exp(1j * (abs(found) - angle)))) < 1e-3 + unseen


@dataclass(frozen=True)
class Kick(Energy):
    """-μ₀ M_s m · ẑ H f(t), of a pulse at one time, here or there a little later."""

    strength: float = parameter("A/m")
    name = "kick"

    def density(self, m, at):
        late = (at.time - CENTRE) / WIDTH
        pulse = ufl.exp(-(late**2))
        return -VACUUM_PERMEABILITY * at.saturation_magnetisation * self.strength * pulse * m[2]


@dataclass(frozen=True)
class Slope(Energy):
    """The same, beside a derivative that is almost nothing."""

    strength: float = parameter("A/m")
    name = "slope"

    def density(self, m, at):
        small = 1e-30 * ufl.inner(gradient(m), gradient(m))
        return Kick.density(self, m, at) + small


@pytest.mark.analytic
@pytest.mark.parametrize("kind", [Kick, Slope])
def test_a_density_turns_m_by_its_area(comm, kind):
    """As above. Of `Slope` 512 times are looked at: one each 0.06 ps for 30 ps."""
    film = macrospin(comm, "implicit", terms=[kind(STRENGTH)])
    duration = DURATION
    if kind is Slope:
        film.time, duration = CENTRE - 2e-11, 3e-11
    unseen = ANGLE * MISSED / 3 * 4 / np.sqrt(np.pi)
    assert abs(turned(film, duration)) == pytest.approx(ANGLE, abs=1e-3 + unseen)


def charge(comm, drive, duration=DURATION):
    """What flows through a resistor in C by its conductance, V s."""
    material = Material(
        exchange_stiffness=1e-30, interfacial_dmi=0.0, uniaxial_anisotropy=0.0, amr_ratio=0.0
    )
    film_mesh = mesh_film(strip(120e-9, 20e-9, mesh_size=10e-9), comm)
    film = Film(film_mesh, material, numerics=Numerics(renewal_tolerance=RENEWAL))
    conductance = -film.conductance_matrix()[0, 1]
    passed = [0.0]

    class Meter:
        def begin(self, time):
            pass

        def pass_time(self, duration):
            passed[0] += film.conduction.currents[0] * duration

        def finish(self):
            pass

    film.processes.append(Meter())
    film.evolve([Segment(duration, (drive, 0.0))])
    return passed[0] / conductance


@pytest.mark.analytic
@pytest.mark.parametrize("kind", ["Gaussian", "function", "step", "function that steps"])
def test_a_drive_moves_its_charge(comm, kind):
    """∫ V dt. The current in use is off by at most the tolerance, of the largest, for as long as
    the pulse rises or falls: of a Gaussian over 6 of its widths, 6/√π of its area, where errors of
    its rise undo those of its fall but for their difference.
    """
    drives = {
        "Gaussian": Formula(amplitude=VOLTAGE, formula=GAUSS),
        "function": lambda t, i, v: VOLTAGE * np.exp(-(((t - CENTRE) / WIDTH) ** 2)),
        "step": Formula(amplitude=VOLTAGE, formula=WAVES["step"][0]),
        "function that steps": lambda t, i, v: VOLTAGE * 1e-3 * (t > CENTRE),
    }
    steps = "step" in kind
    expected = VOLTAGE * (1e-3 * (DURATION - CENTRE) if steps else AREA)
    tolerance = 1e-9 if steps else 6 / np.sqrt(np.pi) * RENEWAL
    # The potential is found to 1e-2 of the tolerance of renewals.
    assert charge(comm, drives[kind]) == pytest.approx(expected, rel=tolerance + 1e-2 * RENEWAL)


@pytest.mark.analytic
@pytest.mark.parametrize("kind", ["sine", "sinc", "decaying sine"])
def test_waveforms_say_how_fast_they_are(kind):
    """No chord over a step that they allow is off by more of the amplitude than that."""
    begin, end = 0.0, 2e-9
    wave = {
        "sine": Sine(amplitude=1.0, frequency=3e11),
        "sinc": Sinc(amplitude=1.0, cutoff_frequency=3e11, centre=1e-9),
        "decaying sine": DecayingSine(
            amplitude=1.0, frequency=1e9, decay_time=1e-12, start=1e-9, phase=90.0
        ),
    }[kind]
    pace, time = wave.pace(begin, end), begin
    kinks = [*wave.breakpoints(), end]
    while time < end:
        step = pace.longest_step(time, min(k for k in kinks if k > time) - time)
        times = time + step * np.linspace(0, 1, 9)
        found = np.array([wave.value(t) for t in times])
        found[-1] = wave.value(np.nextafter(times[-1], 0))
        assert np.abs(found - np.interp(times, times[[0, -1]], found[[0, -1]])).max() < MISSED
        time += step


@pytest.mark.analytic
@pytest.mark.parametrize(
    "formula",
    [
        "sin(7*t)", "cos(-t)*t", "exp(-t**2)", "abs(t - 0.3)", "sqrt(t)", "t**3 - t**2", "t**-2",
        "1/(2 + sin(5*t))", "2**t", "t**t", "-t/3 + +t", "abs(sin(9*t))**1.5", "3", "pi - t",
    ],
)  # fmt: skip
def test_bounds_hold(formula):
    """Values and slopes at points within an interval lie within its bounds."""
    begins = np.random.default_rng(1).uniform(0.05, 2.0, 200)
    ends = begins + np.random.default_rng(2).uniform(1e-6, 1.0, 200)
    found = _BOUNDS.evaluated(formula, "")([Bounded.argument(begins, ends)])
    plain = _WORDS.evaluated(formula, "")
    for place, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        times = np.linspace(begin, end, 50)
        values = np.array([plain((float(t),)) for t in times])
        if not isinstance(found, Bounded):
            assert np.all(values == found)
            continue
        slopes = np.diff(values) / np.diff(times)
        for bounds, some in ((found.value, values), (found.slope, slopes)):
            slack = 1e-6 * (1 + np.abs(some).max())
            assert bounds.low[place] - slack <= some.min()
            assert some.max() <= bounds.high[place] + slack


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("sin(2*pi*1e17*t)", "moves too fast to be followed: more than 524288 steps from 0 to"),
        ("1/(t - 0.3123e-9)", "grows without bound towards t = 3.123e-10 s; must be finite"),
        ("sin(1e-18/(t - 3.123e-10))", "does not settle near t = 3.123e-10 s, and cannot be"),
    ],
)
@pytest.mark.parametrize("of", ["contact", "field"])
def test_what_cannot_be_followed_is_refused(comm, formula, message, of):
    amplitude = VOLTAGE if of == "contact" else (0.0, 0.0, STRENGTH)
    wave = Formula(amplitude=amplitude, formula=formula)
    key = "waveform" if of == "contact" else "applied_field_waveform"
    fields, drives = ([], [wave, 0.0]) if of == "contact" else ([wave], None)
    film_mesh = mesh_film(strip(20e-9, 20e-9, mesh_size=10e-9), comm)
    film = Film(film_mesh, waveforms=fields)
    with pytest.raises(InputError, match=rf"^{key}\.formula = '.*': {message}"):
        film.evolve([Segment(DURATION, drives)])


@pytest.mark.analytic
def test_going_on_within_a_pulse_changes_no_bit(comm):
    """Intervals lie at multiples of powers of 2, wherever a film goes on."""
    formula = f"0.5*exp(-((t - {CENTRE})/2e-12)**2) + {GAUSS}"
    wave = Formula(amplitude=(0.0, 0.0, STRENGTH), formula=formula)
    kept = []

    def keep(film):
        kept.append((film.position, film.time, film.dynamics.m.copy(), film.integrator.step))

    film = macrospin(comm, waveforms=[wave])
    film.evolve(rest(DURATION), sample_interval=DURATION / 64, observer=keep)
    end = film.dynamics.m.copy()
    for position, time, m, step in kept[18:22]:
        film.set_magnetisation(m[: film.operators.owned])
        film.dynamics.m[:] = m
        film.time, film.integrator.step = time, step
        film.evolve(rest(DURATION), start=position, sample_interval=DURATION / 64)
        assert np.array_equal(film.dynamics.m, end)


@pytest.mark.analytic
def test_a_pulse_cut_in_two_has_its_area(comm):
    """Where a drive ends in the middle of a pulse, half of it has been."""
    wave = Formula(amplitude=(0.0, 0.0, STRENGTH), formula=GAUSS)
    film = macrospin(comm, waveforms=[wave])
    end = CENTRE + 0.3 * WIDTH
    assert abs(turned(film, end)) == pytest.approx(ANGLE * (1 + erf(0.3)) / 2, abs=1e-3)
