"""Recall by the matrix that a circuit compares, without a film."""

import numpy as np
import pytest

from hebbfilm.hopfield import all_states
from hebbfilm.hopfield.circuits import Amplifiers, Comparators
from hebbfilm.hopfield.circuits.by_matrix import recall_by_matrix
from hebbfilm.hopfield.recall import recall_asynchronous

NAMES = [f"n{k}" for k in range(5)]


def weights(seed):
    drawn = np.triu(np.random.default_rng(seed).standard_normal((5, 5)), k=1)
    return 1e-5 * (drawn + drawn.T)


@pytest.mark.cross_method
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_comparators_end_where_asynchronous_recall_in_the_same_orders_does(seed):
    """Another piece of code, whose generator draws the order of each sweep."""
    w = weights(seed)
    clock = Comparators(voltage=1e-3, period=1e-11, seed=seed)
    ends = set()
    for number, start in enumerate(all_states(5)):
        found = recall_by_matrix(w, NAMES, clock, start, number=number)
        expected = recall_asynchronous(w, start, rng=clock.orders(number))
        assert np.array_equal(found, expected)
        ends.add(tuple(found))
    assert 2 <= len(ends) < 32


@pytest.mark.analytic
def test_fields_of_zero_keep_the_sign_and_faults_of_the_circuit_do_not_count():
    """Two couplings cancel in the third neuron; offset and noise would make it take a sign."""
    w = 1e-5 * np.array([[0.0, 1.0, 1.0], [1.0, 0.0, -1.0], [1.0, -1.0, 0.0]])
    clock = Comparators(voltage=1e-3, period=1e-11, order="in_turn", offset=1e-3, noise=1e-3)
    for last in (1, -1):
        found = recall_by_matrix(w, NAMES[:3], clock, [1, 1, last], clamped=NAMES[:2])
        assert found.tolist() == [1, 1, last]


@pytest.mark.analytic
def test_what_is_clamped_stays_and_the_rest_follows_it():
    xi = np.array([1, -1, 1, 1, -1])
    w = 1e-5 * (np.outer(xi, xi) - np.eye(5))
    clock = Comparators(voltage=1e-3, period=1e-11)
    found = recall_by_matrix(w, NAMES, clock, -np.ones(5, dtype=int), clamped=["n0", "n1"])
    # n0 and n1 are both negative: one for the pattern, one against; the others decide as started.
    assert found[0] == found[1] == -1
    kept = recall_by_matrix(w, NAMES, clock, xi * np.array([1, 1, 1, -1, -1]), clamped=NAMES[:3])
    assert np.array_equal(kept, xi)


@pytest.mark.cross_method
@pytest.mark.parametrize("order", ["random", "in_turn"])
def test_chopped_comparators_end_where_others_do(order):
    """Both senses of the voltages count alike: -I for -V."""
    w = weights(4)
    for number, start in enumerate(all_states(5)):
        plain, chopped = (
            Comparators(voltage=1e-3, period=1e-11, order=order, chopped=each)
            for each in (False, True)
        )
        found = [recall_by_matrix(w, NAMES, c, start, number=number) for c in (plain, chopped)]
        assert np.array_equal(*found)


@pytest.mark.analytic
def test_offset_of_chopped_comparators_cancels():
    """In a period of ±V it counts half with either sign; without that, it would decide."""
    found = []
    for chopped in (False, True):
        clock = Comparators(voltage=1e-3, period=1.0, order="in_turn", chopped=chopped, offset=1e-7)
        attached = clock.attached(NAMES[:2], "+-")
        voltages = np.array(attached(0.0, *np.zeros((2, 2))))
        # The first is told to be as the second is: 1e-8 A, a tenth of the offset.
        w = np.array([[0.0, 1e-5], [1e-5, 0.0]])
        for time in attached.breakpoints(1.0):
            voltages = np.array(attached(time, w @ voltages, voltages))
        found.append(attached.pattern.tolist())
    assert found == [[1, -1], [-1, -1]]


@pytest.mark.analytic
def test_amplifiers_end_in_the_state_of_a_strong_coupling():
    """One pattern, gain far above 1: whatever starts nearer to it ends there."""
    xi = np.array([1, -1, 1, 1, -1])
    w = 1e-5 * (np.outer(xi, xi) - np.eye(5))
    loop = Amplifiers(voltage=1e-3, period=1e-9, gain=1e9, time_constant=2e-10, offset=1.0)
    start = xi * np.array([-1, 1, 1, 1, 1])
    assert np.array_equal(recall_by_matrix(w, NAMES, loop, start), xi)
