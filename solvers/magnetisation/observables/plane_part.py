"""What one rank has of the planes on which the texture of a film is measured."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial

from mpi4py import MPI

import numpy as np
from dolfinx import la

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.common.reductions import total
from hebbfilm.common.row_blocks import RowBlocks
from hebbfilm.common.shared_values import sum_of_ranks
from hebbfilm.meshing import FilmMesh
from hebbfilm.meshing.quality import simplex_measures
from hebbfilm.solvers.magnetisation.observables.connected import AcrossRanks, Join
from hebbfilm.solvers.magnetisation.observables.plane import (
    FLAT,
    Plane,
    areas,
    spanning,
    trapezoidal_shares,
)


@dataclass(frozen=True, eq=False)
class PlanePart(Plane):
    """Those triangles of a plane that this rank owns; `vertices` are those of the rank.

    Args:
        whole_area: of all ranks, m².
        rim: which points lie on the rim of the whole plane, (n,).
        join: see `Connected`.
    """

    whole_area: float
    rim: BoolArray
    join: Join

    @cached_property
    def area(self) -> float:
        """Of the whole plane, m²."""
        return self.whole_area

    @cached_property
    def at_rim(self) -> BoolArray:
        """See `Plane`, of the whole one."""
        return self.rim


def parts_of_planes(film_mesh: FilmMesh) -> tuple[PlanePart, ...]:
    """The planes of a film from below to above, as `planes_of` has them of the whole; collective.

    Corners of triangles are in an order that is the same on any number of ranks.

    Raises:
        InputError: a film in 3D without a flat face.
    """
    triangles = _Triangles(film_mesh)
    if film_mesh.dimension == 2:
        every = np.arange(len(triangles.corners))
        return (triangles.part(every, 0.0, 1.0),)
    level, number = triangles.levels()
    sizes = np.bincount(level[level >= 0], triangles.areas[level >= 0], number)
    whole = spanning(total(film_mesh.comm, sizes.astype(np.float64)), triangles.mean_area)
    rows = [np.flatnonzero(level == k) for k in whole]
    heights = np.array([triangles.mean_height(each) for each in rows])
    shares = trapezoidal_shares(heights)
    return tuple(
        triangles.part(each, float(height), float(share))
        for each, height, share in zip(rows, heights, shares, strict=True)
    )


class _Triangles:
    """The triangles of a mesh that this rank owns: its cells, or all facets of tetrahedra.

    Attributes:
        corners: (n, 3) vertices of this rank.
        areas: of their shadows on the plane, (n,) m².
    """

    def __init__(self, film_mesh: FilmMesh) -> None:
        self._mesh, self._comm = film_mesh, film_mesh.comm
        topology, d = film_mesh.mesh.topology, film_mesh.dimension
        for one, other in ((2, 0), (2, 1), (1, 0), (d, 0)):
            topology.create_connectivity(one, other)
        dof = np.empty(len(film_mesh.coordinates), dtype=np.int32)
        dof[topology.connectivity(d, 0).array] = film_mesh.space.dofmap.list.ravel()
        owned = topology.index_map(2).size_local
        self._edges = topology.connectivity(2, 1).array.reshape(-1, 3)[:owned]
        self._edge_map = topology.index_map(1)
        self._ends = dof[topology.connectivity(1, 0).array].reshape(-1, 2)
        corners = dof[topology.connectivity(2, 0).array].reshape(-1, 3)[:owned]
        # From the first in canonical order on, anticlockwise.
        canonical = film_mesh.numbering.canonical[corners]
        corners = np.take_along_axis(corners, np.argsort(canonical, axis=1), axis=1)
        signed = areas(film_mesh.coordinates[:, :2], corners)
        corners[signed < 0] = corners[signed < 0][:, [0, 2, 1]]
        self.corners: IntArray = corners
        self.areas: FloatArray = np.abs(signed)

    @property
    def mean_area(self) -> float:
        """Of horizontal sections, in m²."""
        mesh = self._mesh
        volume = float(np.sum(simplex_measures(mesh.coordinates, mesh.cells)))
        return total(self._comm, volume) / self._extent[1]

    @cached_property
    def _extent(self) -> tuple[float, float]:
        """The lowest z and the height of all, m."""
        z = self._mesh.coordinates[:, 2]
        ends = np.array([-z.min(initial=np.inf), z.max(initial=-np.inf)])
        self._comm.Allreduce(MPI.IN_PLACE, ends, MPI.MAX)
        return -float(ends[0]), float(ends.sum())

    def levels(self) -> tuple[IntArray, int]:
        """Of each triangle the number of its height, -1 where it is not flat; how many there are.

        A gap from each height to the next of more than `nearly` sets them apart.
        """
        low, height = self._extent
        nearly = FLAT * height
        z = self._mesh.coordinates[self.corners][:, :, 2]
        middle, flat = z.mean(axis=1), np.ptp(z, axis=1) < nearly
        bins = np.clip(((middle - low) / nearly).astype(int), 0, round(1 / FLAT))
        ends = np.full((2, round(1 / FLAT) + 1), -np.inf)
        np.maximum.at(ends[0], bins[flat], -middle[flat])
        np.maximum.at(ends[1], bins[flat], middle[flat])
        self._comm.Allreduce(MPI.IN_PLACE, ends, MPI.MAX)
        used = np.flatnonzero(np.isfinite(ends[1]))
        begins = -ends[0][used][1:] - ends[1][used][:-1] > nearly
        of_bin = np.zeros(ends.shape[1], dtype=int)
        of_bin[used] = np.append(0, np.cumsum(begins))[: len(used)]
        number = int(of_bin[used].max(initial=-1)) + 1
        return np.where(flat, of_bin[bins], -1), number

    def mean_height(self, rows: IntArray) -> float:
        """Of the corners of some triangles of all ranks, m."""
        z = self._mesh.coordinates[self.corners[rows], 2].ravel()
        number: int = self._comm.allreduce(len(z))
        return sum_of_ranks(self._comm, z) / number

    def part(self, rows: IntArray, height: float, share: float) -> PlanePart:
        """The plane of some triangles of all ranks, at a height in m, for a share of the film."""
        corners = self.corners[rows]
        numbering = self._mesh.numbering
        # Counted, not sorted, as there may be all vertices of the film.
        used = np.zeros(len(numbering.canonical), dtype=bool)
        used[corners] = True
        vertices = np.flatnonzero(used)
        cells = (np.cumsum(used, dtype=np.int32) - 1)[corners]
        points = RowBlocks(self._comm, numbering.canonical[vertices], numbering.size)
        return PlanePart(
            height,
            share,
            self._mesh.coordinates[vertices, :2],
            cells,
            vertices,
            sum_of_ranks(self._comm, self.areas[rows]),
            self._rim(rows)[vertices],
            partial(AcrossRanks, self._comm, points),
        )

    def _rim(self, rows: IntArray) -> BoolArray:
        """Which vertices of this rank lie on edges of one of these triangles alone."""
        count = la.vector(self._edge_map, 1, dtype=np.float64)
        np.add.at(count.array, self._edges[rows].ravel(), 1.0)
        count.scatter_reverse(la.InsertMode.add)
        count.scatter_forward()
        rim = la.vector(self._mesh.space.dofmap.index_map, 1, dtype=np.float64)
        np.add.at(rim.array, self._ends[count.array[: len(self._ends)] == 1].ravel(), 1.0)
        rim.scatter_reverse(la.InsertMode.add)
        rim.scatter_forward()
        found: BoolArray = rim.array > 0
        return found
