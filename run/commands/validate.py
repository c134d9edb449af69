"""`hebbfilm validate`: compare with theory, published numbers and other programs."""

import argparse
from pathlib import Path

from mpi4py import MPI

from hebbfilm.common.errors import InputError
from hebbfilm.run.commands.options import Commands, set_run
from hebbfilm.run.inputs.paths import path_argument


def add(commands: Commands) -> None:
    """`hebbfilm validate`."""
    parser = commands.add_parser(
        "validate",
        help="run the validation tests and write docs/validation.md",
        description="Compare this installation with theory, published numbers and what other "
        "programs computed; about ten minutes; --fast leaves the longest out.",
    )
    parser.add_argument("--fast", action="store_true", help="leave the slow tests out")
    parser.add_argument("--out", type=path_argument, default=Path("docs"), metavar="FOLDER")
    set_run(parser, run)


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Compare with theory, published numbers and other programs."""
    from hebbfilm.run.validate import run_validation

    if comm.size > 1:
        raise InputError("hebbfilm validate runs its own tests: start it without mpirun")
    return run_validation(options.out, fast=options.fast)
