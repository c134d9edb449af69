"""Ideal networks against their closed forms."""

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.ideal import (
    IDEAL_RULES,
    hebb_weights,
    ideal_networks,
    oja_weights,
    pseudo_inverse_weights,
    storkey_weights,
)
from hebbfilm.hopfield.patterns import all_states, random_patterns
from hebbfilm.hopfield.recall_ends import recall_success, recall_table
from hebbfilm.hopfield.states import is_fixed_point
from hebbfilm.hopfield.weights import hebb_correlation

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


@pytest.mark.analytic
@pytest.mark.parametrize("count", [1, 3, 5])
def test_pseudo_inverse_is_the_projection_on_its_patterns(count):
    """W ξ = ξ with W = w + its diagonal, and the trace of a projection is its rank."""
    xi = random_patterns(count, 9, seed=4).astype(float)
    w = pseudo_inverse_weights(list(xi))
    xi_t = xi.T
    projection = xi_t @ np.linalg.inv(xi @ xi_t) @ xi
    assert w == pytest.approx(projection - np.diag(np.diag(projection)), abs=1e-12)
    assert all(is_fixed_point(w, pattern) for pattern in xi.astype(int))


@pytest.mark.analytic
def test_pseudo_inverse_of_orthogonal_patterns_is_hebb():
    pair = ["++--", "+-+-"]
    assert pseudo_inverse_weights(pair) == pytest.approx(hebb_weights(pair), abs=1e-14)


@pytest.mark.cross_method
def test_storkey_by_its_sums():
    patterns = random_patterns(3, 6, seed=7).astype(float)
    w = np.zeros((6, 6))
    for xi in patterns:
        change = np.zeros((6, 6))
        for i in range(6):
            for j in range(6):
                h_ij = sum(w[i, k] * xi[k] for k in range(6) if k not in (i, j))
                h_ji = sum(w[j, k] * xi[k] for k in range(6) if k not in (i, j))
                change[i, j] = (i != j) * (xi[i] * xi[j] - xi[i] * h_ji - h_ij * xi[j]) / 6
        w += change
    assert storkey_weights(list(patterns)) == pytest.approx(w, abs=1e-14)
    assert np.array_equal(storkey_weights([patterns[0]]), hebb_weights([patterns[0]]))


@pytest.mark.analytic
def test_uncoupled_pairs_have_no_weight_by_any_rule():
    patterns = list(random_patterns(2, 5, seed=1))
    coupled = np.array([1, 0, 1, 1, 0, 1, 1, 1, 0, 1], dtype=bool)
    whole, masked = ideal_networks(patterns), ideal_networks(patterns, coupled)
    assert tuple(whole) == tuple(masked) == IDEAL_RULES
    upper = np.triu_indices(5, k=1)
    for rule, w in masked.items():
        assert not w[upper][~coupled].any()
        assert np.array_equal(w, w.T)
        if rule != "storkey":
            assert np.array_equal(w[upper][coupled], whole[rule][upper][coupled])
    assert np.array_equal(whole["storkey"], storkey_weights(patterns))


@pytest.mark.cross_method
def test_masked_storkey_is_that_of_its_blocks():
    """Two groups without a pair between them learn apart, but for 1/N."""
    patterns = random_patterns(2, 6, seed=9)
    i, j = np.triu_indices(6, k=1)
    w = ideal_networks(list(patterns), (i < 3) == (j < 3))["storkey"]

    def alone(xi):
        w = np.zeros((3, 3))
        for x in xi.astype(float):
            fields = (w @ x)[:, None] - w * x
            change = np.outer(x, x) - x[:, None] * fields.T - fields * x
            w += change * (1 - np.eye(3)) / 6
        return w

    for group in (slice(0, 3), slice(3, 6)):
        assert w[group, group] == pytest.approx(alone(patterns[:, group]), abs=1e-15)
