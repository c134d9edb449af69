"""`hebbfilm info`: versions, and whether this machine has what hebbfilm needs."""

import argparse
import os
from collections.abc import Sequence

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.tables import aligned
from hebbfilm.run.commands.options import Commands, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.folder.commit import checkout_commit
from hebbfilm.run.folder.versions import all_versions
from hebbfilm.run.job.launch import is_launched
from hebbfilm.run.job.placement import describe, own_place, troubles


def add(commands: Commands) -> None:
    """`hebbfilm info`."""
    parser = commands.add_parser(
        "info",
        help="versions, and whether this machine has all that is needed",
        description="Print versions, then try whether this machine has what is needed: libraries, "
        "a C compiler, a cache that can be written, two ranks of MPI, drawing without a display; "
        "and what is missing, with what to do about it. Exit status 1 if something is missing "
        'without which nothing goes; what is "no" only some commands need.',
    )
    set_run(parser, run)


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Versions of everything that matters, and what this machine has."""
    own = on_root(comm, checkout_commit) or "unknown: no checkout, or no git"
    places = comm.allgather(own_place())
    found = {**all_versions(), "commit": own, "ranks": describe(places)}
    print_on_root(comm, "\n".join([*aligned(list(found.items()), "<")]))
    slow = troubles(places)
    missing: list[str] = comm.bcast(on_root(comm, lambda: _tell_checks(comm, slow)))
    return 1 if missing else 0


def _tell_checks(comm: MPI.Intracomm, slow: Sequence[str]) -> list[str]:
    """Print each check as it is known, then the verdict; the names of what is needed and missing.

    Args:
        comm: all ranks.
        slow: what makes these ranks slow, each in a line.
    """
    from hebbfilm.run.machine import checks

    missing = []
    print(flush=True)
    for check in checks(comm.size, launched=is_launched(os.environ)):
        print(f"{check.name:<19}{check.word:<9}{check.told}", flush=True)
        if check.needed and not check.good:
            missing.append(check.name)
    there = "All that is needed is there" + ("" if slow else ".")
    told = [f"Missing: {', '.join(missing)}" if missing else there]
    print("\n" + "; but ".join([*told, *slow]))
    return missing
