"""What `hebbfilm run` and `hebbfilm train` share: a whole run, or the rest of one."""

import argparse
import os
import shlex
import time
from pathlib import Path

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.run.commands.drawing import add_pictures, drawing_of_runs
from hebbfilm.run.commands.options import (
    Commands,
    add_named,
    add_set,
    add_walltime,
    is_run,
    set_run,
)
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.inputs.paths import path_argument


def add_whole_run(commands: Commands, name: str, does: str, description: str) -> None:
    """A command of this name that does a whole run.

    Args:
        commands: of the command line.
        name: of the command, "run" or "train"; the latter wants a training.
        does: its line in the list of commands.
        description: what stands above its options, before how it stops and goes on.
    """
    parser = commands.add_parser(
        name,
        help=does,
        description=f"{description} SIGTERM, Ctrl-C, SIGUSR1 or the end of the wall time save the "
        f"state and stop; `hebbfilm {name} RUN --resume` goes on from there, on any number of "
        "ranks. A case that names a module of your own ([[terms]], [[torques]] or drives) runs the "
        "code in it.",
    )
    add_named(parser, "case", "CASE", "case file (TOML), with --resume a run folder")
    add_set(parser)
    parser.add_argument(
        "--out",
        type=path_argument,
        metavar="RUN",
        help="run folder (default: runs/ and the name of the case)",
    )
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--overwrite", action="store_true", help="replace a run that is there")
    either.add_argument("--resume", action="store_true", help="go on with the run that is there")
    add_pictures(parser, "all", "all")
    parser.add_argument(
        "--profile",
        action="store_true",
        help="print at the end what the time went into, from loading libraries to drawing "
        "pictures, as shares of the wall time, and on several ranks of which each had least and "
        "most: where the extremes lie apart, one waits for the other. Also in profile.json of the "
        "run, for this session alone. Costs about 1 %%; docs/performance.md says what to do about "
        "the largest",
    )
    add_walltime(parser)
    set_run(parser, run, "hebbfilm.run.training.training_run")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """A whole run, or the rest of one."""
    if not options.profile:
        return _run(options, comm)[1]
    from hebbfilm.run.folder.profile import write_profile
    from hebbfilm.run.profile.profile import process_start, profile_of, profiling
    from hebbfilm.run.profile.text import profile_text

    began = process_start()
    with profiling(began) as watch:
        out, status = _run(options, comm)

    profile = profile_of(comm, watch, began)

    def tell() -> str:
        assert profile is not None
        write_profile(out, profile)
        return f"\n{profile_text(profile)}"

    print_on_root(comm, on_root(comm, tell))
    return status


def _run(options: argparse.Namespace, comm: MPI.Intracomm) -> tuple[Path, int]:
    """The folder of the run, and the exit status."""
    from hebbfilm.run.commands.kept import require_kept
    from hebbfilm.run.folder.reader import read_case_of_run
    from hebbfilm.run.folder.writer import RunFolder
    from hebbfilm.run.inputs.case import read_case
    from hebbfilm.run.job.interruption import Interrupted, StopRequest
    from hebbfilm.run.job.launch import launcher
    from hebbfilm.run.job.walltime import end_of_job
    from hebbfilm.run.training.training_run import run_case, train

    end = end_of_job(comm, options.walltime, time.time(), os.environ)
    path = options.case
    if options.resume and is_run(path):
        out = path
        case = comm.bcast(on_root(comm, lambda: read_case_of_run(path, options.set)))
    else:
        out = options.out or Path("runs") / path.stem
        case = read_case(path, options.set)
        if not options.resume:
            require_kept(f"--out {out}", RunFolder(out).written(), path, case)
    stop_request = StopRequest(comm, end)
    try:
        # A signal while meshing is obeyed once there is a state to go on from.
        with stop_request.listening():
            do = train if options.command == "train" else run_case
            do(
                case,
                out,
                comm,
                overwrite=options.overwrite,
                resume=options.resume,
                draw=drawing_of_runs(options.pictures, shown=True),
                stop=stop_request,
            )
            _tell(out, comm)
    except Interrupted as stop:
        again = shlex.join(["hebbfilm", options.command, str(out), "--resume"])
        print_on_root(comm, f"Stopped by {stop}; go on with: {launcher()}{again}")
        return out, stop.status
    return out, 0


def _tell(out: Path, comm: MPI.Intracomm) -> None:
    from hebbfilm.run.analysis.report import report_of

    print_on_root(comm, on_root(comm, lambda: report_of(out)))
