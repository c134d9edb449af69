"""Arguments that several commands share, and what they mean."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from mpi4py import MPI

from hebbfilm.run.commands.parser import Parser
from hebbfilm.run.inputs.paths import path_argument
from hebbfilm.run.inputs.shipped import shipped_file

Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


def set_run(
    parser: argparse.ArgumentParser,
    run: Callable[[argparse.Namespace, MPI.Intracomm], int],
    libraries: str = "",
) -> None:
    """What a command does.

    Args:
        parser: of the command.
        run: options in, exit status out.
        libraries: a module to import ahead of it, whose libraries load for so long that a signal
            meanwhile must find the process ready to end; none if it is empty.
    """
    parser.set_defaults(run=run, libraries=libraries)


class _Named(argparse.Action):
    """Takes a case or a study that comes with hebbfilm by its name, and says which file it is."""

    def __init__(self, *arguments: Any, studies: bool | None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.studies = studies

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Keep the path."""
        kinds = [False, True] if self.studies is None else [self.studies]
        files = (shipped_file(values, studies=each) for each in kinds)
        found = next(filter(None, files), None)
        if found is not None:
            parser._print_message(f"hebbfilm: {values} is {found}\n", sys.stderr)
        setattr(namespace, self.dest, found or values)


def add_named(
    parser: argparse.ArgumentParser,
    dest: str,
    metavar: str,
    does: str,
    *,
    studies: bool | None = False,
) -> None:
    """A case, or a study, that may be one of those which come with hebbfilm.

    Args:
        parser: of the command.
        dest: name of the option that holds its path.
        metavar: as the help shows it, like "CASE".
        does: its line in the help.
        studies: whether names are of studies; None: of cases, then of studies.
    """
    parser.add_argument(
        dest,
        type=path_argument,
        action=_Named,
        studies=studies,
        metavar=metavar,
        help=f"{does}, or the name of one that comes with hebbfilm",
    )


def add_case(parser: argparse.ArgumentParser) -> None:
    """The case file, and single values of it."""
    add_named(parser, "case", "CASE", "case file (TOML)")
    add_set(parser)


def add_set(parser: argparse.ArgumentParser) -> None:
    """Values that overrule the case."""
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="override a value of the case, e.g. --set training.voltage=0.04 (may be repeated)",
    )


def add_format(parser: argparse.ArgumentParser) -> None:
    """The format of pictures."""
    parser.add_argument(
        "--format", default="png", metavar="FORMAT", help="of pictures: png (default), svg or pdf"
    )


def add_walltime(parser: argparse.ArgumentParser) -> None:
    """How long the job may take."""
    parser.add_argument(
        "--walltime",
        metavar="TIME",
        help="save the state and stop with exit status 75 before this time is over; minutes, H:M:S "
        "or D-H:M:S, as for Slurm (default: SLURM_JOB_END_TIME, else no limit)",
    )


def add_runs(parser: argparse.ArgumentParser) -> None:
    """Folders of runs, or of whole studies."""
    parser.add_argument(
        "run_folders",
        type=path_argument,
        nargs="+",
        metavar="RUN",
        help="run folder, or folder of a study",
    )


def is_run(path: Path) -> bool:
    """Whether a path is meant for the folder of a run rather than for a case."""
    return path.is_dir() or not (path.exists() or path.suffix == ".toml")
