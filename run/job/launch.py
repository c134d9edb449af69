"""What a launcher makes of its processes: the ranks of one MPI world, and their exit status."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

_LAUNCHERS = (
    ("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"),
    ("PMI_SIZE", "PMI_RANK"),
    ("SLURM_STEP_NUM_TASKS", "SLURM_PROCID"),
)
"""Number of processes and own place, by the launchers of Open MPI, MPICH and Slurm: the innermost
first, as a job of Slurm may start an mpirun."""

STATUS_FILE = "HEBBFILM_STATUS_FILE"
"""Variable with the name of a file that run/bin/mpirun makes, for programs called hebbfilm."""


def are_joined(size: int, environment: Mapping[str, str]) -> bool:
    """Whether all processes that were started see each other; if not, the first one says so.

    An MPI library that does not speak its launcher's protocol makes no error of that: every process
    is rank 0 of 1, and would do the whole run, in the folder of all others.

    Args:
        size: of this process's MPI world.
        environment: of this process.
    """
    for count, place in _LAUNCHERS:
        if count in environment:
            started = int(environment[count])
            if size == 1 and started > 1:
                if environment.get(place) == "0":
                    print(_remedy(started), file=sys.stderr, flush=True)
                return False
            return True
    return True


def is_launched(environment: Mapping[str, str]) -> bool:
    """Whether something like mpirun started the process with these variables."""
    return any(count in environment for count, _ in _LAUNCHERS)


def exit_status(status: int, rank: int, file: str) -> int:
    """The status to end a process with: 0 where our mpirun reads the true one from a file.

    Of any other status Open MPI's mpirun tells at length, after what was said in one line.

    Args:
        status: that of the command, the same on all ranks.
        rank: of this process.
        file: that our mpirun reads; "" under any other launcher.
    """
    if not file or not status:
        return status
    if rank == 0:
        try:
            # The file is there already: on another machine than mpirun's it is not.
            with Path(file).open("r+", encoding="ascii") as told:
                told.write(str(status))
        except OSError:
            return status
    return 0


def launcher() -> str:
    """What stands before hebbfilm in a command that is proposed: as it was started itself."""
    return "./run/env " if "HEBBFILM_ENV" in os.environ else ""


def _remedy(started: int) -> str:
    return (
        f"hebbfilm: {started} processes were started, but MPI does not join them: start them with "
        f"./run/env mpirun -n {started} hebbfilm, or on several nodes with srun --mpi=pmix if "
        "srun --mpi=list names it"
    )
