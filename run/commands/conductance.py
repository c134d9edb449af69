"""`hebbfilm conductance`: conductances of a run's state, or what a case's layout alone decides."""

import argparse
import json

from mpi4py import MPI

from hebbfilm.run.commands.options import Commands, add_named, add_set, is_run, set_run
from hebbfilm.run.commands.output import print_on_root


def add(commands: Commands) -> None:
    """`hebbfilm conductance`."""
    parser = commands.add_parser(
        "conductance",
        help="what a case's layout can learn, before any dynamics; or the conductances of a run",
        description="Print the conductance matrix in S and the coupling of each pair of contacts "
        "in squares of film, or of film and layers together. For a case, the film is uniform with "
        "m along the direction of [initial] (default: z), and each pattern gets a margin: by how "
        "much more its current "
        "strengthens pairs of opposite signs than pairs of equal signs, to first order, divided by "
        "the largest relative change (so at most 2). Above 0 the layout separates the pattern; at "
        "1 pairs of equal signs do not change and all others grow alike; above 1 pairs of equal "
        "signs weaken. For a run folder there are no margins, and the film is as it was saved, "
        "with [recall] as it was trained, before any recall.",
    )
    add_named(parser, "source", "CASE|RUN", "case file or run folder")
    add_set(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    set_run(parser, run, "hebbfilm.run.inputs.films")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """The conductance matrix of a run's state, or what the layout of a case alone decides."""
    from hebbfilm.run.analysis.conductances import conductances_of_case, conductances_of_run
    from hebbfilm.run.analysis.conductances_text import conductances_as_text
    from hebbfilm.run.inputs.case import read_case

    if is_run(options.source):
        found = conductances_of_run(options.source, options.set, comm)
    else:
        found = conductances_of_case(read_case(options.source, options.set), comm)
    print_on_root(
        comm, json.dumps(found.as_dict(), indent=1) if options.json else conductances_as_text(found)
    )
    return 0
