"""`hebbfilm report`: a run or a study as one page."""

import argparse

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.run.commands.options import Commands, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.folder import files
from hebbfilm.run.inputs.paths import path_argument


def add(commands: Commands) -> None:
    """`hebbfilm report`."""
    parser = commands.add_parser(
        "report",
        help="a run, or a study, as one page of HTML",
        description="Write one page that needs no other file and no network: key numbers, "
        "pictures, tables, the film in 3D to be turned, the case, versions and checksums. Of a "
        "run that is not finished, what there is; of a study, its table with links to those "
        "reports of its runs that have been made.",
    )
    parser.add_argument(
        "run_folder", type=path_argument, metavar="RUN", help="run folder, or folder of a study"
    )
    parser.add_argument(
        "--out",
        type=path_argument,
        metavar="HTML",
        help=f"the page (default: {files.REPORT} in that folder)",
    )
    set_run(parser, run, "hebbfilm.run.folder.reader")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """A run or a study as one page."""
    folder = options.run_folder
    out = options.out or folder / files.REPORT

    def write() -> str:
        from hebbfilm.run.report.page import write_report

        if out.suffix.lower() not in (".html", ".htm"):
            raise InputError(f"--out {out}: a page is HTML; let its name end in .html")
        return f"Written to {out}, {write_report(folder, out):.1f} MB"

    print_on_root(comm, on_root(comm, write))
    return 0
