"""`hebbfilm cases`: the cases and studies that come with hebbfilm."""

import argparse

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import did_you_mean
from hebbfilm.common.tables import aligned
from hebbfilm.run.commands.options import Commands, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.inputs.shipped import FOLDER, STUDIES, names, titles


def add(commands: Commands) -> None:
    """`hebbfilm cases`."""
    parser = commands.add_parser(
        "cases",
        help="list the cases and studies that come with hebbfilm, or print one",
        description="List the cases and studies that come with hebbfilm. Commands take them by "
        "their names, where there is no file of that name: hebbfilm train four_node, hebbfilm "
        "study voltage. With a name, print the file: as a start of your own, hebbfilm cases "
        "four_node > my_case.toml",
    )
    parser.add_argument(
        "name", nargs="?", metavar="NAME", help="of a case, or of a study as studies/NAME"
    )
    set_run(parser, run)


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """The cases and studies that come with hebbfilm."""
    told = on_root(comm, lambda: _listed() if options.name is None else _text(options.name))
    print_on_root(comm, told)
    return 0


def _listed() -> str:
    lines = [f"in {FOLDER}"]
    for command, studies in (("run", False), ("study", True)):
        lines += ["", f"hebbfilm {command} NAME"]
        rows = list(titles(studies=studies).items())
        lines += [f"  {line}" for line in aligned(rows, "<")]
    return "\n".join(lines)


def _text(name: str) -> str:
    known = names(studies=False) + [f"{STUDIES}/{each}" for each in names(studies=True)]
    if name not in known:
        raise InputError(f"{name}: no case that comes with hebbfilm{did_you_mean(name, known)}")
    file = FOLDER / f"{name}.toml"
    # So that an editor finds it from wherever the text goes.
    text = file.read_text("utf-8").replace("#:schema ", f"#:schema {file.parent}/", 1)
    return text.removesuffix("\n")
