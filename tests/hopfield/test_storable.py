"""The best stability that any weights can reach."""

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield import best_stability, ideal_networks
from hebbfilm.hopfield.contact_pairs import coupling_matrix, pairs
from hebbfilm.hopfield.criteria import stability
from hebbfilm.hopfield.patterns import random_patterns


@pytest.mark.analytic
@pytest.mark.parametrize("units", [3, 6, 9])
def test_one_pattern_on_a_complete_graph_reaches_all_its_neighbours(units):
    """w_ij = ξ_i ξ_j, the largest allowed, gives each unit N - 1, and more cannot be."""
    (pattern,) = random_patterns(1, units, seed=units)
    assert best_stability([pattern]) == pytest.approx(units - 1, rel=1e-9)


@pytest.mark.analytic
def test_a_unit_with_opposite_neighbours_cannot_be_stored():
    """In a chain the first unit has one neighbour: ξ_1 ξ_2 = 1 and -1 ask for w and -w."""
    chain = np.array([j - i == 1 for i, j in pairs(4)])
    assert best_stability(["++-+", "+--+"], chain) == 0.0
    assert best_stability(["++-+", "++--"], chain) == 0.0
    assert best_stability(["++-+"], chain) == pytest.approx(1.0)


@pytest.mark.cross_method
@pytest.mark.parametrize("seed", range(20))
def test_no_ideal_rule_does_better(seed):
    """Weights of any rule, scaled to |w| ≤ 1, are allowed: their least stability is κ at most.

    Round-off of the program is 1e-9 of κ, which is of the order of 1.
    """
    patterns = random_patterns(2, 7, seed=seed)
    coupled = np.random.default_rng(seed).random(21) < 0.6
    best = best_stability(patterns, coupled)
    for weights in ideal_networks(patterns, coupled).values():
        along = patterns * (patterns @ weights)
        assert along.min() / max(np.abs(weights).max(), 1e-30) <= best + 1e-9
        if best == 0.0:
            assert stability(weights, patterns)[1] < 2
    assert not coupling_matrix(coupled, 7).diagonal().any()


def test_pairs_of_another_network_are_refused():
    with pytest.raises(InputError, match=r"must be \(6,\)"):
        best_stability(["++--"], np.ones(5, dtype=bool))
