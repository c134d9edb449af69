"""`hebbfilm info`: versions of everything that matters."""

import argparse

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.tables import aligned
from hebbfilm.run.commands.options import Commands, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.folder.commit import checkout_commit
from hebbfilm.run.folder.versions import all_versions


def add(commands: Commands) -> None:
    """`hebbfilm info`."""
    parser = commands.add_parser(
        "info",
        help='versions of all that matters, "missing" where this machine does not have it',
    )
    set_run(parser, run)


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Versions of everything that matters."""
    own = on_root(comm, checkout_commit) or "unknown: no checkout, or no git"
    found = {**all_versions(), "commit": own, "ranks": str(comm.size)}
    print_on_root(comm, "\n".join(aligned(list(found.items()), "<")))
    return 0
