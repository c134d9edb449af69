"""Recall on a film that is held, and from corrupted patterns."""

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import all_states
from hebbfilm.hopfield.circuits import Amplifiers, Comparators, ResistorNetwork, recall_on_chip
from hebbfilm.hopfield.circuits.by_matrix import recall_by_matrix
from hebbfilm.hopfield.circuits.held_recall import recall_on_held_film
from hebbfilm.hopfield.corrupted import corrections, corrupted_patterns
from hebbfilm.hopfield.ideal import hebb_weights
from hebbfilm.hopfield.letters import letter_patterns
from hebbfilm.hopfield.noisy_recall import recall_from_flips
from hebbfilm.meshing import mesh_film, wheel
from hebbfilm.solvers import Electrodes, Film, Material, outside_conductance

VOLTAGE, PERIOD = 1e-6, 1e-10


@pytest.fixture(scope="module")
def film(comm):
    """Of moments that nothing turns, at microvolts, behind leads: one G for ever."""
    material = Material(
        exchange_stiffness=1e-30, interfacial_dmi=0.0, uniaxial_anisotropy=0.0, amr_ratio=0.2
    )
    leads = Electrodes(lead_resistance={"rim_1": 150.0, "centre": 80.0})
    film = Film(mesh_film(wheel(mesh_size=2e-8), comm), material, electrodes=leads)
    film.randomise(seed=1)
    return film


@pytest.fixture(scope="module")
def seen(film):
    return film.outside_conductance_matrix()


@pytest.mark.cross_method
@pytest.mark.parametrize("chopped", [False, True])
def test_comparators_recall_as_on_the_film_itself(film, seen, chopped):
    """With noise, mismatch and leads; energies to 1e-6, as currents are found for circuits."""
    like = ResistorNetwork.like(seen, relative=0.001)
    clock = Comparators(
        voltage=VOLTAGE,
        period=PERIOD,
        resistors=like,
        noise=1e-3 * VOLTAGE * seen.max(),
        mismatch=2e-4,
        chopped=chopped,
        seed=4,
    )
    for number, start in enumerate(all_states(4)[::3]):
        given = {"clamped": ["rim_2"], "number": number}
        moving = recall_on_chip(film, film.contacts, clock, start, **given)
        held = recall_on_held_film(seen, film.contacts, clock, start, **given)
        np.testing.assert_array_equal(held.end, moving.end)
        assert (held.periods, held.switches, held.settled) == (
            moving.periods,
            moving.switches,
            moving.settled,
        )
        assert held.time == pytest.approx(moving.time, rel=1e-9)
        assert held.energy == pytest.approx(moving.energy, rel=1e-5)


@pytest.mark.cross_method
def test_amplifiers_come_to_the_same_rest(film, seen):
    """Energies to 10 %: both are of first order in steps of some % of the switching time."""
    like = ResistorNetwork.like(seen, relative=0.02).balanced(seen)
    loop = Amplifiers(voltage=VOLTAGE, period=1e-9, gain=5e10, time_constant=2e-10, resistors=like)
    moving = recall_on_chip(film, film.contacts, loop, "+++-")
    held = recall_on_held_film(seen, film.contacts, loop, "+++-")
    np.testing.assert_array_equal(held.end, moving.end)
    assert held.energy == pytest.approx(moving.energy, rel=0.1)


@pytest.mark.analytic
def test_energy_of_a_recall_by_hand():
    """Three equal pairs of g, all +: the neuron at ground gets 2 g V, so 2 g V² for each tick."""
    g, volts = 1e-3, 2e-3
    matrix = g * (3 * np.eye(3) - np.ones((3, 3)))
    clock = Comparators(
        voltage=volts, period=PERIOD, resistors=ResistorNetwork.like(matrix, relative=0.02)
    )
    found = recall_on_held_film(matrix, "abc", clock, "+++")
    assert (found.periods, found.settled, found.switches) == (3, True, 0)
    assert found.energy == pytest.approx(3 * PERIOD * 2 * g * volts**2, rel=1e-12)
    behind = outside_conductance(matrix, np.full(3, 100.0))
    assert recall_on_held_film(behind, "abc", clock, "+++").energy < found.energy


@pytest.mark.analytic
def test_corrupted_patterns_have_their_flips():
    """Each share of the signs of each pattern in each round, and other ones each time."""
    patterns = ["++++++++++", "+-+-+-+-+-"]
    found = corrupted_patterns(patterns, [0.1, 0.26], 50, seed=3)
    assert len(found) == 200
    signs = np.array([[1] * 10, [1, -1] * 5])
    flips = [(state != signs[k % 2]).sum() for k, state in enumerate(found)]
    assert flips == 50 * [1, 1, 3, 3]
    places = {int(np.flatnonzero(state != signs[0])[0]) for state in found[::4]}
    assert len(places) == 10
    again = corrupted_patterns(patterns, [0.1, 0.26], 50, seed=3)
    np.testing.assert_array_equal(found, again)


@pytest.mark.analytic
def test_corrupted_letters_have_as_many_flips_as_those_of_noisy_recall():
    """Halves up in both: 3.5 and 10.5 of 35 signs are 4 and 11."""
    shares = [0.1, 0.2, 0.3]
    letters = letter_patterns("A")
    found = corrupted_patterns(letters, shares, 1, seed=0)
    noisy = recall_from_flips(hebb_weights(letters), letters, shares, trials=2)
    assert [int((state != letters[0]).sum()) for state in found] == [4, 7, 11]
    assert [each.flips for each in noisy] == [4, 7, 11]


@pytest.mark.analytic
def test_corrected_means_back_to_the_nearest():
    """To another stored state is recalled, but not corrected; of two as near either will do."""
    patterns = ["++++++", "+++---"]
    starts = [[1, 1, 1, 1, 1, -1], [1, 1, 1, 1, -1, -1], [-1, 1, 1, 1, 1, 1]]
    ends = [[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1], [1, 1, 1, -1, -1, -1]]
    (found,) = corrections(starts, ends, patterns)
    assert (found.flips, found.starts, found.corrected) == (1, 3, 1)
    (either,) = corrections([[1, 1, 1, -1]], [[1, 1, 1, -1]], ["+++-", "-++-"])
    assert (either.flips, either.corrected) == (0, 1)


@pytest.mark.parametrize(
    ("number", "most_periods", "told"), [(-1, 1, "number = -1"), (0, 0, "most_periods = 0")]
)
@pytest.mark.parametrize("recall", [recall_on_held_film, recall_by_matrix])
def test_counts_out_of_range(recall, number, most_periods, told):
    clock = Comparators(voltage=VOLTAGE, period=PERIOD)
    with pytest.raises(InputError, match=told):
        recall(np.zeros((3, 3)), "abc", clock, "+++", number=number, most_periods=most_periods)


@pytest.mark.parametrize(
    ("shares", "number", "told"),
    [([0.6], 1, "must be at most 0.5"), ([0.0], 1, "must be above 0"), ([0.1], 0, "number = 0")],
)
def test_bad_corruption(shares, number, told):
    with pytest.raises(InputError, match=told):
        corrupted_patterns(["++--"], shares, number, 0)
