"""Whether the processes that a launcher started are the ranks of one MPI world."""

import sys
from collections.abc import Mapping

_LAUNCHERS = (
    ("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK"),
    ("PMI_SIZE", "PMI_RANK"),
    ("SLURM_STEP_NUM_TASKS", "SLURM_PROCID"),
)
"""Number of processes and own place, by the launchers of Open MPI, MPICH and Slurm: the innermost
first, as a job of Slurm may start an mpirun."""


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


def _remedy(started: int) -> str:
    return (
        f"hebbfilm: {started} processes were started, but MPI does not join them: start them with "
        f"./run/env mpirun -n {started} hebbfilm, or on several nodes with srun --mpi=pmix if "
        "srun --mpi=list names it"
    )
