"""The job scripts, with stand-ins for Slurm's commands and for the environment."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "run" / "slurm"
# Like Slurm's, this one hands on the exit status; its own options come before the command.
SRUN = """#!/bin/bash
while [[ $1 == --* ]]; do shift; done
"$@"
"""
ENVIRONMENT = """#!/bin/bash
echo "$OMP_NUM_THREADS: $*"
exit "$STATUS"
"""
SCONTROL = """#!/bin/bash
echo "scontrol $*"
"""


@pytest.fixture
def start(tmp_path):
    """Runs a script in a folder with a checkout; gives its exit status and printed lines."""
    for name, text in {
        "bin/srun": SRUN, "bin/scontrol": SCONTROL, "run/env": ENVIRONMENT,
    }.items():  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def run(script, *arguments, status=0, **variables):
        bash = shutil.which("bash")
        environment = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "STATUS": str(status)}
        environment |= {"SLURM_JOB_ID": "17"} | variables
        done = subprocess.run([bash, SCRIPTS / script, *arguments], cwd=tmp_path, env=environment,
                              capture_output=True, text=True, check=False)  # fmt: skip
        return done.returncode, done.stdout.splitlines(), done.stderr

    return run


def test_film_goes_on_in_the_next_job_until_it_is_done(start, tmp_path):
    first = start("film.sh", "my case.toml", "out", "--set", "a.b=1", status=75)
    assert first[:2] == (75, [
        "1: hebbfilm train my case.toml --out out --set a.b=1", "scontrol requeue 17"])  # fmt: skip
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "state.npz").touch()
    second = start("film.sh", "my case.toml", "out", SLURM_RESTART_COUNT="1")
    assert second[:2] == (0, ["1: hebbfilm train out --resume"])


def test_film_that_came_to_no_state_starts_anew(start):
    again = start("film.sh", "case.toml", "out", SLURM_RESTART_COUNT="1")
    assert again[:2] == (0, ["1: hebbfilm train case.toml --out out --overwrite"])


@pytest.mark.parametrize("status", [1, 2, 138])
def test_failures_are_not_started_again(start, status):
    code, lines, _ = start("film.sh", "case.toml", "out", status=status)
    assert (code, len(lines)) == (status, 1)


def test_array_takes_its_part_and_goes_on(start):
    array = {"SLURM_ARRAY_JOB_ID": "17", "SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "10"}
    found = start("array.sh", "s.toml", "out", "--ranks-per-run", "2", status=75, **array)
    assert found[:2] == (75, [
        "1: hebbfilm study s.toml --out out --part 3/10 --ranks-per-run 2",
        "scontrol requeue 17_3"])  # fmt: skip


@pytest.mark.parametrize("script", ["film.sh", "array.sh"])
def test_missing_arguments_are_explained(start, script):
    code, lines, errors = start(script, "case.toml")
    assert code != 0
    assert lines == []
    assert f"usage: sbatch run/slurm/{script}" in errors
