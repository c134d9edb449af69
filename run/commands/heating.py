"""`hebbfilm heating`: how warm finished runs get."""

import argparse

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.run.commands.options import Commands, add_runs, set_run
from hebbfilm.run.commands.output import print_on_root


def add(commands: Commands) -> None:
    """`hebbfilm heating`."""
    parser = commands.add_parser(
        "heating",
        help="how warm finished runs get, with heat loss to a substrate",
        description="Print for each run its recall success, its margin, its peak electric power "
        "and the peak rise of its mean temperature in K; in brackets the local rise if no heat "
        "spreads along the film, which is larger by the factor local / mean. That factor is the "
        "power-weighted mean of the power density over its mean over the film, at its largest in "
        "the run; it is 1 for a film that is heated evenly. This estimate of one temperature for "
        "film and layers does not act back on the run; beside it stands the rise of runs with "
        "[heat], whose temperature is solved and acts back.",
    )
    add_runs(parser)
    parser.add_argument(
        "--transfer",
        type=float,
        nargs="+",
        default=[1e7, 3e7, 1e8],
        metavar="H",
        help="heat transfer coefficients in W/(m² K) (default: 1e7 3e7 1e8)",
    )
    set_run(parser, run, "hebbfilm.run.folder.reader")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """How warm finished runs get."""
    from hebbfilm.run.analysis.heating import heating_of_runs, heating_text

    def text() -> str:
        found = heating_of_runs(options.run_folders, options.transfer)
        return heating_text(found, options.transfer)

    print_on_root(comm, on_root(comm, text))
    return 0
