"""`hebbfilm rule`: the learning rule that runs followed."""

import argparse

from mpi4py import MPI

from hebbfilm.run.commands.options import Commands, add_runs
from hebbfilm.run.commands.output import print_on_root


def add(commands: Commands) -> None:
    """`hebbfilm rule`."""
    parser = commands.add_parser(
        "rule",
        help="which learning rule runs followed: Hebb, Oja, saturating, by displacement",
        description="Fit forms of the learning rule to the trajectories of all conductances, and "
        "compare them by cross-validation: held out are all runs with one initial texture at a "
        "time, or one pair at a time where all have the same texture. The linear "
        "response stands beside. Table and picture go to the first folder.",
    )
    add_runs(parser)
    parser.set_defaults(run=run, libraries="hebbfilm.run.inputs.films")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """The learning rule that runs followed."""
    from hebbfilm.run.analysis.rule import rule as fit_rule

    print_on_root(comm, fit_rule(options.run_folders, comm))
    return 0
