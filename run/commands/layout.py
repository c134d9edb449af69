"""`hebbfilm layout`: draw the meshed film of a case."""

import argparse
from pathlib import Path

from mpi4py import MPI

from hebbfilm.common.errors import InputError
from hebbfilm.run.commands.options import Commands, add_case, set_run
from hebbfilm.run.commands.output import areas_of_regions, print_on_root
from hebbfilm.run.inputs.paths import path_argument


def add(commands: Commands) -> None:
    """`hebbfilm layout`."""
    parser = commands.add_parser("layout", help="draw the film of a case: layout show CASE")
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    show = actions.add_parser(
        "show",
        help="draw outline, contacts, regions, mesh and the quality of the mesh",
        description="Mesh the film of a case and draw it: outline, contacts and regions with their "
        "names, the mesh, its worst triangle and the distribution of its smallest angles.",
    )
    add_case(show)
    show.add_argument(
        "--out",
        type=path_argument,
        metavar="PNG",
        help="the picture (default: name of the case, here)",
    )
    set_run(show, run, "hebbfilm.run.inputs.films")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Draw the meshed film of a case."""
    from hebbfilm.run.inputs.case import read_case
    from hebbfilm.run.pictures.layout_show import save_mesh_picture

    out = options.out or Path(f"{options.case.stem}.png")
    case = read_case(options.case, options.set)
    if out.suffix.lower() != ".png":
        raise InputError(f"--out {out}: pictures are written as PNG; let the name end in .png")
    film_mesh = case.mesh(comm)
    quality = save_mesh_picture(film_mesh, case.contacts.nodes(film_mesh.contacts), out)
    lines = [str(quality), *areas_of_regions(film_mesh), f"Written to {out}"]
    print_on_root(comm, "\n".join(lines))
    return 0
