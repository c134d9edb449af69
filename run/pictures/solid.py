"""Films of tetrahedra as what is drawn in three dimensions, and the vertex values of any film."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.run.folder.snapshots import Fields
from hebbfilm.run.pictures.surface import NM


@dataclass(frozen=True, eq=False)
class Solid(Fields):
    """A film of tetrahedra: `points` (N, 3) nm; the rest as there."""

    @cached_property
    def vertex_current_density(self) -> FloatArray:
        """Mean of the current density around each vertex by volume, (N, 3) A/m²."""
        return vertex_means(self.points, self.cells, self.current_density)

    def of_layer(self, name: str) -> Solid:
        """The same with the current density of a layer in place of that of the film."""
        return replace(self, current_density=self.layer_currents[name])


def solid_film(fields: Fields) -> Solid | None:
    """The film of tetrahedra of a snapshot; None of a film of triangles."""
    if fields.cells.shape[1] == 3:
        return None
    kept = {name: getattr(fields, name) for name in Fields.__dataclass_fields__}
    return Solid(**{**kept, "points": fields.points * NM})


def vertex_means(points: FloatArray, cells: IntArray, values: FloatArray) -> FloatArray:
    """Means of cell values around each vertex, weighted by area or volume.

    Args:
        points: (N, 2) of triangles or (N, 3) of tetrahedra.
        cells: (n_cells, 3 or 4).
        values: of the cells, (n_cells, …).

    Returns:
        (N, …).
    """
    size = np.abs(np.linalg.det(_edges(points, cells)))
    total = np.zeros((len(points), *values.shape[1:]))
    weight = np.zeros(len(points))
    shaped = size.reshape(-1, *(1,) * (values.ndim - 1)) * values
    for corner in cells.T:
        np.add.at(total, corner, shaped)
        np.add.at(weight, corner, size)
    means: FloatArray = total / weight.reshape(-1, *(1,) * (values.ndim - 1))
    return means


def charge_density(points: FloatArray, cells: IntArray, m: FloatArray) -> FloatArray:
    """The topological charge density m · (∂m/∂x × ∂m/∂y) / 4π in each cell.

    Its integral over a plane is the charge: −1 of a skyrmion whose core points down.

    Args:
        points: (N, 2) of triangles or (N, 3) of tetrahedra.
        cells: (n_cells, 3 or 4).
        m: (N, 3), of unit length.

    Returns:
        (n_cells,) in 1 by the square of the unit of the points.
    """
    corners = m[cells]
    slopes = np.linalg.solve(_edges(points, cells), corners[:, 1:] - corners[:, :1])
    mean = corners.mean(axis=1)
    mean /= np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-30)
    twist = np.cross(slopes[:, 0], slopes[:, 1])
    density: FloatArray = np.einsum("ci,ci->c", mean, twist) / (4 * np.pi)
    return density


def _edges(points: FloatArray, cells: IntArray) -> FloatArray:
    """From the first corner of each cell to the others, (n_cells, d, d)."""
    corners = points[cells]
    edges: FloatArray = corners[:, 1:] - corners[:, :1]
    return edges
