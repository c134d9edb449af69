"""Stopping in time: how the end is found, when a run stops, and that it goes on from there."""

import os
import subprocess
import sys
import time
from pathlib import Path
from signal import SIGINT, SIGTERM, SIGUSR1

from mpi4py import MPI

import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.run.cli import main
from hebbfilm.run.commands import info
from hebbfilm.run.job.interruption import (
    LEAST_LEFT,
    SIGNAL_FILE,
    TIME_OVER,
    Interrupted,
    StopRequest,
)
from hebbfilm.run.job.walltime import end_of_job, parse_walltime
from hebbfilm.run.pictures import gallery
from hebbfilm.run.training import training_run
from hebbfilm.run.training.progress import RunProgress

CASE = Path(__file__).parents[2] / "run" / "cases" / "four_node.toml"
QUICK = [
    "--set", "layout.mesh_size=30e-9", "--set", "initial.relaxation=4e-11",
    "--set", "training.duration=4e-11", "--set", "training.rest=2e-11",
    "--set", "output.sample_interval=2e-11", "--no-pictures",
]  # fmt: skip


@pytest.mark.published
@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 5400),
        ("1:30", 90),
        ("02:30:00", 9000),
        ("100:00:00", 360000),
        ("2-3", 183600),
        ("1-00:05", 86700),
        ("1-12:30:15", 131415),
    ],
)
def test_walltime_is_read_as_slurm_reads_it(text, seconds):
    """The forms in the manual of sbatch, under --time."""
    assert parse_walltime(text) == seconds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("90m", "did you mean 90:00?"),
        ("2 h", "did you mean 2:00:00?"),
        ("3600s", "did you mean 0:3600?"),
        ("", "allowed are M, M:S, H:M:S"),
        ("-5", "allowed are"),
        ("1:2:3:4", "allowed are"),
        ("0:59", "must be 60 s or more"),
    ],
)
def test_bad_walltime_is_one_line_and_status_2(text, message, comm, capsys):
    assert main(["train", str(CASE), f"--walltime={text}"]) == 2
    printed = capsys.readouterr().err
    if comm.rank == 0:
        assert printed.startswith(f"hebbfilm: --walltime {text}: ")
        assert message in printed
        assert printed.count("\n") == 1


def test_end_is_what_the_user_says_else_what_slurm_says(comm):
    now = time.time()
    # Only what rank 0 sees counts.
    slurm = {"SLURM_JOB_END_TIME": f"{now + 600:.0f}"} if comm.rank == 0 else {}
    assert end_of_job(comm, "2", 1000.0, slurm) == 1120.0
    assert end_of_job(comm, None, now, slurm) == pytest.approx(now + 600, rel=0, abs=2)
    assert end_of_job(comm, None, now, {}) is None


@pytest.mark.parametrize("text", ["tomorrow", "3600"])
def test_bad_end_by_slurm_is_named_on_all_ranks(text, comm):
    with pytest.raises(InputError, match=f"SLURM_JOB_END_TIME = {text}: must be"):
        end_of_job(comm, None, 0.0, {"SLURM_JOB_END_TIME": text})


@pytest.mark.analytic
def test_run_stops_while_two_of_its_longest_samples_still_fit(comm):
    """Samples of 10 s, one of 50 s: ready to stop as soon as less than 2 × 50 s + floor is left."""
    times = [0.0, 0.0, 10.0, 20.0, 70.0, 80.0, 90.0]
    end = 85.0 + 2 * 50.0 + LEAST_LEFT
    # The clocks of other ranks may be wrong by any amount.
    clock = iter(times if comm.rank == 0 else [1e9 * t for t in times]).__next__
    stop = StopRequest(comm, end, clock)
    with stop.listening():
        found = [stop.received() for _ in range(5)]
    assert found == [0, 0, 0, 0, TIME_OVER]
    assert TIME_OVER == 75


def test_signal_to_one_rank_stops_all_and_outweighs_the_time(comm):
    stop = StopRequest(comm, end=0.0)
    with stop.listening():
        if comm.rank == comm.size - 1:
            os.kill(os.getpid(), SIGUSR1)
        assert stop.received() == 128 + SIGUSR1


def test_signal_for_which_that_of_mpirun_stands_counts(comm, shared_tmp_path, monkeypatch):
    """The file may be seen by one rank alone, as the others are on other machines."""
    file = shared_tmp_path / "signal"
    if comm.rank == 0:
        file.write_text(f"{SIGINT:d}\n")
        monkeypatch.setenv(SIGNAL_FILE, str(file))
    stop = StopRequest(comm)
    with stop.listening():
        os.kill(os.getpid(), SIGUSR1)
        assert stop.received() == 130


@pytest.mark.parametrize("when", ["meshing", "recall", "pictures"])
def test_signal_outside_of_samples_stops_what_can_go_on(
    when, comm, shared_tmp_path, monkeypatch, capsys
):
    """And which has all its pictures in the end."""
    places = {
        "meshing": (training_run, "build_film"),
        "recall": (training_run, "recall_by"),
        "pictures": (gallery, "draw_all"),
    }
    module, name = places[when]
    work = getattr(module, name)

    def interrupted(*arguments, **options):
        if comm.rank == 0:
            os.kill(os.getpid(), SIGINT)
        return work(*arguments, **options)

    folder = shared_tmp_path / "run"
    arguments = [str(CASE), "--out", str(folder), *QUICK[:-1]]
    with monkeypatch.context() as patched:
        patched.setattr(module, name, interrupted)
        assert main(["train", *arguments]) == 130
    printed = capsys.readouterr().out
    if comm.rank == 0:
        assert "Stopped by SIGINT (Ctrl-C); go on with: " in printed
    assert not (folder / "pictures").exists()
    assert main(["train", str(folder), "--resume"]) == 0
    assert (folder / "pictures" / "overview.png").is_file()


def test_command_that_saves_nothing_ends_in_one_line(comm, monkeypatch, capsys):
    def interrupted(options, comm):
        raise KeyboardInterrupt

    monkeypatch.setattr(info, "run", interrupted)
    assert main(["info"]) == 130
    told = "hebbfilm: stopped by SIGINT (Ctrl-C)\n" if comm.rank == 0 else ""
    assert capsys.readouterr().err == told


@pytest.mark.parametrize(
    ("status", "reason"),
    [(143, "SIGTERM"), (130, "SIGINT (Ctrl-C)"), (138, "SIGUSR1"), (75, "the wall time")],
)
def test_reason_is_said(status, reason):
    stop = Interrupted(status)
    assert str(stop) == reason
    assert stop.status == status


def test_run_out_of_time_says_how_to_go_on(comm, shared_tmp_path, monkeypatch, capsys):
    folder = shared_tmp_path / "run"
    # Less than the floor is left.
    monkeypatch.setenv("SLURM_JOB_END_TIME", f"{time.time() + LEAST_LEFT / 2:.0f}")
    assert main(["train", str(CASE), "--out", str(folder), *QUICK]) == TIME_OVER
    printed = capsys.readouterr().out
    if comm.rank == 0:
        assert "Stopped by the wall time; go on with: " in printed
        assert f"hebbfilm train {folder} --resume" in printed
    assert (folder / "state.npz").is_file()
    assert not (folder / "summary.json").exists()
    monkeypatch.setenv("SLURM_JOB_END_TIME", f"{time.time() + 3600:.0f}")
    assert main(["train", str(folder), "--resume", "--no-pictures"]) == 0
    assert (folder / "summary.json").is_file()


HALF_WRITTEN = """
import os, signal, sys
from pathlib import Path
from hebbfilm.common.whole_files import replacing
from hebbfilm.run.job.interruption import end_when_stopped

end_when_stopped()
with replacing(Path(sys.argv[1])) as part:
    part.write_text("half")
    os.kill(os.getpid(), int(sys.argv[2]))
"""


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="of a process of its own")
@pytest.mark.parametrize("number", [SIGINT, SIGTERM])
def test_what_is_half_written_goes_when_a_command_is_stopped(tmp_path, number):
    given = [sys.executable, "-c", HALF_WRITTEN, str(tmp_path / "movie.mp4"), str(int(number))]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("OMPI", "PMI"))}
    done = subprocess.run(given, env=environment, capture_output=True, text=True, check=False)
    assert f"KeyboardInterrupt: {int(number)}" in done.stderr
    assert not list(tmp_path.iterdir())


def test_readings_at_the_end_are_shown_and_stop_when_asked(monkeypatch, shared_tmp_path, comm):
    """After two of four; what was trained is saved, and going on reads anew."""
    shown, update, received = [], RunProgress.update, StopRequest.received

    def note(progress, phase, *state):
        shown.append(phase)
        update(progress, phase, *state)

    def asked(request):
        return 128 + SIGTERM if shown.count("check") == 2 else received(request)

    run = shared_tmp_path / "run"
    with monkeypatch.context() as patched:
        patched.setattr(RunProgress, "update", note)
        patched.setattr(StopRequest, "received", asked)
        assert main(["train", str(CASE), "--out", str(run), *QUICK]) == 128 + SIGTERM
    comm.barrier()
    assert (run / "state.npz").exists()
    assert not (run / "summary.json").exists()
    assert main(["train", str(run), "--resume", "--no-pictures"]) == 0
    comm.barrier()
    assert (run / "summary.json").exists()
