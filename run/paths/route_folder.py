"""The folder of a route by patches: what it bounds, its table and its minima."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hebbfilm.common.collective import on_root
from hebbfilm.common.whole_files import write_json, write_text
from hebbfilm.run.paths.known import Known
from hebbfilm.run.paths.path_folder import PATH, TABLE, write_images
from hebbfilm.solvers.film import Film
from hebbfilm.solvers.paths.energy_path import EnergyPath
from hebbfilm.solvers.paths.patch_route import PARTS, PatchRoute

_COLUMNS = ("arc_rad", "energy_J", "energy_kT_300K", "patches", "margin", "contrast")


def write_route(
    film: Film, folder: Path, route: PatchRoute, known: Known | None, about: Mapping[str, Any]
) -> None:
    """Write a route that was found: what it bounds, its table, and its minima; collective.

    Args:
        film: of which it is.
        folder: of the route.
        route: that was found.
        known: what the film knows in its minima.
        about: what was looked for.

    Raises:
        InputError: a file cannot be written.
    """
    write_images(film, folder, route.images[route.minima // PARTS])

    def write() -> None:
        write_text(folder / TABLE, _table(route, known))
        write_json(folder / PATH, {**about, **route_as_dict(route, known)})

    on_root(film.comm, write)


def route_as_dict(route: PatchRoute, known: Known | None) -> dict[str, Any]:
    """A route as JSON has it: energies in J and by k_B T, angles in rad, torques in A/m."""
    heat = EnergyPath.in_heat
    numbers = {int(place): k for k, place in enumerate(route.minima)}
    first, hops = float(route.energies[0]), route.hops()
    rises = [hop.forward for hop in hops]
    return {
        "upper_bound_forward_J": route.forward,
        "upper_bound_backward_J": route.backward,
        "upper_bound_forward_kT_300K": heat(route.forward),
        "upper_bound_backward_kT_300K": heat(route.backward),
        "lower_bound_forward_kT_300K": heat(route.least),
        "highest_hop_kT_300K": heat(max(rises)),
        "distance_rad": route.distance,
        "minima_between": route.distinct,
        "torque_left_A_per_m": route.torque,
        "minima": [
            {
                "patches": k,
                "arc_rad": float(route.arc[place]),
                "energy_above_A_kT_300K": heat(float(route.energies[place]) - first),
                "margin": None if known is None else float(known.margins[k]),
                "contrast": None if known is None else float(known.contrasts[k]),
            }
            for place, k in numbers.items()
        ],
        "hops": [
            {
                "from_patches": numbers[hop.start],
                "to_patches": numbers[hop.end],
                "forward_J": hop.forward,
                "backward_J": hop.backward,
            }
            for hop in hops
        ],
        "evaluations": route.evaluations,
    }


def _table(route: PatchRoute, known: Known | None) -> str:
    numbers = {int(place): k for k, place in enumerate(route.minima)}
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    for place, (arc, energy) in enumerate(zip(route.arc, route.energies, strict=True)):
        above = EnergyPath.in_heat(float(energy - route.energies[0]))
        row = [f"{value:.10g}" for value in (arc, energy, above)]
        k = numbers.get(place)
        told = ["", ""]
        if k is not None and known is not None:
            told = [f"{values[k]:.10g}" for values in (known.margins, known.contrasts)]
        table.writerow([*row, "" if k is None else k, *told])
    return text.getvalue()
