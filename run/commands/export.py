"""`hebbfilm export`: snapshots of a run as files for other programs."""

import argparse
from pathlib import Path

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.common.quantities import number_or_si
from hebbfilm.run.commands.options import Commands, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.folder import files
from hebbfilm.run.inputs.paths import path_argument
from hebbfilm.run.results.formats import FORMATS, GRIDS

_ALL = "all"
_NEAR = 1e-3
"""What ⟨m⟩ on a grid and in the film may differ by without a word."""
_COARSE = "; above 1e-3 the cells, or the mesh of the film, are too coarse for the texture"


def add(commands: Commands) -> None:
    """`hebbfilm export`."""
    parser = commands.add_parser(
        "export",
        help="write snapshots of a run as OVF, VTU, NPZ or CSV, for other programs",
        description="Write snapshots of a run for other programs. OVF is version 2, as MuMax3, "
        "OOMMF and Ubermag read it: unit vectors m at the centres of the cells of a regular grid, "
        "and zero outside the film; in three dimensions with a layer of cells for each of the "
        "mesh. How far the mean of m is from that of the film is printed. VTU, NPZ and CSV have "
        "the mesh of the film: VTU and NPZ all there is, with units, CSV a row for each vertex.",
    )
    parser.add_argument("run_folder", type=path_argument, metavar="RUN", help="folder of a run")
    parser.add_argument(
        "--snapshot",
        metavar="WHICH",
        help="label or number of a snapshot, or a time, like '2.5 ns', for the nearest; or all "
        "(default: the last)",
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default=FORMATS[0],
        help="ovf has numbers of 8 bytes, ovf-single of 4 (default: %(default)s)",
    )
    parser.add_argument(
        "--cell",
        metavar="SIZE",
        help="edge of the cells of OVF, like 2nm, or edges along x, y and z, like 2nm,2nm,1nm "
        "(default: about half an edge of the mesh)",
    )
    parser.add_argument(
        "--out", type=path_argument, metavar="FOLDER", help="folder (default: RUN/export)"
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace files that are there already"
    )
    set_run(parser, run, "hebbfilm.run.folder.reader")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Write snapshots of a run for other programs."""
    print_on_root(comm, on_root(comm, lambda: _export(options)))
    return 0


def _export(options: argparse.Namespace) -> str:
    from hebbfilm.run.results.export import export_snapshots
    from hebbfilm.run.results.run_results import open_run

    opened = open_run(options.run_folder)
    if options.snapshot == _ALL and opened.snapshots:
        chosen = opened.snapshots
    else:
        chosen = (opened.snapshot(None if options.snapshot == _ALL else options.snapshot),)
    folder: Path = options.out or options.run_folder / files.EXPORT
    _require_no_file_of_run(folder, options.run_folder)
    found = export_snapshots(
        opened,
        chosen,
        folder,
        options.format,
        sides=_sides(options),
        overwrite=options.overwrite,
    )
    lines = []
    for each in found:
        lines.append(str(each.path))
        if each.grid is not None:
            counts = " × ".join(map(str, each.grid.counts))
            cell = " × ".join(f"{side * 1e9:.4g}" for side in each.grid.cell)
            grid, film = (_vector(mean) for mean in (each.mean_on_grid, each.mean))
            lines.append(
                f"  {counts} cells of {cell} nm; mean m {grid}, in the film {film}: "
                f"{each.difference:.1e} apart" + ("" if each.difference <= _NEAR else _COARSE)
            )
    return "\n".join(lines)


def _require_no_file_of_run(folder: Path, run_folder: Path) -> None:
    of_run = [run_folder / name for name in files.FOLDERS]
    wanted = folder.resolve()
    if wanted == run_folder.resolve() or any(
        wanted.is_relative_to(each.resolve()) for each in of_run
    ):
        raise InputError(f"--out {folder}: is a folder of the run itself; name another")


def _sides(options: argparse.Namespace) -> list[float]:
    """Edges of a cell in m; none if they are not given."""
    if options.cell is None:
        return []
    if options.format not in GRIDS:
        raise InputError(
            f"--cell {options.cell}: {options.format} has the mesh of the film, and no cells of a "
            f"grid; leave it out, or write --format {GRIDS[0]}"
        )
    try:
        sides = [number_or_si(part, "m") for part in options.cell.split(",")]
    except InputError as error:
        raise InputError(f"--cell {options.cell}: {error}") from None
    if not all(side > 0 for side in sides):
        raise InputError(f"--cell {options.cell}: must be above 0")
    return sides


def _vector(values: tuple[float, ...]) -> str:
    return "(" + ", ".join(f"{value:+.4f}" for value in values) + ")"
