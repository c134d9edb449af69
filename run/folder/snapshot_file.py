"""Write the fields of a film to VTU files: from all ranks, or for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import meshio
import numpy as np
from numpy.typing import NDArray

from hebbfilm.common.row_blocks import RowBlocks
from hebbfilm.common.shared_files import replacing_together
from hebbfilm.common.whole_files import replacing
from hebbfilm.run.folder import snapshots as names
from hebbfilm.run.folder.snapshots import Fields
from hebbfilm.run.folder.vtu_about import add_numbers
from hebbfilm.run.folder.vtu_file import CELLS, POINTS, Array, VtuLayout, cell_arrays, cell_numbers

if TYPE_CHECKING:
    from mpi4py import MPI

_Column: TypeAlias = tuple[Array, NDArray[Any] | None]
"""An array and rows of it; None for what the number of corners of cells tells."""


class Rows(NamedTuple):
    """Which rows of the fields of a whole film a rank has.

    Attributes:
        vertices: of what is at vertices.
        cells: of what is in cells.
    """

    vertices: RowBlocks
    cells: RowBlocks


def write_fields(path: Path, fields: Fields, about: Mapping[str, float] | None = None) -> None:
    """Write the fields of a snapshot in the form of VTU that every program reads, compressed.

    Args:
        path: of the file, which is written whole or not at all.
        fields: what it holds.
        about: numbers that belong to no place, by their names.

    Raises:
        InputError: the file cannot be written.
    """
    mesh = meshio.Mesh(
        fields.points,
        [(CELLS[fields.cells.shape[1]][0], fields.cells)],
        point_data=_at_points(fields),
        cell_data={name: [values] for name, values in _in_cells(fields).items()},
    )
    with replacing(path) as whole:
        mesh.write(whole, file_format="vtu")
        add_numbers(whole, about or {})


def write_shared_fields(
    comm: MPI.Intracomm, path: Path, own: Fields, rows: Rows, about: Mapping[str, float]
) -> None:
    """Write the fields of a snapshot from all ranks, the same file on any number; collective.

    Args:
        comm: the ranks.
        path: of the file.
        own: the rows of this rank, with cells that name vertices by their number in the film.
        rows: which these are.
        about: as of `write_fields`.

    Raises:
        InputError: the file cannot be written.
    """
    columns = _columns(own, rows.vertices.size, rows.cells.size)
    layout = VtuLayout([array for array, _ in columns], about)
    corners = own.cells.shape[1]

    def block(start: int, array: Array, values: NDArray[Any] | None) -> tuple[int, NDArray[Any]]:
        of = rows.cells if array.in_cells else rows.vertices
        if values is None:
            found = cell_numbers(array, corners, of.first, of.last)
        else:
            found = of.to_block(values)
        return start + of.first * array.row, found

    with replacing_together(comm, path) as file:
        every = zip(layout.starts, columns, strict=True)
        crcs = file.write_blocks(block(start, *column) for start, column in every)
        file.write_pieces(layout.frame(crcs))


def _columns(fields: Fields, points: int, cells: int) -> list[_Column]:
    """All of a snapshot of so many points and cells, and the rows that `fields` has of it."""
    corners = cell_arrays(points, cells, fields.cells.shape[1])
    return [
        *_part(POINTS, {POINTS: fields.points}, points),
        (corners[0], fields.cells.astype(corners[0].kind)),
        *[(array, None) for array in corners[1:]],
        *_part("PointData", _at_points(fields), points),
        *_part("CellData", _in_cells(fields), cells),
    ]


def _at_points(fields: Fields) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any] | None] = {
        names.M: fields.magnetisation,
        names.POTENTIAL: fields.potential,
        # ParaView colours by numbers with a decimal point.
        names.CONTACT: fields.contact.astype(np.float32),
        names.TEMPERATURE: fields.temperature,
        names.OERSTED: fields.oersted_field,
    }
    return {name: values for name, values in found.items() if values is not None}


def _in_cells(fields: Fields) -> dict[str, NDArray[Any]]:
    regions = {} if fields.region is None else {names.REGION: fields.region.astype(np.float32)}
    layers = {names.LAYER + name: current for name, current in fields.layer_currents.items()}
    return {names.CURRENT_DENSITY: fields.current_density, **regions, **layers}


def _part(part: str, found: Mapping[str, NDArray[Any]], rows: int) -> list[_Column]:
    return [
        (Array(part, name, values.dtype.str, rows, int(np.prod(values.shape[1:]))), values)
        for name, values in found.items()
    ]
