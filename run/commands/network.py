"""`hebbfilm network`: what the networks of a run, or of a study, store, and how robust they are."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.common.whole_files import write_json
from hebbfilm.run.commands.options import Commands, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.folder import files
from hebbfilm.run.inputs.paths import path_argument

if TYPE_CHECKING:
    from hebbfilm.hopfield import Reference


def add(commands: Commands) -> None:
    """`hebbfilm network`."""
    parser = commands.add_parser(
        "network",
        help="what the network of a run, or of all runs of a study, stores, and how robust it is",
        description="Find all fixed points and their basins (above 16 contacts by sampling), how "
        "many flipped signs are corrected, and how robust recall is against noise on the weights "
        "and their rounding, beside ideal networks (Hebb, Oja, pseudo-inverse, Storkey) for the "
        "same patterns and pairs. Pictures go to RUN/network/. For the folder of a study, print "
        "statistics over its finished runs.",
    )
    parser.add_argument(
        "run_folder", type=path_argument, metavar="RUN", help="run folder, or folder of a study"
    )
    parser.add_argument(
        "--reference", metavar="RULE", help="read weights by this rule instead of the run's"
    )
    parser.add_argument(
        "--offset",
        type=float,
        metavar="R",
        help="for the rule untrained_offset: the relative change at which a weight is zero; for p "
        "patterns p c/2, where c is the change of a strip that one of them drives",
    )
    parser.add_argument(
        "--json", type=path_argument, metavar="FILE", help="also write all numbers to this file"
    )
    set_run(parser, run, "hebbfilm.run.folder.reader")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """What the networks of a run, or of a study, store, and how robust they are."""
    print_on_root(comm, on_root(comm, lambda: _analyse(options)))
    return 0


def _analyse(options: argparse.Namespace) -> str:
    from hebbfilm.run.folder.writer import RunFolder

    folder, json = options.run_folder, options.json
    reference = _reference(options)
    if json is not None and not json.parent.is_dir():
        raise InputError(f"--json {json}: there is no folder {json.parent}")
    own = [path.resolve() for path in RunFolder(folder).written()]
    if json is not None and json.resolve() in own:
        raise InputError(f"--json {json}: is a file of the run; name another")
    text, found = _drawn(folder, reference)
    lines = [text, "", f"Pictures: {folder / files.NETWORK}"]
    if json is not None:
        write_json(json, found)
        lines.append(f"Numbers: {json}")
    return "\n".join(lines)


def _reference(options: argparse.Namespace) -> "Reference | None":
    from hebbfilm.hopfield import Reference

    rule, offset = options.reference, options.offset
    if rule is None and offset is None:
        return None
    return Reference(rule or "untrained_offset", offset)


def _drawn(folder: Path, reference: "Reference | None") -> tuple[str, dict[str, Any]]:
    """The text and the figures of a run or a study, whose pictures are in its folder then."""
    from matplotlib import rc_context

    from hebbfilm.run.analysis.network import analyse_run, analyse_study
    from hebbfilm.run.analysis.network_text import run_text, study_text
    from hebbfilm.run.folder.learnt import read_learnt
    from hebbfilm.run.folder.reader import finished_runs, read_run
    from hebbfilm.run.pictures import style
    from hebbfilm.run.pictures.network import run_pictures, study_pictures

    runs, pictures = finished_runs(folder), folder / files.NETWORK
    with rc_context(style.STYLE):
        if runs == [folder]:
            learnt = read_learnt(folder, reference)
            found = analyse_run(learnt)
            text = run_text(found)
            style.save_all(run_pictures(read_run(folder), learnt, found), pictures)
        else:
            networks = {str(run.relative_to(folder)): read_learnt(run, reference) for run in runs}
            found = analyse_study(networks)
            text = study_text(found)
            style.save_all(study_pictures(found), pictures)
    return text, found
