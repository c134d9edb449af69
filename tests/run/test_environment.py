"""The launcher: what it hands on, and what it says when it cannot start."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from mpi4py import MPI

import pytest

import hebbfilm

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
    assert done.stdout.startswith("usage: run/env [--with PACKAGE …] COMMAND")


@pytest.mark.parametrize("options", [["--nosuch", "true"], ["--with", "--clean", "true"]])
def test_option_that_is_none_is_told_in_one_line(options):
    done = start(ENV, *options)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert options[0] in done.stderr


def test_exit_status_and_output_are_handed_on():
    done = start(ENV, "bash", "-c", "echo out; exit 42")
    assert (done.returncode, done.stdout, done.stderr) == (42, "out\n", "")


@pytest.mark.parametrize("script", [ENV, ROOT / "run/environment/debian.sh"], ids=lambda x: x.name)
def test_files_of_who_starts_it_stay_open(script):
    """Shells complete lines through the files 8 and 9: its own have numbers that bash chooses."""
    text = script.read_text("utf-8")
    assert re.search(r"exec \{\w+\}[<>]", text)
    assert not re.search(r"exec [3-9][<>]|/fd/[0-9]|flock (-n )?[0-9]", text)


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


def _declared(*extras: str) -> set[str]:
    """Names of the packages that pyproject.toml asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lists = [project["dependencies"], *(project["optional-dependencies"][each] for each in extras)]
    return {re.split(r"[^\w-]", line)[0] for lines in lists for line in lines}


def _of_conda(file: str) -> set[str]:
    """Names of the packages that one of conda's files asks for."""
    names = re.findall(r"^ +- ([\w-]+)", (ROOT / file).read_text(), re.MULTILINE)
    return {name.removesuffix("-base").replace("_", "-") for name in names}


def test_conda_environment_has_every_dependency():
    assert _declared("test", "docs") <= _of_conda("environment.yml")


def test_conda_recipe_has_every_dependency_and_the_version():
    recipe = ROOT / "run/environment/recipe.yaml"
    assert _declared() <= _of_conda(str(recipe.relative_to(ROOT)))
    assert f'version: "{hebbfilm.__version__}"' in recipe.read_text()


def test_locked_versions_are_of_every_dependency():
    """But of what Debian brings."""
    lines = (ROOT / "run/environment/locked.txt").read_text().lower().splitlines()
    locked = {line.partition("==")[0].replace("_", "-") for line in lines if "==" in line}
    assert _declared("test", "docs") - locked <= {"numpy", "scipy", "h5py", "cffi"}


@pytest.mark.skipif(
    not Path("/etc/debian_version").is_file() or sys.version_info[:2] != (3, 13),
    reason="of Debian 13 alone the versions are chosen",
)
def test_versions_are_the_locked_ones():
    lines = (ROOT / "run/environment/locked.txt").read_text().splitlines()
    for name, version in (line.split("==") for line in lines if "==" in line):
        assert metadata.version(name) == version


@pytest.mark.skipif(MPI.COMM_WORLD.size > 1, reason="starts other processes itself")
@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--with"], "--with: name a package"),
        (["--with", "six", "true"], "--with: start it outside of run/env"),
    ],
)
def test_packages_on_top_are_named_and_added_from_outside(options, message):
    done = start(ENV, *options)
    assert done.returncode == 1
    assert message in done.stderr


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
