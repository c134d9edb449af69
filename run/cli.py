"""The command `hebbfilm`."""

import argparse
import importlib
import os
import signal
import sys
import traceback
from collections.abc import Sequence

from mpi4py import MPI

from hebbfilm import __version__
from hebbfilm.common.errors import InputError, SolverError
from hebbfilm.common.messages import reason
from hebbfilm.run.commands import GROUPS
from hebbfilm.run.commands.parser import Parser
from hebbfilm.run.job.interruption import end_when_stopped, ignore_signals, signal_name
from hebbfilm.run.job.launch import STATUS_FILE, are_joined, exit_status
from hebbfilm.run.job.meeting import meet_or_abort
from hebbfilm.run.job.stages import stage

_COMMON_DESCRIPTION = """\
Simulate magnetic films with electric contacts that train themselves as Hopfield networks.

A run is described by one TOML case file in SI units. Cases that come with hebbfilm go by their
names: hebbfilm train four_node. What takes long runs under MPI as it is: mpirun -n 4 hebbfilm …"""


def start() -> int:
    """Run the command of this process; returns the status to end it with."""
    # Programs that this one starts are no ranks of that mpirun.
    file = os.environ.pop(STATUS_FILE, "")
    try:
        status = main(listen=True)
    except SystemExit as stop:  # after --help, or arguments that are none
        status = int(stop.code or 0)
    # What has its status is over: a signal as it ends changes nothing.
    ignore_signals()
    return exit_status(status, MPI.COMM_WORLD.rank, file)


def main(arguments: Sequence[str] | None = None, *, listen: bool = False) -> int:
    """Run one command; returns the exit status.

    Args:
        arguments: of the command line; None: those of this process.
        listen: once libraries are loaded, end at signals; else what they do is left as it is.
    """
    comm = MPI.COMM_WORLD
    if not are_joined(comm.size, os.environ):
        return 2
    if sys.flags.optimize > 1:
        # What keys mean is told by docstrings, and without them by nothing.
        return _fail(comm, "hebbfilm: needs its docstrings: leave out -OO and PYTHONOPTIMIZE=2", 2)
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[-1:] == ["--"]:
        return _fail(comm, "hebbfilm: nothing follows --; the state of two minuses is -,-", 2)
    line = parser()
    if not given:
        line.print_help()
        return 2
    try:
        return _run(line.parse_args(given), comm, listen)
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt as stop:
        number = stop.args[0] if stop.args else signal.SIGINT
        return _fail(comm, f"hebbfilm: stopped by {signal_name(number)}", 128 + number)
    except Exception as error:  # a last resort: no rank may wait for one that has failed
        return _failed(comm, error)


def _failed(comm: MPI.Intracomm, error: Exception) -> int:
    if isinstance(error, InputError):
        return _fail(comm, f"hebbfilm: {error}", 2)
    if isinstance(error, SolverError):
        return _fail(comm, f"hebbfilm: {error}", 1)
    if isinstance(error, MemoryError) and comm.size == 1:
        return _fail(comm, "hebbfilm: this machine has not enough memory for that", 1)
    library = error.name if isinstance(error, ModuleNotFoundError) else None
    if library and not library.startswith("hebbfilm"):
        told = f"hebbfilm: {library} is missing; `hebbfilm info` tells what else, and what to do"
        return _fail(comm, told, 1)
    traceback.print_exception(error)
    if comm.size > 1:
        comm.Abort(1)
    return 1


def _fail(comm: MPI.Intracomm, message: str, status: int) -> int:
    if comm.rank == 0:
        print(message, file=sys.stderr, flush=True)
    meet_or_abort(comm, status)
    return status


def parser() -> argparse.ArgumentParser:
    """Of all commands."""
    line = Parser(
        prog="hebbfilm",
        usage="hebbfilm [-h] [--version] COMMAND …",
        description=_COMMON_DESCRIPTION,
        epilog="`hebbfilm COMMAND --help` says more of each.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    # For commands that name none, see `hebbfilm.run.commands.options.set_run`.
    line.set_defaults(libraries="")
    line.add_argument("--version", action="version", version=f"hebbfilm {__version__}")
    # Not listed by itself, but by groups.
    commands = line.add_subparsers(
        dest="command", prog="hebbfilm", required=True, metavar="COMMAND", help=argparse.SUPPRESS
    )
    for title, names in GROUPS.items():
        for name in names:
            importlib.import_module(f"hebbfilm.run.commands.{name}").add(commands)
        listed = line.add_argument_group(title)._group_actions
        listed += [each for each in commands._choices_actions if each.dest in names]
    return line


def _run(options: argparse.Namespace, comm: MPI.Intracomm, listen: bool) -> int:
    if listen:
        if options.libraries:
            with stage("Loading libraries", shown=comm.rank == 0):
                importlib.import_module(options.libraries)
        end_when_stopped()
    try:
        return int(options.run(options, comm))
    except SystemExit as stop:  # of code of one's own; of an argument it comes before
        raise InputError(f"code of your own raised SystemExit: {reason(stop)}") from stop
