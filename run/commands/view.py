"""`hebbfilm view`: look at a run in 3D."""

import argparse

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.run.commands.options import Commands, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.inputs.paths import path_argument


def add(commands: Commands) -> None:
    """`hebbfilm view`."""
    parser = commands.add_parser("view", help="look at a run in 3D, or save the view as a picture")
    parser.add_argument(
        "run_folder", type=path_argument, metavar="RUN", help="folder of a finished run"
    )
    parser.add_argument(
        "--snapshot", metavar="LABEL", help="label or number of the snapshot (default: the last)"
    )
    parser.add_argument(
        "--save", type=path_argument, metavar="PNG", help="write a picture; no display needed"
    )
    parser.add_argument(
        "--streamlines", action="store_true", help="draw streamlines of the current"
    )
    parser.add_argument(
        "--colour",
        default="m_z",
        metavar="WHAT",
        help="what colours the film: m_z (default), current, temperature, oersted (its H_z), or a "
        "layer by its name (its current)",
    )
    set_run(parser, run, "hebbfilm.run.folder.reader")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Look at a run in 3D."""
    from hebbfilm.run.pictures import view as viewer

    chosen = {name: getattr(options, name) for name in ("snapshot", "streamlines", "colour")}

    def show() -> str:
        if options.save is not None:
            viewer.save(options.run_folder, options.save, **chosen)
            return f"Written to {options.save}"
        viewer.show(options.run_folder, **chosen)
        return ""

    print_on_root(comm, on_root(comm, show))
    return 0
