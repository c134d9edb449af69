"""From two named states to a path on disk."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from mpi4py import MPI

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.run.folder.reader import read_case_of_run
from hebbfilm.run.folder.same_case import case_values
from hebbfilm.run.inputs.case import Case, read_case
from hebbfilm.run.inputs.films import build_film
from hebbfilm.run.inputs.textures import told_as_texture
from hebbfilm.run.job.interruption import Interrupted, StopRequest
from hebbfilm.run.paths.path_folder import load_string, save_string, write_path
from hebbfilm.run.paths.states import NamedState, run_of
from hebbfilm.solvers import Film
from hebbfilm.solvers.paths.barrier import energy_path
from hebbfilm.solvers.paths.energy_path import EnergyPath
from hebbfilm.solvers.paths.options import PathOptions
from hebbfilm.solvers.paths.string_method import StringMethod

_OF_FILM = (
    *("layout", "regions", "material", "disorder", "demagnetisation", "terms", "torques"),
    *("layers", "applied_field", "applied_field_waveform", "oersted"),
)
"""Sections and keys of a case that decide what the energy of a film is."""
SAVE_EVERY = 20.0
"""In s."""
_TELL_EVERY = 10.0
"""In s, between lines of progress."""
LOOK_EVERY = 10
"""Steps after which all ranks agree on whether to stop, or to save."""


def film_of_states(
    states: list[NamedState], case: Path | None, settings: Sequence[str], comm: MPI.Intracomm
) -> Film:
    """The film of which some states are; collective.

    Args:
        states: of runs or files.
        case: of the film; None: that of the run of the first state.
        settings: values that overrule it.
        comm: ranks that share the film.

    Raises:
        InputError: no case, or one that cannot be.
    """

    def found() -> Case:
        if case is not None:
            return read_case(case, settings)
        own = run_of(states)
        for run in sorted({state.run for state in states if state.run is not None} - {own}):
            _require_same_film(own, run)
        return read_case_of_run(own, settings)

    return build_film(comm.bcast(on_root(comm, found)), comm)


def _require_same_film(run: Path, other: Path) -> None:
    """Refuse two runs whose films have not the same energy."""
    mine, others = (case_values(read_case_of_run(each)) for each in (run, other))
    for key in [*mine, *others]:
        of_film = key.partition(".")[0] in _OF_FILM
        if of_film and mine.get(key) != others.get(key):
            raise InputError(
                f"{other}: its film has {key} = {others.get(key)!r}, that of {run} has "
                f"{mine.get(key)!r}: a path lies on one film; --case says of which energy it is"
            )


def states_on_film(film: Film, states: Sequence[NamedState]) -> list[FloatArray]:
    """M of each, (owned, 3) on this rank; the film stays; collective.

    Raises:
        InputError: a state that does not fit the film.
    """
    found = []
    with film.on_trial():
        for state in states:
            try:
                with told_as_texture():
                    film.start_from(state.texture)
            except InputError as error:
                raise InputError(f"{state.name}: {error}") from None
            found.append(film.m.copy())
    return found


def find_path(
    film: Film,
    states: Sequence[NamedState],
    options: PathOptions,
    out: Path | None,
    stop: StopRequest,
    settings: Sequence[str] = (),
) -> EnergyPath:
    """The path from the first state to the last, through those between; collective.

    A search that was interrupted goes on from where `out` has kept it.

    Args:
        film: of the states.
        states: both ends, and what the first path passes between them.
        options: how it is looked for.
        out: folder for it; None to keep nothing.
        stop: looked at on the way.
        settings: with which the film was made.

    Raises:
        InputError: states of another film, or alike, or a folder with another path.
        Interrupted: asked to stop; the search is kept.
        SolverError: an end does not relax.
    """
    chosen = {key: value for key, value in asdict(options).items() if key != "steps"}
    about = looked_for(states, settings, chosen)
    resumed = None if out is None else taken_up(film, out, about)
    watch = Watch(film, options.steps, stop, out, about)
    path = energy_path(film, states_on_film(film, states), options, resumed=resumed, watch=watch)
    if out is not None:
        save_string(film, out, path.images, about)
        write_path(film, out, path, about)
    return path


def looked_for(
    states: Sequence[NamedState], settings: Sequence[str], options: Mapping[str, Any]
) -> dict[str, Any]:
    """What a search is for, by which one to go on with is known.

    Args:
        states: both ends, and what lies between them.
        settings: with which the film was made.
        options: that decide what is found.
    """
    return {
        "states": [state.name for state in states],
        "checksums": [state.checksum for state in states],
        "settings": list(settings),
        "options": dict(options),
    }


def taken_up(film: Film, folder: Path, about: Mapping[str, Any]) -> FloatArray | None:
    """Images (n, owned, 3) that a search left in a folder, which is made if needed; collective.

    Raises:
        InputError: the folder cannot be made, or holds another search or a damaged one.
    """

    def make() -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "images").mkdir(exist_ok=True)
        except OSError as error:
            raise InputError(f"--out {folder}: {error.strerror}") from None

    on_root(film.comm, make)
    return load_string(film, folder, about)


class Watch:
    """Tells how far a search is, keeps it, and stops it if asked to.

    Args:
        film: of the states.
        steps: of the string, at most.
        stop: looked at on the way.
        out: folder in which the search is kept; None to keep nothing.
        about: what it looks for.
    """

    def __init__(
        self,
        film: Film,
        steps: int,
        stop: StopRequest,
        out: Path | None = None,
        about: Mapping[str, Any] | None = None,
    ) -> None:
        self._film, self._steps, self._stop = film, steps, stop
        self._out, self._about = out, about or {}
        self._begun = self._saved = self._told = time.monotonic()

    def __call__(self, string: StringMethod) -> None:
        """After a step; collective."""
        if string.steps % LOOK_EVERY:
            return
        status = self._stop.received()
        comm, now = self._film.comm, time.monotonic()
        if comm.bcast(bool(status) or now - self._saved > SAVE_EVERY) and self._out is not None:
            save_string(self._film, self._out, string.images, self._about)
            self._saved = now
        if status:
            raise Interrupted(status)
        if comm.rank == 0 and now - self._told > _TELL_EVERY:
            self._told = now
            height = EnergyPath.in_heat(float(string.energies.max() - string.energies[0]))
            left = self._steps - string.steps
            seconds = (now - self._begun) / string.steps * left
            print(
                f"Step {string.steps}: {string.residual:.3g} A/m left across the path, whose "
                f"highest image is {height:.4g} k_BT above A; {left} steps left at most, about "
                f"{seconds:.0f} s",
                file=sys.stderr,
                flush=True,
            )
