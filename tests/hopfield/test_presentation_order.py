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
@pytest.mark.parametrize("patterns", EVERY_COUNT)
def test_some_polarity_drags_a_strip_as_far_as_patterns_drive_it(patterns):
    """In one relative polarity all that drive a strip drag it the same way: by their number.

    No block of quadrature can drag it farther, as its sums are of each pattern once, and each block
    leaves it where it was.
    """
    d, signs = displacements("all_polarities", patterns)
    assert len(d) - 1 == 2 ** (patterns - 1) * 2 * patterns
    blocks = d[1:].reshape(-1, 2 * patterns, len(signs))
    assert not blocks[:, -1].any()
    ranges = np.maximum(blocks.max(axis=1), 0) - np.minimum(blocks.min(axis=1), 0)
    np.testing.assert_array_equal(ranges.max(axis=0), driven(signs))


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
@pytest.mark.parametrize("patterns", EVERY_COUNT[1:])
def test_from_one_polarity_to_the_next_strips_are_dragged_farther(patterns):
    """Where a sign turns: 2n over a cycle, or 2n - 1 with the first pattern, whose sign stays."""
    d, signs = displacements("all_polarities", patterns)
    expected = np.maximum(2 * driven(signs) - (signs[:, 0] != 0), 0)
    np.testing.assert_array_equal(np.ptp(d, axis=0), expected)


@pytest.mark.analytic
def test_plain_quadrature_fails_from_three_patterns_on():
    """(+, -, +) goes to and fro: as little as a strip that one pattern drives."""
    d, signs = displacements("quadrature", 3)
    (alternating,) = np.flatnonzero((signs == (1, -1, 1)).all(axis=1))
    assert np.ptp(d[:, alternating]) == 1
    two, vectors = displacements("quadrature", 2)
    np.testing.assert_array_equal(np.ptp(two, axis=0), driven(vectors))


@pytest.mark.analytic
@pytest.mark.parametrize("presentation", ["all_polarities", "all_orders"])
def test_every_pattern_comes_as_often_as_its_negative(presentation):
    for patterns in EVERY_COUNT:
        order = presentation_order(presentation, patterns)
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


@pytest.mark.parametrize("presentation", ["all_polarities", "all_orders"])
def test_too_many_patterns_are_refused_at_once(presentation):
    patterns = tuple("+" * k + "-" * (8 - k) for k in range(1, 8))
    message = f"training.presentation = '{presentation}': training.patterns has 7 patterns"
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        Training(patterns, presentation=presentation)
    assert "\n" not in str(caught.value)
    assert len(Training(patterns[:6], presentation=presentation).segments("abcdefgh")) > 100
