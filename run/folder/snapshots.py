"""Snapshots of the film in a run folder: VTU files, which ParaView and PyVista open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import meshio
import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass as checked_dataclass

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import reason
from hebbfilm.run.folder.schema import STRICT, FileName, NotNegative, Number, Word
from hebbfilm.run.folder.texture import TextureEntry
from hebbfilm.run.folder.vtu_file import CELLS, read_vtu

# The arrays in the files.
M = "m"
POTENTIAL = "potential_V"
CONTACT = "contact"
CURRENT_DENSITY = "current_density_A_per_m2"
_EARLIER = {"potential": POTENTIAL, "current_density": CURRENT_DENSITY}
"""What runs of earlier versions call them."""
REGION = "region"
TEMPERATURE = "temperature_K"
OERSTED = "oersted_field_A_per_m"
LAYER = "current_density_A_per_m2_"
"""Before the name of a layer."""


def _signs(pattern: tuple[int, ...] | None) -> tuple[int, ...] | None:
    if pattern is not None and not set(pattern) <= {1, -1}:
        raise ValueError("must be signs, 1 or -1")
    return pattern


@checked_dataclass(frozen=True, kw_only=True, config=STRICT)
class Snapshot:
    """One state of the film on disk, as the manifest has it.

    Args:
        file: in the folder of the run.
        t: time in s.
        label: such as "untrained".
        voltages: of the contacts in V; None without a current.
        presents: the pattern that was presented at this moment, of signs 1 and -1; None in runs of
            earlier versions, too.
        texture: figures of the texture; None in runs of earlier versions, and of a film in 3D
            without a flat face.
    """

    file: FileName
    t: NotNegative
    label: Word
    voltages: Annotated[tuple[Number, ...] | None, Field(strict=False)]
    presents: Annotated[tuple[int, ...] | None, Field(strict=False), AfterValidator(_signs)] = None
    texture: TextureEntry | None = None

    @property
    def pattern(self) -> tuple[int, ...] | None:
        """What was presented; in runs of earlier versions, the signs of the voltages."""
        if self.presents is not None or self.voltages is None:
            return self.presents
        return tuple(-1 if voltage < 0 else 1 for voltage in self.voltages)


@dataclass(frozen=True, kw_only=True, eq=False)
class Fields:
    """The fields of one snapshot.

    `points` (N, 3) m; `cells` (n_cells, 3 or 4); `magnetisation` (N, 3); `potential` (N,) V;
    `contact` (N,), 0 for none and k for the k-th contact; `current_density` (n_cells, 3) A/m²;
    `region` (n_cells,), 0 for none and k for the k-th region, None of a film without any;
    `temperature` (N,) K, None without heat; `oersted_field` (N, 3) A/m, None where it does not act;
    `layer_currents`, by the names of layers, (n_cells, 3) A/m² each, empty without layers.
    """

    points: FloatArray
    cells: IntArray
    magnetisation: FloatArray
    potential: FloatArray
    contact: IntArray
    current_density: FloatArray
    region: IntArray | None = None
    temperature: FloatArray | None = None
    oersted_field: FloatArray | None = None
    layer_currents: Mapping[str, FloatArray] = field(default_factory=dict)

    def mapped(self, at_points: Callable[[Any], Any], in_cells: Callable[[Any], Any]) -> Fields:
        """The same, with one function applied to all at points, another one to all in cells."""

        def where_there(of: Callable[[Any], Any], values: Any) -> Any:
            return None if values is None else of(values)

        return Fields(
            points=at_points(self.points),
            cells=in_cells(self.cells),
            magnetisation=at_points(self.magnetisation),
            potential=at_points(self.potential),
            contact=at_points(self.contact),
            current_density=in_cells(self.current_density),
            region=where_there(in_cells, self.region),
            temperature=where_there(at_points, self.temperature),
            oersted_field=where_there(at_points, self.oersted_field),
            layer_currents={name: in_cells(j) for name, j in self.layer_currents.items()},
        )


def read_fields(folder: Path, snapshot: Snapshot) -> Fields:
    """Read the fields of a snapshot.

    Args:
        folder: of the run.
        snapshot: of its manifest.

    Raises:
        InputError: the file is missing, cut short, lacks a field, or holds one that cannot be.
    """
    path = folder / snapshot.file
    if not path.is_file():
        raise InputError(f"{path}: no such file, though the manifest names it")
    try:
        mesh = read_vtu(path)
    except Exception as error:
        raise InputError(f"{path}: not a readable VTU file ({reason(error)})") from None
    for data in (mesh.point_data, mesh.cell_data):
        for earlier, name in _EARLIER.items():
            if earlier in data:
                data[name] = data.pop(earlier)
    kind = next((k for k, _ in CELLS.values() if k in mesh.cells_dict), None)
    if kind is None:
        raise InputError(f"{path}: holds neither triangles nor tetrahedra")
    try:
        fields = Fields(
            points=np.asarray(mesh.points, dtype=np.float64),
            cells=mesh.cells_dict[kind].astype(np.int64),
            magnetisation=np.asarray(mesh.point_data[M], dtype=np.float64),
            potential=np.asarray(mesh.point_data[POTENTIAL], dtype=np.float64).reshape(-1),
            contact=np.asarray(mesh.point_data[CONTACT]).reshape(-1).astype(np.int64),
            current_density=np.asarray(
                mesh.cell_data_dict[CURRENT_DENSITY][kind], dtype=np.float64
            ),
            region=_regions(mesh, kind),
            temperature=_at_points(mesh, TEMPERATURE),
            oersted_field=_at_points(mesh, OERSTED),
            layer_currents=_layers(mesh, kind),
        )
    except KeyError as error:
        raise InputError(f"{path}: field {error} is missing") from None
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: a field is not made of numbers ({reason(error)})") from None
    _check(path, fields)
    return fields


def _regions(mesh: meshio.Mesh, kind: str) -> IntArray | None:
    if REGION not in mesh.cell_data_dict:
        return None
    return np.asarray(mesh.cell_data_dict[REGION][kind]).reshape(-1).astype(np.int64)


def _at_points(mesh: meshio.Mesh, name: str) -> FloatArray | None:
    return np.asarray(mesh.point_data[name], np.float64) if name in mesh.point_data else None


def _layers(mesh: meshio.Mesh, kind: str) -> dict[str, FloatArray]:
    return {
        name.removeprefix(LAYER): np.asarray(found[kind], dtype=np.float64)
        for name, found in mesh.cell_data_dict.items()
        if name.startswith(LAYER)
    }


def pvd_text(snapshots: Iterable[Snapshot]) -> str:
    """The list of snapshots that ParaView opens as one film, in the folder of their files."""
    entries = "".join(
        f'    <DataSet timestep="{item.t:.10g}" file="{Path(item.file).name}"/>\n'
        for item in snapshots
    )
    return (
        '<?xml version="1.0"?>\n<VTKFile type="Collection" version="0.1">\n  <Collection>\n'
        f"{entries}  </Collection>\n</VTKFile>\n"
    )


def _check(path: Path, fields: Fields) -> None:
    count, cells = len(fields.points), len(fields.cells)
    shapes: dict[str, tuple[NDArray[Any], tuple[int, ...]]] = {
        "points": (fields.points, (count, 3)),
        M: (fields.magnetisation, (count, 3)),
        POTENTIAL: (fields.potential, (count,)),
        CONTACT: (fields.contact, (count,)),
        CURRENT_DENSITY: (fields.current_density, (cells, 3)),
    }
    if fields.region is not None:
        shapes[REGION] = fields.region, (cells,)
    if fields.temperature is not None:
        shapes[TEMPERATURE] = fields.temperature, (count,)
    if fields.oersted_field is not None:
        shapes[OERSTED] = fields.oersted_field, (count, 3)
    shapes |= {LAYER + name: (j, (cells, 3)) for name, j in fields.layer_currents.items()}
    for name, (values, shape) in shapes.items():
        if values.shape != shape:
            raise InputError(f"{path}: {name} has the shape {values.shape}; it must be {shape}")
        if not np.all(np.isfinite(values)):
            raise InputError(f"{path}: {name} has values that are not finite")
    if not cells or fields.cells.min() < 0 or fields.cells.max() >= count:
        raise InputError(f"{path}: cells name vertices that are not there")
    if fields.contact.min() < 0:
        raise InputError(f"{path}: contact has values below 0")
    if fields.region is not None and fields.region.min() < 0:
        raise InputError(f"{path}: region has values below 0")
