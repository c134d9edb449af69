"""Contacts driven by waveforms and by functions: what flows, when, and what they remember.

A strip without AMR is a resistor of G = σwt/L, whatever m does: all that flows has a closed form.
The current in use is off by at most the tolerance of renewals, in relation to the largest.
"""

import itertools
import sys

import numpy as np
import pytest
from shapely import box

from hebbfilm.common.errors import InputError, SolverError
from hebbfilm.meshing import Layout, mesh_film, strip, wheel
from hebbfilm.solvers import (
    Current,
    DecayingSine,
    Electrodes,
    Film,
    Formula,
    Material,
    Numerics,
    Pulse,
    Ramp,
    Segment,
    Sine,
    Table,
    alternating,
    constant,
    load_state,
    rest,
    save_state,
)

LENGTH, WIDTH, THICKNESS, H = 120e-9, 20e-9, 1e-9, 10e-9
CONDUCTIVITY, VOLTAGE = 5e6, 0.05
CONDUCTANCE = CONDUCTIVITY * WIDTH * THICKNESS / LENGTH
TOLERANCE = 0.04
SOLVED = 1e-2 * TOLERANCE
"""Of the potential that drives, the residual is 1e-2 of the renewal's tolerance."""


@pytest.fixture(scope="module")
def bar(comm):
    return mesh_film(strip(LENGTH, WIDTH, THICKNESS, mesh_size=H), comm)


@pytest.fixture(scope="module")
def hub(comm):
    return mesh_film(wheel(mesh_size=20e-9), comm)


def resistor(bar, tolerance=TOLERANCE, **options):
    """Moments that nothing turns, whose steps could be microseconds long."""
    material = Material(
        exchange_stiffness=1e-30,
        interfacial_dmi=0.0,
        uniaxial_anisotropy=0.0,
        conductivity=CONDUCTIVITY,
        amr_ratio=0.0,
    )
    numerics = Numerics(integrator="explicit", renewal_tolerance=tolerance)
    return Film(bar, material, numerics=numerics, **options)


def magnet(film_mesh, tolerance=TOLERANCE, seed=1, **options):
    """A film whose conductances change with m."""
    numerics = Numerics(renewal_tolerance=tolerance)
    film = Film(film_mesh, Material(amr_ratio=0.2), numerics=numerics, **options)
    film.randomise(seed=seed)
    return film


class Capacitor:
    """In series with the film, from 0 V on; it takes what has flowed since the last call."""

    def __init__(self, capacitance, voltage=VOLTAGE):
        self.capacitance, self.voltage = capacitance, voltage
        self.charge, self.time, self.calls = 0.0, 0.0, 0

    def __call__(self, time, currents, voltages):
        self.calls += 1
        passed, self.time = max(time - self.time, 0.0), time
        self.charge += currents[0] * passed
        return self.voltage - self.charge / self.capacitance

    def state(self):
        return {"charge": self.charge, "time": self.time}

    def restore(self, state):
        self.charge, self.time = state["charge"], state["time"]


class Fuse:
    """Opens for ever once more than its current has flowed."""

    def __init__(self, limit):
        self.limit, self.blown = limit, None

    def __call__(self, time, currents, voltages):
        if self.blown is None and currents[0] > self.limit:
            self.blown = time
        return VOLTAGE * time / 1e-9 if self.blown is None else Current(0.0)

    def state(self):
        return {"blown": self.blown}

    def restore(self, state):
        self.blown = state["blown"]


PERIOD = 1e-9


@pytest.mark.analytic
def test_sine_drives_its_current_and_its_heat(bar):
    """I = G V sin(2πft) at each sample, and W = G V² ∫ sin² dt, on the rise and over a period.

    What is held is off by up to the tolerance of V: on the rise, where it lags all the way, W errs
    by up to 2 G V² ∫ sin dt, 2/(2π) T of it in a quarter T; it falls with the tolerance.
    """
    wave, errors = Sine(amplitude=VOLTAGE, frequency=1 / PERIOD), []
    for tolerance in (TOLERANCE, TOLERANCE / 4):
        film, seen = resistor(bar, tolerance), []

        def look(film, seen=seen):
            time, current = film.position.elapsed, film.conduction.currents[0]
            seen.append(current - CONDUCTANCE * VOLTAGE * np.sin(2 * np.pi * time / PERIOD))

        film.evolve(constant([wave, 0.0], PERIOD / 4), sample_interval=PERIOD / 40, observer=look)
        assert np.abs(seen).max() < SOLVED * CONDUCTANCE * VOLTAGE
        error = film.heating.energy / (CONDUCTANCE * VOLTAGE**2 * PERIOD / 8) - 1
        assert abs(error) < tolerance * 2 / (2 * np.pi) * 8
        errors.append(abs(error))
        # Each renewal bridges at least half of the tolerance, but for the two at each sample.
        assert film.current.record.renewals < 2 / tolerance + 22
    assert errors[1] < errors[0] / 2
    film = resistor(bar)
    film.evolve(constant([wave, 0.0], PERIOD))
    heat = CONDUCTANCE * VOLTAGE**2 * PERIOD / 2
    assert film.heating.energy == pytest.approx(heat, rel=TOLERANCE, abs=0)


@pytest.mark.analytic
def test_voltage_common_to_all_contacts_hides_no_change(bar):
    """The tolerance is one of j, so of 10 mV between the contacts, not of the volt that both have.

    Over a whole period the lag of what is held cancels to first order.
    """
    wave = Formula(amplitude=1.0, formula=f"1 + 0.01*sin(2*pi*t/{PERIOD})")
    film = resistor(bar)
    film.evolve(constant([wave, 1.0], PERIOD))
    heat = CONDUCTANCE * 0.01**2 * PERIOD / 2
    assert film.heating.energy == pytest.approx(heat, rel=TOLERANCE, abs=0)


@pytest.mark.analytic
@pytest.mark.parametrize("integrator", ["explicit", "implicit"])
@pytest.mark.parametrize("temperature", [0.0, 300.0])
def test_function_jumps_while_moments_turn(bar, temperature, integrator):
    """W = G V² t, also where heat has steps that are chosen otherwise; to 1e-4 of a step."""
    numerics = Numerics(integrator=integrator)
    film = Film(bar, Material(amr_ratio=0.0), temperature=temperature, numerics=numerics)
    conductance = film.conductance_matrix()[0, 0]
    jumps = constant([lambda t, i, v: VOLTAGE if t < 0.3e-12 else 0.0, 0.0], 0.7e-12)
    film.evolve(jumps, sample_interval=0.31e-12)
    expected = conductance * VOLTAGE**2 * 0.3e-12
    assert film.heating.energy == pytest.approx(expected, rel=3 * SOLVED, abs=0)


@pytest.mark.analytic
def test_currents_have_waveforms_too(bar):
    wave = Sine(amplitude=Current(1e-5), frequency=1 / PERIOD, phase=30.0)
    film = resistor(bar)
    film.evolve(constant([wave, -wave], PERIOD))
    expected = 0.5e-5 / CONDUCTANCE
    assert np.ptp(film.conduction.voltages) == pytest.approx(expected, rel=SOLVED, abs=0)
    assert film.current.drives[0].amperes == pytest.approx(0.5e-5, rel=1e-9, abs=0)


@pytest.mark.analytic
@pytest.mark.parametrize(
    "wave",
    [
        Pulse(amplitude=VOLTAGE, start=0.3e-9, length=0.1e-9),
        Table(amplitude=VOLTAGE, times=(0.3e-9, 0.3e-9, 0.4e-9, 0.4e-9), values=(0, 1, 1, 0)),
        lambda t, i, v: VOLTAGE if 0.3e-9 <= t < 0.4e-9 else 0.0,
    ],
    ids=["pulse", "table", "function"],
)
def test_jumps_are_met(bar, wave):
    """W = G V² · 0.1 ns: those of waveforms exactly, those of functions to 1e-4 of a step."""
    film = resistor(bar)
    film.time = 1e-9
    film.evolve(constant([wave, 0.0], 1e-9), sample_interval=0.23e-9)
    expected = CONDUCTANCE * VOLTAGE**2 * 0.1e-9
    assert film.heating.energy == pytest.approx(expected, rel=2 * SOLVED, abs=0)
    assert film.conduction.currents[0] == 0


@pytest.mark.analytic
@pytest.mark.parametrize("load", [0.1, 1.0, 1e4])
def test_load_line_divides_the_voltage(bar, load):
    """V₀/(1 + RG) across the film, also where V₀ - R I would swing by R G = 1e4 in each turn."""
    film, resistance = resistor(bar), load / CONDUCTANCE
    film.evolve(constant([lambda t, i, v: VOLTAGE - resistance * i[0], 0.0], 1e-10))
    assert film.conduction.voltages[0] == pytest.approx(VOLTAGE / (1 + load), rel=SOLVED, abs=0)
    # At the beginning and for the sample: nothing moves.
    assert film.current.record.renewals <= 2


@pytest.mark.analytic
@pytest.mark.parametrize("load", [1.0, 1e4])
def test_stiff_load_line_follows_its_source(bar, load):
    """V₀ sin(2πft)/(1 + RG), in no more renewals than the voltage of the film itself would take."""
    film, resistance, seen = resistor(bar), load / CONDUCTANCE, []

    def driven(time, currents, voltages):
        return VOLTAGE * np.sin(2 * np.pi * time / PERIOD) - resistance * currents[0]

    def look(film):
        source = VOLTAGE * np.sin(2 * np.pi * film.time / PERIOD)
        seen.append(film.conduction.voltages[0] - source / (1 + load))

    film.evolve(constant([driven, 0.0], PERIOD), sample_interval=PERIOD / 8, observer=look)
    assert np.abs(seen).max() < 2 * SOLVED * VOLTAGE / (1 + load)
    heat = CONDUCTANCE * (VOLTAGE / (1 + load)) ** 2 * PERIOD / 2
    assert film.heating.energy == pytest.approx(heat, rel=2 * TOLERANCE, abs=0)
    # Each bridges half of the tolerance of the way of 4 V, but for the two at each sample.
    assert film.current.record.renewals < 4 * 2 / TOLERANCE + 17


@pytest.mark.analytic
def test_load_line_follows_a_film_whose_resistance_changes(bar):
    """At each sample to the tolerance, of both voltages."""
    film, found = magnet(bar, tolerance=0.01), []
    resistance = 1 / CONDUCTANCE

    def look(film):
        conductance = film.conductance_matrix()[0, 0]
        divided = VOLTAGE / (1 + resistance * conductance)
        found.append(film.conduction.voltages[0] / divided - 1)

    drives = [lambda t, i, v: VOLTAGE - resistance * i[0], 0.0]
    film.evolve(constant(drives, 5e-12), sample_interval=1e-12, observer=look)
    assert np.abs(found).max() < 0.01


@pytest.mark.analytic
def test_load_line_holds_at_samples_while_the_film_changes(bar):
    """V = V₀ - R I there for the current of that very moment, as exactly as it is solved."""
    film, seen = magnet(bar), []

    def load(time, currents, voltages):
        return VOLTAGE - currents[0] / CONDUCTANCE

    def observe(film):
        now, conduction = film.conductance_matrix(), film.conduction
        flowing = now @ conduction.voltages
        seen.append([load(0, flowing, None) - conduction.voltages[0], flowing[0]])

    film.evolve(constant([load, 0.0], 1e-11), sample_interval=1e-12, observer=observe)
    off, currents = np.array(seen).T
    # Ten times what is asked for at samples.
    assert np.abs(off).max() < 1e-7 * VOLTAGE
    assert np.ptp(currents) > 1e-4 * np.abs(currents).max()


@pytest.mark.analytic
def test_capacitor_charges_through_the_film(bar):
    """u = V (1 - e^(-t/τ)); the error falls in proportion to the tolerance.

    Each step takes I as it was at its beginning, too much by less than the tolerance of the
    largest: in all, of the charge, by less than that times 1 - e^(-t/τ) ≤ 1.
    """
    time_constant, errors = 1e-10, []
    for tolerance in (0.04, 0.02, 0.01, 0.005):
        capacitor = Capacitor(time_constant * CONDUCTANCE)
        film = resistor(bar, tolerance)
        film.evolve(constant([capacitor, 0.0], 2 * time_constant), sample_interval=0.5e-10)
        exact = capacitor.capacitance * VOLTAGE * (1 - np.exp(-2))
        errors.append(capacitor.charge / exact - 1)
        assert 0 < errors[-1] < tolerance
        heat = capacitor.capacitance * VOLTAGE**2 / 2 * (1 - np.exp(-4))
        assert film.heating.energy == pytest.approx(heat, rel=tolerance, abs=0)
    assert np.log2(errors[0] / errors[-1]) == pytest.approx(3, abs=0.3)


@pytest.mark.analytic
def test_fuse_blows_at_its_current(bar):
    """I = G V t/ns reaches half of G V at 0.5 ns; seen to the tolerance of the largest, and late
    by it at most, as it looks at the current that was last renewed."""
    fuse = Fuse(CONDUCTANCE * VOLTAGE / 2)
    film = resistor(bar)
    film.evolve(constant([fuse, 0.0], 1e-9))
    assert 0.5e-9 * (1 - SOLVED) < fuse.blown < (0.5 + TOLERANCE) * 1e-9
    assert film.conduction.currents[0] == 0


@pytest.mark.analytic
def test_time_is_that_since_the_segment_began(bar):
    """However long the film has been there, and in each segment anew."""
    film, seen = resistor(bar), []
    film.time = 3e-9
    ramp = Ramp(amplitude=VOLTAGE, duration=1e-9)
    film.evolve(
        [*constant([ramp, 0.0], 0.5e-9), *rest(1e-9), *constant([ramp, 0.0], 0.25e-9)],
        observer=lambda film: seen.append(film.conduction.voltages[0] / VOLTAGE),
    )
    np.testing.assert_allclose(seen, [0.5, 0.0, 0.25], rtol=1e-9)


def solved(conductance, drives):
    """Voltages of nodes for G and plain drives, one of them a voltage."""
    held = np.array([isinstance(drive, float) for drive in drives])
    fed = [d.amperes if isinstance(d, Current) else 0.0 for d in drives if not isinstance(d, float)]
    volts = np.array([drive if isinstance(drive, float) else 0.0 for drive in drives])
    inner = conductance[~held][:, ~held]
    volts[~held] = np.linalg.solve(inner, fed - conductance[~held][:, held] @ volts[held])
    return volts


@pytest.mark.cross_method
def test_circuit_of_all_nodes_with_tied_and_floating_contacts(hub):
    """A resistor from 0.05 V to the first node, a current source that looks at the voltage of the
    one that floats, ground at the third: the same by linear algebra on G."""
    electrodes = Electrodes(1e-15)
    film = magnet(hub, electrodes=electrodes)
    conductance = film.conductance_matrix()
    resistance, gain = 2 / conductance[0, 0], conductance[0, 0] / 3

    def circuit(time, currents, voltages):
        return [VOLTAGE - resistance * currents[0], None, 0.0, Current(-gain * voltages[1])]

    film.evolve([Segment(1e-16, circuit)])
    # V₀ - R (G V)₀ = V₀', (G V)₁ = 0, V₂ = 0, (G V)₃ = -g V₁
    system = conductance.copy()
    system[0] = resistance * conductance[0] + np.eye(4)[0]
    system[2] = np.eye(4)[2]
    system[3, 1] += gain
    expected = np.linalg.solve(system, [VOLTAGE, 0, 0, 0])
    np.testing.assert_allclose(film.conduction.voltages, expected, atol=SOLVED * VOLTAGE)

    tied = magnet(hub, electrodes=Electrodes(tied=(("rim_1", "rim_2"),)))
    conductance = tied.conductance_matrix()
    tied.evolve([Segment(1e-16, lambda t, i, v: (VOLTAGE - resistance * i[0], None, 0.0))])
    expected = solved(conductance, [tied.current.drives[0], None, 0.0])
    np.testing.assert_allclose(tied.conduction.voltages, expected, atol=SOLVED * VOLTAGE)
    divided = VOLTAGE - resistance * (conductance @ expected)[0]
    assert tied.current.drives[0] == pytest.approx(divided, rel=10 * SOLVED, abs=0)


@pytest.mark.cross_method
def test_currents_of_a_circuit_without_ground(hub):
    """Two current sources that look at the voltage between them."""
    film = magnet(hub)
    conductance = film.conductance_matrix()
    load = conductance[0, 0] / 2

    def circuit(time, currents, voltages):
        current = 1e-4 - load * (voltages[0] - voltages[3])
        return [Current(current), None, None, Current(-current)]

    film.evolve([Segment(1e-16, circuit)])
    across = np.array([1.0, 0.0, 0.0, -1.0])
    resistance = across @ np.linalg.pinv(conductance, rcond=1e-6) @ across
    expected = 1e-4 / (1 + load * resistance)
    np.testing.assert_allclose(
        film.conduction.currents, expected * across, atol=5 * SOLVED * expected
    )


DRIVES = {
    "sine": lambda: constant([Sine(amplitude=VOLTAGE, frequency=1e11), 0.0], 9e-12),
    "current": lambda: constant(
        [DecayingSine(amplitude=Current(1e-5), frequency=1e11, decay_time=1e-11), 0.0], 9e-12
    ),
    "table": lambda: constant(
        [Table(amplitude=VOLTAGE, times=(0, 1.1e-12, 4.3e-12, 4.3e-12), values=(0, 1, 2, -1)), 0.0],
        9e-12,
    ),
    "formula": lambda: constant([Formula(amplitude=VOLTAGE, formula="(t/1e-12)**2"), 0.0], 9e-12),
    "load": lambda: constant([lambda t, i, v: VOLTAGE - i[0] / CONDUCTANCE, 0.0], 9e-12),
    "capacitors": lambda: series(Capacitor(4e-12 * CONDUCTANCE), Capacitor(6e-12 * CONDUCTANCE)),
}  # fmt: skip


def series(first, second):
    """One acts before and after a rest, meanwhile the other one does."""
    drives = [constant([first, 0.0], 3e-12), rest(1e-12), constant([0.0, second], 2e-12)]
    return [*drives[0], *drives[1], *drives[2], *constant([first, second], 3e-12)]


def follow(film, segments, start=None, save=None):
    seen = []

    def observe(film):
        seen.append([film.time, *film.conduction.currents, *film.conduction.voltages])
        if save is not None:
            save_state(film, save / f"{len(seen)}.npz")

    begin = {} if start is None else {"start": start}
    film.evolve(segments, sample_interval=1e-12, observer=observe, **begin)
    return np.array(seen)


@pytest.mark.cross_method
@pytest.mark.parametrize("name", DRIVES)
def test_going_on_from_any_sample_changes_no_bit(name, bar, comm, shared_tmp_path):
    """By another film, with functions that know nothing yet."""
    film = magnet(bar)
    expected = follow(film, DRIVES[name](), save=shared_tmp_path)
    assert len(expected) == 9
    for number in (1, 3, 4, 7, 8):
        other = magnet(bar, seed=number)
        comm.barrier()
        load_state(other, shared_tmp_path / f"{number}.npz")
        with other.on_trial():
            other.evolve(rest(1e-13))
        assert np.array_equal(follow(other, DRIVES[name](), other.position), expected[number:])
        assert np.array_equal(other.m, film.m)
        assert other.heating == film.heating


@pytest.mark.cross_method
@pytest.mark.parametrize("name", DRIVES)
def test_trials_leave_a_drive_as_it_was(name, bar):
    """Those of an observer on the way, with the same functions, and those before."""
    quiet, segments = magnet(bar), DRIVES[name]()
    expected = follow(quiet, segments)
    film, segments = magnet(bar), DRIVES[name]()
    with film.on_trial():
        film.evolve(segments)
    seen = []

    def observe(film):
        seen.append([film.time, *film.conduction.currents, *film.conduction.voltages])
        with film.on_trial():
            film.evolve(segments, sample_interval=2e-12)

    film.evolve(segments, sample_interval=1e-12, observer=observe)
    assert np.array_equal(seen, expected)
    assert np.array_equal(film.m, quiet.m)


@pytest.mark.cross_method
@pytest.mark.parametrize("temperature", [0.0, 300.0])
def test_heat_and_implicit_steps_follow_a_drive_too(bar, temperature):
    """Of a sine on a film without AMR, at any step that m allows."""
    material = Material(amr_ratio=0.0, conductivity=CONDUCTIVITY)
    for integrator in ("explicit", "implicit"):
        numerics = Numerics(integrator=integrator)
        film = Film(bar, material, temperature=temperature, numerics=numerics)
        film.evolve(constant([Sine(amplitude=VOLTAGE, frequency=1e12), 0.0], 1e-12))
        expected = CONDUCTANCE * VOLTAGE**2 * 0.5e-12
        assert film.heating.energy == pytest.approx(expected, rel=TOLERANCE, abs=0)


def test_kinks_of_fields_and_of_contacts_are_both_met(bar):
    film, times = resistor(bar, waveforms=[Pulse(amplitude=(1.0, 0, 0), length=3e-10)]), []
    advance = film.integrator.advance

    def noted(remaining, since):
        times.append(film.time)
        return advance(remaining, since)

    film.integrator.advance = noted
    film.evolve([*rest(1e-10), *constant([Pulse(amplitude=VOLTAGE, length=1e-10), 0.0], 1e-9)])
    for kink in (2e-10, 3e-10):
        assert np.abs(np.array(times) - kink).min() < 1e-22


def broken(time, currents, voltages):
    raise ZeroDivisionError("no ohms")


@pytest.mark.parametrize(
    ("drives", "message"),
    [
        ((broken, 0.0), r"^drive [\w.]*test_drives.broken at t = 0 s: ZeroDivisionError: no ohms$"),
        ((lambda t, i, v: None, 0.0), "returned None for contact left; must be a voltage in V or"),
        ((lambda t, i, v: [1.0], 0.0), r"voltage of contact left = \[1.0\]: must be a finite"),
        ((0.0, lambda t, i, v: np.nan), "voltage of contact right = nan: must be a finite"),
        ((0.0, lambda t: 0.0), "TypeError"),
        ((0.0, lambda t, i, v: sys.exit(0)), "^drive .*lambda> at t = 0 s: SystemExit: 0$"),
        (lambda t, i, v: 0.0, "returned 0.0; must be a list of drives"),
        (lambda t, i, v: [0.0, 1.0, 2.0], "returned 3 voltages or currents for 2 contacts"),
        (lambda t, i, v: [0.0, Sine], r"returned voltage of contact right = <class"),
        (lambda t, i, v: [Current(1e-6), Current(1e-6)], "sum to 2e-06 A: must be zero"),
        ((Sine(amplitude=0.1, frequency=1e9),), "^1 voltages or currents for 2 contacts"),
        ((Formula(amplitude=0.1, formula="1/t"), 0.0), "formula = '1/t': at t = 0 s"),
    ],
)  # fmt: skip
def test_wrong_functions_are_named(bar, drives, message):
    film = resistor(bar)
    with pytest.raises(InputError, match=message) as caught:
        film.evolve([Segment(1e-9, drives)])
    assert "\n" not in str(caught.value)
    film.evolve(constant([VOLTAGE, 0.0], 1e-12))


def test_what_differs_between_ranks_is_named_on_all(bar, comm):
    def own(time, currents, voltages):
        return float(comm.rank)

    def fails(time, currents, voltages):
        return 1 / (0 if comm.rank == comm.size - 1 and time > 0 else 1)

    if comm.size > 1:
        with pytest.raises(
            InputError, match=r"own at t = 0 s: .* on rank 0 and .* the same on all"
        ):
            resistor(bar).evolve(constant([own, 0.0], 1e-9))
    with pytest.raises(InputError, match=r"fails at t = .*: ZeroDivisionError") as caught:
        resistor(bar).evolve(constant([fails, 0.0], 1e-9))
    assert len(set(comm.allgather(str(caught.value)))) == 1

    def leaves(time, currents, voltages):
        return sys.exit(0) if comm.rank == comm.size - 1 else 0.0

    with pytest.raises(InputError, match=r"leaves at t = 0 s: SystemExit: 0$"):
        resistor(bar).evolve(constant([leaves, 0.0], 1e-9))


def test_drives_without_contacts_and_reversed_functions_are_refused(comm):
    layout = Layout(box(0, 0, 60e-9, 60e-9), (), thickness=1e-9, mesh_size=20e-9)
    for drives in (broken, (Sine(amplitude=0.1, frequency=1e9),)):
        with pytest.raises(InputError, match="this film has fewer than two contacts"):
            Film(mesh_film(layout, comm)).evolve([Segment(1e-12, drives)])
    with pytest.raises(InputError, match="cannot be reversed"):
        alternating([broken, 0.0], half_period=1e-9, cycles=1)


def test_state_that_cannot_be_written_is_named(bar, shared_tmp_path):
    """An array would be taken for one of the vertices."""

    class Charged(Fuse):
        def state(self):
            return {"charges": np.zeros(2)}

        def restore(self, state):
            assert len(state["charges"]) == 2

    film, path = resistor(bar), shared_tmp_path / "state.npz"
    with pytest.raises(InputError, match=r"Charged: state charges = array.* what JSON can hold"):
        film.evolve(
            constant([Charged(0.0), 0.0], 1e-10), observer=lambda film: save_state(film, path)
        )
    assert not path.exists()


def test_loop_that_does_not_settle_is_refused(bar):
    """A switch that opens by the current which it thereby ends."""

    def switch(time, currents, voltages):
        return 0.0 if currents[0] > CONDUCTANCE * VOLTAGE / 2 else VOLTAGE

    with pytest.raises(SolverError, match=r"switch does not settle at t = 0 s: .* has to remember"):
        resistor(bar).evolve(constant([switch, 0.0], 1e-9))


def test_drive_that_changes_from_call_to_call_is_refused(bar):
    calls = itertools.count()

    def flickers(time, currents, voltages):
        return VOLTAGE * (-1) ** next(calls)

    # What is looked for beforehand is asked on one rank, so that several may differ from then on.
    kinds, refusal = [SolverError], r"flickers .* \(.+\)|flickers moves by more than"
    if bar.comm.size > 1:
        kinds, refusal = [*kinds, InputError], rf"{refusal}|flickers at .* on all ranks"
    with pytest.raises(tuple(kinds), match=refusal):
        resistor(bar).evolve(constant([flickers, 0.0], 1e-9))


def test_waveform_that_is_too_fast_is_named(bar):
    wave = Sine(amplitude=VOLTAGE, frequency=1e18)
    with pytest.raises(
        InputError, match=r"^waveform\.frequency = 1e\+18: moves too fast to be foll"
    ):
        resistor(bar).evolve(constant([wave, 0.0], 1e-9))


def test_loop_that_flickers_is_refused(bar):
    """A bell: it opens by the current and closes without, as fast as it is asked."""

    class Bell(Fuse):
        def __call__(self, time, currents, voltages):
            if self.blown != time:
                self.closed = currents[0] < CONDUCTANCE * VOLTAGE / 2
                self.blown = time
            return VOLTAGE if self.closed else 0.0

    with pytest.raises(SolverError, match=r"Bell moves by more than 0.04 of the largest so far in"):
        resistor(bar).evolve(constant([Bell(0.0), 0.0], 1e-9))


def test_oscillation_far_faster_than_the_film_is_refused(bar):
    """Its period goes a whole number of times into the segment, and into tenths of it."""
    film = resistor(bar)
    fast = constant([lambda t, i, v: 0.01 * np.sin(2 * np.pi * 1e15 * t), 0.0], 5e-12)
    with pytest.raises(SolverError, match=r"moves by more than 0\.04 of the largest so far in"):
        film.evolve(fast)


@pytest.mark.analytic
@pytest.mark.parametrize("ratio", [1, 30, 1000])
def test_loop_with_memory_is_as_stiff_as_it_is(bar, ratio):
    """V exp(-t/RC) of a capacitor, whose RC may be far shorter than steps of m: off by no more
    than the tolerance, in a drive that sees what flowed until then and no more.
    """
    time_constant = 1e-9 / ratio
    film, seen = resistor(bar), []
    film.evolve(
        constant([Capacitor(CONDUCTANCE * time_constant), 0.0], 1e-9),
        sample_interval=1e-10,
        observer=lambda film: seen.append(film.conduction.currents[0] / CONDUCTANCE / VOLTAGE),
    )
    exact = np.exp(-np.arange(1, 11) * 1e-10 / time_constant)
    np.testing.assert_allclose(seen, exact, rtol=0, atol=TOLERANCE)


@pytest.mark.analytic
def test_jumps_of_a_function_are_met(bar):
    """Of one that says when: W = G V² t of each piece, as exact as it asks for what flows."""

    class Clocked:
        accuracy = 1e-8

        def __init__(self):
            self.asked = []

        def breakpoints(self, duration):
            self.asked.append(duration)
            return [0.3 * duration, 0.7 * duration]

        def __call__(self, time, currents, voltages):
            return VOLTAGE * (1 + (time >= 0.3 * 1e-9) + (time >= 0.7 * 1e-9))

    film, clocked = resistor(bar), Clocked()
    film.evolve(constant([clocked, 0.0], 1e-9))
    assert clocked.asked == [1e-9]
    expected = CONDUCTANCE * VOLTAGE**2 * (0.3 + 4 * 0.4 + 9 * 0.3) * 1e-9
    # The error of the current counts once in VI; a step ends 1e-14 of the segment before a jump.
    assert film.heating.energy == pytest.approx(expected, rel=1e-7, abs=0)


@pytest.mark.parametrize("accuracy", [1e-7, 1.0])
def test_current_is_as_exact_as_a_function_asks(hub, accuracy):
    """It says so itself; without, as exact as its renewal needs, which is far less."""
    film, seen = magnet(hub), []

    def look(time, currents, voltages):
        if time > 0 and currents.any():
            seen.append(film.conduction.accuracy)
        return [1e-6, 0.0, -1e-6, 0.0]

    look.accuracy = accuracy
    film.evolve([Segment(1e-13, look)])
    assert (max(seen) < 1e-7) == (accuracy == 1e-7)
    assert max(seen) < SOLVED
