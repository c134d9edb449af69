"""The differences between DOLFINx 0.9, 0.10 and 0.11 that meshing meets."""

from __future__ import annotations

from typing import Any

from mpi4py import MPI

import basix.ufl
import numpy as np
import ufl
from dolfinx.graph import adjacencylist
from dolfinx.io.utils import distribute_entity_data
from dolfinx.mesh import Mesh, MeshTags, create_mesh, create_submesh, meshtags_from_entities
from numpy.typing import NDArray

from hebbfilm.common.arrays import FloatArray, IntArray


def mesh_of(
    comm: MPI.Intracomm, points: FloatArray, cells: NDArray[np.int64], *, divided: bool
) -> Mesh:
    """Simplices on all ranks, of what each hands in; collective.

    Args:
        comm: ranks that share the mesh.
        points: (n, d) a block of consecutive nodes, those of rank 0 first.
        cells: (n, d+1) some cells, by the numbers of their nodes.
        divided: whether they stay on their rank; else a partitioner of graphs divides them.
    """
    dimension = points.shape[1]
    shape = {2: "triangle", 3: "tetrahedron"}[dimension]
    element = basix.ufl.element("Lagrange", shape, 1, shape=(dimension,), dtype=points.dtype)

    def stay(_: Any, __: Any, ___: Any, graph: Any) -> Any:
        here = adjacencylist(np.full((len(cells), 1), comm.rank, dtype=np.int32))
        return getattr(here, "_cpp_object", here)

    partitioner = stay if divided and comm.size > 1 else None
    return create_mesh(comm, cells=cells, x=points, e=ufl.Mesh(element), partitioner=partitioner)


def facet_tags(mesh: Mesh, facets: NDArray[np.int64], values: NDArray[np.int32]) -> MeshTags:
    """Facets that any rank knows, marked where they are; collective.

    Args:
        mesh: of simplices.
        facets: (n, d) nodes, by their numbers when the mesh was made.
        values: (n,).
    """
    dimension = mesh.topology.dim - 1
    corners, marks = distribute_entity_data(mesh, dimension, facets, values)
    mesh.topology.create_connectivity(dimension, 0)
    mesh.topology.create_connectivity(dimension, dimension + 1)
    tags: MeshTags = meshtags_from_entities(mesh, dimension, adjacencylist(corners), marks)
    return tags


def geometry_dofmap(mesh: Mesh) -> IntArray:
    """Geometry nodes (n_cells, d+1) of this rank's cells."""
    # A list, beside a `dofmap` that warns, only after 0.10.
    dofmaps = getattr(mesh.geometry, "dofmaps", None)
    return dofmaps[0] if isinstance(dofmaps, list) else mesh.geometry.dofmap


def submesh(mesh: Mesh, cells: NDArray[np.int32]) -> tuple[Mesh, IntArray, IntArray]:
    """A mesh of some cells of this rank, in the same order, and what they and its nodes were.

    Returns:
        The mesh, and of each of its cells and of each node of its geometry, ghosts too, that of
        `mesh`.
    """
    part, of_cells, _, nodes = create_submesh(mesh, mesh.topology.dim, cells)
    if isinstance(of_cells, np.ndarray):
        return part, of_cells, nodes
    # An object from 0.10.
    index_map = part.topology.index_map(mesh.topology.dim)
    number = np.arange(index_map.size_local + index_map.num_ghosts, dtype=np.int32)
    return part, of_cells.sub_topology_to_topology(number, False), nodes
