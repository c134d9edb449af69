"""One numbering of vertices and cells for any number of ranks: that of the mesh as it was made."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from dolfinx.fem import FunctionSpace
from dolfinx.mesh import Mesh
from numpy.typing import NDArray

from hebbfilm.common.arrays import IntArray
from hebbfilm.common.row_blocks import RowBlocks, gather_rows, scatter_block
from hebbfilm.meshing import compat


class Origin(NamedTuple):
    """Where a mesh comes from: the numbers in the mesh as it was made.

    Attributes:
        nodes: of the nodes of the geometry on this rank.
        cells: of the cells on this rank, owned ones first.
    """

    nodes: IntArray
    cells: IntArray

    @classmethod
    def of(cls, mesh: Mesh) -> Origin:
        """Of a mesh that was not cut out of another one."""
        return cls(mesh.geometry.input_global_indices, mesh.topology.original_cell_index)


class VertexNumbering:
    """The rank-count independent order of the vertices and cells of a film; collective.

    Args:
        space: scalar P1 space of the film; local arrays follow its dofs, owned ones first.
        origin: where its mesh comes from; None: it was made as it is.

    Attributes:
        size: number of vertices of the film.
        canonical: (n_local,) number in this order of each vertex of this rank, owned ones first.
        vertex_blocks: rows of the vertices that this rank owns, against blocks of this order.
        local_blocks: the same with its ghosts.
        cell_blocks: the same of the cells that it owns.
    """

    def __init__(self, space: FunctionSpace, origin: Origin | None = None) -> None:
        mesh, dofs = space.mesh, space.dofmap.index_map
        made = origin or Origin.of(mesh)
        self._comm = mesh.comm
        self._owned = dofs.size_local
        self.size = int(dofs.size_global)
        canonical = np.empty(dofs.size_local + dofs.num_ghosts, dtype=np.int64)
        nodes = compat.geometry_dofmap(mesh).ravel()
        canonical[space.dofmap.list.ravel()] = made.nodes[nodes]
        self.canonical = canonical
        cells = mesh.topology.index_map(mesh.topology.dim)
        self._cell_dofs = space.dofmap.list[: cells.size_local]
        self.vertex_blocks = RowBlocks(mesh.comm, canonical[: self._owned], self.size)
        self.local_blocks = RowBlocks(mesh.comm, canonical, self.size)
        own = made.cells[: cells.size_local]
        self.cell_blocks = RowBlocks(mesh.comm, own, int(cells.size_global))

    def gather(self, values: NDArray[Any]) -> NDArray[Any] | None:
        """Values of all vertices in canonical order on rank 0, None elsewhere.

        Args:
            values: (n_owned[, k]) or more rows; ghosts are left out.
        """
        block = self.vertex_blocks.to_block(np.asarray(values)[: self._owned])
        return gather_rows(self._comm, block)

    def scatter(self, values: NDArray[Any] | None) -> NDArray[Any]:
        """Values (n_local[, k]) of owned and ghost vertices on each rank.

        Args:
            values: (size[, k]) in canonical order on rank 0; ignored elsewhere.

        Raises:
            ValueError: a table of another length, on all ranks.
        """
        table = np.asarray(values) if self._comm.rank == 0 else None
        number = self._comm.bcast(None if table is None else len(table), root=0)
        if number != self.size:
            raise ValueError(f"{number} values for the {self.size} vertices of the film")
        return self.local_blocks.from_block(scatter_block(self._comm, table))

    def gather_cells(self) -> IntArray | None:
        """Canonical vertex numbers (n_cells, d+1) of all cells on rank 0, None elsewhere."""
        return self.gather_cell_values(self.canonical[self._cell_dofs])

    def gather_cell_values(self, values: NDArray[Any]) -> NDArray[Any] | None:
        """Values of all cells in canonical order on rank 0, None elsewhere.

        Args:
            values: (n_owned_cells[, k]).
        """
        return gather_rows(self._comm, self.cell_blocks.to_block(np.asarray(values)))
