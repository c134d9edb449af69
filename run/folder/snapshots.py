"""Snapshots of the film in a run folder, and the fields in their files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from meshio import vtu

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.run.folder.tables import one_line

CELL_TYPES = ("tetra", "triangle")


@dataclass(frozen=True)
class Snapshot:
    """One state of the film on disk: file, time in s, label, contact voltages in V or None."""

    path: Path
    time: float
    label: str
    voltages: tuple[float, ...] | None


@dataclass(frozen=True)
class Fields:
    """The fields of one snapshot.

    `points` (N, 3) m; `cells` (n_cells, 3 or 4); `magnetisation` (N, 3); `potential` (N,) V;
    `contact` (N,), 0 for none and k for the k-th contact; `current_density` (n_cells, 3) A/m².
    """

    points: FloatArray
    cells: IntArray
    magnetisation: FloatArray
    potential: FloatArray
    contact: IntArray
    current_density: FloatArray


def read_fields(snapshot: Snapshot) -> Fields:
    """Read the fields of a snapshot.

    Raises:
        InputError: the file is missing, cut short, lacks a field, or holds one that cannot be.
    """
    path = snapshot.path
    if not path.is_file():
        raise InputError(f"{path}: no such file, though the manifest names it")
    # meshio raises whatever its parsers meet in a damaged file; meshio.read would exit instead.
    try:
        mesh = vtu.read(path)
    except Exception as error:
        raise InputError(f"{path}: not a readable VTU file ({one_line(error)})") from None
    kind = next((k for k in CELL_TYPES if k in mesh.cells_dict), None)
    if kind is None:
        raise InputError(f"{path}: holds neither triangles nor tetrahedra")
    try:
        fields = Fields(
            np.asarray(mesh.points, dtype=np.float64),
            mesh.cells_dict[kind].astype(np.int64),
            np.asarray(mesh.point_data["m"], dtype=np.float64),
            np.asarray(mesh.point_data["potential"], dtype=np.float64).reshape(-1),
            np.asarray(mesh.point_data["contact"]).reshape(-1).astype(np.int64),
            np.asarray(mesh.cell_data_dict["current_density"][kind], dtype=np.float64),
        )
    except KeyError as error:
        raise InputError(f"{path}: field {error} is missing") from None
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: a field is not made of numbers ({one_line(error)})") from None
    _check(path, fields)
    return fields


def _check(path: Path, fields: Fields) -> None:
    count, cells = len(fields.points), len(fields.cells)
    shapes = {
        "points": (fields.points, (count, 3)),
        "m": (fields.magnetisation, (count, 3)),
        "potential": (fields.potential, (count,)),
        "contact": (fields.contact, (count,)),
        "current_density": (fields.current_density, (cells, 3)),
    }
    for name, (values, shape) in shapes.items():
        if values.shape != shape:
            raise InputError(f"{path}: {name} has the shape {values.shape}; it must be {shape}")
        if not np.all(np.isfinite(values)):
            raise InputError(f"{path}: {name} has values that are not finite")
    if not cells or fields.cells.min() < 0 or fields.cells.max() >= count:
        raise InputError(f"{path}: cells name vertices that are not there")
    if fields.contact.min() < 0:
        raise InputError(f"{path}: contact has values below 0")
