"""All readings of hand-made conductances, each with what it recalls."""

import numpy as np
import pytest

from hebbfilm.hopfield import (
    Reference,
    conductance_weights,
    hebb_correlation,
    hebb_weights,
    recall_success,
    recall_table,
)
from hebbfilm.hopfield.contact_pairs import conductance_matrix
from hebbfilm.hopfield.readings import all_references, best_first, read_by

XI = np.array([1, -1, -1, -1])
OPPOSITE = (np.outer(XI, XI) < 0)[np.triu_indices(4, 1)]
G0 = np.array([2.0, 3.0, 2.5, 3.5, 2.2, 2.7]) * 1e-3
# Of pairs 12, 13, 14, 23, 24, 34, of which the last three have equal signs.
POLARITY = np.array([1.0, -2.0, 1.0, 2.0, -1.0, 0.0]) * 1e-4
READINGS = {
    label: conductance_matrix(g, 4)
    for label, g in {
        "untrained": G0,
        "formed": G0 + POLARITY[::-1],
        "A": G0 + 1e-4 * OPPOSITE + POLARITY,
        "-A": G0 + 1e-4 * OPPOSITE - POLARITY,
        "trained": G0 + 1e-4 * OPPOSITE - POLARITY,
        "uniform": np.full(6, 2e-3),
    }.items()
}


def moments(references):
    return [(r.since, r.of) for r in references if r.rule == "absolute"]


@pytest.mark.analytic
def test_references_are_all_that_the_moments_allow():
    found = list(all_references(list(READINGS), ["A"]))
    assert len(set(found)) == len(found)
    expected = {
        # What was read before the training, and what came later, is compared with nothing.
        (since, of)
        for of, earlier in {
            ("A",): ["formed"],
            ("-A",): ["formed", "A"],
            ("trained",): ["formed", "A", "-A"],
            ("A", "-A"): ["formed"],
            ("-A", "trained"): ["formed", "A"],
        }.items()
        for since in ["untrained", *earlier, "uniform", *(["reference_film"] * (of == ("A",)))]
    }
    assert sorted(moments(found)) == sorted(expected)
    for rule in ("untrained", "untrained_offset", "absolute_offset"):
        assert {(r.since, r.of) for r in found if r.rule == rule} == expected
    assert {r.offset for r in found if r.rule.endswith("offset")} == {0.0}
    assert len([r for r in found if r.rule == "mean"]) == 5
    assert moments(all_references(["untrained", "trained"])) == [("untrained", ("trained",))]


@pytest.mark.analytic
def test_mean_of_both_polarities_is_the_best_reading():
    every = all_references(list(READINGS))
    found = best_first([read_by(reference, READINGS, {}, [XI]) for reference in every])
    best = found[0]
    assert best.reference.of == ("A", "-A")
    assert best.from_all
    assert best.parts
    by_reference = {result.reference: result for result in found}
    absolute = by_reference[Reference("absolute", of=("A", "-A"))]
    # 100 µS of the pairs of opposite signs, and nothing else: rounding of g of some mS.
    assert absolute.margin == pytest.approx(1e-4, rel=0, abs=1e-17)
    assert absolute.correlation == pytest.approx(1.0, rel=0, abs=1e-12)
    # -100 µS of the pair 13 after A, 200 µS of the pair 23.
    alone = by_reference[Reference("absolute", of="A")]
    assert alone.margin == pytest.approx(-3e-4, rel=0, abs=1e-17)
    assert not alone.from_all
    relative = by_reference[Reference(of=("A", "-A"))]
    assert relative.margin == pytest.approx(1e-4 / 3e-3, rel=1e-9)
    ranks = [result.rank for result in found]
    assert ranks == sorted(ranks, reverse=True)


@pytest.mark.cross_method
@pytest.mark.parametrize("reference", list(all_references(list(READINGS)))[::7])
def test_figures_are_those_of_the_weights(reference):
    found = read_by(reference, READINGS, {}, [XI])
    w = conductance_weights(*reference.matrices(READINGS), reference)
    expected = recall_success(recall_table(w, [XI], orders=4))
    assert found.recalled == (expected if w.any() else None)
    assert found.correlation == hebb_correlation(w, [XI])
    off = w[np.triu_indices(4, 1)]
    # A weight is the level less the signal.
    assert found.margin == pytest.approx(off[~OPPOSITE].min() - off[OPPOSITE].max(), abs=1e-15)


@pytest.mark.analytic
def test_reading_without_weights_comes_last():
    same = {"untrained": READINGS["untrained"], "trained": READINGS["untrained"]}
    found = [read_by(Reference(rule), same, {}, [XI]) for rule in ("absolute", "mean")]
    assert [result.recalled is None for result in found] == [True, False]
    assert [result.from_all for result in found] == [False, False]
    assert best_first(found) == found[::-1]


@pytest.mark.analytic
def test_a_pattern_that_is_lost_does_not_count_as_recalled():
    """Weights of A alone: recall leads to A from everywhere, from B too."""
    readings = {"untrained": conductance_matrix(np.ones(6), 4)}
    for label, patterns in (("A", ["++--"]), ("both", ["++--", "+-+-"])):
        grown = 1 - 0.01 * hebb_weights(patterns)[np.triu_indices(4, 1)]
        readings[label] = conductance_matrix(grown, 4)
    alone, both = (
        read_by(Reference("absolute_offset", 0.0, of=of), readings, {}, ["++--", "+-+-"])
        for of in ("A", "both")
    )
    assert (alone.stable, alone.stored, alone.recalled) == (2, 4, 1.0)
    assert not alone.from_all
    assert (both.stable, both.stored) == (4, 4)
    assert best_first([alone, both])[0] == both
