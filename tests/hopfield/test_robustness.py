"""Noise, few levels, and capacity."""

from math import comb

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.capacity import ideal_capacity
from hebbfilm.hopfield.criteria import storage_criteria
from hebbfilm.hopfield.ideal import IDEAL_RULES, hebb_weights
from hebbfilm.hopfield.patterns import random_patterns
from hebbfilm.hopfield.reference import Reference
from hebbfilm.hopfield.robustness import (
    quantised,
    under_read_noise,
    under_weight_noise,
    with_few_levels,
)

PAIR = ["++--", "+-+-"]


@pytest.mark.analytic
def test_without_noise_nothing_changes_and_with_much_nothing_is_left():
    w = hebb_weights(PAIR)
    quiet, loud = under_weight_noise(w, PAIR, (0.0, 100.0), draws=200)
    assert (quiet.stable, quiet.exact, quiet.one_bit) == (1, 1, 1)
    # Two pairs couple here, each with a coin for its sign: 1/4, within 4 standard deviations.
    assert loud.stable == loud.exact
    assert loud.stable == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / 200))


@pytest.mark.analytic
def test_sign_of_one_weight_under_noise():
    """Two units with one weight w: a pattern is stable while w + σ|w| x > 0, so Φ(1/σ)."""
    w = np.array([[0.0, 3.0], [3.0, 0.0]])
    (found,) = under_weight_noise(w, ["++"], (1.0,), draws=2000)
    chance = 0.841345  # Φ(1)
    assert found.stable == pytest.approx(chance, abs=4 * np.sqrt(chance * (1 - chance) / 2000))


@pytest.mark.cross_method
def test_read_noise_is_weight_noise_on_relative_changes():
    """With w = −r, r = ±0.01: the noise of r is √2 ε, up to 1 %; stable with Φ(0.01/(√2 ε))."""
    before = np.array([[1.0, -1.0], [-1.0, 1.0]])
    after = before.copy()
    after[0, 1] = after[1, 0] = -1.02
    reference = Reference("untrained_offset", 0.01)
    quiet, noisy = under_read_noise(
        before, after, reference, ["+-"], (0.0, 0.01 / np.sqrt(2)), draws=2000
    )
    assert quiet.stable == 1
    # Φ(1) changes by 0.24 for 1 % of its argument: 0.0024 beside the four standard deviations.
    deviation = np.sqrt(0.8413 * 0.1587 / 2000)
    assert noisy.stable == pytest.approx(0.841345, abs=4 * deviation + 0.0024)


@pytest.mark.analytic
def test_rounded_weights():
    w = np.array([[0, 1.0, -0.3], [1.0, 0, 0.6], [-0.3, 0.6, 0]])
    assert np.array_equal(quantised(w, 2), np.sign(w))
    assert quantised(w, 3) == pytest.approx(np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]]))
    third = 1 / 3
    expected = np.array([[0, 1, -third], [1, 0, third], [-third, third, 0]])
    assert quantised(w, 4) == pytest.approx(expected)
    # The spacing is 2/31, and no weight moves by more than half of it.
    assert np.abs(quantised(w, 32) - w)[w != 0].max() <= 1 / 31 + 1e-15
    assert not quantised(np.zeros((2, 2)), 3).any()


@pytest.mark.analytic
def test_a_pattern_of_many_units_survives_on_signs_alone():
    pattern = list(random_patterns(1, 20, seed=3))
    (found,) = with_few_levels(hebb_weights(pattern), pattern, (2,))
    assert (found.stable, found.exact, found.one_bit) == (1, None, 1)


@pytest.mark.analytic
def test_capacity_of_four_units():
    """Any pattern and the 9 orthogonal pairs are exact; all 21 pairs are stable, 12 by ties."""
    found = {(c.rule, c.patterns): c for c in ideal_capacity(4, most=3)}
    assert len(found) == 3 * len(IDEAL_RULES)
    hebb = [found["hebb", count] for count in (1, 2, 3)]
    assert [c.sets for c in hebb] == [comb(7, count) for count in (1, 2, 3)]
    assert all(c.every and c.interval(c.stable) is None for c in hebb)
    assert (hebb[0].stable, hebb[0].exact) == (7, 7)
    assert hebb[1].stable == 21
    assert hebb[1].firm == hebb[1].exact_and_firm == 9


@pytest.mark.cross_method
def test_capacity_counts_what_the_criteria_say():
    sets, coupled = 15, np.random.default_rng(0).random(21) < 0.7
    found = {(c.rule, c.patterns): c for c in ideal_capacity(7, coupled, most=2, sets=sets, seed=4)}
    one = found["hebb", 2]
    assert (one.sets, one.every) == (sets, False)
    low, high = one.interval(one.stable)
    assert low <= one.stable / sets <= high
    assert one.exact_and_firm <= one.exact <= one.stable
    assert one.exact_and_firm <= one.firm <= one.stable
    again = {(c.rule, c.patterns): c for c in ideal_capacity(7, coupled, most=2, sets=sets, seed=4)}
    assert found == again
    single = [storage_criteria(hebb_weights([p]), [p]).exact for p in random_patterns(5, 7, seed=1)]
    assert all(single)


def test_many_units_have_no_exact_capacity():
    found = ideal_capacity(13, most=1, sets=3)
    assert all(c.exact is None and c.stable == c.firm == 3 for c in found)
    with pytest.raises(InputError, match="2 or more units"):
        ideal_capacity(1)


@pytest.mark.analytic
def test_two_units_have_no_starts_with_one_flip_once_both_patterns_are_stored():
    w = np.array([[0.0, 1.0], [1.0, 0.0]])
    (found,) = under_weight_noise(w, ["++", "+-"], (0.0,), draws=1)
    assert found.one_bit is None
    assert storage_criteria(w, ["++", "+-"]).one_bit is None
