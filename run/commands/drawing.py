"""Pictures that commands draw at their end; matplotlib, slow to import, is loaded only then."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mpi4py import MPI

    from hebbfilm.run.training.training_run import Draw


WHICH = ("all", "few", "none")


def add_pictures(parser: argparse.ArgumentParser, default: str | None, told: str) -> None:
    """Which pictures of runs are drawn.

    Args:
        parser: of the command.
        default: if nothing is said.
        told: the same, for --help.
    """
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--pictures",
        choices=WHICH,
        default=default,
        help="draw all pictures of a run, the few of the run as a whole, which leaves out those of "
        f"single snapshots, or none (default: {told}); `hebbfilm pictures` draws any of them later",
    )
    either.add_argument(
        "--no-pictures",
        dest="pictures",
        action="store_const",
        const="none",
        help="the same as --pictures none",
    )


def drawing_of_runs(which: str, *, shown: bool) -> Draw | None:
    """What draws the pictures of a run.

    Args:
        which: "all", "few" or "none".
        shown: whether with progress.
    """

    def draw(folder: Path, must_stop: Callable[[], bool], comm: MPI.Intracomm) -> bool:
        return _draw(folder, must_stop, comm, few=which == "few", shown=shown)

    return None if which == "none" else draw


def _draw(
    folder: Path, must_stop: Callable[[], bool], comm: MPI.Intracomm, *, few: bool, shown: bool
) -> bool:
    from hebbfilm.run.pictures import gallery

    shown = shown and comm.rank == 0
    return gallery.draw_all(folder, must_stop, comm, few=few, shown=shown) is not None


def draw_study(folder: Path) -> None:
    """Draw the pictures of a study, on one rank.

    Args:
        folder: of the study.

    Raises:
        InputError: a file of the study is damaged, or a picture cannot be written.
    """
    from hebbfilm.run.pictures.of_study import draw_study_pictures

    draw_study_pictures(folder)
