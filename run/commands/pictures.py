"""`hebbfilm pictures`: draw pictures of a run or a study, by name, in any format."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.common.text import counted
from hebbfilm.run.commands.options import Commands, add_format, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.folder import files
from hebbfilm.run.inputs.paths import path_argument

if TYPE_CHECKING:
    from hebbfilm.run.pictures.formats import Form


def add(commands: Commands) -> None:
    """`hebbfilm pictures`."""
    parser = commands.add_parser(
        "pictures",
        help="draw pictures of a run or a study, by name, as PNG, SVG or PDF",
        description="Draw pictures of a finished run, or of a study, into its folder pictures/: "
        "those that are named, or all. Names may be patterns, like 'current_*'. Ranks of mpirun "
        "share the work; without it, processes do. In SVG and PDF lines and text are what they "
        "are, with their fonts; the colours of the film are a raster in them, of --dpi.",
    )
    parser.add_argument(
        "folder", type=path_argument, metavar="RUN", help="run folder, or folder of a study"
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="of a picture (default: all)")
    parser.add_argument("--list", action="store_true", help="only list the names")
    add_format(parser)
    parser.add_argument(
        "--dpi", type=int, metavar="N", help="dots an inch (default: 200; in SVG and PDF 300)"
    )
    set_run(parser, run, "hebbfilm.run.folder.reader")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Draw pictures of a run or a study."""
    from hebbfilm.run.pictures.formats import Form

    form = Form(options.format, options.dpi)
    if comm.bcast(on_root(comm, lambda: _is_study(options.folder))):
        print_on_root(comm, on_root(comm, lambda: _of_study(options, form)))
    else:
        _of_run(options, form, comm)
    return 0


def _is_study(folder: Path) -> bool:
    """Whether a folder is that of a study; one that is neither is refused as a run."""
    from hebbfilm.run.folder.manifest import read_manifest
    from hebbfilm.run.study.outline import OUTLINE
    from hebbfilm.run.study.table import TABLE

    if any((folder / name).is_file() for name in (files.MANIFEST, files.SUMMARY)):
        return False
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder; give that of a run or of a study")
    if any((folder / name).is_file() for name in (OUTLINE, TABLE)):
        return True
    read_manifest(folder)  # says that no run is in it
    return False


def _of_run(options: argparse.Namespace, form: "Form", comm: MPI.Intracomm) -> None:
    from hebbfilm.run.folder.summary_file import require_finished
    from hebbfilm.run.pictures.gallery import draw_all
    from hebbfilm.run.pictures.of_run import names_of

    folder, asked = options.folder, options.names or None
    on_root(comm, lambda: require_finished(folder))
    if options.list:
        print_on_root(comm, on_root(comm, lambda: "\n".join(names_of(folder, asked=asked))))
        return
    drawn = draw_all(folder, comm=comm, names=asked, form=form, shown=comm.rank == 0)
    print_on_root(comm, _told(drawn or []))


def _of_study(options: argparse.Namespace, form: "Form") -> str:
    from hebbfilm.run.pictures.of_study import draw_study_pictures, figures_of_study
    from hebbfilm.run.pictures.picture import asked_for

    folder, asked = options.folder, options.names or ["*"]
    if options.list:
        return "\n".join(asked_for(asked, list(figures_of_study(folder)), folder))
    return _told(draw_study_pictures(folder, lambda there: asked_for(asked, there, folder), form))


def _told(drawn: list[Path]) -> str:
    return "\n".join(map(str, drawn)) if len(drawn) <= 3 else _many(drawn)


def _many(drawn: list[Path]) -> str:
    return f"{counted(len(drawn), 'picture')}: {drawn[0].parent}"
