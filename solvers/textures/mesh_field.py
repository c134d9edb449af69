"""A vector field on the vertices of a mesh, and what it is between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.solvers.textures.inside import require_inside

_SAME_PLACE = 1e-6
"""Of the diagonal of a mesh: points so near to its vertices are these."""
_NEAR = 0.5
"""Mean edges of a cell: at a rim that is bent, points of another mesh may lie so far outside."""
_SIZE = 1000.0
"""To which meshes are scaled: VTK takes distances below 1e-6 or so for none."""


@dataclass(frozen=True, eq=False)
class MeshField:
    """A vector field on the vertices of a mesh, linear in its cells.

    Args:
        points: of the vertices, m, (n, 3).
        cells: (n_cells, 3) of triangles, or (n_cells, 4) of tetrahedra.
        vectors: (n, 3).
    """

    points: FloatArray
    cells: IntArray
    vectors: FloatArray

    @property
    def box(self) -> FloatArray:
        """Two corners of the box around it, m, (2, 3)."""
        return np.array([self.points.min(axis=0), self.points.max(axis=0)])

    @property
    def _flat(self) -> bool:
        return bool(np.ptp(self.points[:, 2]) == 0)

    @property
    def _edge(self) -> float:
        corners = self.points[self.cells]
        return float(np.sqrt(np.mean(np.sum((corners[:, 1] - corners[:, 0]) ** 2, axis=-1))))

    def require_inside(self, points: FloatArray, name: str) -> None:
        """Refuse points (n, 3) in m outside the box of the mesh and its nearest surroundings.

        Raises:
            InputError: how far the points reach, and how far the mesh does.
        """
        axes = 2 if self._flat else 3
        require_inside(points, self.box, [_NEAR * self._edge] * axes, name)

    def interpolated(self, points: FloatArray, name: str) -> FloatArray:
        """The field at points (n, 3) in m, (n, 3); that of the vertices at these to the last bit.

        Of a flat mesh, the z of points does not count. Points that lie a little outside the mesh
        have the field of the nearest place in it.

        Raises:
            InputError: a point that lies farther outside.
        """
        # SciPy takes a while to load.
        from scipy.spatial import cKDTree

        places = points.copy()
        if self._flat:
            places[:, 2] = self.points[0, 2]
        self.require_inside(places, name)
        distance, vertex = cKDTree(self.points).query(places)
        between = distance > _SAME_PLACE * np.linalg.norm(np.ptp(self.points, axis=0))
        found: FloatArray = self.vectors[vertex]
        if between.any():
            found[between] = self._between(places[between], name)
        none = ~found.any(axis=1)
        if none.any():
            x, y, z = points[none][0] * 1e9
            raise InputError(
                f"{name}: m is zero at ({x:.6g}, {y:.6g}, {z:.6g}) nm, where the film is "
                f"({np.count_nonzero(none)} of {none.size} vectors are)"
            )
        return found

    def _between(self, points: FloatArray, name: str) -> FloatArray:
        mesh, scale, origin = self._mesh
        places = (points - origin) * scale
        _, nearest = mesh.find_closest_cell(places, return_closest_point=True)
        outside = np.linalg.norm(nearest - places, axis=1)
        worst = int(np.argmax(outside))
        if outside[worst] > _NEAR * self._edge * scale:
            x, y, z = points[worst] * 1e9
            raise InputError(
                f"{name}: has no magnetisation near ({x:.6g}, {y:.6g}, {z:.6g}) nm, where the film "
                f"is: its mesh is {outside[worst] / scale * 1e9:.3g} nm away"
            )
        cell = mesh.find_containing_cell(nearest)
        cell = np.where(cell < 0, mesh.find_closest_cell(nearest), cell)
        return self._linear(cell, nearest / scale + origin)

    def _linear(self, cell: IntArray, points: FloatArray) -> FloatArray:
        """What is linear in the cells of these numbers, at a point in each of them."""
        corners = self.points[self.cells[cell]]
        sides = np.moveaxis(corners[:, 1:] - corners[:, :1], 1, 2)
        inner = np.linalg.pinv(sides) @ (points - corners[:, 0])[:, :, None]
        shares = np.clip(inner[:, :, 0], 0.0, 1.0)
        first = np.maximum(1 - shares.sum(axis=1), 0.0)
        weights = np.column_stack([first, shares])
        found: FloatArray = np.einsum("nk,nkc->nc", weights, self.vectors[self.cells[cell]])
        return found

    @cached_property
    def _mesh(self) -> tuple[Any, float, FloatArray]:
        """The mesh for VTK, by how much it is scaled, and about where."""
        # VTK takes a while to load.
        import pyvista

        origin = self.points.mean(axis=0)
        scale = _SIZE / float(np.ptp(self.points, axis=0).max())
        kind = {3: pyvista.CellType.TRIANGLE, 4: pyvista.CellType.TETRA}[self.cells.shape[1]]
        places = (self.points - origin) * scale
        return pyvista.UnstructuredGrid({kind: self.cells}, places), scale, origin
