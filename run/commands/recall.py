"""`hebbfilm recall`: recall with the weights of a run."""

import argparse

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.run.commands.options import Commands, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.inputs.paths import path_argument


def add(commands: Commands) -> None:
    """`hebbfilm recall`."""
    parser = commands.add_parser(
        "recall",
        help="recall from given states with the weights of a run",
        description="Update the network of a finished run from each START until it is stable, and "
        "print whether it ends in a trained pattern or its negative, and its initial distance: the "
        "number of neurons in which START differs from the nearest of these. Without START, from "
        "all states (above 12 neurons from 4096 random ones). Synchronous recall may oscillate "
        "between two states for ever; then one of them is shown.",
    )
    parser.add_argument(
        "run_folder", type=path_argument, metavar="RUN", help="folder of a finished run"
    )
    parser.add_argument("starts", nargs="*", metavar="START", help="like +,+,+,- or ++-+")
    parser.add_argument(
        "--rule",
        choices=("asynchronous", "synchronous"),
        help="neurons one by one in random order, or all at once (default: "
        "reading.recall of the run, usually asynchronous)",
    )
    parser.add_argument(
        "--seed",
        type=int,
        help="of the random order of updates, which together with the start decides the end "
        "(default: reading.seed of the run, usually 0)",
    )
    set_run(parser, run, "hebbfilm.run.folder.reader")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Recall with the weights of a run."""
    from hebbfilm.hopfield import recall_table
    from hebbfilm.run.analysis.run_text import no_recall_text
    from hebbfilm.run.folder.reader import read_case_of_run, read_run

    def text() -> str:
        if options.seed is not None and options.seed < 0:
            raise InputError(f"--seed {options.seed}: must be 0 or more")
        run = read_run(options.run_folder)
        reading = read_case_of_run(options.run_folder).reading
        rule = options.rule or reading.recall
        seed = reading.seed if options.seed is None else options.seed
        starts = [run.manifest.as_neurons().pattern(start) for start in options.starts]
        if not run.summary.has_weights:
            return no_recall_text(run.summary)
        table = recall_table(
            run.summary.weights,
            list(run.patterns),
            starts=starts or None,
            seed=seed,
            rule=rule,
        )
        how = "all neurons at once"
        if rule == "asynchronous":
            how = f"neurons one by one, in an order random by --seed {seed}"
        return f"{table}\n{rule.capitalize()} recall: {how}"

    print_on_root(comm, on_root(comm, text))
    return 0
