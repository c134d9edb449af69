"""Recall from flipped signs: numbers of flips, counts against published limits and by hand."""

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.descent import descend, descend_each
from hebbfilm.hopfield.flips import flip_correction, flips_of
from hebbfilm.hopfield.ideal import hebb_weights, pseudo_inverse_weights
from hebbfilm.hopfield.noisy_recall import flipped, recall_from_flips
from hebbfilm.hopfield.patterns import random_patterns


@pytest.mark.analytic
def test_number_of_flips_is_exact():
    assert [flips_of(share, 35) for share in (0.0, 0.1, 0.2, 0.3, 1.0)] == [0, 4, 7, 11, 35]
    rng = np.random.default_rng(1)
    states = random_patterns(3, 35, seed=1)[:, None].repeat(50, axis=1)
    for flips in (0, 4, 35):
        assert ((flipped(states, flips, rng) != states).sum(axis=-1) == flips).all()


@pytest.mark.analytic
def test_a_share_of_few_signs_is_one_flip():
    assert [flips_of(0.1, size) for size in (4, 5, 25, 35, 45)] == [1, 1, 3, 4, 5]


@pytest.mark.analytic
def test_one_pattern_is_recalled_from_fewer_than_half_and_its_negative_from_more():
    """With one Hebbian pattern recall ends in ±ξ alone, from m·ξ of the sign of m."""
    (xi,) = random_patterns(1, 35, seed=2)
    less, more = recall_from_flips(hebb_weights([xi]), [xi], [0.3, 0.7], trials=50)
    assert (less.itself, less.negative, less.other) == (50, 0, 0)
    assert (more.itself, more.negative, more.other) == (0, 50, 0)
    assert (less.overlap, more.overlap) == (1, -1)


@pytest.mark.analytic
def test_orthogonal_patterns_are_recalled():
    """Fields of Hadamard patterns are 1 − p/N of their own, so that all are fixed points."""
    hadamard = np.array([[1]])
    for _ in range(5):
        hadamard = np.block([[hadamard, hadamard], [hadamard, -hadamard]])
    patterns = hadamard[1:4].astype(np.int8)
    found = recall_from_flips(hebb_weights(patterns), patterns, [0.0, 0.1], trials=100)
    assert [one.itself for one in found[:3]] == 3 * [100]
    assert min(one.recalled for one in found) > 0.95


@pytest.mark.published
def test_hebb_retrieves_below_its_capacity_and_not_above():
    """D. J. Amit, H. Gutfreund, H. Sompolinsky, Phys. Rev. Lett. 55, 1530 (1985): α_c = 0.138.

    Below it retrieval has overlaps above 0.967; above it those of the end fall to about 0.35.
    Between α = 0.08 and 0.25 at N = 500 the two are apart by more than any finite size moves them.
    """
    for load, least, most in ((0.08, 0.97, 1.0), (0.25, 0.0, 0.8)):
        patterns = random_patterns(round(load * 500), 500, seed=3)
        w = hebb_weights(patterns)
        starts = flipped(patterns[:20], 50, np.random.default_rng(4))
        ends = descend(w, starts, np.random.default_rng(5)).astype(int)
        overlap = (ends * patterns[:20]).mean()
        assert least <= overlap <= most


@pytest.mark.cross_method
def test_agrees_with_correction_where_no_other_pattern_is_as_near():
    """Far apart and few flips: both count the same event; within 5 standard errors of each."""
    patterns = random_patterns(3, 35, seed=6)
    w = pseudo_inverse_weights(patterns)
    trials = 1000
    own = recall_from_flips(w, patterns, [4 / 35], trials=trials, seed=1)
    mean = sum(one.itself for one in own) / (3 * trials)
    other = flip_correction(w, patterns, most=4, samples=3 * trials)[4]
    error = np.sqrt(2 * max(mean * (1 - mean), 1 / trials) / (3 * trials))
    assert mean == pytest.approx(other.corrected, abs=5 * error)


@pytest.mark.cross_method
def test_many_networks_at_once_end_where_each_alone_would():
    """All fixed points, and as often as `descend`: 5 standard errors of the share."""
    patterns = random_patterns(4, 20, seed=7)
    w = np.array([hebb_weights(patterns[:k]) for k in (1, 2, 4)])
    starts = np.random.default_rng(8).choice(np.array([-1, 1], dtype=np.int8), (3, 500, 20))
    ends = descend_each(w, starts, np.random.default_rng(9))
    for own, first, last in zip(w, starts, ends, strict=True):
        assert (last * (last @ own) >= -1e-9).all()
        alone = descend(own, first, np.random.default_rng(10))
        shares = [(np.abs(each.astype(int) @ patterns[0]) == 20).mean() for each in (last, alone)]
        assert abs(shares[0] - shares[1]) <= 5 * np.sqrt(0.5 / 500)


@pytest.mark.regression
def test_seed_decides():
    patterns = random_patterns(5, 35, seed=11)
    w = hebb_weights(patterns)
    assert recall_from_flips(w, patterns, seed=1) == recall_from_flips(w, patterns, seed=1)
    assert recall_from_flips(w, patterns, seed=1) != recall_from_flips(w, patterns, seed=2)


def test_bad_numbers_are_refused():
    w = hebb_weights(["++--"])
    with pytest.raises(InputError, match="share 10 of flipped signs: allowed is 0 to 1"):
        recall_from_flips(w, ["++--"], [10])
    with pytest.raises(InputError, match="1 trials"):
        recall_from_flips(w, ["++--"], trials=1)
    with pytest.raises(InputError, match="no stored patterns"):
        recall_from_flips(w, [])
