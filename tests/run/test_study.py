"""A study from its file to its table, on all ranks that there are."""

import csv
import json
import os
import signal
import time
from contextlib import nullcontext
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from hebbfilm.run.cli import main
from hebbfilm.run.job.interruption import LEAST_LEFT, TIME_OVER, StopRequest
from hebbfilm.run.study import job as command
from hebbfilm.run.study.queue import Queue, queue_folder

CASE = Path(__file__).parents[2] / "run" / "cases" / "four_node.toml"
QUICK = """
[set]
layout.mesh_size = 30e-9
initial.relaxation = 4e-11
training.duration = 4e-11
training.rest = 2e-11
output.sample_interval = 2e-11
"""
VOLTAGES = (
    f"""
case = "{CASE}"
seeds = [2, 3]
[[vary]]
key = "training.voltage"
values = [0.02, 0.05]
"""
    + QUICK
)


@pytest.fixture(scope="module")
def write(comm, tmp_path_factory):
    """Writes a study file on rank 0, once all ranks are ready for it."""
    folder = comm.bcast(tmp_path_factory.mktemp("study"))

    def write(name, text):
        path = folder / f"{name}.toml"
        if comm.rank == 0:
            path.write_text(text, encoding="utf-8")
        comm.barrier()
        return path, folder / name

    return write


def rows_of(folder):
    with (folder / "table.csv").open(newline="", encoding="utf-8") as file:
        return {row["member"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def finished(write):
    path, out = write("voltages", VOLTAGES)
    assert main(["study", str(path), "--out", str(out)]) == 0
    return path, out


def test_table_has_a_row_with_the_figures_of_every_run(finished):
    _, out = finished
    rows = rows_of(out)
    names = [f"voltage={v}_seed={s}" for v in ("0.02", "0.05") for s in (2, 3)]
    assert list(rows) == names
    for name in names:
        row, summary = rows[name], json.loads((out / name / "summary.json").read_text())
        assert (row["status"], row["error"], row["ranks"]) == ("finished", "", "1")
        assert float(row["training.voltage"]) == float(name[8:12])
        for key in ("recall_success", "hebb_correlation"):
            # Written with ten digits.
            assert float(row[key]) == pytest.approx(summary[key], rel=1e-9, abs=0)
        film, ideal = summary["network"]["film"], summary["network"]["hebb"]
        assert float(row["stored"]) == film["stored"] == 2
        assert (float(row["exact"]), float(row["ideal_exact"])) == (film["exact"], ideal["exact"])
        assert float(row["one_bit"]) == pytest.approx(film["one_bit"], rel=1e-9, abs=0)
        assert float(row["wall_time_s"]) > 0
        with (out / name / "conductance.csv").open(newline="") as file:
            powers = [float(line["power_W"]) for line in csv.DictReader(file)]
        # The last sample under voltage; its potential is converged to 1e-7.
        presented = [power for power in powers if power > 0][-1]
        assert float(row["power_W"]) == pytest.approx(presented, rel=1e-6, abs=0)
    assert not list(out.glob(".queue-*"))


def test_pictures_are_drawn(finished):
    _, out = finished
    drawn = {path.name for path in (out / "pictures").iterdir()}
    assert drawn == {"recall.png", "margin.png", "distributions.png"}


@pytest.mark.cross_method
def test_member_on_one_rank_is_the_run_on_all(finished, comm, shared_tmp_path):
    """The same case as a run by itself, whose film all ranks share."""
    _, out = finished
    member, alone = out / "voltage=0.05_seed=3", shared_tmp_path / "run"
    case = str(member / "case.toml")
    assert main(["train", case, "--out", str(alone), "--no-pictures"]) == 0
    found, expected = (
        np.array(json.loads((folder / "summary.json").read_text())["conductance_after"])
        for folder in (member, alone)
    )
    # The potential is converged to 1e-7 while it drives, and to 1e-10 where it is read.
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_finished_runs_are_left_alone(finished, comm, capsys):
    path, out = finished
    before = {
        file: file.stat().st_mtime_ns for file in out.glob("*/*") if file.parent.name != "pictures"
    }
    comm.barrier()
    assert main(["study", str(path), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    for told in ("4 runs, 4 finished", "All patterns stable in", "Exact, no other fixed points"):
        assert (told in printed) == (comm.rank == 0)
    assert before == {file: file.stat().st_mtime_ns for file in before}


def test_folder_of_another_study_is_refused(finished, comm, capsys):
    path, out = finished
    assert main(["study", str(path), "--out", str(out), "--set", "material.damping=0.2"]) == 2
    printed = capsys.readouterr().err
    if comm.rank == 0:
        assert "holds a run with material.damping = 0.3, not 0.2" in printed
        assert printed.count("\n") == 1


def test_run_that_fails_is_named_and_does_not_hold_the_others(write, comm, capsys):
    """A mesh file is looked into by the run alone, as all meshing is."""
    path, out = write(
        "failing",
        f"""
case = "{CASE}"
[[vary]]
key = "layout"
values = [
    {{kind = "mesh", path = "broken.msh", thickness = 1e-9}},
    {{kind = "strip", length = 100e-9, width = 50e-9, mesh_size = 20e-9}},
]
[set]
initial.relaxation = 4e-11
training.patterns = ["+-"]
training.duration = 4e-11
training.rest = 0.0
output.sample_interval = 2e-11
""",
    )
    if comm.rank == 0:
        (path.parent / "broken.msh").write_text("nothing\n")
    comm.barrier()
    assert main(["study", str(path), "--out", str(out)]) == 1
    printed = capsys.readouterr()
    (bad, failed), (_, good) = rows_of(out).items()
    assert (failed["status"], good["status"]) == ("failed", "finished")
    assert "broken.msh" in failed["error"]
    assert failed["recall_success"] == ""
    # Two contacts: one pair, of which nothing can be said to have grown more than others.
    assert (good["margin"], good["hebb_correlation"]) == ("", "")
    if comm.rank == 0:
        assert "2 runs, 1 failed, 1 finished" in printed.out
        assert f"{bad}: {failed['error']}" in printed.out
    else:
        assert printed.out == ""
    # It is not tried again unasked, but still counts.
    spent = failed["wall_time_s"]
    comm.barrier()
    assert main(["study", str(path), "--out", str(out)]) == 1
    assert rows_of(out)[bad]["wall_time_s"] == spent
    comm.barrier()
    assert main(["study", str(path), "--out", str(out), "--retry"]) == 1
    assert float(rows_of(out)[bad]["wall_time_s"]) > float(spent)


def test_each_run_that_is_over_and_each_warning_is_told_once(write, comm, capsys, caplog):
    """Four runs on two meshes, both too coarse: rank 0 tells of all runs, any rank of a warning."""
    path, out = write(
        "told",
        VOLTAGES.replace(
            "seeds = [2, 3]",
            """
[[vary]]
key = "layout.mesh_size"
values = [25e-9, 30e-9]
""",
        ).replace("layout.mesh_size = 30e-9", ""),
    )
    assert main(["study", str(path), "--out", str(out)]) == 0
    lines = "".join(comm.allgather(capsys.readouterr().err)).splitlines()
    over = [line.partition(" of 4 runs: ") for line in lines if " of 4 runs: " in line]
    assert [number for number, _, _ in over] == ["1", "2", "3", "4"]
    assert {text for _, _, text in over} == {f"{name} finished" for name in rows_of(out)}
    warned = [line.partition(": warning: ") for line in chain(*comm.allgather(caplog.messages))]
    assert len(warned) == len({text for _, _, text in warned}) == 2
    assert {name for name, _, _ in warned} <= rows_of(out).keys()


def test_signal_while_the_table_is_written_changes_nothing(finished, comm, monkeypatch):
    path, out = finished
    write = command.write_table

    def interrupted(*arguments):
        os.kill(os.getpid(), signal.SIGINT)
        write(*arguments)

    monkeypatch.setattr(command, "write_table", interrupted)
    assert main(["study", str(path), "--out", str(out)]) == 0
    assert len(rows_of(out)) == 4


@pytest.mark.cross_method
def test_study_out_of_time_stops_and_goes_on(finished, write, comm, capsys, monkeypatch):
    """Stopped at the third sample of a run, and of another one on a second rank."""
    path, out = write("stopping", VOLTAGES)
    arguments = ["study", str(path), "--out", str(out), "--part", "1/2"]
    # Asked once before the run, and at each sample.
    statuses = iter([0, 0, 0, TIME_OVER])
    with monkeypatch.context() as patch:
        patch.setattr(StopRequest, "received", lambda self: next(statuses))
        assert main(arguments) == TIME_OVER
    printed = capsys.readouterr().out
    assert ("Stopped by the wall time; the same command goes on" in printed) == (comm.rank == 0)
    first, second, third, fourth = rows_of(out).values()
    assert first["status"] == "stopped"
    assert third["status"] == ("waiting" if comm.size == 1 else "stopped")
    assert second["status"] == fourth["status"] == "waiting"
    assert float(first["wall_time_s"]) > 0
    comm.barrier()
    assert main(arguments) == 0
    whole = rows_of(finished[1])
    for name, row in list(rows_of(out).items())[::2]:
        assert row["status"] == "finished"
        # The potential is converged to 1e-7 while it drives.
        for key in ("margin", "power_W", "temperature_rise_K"):
            assert float(row[key]) == pytest.approx(float(whole[name][key]), rel=1e-5, abs=1e-8)


def test_study_does_not_begin_what_it_cannot_end(write, comm, monkeypatch):
    path, out = write("too-late", VOLTAGES)
    monkeypatch.setenv("SLURM_JOB_END_TIME", f"{time.time() + LEAST_LEFT / 2:.0f}")
    assert main(["study", str(path), "--out", str(out)]) == TIME_OVER
    assert {row["status"] for row in rows_of(out).values()} == {"waiting"}


def test_ranks_that_cannot_be_shared_are_an_error(write, comm, capsys):
    path, out = write("sharing", VOLTAGES)
    wanted = str(comm.size + 1)
    assert main(["study", str(path), "--out", str(out), "--ranks-per-run", wanted]) == 2
    printed = capsys.readouterr().err
    if comm.rank == 0:
        assert f"--ranks-per-run {wanted}: must be 1 or more, and divide" in printed
    assert not out.exists()


def test_all_ranks_may_share_every_run(write, comm):
    path, out = write("together", VOLTAGES)
    sharing = ["--ranks-per-run", str(comm.size), "--part", "1/4"]
    assert main(["study", str(path), "--out", str(out), *sharing]) == 0
    row = rows_of(out)["voltage=0.02_seed=2"]
    assert (row["status"], row["ranks"]) == ("finished", str(comm.size))


def test_each_number_is_handed_out_once(comm, shared_tmp_path):
    """All ranks at once, without waiting for one another."""
    with queue_folder(shared_tmp_path) if comm.rank == 0 else nullcontext() as folder:
        queue = Queue(comm.bcast(folder))
        taken = [number for number in range(200) if queue.take(number)]
        every = comm.allgather(taken)
        assert sorted(number for part in every for number in part) == list(range(200))
        assert queue.marks() == {number: {"begun"} for number in range(200)}
        comm.barrier()
    comm.barrier()
    assert not list(shared_tmp_path.iterdir())
