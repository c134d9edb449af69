"""Fields of a snapshot on a regular grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.run.folder.snapshots import Fields
from hebbfilm.run.results.values import INTERPOLATED, at_vertices, in_cells
from hebbfilm.solvers.magnetisation.observables.plane import planes_of

if TYPE_CHECKING:
    import pyvista as pv

_MOST_CELLS = 50_000_000
_ROUND_OFF = 1e-6
"""Of a cell: a film that is a whole number of cells long has so many."""
_NM = 1e9
"""VTK was made for numbers around 1."""
_VTK_TYPES = {3: 5, 4: 10}


@dataclass(frozen=True, eq=False)
class Grid:
    """A regular grid of cells, its middle upon that of a film.

    Args:
        origin: the corner with the smallest coordinates, m, (3,).
        cell: edges of a cell, m, (3,).
        counts: cells along x, y and z.
    """

    origin: FloatArray
    cell: FloatArray
    counts: tuple[int, int, int]

    @classmethod
    def over(cls, points: FloatArray, cell: FloatArray) -> Grid:
        """The smallest one that covers a film.

        Args:
            points: of its vertices, (N, 3) m.
            cell: edges of a cell, m, (3,).

        Raises:
            InputError: cells that are larger than the film, or too many.
        """
        low, high = points.min(axis=0), points.max(axis=0)
        extent = high - low
        if np.any(cell[:2] > extent[:2]):
            slip = cell[0] * 1e-9
            hint = f": did you mean {slip:g}?" if slip < extent[:2].min() else ""
            raise InputError(
                f"cells of {cell[0]:g} m × {cell[1]:g} m are larger than the film, "
                f"{extent[0]:.3g} m × {extent[1]:.3g} m; lengths are metres{hint}"
            )
        counts = np.maximum(np.ceil(extent / cell - _ROUND_OFF), 1)
        if np.prod(counts) > _MOST_CELLS:
            raise InputError(
                f"cells of {cell[0]:g} m × {cell[1]:g} m × {cell[2]:g} m: {np.prod(counts):.2g} of "
                f"them cover the film, and must be at most {_MOST_CELLS:.0e}: take larger ones"
            )
        nx, ny, nz = (int(count) for count in counts)
        return cls((low + high) / 2 - counts * cell / 2, cell, (nx, ny, nz))

    def centres(self, axis: int) -> FloatArray:
        """Of the cells along an axis, m."""
        found: FloatArray = self.origin[axis] + self.cell[axis] * (
            np.arange(self.counts[axis]) + 0.5
        )
        return found

    @property
    def shape(self) -> tuple[int, int, int]:
        """Cells along z, y and x."""
        nx, ny, nz = self.counts
        return nz, ny, nx


def on_grid(fields: Fields, grid: Grid) -> dict[str, FloatArray]:
    """All fields at the centres of cells, (nz, ny, nx) or (nz, ny, nx, 3), NaN outside the film.

    Fields at vertices are linear between them; m is normalised then, as it is a direction. What is
    constant in a cell of the mesh is that of the cell in which the centre lies. Contacts, between
    whose numbers there is nothing, are left out.

    Args:
        fields: of a snapshot.
        grid: where.
    """
    mesh = _mesh(fields)
    for name, (values, _, _) in at_vertices(fields).items():
        if name in INTERPOLATED:
            mesh.point_data[name] = values
    for name, (values, _, _) in in_cells(fields).items():
        mesh.cell_data[name] = values
    inside, sampled = _sampled(mesh, _places(grid, flat=fields.cells.shape[1] == 3, fields=fields))
    found = {}
    for name, values in sampled.items():
        values[~inside] = np.nan
        found[name] = values.reshape(*grid.shape, *values.shape[1:])
    length = np.linalg.norm(found["m"], axis=-1, keepdims=True)
    found["m"] = found["m"] / np.where(length > 0, length, 1.0)
    return found


def _mesh(fields: Fields) -> pv.UnstructuredGrid:
    import pyvista as pv

    corners = fields.cells.shape[1]
    cells = np.column_stack([np.full(len(fields.cells), corners), fields.cells])
    types = np.full(len(fields.cells), _VTK_TYPES[corners], dtype=np.uint8)
    return pv.UnstructuredGrid(cells.ravel(), types, fields.points * _NM)


def _places(grid: Grid, *, flat: bool, fields: Fields) -> FloatArray:
    """The centres of all cells, x fastest, (n, 3) in nm; of a 2D film in its plane."""
    z = fields.points[:1, 2] if flat else grid.centres(2)
    where = np.meshgrid(z, grid.centres(1), grid.centres(0), indexing="ij")
    return _NM * np.column_stack([axis.ravel() for axis in where[::-1]])


def _sampled(mesh: pv.UnstructuredGrid, places: FloatArray) -> tuple[BoolArray, dict[str, Any]]:
    import pyvista as pv

    found = pv.PolyData(places).sample(mesh)
    inside = np.asarray(found.point_data["vtkValidPointMask"]).astype(bool)
    names = [*mesh.point_data.keys(), *mesh.cell_data.keys()]
    return inside, {name: np.array(found.point_data[name], dtype=np.float64) for name in names}


def cell_of(sides: Sequence[float], fields: Fields, thickness: float) -> FloatArray:
    """Edges of a cell of a grid, m, (3,).

    Args:
        sides: one for x and y, or those along x, y, or along x, y and z, m. In z it is a layer of
            the mesh where none is given, and always the whole thickness in 2D.
        fields: of a snapshot.
        thickness: of the film, m.

    Raises:
        InputError: more than three.
    """
    if not 1 <= len(sides) <= 3:
        raise InputError(f"{len(sides)} edges of a cell: must be one, two or three")
    x, y = sides[0], sides[min(1, len(sides) - 1)]
    flat = fields.cells.shape[1] == 3
    z = sides[2] if len(sides) == 3 and not flat else thickness / _layers(fields, thickness / x)
    return np.array([x, y, z])


def default_side(edge: float) -> float:
    """Half an edge of the mesh or less, as one would choose it, m.

    Args:
        edge: a typical one, m.
    """
    decade = 10.0 ** np.floor(np.log10(edge / 2))
    return float(max(k for k in (1.0, 2.0, 2.5, 5.0) if k * decade <= edge / 2) * decade)


def _layers(fields: Fields, sides: float) -> int:
    """Cells along z: one in 2D, one a layer of an extruded mesh, else as large as in the plane."""
    if fields.cells.shape[1] == 3:
        return 1
    try:
        planes = len(planes_of(fields.points, fields.cells))
    except InputError:
        planes = 0
    return planes - 1 if planes > 2 else max(round(sides), 1)
