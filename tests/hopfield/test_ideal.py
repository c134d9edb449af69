"""Ideal Hebb and Oja networks against their closed forms."""

import numpy as np
import pytest

from hopfield.ideal import hebb_weights, oja_weights
from hopfield.patterns import all_states, random_patterns
from hopfield.recall import is_fixed_point, recall_success, recall_table
from hopfield.weights import hebb_correlation
from meshing.errors import InputError

DRIVABLE = [p for p in all_states(4) if p[0] > 0 and p.min() < 0]


@pytest.mark.analytic
def test_hebb_weights_by_hand():
    w = hebb_weights(["++--", "+-+-"])
    expected = np.array([[0, 0, 0, -2], [0, 0, -2, 0], [0, -2, 0, 0], [-2, 0, 0, 0]]) / 4
    assert np.array_equal(w, expected)


@pytest.mark.analytic
@pytest.mark.parametrize("size", range(2, 8))
def test_one_hebbian_pattern_is_recalled_from_every_start(size):
    """In the gauge ξ = (+…+), p units up and q down feel p−1−q and p−q+1: never both at rest.

    A fixed point with p, q > 0 would need p−1−q ≥ 0 and p−q+1 ≤ 0 (ties keep), so only ±ξ remain.
    """
    pattern = random_patterns(1, size, seed=size)[0]
    table = recall_table(hebb_weights([pattern]), [pattern], orders=3)
    assert len(table) == 3 * 2**size
    assert recall_success(table) == 1


@pytest.mark.analytic
def test_orthogonal_hebbian_pairs_are_the_only_fixed_points():
    for k, first in enumerate(DRIVABLE):
        for second in DRIVABLE[:k]:
            if int(first.astype(int) @ second) == 0:
                w = hebb_weights([first, second])
                fixed = {tuple(s) for s in all_states(4) if is_fixed_point(w, s)}
                assert fixed == {tuple(sign * p) for sign in (1, -1) for p in (first, second)}


@pytest.mark.analytic
@pytest.mark.parametrize("pattern", DRIVABLE)
def test_oja_on_one_pattern_saturates_at_the_outer_product(pattern):
    rate, epochs = 0.1, 30
    w = oja_weights([pattern], rate=rate, epochs=epochs)
    outer = np.outer(pattern, pattern) - np.eye(4)
    # 30 updates with two roundings each of numbers below 1
    expected = (1 - (1 - rate) ** epochs) * outer
    assert w == pytest.approx(expected, abs=60 * np.finfo(float).eps)
    assert recall_success(recall_table(w, [pattern])) == 1


@pytest.mark.analytic
def test_oja_on_several_patterns_forgets_the_early_ones():
    patterns = random_patterns(3, 6, seed=1)
    rate, epochs = 0.2, 4
    w = oja_weights(list(patterns), rate=rate, epochs=epochs)
    shown = np.tile(patterns, (epochs, 1)).astype(float)
    memory = rate * (1 - rate) ** np.arange(len(shown))[::-1]
    expected = np.einsum("k,ki,kj->ij", memory, shown, shown) * (1 - np.eye(6))
    assert w == pytest.approx(expected, abs=24 * np.finfo(float).eps)


@pytest.mark.cross_method
def test_slow_oja_is_hebb_up_to_scale():
    """For η → 0 the memory is flat; it varies by η p over one epoch, and the weights no more."""
    patterns = list(random_patterns(3, 8, seed=2))
    rate = 1e-4
    oja, hebb = oja_weights(patterns, rate=rate, epochs=1), hebb_weights(patterns)
    assert oja / rate / 8 == pytest.approx(hebb, abs=3 * 3 * rate / 8)
    assert hebb_correlation(hebb, patterns) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hebb_weights([]), "no patterns"),
        (lambda: hebb_weights(["++--", "+-"]), "has 2 signs"),
        (lambda: oja_weights(["+-"], rate=0), "rate above 0"),
        (lambda: oja_weights(["+-"], rate=1.5), "at most 1"),
        (lambda: oja_weights(["+-"], epochs=0), "1 or more epochs"),
    ],
)
def test_nothing_to_train_on_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
