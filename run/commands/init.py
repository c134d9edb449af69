"""`hebbfilm init`: a first case of one's own."""

import argparse
import shlex
from pathlib import Path

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.common.quantities import number_or_si
from hebbfilm.run.commands.options import Commands, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.inputs.paths import path_argument
from hebbfilm.run.job.launch import launcher

_NEXT = ("check", "layout show", "conductance", "train")
"""Commands, of which the third tells which patterns the film keeps apart."""
_DRAWINGS = (".gds", ".oas", ".dxf", ".svg")


def add(commands: Commands) -> None:
    """`hebbfilm init`."""
    parser = commands.add_parser(
        "init",
        help="write a first case of your own, of a film of the catalogue or of a drawing",
        description="Write a case file in which each line says what it is, ready to be checked, "
        "changed and run. Nothing is written over. Of a drawing (GDSII, OASIS, DXF, SVG), the "
        "layers of film and contacts are chosen by their names, else in their order; look at the "
        "result with hebbfilm layout show CASE.",
    )
    parser.add_argument(
        "name",
        nargs="?",
        type=path_argument,
        metavar="FILE",
        help="case file to write (default: after the drawing or the kind, here)",
    )
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--from", dest="drawing", type=path_argument, metavar="DRAWING", help="film of a drawing"
    )
    either.add_argument(
        "--kind", default="wheel", metavar="KIND", help="film of the catalogue (default: wheel)"
    )
    parser.add_argument("--film", metavar="LAYER", help="of the drawing, with the film")
    parser.add_argument("--contacts", metavar="LAYER", help="of the drawing, with the contacts")
    parser.add_argument(
        "--unit", metavar="M", help='metres per unit of the drawing, or as "1 nm", if it has none'
    )
    set_run(parser, run)


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Write a first case."""
    print_on_root(comm, on_root(comm, lambda: _written(options)))
    return 0


def _written(options: argparse.Namespace) -> str:
    from hebbfilm.run.inputs.first_case import write_first_case
    from hebbfilm.run.inputs.proposals import of_catalogue, of_drawing

    _require_fit(options)
    stem = options.kind if options.drawing is None else options.drawing.name.partition(".")[0]
    path: Path = options.name or Path(stem)
    if path.suffix != ".toml":
        path = path.with_name(f"{path.name}.toml")
    if options.drawing is None:
        proposal = of_catalogue(options.kind)
    else:
        chosen = {name: getattr(options, name) for name in ("film", "contacts", "unit")}
        if options.unit is not None:
            chosen["unit"] = _unit(options.unit)
        proposal = of_drawing(options.drawing, path.parent, **chosen)
    write_first_case(path, proposal)
    lines = [*proposal.told, f"Written to {path}; next:"]
    hebbfilm, named = f"{launcher()}hebbfilm", shlex.quote(str(path))
    lines += [f"  {hebbfilm} {command} {named}" for command in _NEXT]
    return "\n".join(lines)


def _require_fit(options: argparse.Namespace) -> None:
    """Refuse what is of drawings where none is given."""
    if options.drawing is not None:
        return
    if options.name is not None and options.name.suffix.lower() in _DRAWINGS:
        raise InputError(
            f"{options.name} is named like a drawing: write --from {shlex.quote(str(options.name))}"
        )
    for name in ("film", "contacts", "unit"):
        if (value := getattr(options, name)) is not None:
            raise InputError(f"--{name} {value}: is of a drawing; name that with --from")


def _unit(text: str) -> float:
    try:
        return number_or_si(text, "m")
    except InputError as error:
        raise InputError(f"--unit {error}") from None
