"""Barriers between the minima that lie below successive snapshots of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.collective import on_root
from hebbfilm.common.tables import aligned
from hebbfilm.run.job.interruption import Interrupted, StopRequest
from hebbfilm.run.paths.passages_file import kept_passages, write_passages
from hebbfilm.run.paths.path_folder import as_dict
from hebbfilm.run.paths.search import Watch, states_on_film
from hebbfilm.run.paths.states import NamedState
from hebbfilm.solvers import Film
from hebbfilm.solvers.paths.barrier import energy_path, relaxed
from hebbfilm.solvers.paths.energy_path import EnergyPath
from hebbfilm.solvers.paths.landscape import Landscape
from hebbfilm.solvers.paths.options import SAME, PathOptions


@dataclass(frozen=True, eq=False)
class Passage:
    """What lies between the minima below two successive snapshots.

    Args:
        start, end: names of the snapshots.
        checksums: of both.
        distance: of the minima in rad.
        path: between them, as `path.json` has it; None where both are one.
    """

    start: str
    end: str
    checksums: tuple[str, str]
    distance: float
    path: dict[str, Any] | None

    @property
    def converged(self) -> bool:
        """Whether the path is; true without one."""
        return self.path is None or bool(self.path["converged"])

    @property
    def largest_hop(self) -> float:
        """The highest energy in J from a minimum to the next top on the way; 0 without one."""
        hops = [] if self.path is None else self.path["hops"]
        return max((float(hop["forward_J"]) for hop in hops), default=0.0)


def passages(
    film: Film,
    states: Sequence[NamedState],
    options: PathOptions,
    stop: StopRequest,
    out: Path | None = None,
    settings: Sequence[str] = (),
) -> list[Passage]:
    """The paths between minima below states, from each to the next; collective.

    Args:
        film: of the states.
        states: in their order, two or more.
        options: how each path is looked for; the ends are relaxed once.
        stop: looked at on the way.
        out: folder in which `passages.json` grows, and from which passages between the same states
            are taken up; None to keep nothing.
        settings: with which the film was made.

    Raises:
        InputError: a state that does not fit the film, or a folder with other passages.
        SolverError: a state does not relax.
        Interrupted: asked to stop.
    """
    chosen = {key: value for key, value in asdict(options).items() if key != "steps"}
    about = {"settings": list(settings), "options": chosen}
    kept = {}
    if out is not None:
        rows = film.comm.bcast(on_root(film.comm, lambda: kept_passages(out, about)))
        kept = {tuple(row["checksums"]): row for row in rows}
    minima = _Minima(film, states, options)
    found: list[Passage] = []
    for k, (start, end) in enumerate(pairwise(states)):
        checksums = start.checksum, end.checksum
        row = kept.get(checksums)
        if row is None or not _is_done(row, options):
            row = _passage(minima, k, options, stop)
        found.append(Passage(start.name, end.name, checksums, row["distance_rad"], row["path"]))
        if out is not None:
            on_root(film.comm, lambda: write_passages(out, about, [_row(each) for each in found]))
        status = stop.received()
        if status:
            raise Interrupted(status)
    return found


def _is_done(row: dict[str, Any], options: PathOptions) -> bool:
    """Whether a passage that was kept would come to the same again."""
    path = row["path"]
    return path is None or path["converged"] or path["steps"] >= options.steps


class _Minima:
    """The minima below some states, each relaxed when it is first asked for; collective."""

    def __init__(self, film: Film, states: Sequence[NamedState], options: PathOptions) -> None:
        self.film, self._states, self._options = film, states, options
        self._known: dict[int, FloatArray] = {}

    def pair(self, k: int) -> list[FloatArray]:
        """That of number k and the next, (owned, 3) each."""
        both = k, k + 1
        self._known = {each: self._below(each) for each in both}
        return [self._known[each] for each in both]

    def _below(self, k: int) -> FloatArray:
        if k in self._known:
            return self._known[k]
        (m,) = states_on_film(self.film, [self._states[k]])
        return relaxed(self.film, m, self._options.equilibrium)


def _passage(minima: _Minima, k: int, options: PathOptions, stop: StopRequest) -> dict[str, Any]:
    film, ends = minima.film, minima.pair(k)
    distance = float(Landscape(film.dynamics).distances(np.stack(ends))[0])
    path = None
    if distance >= SAME:
        watch = Watch(film, options.steps, stop)
        path = as_dict(energy_path(film, ends, replace(options, hold_ends=True), watch=watch))
    return {"distance_rad": distance, "path": path}


def _row(each: Passage) -> dict[str, Any]:
    return {
        "from": each.start,
        "to": each.end,
        "checksums": list(each.checksums),
        "distance_rad": each.distance,
        "path": each.path,
    }


def passages_text(found: Sequence[Passage]) -> str:
    """A row for each passage, energies by k_B T at 300 K."""
    heat = EnergyPath.in_heat
    rows = [["from", "to", "distance / rad", "E_B − E_A", "barrier", "back", "largest hop", "hops"]]
    for each in found:
        row = [each.start, each.end, f"{each.distance:.4f}"]
        if each.path is None:
            rows.append([*row, "the same minimum", "", "", "", ""])
            continue
        top, mark = ("barrier", "") if each.converged else ("maximum", " ?")
        up, down = (each.path[f"{top}_{way}_J"] for way in ("forward", "backward"))
        heights = (f"{heat(energy):+.2f}{mark}" for energy in (up, down, each.largest_hop))
        rows.append([*row, f"{heat(up - down):+.2f}", *heights, f"{len(each.path['hops'])}{mark}"])
    lines = ["Energies by k_BT at 300 K, between minima below snapshots", *aligned(rows, ">")]
    lost = sum(not each.converged for each in found)
    if lost:
        told = f"Not converged: {lost} of {len(found)}; there ? marks highest images, no barriers"
        lines = [f"{told}; use more --images, or more --steps", "", *lines]
    return "\n".join(lines)
