"""`hebbfilm network`: what the networks of a run, or of a study, store, and how robust they are."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.common.whole_files import write_json
from hebbfilm.run.commands.options import Commands, add_format, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.folder import files
from hebbfilm.run.inputs.paths import path_argument

if TYPE_CHECKING:
    from hebbfilm.hopfield import Reference
    from hebbfilm.run.pictures.formats import Form

ALL = "all"


def add(commands: Commands) -> None:
    """`hebbfilm network`."""
    parser = commands.add_parser(
        "network",
        help="what the network of a run, or of all runs of a study, stores, and how robust it is",
        description="Find all fixed points and their basins (above 16 contacts by sampling), how "
        "many flipped signs are corrected, and how robust recall is against noise on the weights "
        "and their rounding, beside ideal networks (Hebb, Oja, pseudo-inverse, Storkey) for the "
        "same patterns and pairs. Pictures go to RUN/network/. For the folder of a study, print "
        "statistics over its finished runs. With --reference all, print what each rule recalls of "
        "each moment at which the film was read, since each other.",
    )
    parser.add_argument(
        "run_folder", type=path_argument, metavar="RUN", help="run folder, or folder of a study"
    )
    parser.add_argument(
        "--reference",
        metavar="RULE",
        help="read weights by this rule instead of the run's, or by all of them: all",
    )
    parser.add_argument(
        "--since",
        metavar="MOMENT",
        help="the moment with which conductances are compared: untrained, the label of a reading, "
        "uniform or reference_film",
    )
    parser.add_argument(
        "--of",
        action="append",
        metavar="MOMENT",
        help="the moment whose conductances are read: trained or the label of a reading; given "
        "several times, the mean of these",
    )
    parser.add_argument(
        "--offset",
        type=float,
        metavar="R",
        help="for rules called so, the signal at which a weight is zero: of untrained_offset, the "
        "rule that it stands for alone, a relative change; for p patterns p c/2, where c is the "
        "change of a strip that one of them drives; of absolute_offset and offset in S",
    )
    parser.add_argument(
        "--json", type=path_argument, metavar="FILE", help="also write all numbers to this file"
    )
    add_format(parser)
    set_run(parser, run, "hebbfilm.run.folder.reader")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """What the networks of a run, or of a study, store, and how robust they are."""
    print_on_root(comm, on_root(comm, lambda: _analyse(options)))
    return 0


def _analyse(options: argparse.Namespace) -> str:
    from hebbfilm.run.folder.writer import RunFolder
    from hebbfilm.run.pictures.formats import Form

    folder, json, form = options.run_folder, options.json, Form(options.format)
    if json is not None and not json.parent.is_dir():
        raise InputError(f"--json {json}: there is no folder {json.parent}")
    own = [path.resolve() for path in RunFolder(folder).written()]
    if json is not None and json.resolve() in own:
        raise InputError(f"--json {json}: is a file of the run; name another")
    if options.reference == ALL:
        text, found = _compared(options)
        lines = [text, f"Table: {folder / files.ALL_READINGS}"]
    else:
        text, found = _drawn(folder, _chosen(options), form)
        lines = [text, "", f"Pictures: {folder / files.NETWORK}"]
    if json is not None:
        write_json(json, found)
        lines.append(f"Numbers: {json}")
    return "\n".join(lines)


def _chosen(options: argparse.Namespace) -> "Callable[[Reference], Reference]":
    """What takes the reference of a run, and gives the one that is asked for."""
    from hebbfilm.hopfield import Reference
    from hebbfilm.hopfield.moments import UNTRAINED

    def chosen(own: Reference) -> Reference:
        rule, offset = options.reference, options.offset
        if rule is None:
            rule = own.rule if offset is None else "untrained_offset"
        if offset is None and rule == own.rule:
            offset = own.offset
        compares = Reference(rule, offset).compares
        since = options.since or (own.since if compares else UNTRAINED)
        return Reference(rule, offset, since, tuple(options.of or own.of))

    return chosen


def _compared(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """The table of all readings, which is in the folder of the run or study then, too."""
    from hebbfilm.run.analysis import readings
    from hebbfilm.run.folder.manifest import read_manifest
    from hebbfilm.run.folder.reader import finished_runs
    from hebbfilm.run.folder.summary_file import read_summary

    for key in ("offset", "since", "of"):
        value = getattr(options, key)
        if value is not None:
            given = " ".join(value) if key == "of" else value
            raise InputError(f"--{key} {given}: --reference {ALL} takes all; leave one out")
    folder = options.run_folder
    runs = finished_runs(folder)
    if runs == [folder]:
        found = readings.analyse_readings(read_summary(folder))
        text = readings.readings_text(found)
    else:
        names = {run: str(run.relative_to(folder)) for run in runs}
        found = readings.analyse_readings_of_study(
            {name: read_summary(run) for run, name in names.items()},
            {name: read_manifest(run).case for run, name in names.items()},
        )
        text = readings.study_readings_text(found)
    table = folder / files.ALL_READINGS
    table.parent.mkdir(exist_ok=True)
    write_json(table, found)
    return text, found


def _drawn(
    folder: Path, chosen: "Callable[[Reference], Reference]", form: "Form"
) -> tuple[str, dict[str, Any]]:
    """The text and the figures of a run or a study, whose pictures are in its folder then."""
    from matplotlib import rc_context

    from hebbfilm.hopfield.pattern_names import MOST_SIGNS
    from hebbfilm.run.analysis.drawn_text import patterns_text
    from hebbfilm.run.analysis.network import analyse_run, analyse_study
    from hebbfilm.run.analysis.network_text import run_text, study_text
    from hebbfilm.run.folder.learnt import read_learnt
    from hebbfilm.run.folder.reader import finished_runs, read_run
    from hebbfilm.run.pictures import style
    from hebbfilm.run.pictures.network import run_pictures, study_pictures

    runs, pictures = finished_runs(folder), folder / files.NETWORK
    with rc_context(style.STYLE):
        if runs == [folder]:
            learnt = read_learnt(folder, chosen)
            found = analyse_run(learnt)
            text = run_text(found)
            if len(learnt.contacts) > MOST_SIGNS:
                text = f"{patterns_text(folder, learnt.patterns)}\n{text}"
            style.save_all(run_pictures(read_run(folder), learnt, found), pictures, form)
        else:
            networks = {str(run.relative_to(folder)): read_learnt(run, chosen) for run in runs}
            found = analyse_study(networks)
            text = study_text(found)
            style.save_all(study_pictures(found), pictures, form)
    return text, found
