"""`hebbfilm bench`: time a film, beside a peer or by itself."""

import argparse

from mpi4py import MPI

from hebbfilm.run.commands.options import Commands, add_set, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.inputs.paths import path_argument


def add(commands: Commands) -> None:
    """`hebbfilm bench`."""
    parser = commands.add_parser(
        "bench",
        help="benchmark this machine on a film, beside references",
        description="Time a film under current: wall time per simulated nanosecond, the parts "
        "of a step, and what these would take without the compiled kernels. Medians, a minute or "
        "two; mpirun -n 2 hebbfilm bench times two ranks. Set OMP_NUM_THREADS=1.",
    )
    parser.add_argument(
        "--film",
        choices=("standard", "wheel", "irregular"),
        default="standard",
        help="a square of 512 nm with a mesh of 4.33 nm, the four-node wheel with one of 5 nm, or "
        "a ragged ring with one of 4.33 nm, a quarter of it at its five contacts",
    )
    parser.add_argument("--mesh-size", type=float, metavar="M", help="another mesh size, in m")
    parser.add_argument(
        "--side", type=float, metavar="M", help="side of the standard film (default: 512e-9 m)"
    )
    parser.add_argument(
        "--duration",
        type=float,
        metavar="S",
        help="of the coupled run (default: 5e-10 s; irregular: 2e-11 s)",
    )
    parser.add_argument(
        "--repetitions",
        type=int,
        metavar="N",
        help="how often each is timed (default: 20; with --whole 3)",
    )
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--against",
        choices=("magnumnp", "neuralmag"),
        help="instead, run the same film with this package and with hebbfilm in alternation (5 "
        "minutes); a missing package is installed from PyPI in an environment that is removed "
        "afterwards (1.4 GB, or 6 GB with PyTorch)",
    )
    either.add_argument(
        "--scaling",
        action="store_true",
        help="instead, time the parts of a step on films of several sizes, on 1, 2, 4, … of the "
        "ranks that mpirun started",
    )
    either.add_argument(
        "--model",
        action="store_true",
        help="instead, count what ranks say to one another in each part of a step, on up to 16 "
        "ranks that it starts itself, measure what messages take here, and foretell strong and "
        "weak scaling to 4096 ranks (5 minutes; without mpirun)",
    )
    either.add_argument(
        "--memory",
        nargs="?",
        type=float,
        const=1e5,
        metavar="N",
        help="instead, tell what each part of the set-up of a film of N vertices takes of a rank's "
        "memory, and how long it takes (default: 1e5)",
    )
    either.add_argument(
        "--demagnetisation",
        action="store_true",
        help="instead, time the non-local demagnetising field beside the other terms, in two and "
        "in three dimensions, on one rank and on all that mpirun started",
    )
    either.add_argument(
        "--networks",
        action="store_true",
        help="instead, tell what networks of strips with 7, 19 and 37 nodes cost beside one strip",
    )
    either.add_argument(
        "--whole",
        type=path_argument,
        metavar="CASE",
        help="instead, time a whole `hebbfilm train` of this case with its pictures, on one rank "
        "and on two in turn, each after one that warms up, and tell what the time went into (as "
        "`hebbfilm train --profile` does): what a person waits for (without mpirun)",
    )
    add_set(parser)
    parser.add_argument(
        "--sizes",
        default="1e4,1e5,1e6",
        metavar="N,N,…",
        help="numbers of vertices (default: 1e4,1e5,1e6; 4 GB)",
    )
    parser.add_argument(
        "--peer-python",
        metavar="PYTHON",
        help="Python that has the package, or makes its environment",
    )
    parser.add_argument(
        "--json", type=path_argument, metavar="FILE", help="also write all numbers to this file"
    )
    set_run(parser, run, "hebbfilm.run.inputs.films")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Time a film, beside a peer or by itself."""
    from hebbfilm.run.bench.asked import bench as run_bench

    print_on_root(comm, run_bench(options, comm))
    return 0
