"""What the order of presentations drags a strip through, whatever signs the patterns give it."""

import re
from itertools import groupby, product

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import Training
from hebbfilm.hopfield.presentation_order import MOST_PATTERNS, presentation_order

EVERY_COUNT = range(1, MOST_PATTERNS + 1)


def displacements(presentation, patterns, cycles=1):
    """Of strips with all sign vectors in {0, ±1}^p: d after each presentation; the vectors."""
    signs = np.array(list(product((0, 1, -1), repeat=patterns)))
    order = cycles * presentation_order(presentation, patterns)
    steps = np.array([sign * signs[:, place] for place, sign in order])
    return np.vstack([0 * steps[:1], steps.cumsum(axis=0)]), signs


def driven(signs):
    return np.abs(signs).sum(axis=1)


@pytest.mark.analytic
@pytest.mark.parametrize("cycles", [1, 2])
@pytest.mark.parametrize("patterns", EVERY_COUNT)
def test_all_orders_drag_a_strip_exactly_as_far_as_patterns_drive_it(patterns, cycles):
    """The range over all that is presented is n: each pattern and its negative come in turn."""
    d, signs = displacements("all_orders", patterns, cycles)
    np.testing.assert_array_equal(np.ptp(d, axis=0), driven(signs))
    assert not d[-1].any()


@pytest.mark.analytic
@pytest.mark.parametrize("patterns", EVERY_COUNT)
def test_all_orders_drag_a_strip_straight(patterns):
    """All n patterns that drive a strip come in a row, with the same sign of its current."""
    d, signs = displacements("all_orders", patterns)
    ways = [way[way != 0] for way in np.diff(d, axis=0).T]
    longest = [max((len(list(run)) for _, run in groupby(way)), default=0) for way in ways]
    np.testing.assert_array_equal(longest, driven(signs))


@pytest.mark.analytic
def test_plain_quadrature_fails_from_three_patterns_on():
    """(+, -, +) goes to and fro: as little as a strip that one pattern drives."""
    d, signs = displacements("quadrature", 3)
    (alternating,) = np.flatnonzero((signs == (1, -1, 1)).all(axis=1))
    assert np.ptp(d[:, alternating]) == 1
    two, vectors = displacements("quadrature", 2)
    np.testing.assert_array_equal(np.ptp(two, axis=0), driven(vectors))


@pytest.mark.analytic
def test_every_pattern_comes_as_often_as_its_negative():
    for patterns in EVERY_COUNT:
        order = presentation_order("all_orders", patterns)
        shown = np.bincount([2 * place + (sign > 0) for place, sign in order])
        assert (shown == shown[0]).all()


@pytest.mark.analytic
def test_training_presents_in_that_order():
    patterns = ("++--", "+-+-", "+++-")
    training = Training(patterns, presentation="all_orders", repeats=2, rest=0.0)
    shown = [s.label for s in training.segments("abcd")]
    a, b, c = "+,+,-,-", "+,-,+,-", "+,+,+,-"
    minus_a, minus_b, minus_c = "-,-,+,+", "-,+,-,+", "-,-,-,+"
    assert shown == 2 * [a, b, c, minus_a, minus_b, minus_c, a, c, b, minus_a, minus_c, minus_b]
    assert training.extent() == (24, pytest.approx(24 * 6e-9))


def test_too_many_patterns_are_refused_at_once():
    patterns = tuple("+" * k + "-" * (8 - k) for k in range(1, 8))
    message = "training.presentation = 'all_orders': training.patterns has 7 patterns"
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        Training(patterns, presentation="all_orders")
    assert "\n" not in str(caught.value)
    assert len(Training(patterns[:6], presentation="all_orders").segments("abcdefgh")) > 100
