"""Barriers between the minima that lie below successive snapshots of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from hebbfilm.common.collective import on_root
from hebbfilm.common.tables import aligned
from hebbfilm.common.whole_files import write_json
from hebbfilm.run.job.interruption import Interrupted, StopRequest
from hebbfilm.run.paths.path_folder import as_dict
from hebbfilm.run.paths.search import states_on_film
from hebbfilm.run.paths.states import NamedState
from hebbfilm.solvers import Film
from hebbfilm.solvers.paths.barrier import SAME, energy_path, relaxed
from hebbfilm.solvers.paths.energy_path import EnergyPath
from hebbfilm.solvers.paths.landscape import Landscape
from hebbfilm.solvers.paths.options import PathOptions


@dataclass(frozen=True, eq=False)
class Passage:
    """What lies between the minima below two successive snapshots.

    Args:
        start, end: names of the snapshots.
        distance: of the minima in rad.
        path: between them; None where both are one.
    """

    start: str
    end: str
    distance: float
    path: EnergyPath | None

    @property
    def largest_hop(self) -> float:
        """The highest barrier in J from a minimum to the next saddle on the way; 0 without one."""
        hops = [] if self.path is None else self.path.hops()
        return max((hop.forward for hop in hops), default=0.0)


def passages(
    film: Film,
    states: Sequence[NamedState],
    options: PathOptions,
    stop: StopRequest,
    out: Path | None = None,
) -> list[Passage]:
    """The paths between minima below states, from each to the next; collective.

    Args:
        film: of the states.
        states: in their order, two or more.
        options: how each path is looked for; the ends are relaxed once, ahead of all.
        stop: looked at after each path.
        out: folder in which `passages.json` grows; None to keep nothing.

    Raises:
        InputError: a state that does not fit the film.
        SolverError: a state does not relax.
        Interrupted: asked to stop.
    """
    minima = [relaxed(film, m, options.equilibrium) for m in states_on_film(film, states)]
    distances = Landscape(film.dynamics).distances(np.stack(minima))
    held = replace(options, hold_ends=True)
    found: list[Passage] = []
    for k, distance in enumerate(map(float, distances)):
        path = None
        if distance >= SAME:
            path = energy_path(film, minima[k : k + 2], held)
            path = replace(path, images=path.images[:0])
        found.append(Passage(states[k].name, states[k + 1].name, distance, path))
        if out is not None:
            on_root(film.comm, lambda: _write(out / "passages.json", found))
        status = stop.received()
        if status:
            raise Interrupted(status)
    return found


def passages_text(found: Sequence[Passage]) -> str:
    """A row for each passage, energies by k_B T at 300 K."""
    heat = EnergyPath.in_heat
    rows = [["from", "to", "distance / rad", "E_B − E_A", "barrier", "back", "largest hop", "hops"]]
    for each in found:
        row = [each.start, each.end, f"{each.distance:.4f}"]
        if each.path is None:
            rows.append([*row, "the same minimum", "", "", "", ""])
            continue
        up, down = each.path.forward, each.path.backward
        energies = up - down, up, down, each.largest_hop
        mark = "" if each.path.converged else " ?"
        hops = f"{len(each.path.hops())}{mark}"
        rows.append([*row, *(f"{heat(energy):+.2f}" for energy in energies), hops])
    lines = ["Energies by k_BT at 300 K, between minima below snapshots", *aligned(rows, ">")]
    if any(each.path is not None and not each.path.converged for each in found):
        lines.append("? not converged: use more --images, or more --steps")
    return "\n".join(lines)


def _write(file: Path, found: Sequence[Passage]) -> None:
    rows = [
        {
            "from": each.start,
            "to": each.end,
            "distance_rad": each.distance,
            "path": None if each.path is None else as_dict(each.path),
        }
        for each in found
    ]
    file.parent.mkdir(parents=True, exist_ok=True)
    write_json(file, {"passages": rows})
