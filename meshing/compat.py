"""The differences between DOLFINx 0.9, 0.10 and 0.11 that meshing meets."""

from __future__ import annotations

from typing import Any

from mpi4py import MPI

import numpy as np
from dolfinx.mesh import Mesh, MeshTags, create_submesh
from numpy.typing import NDArray

from hebbfilm.common.arrays import IntArray

try:  # 0.10 and later
    from dolfinx.io import gmsh as _reader  # type: ignore[attr-defined, unused-ignore]
except ImportError:
    from dolfinx.io import gmshio as _reader  # type: ignore[attr-defined, no-redef, unused-ignore]


def model_to_mesh(
    model: Any, comm: MPI.Intracomm, dimension: int
) -> tuple[Mesh, MeshTags, MeshTags | None]:
    """Distribute the Gmsh model of rank 0: mesh, cell tags, facet tags (None without facets)."""
    # A triple up to 0.9; a named tuple with these three first from 0.10.
    mesh, cell_tags, facet_tags = _reader.model_to_mesh(model, comm, 0, gdim=dimension)[:3]
    assert cell_tags is not None  # only a mesh without cells has none
    return mesh, cell_tags, facet_tags


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
