"""How fit a mesh is: count, shortest and typical edge, worst angle."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray

_CELLS_AT_ONCE = 2**16
"""So that their corners take little memory beside the film."""


@dataclass(frozen=True)
class MeshQuality:
    """Figures of a mesh.

    Args:
        vertices, cells: how many.
        shortest_edge: m; it bounds the step of an explicit integrator.
        typical_edge: m; the median edge of a cell, on average over the volume: what a texture finds
            in most of the film, whatever the refined parts and thin layers.
        smallest_angle: degrees, within a triangle or within a face of a tetrahedron.
        dimension: 2 for triangles, 3 for tetrahedra.
    """

    vertices: int
    cells: int
    shortest_edge: float
    typical_edge: float
    smallest_angle: float
    dimension: int = 2

    def __str__(self) -> str:
        kind = "triangles" if self.dimension == 2 else "tetrahedra"
        return (
            f"{self.vertices:_} vertices, {self.cells:_} {kind}, shortest edge "
            f"{self.shortest_edge * 1e9:.2g} nm, smallest angle {self.smallest_angle:.0f}°"
        ).replace("_", " ")


def measure(
    comm: MPI.Intracomm, coordinates: FloatArray, cells: IntArray, owned_vertices: int
) -> MeshQuality:
    """Figures of a distributed mesh; collective.

    Args:
        comm: ranks that share it.
        coordinates: (n, 3), m.
        cells: (n_cells, d+1) rows of `coordinates`, this rank's.
        owned_vertices: how many this rank owns.
    """
    shortest, angle, sums = math.inf, math.inf, np.zeros(2)
    for start in range(0, len(cells), _CELLS_AT_ONCE):
        part = cells[start : start + _CELLS_AT_ONCE]
        edges = edge_lengths(coordinates, part)
        shortest = min(shortest, edges.min())
        volumes = simplex_measures(coordinates, part)
        sums += [volumes @ np.median(edges, axis=1), volumes.sum()]
        corners = coordinates[part]
        faces = combinations(range(cells.shape[1]), 3)
        angle = min(angle, *(_smallest_angle(corners[:, list(face)]) for face in faces))
    weighted, volume = comm.allreduce(sums)
    return MeshQuality(
        comm.allreduce(owned_vertices, op=MPI.SUM),
        comm.allreduce(len(cells), op=MPI.SUM),
        float(comm.allreduce(shortest, op=MPI.MIN)),
        float(weighted / volume),
        float(comm.allreduce(angle, op=MPI.MIN)),
        cells.shape[1] - 1,
    )


def edge_lengths(coordinates: FloatArray, simplices: IntArray) -> FloatArray:
    """Lengths in m, (n, k (k+1)/2), of the edges of simplices (n, k+1) with vertices at (…, 3)."""
    first, second = np.triu_indices(simplices.shape[1], 1)
    corners = coordinates[simplices]
    lengths: FloatArray = np.linalg.norm(corners[:, first] - corners[:, second], axis=2)
    return lengths


def simplex_measures(coordinates: FloatArray, simplices: IntArray) -> FloatArray:
    """Lengths, areas or volumes of simplices (n, k+1) with vertices at (…, 3): m, m² or m³."""
    corners = coordinates[simplices]
    sides = corners[:, 1:] - corners[:, :1]
    gram = sides @ sides.transpose(0, 2, 1)
    parallelotopes: FloatArray = np.sqrt(np.linalg.det(gram))
    return parallelotopes / math.factorial(sides.shape[1])


def _smallest_angle(triangles: FloatArray) -> float:
    """Smallest angle in degrees in triangles (n, 3, 3)."""
    smallest = math.inf
    for corner in range(3):
        one, other = (triangles[:, (corner + k) % 3] - triangles[:, corner] for k in (1, 2))
        cross = np.linalg.norm(np.cross(one, other), axis=1)
        smallest = min(smallest, np.arctan2(cross, np.sum(one * other, axis=1)).min())
    return math.degrees(smallest)
