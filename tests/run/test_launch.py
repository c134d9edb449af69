"""Processes that MPI does not join. Class: regression, of what launchers were seen to leave."""

import pytest

from hebbfilm.run.cli import main
from hebbfilm.run.job.launch import are_joined, exit_status

SLURM = {"SLURM_STEP_NUM_TASKS": "2", "SLURM_PROCID": "0"}
PMI = {"PMI_SIZE": "2", "PMI_RANK": "0"}
MPIRUN = {"OMPI_COMM_WORLD_SIZE": "1", "OMPI_COMM_WORLD_RANK": "0"}


@pytest.mark.parametrize(
    ("size", "environment"),
    [
        (1, {}),
        (2, SLURM),
        (1, {**SLURM, "SLURM_STEP_NUM_TASKS": "1"}),
        # A batch script is no step, whatever it may start.
        (1, {"SLURM_NTASKS": "2", "SLURM_PROCID": "0"}),
        # One rank by mpirun, in a step of two.
        (1, SLURM | MPIRUN),
    ],
)
def test_joined_ranks_are_let_through(size, environment, capsys):
    assert are_joined(size, environment)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("environment", [SLURM, SLURM | PMI, PMI])
def test_separate_processes_are_told_of_once(environment, capsys):
    assert not are_joined(1, environment)
    first = capsys.readouterr().err
    assert first.startswith("hebbfilm: 2 processes were started, but MPI does not join them: start")
    assert "./run/env mpirun -n 2 hebbfilm" in first
    assert "srun --mpi=pmix" in first
    assert first.count("\n") == 1
    second = {name: "1" if value == "0" else value for name, value in environment.items()}
    assert not are_joined(1, second)
    assert capsys.readouterr() == ("", "")


def test_no_command_is_run_by_separate_processes(comm, monkeypatch):
    for name in ("OMPI_COMM_WORLD_SIZE", "PMI_SIZE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in SLURM.items():
        monkeypatch.setenv(name, value)
    assert main(["info"]) == (2 if comm.size == 1 else 0)


def test_status_is_left_in_the_file_that_mpirun_made(tmp_path):
    file = tmp_path / "status"
    file.touch()
    assert [exit_status(2, rank, str(file)) for rank in (1, 0)] == [0, 0]
    assert file.read_text() == "2"


def test_without_such_a_file_ranks_end_with_their_status(tmp_path):
    assert exit_status(75, 0, "") == 75
    assert exit_status(2, 0, str(tmp_path / "elsewhere")) == 2
    assert exit_status(0, 0, str(tmp_path / "elsewhere")) == 0
    assert list(tmp_path.iterdir()) == []
