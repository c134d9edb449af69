"""`hebbfilm retention`: what finished runs still know."""

import argparse

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.run.commands.options import Commands, add_runs, set_run
from hebbfilm.run.commands.output import print_on_root


def add(commands: Commands) -> None:
    """`hebbfilm retention`."""
    parser = commands.add_parser(
        "retention",
        help="what finished runs still know at times after switch-off",
        description="Print for each run the margin in % and, in brackets, the recalls in % that "
        "end in a stored state, at times after switch-off, from conductances averaged over the "
        "2 ns before, or over the time since switch-off where that is less. At 0 they are those "
        "of the last moment under voltage.",
    )
    add_runs(parser)
    parser.add_argument(
        "--times",
        type=float,
        nargs="+",
        metavar="S",
        help="in s since switch-off (0 5e-9 10e-9 20e-9 50e-9, as far as runs go)",
    )
    set_run(parser, run, "hebbfilm.run.folder.reader")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """What finished runs still know."""
    from hebbfilm.run.analysis.retention import retention_of_runs, retention_text

    def text() -> str:
        return retention_text(retention_of_runs(options.run_folders, options.times))

    print_on_root(comm, on_root(comm, text))
    return 0
