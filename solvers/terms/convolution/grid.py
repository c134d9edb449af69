"""The grid on which a field of a film is convolved, and the film's share of its boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, prod

from mpi4py import MPI

import numpy as np
from scipy import sparse

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.shared_values import median_of_ranks
from hebbfilm.meshing import FilmMesh
from hebbfilm.meshing.quality import edge_lengths
from hebbfilm.solvers.terms.convolution.lengths import economical_number
from hebbfilm.solvers.terms.convolution.moments import Overlap, cell_moments

_SLACK = 0.08
AXES = {2: (0, 1), 3: (0, 2, 1)}
"""Axes in the order in which boxes are numbered, by the dimension of a mesh: y runs fastest, and
boxes that follow one another lie in few planes of x."""
_ON_BORDER = 0.02


@dataclass(frozen=True, eq=False)
class Grid:
    """Boxes over the bounding box of a film; made collectively.

    Boxes are numbered along `AXES`.

    Args:
        film_mesh: the film, of which each rank has its cells.
        shape: number of layers, of boxes along x and along y.
        corner: lowest x, y, z in m.
        box: edges of a box along x, y, z in m.
    """

    film_mesh: FilmMesh
    shape: tuple[int, int, int]
    corner: FloatArray
    box: tuple[float, float, float]

    @classmethod
    def over(
        cls,
        film_mesh: FilmMesh,
        spacing: float,
        slack: float = 0.0,
        height: float | None = None,
    ) -> Grid:
        """The grid whose boxes come nearest to cubes; collective.

        Args:
            film_mesh: the film; in 2D it has one layer.
            spacing: edge of the boxes in m; a whole number of boxes fills the bounding box.
            slack: share by which the edges in the plane may differ from `spacing` for the sake of
                fast transforms.
            height: edge of the boxes along z of a 3D film in m, None for about `spacing`.
        """
        # No rank may have all vertices: those that have none say nothing.
        ends: FloatArray = np.full((2, 3), -np.inf)
        if len(film_mesh.coordinates):
            ends = np.array([-film_mesh.coordinates.min(axis=0), film_mesh.coordinates.max(axis=0)])
        film_mesh.comm.Allreduce(MPI.IN_PLACE, ends, MPI.MAX)
        corner = -ends[0]
        extent = ends[1] - corner
        flat = film_mesh.dimension == 2
        if flat:
            extent[2] = film_mesh.thickness
        nx, ny = (economical_number(length / spacing, slack) for length in extent[:2])
        layers = 1 if flat else economical_number(extent[2] / (height or spacing), 0)
        x, y, z = (extent / (nx, ny, layers)).tolist()
        return cls(film_mesh, (layers, nx, ny), corner, (x, y, z))

    @classmethod
    def fitted(
        cls,
        film_mesh: FilmMesh,
        spacing: float | None,
        edges: Mapping[int, float],
        sheets: Sequence[float] = (),
    ) -> Grid:
        """A grid of that spacing; for None about as fine as the mesh, within 8 %; collective.

        Args:
            film_mesh: the film.
            spacing: edge of the boxes in m, or None.
            edges: median edges of the mesh for one of a box, by the dimension; each edge counts
                once for every cell around it.
            sheets: thicknesses in m of which a mesh in 3D consists; see `sheet_height`.
        """
        slack = _SLACK if spacing is None else 0.0
        if spacing is None:
            lengths = edge_lengths(film_mesh.coordinates, film_mesh.cells).ravel()
            spacing = edges[film_mesh.dimension] * median_of_ranks(film_mesh.comm, lengths)
        height = sheet_height(sheets, spacing) if len(sheets) > 1 else None
        return cls.over(film_mesh, spacing, slack, height)

    @property
    def counts(self) -> tuple[int, ...]:
        """Boxes along each of `AXES`."""
        layers, nx, ny = self.shape
        return (nx, ny) if self.film_mesh.dimension == 2 else (nx, layers, ny)

    @property
    def size(self) -> int:
        """Number of boxes."""
        return prod(self.shape)

    @property
    def volume(self) -> float:
        """Of a box in m³."""
        return float(np.prod(self.box))

    def by_layers(self, boxes: IntArray) -> IntArray:
        """What the numbers of boxes are in the order of `shape`."""
        layers, nx, ny = self.shape
        x_layer, y = np.divmod(boxes, ny)
        x, layer = np.divmod(x_layer, layers)
        numbers: IntArray = (layer * nx + x) * ny + y
        return numbers

    @cached_property
    def moments(self) -> Overlap:
        """∫ λ_i over each box in volumes of a box, of the cells of this rank, (boxes, vertices)."""
        return self.weighted_moments(None)

    def weighted_moments(self, weights: FloatArray | None) -> Overlap:
        """The same of w λ_i, with w (n, d + 1) at each corner of a cell."""
        return cell_moments(self.places, self.film_mesh.cells, self.counts, weights)

    @cached_property
    def places(self) -> FloatArray:
        """The vertices of this rank in boxes from the corner of the grid, along `AXES`, (N, d)."""
        return self.placed(self.film_mesh.coordinates)

    def placed(self, points: FloatArray) -> FloatArray:
        """Points (n, 3) in m likewise, (n, d)."""
        axes = list(AXES[self.film_mesh.dimension])
        places: FloatArray = (points - self.corner)[:, axes] / np.array(self.box)[axes]
        return places

    def simplex_shares(self) -> Overlap:
        """Volume that the cells of this rank have in each box, in volumes of a box."""
        cells = self.film_mesh.cells
        number, each = cells.shape
        apart = np.arange(number * each, dtype=np.int32).reshape(number, each)
        of_corners = cell_moments(self.places[cells.ravel()], apart, self.counts)
        entries = of_corners.entries.tocoo()
        columns = entries.col // each
        shape = len(of_corners.boxes), number
        found = sparse.coo_array((entries.data, (entries.row, columns)), shape=shape)
        return Overlap(of_corners.boxes, found.tocsr())


def sheet_height(sheets: Sequence[float], most: float) -> float:
    """The largest height of boxes in m whose borders those of all sheets are, within 2 % of a box.

    Down to a quarter of what the thinnest sheet would allow; if there is none, that quarter.

    Args:
        sheets: thicknesses in m.
        most: the largest height in m.
    """
    thinnest = min(sheets)
    least = ceil(thinnest / most)
    borders = np.cumsum(sheets) / thinnest
    for parts in range(least, 4 * least):
        if np.all(np.abs(borders * parts - np.rint(borders * parts)) < _ON_BORDER):
            return thinnest / parts
    return thinnest / (4 * least)
