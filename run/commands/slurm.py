"""`hebbfilm slurm`: where the job scripts are."""

import argparse
from pathlib import Path

from mpi4py import MPI

from hebbfilm.run.commands.options import Commands, set_run

SCRIPTS = Path(__file__).resolve().parents[1] / "slurm"


def add(commands: Commands) -> None:
    """`hebbfilm slurm`."""
    parser = commands.add_parser(
        "slurm",
        help="print the folder of the job scripts for Slurm",
        description="Print the folder of the job scripts: film.sh for one film on many ranks, "
        'array.sh for a study. sbatch "$(hebbfilm slurm)/film.sh" CASE RUN submits one from any '
        "folder, in the environment that is active; from a checkout, sbatch run/slurm/film.sh "
        "takes that of run/env.",
    )
    set_run(parser, run)


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Print it."""
    if comm.rank == 0:
        print(SCRIPTS)
    return 0
