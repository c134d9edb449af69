"""Runs of a study by what they differ in, and by the signs of voltages."""

from types import SimpleNamespace

import numpy as np
import pytest

from hebbfilm.hopfield import Reference
from hebbfilm.hopfield.readings import ReadingResult
from hebbfilm.run.analysis.conditions import conditions, conditions_text, ranked
from hebbfilm.run.analysis.signs import changes_by_signs, signs_text

OWN, OTHER = Reference("absolute"), Reference("untrained")


def case(size, pattern, seed, voltage=0.05):
    return {
        "layout": {"kind": "inner_pads", "size": size},
        "initial": {"seed": seed},
        "training": {"patterns": [pattern], "voltage": voltage},
    }


def test_patterns_and_seeds_make_no_condition():
    cases = {"a": case(3e-7, "++-", 1), "b": case(3e-7, "+-+", 2), "c": case(6e-7, "++-", 1)}
    assert conditions(cases) == {"a": "size = 3e-07", "b": "size = 3e-07", "c": "size = 6e-07"}
    assert conditions({"a": cases["a"], "b": cases["b"]}) == {"a": "all alike", "b": "all alike"}
    several = cases | {"d": case(6e-7, "++-", 1, voltage=0.1)}
    assert conditions(several)["d"] == "size = 6e-07, voltage = 0.1"


def result(reference, recalled, margin):
    return ReadingResult(reference, 2, 2, recalled, margin, None)


def test_the_condition_that_recalls_most_comes_first():
    results = {
        "a": [result(OWN, 1.0, 1.0), result(OTHER, 1.0, 1.0)],
        "b": [result(OWN, 0.5, -1.0), result(OTHER, 1.0, 1.0)],
        "c": [result(OWN, 1.0, -1.0), result(OTHER, 0.0, -1.0)],
    }
    condition = {"a": "small", "b": "small", "c": "large"}
    large, small = ranked(condition, results, dict.fromkeys(results, OWN))
    assert (large["condition"], large["recalled"], large["runs"], large["parts"]) == (
        "large",
        1,
        1,
        0,
    )
    assert (small["condition"], small["recalled"], small["runs"], small["parts"]) == (
        "small",
        1,
        2,
        1,
    )
    assert small["best_recalled"] == 2
    assert small["best_reading"].startswith("untrained of trained since untrained")
    text = "\n".join(conditions_text([large, small]))
    assert text.index("large") < text.index("small")
    assert "1 of 2 [" in text
    assert conditions_text([large]) == []


def conductance(changes):
    g = np.zeros((3, 3))
    g[np.triu_indices(3, 1)] = 1e-3 * (1 + np.array(changes))
    g += g.T
    return np.diag(g.sum(axis=0)) - g


def summary(pattern, sign, changes, neurons=()):
    return SimpleNamespace(
        patterns=np.array([pattern]),
        presentations=[SimpleNamespace(sign=sign)],
        neurons=neurons,
        conductance_before=conductance([0, 0, 0]),
        conductance_after=conductance(changes),
    )


@pytest.mark.analytic
def test_changes_by_the_signs_that_were_presented():
    # Pairs 12, 13, 23 of (+,+,-), and of its negative.
    runs = [summary((1, 1, -1), 1, [0.01, 0.03, 0.05]), summary((1, 1, -1), -1, [0.02, 0.03, 0.07])]
    found = {row["signs"]: row for row in changes_by_signs(runs)}
    assert {signs: row["pairs"] for signs, row in found.items()} == {"+ -": 4, "+ +": 1, "- -": 1}
    # Conductances of 1e-3 S as sums, rounded to some 1e-16 of themselves.
    assert found["+ +"]["mean"] == pytest.approx(0.01, rel=0, abs=1e-12)
    assert found["- -"]["mean"] == pytest.approx(0.02, rel=0, abs=1e-12)
    assert found["+ -"]["mean"] == pytest.approx(0.045, rel=0, abs=1e-12)
    expected = np.std([0.03, 0.05, 0.03, 0.07], ddof=1)
    assert found["+ -"]["deviation"] == pytest.approx(expected, rel=0, abs=1e-12)
    assert found["+ +"]["deviation"] is None
    assert "+ -  +4.50 ± 1.91 %  (4 pairs)" in signs_text(list(found.values()))


def test_both_signs_and_twins_are_left_out():
    both = summary((1, 1, -1), 1, [0, 0, 0])
    both.presentations.append(SimpleNamespace(sign=-1))
    twins = summary((1, 1, -1), 1, [0, 0, 0], (SimpleNamespace(contacts=("+a", "-b")),))
    assert changes_by_signs([both, twins]) == []
    assert signs_text([]) == []
