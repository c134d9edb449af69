"""`hebbfilm layout`: draw the meshed film of a case."""

import argparse
from pathlib import Path

from mpi4py import MPI

from hebbfilm.run.commands.options import Commands, add_case, set_run
from hebbfilm.run.commands.output import areas_of_regions, print_on_root
from hebbfilm.run.inputs.paths import path_argument
from hebbfilm.run.job.stages import stage


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
        metavar="FILE",
        help="the picture: a PNG, SVG or PDF file by the end of its name (default: a PNG of the "
        "case's name, here)",
    )
    set_run(show, run, "hebbfilm.run.inputs.films")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Draw the meshed film of a case."""
    from hebbfilm.run.inputs.case import read_case
    from hebbfilm.run.pictures.formats import form_of
    from hebbfilm.run.pictures.layout_show import save_mesh_picture

    out = options.out or Path(f"{options.case.stem}.png")
    case = read_case(options.case, options.set)
    form_of(out)
    with stage("Meshing the film", shown=comm.rank == 0):
        film_mesh = case.mesh(comm)
    quality = save_mesh_picture(film_mesh, case.contacts.nodes(film_mesh.contacts), out)
    lines = [str(quality), *areas_of_regions(film_mesh), f"Written to {out}"]
    print_on_root(comm, "\n".join(lines))
    return 0
