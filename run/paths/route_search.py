"""From two named states to a route by patches on disk, and what the film knows on it."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.job.interruption import Interrupted, StopRequest
from hebbfilm.run.paths.known import Known, known_in_states
from hebbfilm.run.paths.path_folder import save_string
from hebbfilm.run.paths.route_folder import write_route
from hebbfilm.run.paths.search import (
    LOOK_EVERY,
    SAVE_EVERY,
    looked_for,
    states_on_film,
    taken_up,
)
from hebbfilm.run.paths.states import NamedState
from hebbfilm.solvers import Film
from hebbfilm.solvers.paths.by_patches import route_by_patches
from hebbfilm.solvers.paths.energy_path import EnergyPath
from hebbfilm.solvers.paths.options import PatchOptions
from hebbfilm.solvers.paths.patch_route import PARTS, PatchRoute
from hebbfilm.solvers.paths.string_method import StringMethod

_TELL_EVERY = 10.0
"""In s, between lines of progress."""


def find_route(
    film: Film,
    states: Sequence[NamedState],
    options: PatchOptions,
    out: Path | None,
    stop: StopRequest,
    settings: Sequence[str] = (),
) -> tuple[PatchRoute, Known | None]:
    """The route from one state to another, and what the film knows in its minima; collective.

    A search that was interrupted goes on from the last patch that `out` has kept.

    Args:
        film: of the states.
        states: both ends.
        options: how it is looked for.
        out: folder for it; None to keep nothing.
        stop: looked at on the way.
        settings: with which the film was made.

    Returns:
        The second is None where the first state that is one of a run belongs to none that learnt.

    Raises:
        InputError: states of another film, or alike, or a folder with another search.
        Interrupted: asked to stop; the patches that are done are kept.
        SolverError: a state does not relax.
    """
    about = looked_for(states, settings, asdict(options))
    resumed = None if out is None else taken_up(film, out, about)
    watch = _Watch(film, options, stop, out, about)
    start, end = states_on_film(film, states)
    route = route_by_patches(film, start, end, options, resumed=resumed, watch=watch)
    known = known_in_states(film, states, route.images[route.minima // PARTS], options.equilibrium)
    if out is not None:
        save_string(film, out, route.images, about)
        write_route(film, out, route, known, about)
    return route, known


class _Watch:
    """Tells how far a route is, keeps the patches that are done, and stops it if asked to."""

    def __init__(
        self,
        film: Film,
        options: PatchOptions,
        stop: StopRequest,
        out: Path | None,
        about: Mapping[str, Any],
    ) -> None:
        self._film, self._options, self._stop = film, options, stop
        self._out, self._about = out, about
        self._saved = self._told = time.monotonic()

    def __call__(self, done: FloatArray, string: StringMethod) -> None:
        """After a step; collective."""
        if string.steps % LOOK_EVERY:
            return
        status = self._stop.received()
        comm, now = self._film.comm, time.monotonic()
        if comm.bcast(bool(status) or now - self._saved > SAVE_EVERY) and self._out is not None:
            save_string(self._film, self._out, done, self._about)
            self._saved = now
        if status:
            raise Interrupted(status)
        if comm.rank == 0 and now - self._told > _TELL_EVERY:
            self._told = now
            patch = (len(done) - 1) // (self._options.images + 1) + 1
            height = EnergyPath.in_heat(float(string.energies.max() - string.energies[0]))
            print(
                f"Patch {patch} of {self._options.patches}, step {string.steps}: "
                f"{string.residual:.3g} A/m left, {height:.4g} k_BT above its first minimum",
                file=sys.stderr,
                flush=True,
            )
