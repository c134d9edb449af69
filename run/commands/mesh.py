"""`hebbfilm mesh`: mesh the film of a case."""

import argparse

from mpi4py import MPI

from hebbfilm.common.errors import InputError
from hebbfilm.run.commands.options import Commands, add_case, set_run
from hebbfilm.run.commands.output import areas_of_regions, print_on_root
from hebbfilm.run.inputs.paths import path_argument
from hebbfilm.run.job.stages import stage


def add(commands: Commands) -> None:
    """`hebbfilm mesh`."""
    parser = commands.add_parser(
        "mesh",
        help="mesh the film of a case and print the quality of the mesh",
        description="Mesh the film of a case, print its quality and the areas of its contacts and "
        "regions.",
    )
    add_case(parser)
    parser.add_argument(
        "--out",
        type=path_argument,
        metavar="FILE",
        help="also write the mesh: .msh, for Gmsh, PyVista and meshio, or .xdmf, for DOLFINx",
    )
    set_run(parser, run, "hebbfilm.run.inputs.films")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Mesh the film of a case."""
    from hebbfilm.meshing import write_msh, write_xdmf
    from hebbfilm.run.commands.kept import require_kept
    from hebbfilm.run.inputs.case import read_case

    writers = {".msh": write_msh, ".xdmf": write_xdmf}
    if options.out is not None and options.out.suffix not in writers:
        raise InputError(f"--out {options.out}: allowed endings are {', '.join(writers)}")
    case = read_case(options.case, options.set)
    if options.out is not None:
        written = [options.out, options.out.with_suffix(".h5")]  # the latter of an .xdmf
        require_kept(f"--out {options.out}", written, options.case, case)
    with stage("Meshing the film", shown=comm.rank == 0):
        film_mesh = case.mesh(comm)
    lines = [str(film_mesh.quality())]
    if film_mesh.refinements:
        lines.append(f"Each triangle of a coarser mesh was divided into {4**film_mesh.refinements}")
    lines += [
        f"area of {name}: {film_mesh.contact_size(name):.4g} m²" for name in film_mesh.contacts
    ]
    lines += areas_of_regions(film_mesh)
    if options.out is not None:
        writers[options.out.suffix](film_mesh, options.out)
        lines.append(f"Written to {options.out}")
    print_on_root(comm, "\n".join(lines))
    return 0
