"""The grid on which a field of a film is convolved, and the film's share of its cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from mpi4py import MPI

import numpy as np
from scipy import sparse

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.meshing import FilmMesh
from hebbfilm.meshing.quality import edge_lengths
from hebbfilm.solvers.terms.convolution.lengths import economical_number
from hebbfilm.solvers.terms.convolution.moments import cell_moments

_SLACK = 0.08
_AXES = {2: (0, 1), 3: (2, 0, 1)}
"""Axes of the grid in order: y runs fastest and the layers of a film are outermost."""
_ON_BORDER = 0.02
_BALANCED = 1e-9
"""Distance in cells from its middle at which the centre of a cell's share counts as there."""


@dataclass(frozen=True, eq=False)
class WholeMesh:
    """The mesh of all ranks on every rank.

    Args:
        points: (N, 3) vertices in m, those owned by rank 0 first.
        simplices: (n, d + 1) rows of `points`.
        first: row of this rank's first vertex.
        owned: number of this rank's vertices.
    """

    points: FloatArray
    simplices: IntArray
    first: int
    owned: int

    @classmethod
    def gather(cls, film_mesh: FilmMesh) -> "WholeMesh":
        """Collect a distributed mesh; collective."""
        comm: MPI.Intracomm = film_mesh.comm
        numbers = film_mesh.space.dofmap.index_map
        owned = numbers.size_local
        cells = numbers.local_to_global(film_mesh.cells.ravel().astype(np.int32))
        points = np.concatenate(comm.allgather(film_mesh.coordinates[:owned]))
        simplices = np.concatenate(comm.allgather(cells.reshape(film_mesh.cells.shape)))
        return cls(points, simplices.astype(np.int32), int(numbers.local_range[0]), owned)

    def median_edge(self) -> float:
        """Median length of the edges in m, each counted once for every simplex around it."""
        return float(np.median(edge_lengths(self.points, self.simplices)))


@dataclass(frozen=True, eq=False)
class Grid:
    """Boxes over the bounding box of a mesh; arrays have the axes (layers, x, y).

    Args:
        mesh: the film.
        shape: number of layers, of cells along x and along y.
        corner: lowest x, y, z in m.
        box: edges of a cell along x, y, z in m.
    """

    mesh: WholeMesh
    shape: tuple[int, int, int]
    corner: FloatArray
    box: tuple[float, float, float]

    @classmethod
    def over(
        cls,
        mesh: WholeMesh,
        spacing: float,
        thickness: float,
        slack: float = 0.0,
        height: float | None = None,
    ) -> "Grid":
        """The grid whose cells come nearest to cubes.

        Args:
            mesh: the film.
            spacing: edge of the cells in m; a whole number of cells fills the bounding box.
            thickness: of a 2D film in m, which has one layer.
            slack: share by which the edges in the plane may differ from `spacing` for the sake of
                fast transforms.
            height: edge of the cells along z of a 3D film in m, None for about `spacing`.
        """
        corner = mesh.points.min(axis=0)
        extent = mesh.points.max(axis=0) - corner
        flat = mesh.simplices.shape[1] == 3
        if flat:
            extent[2] = thickness
        nx, ny = (economical_number(length / spacing, slack) for length in extent[:2])
        layers = 1 if flat else economical_number(extent[2] / (height or spacing), 0)
        x, y, z = (extent / (nx, ny, layers)).tolist()
        return cls(mesh, (layers, nx, ny), corner, (x, y, z))

    @classmethod
    def fitted(
        cls,
        mesh: WholeMesh,
        thickness: float,
        spacing: float | None,
        edges: Mapping[int, float],
        sheets: Sequence[float] = (),
    ) -> "Grid":
        """A grid of that spacing; for None about as fine as the mesh, within 8 %.

        Args:
            mesh: the film.
            thickness: of a 2D film in m, which has one layer.
            spacing: edge of the cells in m, or None.
            edges: median edges of the mesh for one of a cell, by the dimension.
            sheets: thicknesses in m of which a mesh in 3D consists; see `sheet_height`.
        """
        slack = _SLACK if spacing is None else 0.0
        if spacing is None:
            spacing = edges[mesh.simplices.shape[1] - 1] * mesh.median_edge()
        height = sheet_height(sheets, spacing) if len(sheets) > 1 else None
        return cls.over(mesh, spacing, thickness, slack, height)

    @property
    def dimension(self) -> int:
        """2 for a film in the plane, 3 for tetrahedra."""
        return self.mesh.simplices.shape[1] - 1

    @property
    def volume(self) -> float:
        """Of a cell in m³."""
        return float(np.prod(self.box))

    @cached_property
    def moments(self) -> sparse.csr_array:
        """∫ λ_i over each cell in volumes of a cell, (cells, N)."""
        return self.refined_moments(1, self.mesh.simplices)

    @cached_property
    def fractions(self) -> FloatArray:
        """Share of each cell that the film fills, (cells,)."""
        return np.asarray(self.moments.sum(axis=1)).ravel()

    @cached_property
    def balanced_moments(self) -> sparse.csr_array:
        """`moments`, with the centre of what lies in a cell kept where it is, (cells, N)."""
        return (self.lending @ self.moments).tocsr()

    @cached_property
    def lending(self) -> sparse.csr_array:
        """What each cell keeps and lends to others, (cells, cells).

        A cut cell lends a share to its neighbours on the side of the centre of what lies in it. The
        field beyond them would else err by that of the moment, which falls off slowly along an
        edge.
        """
        shape = self.shape[-self.dimension :]
        cells = np.arange(len(self.fractions))
        places = np.array(np.unravel_index(cells, shape))
        filled = np.maximum(self.fractions, np.finfo(float).tiny)
        offsets = (self.moments @ self.places).T / filled - (places + 0.5)
        lent = sparse.eye_array(len(cells), format="csr")
        for axis, offset in enumerate(offsets):
            there = places.copy()
            there[axis] += np.sign(offset).astype(int)
            inside = (there[axis] >= 0) & (there[axis] < shape[axis]) & (self.fractions > 0)
            there = np.ravel_multi_index(tuple(there), shape, mode="clip")
            part = np.where(inside & (self.fractions[there] > 0), np.abs(offset), 0)
            part[part < _BALANCED] = 0
            move = sparse.coo_array((part, (there, cells)), shape=lent.shape)
            lent = lent + move.tocsr() - sparse.diags_array(part)
        lent.eliminate_zeros()
        return lent

    @cached_property
    def weights(self) -> FloatArray:
        """Like `fractions`, as the grid's charges see them, (cells,)."""
        return np.asarray(self.balanced_moments.sum(axis=1)).ravel()

    @cached_property
    def places(self) -> FloatArray:
        """The vertices in cells from the corner of the grid, in the order of its axes, (N, d)."""
        return self.placed(self.mesh.points)

    def placed(self, points: FloatArray) -> FloatArray:
        """Points (n, 3) in m likewise, (n, d)."""
        axes = list(_AXES[self.dimension])
        places: FloatArray = (points - self.corner)[:, axes] / np.array(self.box)[axes]
        return places

    def simplex_shares(self, corners: FloatArray) -> sparse.csr_array:
        """Volume that simplices with corners (n, d + 1, 3) in m have in each cell, (cells, n).

        In volumes of a cell. Like `balanced_moments`, it keeps the centre of what lies in a cell.
        """
        number, each = corners.shape[:2]
        apart = np.arange(number * each, dtype=np.int32).reshape(number, each)
        shape = self.shape[-self.dimension :]
        of_corners = cell_moments(self.placed(corners.reshape(-1, 3)), apart, shape).tocoo()
        entries = of_corners.data, (of_corners.row, of_corners.col // each)
        shares = sparse.coo_array(entries, shape=(len(self.fractions), number)).tocsr()
        return (self.lending @ shares).tocsr()

    def refined_moments(
        self, refinement: int, simplices: IntArray, weights: FloatArray | None = None
    ) -> sparse.csr_array:
        """Like `moments`, of some simplices on cells that are so many times smaller on each axis.

        A 2D film is refined in its plane alone. The weights (n, d + 1) are those of the hat
        functions in each simplex, None for 1.
        """
        shape = self.shape[-self.dimension :]
        return cell_moments(
            self.places * refinement, simplices, tuple(refinement * n for n in shape), weights
        )


def sheet_height(sheets: Sequence[float], most: float) -> float:
    """The largest height of cells in m whose borders those of all sheets are, within 2 % of a cell.

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
