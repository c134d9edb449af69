"""The folder of a path between two states: its table, its states, and the search to go on with."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.common.shared_files import crc_of_blocks, read_rows
from hebbfilm.common.whole_files import write_json, write_text
from hebbfilm.run.training.fields import write_snapshot
from hebbfilm.solvers.film import Film
from hebbfilm.solvers.paths.energy_path import EnergyPath
from hebbfilm.solvers.state.checksummed_archive import intact_tables, write_checksummed

PATH, TABLE, STRING = "path.json", "path.csv", "string.npz"
PICTURE = "energy.png"
IMAGES = "images"
LIST = IMAGES + "/path.pvd"
_IMAGE = IMAGES + "/{:04d}.vtu"
_IMAGES = "images"
_COLUMNS = (
    *("image", "arc_rad", "energy_J", "energy_kT_300K"),
    *("slope_J_per_rad", "torque_A_per_m", "kind"),
)


def save_string(film: Film, folder: Path, images: FloatArray, about: Mapping[str, Any]) -> None:
    """Keep a search, to go on with; collective.

    Args:
        film: of which it is.
        folder: of the path.
        images: (n, owned, 3).
        about: what it looks for.
    """
    blocks = film.film_mesh.numbering.vertex_blocks
    table = images.transpose(1, 0, 2).reshape(images.shape[1], -1).copy()
    write_checksummed(film.comm, folder / STRING, json.dumps(about), {_IMAGES: (blocks, table)})


def load_string(film: Film, folder: Path, about: Mapping[str, Any]) -> FloatArray | None:
    """Images (n, owned, 3) of a search that was kept; None where there is none; collective.

    Raises:
        InputError: the file is damaged, or is of a search for something else.
    """
    path = folder / STRING

    def outline() -> Any:
        if not path.is_file():
            return None
        found = intact_tables(path)
        if found is None:
            raise InputError(f"{path}: is damaged: its checksum does not fit; remove {folder}")
        require_same(folder, json.loads(found[0]), json.loads(json.dumps(about)))
        return found[1][0]

    table = film.comm.bcast(on_root(film.comm, outline))
    if table is None:
        return None
    blocks = film.film_mesh.numbering.vertex_blocks
    shape = blocks.last - blocks.first, table.shape[1]
    start = table.rows + blocks.first * table.row
    block = read_rows(path, start, table.kind, shape)
    if table.with_sum(crc_of_blocks(film.comm, block)).crc != table.crc:
        raise InputError(f"{path}: is damaged: its checksum does not fit; remove {folder}")
    own = blocks.from_block(block)
    images: FloatArray = own.reshape(len(own), -1, 3).transpose(1, 0, 2).copy()
    return images


def write_path(film: Film, folder: Path, path: EnergyPath, about: Mapping[str, Any]) -> None:
    """Write a path that was found: its table, what it says, and its images; collective.

    Args:
        film: of which it is.
        folder: of the path.
        path: that was found.
        about: what was looked for.

    Raises:
        InputError: a file cannot be written.
    """
    write_images(film, folder, path.images)

    def write() -> None:
        write_text(folder / TABLE, _table(path))
        write_json(folder / PATH, {**about, **as_dict(path)})

    on_root(film.comm, write)


def write_images(film: Film, folder: Path, images: FloatArray) -> None:
    """Write states (n, owned, 3) as snapshots, and their list for ParaView; collective.

    Raises:
        InputError: a file cannot be written.
    """
    with film.on_trial():
        for number, m in enumerate(images):
            film.set_magnetisation(m)
            write_snapshot(film, folder / _IMAGE.format(number))
    on_root(film.comm, lambda: write_text(folder / LIST, _pvd(len(images))))


def as_dict(path: EnergyPath) -> dict[str, Any]:
    """A path as JSON has it: energies in J, angles in rad, torques in A/m, and by k_B T.

    What stands on a path that is not converged is a "maximum", and no "barrier".
    """
    heat = path.in_heat
    top = "barrier" if path.converged else "maximum"
    kinds = {stop.image: stop.kind for stop in path.stops}
    return {
        "converged": path.converged,
        "without_saddle_between": [list(pair) for pair in path.unresolved],
        f"{top}_forward_J": path.forward,
        f"{top}_backward_J": path.backward,
        f"{top}_forward_kT_300K": heat(path.forward),
        f"{top}_backward_kT_300K": heat(path.backward),
        "highest_image": path.highest,
        "stops": [
            {
                "image": stop.image,
                "kind": stop.kind,
                "energy_J": stop.energy,
                "torque_A_per_m": stop.torque,
                "curvature_A_per_m": stop.curvature,
                "directions_downhill": stop.downhill,
            }
            for stop in path.stops
        ],
        "hops": [
            {
                "from": hop.start,
                kinds[hop.top]: hop.top,
                "to": hop.end,
                "forward_J": hop.forward,
                "backward_J": hop.backward,
            }
            for hop in path.hops()
        ],
        "steps": path.steps,
        "evaluations": path.evaluations,
    }


def require_same(folder: Path, kept: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    """Refuse to go on in a folder with a search for something else.

    Args:
        folder: of the path.
        kept: what the search in it was for.
        wanted: what is looked for now.

    Raises:
        InputError: they differ.
    """
    for key, value in wanted.items():
        if kept.get(key) != value:
            raise InputError(
                f"{folder} holds a path with {key} = {kept.get(key)!r}, not {value!r}: remove that "
                "folder, or name another one with --out"
            )


def _table(path: EnergyPath) -> str:
    kinds = {stop.image: stop.kind for stop in path.stops}
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(_COLUMNS)
    rows = zip(path.arc, path.energies, path.slopes, path.torques, strict=True)
    for number, (arc, energy, slope, torque) in enumerate(rows):
        above = path.in_heat(energy - path.energies[0])
        values = [f"{value:.10g}" for value in (arc, energy, above, slope, torque)]
        table.writerow([number, *values, kinds.get(number, "")])
    return text.getvalue()


def _pvd(images: int) -> str:
    entries = "".join(
        f'    <DataSet timestep="{number}" file="{Path(_IMAGE.format(number)).name}"/>\n'
        for number in range(images)
    )
    return (
        '<?xml version="1.0"?>\n<VTKFile type="Collection" version="0.1">\n  <Collection>\n'
        f"{entries}  </Collection>\n</VTKFile>\n"
    )
