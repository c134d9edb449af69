"""The arguments of the commands that look at runs."""

import argparse
from typing import Any, TypeAlias

from hebbfilm.run.inputs.paths import path_argument

Commands: TypeAlias = "argparse._SubParsersAction[Any]"


def add_recall(commands: Commands) -> None:
    """`hebbfilm recall`."""
    parser = commands.add_parser(
        "recall",
        help="recall from given states with the weights of a run",
        description="Let the network of a finished run go from each START to rest, and tell "
        "whether it ends in a trained pattern or its negative, and at what distance it began: the "
        "number of contacts in which START differs from the nearest of these. Without START, from "
        "all states (above 12 contacts from 4096 random ones). Synchronous recall may oscillate "
        "between two states for ever; then one of them is shown.",
    )
    parser.add_argument("run_folder", type=path_argument, metavar="RUN",
                        help="folder of a finished run")  # fmt: skip
    parser.add_argument("starts", nargs="*", metavar="START",
                        help="like +,+,+,- or ++-+")  # fmt: skip
    parser.add_argument("--rule", choices=("asynchronous", "synchronous"),
                        help="contacts one by one in random order, or all at once (default: "
                        "reading.recall of the run, as a rule asynchronous)")  # fmt: skip
    parser.add_argument("--seed", type=int,
                        help="of the random order of updates; with the start it decides the end "
                        "(default: reading.seed of the run, as a rule 0)")  # fmt: skip
    parser.set_defaults(run="recall")


def add_heating(commands: Commands) -> None:
    """`hebbfilm heating`."""
    parser = commands.add_parser(
        "heating",
        help="how warm finished runs get with heat that leaves to a substrate",
        description="Print of each run its recall, its margin, its largest electric power (peak "
        "power) and the peak rise of its mean temperature in K; in brackets the rise where most of "
        "the heat is released, if none flows along the film: local / mean times as much. That "
        "factor is the power density, averaged over the heat that it releases, over the power "
        "density averaged over the film, at its largest in the run; 1 is a film heated evenly. The "
        "heat does not act back on the run.",
    )
    _add_runs(parser)
    parser.add_argument("--transfer", type=float, nargs="+", default=[1e7, 3e7, 1e8], metavar="H",
                        help="coefficients in W/(m² K) (1e7 3e7 1e8)")  # fmt: skip
    parser.set_defaults(run="heating")


def add_retention(commands: Commands) -> None:
    """`hebbfilm retention`."""
    parser = commands.add_parser(
        "retention",
        help="what finished runs still know, so long after the contacts were opened",
        description="Print of each run the margin in % and, in brackets, the recall in % at times "
        "after switch-off, from conductances averaged over the 2 ns before, or over the time since "
        "switch-off where that is less. At 0 they are those of the last moment under voltage.",
    )
    _add_runs(parser)
    parser.add_argument("--times", type=float, nargs="+", metavar="S",
                        help="in s since switch-off "
                        "(0 5e-9 10e-9 20e-9 50e-9, as far as runs go)")  # fmt: skip
    parser.set_defaults(run="retention")


def add_network(commands: Commands) -> None:
    """`hebbfilm network`."""
    parser = commands.add_parser(
        "network",
        help="what the network of a run, or of all runs of a study, stores and bears",
        description="Find all fixed points and basins (above 16 contacts by samples), what is "
        "corrected of flipped signs, and what noise and coarse weights leave, beside networks by "
        "Hebb, Oja, the pseudo-inverse and Storkey with the same patterns and pairs. Pictures go "
        "to RUN/network/. Of a study's folder it is the statistics over its finished runs.",
    )
    parser.add_argument(
        "run_folder", type=path_argument, metavar="RUN", help="of a run, or of a study"
    )
    parser.add_argument("--reference", metavar="RULE",
                        help="read weights by this rule instead of the run's")  # fmt: skip
    parser.add_argument("--offset", type=float, metavar="R",
                        help="of the rule untrained_offset: relative change that counts as none; "
                        "for p patterns p c/2, a strip driven once changing by c")  # fmt: skip
    parser.add_argument(
        "--json", type=path_argument, metavar="FILE", help="also write every figure there"
    )
    parser.set_defaults(run="network")


def add_rule(commands: Commands) -> None:
    """`hebbfilm rule`."""
    parser = commands.add_parser(
        "rule",
        help="which learning rule runs followed: Hebb, Oja, saturating, by displacement",
        description="Fit forms of the learning rule to the courses of all conductances of runs, "
        "and compare them by their errors on courses that were held out of the fit: all runs that "
        "begin with one texture at a time, or single pairs where there is only one. The linear "
        "response stands beside. Table and picture go to the first folder.",
    )
    _add_runs(parser)
    parser.set_defaults(run="rule")


def add_synapse(commands: Commands) -> None:
    """`hebbfilm synapse`."""
    parser = commands.add_parser(
        "synapse",
        help="dose response, memristor curve and retention of films with two contacts",
        description="Sort runs of films with two contacts by the voltages that they were under, "
        "and tell the mean change of their conductance over initial textures. Table and picture "
        "go to the first folder.",
    )
    _add_runs(parser)
    parser.set_defaults(run="synapse")


def add_view(commands: Commands) -> None:
    """`hebbfilm view`."""
    parser = commands.add_parser("view", help="look at a run in 3D, or save the view as a picture")
    parser.add_argument("run_folder", type=path_argument, metavar="RUN",
                        help="folder of a finished run")  # fmt: skip
    parser.add_argument("--snapshot", metavar="LABEL",
                        help="label or number of the snapshot (default: the last)")  # fmt: skip
    parser.add_argument(
        "--save", type=path_argument, metavar="PNG", help="write a picture; no display needed"
    )
    parser.add_argument("--streamlines", action="store_true", help="draw the current's paths too")
    parser.set_defaults(run="view")


def _add_runs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_folders", type=path_argument, nargs="+", metavar="RUN",
                        help="run folder, or folder of a study")  # fmt: skip
