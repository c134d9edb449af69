"""The launcher: what it hands on, and what it says when it cannot start."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

from mpi4py import MPI

import pytest

ROOT = Path(__file__).parents[2]
ENV = ROOT / "run/env"


def start(*command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with some environment variables changed."""
    return subprocess.run(
        command, env=os.environ | variables, capture_output=True, text=True, check=False
    )


def test_usage_without_a_command():
    done = start(ENV)
    assert done.returncode == 0
    assert done.stdout.startswith("usage: run/env COMMAND")


def test_exit_status_and_output_are_handed_on():
    done = start(ENV, "bash", "-c", "echo out; exit 42")
    assert (done.returncode, done.stdout, done.stderr) == (42, "out\n", "")


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"XDG_CACHE_HOME": "/proc/nowhere"}, "cannot write to /proc/nowhere/hebbfilm: set XDG_"),
        ({"HEBBFILM_PYTHON": "/bin/false"}, "HEBBFILM_PYTHON=/bin/false cannot import dolfinx"),
    ],
)
def test_no_start_without_a_cache_or_the_named_python(tmp_path, variables, message):
    done = start(ENV, "true", **{"HEBBFILM_ENV": "", "XDG_CACHE_HOME": str(tmp_path)} | variables)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert message in done.stderr


def test_checkout_without_links(tmp_path):
    """As git makes it under core.symlinks=false: files that hold the paths."""
    (tmp_path / "hebbfilm").mkdir()
    (tmp_path / "hebbfilm" / "run").write_text("../run")
    shutil.copytree(ROOT / "run", tmp_path / "run", ignore=shutil.ignore_patterns("__pycache__"))
    done = start(tmp_path / "run/env", "true")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "git config core.symlinks true" in done.stderr


@pytest.mark.parametrize(
    ("log", "cause"),
    [
        ("dpkg: error: cannot copy: No space left on device\nE: failed", "the disk is full"),
        ("W: Temporary failure resolving 'deb'\nE: failed", "the network cannot be reached"),
        ("I: fine\nE: Unable to locate package x\nI: bye", "E: Unable to locate package x"),
        ("", "for an unknown reason"),
    ],
)
def test_cause_of_a_failed_set_up(tmp_path, log, cause):
    (tmp_path / "log").write_text(log)
    script = f'. "{ROOT}/run/environment/report.sh"; reason "{tmp_path}/log"'
    assert start("bash", "-c", script).stdout.strip() == cause


@pytest.mark.parametrize(
    ("job", "within_job", "on_one_machine"),
    [
        ({}, False, True),
        ({"SLURM_JOB_ID": "17", "SLURM_JOB_NUM_NODES": "1"}, True, True),
        ({"SLURM_JOB_ID": "17", "SLURM_JOB_NUM_NODES": "2"}, False, False),
        ({"PBS_JOBID": "17"}, False, False),
    ],
)
def test_mpirun_keeps_to_itself_on_one_machine(job, within_job, on_one_machine):
    # Class: regression. Led by Slurm 22.05, it asked ssh for the very node that it ran on.
    script = 'eval "$(sed -n "/^set_mpi/,/^}/p" "$0")"; set_mpi; env'
    done = subprocess.run(
        ["bash", "-c", script, ENV],
        env={"PATH": os.environ["PATH"]} | job,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ("PRTE_MCA_ras=^slurm\n" in done.stdout) == within_job
    assert ("OMPI_MCA_btl=^tcp,ofi\n" in done.stdout) == on_one_machine
    assert ("PRTE_MCA_hwloc_default_binding_policy=none\n" in done.stdout) == on_one_machine


def test_conda_environment_has_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = project["dependencies"] + project["optional-dependencies"]["test"]
    names = {re.split(r"[^\w-]", line)[0] for line in declared}
    conda = set(re.findall(r"^ +- ([\w-]+)", (ROOT / "environment.yml").read_text(), re.MULTILINE))
    assert names <= {name.removesuffix("-base") for name in conda}


INTERRUPT = """
set -m
"$0" -n 2 bash -c "$1" &
while [ $(ls "$2" | wc -l) -lt 2 ]; do sleep 0.05; done
kill -"$3" $! ${4:+$(pgrep -P $!)}
wait $!
"""


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="starts mpirun itself")
@pytest.mark.parametrize(("signal", "also"), [("INT", ""), ("TERM", ""), ("TERM", "mpirun")])
def test_interrupted_ranks_have_time_to_save(tmp_path, signal, also):
    # Open MPI alone kills after 0.25 s; a second is waited for here. Batch systems send SIGTERM to
    # the very mpirun as well as to its wrapper.
    rank = f"trap 'sleep 1; touch {tmp_path}/$$.saved' USR1; touch {tmp_path}/$$.up; sleep 9 & wait"
    start("bash", "-c", INTERRUPT, ROOT / "run/bin/mpirun", rank, tmp_path, signal, also)
    assert len(list(tmp_path.glob("*.saved"))) == 2


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="starts mpirun itself")
@pytest.mark.parametrize(("signal", "status"), [("INT", 130), ("TERM", 143), ("USR1", 138)])
def test_ranks_know_what_mpirun_was_sent(tmp_path, signal, status):
    """And its status is that of this signal where they die of what stands for it."""
    seen = tmp_path / "seen"
    rank = f"trap 'cat $HEBBFILM_SIGNAL_FILE > {seen}; trap - USR1; kill -USR1 $$' USR1"
    rank += f"; touch {tmp_path}/up-$$; sleep 9 & wait"
    done = start("bash", "-c", INTERRUPT, ROOT / "run/bin/mpirun", rank, tmp_path, signal, "")
    assert done.returncode == status
    assert seen.read_text() == ("" if signal == "USR1" else f"{status - 128}\n")


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="starts mpirun itself")
@pytest.mark.parametrize(
    ("command", "status", "message"),
    [
        (["hebbfilm", "recall", "nowhere"], 2, "hebbfilm: nowhere: no such run folder\n"),
        (["hebbfilm", "recall"], 2, "hebbfilm recall: the following arguments are required: RUN"),
        (["hebbfilm", "info"], 0, ""),
    ],
)
def test_under_mpirun_an_error_is_one_line(command, status, message):
    done = start(ENV, "mpirun", "-n", "2", *command)
    assert done.returncode == status
    assert done.stderr.startswith(message)
    assert done.stderr.count("\n") == (1 if message else 0)


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="starts mpirun itself")
def test_status_of_another_program_is_mpiruns_own():
    assert start(ENV, "mpirun", "-n", "2", "bash", "-c", "hebbfilm recall nowhere").returncode == 2
    assert start(ENV, "mpirun", "-n", "2", "false").returncode == 1
