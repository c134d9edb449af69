"""`hebbfilm chip`: recall by a circuit on the held film of a finished run."""

import argparse
from collections.abc import Iterable

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.run.commands.options import Commands, add_set, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.inputs.paths import path_argument

_ACTING = "recall", "contacts.lead_resistance"
_MOVING = "recall.held_after"


def add(commands: Commands) -> None:
    """`hebbfilm chip`."""
    parser = commands.add_parser(
        "chip",
        help="recall by a circuit on the film of a finished run, which is held",
        description="Let the circuit of [recall] recall from corrupted patterns on the film as it "
        "was read after its training, which stands still meanwhile, so that nothing is simulated. "
        "Print for each number of flipped signs how many were corrected, how many ended where the "
        "matrix leads, and time and energy of a recall. The flipped signs are counted from the "
        "nearest stored state, a pattern or its negative, which need not be the one that was "
        "corrupted. --set gives other keys of [recall], also to a run without it, like "
        "recall.noise=1e-8, and contacts.lead_resistance=100 other leads. Ten starts of each "
        "pattern and of 10, 20 and 30 % flipped signs, unless recall.starts is a list or a table "
        "of others.",
    )
    parser.add_argument(
        "run_folder", type=path_argument, metavar="RUN", help="folder of a finished run"
    )
    add_set(parser)
    set_run(parser, run, "hebbfilm.run.folder.reader")


def _require_acting(settings: Iterable[str]) -> None:
    """Refuse what a film that has been trained and is held does not heed any more.

    Args:
        settings: "section.key=value" each.

    Raises:
        InputError: another key than one of the circuit or its leads.
    """
    for setting in settings:
        key = setting.partition("=")[0].strip()
        within = any(key == each or key.startswith(f"{each}.") for each in _ACTING)
        if "=" in setting and (not within or key == _MOVING):
            raise InputError(
                f"--set {shown(setting)}: the film is trained and held, so that {key} does "
                f"nothing; allowed are keys of [recall] but held_after, and {_ACTING[1]}"
            )


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Recall by a circuit on the held film of a finished run."""
    from hebbfilm.run.analysis.held_chip import held_text, recall_held
    from hebbfilm.run.folder.reader import read_case_of_run, read_run

    def text() -> str:
        _require_acting(options.set)
        found = read_run(options.run_folder)
        case = read_case_of_run(options.run_folder, options.set)
        return held_text(found, recall_held(found, case))

    print_on_root(comm, on_root(comm, text))
    return 0
