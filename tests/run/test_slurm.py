"""The job scripts, with stand-ins for Slurm's commands and for the environment.

They do what was seen of Slurm 22.05. Class: regression, of what was wrong there.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from hebbfilm.run.cli import main

SCRIPTS = Path(__file__).parents[2] / "run" / "slurm"
# Like Slurm's, this one hands on the exit status; its own options come before the command.
SRUN = """#!/bin/bash
while [[ $1 == --* ]]; do options+="$1 "; shift; done
echo "srun $options"
"$@"
"""
ENVIRONMENT = """#!/bin/bash
echo "$OMP_NUM_THREADS ${SLURM_JOB_END_TIME-}: $*"
exit "$STATUS"
"""
# Slurm signals the shell alone with proctrack/cgroup, every process with proctrack/linuxproc.
CANCELLED_ENVIRONMENT = """#!/bin/bash
trap 'heard+=" TERM"' TERM
trap 'heard+=" USR1"' USR1
kill -TERM $SIGNALLED
until [[ $heard == *USR1* ]] || ((SECONDS > 60)); do sleep 0.05; done
for _ in {1..10}; do sleep 0.05; done
echo "saved after$heard"
exit 138
"""
SCONTROL = """#!/bin/bash
echo "scontrol $*"
"""
# Answers are right for the very job, and for one format of moments, alone.
SQUEUE = """#!/bin/bash
[ "$SLURM_TIME_FORMAT $*" = "%s --noheader --job $JOB --format %e" ] && echo "$ANSWER"
"""
CORES = os.sched_getaffinity(0)
MPIRUN = f"mpirun -n 2 --bind-to {'core' if len(CORES) == os.cpu_count() else 'none'}"


@pytest.fixture
def folder(tmp_path):
    """A folder with a checkout, and a bin to find Slurm's commands in."""
    for name, text in {
        "bin/srun": SRUN,
        "bin/scontrol": SCONTROL,
        "bin/squeue": SQUEUE,
        "run/env": ENVIRONMENT,
    }.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
    (tmp_path / "run" / "slurm").symlink_to(SCRIPTS)
    return tmp_path


INSTALLED = """#!/bin/bash
[ "$*" = slurm ] && echo "$SCRIPTS"
"""
RANKS = """#!/bin/bash
echo "${0##*/} $*"
exit "$STATUS"
"""


@pytest.fixture
def start(folder):
    """Runs a script in the folder; gives its exit status and printed lines."""

    def run(script, *arguments, status=0, **variables):
        bash = shutil.which("bash")
        environment = {
            "PATH": f"{folder / 'bin'}:/usr/bin:/bin",
            "STATUS": str(status),
            "JOB": "17",
            "ANSWER": "1795653724",
            "SLURM_JOB_ID": "17",
            "SLURM_JOB_NUM_NODES": "1",
            "SLURM_NTASKS": "2",
        }
        # Slurm runs a copy of the script, which stands elsewhere.
        copy = shutil.copy(SCRIPTS / script, folder / "slurm_script")
        done = subprocess.run(
            [bash, copy, *arguments],
            cwd=folder,
            env=environment | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout.splitlines(), done.stderr

    return run


def test_film_goes_on_in_the_next_job_until_it_is_done(start, folder):
    first = start("film.sh", "my case.toml", "out", "--set", "a.b=1", status=75)
    assert first[:2] == (
        75,
        [
            f"1 1795653724: {MPIRUN} hebbfilm train my case.toml --out out --set a.b=1",
            "scontrol requeue 17",
        ],
    )
    (folder / "out").mkdir()
    (folder / "out" / "state.npz").touch()
    second = start("film.sh", "my case.toml", "out", SLURM_RESTART_COUNT="1")
    assert second[:2] == (0, [f"1 1795653724: {MPIRUN} hebbfilm train out --resume"])


def test_film_that_came_to_no_state_starts_anew(start):
    again = start("film.sh", "case.toml", "out", SLURM_RESTART_COUNT="1")
    command = f"{MPIRUN} hebbfilm train case.toml --out out --overwrite"
    assert again[:2] == (0, [f"1 1795653724: {command}"])


@pytest.mark.parametrize("status", [1, 2, 138])
def test_failures_are_not_started_again(start, status):
    code, lines, _ = start("film.sh", "case.toml", "out", status=status)
    assert (code, len(lines)) == (status, 1)


@pytest.mark.parametrize(
    ("variables", "kind"),
    [
        ({"SLURM_JOB_NUM_NODES": "2"}, "pmix"),
        ({"SLURM_JOB_NUM_NODES": "2", "SLURM_MPI_TYPE": "pmi2"}, "pmi2"),
        ({"SLURM_MPI_TYPE": "pmi2"}, "pmi2"),
    ],
)
def test_srun_starts_ranks_on_several_nodes_or_as_told(start, variables, kind):
    # By default srun takes what the site has set, and that is often a protocol that Open MPI lacks.
    _, lines, _ = start("film.sh", "case.toml", "out", **variables)
    assert lines == [
        f"srun --mpi={kind} --cpu-bind=cores --wait=60 ",
        "1 1795653724: hebbfilm train case.toml --out out",
    ]


@pytest.mark.skipif(os.cpu_count() == 1, reason="a part of the cores is less than all")
def test_ranks_are_not_bound_where_the_job_has_a_part_of_a_node(start):
    # Open MPI counts cores from the first of the node, where another job may run.
    os.sched_setaffinity(0, {max(CORES)})
    try:
        _, lines, _ = start("film.sh", "case.toml", "out")
    finally:
        os.sched_setaffinity(0, CORES)
    assert "mpirun -n 2 --bind-to none hebbfilm train" in lines[0]


@pytest.mark.parametrize(
    ("variables", "end"),
    [
        ({"SLURM_JOB_END_TIME": "1795650000"}, "1795650000"),
        ({"ANSWER": "NONE"}, ""),
        ({"JOB": "unknown"}, ""),
    ],
)
def test_end_of_job_is_that_of_slurm_or_none(start, variables, end):
    _, lines, _ = start("film.sh", "case.toml", "out", **variables)
    assert lines == [f"1 {end}: {MPIRUN} hebbfilm train case.toml --out out"]


@pytest.mark.parametrize("script", ["film.sh", "array.sh"])
@pytest.mark.parametrize(
    ("processes", "heard"), [("$PPID", {"USR1"}), ("$PPID $$", {"USR1", "TERM"})]
)
def test_ranks_of_a_cancelled_job_hear_of_it_and_have_time(start, folder, script, processes, heard):
    text = CANCELLED_ENVIRONMENT.replace("$SIGNALLED", processes)
    (folder / "run" / "env").write_text(text)
    code, (line,), _ = start(script, "case.toml", "out")
    assert code == 138
    assert set(line.removeprefix("saved after ").split()) == heard


def test_array_takes_its_part_and_goes_on(start):
    array = {"SLURM_ARRAY_JOB_ID": "17", "SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_COUNT": "10"}
    found = start(
        "array.sh",
        "s.toml",
        "out",
        "--ranks-per-run",
        "2",
        status=75,
        SLURM_JOB_ID="19",
        JOB="17_3",
        **array,
    )
    command = f"{MPIRUN} hebbfilm study s.toml --out out --part 3/10 --ranks-per-run 2"
    assert found[:2] == (75, [f"1 1795653724: {command}", "scontrol requeue 17_3"])


@pytest.mark.parametrize("script", ["film.sh", "array.sh"])
def test_missing_arguments_are_explained(start, script):
    code, lines, errors = start(script, "case.toml")
    assert code != 0
    assert lines == []
    assert f"usage: sbatch run/slurm/{script}" in errors


@pytest.mark.parametrize(("nodes", "starter"), [("1", "mpirun -n 2"), ("2", "srun --mpi=pmix")])
def test_installed_hebbfilm_needs_no_checkout(start, folder, nodes, starter):
    shutil.rmtree(folder / "run")
    for name, text in {"hebbfilm": INSTALLED, "mpirun": RANKS, "srun": RANKS}.items():
        (folder / "bin" / name).write_text(text)
        (folder / "bin" / name).chmod(0o755)
    where = {"SCRIPTS": str(SCRIPTS), "SLURM_JOB_NUM_NODES": nodes}
    code, lines, _ = start("film.sh", "case.toml", "out", status=75, **where)
    assert code == 75
    assert lines[0].startswith(starter)
    assert lines[0].endswith(" hebbfilm train case.toml --out out")
    assert lines[1] == "scontrol requeue 17"


@pytest.mark.parametrize("script", ["film.sh", "array.sh"])
def test_neither_checkout_nor_hebbfilm_ends_the_job(start, folder, script):
    shutil.rmtree(folder / "run")
    code, lines, errors = start(script, "case.toml", "out")
    assert code != 0
    assert lines == []
    assert "hebbfilm" in errors


def test_command_tells_where_they_are(capsys, comm):
    assert main(["slurm"]) == 0
    assert capsys.readouterr().out == (f"{SCRIPTS.resolve()}\n" if comm.rank == 0 else "")
