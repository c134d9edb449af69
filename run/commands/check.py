"""`hebbfilm check`: all checks of a case or a study, and what it will cost, without any work."""

import argparse

from mpi4py import MPI

from hebbfilm.run.commands.drawing import add_pictures
from hebbfilm.run.commands.options import Commands, add_named, add_set, set_run
from hebbfilm.run.commands.output import print_on_root


def add(commands: Commands) -> None:
    """`hebbfilm check`."""
    parser = commands.add_parser(
        "check",
        help="check a case or a study, and say what it will cost; nothing is written",
        description="Do all checks of a case, or of every run of a study, and say what it will "
        "cost: vertices, time steps, time, memory and files. Nothing is written, and only films of "
        "STEP and mesh files are meshed. Exit status 2, with one line, if something is wrong.",
    )
    add_named(parser, "case", "CASE|STUDY", "case or study file (TOML)", studies=None)
    add_set(parser)
    add_pictures(parser, "all", "all; of a study, if it says pictures = true")
    set_run(parser, run)


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Check a case or a study."""
    from hebbfilm.run.check.text import case_as_text, study_as_text
    from hebbfilm.run.inputs.settings import read_toml

    is_study = "layout" not in (content := read_toml(options.case, "case")) and "case" in content
    told = study_as_text if is_study else case_as_text
    print_on_root(comm, told(options.case, options.set, comm, pictures=options.pictures))
    return 0
