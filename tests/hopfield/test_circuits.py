"""Circuits at the contacts: what they compare, how they recall, and what they remember.

A film of moments that nothing turns, at microvolts, has one G for ever: all has a closed form then.
"""

from dataclasses import replace
from functools import partial
from math import erf, sqrt

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import Neuron, Neurons, all_states
from hebbfilm.hopfield.circuits import (
    Amplifiers,
    Comparators,
    ResistorNetwork,
    compared_weights,
    recall_on_chip,
)
from hebbfilm.hopfield.recall import recall_asynchronous
from hebbfilm.hopfield.states import is_fixed_point
from hebbfilm.meshing import disc, mesh_film, strip, wheel
from hebbfilm.meshing.families import copied
from hebbfilm.solvers import Film, Material, Numerics, Segment, constant, load_state, save_state

VOLTAGE, PERIOD = 1e-6, 1e-10
SOLVED = 1e-6
"""Relative error of what flows, as circuits ask for it."""
PAIR = np.array([[1e-3, -1e-3], [-1e-3, 1e-3]])


def frozen(film_mesh, tolerance=0.04):
    material = Material(
        exchange_stiffness=1e-30, interfacial_dmi=0.0, uniaxial_anisotropy=0.0, amr_ratio=0.2
    )
    film = Film(film_mesh, material, numerics=Numerics(renewal_tolerance=tolerance))
    film.randomise(seed=1)
    return film


@pytest.fixture(scope="module")
def four(comm):
    """Of four neurons."""
    return frozen(mesh_film(wheel(mesh_size=20e-9), comm))


@pytest.fixture(scope="module")
def two(comm):
    """A strip between two contacts."""
    return frozen(mesh_film(strip(120e-9, 20e-9, mesh_size=10e-9), comm))


def unlike(conductance, seed):
    """Resistors that conduct up to some percent more or less than a film, pair by pair."""
    drawn = np.random.default_rng(seed).normal(scale=0.05, size=np.shape(conductance))
    return ResistorNetwork(conductance * (1 + drawn + drawn.T))


def steps(circuit, currents, count, part=1):
    """Let constant currents flow into two contacts for some periods, in so many steps each."""
    for step in range(count * part + 1):
        circuit(step * PERIOD / part, np.array(currents), np.zeros(2))
    return circuit


@pytest.mark.analytic
@pytest.mark.parametrize("seed", [1, 2])
def test_comparators_recall_as_the_matrix_does(four, seed):
    """From all 16 starts, in the same order: each h_i is far larger than its error, 1e-6 I_i."""
    resistors = unlike(four.conductance_matrix(), seed)
    weights = compared_weights(four.conductance_matrix(), four.contacts, resistors)
    clock = Comparators(voltage=VOLTAGE, period=PERIOD, resistors=resistors, seed=seed)
    ends = set()
    for number, start in enumerate(all_states(4)):
        found = recall_on_chip(four, four.contacts, clock, start, number=number)
        expected = recall_asynchronous(weights, start, rng=clock.orders(number))
        np.testing.assert_array_equal(found.end, expected)
        np.testing.assert_array_equal(found.start, start)
        assert found.settled
        assert found.time == pytest.approx(found.periods * PERIOD, rel=1e-9, abs=0)
        assert found.periods % 4 == 0
        assert found.switches >= (found.end != start).sum()
        ends.add(tuple(found.end))
    assert 2 <= len(ends) < 16


@pytest.mark.analytic
def test_clamped_neurons_keep_their_voltage_and_count(four):
    """w_ij > 0 between all: free neurons follow the two that are clamped against each other."""
    conductance = four.conductance_matrix()
    resistors = ResistorNetwork.like(conductance, relative=0.05)
    clock = Comparators(voltage=VOLTAGE, period=PERIOD, resistors=resistors, order="in_turn")
    names = four.contacts
    found = recall_on_chip(four, names, clock, "++--", clamped=[names[0], names[1], names[2]])
    field = -conductance[3, :3] @ [1, 1, -1]
    assert found.end[3] == np.sign(field)
    np.testing.assert_array_equal(found.end[:3], [1, 1, -1])
    assert found.periods == (2 if found.end[3] > 0 else 1)
    assert recall_on_chip(four, names, clock, "-+++").end.tolist() == [1, 1, 1, 1]


@pytest.mark.analytic
def test_energy_is_that_of_virtual_ground(two):
    """One neuron clamped at V, the other held at 0 V: P = G V², also where it is found later."""
    conductance = -two.conductance_matrix()[0, 1]
    clock = Comparators(voltage=VOLTAGE, period=PERIOD, resistors=ResistorNetwork(2 * PAIR))
    before = two.heating.energy
    found = recall_on_chip(two, two.contacts, clock, "+-", clamped=["left"])
    # 2 mS between the neurons is more than the film has, so w > 0: the other follows.
    assert conductance < 2e-3
    assert found.end.tolist() == [1, 1]
    assert (found.periods, found.switches) == (2, 1)
    expected = conductance * VOLTAGE**2 * 2 * PERIOD
    assert found.energy == pytest.approx(expected, rel=SOLVED, abs=0)
    assert two.heating.energy - before == pytest.approx(expected, rel=SOLVED, abs=0)
    given_up = recall_on_chip(two, two.contacts, clock, "+-", clamped=["left"], most_periods=1)
    assert not given_up.settled
    assert given_up.periods == 1


@pytest.mark.analytic
@pytest.mark.parametrize("noise", [0.0, 0.5e-6, 2e-6])
def test_noise_of_a_latch_is_normal(noise):
    """A current of h = 0.6 µA is latched as + with probability Φ(h/noise), independently."""
    count = 2000
    clock = Comparators(voltage=VOLTAGE, period=PERIOD, noise=noise, order="in_turn")
    found = [
        steps(clock.attached("ab", "--", clamped=["b"], number=n), [0.6e-6, 0], 1).pattern[0]
        for n in range(count)
    ]
    expected = 1.0 if not noise else (1 + erf(0.6e-6 / noise / sqrt(2))) / 2
    error = sqrt(expected * (1 - expected) / count)
    assert np.mean(np.array(found) > 0) == pytest.approx(expected, abs=4 * error)


@pytest.mark.analytic
def test_noise_does_not_depend_on_how_often_a_circuit_is_asked():
    clock = Comparators(voltage=VOLTAGE, period=PERIOD, noise=1e-6, seed=3)
    for number in range(10):
        once, often = (
            steps(clock.attached("ab", "+-", number=number), [1e-7, -1e-7], 20, part).state()
            for part in (1, 7)
        )
        assert {**once, "since": 0, "time": 0, "charge": 0} == {
            **often, "since": 0, "time": 0, "charge": 0,
        }  # fmt: skip
    others = [
        steps(replace(clock, seed=seed).attached("ab", "+-"), [1e-7, -1e-7], 20).switches
        for seed in range(20)
    ]
    assert len(set(others)) > 3


@pytest.mark.analytic
def test_offset_mismatch_and_gain_of_the_inputs():
    """h = a [(1 + m) I - I_ref] + offset decides; at exactly zero nothing changes."""
    plain = Comparators(voltage=1.0, period=PERIOD, order="in_turn")

    def latched(clock, current, start):
        return steps(clock.attached("ab", start, clamped=["b"]), [current, 0.0], 1).pattern[0]

    assert latched(plain, 0.0, "--") == -1
    assert latched(plain, 0.0, "+-") == 1
    assert latched(replace(plain, offset=2e-6), -1e-6, "--") == 1
    assert latched(replace(plain, offset=-2e-6), 1e-6, "+-") == -1
    # Of the gain of a neuron its sign does not depend, of the path of its current it does.
    assert all(latched(replace(plain, gain_spread=0.1, seed=s), 1e-9, "--") == 1 for s in range(9))
    near = replace(plain, mismatch=0.01, resistors=ResistorNetwork(PAIR))

    def at_ground(clock):
        """The neuron is at virtual ground and the other at -1 V: the reference takes 1 mA."""
        circuit = clock.attached("ab", "--", clamped=["b"])
        for time in (0.0, PERIOD):
            circuit(time, np.array([1e-3, -1e-3]), np.array([0.0, -1.0]))
        return circuit.pattern[0]

    found = [at_ground(replace(near, seed=seed)) for seed in range(50)]
    assert 10 < np.sum(np.array(found) > 0) < 40
    assert at_ground(replace(near, mismatch=0.0)) == -1


@pytest.mark.analytic
def test_current_of_the_reference_film_is_taken_off():
    """Neurons of two contacts, and of a third that is compared with: I = I_1 + I_2 - 2 I_3."""
    contacts = ["a", "b", "twin_a", "twin_b", "idle_a", "idle_b"]
    neurons = Neurons(
        contacts,
        {n: Neuron((n, f"-twin_{n}"), (f"idle_{n}",)) for n in ("a", "b")},
    )
    clock = Comparators(voltage=VOLTAGE, period=PERIOD, order="in_turn")
    circuit = clock.attached(neurons, "--", clamped=["b"])
    assert circuit(0.0, np.zeros(6), np.zeros(6)) == [0, -VOLTAGE, 0, -VOLTAGE, 0, -VOLTAGE]
    circuit(PERIOD, np.array([2.0, 0, 1.0, 0, 1.45, 0]) * 1e-6, np.zeros(6))
    assert circuit.pattern.tolist() == [1, -1]
    circuit = clock.attached(neurons, "+-", clamped=["b"])
    circuit(PERIOD, np.array([2.0, 0, 1.0, 0, 1.55, 0]) * 1e-6, np.zeros(6))
    assert circuit.pattern.tolist() == [-1, -1]


@pytest.mark.analytic
def test_contacts_that_are_tied_are_one_neuron(four):
    """As twins are: the network has three neurons, and the recall of their matrix."""
    a, b, c, d = four.contacts
    neurons = Neurons(four.contacts, {"ab": Neuron((a, f"-{b}")), c: Neuron((c,)), d: Neuron((d,))})
    resistors = unlike(neurons.conductance(four.conductance_matrix()), 5)
    weights = compared_weights(four.conductance_matrix(), neurons, resistors)
    clock = Comparators(voltage=VOLTAGE, period=PERIOD, resistors=resistors)
    for number, start in enumerate(all_states(3)):
        found = recall_on_chip(four, neurons, clock, start, number=number)
        expected = recall_asynchronous(weights, start, rng=clock.orders(number))
        np.testing.assert_array_equal(found.end, expected)


@pytest.mark.analytic
def test_twins_recall_against_a_film_beside_and_resistors(comm):
    """Nine contacts on three films of unlike mazes: the ends are those of the matrix, 2 G_3 - G_1 -
    G_2 with a level, whatever pieces the mesh has.
    """
    film = frozen(mesh_film(copied(disc(60e-9, mesh_size=20e-9), 3), comm))
    own = film.contacts[:3]
    neurons = Neurons(
        film.contacts, {n: Neuron((n, f"-copy_2_{n}"), (f"copy_3_{n}",)) for n in own}
    )
    conductance = film.conductance_matrix()
    assert np.abs(conductance[:3, 3:]).max() < 1e-9 * conductance.max()
    level = ResistorNetwork(2e-6 * (3 * np.eye(3) - np.ones((3, 3))))
    weights = compared_weights(conductance, neurons, level)
    expected = 2 * conductance[6:, 6:] * -1 + conductance[:3, :3] + conductance[3:6, 3:6]
    off = ~np.eye(3, dtype=bool)
    np.testing.assert_allclose(weights[off], expected[off] + 2e-6, rtol=0, atol=1e-9)
    clock = Comparators(voltage=VOLTAGE, period=PERIOD, resistors=level)
    for number, start in enumerate(all_states(3)):
        found = recall_on_chip(film, neurons, clock, start, number=number)
        end = recall_asynchronous(weights, start, rng=clock.orders(number))
        np.testing.assert_array_equal(found.end, end)


@pytest.mark.analytic
def test_weights_are_differences_to_film_and_resistors():
    neurons = Neurons("abcd", {"x": Neuron(("a",), ("c",)), "y": Neuron(("b",), ("d",))})
    conductance = np.kron(np.diag([3.0, 2.0]), PAIR)
    resistors = ResistorNetwork(0.5 * PAIR)
    found = compared_weights(conductance, neurons, resistors)
    np.testing.assert_allclose(found, [[0, -5e-4], [-5e-4, 0]], rtol=1e-12)


@pytest.mark.analytic
def test_levels_of_resistors():
    conductance = np.array([[3.0, -1, -2, 0], [-1, 2, -1, 0], [-2, -1, 3, 0], [0, 0, 0, 0]])
    found = ResistorNetwork.like(conductance, relative=0.1, absolute=0.5)
    expected = [[0, -1.6, -2.7, 0], [-1.6, 0, -1.6, 0], [-2.7, -1.6, 0, 0], [0, 0, 0, 0]]
    np.testing.assert_allclose(found.conductance - np.diag(np.diag(found.conductance)), expected)
    np.testing.assert_allclose(found.conductance.sum(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(found.currents([1, 0, 0, 1]), [4.3, -1.6, -2.7, 0], atol=1e-12)
    np.testing.assert_array_equal(np.diag(found.balanced(conductance).conductance), [3, 2, 3, 0])


@pytest.mark.parametrize("make", [Comparators, partial(Amplifiers, gain=1e5, time_constant=2e-12)])
def test_recall_goes_on_where_it_was_saved(four, shared_tmp_path, make):
    """Within a recall, between two ticks, to the last bit: film, noise and order."""
    film = Film(four.film_mesh, Material())
    film.randomise(seed=2)
    resistors = unlike(film.conductance_matrix(), 2).balanced(film.conductance_matrix())
    clock = make(voltage=0.05, period=1e-12, resistors=resistors, noise=1e-6, seed=4)
    path, places = shared_tmp_path / "state.npz", []

    def save(film):
        places.append(film.position)
        if len(places) == 3:
            save_state(film, path)

    given = {"number": 7, "most_periods": 8}
    whole = recall_on_chip(film, film.contacts, clock, "++++", observer=save, **given)
    assert whole.periods > 3
    again = Film(four.film_mesh, Material())
    load_state(again, path)
    rest = recall_on_chip(again, film.contacts, clock, "++++", position=places[2], **given)
    assert vars(rest).keys() == vars(whole).keys()
    for name, value in vars(whole).items():
        np.testing.assert_array_equal(getattr(rest, name), value)
    np.testing.assert_array_equal(again.m, film.m)


@pytest.mark.analytic
def test_circuit_drives_any_segment(two):
    """Without the loop around it: on from segment to segment, at the same ticks."""
    clock = Comparators(voltage=VOLTAGE, period=PERIOD, resistors=ResistorNetwork(2 * PAIR))
    circuit = clock.attached(two.contacts, "+-", clamped=["left"])
    two.evolve([*constant(circuit, 1 * PERIOD), Segment(3 * PERIOD, circuit)])
    assert circuit.settled
    assert (circuit.periods, circuit.pattern.tolist()) == (2, [1, 1])
    np.testing.assert_allclose(two.conduction.voltages, VOLTAGE, rtol=1e-12)


@pytest.mark.analytic
@pytest.mark.parametrize("strength", [0.5, 1000])
def test_amplifier_of_one_neuron_follows_its_exponential(two, strength):
    """Balanced, h = w V whatever V_i is: x(t) = k + (x₀ - k) exp(-t/τ) with k = gain w V.

    Of h = 0.05 g V the currents are at most 2 g V, known to 1e-6: h is to 4e-5.
    """
    conductance = two.conductance_matrix()
    resistors = ResistorNetwork.like(conductance, relative=0.05).balanced(conductance)
    gain = strength / (-0.05 * conductance[0, 1] * VOLTAGE)
    loop = Amplifiers(
        voltage=VOLTAGE, period=4 * PERIOD, resistors=resistors, gain=gain, time_constant=PERIOD
    )
    circuit, seen = loop.attached(two.contacts, "+-", clamped=["left"]), []
    two.evolve(
        constant(circuit, 4 * PERIOD),
        sample_interval=PERIOD / 8,
        observer=lambda film: seen.append(circuit.state()["x"][1]),
    )
    exact = strength + (-1 - strength) * np.exp(-np.arange(1, 33) / 8)
    np.testing.assert_allclose(seen, exact, rtol=0, atol=4e-5 * strength)
    # On trial steps are tried that are not taken: all the same 4 periods have passed.
    assert circuit.time == pytest.approx(4 * PERIOD, rel=1e-12, abs=0)
    assert circuit.pattern.tolist() == [1, 1]
    assert circuit.switches == 1


@pytest.mark.analytic
def test_amplifier_that_is_not_balanced_is_held_short(comm):
    """It sees (G_ii - G_ref,ii) V_i = -w V_i of itself: x = k (1 - tanh x), not x = k."""
    tolerance, strength = 4e-3, 3.0
    film = frozen(mesh_film(strip(120e-9, 20e-9, mesh_size=10e-9), comm), tolerance)
    conductance = film.conductance_matrix()
    gain = strength / (-0.05 * conductance[0, 1] * VOLTAGE)
    loop = Amplifiers(voltage=VOLTAGE, period=PERIOD, gain=gain, time_constant=PERIOD / 5)
    unbalanced = replace(loop, resistors=ResistorNetwork.like(conductance, relative=0.05))
    circuit = unbalanced.attached(film.contacts, "+-", clamped=["left"])
    film.evolve(constant(circuit, 4 * PERIOD))
    x = circuit.state()["x"][1]
    # What is held is off by the tolerance of V.
    assert x == pytest.approx(strength * (1 - np.tanh(x)), abs=strength * tolerance)
    assert x < 1 < strength


@pytest.mark.analytic
def test_neuron_that_is_not_balanced_holds_itself(four):
    """All weights are negative: d = Σ |w_ij| of itself is more than the others can be."""
    conductance, names = four.conductance_matrix(), four.contacts
    resistors = ResistorNetwork.like(conductance, relative=-0.05)
    field = (conductance - resistors.conductance)[3, :3] @ [1, 1, -1]
    assert field < 0
    loop = Amplifiers(
        voltage=VOLTAGE, period=5 * PERIOD, gain=-30 / (field * VOLTAGE), time_constant=PERIOD
    )

    def end(resistors):
        circuit = replace(loop, resistors=resistors)
        found = recall_on_chip(four, names, circuit, "++-+", clamped=names[:3])
        assert found.settled
        return found.end[3]

    assert end(resistors) == 1
    assert end(resistors.balanced(conductance)) == -1


@pytest.mark.analytic
@pytest.mark.parametrize("strength", [3, 1000])
def test_amplifiers_end_in_states_of_the_network(four, strength):
    """Far above the gain at which states are told apart, and a little, they are stable there."""
    conductance = four.conductance_matrix()
    resistors = unlike(conductance, 2)
    weights = compared_weights(conductance, four.contacts, resistors)
    loop = Amplifiers(
        voltage=VOLTAGE,
        period=5 * PERIOD,
        resistors=resistors.balanced(conductance),
        gain=strength / (np.linalg.eigvalsh(weights).max() * VOLTAGE),
        time_constant=PERIOD,
    )
    for start in ("++++", "+-++", "-+-+"):
        before = four.heating.energy
        found = recall_on_chip(four, four.contacts, loop, start, most_periods=50)
        assert found.settled
        assert is_fixed_point(weights, found.end)
        # Both count the power of the current that is held.
        assert four.heating.energy - before == pytest.approx(found.energy, rel=1e-9, abs=0)


@pytest.mark.analytic
def test_noise_of_amplifiers_is_white():
    """x_n+1 = e x_n + (1 - e) gain I_n, e = exp(-δ/τ): its variance is gain² ⟨I²⟩ tanh(δ/2τ).

    I_n, the mean over δ, has a variance as many times that over a period as a period has δ. In
    2500 draws a variance is known to sqrt(2/2500) = 3 %. What noise does is that of white noise,
    gain² noise² period/(2τ), to 0.1 % then.
    """
    names, noise, gain = [f"n{k}" for k in range(100)], 1e-6, 3e5
    loop = Amplifiers(
        voltage=1.0, period=PERIOD, gain=gain, time_constant=PERIOD / 2, noise=noise, seed=5
    )
    ends = []
    for part in (20, 60):
        drawn = []
        for number in range(25):
            circuit, nothing = loop.attached(names, [1] * 100, number=number), np.zeros(100)
            for step in range(8 * part + 1):
                circuit(step * PERIOD / part, nothing, nothing)
            assert circuit.periods == 8
            drawn += circuit.state()["x"]
        ends.append(np.array(drawn))
    np.testing.assert_allclose(ends[1], ends[0], rtol=0, atol=1e-12)
    assert ends[0].var() == pytest.approx((gain * noise) ** 2, rel=4 * 0.03)
    assert abs(ends[0].mean()) < 4 * gain * noise / sqrt(2500)


def test_bad_circuits_are_refused(two):
    good = Comparators(voltage=VOLTAGE, period=PERIOD)
    with pytest.raises(InputError, match=r"^voltage = 0: must be .* in V$"):
        replace(good, voltage=0)
    with pytest.raises(InputError, match=r"^period = -1: must be .* in s$"):
        replace(good, period=-1)
    with pytest.raises(InputError, match=r"^noise = -1e-06: must be 0 or more"):
        replace(good, noise=-1e-6)
    with pytest.raises(InputError, match=r"^order = 'randm': .*random"):
        replace(good, order="randm")
    with pytest.raises(InputError, match=r"^gain = 0: must be above 0 .* in 1/A$"):
        Amplifiers(voltage=VOLTAGE, period=PERIOD, gain=0, time_constant=PERIOD)
    with pytest.raises(InputError, match=r"^resistors = .* must be a ResistorNetwork, or None$"):
        replace(good, resistors=PAIR)
    with pytest.raises(InputError, match=r"^resistors: of 3 neurons, not of 2$"):
        replace(good, resistors=ResistorNetwork(np.zeros((3, 3)))).attached("ab", "+-")
    with pytest.raises(InputError, match=r"^clamped: neuron 'lft': .*left"):
        recall_on_chip(two, two.contacts, good, "+-", clamped=["lft"])
    with pytest.raises(InputError, match=r"^clamped = 'left': must be a list"):
        recall_on_chip(two, two.contacts, good, "+-", clamped="left")
    with pytest.raises(InputError, match=r"^clamped has all neurons: at least one"):
        recall_on_chip(two, two.contacts, good, "+-", clamped=two.contacts)
    with pytest.raises(InputError, match="has 3 signs; the film has 2 contacts"):
        recall_on_chip(two, two.contacts, good, "+-+")
    with pytest.raises(InputError, match=r"shape \(2, 3\): must be \(N, N\)$"):
        ResistorNetwork(np.zeros((2, 3)))
    with pytest.raises(InputError, match="must be symmetric"):
        ResistorNetwork([[0, 1], [2, 0]])
    with pytest.raises(InputError, match="must be finite numbers, in S"):
        ResistorNetwork([[0, np.inf], [np.inf, 0]])


@pytest.mark.parametrize("longest", [None, 0.3 * PERIOD, PERIOD / 4, 2 * PERIOD])
def test_long_periods_are_looked_at_more_often(two, longest):
    """So that a stop is obeyed: the ends of periods stay what the observer is called at."""
    clock = Comparators(voltage=VOLTAGE, period=PERIOD, order="in_turn")
    ends, between = [], []
    found = recall_on_chip(
        two,
        two.contacts,
        clock,
        "+-",
        observer=lambda film: ends.append(film.position.elapsed / PERIOD),
        longest_interval=longest,
        between=lambda film: between.append(film.position.elapsed / PERIOD),
    )
    assert found.settled
    np.testing.assert_allclose(ends, np.arange(1, found.periods + 1), rtol=1e-12)
    inside = [0.25, 0.5, 0.75] if longest is not None and longest < PERIOD else []
    expected = [tick + each for tick in range(found.periods) for each in inside]
    np.testing.assert_allclose(between, expected, rtol=1e-12)
