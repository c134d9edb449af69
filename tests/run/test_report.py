"""What is said at the end of a run."""

import csv
import json
from itertools import product

import numpy as np
import pytest

from hebbfilm.common.text import counted, listed, percent
from hebbfilm.hopfield import (
    Reference,
    conductance_weights,
    format_pattern,
    hebb_correlation,
    recall_table,
)
from hebbfilm.run.analysis.run_text import run_report
from hebbfilm.run.folder.recall_table import read_recall, write_recall


def test_short_table_of_recall_is_shown_whole(run_folder_maker, tmp_path):
    """Of the 16 starts of the made-up run one in 13 is not recalled: the seventh."""
    text = run_report(run_folder_maker(tmp_path / "run", size=60.0))
    rows = [line.split() for line in text.splitlines() if line.endswith((" yes", " no"))]
    assert [row[2] for row in rows] == 6 * ["yes"] + ["no"] + 9 * ["yes"]
    assert "in every order from 15 of 16 starts" in text
    assert "more starts" not in text


def test_of_a_long_table_of_recall_a_part_is_shown(run_folder_maker, tmp_path):
    folder = run_folder_maker(tmp_path / "run", contacts=7, size=60.0)
    states = [format_pattern(state) for state in product((1, -1), repeat=7)]
    with (folder / "recall.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["start"] for row in rows] == states
    lines = run_report(folder).splitlines()
    shown = [line for line in lines if line.endswith((" yes", " no"))]
    assert [line.split()[0] for line in shown] == states[:16]
    assert "… and 112 more starts, all in recall.csv" in lines


def test_start_from_which_recall_oscillates_is_told(run_folder_maker, tmp_path):
    folder = run_folder_maker(tmp_path / "run", size=60.0)
    table = folder / "recall.csv"
    header, *rows = table.read_text().splitlines()
    rows = [f"{row},{int(number == 6)},0" for number, row in enumerate(rows)]
    table.write_text("\n".join([f"{header},oscillates,ideal_oscillates", *rows, ""]))
    (told,) = [line for line in run_report(folder).splitlines() if "oscillates" in line]
    assert told.split("  ")[0] == rows[6].split('"')[1]


def test_table_of_recall_says_where_it_oscillates(tmp_path):
    """Two units that hold each other: ++ and -- stay, +- and -+ follow each other."""
    table = recall_table([[0, 1], [1, 0]], ["++"], rule="synchronous")
    ideal = recall_table([[0, 1], [1, 0]], ["++"])
    write_recall(tmp_path, table, ideal)
    found = read_recall(tmp_path, 2)
    assert found.oscillates.tolist() == [False, True, True, False]
    assert found.always_recalled.tolist() == [True, False, False, True]
    with (tmp_path / "recall.csv").open(newline="") as file:
        assert {row["ideal_oscillates"] for row in csv.DictReader(file)} == {"0"}


def test_stack_is_reported(run_folder_maker, tmp_path):
    """μ₀ 4e5 A/m is 502.7 mT; what does not act is left out."""
    text = run_report(run_folder_maker(tmp_path / "run", size=60.0, stack=True))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    for told in (
        "Estimated for one temperature of the whole film, for comparison: a rise of 900.0 K "
        "at most",
        "Current: 25 % in the film, 75 % in layer pt; film and layers together have an AMR of "
        "4.35 %",
        "Temperature: 380.0 K at most, at (0, 155, 0) nm, 95 nm from contact rim_1, after 11 ns; "
        "mean of the film 330.0 K at most",
        "At the end of the run 300.1 K at most, mean 300.0 K",
        "Heat: of 5e-13 J from the sources went 79.8 % to the substrate, 20.0 % to contact rim_1, "
        "0.2 % to what is still warm; off by 2e-09",
        "what turns m largest / mT mean / mT",
        "exchange 502.7 125.7",
        "spin-orbit, damping-like 10.05 2.513",
    ):
        assert told in lines
    assert "zeeman" not in text


def test_run_without_a_stack_says_nothing_of_it(run_folder_maker, tmp_path):
    text = run_report(run_folder_maker(tmp_path / "run", size=60.0))
    assert not any(word in text for word in ("Temperature:", "Current:", "turns m", "\n\n\n"))


def _changed(folder, change):
    summary = json.loads((folder / "summary.json").read_text())
    change(summary)
    (folder / "summary.json").write_text(json.dumps(summary))
    return run_report(folder)


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        (Reference("untrained"), "the relative change lies above its mean over pairs"),
        (Reference("untrained_offset", 0.01), "the relative change lies above the offset"),
        (Reference("absolute"), "the change in S lies above its mean over pairs"),
        (Reference("mean"), "the conductance in S lies above its mean over pairs"),
    ],
)
def test_sign_of_a_weight_is_told_beside_it(run_folder_maker, tmp_path, reference, told):
    def by_reference(summary):
        names = ("conductance_before", "conductance_after")
        weights = conductance_weights(*(np.array(summary[name]) for name in names), reference)
        summary["weights"] = weights.tolist()
        summary["hebb_correlation"] = hebb_correlation(weights, summary["patterns"])
        summary["reference"] = {"rule": reference.rule, "offset": reference.offset}

    text = _changed(run_folder_maker(tmp_path / "run", size=60.0), by_reference)
    assert f"\nA weight is minus how far {told}\nReference: {reference.rule}. " in text


def test_heat_that_leaves_is_told_in_sentences(run_folder_maker, tmp_path):
    folder = run_folder_maker(tmp_path / "run", size=60.0)
    text = run_report(folder)
    assert "4.00e-13 J: without heat loss, an average temperature rise of 900 K\n" in text
    assert "The local rise is up to 2.0 times the average, if no heat spreads along" in text
    assert "set material.heat_transfer_coefficient" in text
    leaves = {
        "time_constant": 1.2e-10,
        "steady_temperature_rise": 12.0,
        "peak_temperature_rise": 11.0,
        "final_temperature_rise": 3.0,
    }
    text = _changed(folder, lambda summary: summary["heating"].update(leaves))
    assert "the estimated average rise is at most 11 K, and 3 K at the end of the run" in text
    assert "at constant peak power it would reach 12 K, with a time constant of 0.12 ns" in text
    assert "heat_transfer_coefficient" not in text


def test_patterns_are_told_apart_by_eye(run_folder_maker, tmp_path):
    folder = run_folder_maker(tmp_path / "run", size=60.0)
    assert "Trained on (+,+,-,-)\n" in run_report(folder)
    assert listed(["+,-", "-,-"]) == "(+,-) and (-,-)"
    assert listed(["+,-", "-,-", "-,+"]) == "(+,-), (-,-) and (-,+)"


def test_what_is_said_of_m_has_its_unit(run_folder_maker, tmp_path):
    folder = run_folder_maker(tmp_path / "run", size=60.0)
    assert "mV changes m by at most" in run_report(folder)
    angles = {"relax": 0.9, "train": 1.8, "rest": 0.8}
    text = _changed(folder, lambda summary: summary["checks"].update(largest_angle=angles))
    assert "(limit 1.57 rad, not under current)" in text
    assert "Warning" not in text


@pytest.mark.parametrize(("number", "text"), [(0, "0 runs"), (1, "1 run"), (2, "2 runs")])
def test_nouns_agree_with_their_numbers(number, text):
    assert counted(number, "run") == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0.0, "0"), (1e-4, "1"), (0.125, "12"), (0.996, "99"), (0.99999, "99"), (1.0, "100")],
)
def test_percent_says_all_and_none_of_these_alone(fraction, text):
    assert percent(fraction) == text


def test_film_without_weights_has_no_recall(run_folder_maker, tmp_path):
    folder = run_folder_maker(tmp_path / "run", contacts=2, size=60.0)
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["weights"] == [[0.0, 0.0], [0.0, 0.0]]
    text = run_report(folder)
    assert "No recall: all weights are 0" in text
    assert "Recalled:" not in text


@pytest.mark.parametrize("name", ["recalled", "always_recalled"])
def test_tables_of_earlier_versions_are_read(run_folder_maker, tmp_path, name):
    folder = run_folder_maker(tmp_path / "run", size=60.0)
    table = folder / "recall.csv"
    table.write_text(table.read_text().replace("always_recalled", name))
    assert "in every order from 15 of 16 starts" in run_report(folder)
