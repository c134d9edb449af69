"""`hebbfilm heating`: how warm finished runs get."""

import argparse

from mpi4py import MPI

from hebbfilm.run.commands.options import Commands, add_runs
from hebbfilm.run.commands.output import print_on_root


def add(commands: Commands) -> None:
    """`hebbfilm heating`."""
    parser = commands.add_parser(
        "heating",
        help="how warm finished runs get with heat that leaves to a substrate",
        description="Print of each run its recall, its margin, its largest electric power (peak "
        "power) and the peak rise of its mean temperature in K; in brackets the rise where most of "
        "the heat is released, if none flows along the film: local / mean times as much. That "
        "factor is the power density, averaged over the heat that it releases, over the power "
        "density averaged over the film, at its largest in the run; 1 is a film heated evenly. The "
        "heat does not act back on the run.",
    )
    add_runs(parser)
    parser.add_argument(
        "--transfer",
        type=float,
        nargs="+",
        default=[1e7, 3e7, 1e8],
        metavar="H",
        help="coefficients in W/(m² K) (1e7 3e7 1e8)",
    )
    parser.set_defaults(run=run, libraries="hebbfilm.run.folder.reader")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """How warm finished runs get."""
    from hebbfilm.common.collective import on_root
    from hebbfilm.run.analysis.heating import heating_table

    print_on_root(comm, on_root(comm, lambda: heating_table(options.run_folders, options.transfer)))
    return 0
