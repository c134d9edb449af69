"""Fields that change in time: their values, their energy and what they do to a macrospin."""

import json
import pickle
from itertools import pairwise

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import mesh_film, strip
from hebbfilm.solvers import (
    Current,
    DecayingSine,
    Film,
    Formula,
    Material,
    Numerics,
    Pulse,
    Ramp,
    Segment,
    Sinc,
    Sine,
    Table,
)
from hebbfilm.solvers.drives.drives_json import drives_as_json, drives_from_json
from hebbfilm.solvers.materials.constants import GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from hebbfilm.solvers.terms import ChangingField

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
        (DecayingSine(amplitude=X, frequency=1.0, decay_time=2.0, phase=90.0, start=1.0),
         (0.9, 1.0, 2.0, 3.5), (0, 1, np.exp(-0.5), -np.exp(-1.25))),
        (Table(amplitude=X, times=(0, 1, 1, 3), values=(0, 2, 4, 0)),
         (-1, 0.25, 1, 2, 3, 9), (0, 0.5, 4, 2, 0, 0)),
        (Formula(amplitude=X, formula="-2*exp(-t)*cos(pi*t)**2 + abs(t-1)/sqrt(4) + sin(0)"),
         (0, 1, 2), (-1.5, -2 / np.e, -2 / np.e**2 + 0.5)),
    ],
)  # fmt: skip
def test_values(waveform, times, values):
    np.testing.assert_allclose([waveform.value(t) for t in times], values, atol=1e-15)


@pytest.mark.analytic
def test_breakpoints_are_where_the_slope_changes():
    pulse = Pulse(amplitude=X, start=1.0, rise=2.0, length=3.0, fall=4.0)
    ramp = Ramp(amplitude=X, start=2.0, duration=1.0)
    assert pulse.breakpoints() == (1.0, 3.0, 6.0, 10.0)
    assert ChangingField(X, (pulse, ramp)).breakpoints() == (1.0, 2.0, 3.0, 6.0, 10.0)
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
def test_a_constant_field_is_evaluated_once(comm):
    ramp = Ramp(amplitude=X, duration=1.0)
    assert not macrospin(comm, applied_field=X).dynamics.fields_vary
    assert macrospin(comm, waveforms=[ramp]).dynamics.fields_vary


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("integrator", "order", "tolerance", "coarsest"),
    [("explicit", 3, 1.0, 64), ("implicit", 2, 1e-5, 256)],
)
def test_stages_take_the_field_at_their_own_times(comm, integrator, order, tolerance, coarsest):
    """Both keep their order: halving the step divides the error by 8, or by 4."""
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
        (DecayingSine, {"frequency": 1.0, "decay_time": 0.0}, "decay_time = 0.0: must be positive"),
        (Table, {}, "times: 0 of them with 0 values"),
        (Table, {"times": (0, 1), "values": (1,)}, "times: 2 of them with 1 values"),
        (Table, {"times": (1, 0), "values": (1, 2)}, "times: 0 s stands after 1 s"),
        (Table, {"times": (0, 1), "values": (1, np.nan)}, r"values\[1\] = nan: must be a finite"),
        (Table, {"path": "/nowhere.csv"}, "path = '/nowhere.csv': cannot be read: No such file"),
        (Table, {"path": "a", "times": (0,)}, "path = 'a' beside times or values"),
        (Formula, {"formula": ""}, "formula = '': is no expression"),
        (Formula, {"formula": "sine(t)"}, r".*: sine is not known; did you mean sin\? \(allowed"),
        (Formula, {"formula": "x + t"}, ".*: x is not known"),
        (Formula, {"formula": "__import__('os')"}, ".*: __import__ is not known"),
        (Formula, {"formula": "t.real"}, r".*: 't.real' is not allowed; allowed are numbers"),
        (Formula, {"formula": "(1).__class__"}, ".* is not allowed"),
        (Formula, {"formula": "[1][0]"}, ".* is not allowed"),
        (Formula, {"formula": "t if t else 1"}, ".* is not allowed"),
        (Formula, {"formula": "True"}, ".* is not allowed"),
        (Formula, {"formula": "1j"}, ".* is not allowed"),
        (Formula, {"formula": "sin(t, t)"}, ".* is not allowed"),
        (Formula, {"formula": "(" * 990}, ".*: is no expression"),
        (Formula, {"formula": "-" * 999 + "t"}, ".*: is no expression"),
        (Formula, {"formula": "t" * 1001}, ".*: must be text of at most 1000"),
    ],
)
def test_impossible_waveform_is_named(kind, values, message):
    with pytest.raises(InputError, match=rf"applied_field_waveform\.{message}"):
        kind(amplitude=X, **values)


def test_amplitude_that_is_not_finite_is_named():
    with pytest.raises(InputError, match="amplitude"):
        Ramp(amplitude=(np.inf, 0.0, 0.0), duration=1.0)


@pytest.mark.parametrize(
    "formula", ["1/t", "sqrt(-1)", "(-1)**0.5", "exp(1e9)", "9**9**9", "1e999"]
)
def test_formula_without_a_finite_value_is_named(formula):
    with pytest.raises(InputError, match=r"^waveform\.formula = .* at t = 0 s"):
        Formula(amplitude=1.0, formula=formula).drive(0.0)


def test_table_from_a_file(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("time,value\n0,0\n1e-9, 2\n\n", encoding="utf-8")
    table = Table(amplitude=0.5, path=str(path))
    assert table == Table(amplitude=0.5, times=(0, 1e-9), values=(0, 2))
    assert table.drive(0.5e-9) == 0.5
    path.write_text("0,0\n1e-9;2\n", encoding="utf-8")
    with pytest.raises(InputError, match="has a row '1e-9;2'; must be a time in s and a value"):
        Table(amplitude=0.5, path=str(path))
    for nothing in (b"", b"\0\1", b"time,value\n"):
        path.write_bytes(nothing)
        with pytest.raises(InputError, match=r"path = '.*': has no row of a time in s and a value"):
            Table(amplitude=0.5, path=str(path))


WAVES = [
    Sine(amplitude=0.1, frequency=1e9, phase=30.0),
    Pulse(amplitude=Current(1e-6), length=1e-9),
    Ramp(amplitude=-0.1, duration=1e-9),
    Sinc(amplitude=0.1, cutoff_frequency=1e9),
    DecayingSine(amplitude=0.1, frequency=1e9, decay_time=1e-9),
    Table(amplitude=0.1, times=(0, 1e-9), values=(0, 1)),
    Formula(amplitude=0.1, formula="cos(t)"),
]


@pytest.mark.parametrize("wave", WAVES, ids=lambda wave: wave.kind)
def test_waveforms_of_contacts_come_back_from_json_and_from_a_pickle(wave):
    assert drives_from_json(json.loads(json.dumps(drives_as_json((wave, None))))) == (wave, None)
    assert pickle.loads(pickle.dumps(wave)) == wave
    there, back = wave.drive(0.3e-9), (-wave).drive(0.3e-9)
    assert back == -there
    assert isinstance(there, Current) == isinstance(wave.amplitude, Current)


def test_functions_are_written_by_their_names_and_not_read_back():
    content = drives_as_json((0.1, Current(1e-6), test_values))
    assert content[:2] == [0.1, {"current": 1e-6}]
    assert content[2]["callable"].endswith("test_waveforms.test_values")
    with pytest.raises(InputError, match=r"test_values: a function cannot be read back; give"):
        drives_from_json(content)
    assert drives_as_json(Backwards())["callable"].endswith("test_waveforms.Backwards")


class Backwards:
    def __call__(self, time, currents, voltages):
        return voltages[::-1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"kind": "sinus"}, "waveform.kind = 'sinus': allowed are sine"),
        ({"kind": "sine", "amplitude": 1.0, "frequncy": 1}, "unknown key frequncy in a waveform"),
        ({"kind": "sine", "amplitude": 1.0}, "waveform of kind sine: .*'frequency'"),
        ({"curent": 1.0}, "unknown key curent in the drive of a contact; did you mean current"),
        ("1", "voltage of a contact = '1': must be a finite number, in V"),
    ],
)
def test_impossible_json_of_a_drive_is_named(content, message):
    with pytest.raises(InputError, match=message):
        drives_from_json([content])


def test_waveform_is_of_a_field_or_of_a_contact(comm):
    with pytest.raises(InputError, match=r"applied_field_waveform.amplitude = 1.0: must be three"):
        macrospin(comm, waveforms=[Ramp(amplitude=1.0, duration=1.0)])
    with pytest.raises(InputError, match="of a contact it must be a voltage in V or a Current"):
        Segment(1e-9, (Ramp(amplitude=X, duration=1.0), 0.0))
