"""Fixed points, basins, and the criteria that are built on them."""

import itertools

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.criteria import is_exact, storage_criteria
from hebbfilm.hopfield.descent import descend, sampled_ends
from hebbfilm.hopfield.flips import flip_correction
from hebbfilm.hopfield.ideal import hebb_weights
from hebbfilm.hopfield.landscape import energy_landscape, state_numbers, stored_states
from hebbfilm.hopfield.patterns import all_states, hamming_distance, random_patterns
from hebbfilm.hopfield.recall import recall_asynchronous
from hebbfilm.hopfield.states import energy, is_fixed_point

DRIVABLE = [p for p in all_states(4) if p[0] > 0 and p.min() < 0]
PAIRS = list(itertools.combinations(DRIVABLE, 2))
ORTHOGONAL = [pair for pair in PAIRS if np.dot(*np.array(pair, dtype=int)) == 0]
OVERLAPPING = [pair for pair in PAIRS if np.dot(*np.array(pair, dtype=int)) != 0]


def random_weights(n, seed):
    w = np.random.default_rng(seed).normal(size=(n, n))
    w = w + w.T
    np.fill_diagonal(w, 0)
    return w


def climb(w, state):
    """Probability of each end from a state, by hand: {end: probability}."""
    s = np.array(state)
    unstable = [i for i in range(len(s)) if s[i] * (w[i] @ s) < 0]
    if not unstable:
        return {tuple(state): 1.0}
    ends = {}
    for i in unstable:
        following = list(state)
        following[i] *= -1
        for end, p in climb(w, following).items():
            ends[end] = ends.get(end, 0.0) + p / len(unstable)
    return ends


@pytest.mark.cross_method
@pytest.mark.parametrize(("n", "seed"), list(itertools.product([2, 5], range(3))))
def test_landscape_is_what_each_state_says_of_itself(n, seed):
    w = random_weights(n, seed)
    whole = energy_landscape(w)
    assert np.array_equal(state_numbers(whole.states), np.arange(2**n))
    # Sums of n² products in another order.
    assert whole.energies == pytest.approx(
        [energy(w, state) for state in whole.states], abs=2 * n**2 * np.finfo(float).eps * 4
    )
    fixed = [k for k, state in enumerate(whole.states) if is_fixed_point(w, state)]
    assert whole.fixed.tolist() == fixed
    ends = [climb(w, state.tolist()) for state in whole.states]
    points = [tuple(whole.states[k].tolist()) for k in fixed]
    expected = np.array([[end.get(point, 0.0) for point in points] for end in ends])
    # Probabilities are sums of at most 2ⁿ products of n factors.
    assert whole.arrival(whole.fixed) == pytest.approx(expected, abs=1e-13)
    assert whole.basins() == pytest.approx(expected.mean(axis=0), abs=1e-13)


@pytest.mark.analytic
def test_every_start_ends_somewhere():
    whole = energy_landscape(random_weights(11, 4))
    assert whole.basins().sum() == pytest.approx(1, abs=1e-12)
    assert whole.arrival(whole.fixed).sum(axis=1) == pytest.approx(np.ones(2**11), abs=1e-12)


@pytest.mark.analytic
def test_what_is_no_fixed_point_is_never_reached():
    whole = energy_landscape(hebb_weights(["++--"]))
    assert not whole.arrival([0]).any()


@pytest.mark.analytic
def test_without_weights_every_state_is_fixed_by_its_ties():
    whole = energy_landscape(np.zeros((4, 4)))
    assert len(whole.fixed) == 16
    assert whole.has_tie.all()
    assert whole.basins() == pytest.approx(1 / 16)
    found = storage_criteria(np.zeros((4, 4)), ["++--"])
    assert (found.stable, found.firm, found.exact, found.one_bit) == (2, 0, False, 0.0)


@pytest.mark.analytic
@pytest.mark.parametrize("pair", ORTHOGONAL)
def test_orthogonal_pairs_of_four_are_exact(pair):
    """Each start with one flip is as near to either pattern: both ends count."""
    assert len(ORTHOGONAL) == 9
    found = storage_criteria(hebb_weights(pair), pair)
    assert (found.stored, found.stable, found.firm, found.fixed_points) == (4, 4, 4, 4)
    assert found.exact
    assert found.exact_and_firm
    assert found.one_bit == found.two_bit == 1
    assert found.one_bit_interval is None


@pytest.mark.analytic
@pytest.mark.parametrize("pair", OVERLAPPING)
def test_overlapping_pairs_of_four_are_held_by_ties(pair):
    """Four signs overlap by 0 or ±2; with ±2 the unit that differs from the others has no field."""
    assert len(OVERLAPPING) == 12
    found = storage_criteria(hebb_weights(pair), pair)
    assert found.stable == found.stored == 4
    assert found.firm == 0
    assert not found.exact_and_firm


@pytest.mark.analytic
def test_three_patterns_that_make_an_antiferromagnet_are_exact():
    """++--, +-+-, +--+ and their negatives are all states with as many + as -."""
    triple = ["++--", "+-+-", "+--+"]
    found = storage_criteria(hebb_weights(triple), triple)
    assert found.fixed_points == found.firm == 6
    assert found.exact_and_firm


@pytest.mark.analytic
def test_a_spurious_state_is_not_exact():
    """Hebb stores ++++++++-------- and its like, but the mixture of three such as well.

    In the gauge of the majority sign m of orthogonal ξ¹, ξ², ξ³, each overlap with m is N/2; the
    field of a unit where all agree is 3/2 - 3/N, and 1/2 - 3/N where two do (N = 16).
    """
    columns = np.array(list(itertools.product((1, -1), repeat=3)) * 2).T
    w = hebb_weights(columns)
    assert is_fixed_point(w, np.sign(columns.sum(axis=0)))
    found = storage_criteria(w, columns)
    assert found.stable == found.firm == 6
    assert found.fixed_points > 6
    assert not found.exact
    assert not is_exact(w, stored_states(columns, 16))


@pytest.mark.cross_method
def test_flips_counted_and_sampled_agree():
    """The fraction of 4000 recalls lies within 4 standard deviations of the exact probability."""
    w, patterns = random_weights(8, 7), random_patterns(2, 8, seed=3)
    w = hebb_weights(list(patterns)) + 0.1 * w
    stored, rng = stored_states(patterns, 8), np.random.default_rng(0)
    for found in flip_correction(w, list(patterns)):
        starts = [
            (origin, np.where(np.isin(np.arange(8), sites), -origin, origin))
            for origin in stored
            for sites in itertools.combinations(range(8), found.flips)
        ]
        kept = [
            (origin, start)
            for origin, start in starts
            if min(hamming_distance(start, other) for other in stored) == found.flips
        ]
        assert found.starts == len(kept)
        repeats = 4000 // len(kept) + 1
        first = np.repeat(np.array([start for _, start in kept]), repeats, axis=0)
        ends = descend(w, first, rng)
        success = [
            any(
                np.array_equal(end, s) and hamming_distance(start, s) == found.flips for s in stored
            )
            for start, end in zip(first, ends, strict=True)
        ]
        deviation = np.sqrt(found.corrected * (1 - found.corrected) / len(success))
        assert abs(np.mean(success) - found.corrected) <= 4 * deviation + 1e-12


@pytest.mark.analytic
def test_many_units_are_sampled():
    """One pattern in 40 units: each start below half the units apart is corrected, in any order."""
    pattern = random_patterns(1, 40, seed=1)
    found = storage_criteria(hebb_weights(list(pattern)), list(pattern), samples=200)
    assert (found.stable, found.firm, found.fixed_points, found.exact) == (2, 2, None, None)
    assert found.one_bit == found.two_bit == 1
    low, high = found.one_bit_interval
    # Wilson: n/(n + z²) for n of n.
    assert low == pytest.approx(200 / (200 + 1.959964**2), rel=1e-6, abs=0)
    assert high == pytest.approx(1)


@pytest.mark.analytic
def test_ends_of_random_states_of_one_pattern_are_the_pattern_and_its_negative():
    pattern = random_patterns(1, 21, seed=2)
    ends = sampled_ends(hebb_weights(list(pattern)), starts=500)
    assert np.array_equal(np.unique(ends.states, axis=0), stored_states(pattern, 21))
    assert ends.share.sum() == pytest.approx(1)
    # Half each: 4 standard deviations of 500 tosses.
    assert ends.share[0] == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(500))


@pytest.mark.cross_method
def test_states_that_descend_end_at_fixed_points_below():
    w = random_weights(20, 1)
    starts = np.random.default_rng(2).choice(np.array([-1, 1], dtype=np.int8), (50, 20))
    ends = descend(w, starts, np.random.default_rng(3))
    for start, end in zip(starts, ends, strict=True):
        assert is_fixed_point(w, end)
        assert np.array_equal(recall_asynchronous(w, end), end)
        assert energy(w, end) <= energy(w, start)


def test_too_many_units_are_refused():
    with pytest.raises(InputError, match="all states of 17 units: allowed are 16"):
        energy_landscape(np.zeros((17, 17)))
    with pytest.raises(InputError, match="no stored patterns"):
        storage_criteria(np.zeros((4, 4)), [])
