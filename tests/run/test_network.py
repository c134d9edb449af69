"""`hebbfilm network`: its figures against the criteria, its pictures, on all ranks."""

import json
import re

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.common.statistics import wilson_interval
from hebbfilm.hopfield import (
    Reference,
    conductance_weights,
    hebb_correlation,
    random_patterns,
    storage_criteria,
)
from hebbfilm.hopfield.contact_pairs import pair_names, relative_change
from hebbfilm.run.analysis.metrics import METRICS, run_metrics
from hebbfilm.run.analysis.network import analyse_run
from hebbfilm.run.analysis.network_text import run_text
from hebbfilm.run.cli import main
from hebbfilm.run.folder.learnt import Learnt, read_learnt
from hebbfilm.run.folder.notes import Note, write_note
from hebbfilm.run.folder.reader import finished_runs
from hebbfilm.run.inputs.case import parse_case

PAIR = [[1, 1, -1, -1], [1, -1, 1, -1]]
ONE = [1, -1, -1, -1]
PICTURES = {"weights", "correction", "landscape", "basins", "robustness", "capacity", "textures"}


def teach(folder, patterns, gain, rng, spread=0.0):
    """Make the run have learnt: r = gain for each pattern that drives the pair."""
    path = folder / "summary.json"
    summary = json.loads(path.read_text())
    patterns = np.array(patterns)
    size = patterns.shape[1]
    driven = (patterns[:, :, None] != patterns[:, None, :]).sum(axis=0)
    noise = np.triu(rng.normal(scale=spread, size=(size, size)), k=1)
    g = 1e-3 * (1 - np.eye(size))
    for key, matrix in (("before", -g), ("after", -g * (1 + gain * driven + noise + noise.T))):
        np.fill_diagonal(matrix, -matrix.sum(axis=1))
        summary[f"conductance_{key}"] = matrix.tolist()
    before, after = (np.array(summary[f"conductance_{when}"]) for when in ("before", "after"))
    reference = Reference("untrained_offset", len(patterns) * gain / 2)
    w, changes = conductance_weights(before, after, reference), relative_change(before, after)
    summary |= {
        "patterns": patterns.tolist(),
        "reference": {"rule": reference.rule, "offset": reference.offset},
        "relative_change": dict(zip(pair_names(summary["contacts"]), changes, strict=True)),
        "weights": w.tolist(),
        "hebb_correlation": hebb_correlation(w, patterns),
    }
    path.write_text(json.dumps(summary))


@pytest.fixture(scope="module")
def folder(comm, tmp_path_factory, run_folder_maker):
    """Runs that have learnt as ideal Hebb would, a study of three, and one of them spoilt."""
    folder = comm.bcast(tmp_path_factory.mktemp("network"))
    if comm.rank == 0:
        rng = np.random.default_rng(1)
        teach(run_folder_maker(folder / "four", size=40.0), PAIR, 0.01, rng)
        teach(run_folder_maker(folder / "study" / "a", size=60.0), PAIR, 0.01, rng)
        teach(run_folder_maker(folder / "study" / "b", size=60.0), PAIR[:1], 0.01, rng)
        teach(run_folder_maker(folder / "study" / "c", size=60.0), PAIR, 0.01, rng, spread=0.1)
        (folder / "empty").mkdir()
    comm.barrier()
    return folder


@pytest.mark.cross_method
def test_run_is_analysed_and_drawn(folder, comm, capsys):
    run, out = folder / "four", folder / "four.json"
    assert main(["network", str(run), "--json", str(out)]) == 0
    printed = capsys.readouterr().out
    assert bool(printed) == (comm.rank == 0)
    found = json.loads(out.read_text())
    assert {path.stem for path in (run / "network").iterdir()} == PICTURES
    film, ideal = found["networks"]["film"], found["networks"]["hebb"]
    # w = p c/2 − r is c N/2 times Hebb's weights here: the same signs, the same recall.
    for key in ("stable", "firm", "fixed_points", "exact", "one_bit", "two_bit"):
        assert film[key] == ideal[key]
    assert film["exact"] is True
    expected = storage_criteria(np.array(film["weights"]), PAIR).as_dict()
    assert {key: film[key] for key in expected} == expected
    assert [point["stored"] for point in film["fixed_point_list"]] == 4 * [True]
    doses = {dose["driven_by"]: dose for dose in found["doses"]}
    assert {driven: dose["pairs"] for driven, dose in doses.items()} == {1: 4, 2: 2}
    assert doses[2]["mean"] == pytest.approx(0.02, rel=1e-9, abs=0)
    if comm.rank == 0:
        for told in ("4 of 4", "exact                    yes", "Still exact with weights rounded"):
            assert told in printed


@pytest.mark.analytic
def test_study_is_counted(folder, comm, capsys):
    out = folder / "study.json"
    assert main(["network", str(folder / "study"), "--json", str(out)]) == 0
    printed = capsys.readouterr().out
    found = json.loads(out.read_text())
    assert found["runs"] == ["a", "b", "c"]
    film = found["networks"]["film"]
    exact = [each["exact"] for each in film["by_run"]]
    assert exact[:2] == [True, True]
    assert film["exact"]["count"] == sum(exact)
    assert found["networks"]["hebb"]["exact"]["count"] == 3
    assert film["states_stored"] == 4 + 2 + 4
    one_bit = [each["one_bit"] for each in film["by_run"]]
    assert film["one_bit"]["mean"] == pytest.approx(np.mean(one_bit))
    low, high = film["one_bit"]["interval"]
    assert 0 <= low <= film["one_bit"]["mean"] <= high <= 1
    drawn = {path.stem for path in (folder / "study" / "network").iterdir()}
    assert drawn == {"correction", "doses", "capacity"}
    if comm.rank == 0:
        assert "3 runs" in printed
        assert f"{sum(exact)} of 3" in printed


@pytest.mark.analytic
def test_weights_are_read_by_another_rule(folder, comm, capsys):
    """With an offset of 5 c, far above any change, all weights are positive."""
    out = folder / "other.json"
    assert main(["network", str(folder / "four"), "--offset", "0.05", "--json", str(out)]) == 0
    w = np.array(json.loads(out.read_text())["networks"]["film"]["weights"])
    assert np.all(w[~np.eye(4, dtype=bool)] > 0)
    assert main(["network", str(folder / "four"), "--reference", "means"]) == 2
    assert ("allowed are untrained" in capsys.readouterr().err) == (comm.rank == 0)


def test_lost_summary_of_a_finished_run_is_named(run_folder_maker, tmp_path):
    """Else a study would be counted without it."""
    for name in ("a", "b"):
        run = run_folder_maker(tmp_path / name, size=60.0)
        write_note(run, Note(status="finished"))
    assert finished_runs(tmp_path) == [tmp_path / "a", tmp_path / "b"]
    (run / "summary.json").unlink()
    with pytest.raises(InputError, match=r"b/summary.json: no such file, though member.json"):
        finished_runs(tmp_path)
    write_note(run, Note(status="stopped"))
    assert finished_runs(tmp_path) == [tmp_path / "a"]


def test_what_is_no_run_is_refused(folder, comm, capsys):
    for given, told in (("empty", "no finished run is in it"), ("none", "no such folder")):
        assert main(["network", str(folder / given)]) == 2
        printed = capsys.readouterr().err
        assert (told in printed) == (comm.rank == 0)
        assert printed.count("\n") == (comm.rank == 0)


def test_damaged_summary_is_named(run_folder_maker, tmp_path):
    run = run_folder_maker(tmp_path / "run", size=60.0)
    summary = json.loads((run / "summary.json").read_text())
    del summary["conductance_after"]
    (run / "summary.json").write_text(json.dumps(summary))
    with pytest.raises(InputError, match="entry 'conductance_after' is missing"):
        read_learnt(run)


def test_runs_of_earlier_versions_have_no_figures_of_the_network(run_folder_maker, tmp_path):
    run = run_folder_maker(tmp_path / "run", size=60.0)
    summary = json.loads((run / "summary.json").read_text())
    del summary["network"]
    (run / "summary.json").write_text(json.dumps(summary))
    case = parse_case({"layout": {"kind": "wheel"}, "training": {"patterns": ["+,+,-,-"]}})
    metrics = run_metrics(run, case)
    assert tuple(metrics) == METRICS
    assert metrics["recall_success"] == 0.875
    assert metrics["exact"] is metrics["ideal_two_bit"] is None


def read_also(folder, **changes):
    """Make the run have read its film on the way, too: g since the untrained film in S by pair."""
    path = folder / "summary.json"
    summary = json.loads(path.read_text())
    before, after = (np.array(summary[f"conductance_{when}"]) for when in ("before", "after"))
    summary["readings"] = {"untrained": before.tolist()}
    for label, change in changes.items():
        matrix = before - np.where(np.eye(4), 0.0, change)
        matrix -= np.diag(matrix.sum(axis=1))
        summary["readings"][label] = matrix.tolist()
    summary["readings"]["trained"] = after.tolist()
    path.write_text(json.dumps(summary))


@pytest.fixture(scope="module")
def several(comm, tmp_path_factory, run_folder_maker):
    """Two runs of a study that were read after a pattern and after its negative."""
    folder = comm.bcast(tmp_path_factory.mktemp("several"))
    if comm.rank == 0:
        rng = np.random.default_rng(1)
        xi = np.array(ONE)
        learnt = 1e-5 * (np.outer(xi, xi) < 0)
        for name, polarity in (("a", 3e-5), ("b", 3e-6)):
            run = run_folder_maker(folder / "study" / name, size=60.0)
            teach(run, [ONE], 0.0, rng, spread=0.05)
            uneven = np.zeros((4, 4))
            uneven[1, 2] = uneven[2, 1] = polarity
            read_also(run, plus=learnt + uneven, minus=learnt - uneven, lifted=learnt + 2e-5)
    comm.barrier()
    return folder / "study"


@pytest.mark.analytic
def test_all_readings_stand_in_one_table(several, comm, capsys):
    out = several.parent / "all.json"
    run = several / "a"
    assert main(["network", str(run), "--reference", "all", "--json", str(out)]) == 0
    printed = capsys.readouterr().out
    comm.barrier()
    found = json.loads(out.read_text())
    assert json.loads((run / "network" / "readings.json").read_text()) == found
    assert found["moments"] == ["untrained", "plus", "minus", "lifted", "trained"]
    rows = {(r["rule"], r["since"], tuple(r["of"])): r for r in found["readings"]}
    both = rows["absolute", "untrained", ("plus", "minus")]
    # 10 µS of each pair of opposite signs, rounded as g of 1 mS.
    assert both["recalled"] == 1.0
    assert both["margin"] == pytest.approx(1e-5, rel=0, abs=1e-17)
    assert (both["margin_unit"], both["own"]) == ("S", False)
    # Alone, the pair of equal signs rises by 30 µS.
    plus = rows["absolute", "untrained", ("plus",)]
    assert plus["recalled"] < 1.0
    assert plus["margin"] == pytest.approx(-2e-5, rel=0, abs=1e-17)
    assert rows["mean", None, ("trained",)]["offset"] is None
    own = [r for r in found["readings"] if r["own"]]
    assert [(r["rule"], r["of"]) for r in own] == [("untrained_offset", ["trained"])]
    ranks = [
        (-1, -1) if r["recalled"] is None else (r["stable"], r["recalled"])
        for r in found["readings"]
    ]
    assert ranks == sorted(ranks, reverse=True)
    if comm.rank == 0:
        assert re.search(r"plus and minus +2 of 2 +100\.0 % +\+10\.000 µS", printed)
        assert "* as the run was read" in printed


@pytest.mark.analytic
def test_readings_of_a_study_count_its_runs(several, comm, capsys):
    assert main(["network", str(several), "--reference", "all"]) == 0
    printed = capsys.readouterr().out
    comm.barrier()
    found = json.loads((several / "network" / "readings.json").read_text())
    assert found["runs"] == ["a", "b"]
    rows = {(r["rule"], r["since"], tuple(r["of"])): r for r in found["readings"]}
    both = rows["absolute", "untrained", ("plus", "minus")]
    assert (both["recalled"]["count"], both["recalled"]["runs"]) == (2, 2)
    assert both["recalled"]["interval"] == pytest.approx(wilson_interval(2, 2))
    assert both["margin_above_zero"]["count"] == 2
    plus = rows["absolute", "untrained", ("plus",)]
    assert plus["recalled"]["count"] == plus["margin_above_zero"]["count"] == 1
    assert plus["not_recalled"] == ["a"]
    # All pairs rose, so that without a level all weights are negative, though they are parted.
    lifted = rows["absolute_offset", "untrained", ("lifted",)]
    assert (lifted["recalled"]["count"], lifted["margin_above_zero"]["count"]) == (0, 2)
    first = found["readings"][0]
    assert first["recalled"]["count"] == 2
    if comm.rank == 0:
        assert "2 of 2 [0.34, 1.00]" in printed


@pytest.mark.analytic
def test_weights_are_read_of_the_moments_asked_for(several, comm, capsys):
    out = several.parent / "one.json"
    asked = ["--reference", "absolute", "--of", "plus", "--of", "minus", "--json", str(out)]
    assert main(["network", str(several / "a"), *asked]) == 0
    comm.barrier()
    found = json.loads(out.read_text())
    assert found["reference"].endswith(", of the mean of plus and minus since untrained")
    w = np.array(found["networks"]["film"]["weights"])
    xi = np.array(ONE)
    # Three of six pairs rose by 10 µS.
    expected = np.where(np.outer(xi, xi) < 0, -5e-6, 5e-6)
    assert w[np.triu_indices(4, 1)] == pytest.approx(expected[np.triu_indices(4, 1)], abs=1e-17)
    for given, told in (
        (["--since", "formed"], "reference.since = 'formed': nothing is read then; allowed are"),
        (["--reference", "mean", "--since", "plus"], "rule 'mean' compares with no other film"),
        (["--reference", "all", "--of", "plus"], "--of plus: --reference all takes all"),
    ):
        assert main(["network", str(several / "a"), *given]) == 2
        printed = capsys.readouterr().err
        assert (told in printed) == (comm.rank == 0)
        assert printed.count("\n") == (comm.rank == 0)


@pytest.mark.analytic
def test_table_of_a_study_says_what_the_readings_of_its_runs_are_worth(folder):
    case = parse_case({"layout": {"kind": "wheel"}, "training": {"patterns": ["+,+,-,-"]}})
    metrics = run_metrics(folder / "study" / "b", case)
    # recall_success of the fixture is 0.875; r is 1 % of the pairs that the pattern drives.
    assert metrics["recalled"] == 0.0
    assert metrics["weight_margin"] == metrics["margin"] == pytest.approx(0.01, rel=1e-9)


def test_networks_of_many_signs_are_told_in_short():
    """No lines of 17 signs and commas, and no row for each number of flips beside the shares."""
    patterns = random_patterns(2, 17, seed=1)
    weights = np.array([np.outer(p, p) for p in patterns], dtype=float).sum(axis=0)
    np.fill_diagonal(weights, 0.0)
    gain = 1e-2 * weights / np.abs(weights).max()
    before = 17 * np.eye(17) - np.ones((17, 17))
    after = before * (1 + gain)
    learnt = Learnt(
        tuple(f"node_{k}" for k in range(1, 18)),
        np.array(patterns),
        before,
        after,
        Reference("untrained"),
    )
    told = run_text(analyse_run(learnt))
    assert told.startswith("17 neurons trained on 2 patterns\n")
    assert "+,-" not in told
    assert "corrected, " not in told
    assert "30 % (5) flipped" in told
