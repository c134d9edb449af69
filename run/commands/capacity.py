"""`hebbfilm capacity`: what networks composed of measured strips store."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.run.commands.options import Commands, add_format, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.inputs.paths import path_argument


def add(commands: Commands) -> None:
    """`hebbfilm capacity`."""
    parser = commands.add_parser(
        "capacity",
        help="what networks of any size, composed of the strips of finished runs, store",
        description="Compose networks of strips that were measured one by one in finished runs, "
        "and print how many patterns they store, beside ideal rules for the same pairs and "
        "patterns. These are not simulations of whole networks: strips that share no film are "
        "independent, so that a strip which saw a sequence of signs is the same strip in any "
        "network. Intervals count strips and sets of patterns. Without runs, the ideal rules "
        "alone. Table and pictures go to --out, by default capacity/ in the first folder.",
    )
    parser.add_argument(
        "run_folders",
        type=path_argument,
        nargs="*",
        metavar="RUN",
        help="run folder, or folder of a study, of strips between metal pads",
    )
    parser.add_argument(
        "--graph",
        action="append",
        metavar="GRAPH",
        help="which pairs are joined: complete:N, pixels:RxC:REACH (REACH in spacings of the "
        "lattice, 1.5 if left out), diagonals:RxC or hexagons:RINGS; may be repeated",
    )
    parser.add_argument(
        "--patterns", type=int, nargs="+", metavar="P", help="numbers of patterns (1 2 3 4)"
    )
    parser.add_argument("--random", action="store_true", help="random patterns (the default)")
    parser.add_argument("--letters", action="store_true", help="letters of 5 x 7 pixels")
    parser.add_argument(
        "--overlap", type=float, nargs="+", metavar="Q", help="patterns with this mutual overlap"
    )
    parser.add_argument(
        "--search",
        type=int,
        metavar="SETS",
        help="instead, try so many sets of letters (all, if there are no more), and tell the best",
    )
    parser.add_argument(
        "--fitted",
        action="store_true",
        help="with --search, also weights fitted to the letters: the largest margin, contrastive",
    )
    parser.add_argument(
        "--against",
        type=path_argument,
        nargs="+",
        metavar="RUN",
        help="instead, compose the networks of these runs and tell whether they are foretold",
    )
    _add_trials(parser)
    parser.add_argument("--out", type=path_argument, metavar="FOLDER", help="of table and pictures")
    add_format(parser)
    set_run(parser, run, "hebbfilm.run.folder.reader")


def _add_trials(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sets", type=int, default=20, help="of patterns at each point (20)")
    parser.add_argument("--resamples", type=int, default=100, help="of the strips (100)")
    parser.add_argument("--starts", type=int, default=20, help="of recall for each pattern (20)")
    parser.add_argument("--share", type=float, default=0.1, help="of signs that are flipped (0.1)")
    parser.add_argument(
        "--parallel", type=int, default=1, help="measured strips that make one of a network (1)"
    )
    parser.add_argument(
        "--pool",
        default="auto",
        metavar="LEVEL",
        help="which strips are taken together: signed, unsigned, count, or auto: the most that the "
        "strips do not contradict (default)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of all that is drawn (0)")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """What networks of measured strips store."""
    print_on_root(comm, on_root(comm, lambda: _capacity(options)))
    return 0


def _capacity(options: argparse.Namespace) -> str:
    from matplotlib import rc_context

    from hebbfilm.common.whole_files import write_json
    from hebbfilm.hopfield.strips import COARSEST, LackingStripsError
    from hebbfilm.run.pictures import style
    from hebbfilm.run.pictures.composed import capacity_pictures
    from hebbfilm.run.pictures.formats import Form

    form = Form(options.format)
    try:
        text, found = _found(options)
    except LackingStripsError as error:
        coarser = "which --pool count does already" if options.pool == COARSEST else "--pool count"
        raise InputError(f"{error}: {coarser}") from None
    folder = options.out or (options.run_folders[0] / "capacity" if options.run_folders else None)
    if folder is None:
        return text
    folder.mkdir(parents=True, exist_ok=True)
    name = "held_out" if options.against else "letters" if options.search else "capacity"
    table = folder / f"{name}.json"
    write_json(table, found)
    lines = [text, "", f"Table: {table}"]
    if "points" in found:
        with rc_context(style.STYLE):
            figures = capacity_pictures(found)
            style.save_all(figures, folder, form)
        lines += [f"Picture: {form.file(folder, each)}" for each in figures]
    return "\n".join(lines)


def _found(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    from hebbfilm.hopfield.graphs import parse_graph
    from hebbfilm.run.analysis.composed import analyse_capacity
    from hebbfilm.run.analysis.composed_text import capacity_text
    from hebbfilm.run.analysis.held_out import compare_held_out, held_out_text
    from hebbfilm.run.analysis.letter_search import search_letters, search_text

    asked = _asked(options)
    measured = _measured(options.run_folders)
    if options.against:
        if measured is None:
            raise InputError("--against: needs runs whose strips are drawn; name them first")
        held_out = compare_held_out(measured, options.against, asked)
        return held_out_text(held_out), {"held_out": held_out}
    if not options.graph:
        raise InputError("which network? give --graph, like --graph pixels:7x5 or complete:35")
    graphs = [parse_graph(text) for text in options.graph]
    if options.search is not None:
        searched = search_letters(measured, graphs, asked, options.search, fitted=options.fitted)
        return search_text(searched, options.share), {"letters": searched}
    found = analyse_capacity(measured, graphs, asked)
    return capacity_text(found), found


def _measured(folders: Sequence[Path]) -> Any:
    from hebbfilm.run.folder.measured_strips import read_strips
    from hebbfilm.run.folder.reader import all_finished_runs

    return read_strips(all_finished_runs(folders)) if folders else None


def _asked(options: argparse.Namespace) -> Any:
    from hebbfilm.common.hints import allowed_are
    from hebbfilm.hopfield.composed import Trials
    from hebbfilm.hopfield.overlapping import MOST_PATTERNS
    from hebbfilm.hopfield.strips import LEVELS
    from hebbfilm.run.analysis.composed import AUTO, LETTERS, RANDOM, Asked

    for name in ("sets", "resamples", "starts", "parallel", "search"):
        value = getattr(options, name)
        if value is not None and value < 1:
            raise InputError(f"--{name} {value}: allowed is 1 or more")
    if options.fitted and options.search is None:
        raise InputError("--fitted: goes with --search alone; add it, as --search 2600")
    if options.pool not in (AUTO, *LEVELS):
        raise InputError(f"--pool {options.pool}: {allowed_are(options.pool, (AUTO, *LEVELS))}")
    counts = options.patterns or [1, 2, 3, 4]
    if min(counts) < 1:
        raise InputError(f"--patterns {min(counts)}: allowed is 1 or more")
    kinds: list[str | float] = list(options.overlap or [])
    kinds += [LETTERS] if options.letters else []
    if options.random or not kinds:
        kinds.insert(0, RANDOM)
    if options.overlap and max(counts) > MOST_PATTERNS:
        raise InputError(
            f"--patterns {max(counts)}: with --overlap allowed are at most {MOST_PATTERNS}"
        )
    for overlap in options.overlap or []:
        if not 0 <= overlap < 1:
            raise InputError(f"--overlap {overlap:g}: allowed is 0 or more, below 1")
    trials = Trials(options.share, options.starts, options.resamples, "signed", options.parallel)
    return Asked(counts, kinds, options.sets, options.seed, options.pool, trials)
