"""Arguments of the commands that try this machine and installation."""

from pathlib import Path

from hebbfilm.run.commands.arguments_of_results import Commands
from hebbfilm.run.inputs.paths import path_argument


def add_validate(commands: Commands) -> None:
    """`hebbfilm validate`."""
    parser = commands.add_parser(
        "validate",
        help="run the validation tests and write docs/validation.md",
        description="Compare this installation with theory and published numbers; about an hour "
        "on two cores, or minutes with --fast.",
    )
    parser.add_argument("--fast", action="store_true", help="leave the slow tests out")
    parser.add_argument("--out", type=path_argument, default=Path("docs"), metavar="FOLDER")
    parser.set_defaults(run="validate")


def add_bench(commands: Commands) -> None:
    """`hebbfilm bench`."""
    parser = commands.add_parser(
        "bench",
        help="time this machine on a film, each figure beside something",
        description="Time a film under current: what a simulated nanosecond takes and what part "
        "of it, and the parts of a step beside what they would cost without our loops. Medians, "
        "a minute or two; mpirun -n 2 hebbfilm bench times two ranks. Set OMP_NUM_THREADS=1.",
    )
    parser.add_argument(
        "--film", choices=("standard", "wheel", "irregular"), default="standard",
        help="a square of 512 nm with a mesh of 4.33 nm, the four-node wheel with one of 5 nm, or "
        "a ragged ring with one of 4.33 nm, a quarter of it at its five contacts",
    )  # fmt: skip
    parser.add_argument("--mesh-size", type=float, metavar="M", help="another one, in m")
    parser.add_argument("--side", type=float, metavar="M",
                        help="of the standard film (512e-9 m)")  # fmt: skip
    parser.add_argument("--duration", type=float, metavar="S",
                        help="of the coupled run (5e-10 s; irregular: 2e-11 s)")  # fmt: skip
    parser.add_argument("--repetitions", type=int, default=20, metavar="N")
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--against", choices=("magnumnp", "neuralmag"),
        help="instead, run the same film with this package in turn with ours (5 minutes); where "
        "it is missing it is installed from PyPI in an environment that is removed afterwards "
        "(1.4 GB, or 6 GB with PyTorch)",
    )  # fmt: skip
    either.add_argument(
        "--scaling", action="store_true",
        help="instead, time the parts of a step on films of several sizes, on 1, 2, 4, … of the "
        "ranks that mpirun started",
    )  # fmt: skip
    parser.add_argument("--sizes", default="1e4,1e5,1e6", metavar="N,N,…",
                        help="vertices of these films (1e4,1e5,1e6: 4 GB)")  # fmt: skip
    parser.add_argument("--peer-python", metavar="PYTHON",
                        help="that has the package, or makes its environment")  # fmt: skip
    parser.add_argument(
        "--json", type=path_argument, metavar="FILE", help="also write every figure there"
    )
    parser.set_defaults(run="bench")
