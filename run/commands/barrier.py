"""`hebbfilm barrier`: the path of least energy between two states, and its barriers."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from mpi4py import MPI

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.run.commands.options import Commands, add_set, set_run
from hebbfilm.run.commands.output import print_on_root
from hebbfilm.run.inputs.paths import path_argument

if TYPE_CHECKING:
    from hebbfilm.run.job.interruption import StopRequest
    from hebbfilm.run.paths.known import Known
    from hebbfilm.run.paths.states import NamedState
    from hebbfilm.solvers.paths.energy_path import EnergyPath
    from hebbfilm.solvers.paths.options import PatchOptions, PathOptions
    from hebbfilm.solvers.paths.patch_route import PatchRoute

_NUMBERS = ("images", "tolerance", "equilibrium", "steps")
"""Options of a path and of a route alike."""


def add(commands: Commands) -> None:
    """`hebbfilm barrier`."""
    parser = commands.add_parser(
        "barrier",
        help="energy barriers between states of a film",
        description="Relax a path between two states on the energy of their film, by the string "
        "method with climbing images, and print it with its barriers both ways. A state is RUN, "
        "the end of a finished run; RUN:WHICH, one of its snapshots by label, number or time, like "
        "runs/four_node:untrained; or a file ending in .vtu or .ovf. The film is that of the "
        "run, or of --case. With one RUN alone, each of its snapshots is relaxed, and the barriers "
        "between successive ones are printed. Exchange, anisotropy, Dzyaloshinskii-Moriya "
        "interaction, applied and demagnetising field and energies of one's own count; currents "
        "and the thermal field have no energy, and do not act. With --patches the film goes from A "
        "to B in one patch after another: this bounds the barrier from above, whether it settles "
        "or not, and tells what a film that learnt knows on the way. With --out a search that was "
        "stopped goes on when the same command is given again. The exit status is 1 where a path "
        "does not converge.",
    )
    parser.add_argument("start", metavar="A", help="first state, or a run alone")
    parser.add_argument("end", metavar="B", nargs="?", help="last state")
    parser.add_argument(
        "--through",
        nargs="+",
        default=[],
        metavar="STATE",
        help="states that the first path passes on its way, in order",
    )
    parser.add_argument(
        "--case", type=path_argument, metavar="CASE", help="case of the film (default: of the run)"
    )
    add_set(parser)
    numbers = (
        ("--patches", int, None, "N", "go by so many patches, for an upper bound"),
        ("--images", int, None, "N", "states between the ends (default: 24; by patches 9)"),
        ("--tolerance", float, 300.0, "A/m", "torque left across the path (default: 300)"),
        ("--equilibrium", float, 10.0, "A/m", "torque left in minima and saddles (default: 10)"),
        ("--steps", int, None, "N", "of a string, at most (default: 3000; by patches 150)"),
        ("--tilt", float, 0.0, "RAD", "by which the first path is tilted at random (default: 0)"),
        ("--seed", int, 0, "N", "of the tilt (default: 0)"),
        ("--since", float, 0.0, "S", "of a run alone, only snapshots from this time on"),
    )
    for name, kind, default, metavar, does in numbers:
        parser.add_argument(name, type=kind, default=default, metavar=metavar, help=does)
    parser.add_argument(
        "--hold-ends", action="store_true", help="keep both ends as they are, unrelaxed"
    )
    parser.add_argument(
        "--out",
        type=path_argument,
        metavar="FOLDER",
        help="write path.json, path.csv, energy.png and the images (of a route its minima) as "
        "images/path.pvd; of a run alone, passages.json, of which the same command takes up what "
        "is done",
    )
    set_run(parser, run, "hebbfilm.solvers")


def run(options: argparse.Namespace, comm: MPI.Intracomm) -> int:
    """Barriers between states."""
    from hebbfilm.run.job.interruption import Interrupted, StopRequest
    from hebbfilm.run.job.launch import launcher

    stop = StopRequest(comm)
    try:
        with stop.listening():
            text, converged = _text(options, comm, stop)
    except Interrupted as stopped:
        told = f"Stopped by {stopped}"
        if options.out is not None:
            told += f"; go on with: {launcher()}{shlex.join(_again(options))}"
        print_on_root(comm, told)
        return stopped.status
    print_on_root(comm, text)
    return 0 if converged else 1


def _text(options: argparse.Namespace, comm: MPI.Intracomm, stop: StopRequest) -> tuple[str, bool]:
    """What is printed, and whether all paths are converged."""
    from hebbfilm.run.analysis.path_text import path_text
    from hebbfilm.run.paths.route_search import find_route
    from hebbfilm.run.paths.route_text import route_text
    from hebbfilm.run.paths.search import film_of_states, find_path
    from hebbfilm.run.paths.states import named_state, snapshots_as_states
    from hebbfilm.run.paths.successive import passages, passages_text
    from hebbfilm.solvers.paths.options import PatchOptions, PathOptions

    chosen, alone = _chosen(options), options.end is None
    if alone and options.through:
        raise InputError("--through: of a run alone there is nothing to pass; name B, too")

    def named() -> list[NamedState]:
        if alone:
            return [*snapshots_as_states(Path(options.start), options.since)]
        return [named_state(each) for each in (options.start, *options.through, options.end)]

    states = comm.bcast(on_root(comm, named))
    film = film_of_states(states, options.case, options.set, comm)
    made_with = comm.bcast(on_root(comm, lambda: _made_with(options)))
    if isinstance(chosen, PathOptions) and alone:
        found = passages(film, states, chosen, stop, options.out, made_with)
        return passages_text(found), all(each.converged for each in found)
    names = options.start, options.end
    if isinstance(chosen, PatchOptions):
        route, known = find_route(film, states, chosen, options.out, stop, made_with)
        if options.out is not None:
            on_root(comm, lambda: _draw_route(route, known, options.out, names))
        return route_text(route, known, names), True
    path = find_path(film, states, chosen, options.out, stop, made_with)
    if options.out is not None:
        on_root(comm, lambda: _draw(path, options.out, names))
    return path_text(path, names), path.converged


def _chosen(options: argparse.Namespace) -> PathOptions | PatchOptions:
    """How a path is looked for, or a route by patches; what was not given has its default."""
    from hebbfilm.solvers.paths.options import PatchOptions, PathOptions

    numbers = {key: getattr(options, key) for key in _NUMBERS}
    given = {key: value for key, value in numbers.items() if value is not None}
    if options.patches is None:
        tilted = {"tilt": options.tilt, "seed": options.seed}
        return PathOptions(**given, **tilted, hold_ends=options.hold_ends)
    if options.end is None:
        raise InputError("--patches: of a run alone there is no way to go; name B, too")
    for key in ("through", "tilt"):
        if getattr(options, key):
            raise InputError(f"--{key}: with --patches the way is that of the patches")
    return PatchOptions(patches=options.patches, **given, hold_ends=options.hold_ends)


def _made_with(options: argparse.Namespace) -> list[str]:
    """What the film was made with beside its run, by which a search to go on with is known."""
    from hebbfilm.run.folder.checksummed_json import file_checksum

    case = [] if options.case is None else [f"case of SHA-256 {file_checksum(options.case)}"]
    return [*options.set, *case]


def _draw(path: EnergyPath, out: Path, names: tuple[str, str]) -> None:
    from hebbfilm.run.paths.path_folder import PICTURE
    from hebbfilm.run.pictures.energy_path import save_energy_path

    save_energy_path(path, out / PICTURE, names)


def _draw_route(route: PatchRoute, known: Known | None, out: Path, names: tuple[str, str]) -> None:
    from hebbfilm.run.paths.path_folder import PICTURE
    from hebbfilm.run.pictures.patch_route import save_patch_route

    save_patch_route(route, known, out / PICTURE, names)


def _again(options: argparse.Namespace) -> list[str]:
    """The command that goes on with what was stopped."""
    alone = options.end is None
    words = ["hebbfilm", "barrier", options.start, *([] if alone else [options.end])]
    if options.through:
        words += ["--through", *options.through]
    if options.case is not None:
        words += ["--case", str(options.case)]
    for setting in options.set:
        words += ["--set", setting]
    for key in ("patches", *_NUMBERS, "tilt", "seed", "since"):
        if getattr(options, key) is not None:
            words += [f"--{key}", str(getattr(options, key))]
    if options.hold_ends:
        words += ["--hold-ends"]
    return [*words, "--out", str(options.out)]
