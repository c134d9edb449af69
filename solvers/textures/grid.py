"""A vector field on the cells of a regular grid, and what it is between their centres."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.solvers.textures.inside import require_inside

_NEAR = 2.0
"""Edges of a cell: at the rim of a round film the cells of a grid may lie outside by so much."""
_ROOM = 0.25
"""Of a cell: a film may reach so far out of the grid, as of a bent rim the mesh has chords alone,
and m is that of the outermost centres from half a cell before it."""
_NO_DIRECTION = 1e-9


@dataclass(frozen=True, eq=False)
class GridField:
    """A vector field on the cells of a regular grid.

    Args:
        values: (nz, ny, nx, 3).
        cell: edges of a cell along x, y and z, m, (3,).
        origin: the corner of the grid with the smallest coordinates, m, (3,).
        title: what the file calls it.
    """

    values: FloatArray
    cell: FloatArray
    origin: FloatArray
    title: str = ""

    @property
    def counts(self) -> tuple[int, int, int]:
        """Cells along x, y and z."""
        nz, ny, nx, _ = self.values.shape
        return nx, ny, nz

    @property
    def box(self) -> FloatArray:
        """The two corners of the grid, m, (2, 3)."""
        return np.array([self.origin, self.origin + np.array(self.counts) * self.cell])

    @cached_property
    def directions(self) -> FloatArray:
        """The field of length 1 in each cell, and zero where it is zero, (nz, ny, nx, 3)."""
        largest = np.abs(self.values).max(axis=-1, keepdims=True)
        scaled = self.values / np.where(largest > 0, largest, 1.0)
        length = np.linalg.norm(scaled, axis=-1, keepdims=True)
        found: FloatArray = scaled / np.where(length > 0, length, 1.0)
        return found

    def interpolated(self, points: FloatArray, name: str) -> FloatArray:
        """Directions at points (n, 3) in m, (n, 3); not normalised.

        Between the centres of cells, directions are interpolated along each axis in turn; cells
        without a field are left out. What lies between the outermost centres and the rim of the
        grid has the field of these centres. Where none of the cells around a point has a field, it
        has that of the nearest one that has.

        Args:
            points: in m. Of a grid of one layer, their z does not count.
            name: of the file, for messages.

        Raises:
            InputError: a point outside the grid, or far from any cell with a field.
        """
        self.require_inside(points, name)
        found = self.between(points, self.directions)
        none = np.abs(found).max(axis=1) < _NO_DIRECTION
        if none.any():
            found[none] = self._nearest(points[none], name)
        return found

    def between(self, points: FloatArray, kept: FloatArray) -> FloatArray:
        """What is linear along each axis between the centres of cells, (n, k).

        Args:
            points: (n, 3) in m; those beyond the outermost centres count as on them.
            kept: in each cell, (nz, ny, nx, k).
        """
        # SciPy takes a while to load.
        from scipy.interpolate import RegularGridInterpolator

        axes = [axis for axis in (2, 1, 0) if self.counts[axis] > 1]
        if not axes:
            return np.tile(kept[0, 0, 0], (len(points), 1))
        centres = [self._centres(axis) for axis in axes]
        values = kept.reshape(*(self.counts[axis] for axis in axes), -1)
        clipped = [
            np.clip(points[:, axis], at[0], at[-1]) for axis, at in zip(axes, centres, strict=True)
        ]
        found: FloatArray = RegularGridInterpolator(centres, values)(np.column_stack(clipped))
        return found

    def require_inside(self, points: FloatArray, name: str) -> None:
        """Refuse points (n, 3) in m outside the grid and its nearest surroundings.

        Raises:
            InputError: how far the points reach, and how far the grid does.
        """
        axes = 2 if self.counts[2] == 1 else 3
        require_inside(points, self.box, _ROOM * self.cell[:axes], name)

    def _centres(self, axis: int) -> FloatArray:
        steps = np.arange(self.counts[axis], dtype=np.float64) + 0.5
        found: FloatArray = steps * self.cell[axis] + self.origin[axis]
        return found

    def _nearest(self, points: FloatArray, name: str) -> FloatArray:
        """The field of the nearest cell that has one."""
        from scipy.spatial import cKDTree

        held = np.argwhere(np.any(self.directions != 0, axis=-1))
        scaled = (points - self.origin) / self.cell - 0.5
        scaled[:, [axis for axis in range(3) if self.counts[axis] == 1]] = 0.0
        distance, row = cKDTree(held[:, ::-1]).query(scaled)
        worst = int(np.argmax(distance))
        if distance[worst] > _NEAR:
            x, y, z = points[worst] * 1e9
            raise InputError(
                f"{name}: has no magnetisation near ({x:.6g}, {y:.6g}, {z:.6g}) nm, where the film "
                f"is: the nearest cell that has one is {distance[worst]:.3g} cells away"
            )
        found: FloatArray = self.directions[tuple(held[row].T)]
        return found
