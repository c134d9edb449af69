"""Recall on chip as a part of a run: its tables, its summary, and what it compares."""

import argparse
import csv
import json
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.contact_pairs import relative_change
from hebbfilm.run.analysis.held_chip import held_text, recall_held
from hebbfilm.run.analysis.metrics import METRICS, run_metrics
from hebbfilm.run.analysis.run_text import run_report
from hebbfilm.run.commands import chip
from hebbfilm.run.folder.reader import read_case_of_run, read_run
from hebbfilm.run.inputs.case import parse_case
from hebbfilm.run.inputs.workload import check_workload
from hebbfilm.run.pictures.gallery import draw_all
from hebbfilm.run.training.training_run import train

CASE = """
[layout]
kind = "wheel"
mesh_size = 20e-9
{layout}
[initial]
relaxation = 2e-11
[training]
patterns = ["+,+,-,-"]
duration = 1e-10
rest = 2e-11
[reading]
duration = 2e-13
reference = "{rule}"
[output]
sample_interval = 2e-11
[numerics]
allow_coarse_mesh = true
[recall]
voltage = 2e-3
period = 2e-14
{recall}
"""


def case_of(rule="untrained", recall="", layout="", top=""):
    text = top + CASE.format(rule=rule, recall=recall, layout=layout)
    return parse_case(tomllib.loads(text))


@pytest.fixture(scope="module")
def run(comm, tmp_path_factory):
    """The folder of a finished run that recalls from all 16 states."""
    folder = comm.bcast(tmp_path_factory.mktemp("chip") / "run")
    train(case_of(), folder, comm, quiet=True)
    comm.barrier()
    return folder


@pytest.mark.cross_method
def test_every_start_leads_where_the_matrix_does_and_the_table_tells_it(run):
    """In ticks of 20 fs the film hardly moves, so that both go by the same weights."""
    found = read_run(run)
    recalls, told = found.recall_on_chip, found.summary.recall_on_chip
    assert len(recalls.starts) == 16
    assert recalls.agree.all()
    assert recalls.settled.all()
    assert told.agreement == told.settled == 1.0
    assert (recalls.switches > 0).any()
    assert np.allclose(recalls.time, 2e-14 * recalls.periods, rtol=1e-9, atol=0)
    # One recall after another, without a gap.
    assert np.allclose(recalls.begin[1:], (recalls.begin + recalls.time)[:-1], rtol=1e-9, atol=0)


@pytest.mark.cross_method
def test_energy_is_the_power_of_the_ticks(run):
    """A row at the end of a tick has the power of the next; that of the first is VᵀGV.

    In the ticks of a recall G moves by less than 1e-3, and so does the power.
    """
    found = read_run(run)
    table, recalls = found.conductance, found.recall_on_chip
    in_recall = np.array(table.phase) == "recall"
    assert in_recall.sum() == recalls.periods.sum()
    volts = 2e-3 * recalls.starts[0].astype(float)
    volts[np.random.default_rng([0, 0]).permutation(4)[0]] = 0.0
    first = volts @ found.summary.conductance_after @ volts
    rest = table.power[in_recall][: recalls.periods[0] - 1].sum()
    assert recalls.energy[0] == pytest.approx(2e-14 * (first + rest), rel=1e-3, abs=0)


@pytest.mark.analytic
@pytest.mark.parametrize("rule", ["absolute", "untrained", "mean"])
def test_resistors_make_the_weights_of_the_run(comm, shared_tmp_path, rule):
    """w_ij = G_ij - G_ref,ij: those of the rule itself, in S; of a relative rule times g_before."""
    folder = shared_tmp_path / rule
    train(case_of(rule, 'starts = ["+,+,+,+"]\nclamped = ["centre"]'), folder, comm, quiet=True)
    comm.barrier()
    summary = read_run(folder).summary
    scale = -summary.conductance_before if rule == "untrained" else np.ones((4, 4))
    expected = summary.weights * scale
    np.fill_diagonal(expected, 0.0)
    assert np.abs(expected).max() > 0
    # Conductances of mS are subtracted from each other.
    assert np.allclose(summary.recall_on_chip.weights, expected, rtol=0, atol=1e-14)
    assert summary.recall_on_chip.level == pytest.approx(summary.reference.level, abs=0)
    assert not summary.recall_on_chip.level_given
    assert read_run(folder).recall_on_chip.ends[0, 3] == 1


@pytest.mark.analytic
def test_level_may_be_fixed_beforehand(comm, shared_tmp_path):
    """Far above all changes every pair is attractive: all states end at (+ + + +) or its negative.

    Two of either sign are a tie but for the differences of g, so only starts of three are told.
    """
    folder = shared_tmp_path / "run"
    train(
        case_of(recall='level = 0.5\nstarts = ["+,+,+,-", "-,-,+,-"]\norder = "in_turn"'),
        folder,
        comm,
        quiet=True,
    )
    comm.barrier()
    found = read_run(folder)
    told = found.summary.recall_on_chip
    assert (told.level, told.level_unit, told.level_given) == (0.5, "1", True)
    assert found.recall_on_chip.ends.tolist() == [4 * [1], 4 * [-1]]
    assert not found.recall_on_chip.recalled.any()


@pytest.mark.cross_method
def test_film_beside_takes_the_place_of_resistors(comm, shared_tmp_path):
    """The same mesh and maze, never presented with anything: w is minus the change in S."""
    folder = shared_tmp_path / "run"
    case = case_of(recall='reference = "film"', layout="copies = 2", top='neurons = "reference"\n')
    train(case, folder, comm, quiet=True)
    comm.barrier()
    found = read_run(folder)
    told, summary = found.summary.recall_on_chip, found.summary
    beside = summary.reference_film["trained"]
    expected = summary.conductance_after - beside
    np.fill_diagonal(expected, 0.0)
    assert told.level is None
    # Between films that are solved at once, G is as symmetric as the tolerance of the solver is.
    assert np.allclose(told.weights, expected, rtol=0, atol=1e-9 * np.abs(beside).max())
    assert found.recall_on_chip.agree.all()


@pytest.mark.analytic
def test_level_beside_a_film_is_in_siemens(comm, shared_tmp_path):
    """1 S more than the reference film for all pairs: every pair is attractive."""
    folder = shared_tmp_path / "run"
    recall = 'reference = "film"\nlevel = 1.0\nstarts = ["+,-,-,-"]'
    case = case_of(recall=recall, layout="copies = 2", top='neurons = "reference"\n')
    train(case, folder, comm, quiet=True)
    comm.barrier()
    found = read_run(folder)
    told = found.summary.recall_on_chip
    assert (told.level, told.level_unit, told.level_given) == (1.0, "S", True)
    # The films differ by less than they conduct, a few mS.
    assert np.allclose(told.weights, 1 - np.eye(4), rtol=0, atol=1e-3)
    assert found.recall_on_chip.ends.tolist() == [4 * [-1]]


@pytest.mark.cross_method
def test_change_of_the_film_is_that_between_its_readings(run):
    summary = read_run(run).summary
    told = summary.recall_on_chip
    for name, before, after in (
        ("largest_change", summary.conductance_after, told.conductance),
        ("largest_change_left_alone", summary.conductance_after, told.conductance_left_alone),
        ("largest_change_by_recall", told.conductance_left_alone, told.conductance),
    ):
        expected = np.abs(relative_change(before, after)).max()
        assert getattr(told, name) == pytest.approx(expected, rel=1e-9, abs=0)
    # A film that has rested for 20 ps goes on to change, and recall changes little beside that.
    assert told.largest_change_left_alone > 10 * told.largest_change_by_recall > 0


@pytest.mark.regression
def test_studies_and_reports_tell_of_it(run, comm):
    if comm.rank == 0:
        metrics = run_metrics(run, read_case_of_run(run))
        told = read_run(run).summary.recall_on_chip
        assert METRICS[-3:] == ("chip_agreement", "chip_recalled", "chip_disturb")
        assert [metrics[name] for name in METRICS[-3:]] == [
            told.agreement, told.recalled, told.largest_change_by_recall]  # fmt: skip
        text = run_report(run)
        assert "Recall on chip by comparators at 2 mV, against resistors" in text
        assert "from 16 of 16 starts" in text
    comm.barrier()


@pytest.mark.regression
def test_picture_of_it_is_drawn(run, comm):
    if comm.rank == 0:
        assert "recall_on_chip.png" in [path.name for path in draw_all(run)]
    comm.barrier()


@pytest.mark.parametrize("column", ["end", "agree", "time_s"])
def test_tables_that_were_changed_are_refused(run, comm, shared_tmp_path, column):
    if comm.rank == 0:
        copy = shutil.copytree(run, shared_tmp_path / "copy")
        path = copy / "recall_on_chip.csv"
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
        other = {"end": "+,+,+,+", "agree": "0", "time_s": "1e-9"}
        rows[3][column] = other[column]
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        with pytest.raises(InputError, match=r"recall_on_chip\.csv: "):
            read_run(copy)
        # Even where the summary would vouch for the file itself.
        summary = json.loads((copy / "summary.json").read_text())
        del summary["files"], summary["checksum"]
        (copy / "summary.json").write_text(json.dumps(summary))
        with pytest.raises(InputError, match=r"recall_on_chip\.csv: "):
            read_run(copy)
    comm.barrier()


@pytest.mark.parametrize(
    ("recall", "message"),
    [
        ("voltage = 2.0e3", "recall.voltage = 2000 V: allowed are .* did you mean 2"),
        ("noise = 5e-3", None),
        ("gain_spread = 1e300", r"recall.gain_spread = 1e\+300: allowed are"),
        ("gain_spread = 5.0", "recall.gain_spread = 5: allowed are .* did you mean 0.05"),
        ("mismatch = 1e300", r"recall.mismatch = 1e\+300: allowed are"),
        ("level = 5.0", "recall.level = 5: allowed are .* siemens"),
        ("level = 1e300", r"recall.level = 1e\+300: allowed are"),
        ("offset = -1.0", "recall.offset = -1 A: allowed are .* did you mean -1e-06"),
        ('circuit = "amplifiers"\ngain = 1e300', r"recall.gain = 1e\+300 1/A: allowed are"),
        (
            'circuit = "amplifiers"\nperiod = 1e-11\ntime_constant = 1e-14',
            "recall.time_constant = 1e-14: must be 0.05 of the period, .* period = 5e-14",
        ),
        ('clamped = ["rim_1", "rim_1"]', "recall.clamped: neuron 'rim_1' is there twice"),
        ('starts = ["++--", "+,+,-,-"]', r"recall.starts has '\+,\+,-,-' twice"),
        ("noise = 5.0", "recall.noise = 5 A: allowed are .* did you mean 5e-06"),
        ("period = 10.0", "recall.period = 10 s: allowed are .* did you mean 1e-08"),
        ('circuit = "comparator"', "recall.circuit = 'comparator': must be 'comparators' or"),
        (
            "gain = 1e7",
            "recall.gain = .*: is of circuit = 'amplifiers'; comparators have",
        ),
        ('reference = "film"', "recall.reference = 'film': no film is there to compare with"),
        ("starts = []", "recall.starts is empty: give at least one"),
        ('starts = ["+,+"]', "2 signs"),
        ('clamped = ["rim_9"]', "recall.clamped: neuron 'rim_9'.*rim_1"),
        ('clamped = ["rim_1", "rim_2", "rim_3", "centre"]', "recall.clamped has all neurons"),
        ("periods = 1e-12", r"periods.*\[recall\].*period"),
        ("most_periods = 0", "recall.most_periods = 0: must be greater than or equal to 1"),
        ("most_periods = 1000000000000", "recall.most_periods"),
    ],
)
def test_slips_are_told_in_one_line_before_anything_is_meshed(recall, message):
    content = tomllib.loads(CASE.format(rule="untrained", layout="", recall=""))
    content["recall"] |= tomllib.loads(recall)
    if message is None:
        parse_case(content)
        return

    def check():
        case = parse_case(content)
        check_workload(case, case.film_source())

    with pytest.raises(InputError, match=message) as told:
        check()
    assert "\n" not in str(told.value)


def test_recall_without_training_is_refused():
    with pytest.raises(InputError, match=r"\[recall\]: nothing is learnt that could be recalled"):
        parse_case({"layout": {"kind": "wheel"}, "recall": {}})


def test_study_of_the_wheel_is_whole():
    """Seven patterns, no two the same up to the sign, in three mazes."""
    path = Path(__file__).parents[2] / "run" / "cases" / "studies" / "chip_wheel.toml"
    study = tomllib.loads(path.read_text())
    patterns = [values[0] for values in study["vary"][0]["values"]]
    assert len(patterns) == 7
    assert study["seeds"] == [601, 602, 603]


CORRUPTED = """
held_after = 3
most_periods = 60
[recall.starts]
flipped = [0.25, 0.5]
number = 4
seed = 2
"""


@pytest.fixture(scope="module")
def held(comm, tmp_path_factory):
    """A run that recalls from corrupted patterns; in the first three recalls its film moves."""
    folder = comm.bcast(tmp_path_factory.mktemp("held") / "run")
    train(case_of(recall=CORRUPTED), folder, comm, quiet=True)
    comm.barrier()
    return folder


@pytest.mark.cross_method
def test_a_held_film_recalls_like_one_that_moves(run, held, comm, shared_tmp_path):
    """In ticks of 20 fs m hardly moves: same ends, and energies to 1e-3, as of G after training."""
    moving = shared_tmp_path / "moving"
    text = CORRUPTED.replace("held_after = 3\n", "")
    train(case_of(recall=text), moving, comm, quiet=True)
    comm.barrier()
    first, second = read_run(held).recall_on_chip, read_run(moving).recall_on_chip
    assert len(first.starts) == 8
    for name in ("starts", "ends", "matrix_ends", "periods", "switches"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    np.testing.assert_allclose(first.energy, second.energy, rtol=1e-3)
    # The rows of the table are those of a film that moves.
    phases = np.array(read_run(held).conductance.phase)
    assert (phases == "recall").sum() == first.periods[:3].sum()
    assert (first.begin[3:] == first.begin[3]).all()


@pytest.mark.analytic
def test_corrupted_patterns_are_told_by_their_flips(held):
    """Of four signs a quarter is one; a half is two, from pattern and negative alike."""
    found = read_run(held)
    told = found.summary.recall_on_chip
    assert told.moving == 3
    assert [(each.flips, each.starts) for each in told.corrected] == [(1, 4), (2, 4)]
    distance = (found.recall_on_chip.starts != found.summary.patterns[0]).sum(axis=1)
    np.testing.assert_array_equal(distance, 4 * [1, 2])
    report = run_report(held)
    assert "Corrupted by 1 flipped signs, from the nearest stored state: " in report
    assert "In the first 3 of them m moved" in report


def test_all_recalls_may_be_held(comm, shared_tmp_path):
    """Then the film is as it was trained, and left alone for no time."""
    folder = shared_tmp_path / "run"
    train(case_of(recall='held_after = 0\nstarts = ["+,+,-,+"]'), folder, comm, quiet=True)
    comm.barrier()
    told = read_run(folder).summary.recall_on_chip
    assert told.largest_change == told.largest_change_left_alone == 0.0
    assert told.agreement == 1.0


@pytest.mark.cross_method
def test_a_finished_run_is_recalled_from_its_readings_alone(held, comm):
    """`hebbfilm chip` finds what the run itself found after three recalls had moved m a little."""
    found = read_run(held)
    again = recall_held(found, read_case_of_run(held))
    recalls = found.recall_on_chip
    np.testing.assert_array_equal(again.starts, recalls.starts)
    np.testing.assert_array_equal(again.ends, recalls.ends)
    np.testing.assert_array_equal(again.agree, recalls.agree)
    np.testing.assert_allclose(again.energy, recalls.energy, rtol=1e-3)
    told = held_text(found, again)
    assert "Recall by comparators at 2 mV" in told
    assert "the training took" in told


@pytest.mark.analytic
def test_faults_and_leads_of_a_finished_run_may_be_others(held):
    """Noise far above w V leaves no agreement; a clock twice as slow takes twice the energy."""
    found = read_run(held)
    plain = recall_held(found, read_case_of_run(held))
    slow = recall_held(found, read_case_of_run(held, ["recall.period=4e-14"]))
    np.testing.assert_allclose(slow.energy, 2 * plain.energy, rtol=1e-12)
    noisy = recall_held(found, read_case_of_run(held, ["recall.noise=1e-3"]))
    assert not noisy.agree.all()
    behind = recall_held(found, read_case_of_run(held, ["contacts.lead_resistance=100"]))
    assert (behind.energy < plain.energy)[behind.time <= plain.time].all()


def test_a_circuit_that_needs_more_than_readings_is_refused(held):
    found = read_run(held)
    case = read_case_of_run(held, ["recall.reference=bridge"])
    with pytest.raises(InputError, match="needs neurons of one contact each"):
        recall_held(found, case)


def test_leads_of_contacts_that_are_not_there_are_refused(held):
    case = read_case_of_run(held, ["contacts.lead_resistance={rim_9=100}"])
    with pytest.raises(InputError, match=r"contacts\.lead_resistance: no contact rim_9 .*rim_1"):
        recall_held(read_run(held), case)


@pytest.mark.parametrize(
    "setting",
    [
        "training.voltage=0.1",
        "layout.mesh_size=1e-8",
        "contacts.specific_resistance=1e-15",
        'contacts.tied=[["rim_1", "rim_2"]]',
        "recall.held_after=2",
    ],
)
def test_keys_that_a_held_film_does_not_heed_are_refused(held, comm, setting):
    options = argparse.Namespace(run_folder=held, set=["recall.noise=1e-8", setting])
    key = setting.partition("=")[0]
    with pytest.raises(InputError, match=f"held, so that {key} does nothing; allowed are keys of"):
        chip.run(options, comm)
