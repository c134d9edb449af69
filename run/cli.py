"""The command `hebbfilm`."""

import argparse
import importlib
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import IO, Any, NoReturn, TypeAlias

from mpi4py import MPI

from hebbfilm.common.shown import one_line
from hebbfilm.run.commands.arguments_of_machine import add_bench, add_validate
from hebbfilm.run.commands.arguments_of_results import (
    add_heating,
    add_network,
    add_recall,
    add_retention,
    add_rule,
    add_synapse,
    add_view,
)
from hebbfilm.run.inputs.paths import path_argument
from hebbfilm.run.job.interruption import end_when_stopped, ignore_signals, signal_name
from hebbfilm.run.job.launch import STATUS_FILE, are_joined, exit_status
from hebbfilm.run.job.meeting import meet_or_abort

_COMMON_DESCRIPTION = """\
Simulate magnetic films with electric contacts that train themselves as Hopfield networks.

A run is described by one TOML case file in SI units; see run/cases/. Every command but `view` and
`info` runs under MPI as it is: mpirun -n 4 hebbfilm train CASE."""

_Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"


_NUMBER_OR_STATE = re.compile(r"-(?:\.?\d|inf|nan|[-+,\s1]*$)", re.IGNORECASE)
"""A negative number, or a state whose first sign is a minus: -1e-9, -,+,+,- or --++."""


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
    if list(sys.argv[1:] if arguments is None else arguments)[-1:] == ["--"]:
        return _fail(comm, "hebbfilm: nothing follows --; the state of two minuses is -,-", 2)
    try:
        return _run(_parser().parse_args(arguments), comm, listen)
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt as stop:
        number = stop.args[0] if stop.args else signal.SIGINT
        return _fail(comm, f"hebbfilm: stopped by {signal_name(number)}", 128 + number)
    except Exception as error:  # a last resort: no rank may wait for one that has failed
        return _failed(comm, error)


def _failed(comm: MPI.Intracomm, error: Exception) -> int:
    # Only here, as they come with libraries that take a second to load.
    from hebbfilm.common.errors import InputError, SolverError

    if isinstance(error, InputError):
        return _fail(comm, f"hebbfilm: {error}", 2)
    if isinstance(error, SolverError):
        return _fail(comm, f"hebbfilm: {error}", 1)
    if isinstance(error, MemoryError) and comm.size == 1:
        return _fail(comm, "hebbfilm: this machine has not enough memory for that", 1)
    traceback.print_exception(error)
    if comm.size > 1:
        comm.Abort(1)
    return 1


def _fail(comm: MPI.Intracomm, message: str, status: int) -> int:
    if comm.rank == 0:
        print(message, file=sys.stderr, flush=True)
    meet_or_abort(comm, status)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="hebbfilm",
        description=_COMMON_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_train(commands)
    _add_study(commands)
    _add_mesh(commands)
    _add_layout(commands)
    _add_conductance(commands)
    add_recall(commands)
    add_heating(commands)
    add_retention(commands)
    add_network(commands)
    add_rule(commands)
    add_synapse(commands)
    add_view(commands)
    add_validate(commands)
    add_bench(commands)
    info = commands.add_parser("info", help="versions, and whether this machine has what is needed")
    info.set_defaults(run="info")
    return parser


class _Parser(argparse.ArgumentParser):
    """Speaks on rank 0 alone, of errors in one line, and takes states for what they are."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # By custom what looks like a negative number is no option, but 1e-9 does not look so.
        self._negative_number_matcher = _NUMBER_OR_STATE

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {one_line(message)}; see {self.prog} --help\n")

    def _print_message(self, message: str, file: IO[str] | None = None) -> None:  # type: ignore[override]
        if MPI.COMM_WORLD.rank == 0:
            super()._print_message(message, file)


def _add_case(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("case", type=path_argument, metavar="CASE", help="case file (TOML)")
    _add_set(parser)


def _add_set(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE",
        help="overrule the case, e.g. --set training.voltage=0.04 (may be repeated)",
    )  # fmt: skip


def _add_walltime(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--walltime", metavar="TIME",
        help="stop in time with exit status 75, the state saved; as Slurm writes it: minutes, "
        "H:M:S or D-H:M:S (default: by SLURM_JOB_END_TIME, else no limit)",
    )  # fmt: skip


def _add_train(commands: _Commands) -> None:
    parser = commands.add_parser(
        "train",
        help="relax a film, train it, read its weights, recall, draw pictures",
        description="Do a whole run. SIGTERM, Ctrl-C, SIGUSR1 or the end of the wall time save the "
        "state and stop; `hebbfilm train RUN --resume` goes on from there, on any number of ranks.",
    )
    parser.add_argument(
        "case",
        type=path_argument,
        metavar="CASE",
        help="case file (TOML), or with --resume a run folder",
    )
    _add_set(parser)
    parser.add_argument("--out", type=path_argument, metavar="RUN",
                        help="run folder (default: runs/ and the name of the case)")  # fmt: skip
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--overwrite", action="store_true", help="replace a run that is there")
    either.add_argument("--resume", action="store_true", help="go on with the run that is there")
    parser.add_argument("--no-pictures", action="store_true", help="leave the pictures out")
    _add_walltime(parser)
    parser.set_defaults(run="train")


def _add_study(commands: _Commands) -> None:
    parser = commands.add_parser(
        "study",
        help="run a case in many variants, and make one table and pictures of them all",
        description="Do every run of a study. Under mpirun the runs share the ranks, one each by "
        "default; in an array job of Slurm each job takes its part. What is finished is left alone "
        "and what was interrupted goes on, so the same command goes on after a stop. "
        "Exit status 1 if a run failed, 75 if the wall time was nearly over.",
    )
    parser.add_argument("study", type=path_argument, metavar="STUDY", help="study file (TOML)")
    _add_set(parser)
    parser.add_argument("--out", type=path_argument, metavar="FOLDER",
                        help="of all runs (default: runs/ and the name of the study)")  # fmt: skip
    parser.add_argument("--part", metavar="K/N",
                        help="every N-th run from the K-th on (default: by Slurm)")  # fmt: skip
    parser.add_argument("--ranks-per-run", type=int, default=1, metavar="N",
                        help="that share one film (1)")  # fmt: skip
    parser.add_argument("--retry", action="store_true", help="run what failed once more")
    parser.add_argument("--dry-run", action="store_true", help="check and list the runs, no more")
    _add_walltime(parser)
    parser.set_defaults(run="study")


def _add_mesh(commands: _Commands) -> None:
    parser = commands.add_parser(
        "mesh", help="mesh the film of a case and say how good the mesh is",
        description="Mesh the film of a case, print its quality and the sizes of its contacts.",
    )  # fmt: skip
    _add_case(parser)
    parser.add_argument("--out", type=path_argument, metavar="FILE",
                        help="also write the mesh: .msh (Gmsh) or .xdmf")  # fmt: skip
    parser.set_defaults(run="mesh")


def _add_layout(commands: _Commands) -> None:
    parser = commands.add_parser("layout", help="draw the film of a case: layout show CASE")
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    show = actions.add_parser(
        "show",
        help="draw outline, contacts, mesh and the quality of the mesh",
        description="Mesh the film of a case and draw it: outline, contacts with their names, the "
        "mesh, its worst triangle and the distribution of its smallest angles.",
    )
    _add_case(show)
    show.add_argument("--out", type=path_argument, metavar="PNG",
                      help="the picture (default: name of the case, here)")  # fmt: skip
    show.set_defaults(run="layout_show")


def _add_conductance(commands: _Commands) -> None:
    parser = commands.add_parser(
        "conductance",
        help="what a case's layout can learn, before any dynamics; or the conductances of a run",
        description="Print the conductance matrix in S and the coupling of each pair of contacts "
        "in the unit of a square of film. Of a case the film is uniform, m along the direction of "
        "[initial] (by custom z); then each pattern has a margin: how much more its current "
        "strengthens the pairs of opposite signs than those of equal signs, to first order and in "
        "relation to the largest relative change, so at most 2. Above 0 the layout separates the "
        "pattern; at 1 pairs of equal signs stay and all others grow alike, and beyond 1 they "
        "weaken. Of a run folder it is the saved state, without margins.",
    )
    parser.add_argument(
        "source", type=path_argument, metavar="CASE|RUN", help="case file or run folder"
    )
    _add_set(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run="conductance")


def _run(options: argparse.Namespace, comm: MPI.Intracomm, listen: bool) -> int:
    # The commands import the solvers, which `--help` and `info` need not wait for.
    from hebbfilm.run.commands import all_commands as commands

    command: Callable[[argparse.Namespace, MPI.Intracomm], int] = getattr(commands, options.run)
    if listen:
        if options.run != "info":
            importlib.import_module("hebbfilm.run.inputs.case")  # and nearly all libraries
        end_when_stopped()
    return command(options, comm)
