"""The metrics and pictures of a study, of runs made up."""

import json

import numpy as np
import pytest

from hebbfilm.run.analysis.metrics import run_metrics
from hebbfilm.run.commands.drawing import draw_study
from hebbfilm.run.folder.notes import Note
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.pictures.study import _rank_correlation
from hebbfilm.run.study.job import _stored
from hebbfilm.run.study.members import Member
from hebbfilm.run.study.outline import Outline, write_outline
from hebbfilm.run.study.table import Row, write_table


@pytest.mark.analytic
def test_values_that_rounding_parts_are_ties():
    """Predicted margins of one geometry differ by what the solver leaves."""
    noise = np.array([0.0, 3e-8, -2e-8, 1e-8])
    rising = np.array([1.0, 2.0, 3.0, 4.0])
    assert _rank_correlation(0.554 * (1 + noise), rising) == "All equal: no rank correlation"
    assert _rank_correlation(rising, 0.554 * (1 + noise)) == "All equal: no rank correlation"
    assert _rank_correlation(rising, rising**3) == "Rank correlation +1.00 of 4 runs"
    # Two pairs of ties: ranks 1.5, 1.5, 3.5, 3.5 against 1, 2, 3, 4 correlate by 2/√5.
    tied = np.array([0.5, 0.5, 0.6, 0.6]) * (1 + noise)
    assert _rank_correlation(tied, rising) == "Rank correlation +0.89 of 4 runs"


def test_films_of_two_contacts_have_no_figures_of_a_network(run_folder_maker, tmp_path):
    """All weights are 0: neither recall nor "exact" nor a margin stands in table or pictures."""
    folder = run_folder_maker(tmp_path / "run", contacts=2, size=60.0)
    case = parse_case({"layout": {"kind": "strip"}, "training": {"patterns": ["+,-"]}})
    metrics = run_metrics(folder, case)
    for name in ("recall_success", "hebb_correlation", "margin", "stored", "exact", "one_bit"):
        assert metrics[name] is None
    assert metrics["change_of_opposite_pairs"] == pytest.approx(
        json.loads((folder / "summary.json").read_text())["relative_change"]["c1-c2"]
    )
    assert metrics["change_of_equal_pairs"] is None
    members = [Member(f"voltage={v}", {"training.voltage": v}, case) for v in (0.02, 0.05)]
    rows = [Row(member, Note(status="finished"), metrics) for member in members]
    keys = ["training.voltage"]
    write_table(rows, keys, tmp_path)
    write_outline(Outline("Strips", keys, {m.name: m.settings for m in members}), tmp_path)
    draw_study(tmp_path)
    drawn = [path.name for path in (tmp_path / "pictures").iterdir()]
    assert drawn == ["change.png"]
    assert _stored(rows) == [
        "2 of 2 runs have no network to assess: all weights are 0; see hebbfilm synapse"
    ]
