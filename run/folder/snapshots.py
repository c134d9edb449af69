"""Snapshots of the film in a run folder: VTU files for ParaView and PyVista."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import meshio
import numpy as np
from meshio import vtu
from numpy.typing import NDArray
from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass as checked_dataclass

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import reason
from hebbfilm.common.whole_files import replacing
from hebbfilm.run.folder.schema import STRICT, FileName, NotNegative, Number, Word
from hebbfilm.run.folder.texture import TextureEntry
from hebbfilm.run.folder.vtu_about import add_numbers

_CELL_TYPES = {4: "tetra", 3: "triangle"}
"""By the number of vertices."""

# The arrays in the files.
_M = "m"
_POTENTIAL = "potential_V"
_CONTACT = "contact"
_CURRENT_DENSITY = "current_density_A_per_m2"
_EARLIER = {"potential": _POTENTIAL, "current_density": _CURRENT_DENSITY}
"""What runs of earlier versions call them."""
_REGION = "region"
_TEMPERATURE = "temperature_K"
_OERSTED = "oersted_field_A_per_m"
_LAYER = "current_density_A_per_m2_"
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


def write_fields(path: Path, fields: Fields, about: Mapping[str, float] | None = None) -> None:
    """Write the fields of a snapshot, whole or not at all.

    Args:
        path: of the file.
        fields: what it holds.
        about: numbers that belong to no place, by their names.

    Raises:
        InputError: the file cannot be written.
    """
    regions = {} if fields.region is None else {_REGION: [fields.region.astype(np.float64)]}
    of_stack = {_TEMPERATURE: fields.temperature, _OERSTED: fields.oersted_field}
    layers = {_LAYER + name: [current] for name, current in fields.layer_currents.items()}
    mesh = meshio.Mesh(
        fields.points,
        [(_CELL_TYPES[fields.cells.shape[1]], fields.cells)],
        point_data={
            _M: fields.magnetisation,
            _POTENTIAL: fields.potential,
            # ParaView colours by numbers with a decimal point.
            _CONTACT: fields.contact.astype(np.float64),
            **{name: values for name, values in of_stack.items() if values is not None},
        },
        cell_data={_CURRENT_DENSITY: [fields.current_density], **regions, **layers},
    )
    with replacing(path) as whole:
        mesh.write(whole, file_format="vtu")
        add_numbers(whole, about or {})


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
    # meshio raises whatever its parsers meet in a damaged file; meshio.read would exit instead.
    try:
        mesh = vtu.read(path)
    except Exception as error:
        raise InputError(f"{path}: not a readable VTU file ({reason(error)})") from None
    for data in (mesh.point_data, mesh.cell_data):
        for earlier, name in _EARLIER.items():
            if earlier in data:
                data[name] = data.pop(earlier)
    kind = next((k for k in _CELL_TYPES.values() if k in mesh.cells_dict), None)
    if kind is None:
        raise InputError(f"{path}: holds neither triangles nor tetrahedra")
    try:
        fields = Fields(
            points=np.asarray(mesh.points, dtype=np.float64),
            cells=mesh.cells_dict[kind].astype(np.int64),
            magnetisation=np.asarray(mesh.point_data[_M], dtype=np.float64),
            potential=np.asarray(mesh.point_data[_POTENTIAL], dtype=np.float64).reshape(-1),
            contact=np.asarray(mesh.point_data[_CONTACT]).reshape(-1).astype(np.int64),
            current_density=np.asarray(
                mesh.cell_data_dict[_CURRENT_DENSITY][kind], dtype=np.float64
            ),
            region=_regions(mesh, kind),
            temperature=_at_points(mesh, _TEMPERATURE),
            oersted_field=_at_points(mesh, _OERSTED),
            layer_currents=_layers(mesh, kind),
        )
    except KeyError as error:
        raise InputError(f"{path}: field {error} is missing") from None
    except (TypeError, ValueError) as error:
        raise InputError(f"{path}: a field is not made of numbers ({reason(error)})") from None
    _check(path, fields)
    return fields


def _regions(mesh: meshio.Mesh, kind: str) -> IntArray | None:
    if _REGION not in mesh.cell_data_dict:
        return None
    return np.asarray(mesh.cell_data_dict[_REGION][kind]).reshape(-1).astype(np.int64)


def _at_points(mesh: meshio.Mesh, name: str) -> FloatArray | None:
    return np.asarray(mesh.point_data[name], np.float64) if name in mesh.point_data else None


def _layers(mesh: meshio.Mesh, kind: str) -> dict[str, FloatArray]:
    return {
        name.removeprefix(_LAYER): np.asarray(found[kind], dtype=np.float64)
        for name, found in mesh.cell_data_dict.items()
        if name.startswith(_LAYER)
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
        _M: (fields.magnetisation, (count, 3)),
        _POTENTIAL: (fields.potential, (count,)),
        _CONTACT: (fields.contact, (count,)),
        _CURRENT_DENSITY: (fields.current_density, (cells, 3)),
    }
    if fields.region is not None:
        shapes[_REGION] = fields.region, (cells,)
    if fields.temperature is not None:
        shapes[_TEMPERATURE] = fields.temperature, (count,)
    if fields.oersted_field is not None:
        shapes[_OERSTED] = fields.oersted_field, (count, 3)
    shapes |= {_LAYER + name: (j, (cells, 3)) for name, j in fields.layer_currents.items()}
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
