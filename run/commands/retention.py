"""`hebbfilm retention`: what finished runs still know, and how fast they forget."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.common.whole_files import write_json
from hebbfilm.run.commands.options import Commands, add_format, add_runs, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.folder import files
from hebbfilm.run.inputs.paths import path_argument

if TYPE_CHECKING:
    from hebbfilm.run.pictures.formats import Form

_NOT_WRITTEN = "Tables and pictures: none, as these are several folders; --out FOLDER writes them"
_SETTLED = 5e-9
"""In s: by then a texture has sprung back from what the current held it at."""


def add(commands: Commands) -> None:
    """`hebbfilm retention`."""
    parser = commands.add_parser(
        "retention",
        help="what finished runs still know at times after switch-off, and how fast they forget",
        description="Print for each run the margin in % and, in brackets, the recalls in % that "
        "end in a stored state, at times after switch-off, from conductances averaged over the "
        "2 ns before, or over the time since switch-off where that is less. At 0 they are those "
        "of the last moment under voltage. Runs that differ in seeds alone make a row of means, "
        "with intervals, and pictures. With --fit, fit how the contrast decays. Tables and "
        "pictures go into the folder of the study, or to --out; of several folders none is "
        "written without.",
    )
    add_runs(parser)
    parser.add_argument(
        "--times",
        type=float,
        nargs="+",
        metavar="S",
        help="in s since switch-off (0 5e-9 10e-9 20e-9 50e-9, as far as runs go)",
    )
    parser.add_argument(
        "--fit",
        action="store_true",
        help="fit form and rate of the decay, attempt rates and barriers, with intervals",
    )
    parser.add_argument(
        "--from",
        dest="since",
        type=float,
        metavar="S",
        help=f"where fits begin, in s since switch-off ({_SETTLED:g})",
    )
    parser.add_argument(
        "--out", type=path_argument, metavar="FOLDER", help="of tables and pictures"
    )
    add_format(parser)
    set_run(parser, run, "hebbfilm.run.folder.reader")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """What finished runs still know, and how fast they forget."""
    from hebbfilm.run.pictures.formats import Form

    if options.since is not None and not options.fit:
        raise InputError(f"--from {options.since:g}: is where fits begin; give --fit, too")
    form = Form(options.format)

    def text() -> str:
        return _kept(options, form) + (_forgotten(options, form) if options.fit else "")

    print_on_root(comm, on_root(comm, text))
    return 0


def _kept(options: argparse.Namespace, form: Form) -> str:
    from hebbfilm.run.analysis.kept_by_condition import as_dict, by_condition, conditions_text
    from hebbfilm.run.analysis.retention import retention_of_runs, retention_text

    found = retention_of_runs(options.run_folders, options.times)
    kinds = by_condition(found)
    lines = conditions_text(found.times, kinds)
    text = retention_text(found)
    if not lines:
        return text
    from hebbfilm.run.analysis.retention_courses import kinds_of_runs
    from hebbfilm.run.pictures.retention import save_retention_pictures

    folder = _written_to(options)
    if folder is None:
        return "\n".join([text, *lines, "", _NOT_WRITTEN])
    table = folder / files.RETENTION
    write_json(table, as_dict(found, kinds))
    courses = kinds_of_runs(options.run_folders)
    pictures = save_retention_pictures(courses, found.times[-1], kinds, folder, form)
    return "\n".join([text, *lines, "", f"Table: {table}", f"Pictures: {pictures[0].parent}"])


def _forgotten(options: argparse.Namespace, form: Form) -> str:
    from hebbfilm.run.analysis.forgetting import forgetting_of
    from hebbfilm.run.analysis.forgetting_text import as_dict, forgetting_text
    from hebbfilm.run.analysis.retention_courses import kinds_of_runs
    from hebbfilm.run.pictures.forgetting import save_forgetting_picture

    folder = _written_to(options)
    since = _SETTLED if options.since is None else options.since
    found = forgetting_of(kinds_of_runs(options.run_folders), since)
    told = f"\n{forgetting_text(found)}"
    if folder is None:
        return told
    table = folder / files.FORGETTING
    write_json(table, as_dict(found))
    picture = save_forgetting_picture(found, folder, form)
    return f"{told}\n\nTable: {table}\nPicture: {picture}"


def _written_to(options: argparse.Namespace) -> Path | None:
    """The folder of tables and pictures; None of several folders, of which none is that of all."""
    every = {folder.resolve(): folder for folder in options.run_folders}
    folder: Path | None = options.out or (options.run_folders[0] if len(every) == 1 else None)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    return folder
