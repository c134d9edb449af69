"""`hebbfilm study`: many runs, or those of them that are still to be run."""

import argparse
import os
import time
from pathlib import Path

from mpi4py import MPI

from hebbfilm.common.tables import aligned
from hebbfilm.common.text import counted
from hebbfilm.run.commands.drawing import add_pictures, draw_study, drawing_of_runs
from hebbfilm.run.commands.options import Commands, add_named, add_set, add_walltime, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.inputs.paths import path_argument
from hebbfilm.run.job.stages import stage


def add(commands: Commands) -> None:
    """`hebbfilm study`."""
    parser = commands.add_parser(
        "study",
        help="run a case in many variants, and make one table and pictures of them all",
        description="Run all members of a study. Under mpirun they share the ranks, one each by "
        "default; in an array job of Slurm each job takes its part. What is finished is left alone "
        "and what was interrupted goes on, so the same command goes on after a stop. "
        "Exit status 1 if a run failed, 75 if the wall time was nearly over.",
    )
    add_named(parser, "study", "STUDY", "study file (TOML)", studies=True)
    add_set(parser)
    parser.add_argument(
        "--out",
        type=path_argument,
        metavar="FOLDER",
        help="folder of all runs (default: runs/ and the name of the study)",
    )
    parser.add_argument(
        "--part", metavar="K/N", help="run every N-th member from the K-th on (default: by Slurm)"
    )
    parser.add_argument(
        "--ranks-per-run",
        type=int,
        default=1,
        metavar="N",
        help="ranks that share one film (default: 1)",
    )
    parser.add_argument("--retry", action="store_true", help="run failed members again")
    parser.add_argument("--dry-run", action="store_true", help="only check and list the runs")
    add_pictures(parser, None, "none, or all if the study says pictures = true")
    add_walltime(parser)
    set_run(parser, run, "hebbfilm.run.study.job")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Many runs, or those of them that are still to be run."""
    from hebbfilm.run.folder.notes import read_note
    from hebbfilm.run.job.interruption import Interrupted
    from hebbfilm.run.job.walltime import end_of_job
    from hebbfilm.run.study.job import Job, run_study
    from hebbfilm.run.study.members import members_of
    from hebbfilm.run.study.parts import part_of
    from hebbfilm.run.study.study_file import read_study

    end = end_of_job(comm, options.walltime, time.time(), os.environ)
    out = options.out or Path("runs") / options.study.stem
    content = read_study(options.study, options.set)
    with stage("Checking the runs", shown=comm.rank == 0):
        every = members_of(content, options.study)
    part = part_of(every, options.part, os.environ)
    if options.dry_run:
        lines = aligned([(read_note(out / each.name).status, each.name) for each in part], "<")
        print_on_root(comm, "\n".join([*lines, f"{len(part)} of {counted(len(every), 'run')}"]))
        return 0
    which = options.pictures or ("all" if content.pictures else "none")
    draw = drawing_of_runs(which, shown=False)
    job = Job(
        content, every, part, out, options.ranks_per_run, end, options.retry, draw, draw_study
    )
    status, text = run_study(job, comm)
    print_on_root(comm, text)
    if status > 1:
        print_on_root(comm, f"Stopped by {Interrupted(status)}; the same command goes on")
    return status
