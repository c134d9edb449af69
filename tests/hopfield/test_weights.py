"""Weights from conductances: the published film of four contacts, and every choice of reference."""

import itertools

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.contact_pairs import (
    coupled_pairs,
    hall_conductance,
    mask_weights,
    pair_conductances,
    pair_names,
    pairs,
    relative_change,
)
from hebbfilm.hopfield.ideal import hebb_weights
from hebbfilm.hopfield.patterns import all_states, parse_pattern, same_up_to_sign
from hebbfilm.hopfield.recall_ends import recall_success, recall_table
from hebbfilm.hopfield.reference import Reference
from hebbfilm.hopfield.weights import conductance_weights, hebb_correlation

# Pair conductances (S) of a film on square cells by finite differences, before and after 6 ns of
# the pattern, in the order 12, 13, 14, 23, 24, 34.
PATTERN = parse_pattern([1, -1, -1, -1])
G_BEFORE = [0.0019429, 0.0019743, 0.0026576, 0.0019595, 0.0026204, 0.002624]
G_AFTER = [0.0020268, 0.0020364, 0.0027654, 0.0019595, 0.0025966, 0.0026246]


def conductance_matrix(g):
    """Return G (S) of four contacts with the pair conductances g (S)."""
    G = np.zeros((4, 4))
    G[np.triu_indices(4, k=1)] = -np.asarray(g)
    G += G.T
    np.fill_diagonal(G, -G.sum(axis=1))
    return G


BEFORE, AFTER = conductance_matrix(G_BEFORE), conductance_matrix(G_AFTER)


@pytest.mark.peer
@pytest.mark.parametrize(
    "reference",
    [Reference(), Reference("untrained_offset", 0.01), Reference("absolute")],
    ids=lambda reference: reference.rule,
)
def test_the_reference_film_recalls_its_pattern_from_every_state(reference):
    w = conductance_weights(BEFORE, AFTER, reference)
    table = recall_table(w, [PATTERN], orders=4)
    assert len(table) == 64
    assert recall_success(table) == 1
    # Three pairs rise by 3 to 4 %, three change by −0.9 to 0 %: nearly a perfect contrast.
    correlation = hebb_correlation(w, [PATTERN])
    assert correlation is not None
    assert correlation > 0.9


@pytest.mark.peer
def test_raw_conductances_recall_the_geometry_and_not_the_pattern():
    w = conductance_weights(BEFORE, AFTER, Reference("mean"))
    table = recall_table(w, [PATTERN], orders=4)
    # The spokes to the fourth contact conduct better than the ring, trained or not.
    spokes = parse_pattern("+++-")
    assert recall_success(table) == 0
    assert all(same_up_to_sign(row.end, spokes) for row in table)


@pytest.mark.analytic
def test_weights_follow_their_formulas():
    before, after = np.array(G_BEFORE), np.array(G_AFTER)
    r, d = (after - before) / before, after - before
    expected = {
        Reference(): r.mean() - r,
        Reference("untrained_offset", 0.02): 0.02 - r,
        Reference("absolute"): d.mean() - d,
        Reference("absolute_offset", 2e-5): 2e-5 - d,
        Reference("offset", 2e-3): 2e-3 - after,
        Reference("mean"): after.mean() - after,
    }
    for reference, values in expected.items():
        w = conductance_weights(BEFORE, AFTER, reference)
        assert np.array_equal(w, w.T)
        assert not np.diag(w).any()
        # differences of numbers below 1, each rounded a few times
        assert w[np.triu_indices(4, k=1)] == pytest.approx(values, rel=0, abs=1e-15)
    # 3.15 % = (20364 − 19743)/19743
    assert relative_change(BEFORE, AFTER)[1] == pytest.approx(621 / 19743, rel=1e-12)


@pytest.mark.analytic
@pytest.mark.parametrize("pattern", [p for p in all_states(4) if p[0] > 0 and p.min() < 0])
def test_a_film_that_obeys_the_rule_exactly_has_hebbian_weights(pattern):
    opposite = np.array([pattern[i] != pattern[j] for i, j in pairs(4)])
    after = conductance_matrix(np.array(G_BEFORE) * (1 + 0.03 * opposite))
    w = conductance_weights(BEFORE, after, Reference())
    # r is 0 or 3 % to rounding, so the weights are a shifted ξξᵀ: correlation 1 to rounding
    assert hebb_correlation(w, [pattern]) == pytest.approx(1, abs=1e-12)
    assert recall_success(recall_table(w, [pattern])) == 1


@pytest.mark.analytic
@pytest.mark.parametrize("reference", [Reference(), Reference("absolute"), Reference("mean")])
def test_pairs_that_are_not_coupled_have_no_weight(reference):
    """The others have those of a film that has them alone: the mean is one over coupled pairs."""
    before, after = (conductance_matrix([g[0], 1e-12, *g[2:]]) for g in (G_BEFORE, G_AFTER))
    coupled = coupled_pairs(before)
    assert coupled.tolist() == [True, False, True, True, True, True]
    w, upper = conductance_weights(before, after, reference), np.triu_indices(4, k=1)
    assert w[0, 2] == w[2, 0] == 0
    signal = reference.signal(before, after)[coupled]
    np.testing.assert_allclose(w[upper][coupled], signal.mean() - signal, rtol=0, atol=1e-15)
    assert np.isnan(relative_change(before, after)[1])
    # Correlation over the five pairs that are left, and of Hebb's own weights for them: 1.
    hebb = np.outer(PATTERN, PATTERN).astype(float)
    assert hebb_correlation(mask_weights(hebb, coupled), [PATTERN], coupled) == pytest.approx(1)
    found = hebb_correlation(w, [PATTERN], coupled)
    assert found == pytest.approx(np.corrcoef(w[upper][coupled], hebb[upper][coupled])[0, 1])


@pytest.mark.analytic
def test_pairs_stand_in_order_with_their_names():
    assert pairs(4) == list(itertools.combinations(range(4), 2))
    assert pair_names(["rim_1", "rim_2", "centre"]) == [
        "rim_1-rim_2",
        "rim_1-centre",
        "rim_2-centre",
    ]
    assert pair_conductances(BEFORE).tolist() == G_BEFORE


@pytest.mark.analytic
def test_hebb_correlation_is_signed_and_says_when_it_is_undefined():
    w = conductance_weights(BEFORE, AFTER, Reference())
    correlation = hebb_correlation(w, [PATTERN])
    assert correlation is not None
    assert hebb_correlation(-w, [PATTERN]) == pytest.approx(-correlation, rel=1e-12)
    assert hebb_correlation(5 * w, [-PATTERN]) == pytest.approx(correlation, rel=1e-12)
    balanced = [parse_pattern(p) for p in ("++--", "+-+-", "+--+")]
    assert hebb_correlation(w, balanced) is None
    assert hebb_correlation(w, []) is None
    assert hebb_correlation(np.zeros((4, 4)), [PATTERN]) is None
    assert hebb_correlation(np.array([[0, -1.0], [-1.0, 0]]), [[1, -1]]) is None


@pytest.mark.analytic
def test_the_reference_records_what_it_used():
    recorded = Reference().as_dict(BEFORE, AFTER)
    assert recorded["rule"] == "untrained"
    assert recorded["level_unit"] == "1"
    # mean of 4.318, 3.145, 4.056, 0, −0.908, 0.023 %, by hand to three decimals
    assert recorded["level"] == pytest.approx(0.01772, abs=1e-5)
    offset = Reference("untrained_offset", 0.01)
    assert offset.as_dict(BEFORE, AFTER)["level"] == 0.01
    assert "offset = 0.01" in offset.describe()
    assert Reference("absolute").as_dict(BEFORE, AFTER)["level_unit"] == "S"


@pytest.mark.parametrize(
    ("rule", "offset", "message"),
    [
        (
            "untrained_mean",
            None,
            "allowed are untrained, untrained_offset, absolute, absolute_offset",
        ),
        ("untrained", 0.01, "did you mean rule 'untrained_offset'"),
        ("untrained_offset", None, "0.01 for 1 %"),
        ("untrained_offset", 1.0, "not a percentage"),
        ("absolute", 1e-5, "did you mean rule 'absolute_offset'"),
        ("mean", 1e-3, "did you mean rule 'offset'"),
        ("scaled", 1e-3, "rule 'scaled' takes none$"),
        ("absolute_offset", None, "a change in S"),
        ("offset", -1e-3, "a conductance in S"),
    ],
)
def test_a_wrong_reference_is_refused(rule, offset, message):
    with pytest.raises(InputError, match=message):
        Reference(rule, offset)


def disturbed(i, j, value):
    G = BEFORE.copy()
    G[i, j] = value
    return G


@pytest.mark.parametrize(
    ("G", "message"),
    [
        (BEFORE[:3], r"shape \(3, 4\)"),
        (np.zeros((1, 1)), r"shape \(1, 1\)"),
        (disturbed(0, 1, np.nan), "not finite"),
        (disturbed(0, 1, BEFORE[0, 1] * 1.001), "not symmetric: .*Hall effect, too"),
        (-BEFORE, "must not be negative: -G_ij given in place of G_ij"),
    ],
)
def test_what_is_no_conductance_matrix_is_refused(G, message):
    with pytest.raises(InputError, match=message):
        pair_conductances(G)


def test_a_pattern_of_another_length_has_no_correlation():
    with pytest.raises(InputError, match="has 2 signs"):
        hebb_correlation(conductance_weights(BEFORE, AFTER, Reference()), ["+-", "-+"])


def test_two_films_do_not_compare():
    with pytest.raises(InputError, match="two of the same film"):
        conductance_weights(BEFORE, AFTER[:3, :3], Reference())


@pytest.mark.analytic
@pytest.mark.parametrize("patterns", [["++--", "+-+-"], ["++--", "+-+-", "+--+"]])
def test_offset_of_half_the_change_by_all_patterns_is_hebb(patterns):
    """r = n c for a pair that n of p patterns drive, Hebb's sum is p − 2n: w = p c/2 − r."""
    change, hebb = 0.01, 4 * hebb_weights(patterns)
    driven = (len(patterns) - hebb) / 2
    before, after = (-1e-3 * (1 + r) * (1 - np.eye(4)) for r in (0 * driven, change * driven))
    reference = Reference("untrained_offset", len(patterns) * change / 2)
    # The change is a difference of numbers a hundred times larger.
    expected = change / 2 * hebb
    assert conductance_weights(before, after, reference) == pytest.approx(
        expected, abs=1e3 * np.finfo(float).eps
    )
    assert reference.as_dict(before, after)["level"] == reference.offset


@pytest.mark.analytic
def test_weights_of_a_film_with_hall_effect_are_of_the_symmetric_part():
    """A part odd in m, whose rows and columns sum to 0, changes no pair and no weight."""
    turn = np.array([[0.0, 1, -1, 0], [-1, 0, 1, 0], [1, -1, 0, 0], [0, 0, 0, 0]])
    odd = 0.1 * np.abs(BEFORE).max() * turn
    assert pair_conductances(BEFORE + odd) == pytest.approx(pair_conductances(BEFORE))
    found = conductance_weights(BEFORE + odd, AFTER - odd, Reference())
    np.testing.assert_allclose(found, conductance_weights(BEFORE, AFTER, Reference()), atol=1e-12)
    assert hall_conductance(BEFORE + odd) == pytest.approx(odd.max())
    assert hall_conductance(BEFORE) == 0
