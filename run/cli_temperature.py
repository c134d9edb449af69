"""The arguments of the commands about heat."""

import argparse
from pathlib import Path
from typing import Any, TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[Any]"


def add_heating(commands: Commands) -> None:
    """`hebbfilm heating`."""
    parser = commands.add_parser(
        "heating",
        help="how warm finished runs get with heat that leaves to a substrate",
        description="Print of each run its recall, margin and power, and the peak rise of its mean "
        "temperature in K; in brackets where most of the heat is released, if none flows along the "
        "film. The heat does not act back on the run.",
    )
    parser.add_argument("folders", type=Path, nargs="+", metavar="RUN", help="or folder of a study")
    parser.add_argument("--transfer", type=float, nargs="+", default=[1e7, 3e7, 1e8], metavar="H",
                        help="coefficients in W/(m² K) (1e7 3e7 1e8)")  # fmt: skip
    parser.set_defaults(run="heating")


def add_retention(commands: Commands) -> None:
    """`hebbfilm retention`."""
    parser = commands.add_parser(
        "retention",
        help="what finished runs still know, so long after the contacts were opened",
        description="Print of each run the margin in % and, in brackets, the recall in % at times "
        "after switch-off, from conductances averaged over the 2 ns before.",
    )
    parser.add_argument("folders", type=Path, nargs="+", metavar="RUN", help="or folder of a study")
    parser.add_argument("--times", type=float, nargs="+", metavar="S",
                        default=[0.0, 5e-9, 10e-9, 20e-9, 50e-9],
                        help="in s (0 5e-9 10e-9 20e-9 50e-9)")  # fmt: skip
    parser.set_defaults(run="retention")
