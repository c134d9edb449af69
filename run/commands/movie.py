"""`hebbfilm movie`: a run as a movie."""

import argparse
from pathlib import Path

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.run.commands.options import Commands, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.inputs.paths import path_argument


def add(commands: Commands) -> None:
    """`hebbfilm movie`."""
    parser = commands.add_parser(
        "movie",
        help="make a movie of a run: texture, current and conductances side by side",
        description="Make a movie of a run from its snapshots: the texture, the current density "
        "and the conductances over time side by side, with time, phase and the voltages at the "
        "contacts. A run at work gives what there is so far. A run keeps snapshots for it if its "
        "case has `field_interval` in [output]; without, there are a few.",
    )
    parser.add_argument("run_folder", type=path_argument, metavar="RUN", help="run folder")
    parser.add_argument(
        "--out",
        type=path_argument,
        metavar="FILE",
        help="the movie, .mp4, .gif or .webp (default: name of the run, .mp4, here)",
    )
    parser.add_argument(
        "--fps",
        type=float,
        metavar="N",
        help="frames in a second (default: so many that it takes 10 s, from 2 to 25)",
    )
    parser.add_argument(
        "--quantity",
        metavar="WHAT",
        help="what colours the film beside the texture: current (default), potential, angle, "
        "charge, temperature, m_x, m_y, oersted, or a layer by its name; see `hebbfilm view`",
    )
    parser.add_argument(
        "--size",
        metavar="WxH",
        help="in pixels (default: 1600x720; of .gif and .webp 960x432)",
    )
    set_run(parser, run, "hebbfilm.run.folder.reader")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """A run as a movie."""
    fps = options.fps
    if fps is not None and not 0.1 <= fps <= 120:
        raise InputError(f"--fps {fps:g}: must be from 0.1 to 120 frames in a second")
    print_on_root(comm, on_root(comm, lambda: _made(options)))
    return 0


def _made(options: argparse.Namespace) -> str:
    from hebbfilm.run.pictures.movie import make_movie
    from hebbfilm.run.pictures.scene_options import pixels

    return make_movie(
        options.run_folder,
        options.out or Path(f"{options.run_folder.resolve().name}.mp4"),
        fps=options.fps,
        quantity=options.quantity,
        size=None if options.size is None else pixels("--size", options.size),
        shown=True,
    )
