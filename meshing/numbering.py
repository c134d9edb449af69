"""One numbering of vertices and cells for any number of ranks: that of the mesh as it was made."""

from __future__ import annotations

from typing import Any, NamedTuple

from mpi4py import MPI
from mpi4py.util.dtlib import from_numpy_dtype

import numpy as np
from dolfinx.fem import FunctionSpace
from dolfinx.mesh import Mesh
from numpy.typing import NDArray

from hebbfilm.common.arrays import IntArray
from hebbfilm.common.row_blocks import RowBlocks, scatter_rows
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


class _Spread:
    """Rows of a table on rank 0 against rows on each rank."""

    def __init__(self, comm: MPI.Intracomm, rows: IntArray) -> None:
        self.comm = comm
        self.number = len(rows)
        self.counts = np.array(comm.allgather(len(rows)), dtype=np.int64)
        self.rows = self._collect(np.ascontiguousarray(rows, dtype=np.int64))

    def _collect(self, values: NDArray[Any]) -> NDArray[Any] | None:
        width = int(np.prod(values.shape[1:], dtype=np.int64))
        counts = self.counts * width
        kind = from_numpy_dtype(values.dtype)
        if self.comm.rank != 0:
            self.comm.Gatherv([values, kind], None, root=0)
            return None
        table = np.empty((int(self.counts.sum()), *values.shape[1:]), dtype=values.dtype)
        self.comm.Gatherv([values, kind], [table, counts.tolist(), None, kind], root=0)
        return table

    def gather(self, values: NDArray[Any], size: int) -> NDArray[Any] | None:
        """Table (size[, k]) on rank 0 from this rank's rows; None elsewhere."""
        values = np.ascontiguousarray(values)
        table = self._collect(values)
        if table is None:
            return None
        ordered = np.empty((size, *table.shape[1:]), dtype=table.dtype)
        ordered[self.rows] = table
        return ordered

    def scatter(self, table: NDArray[Any] | None) -> NDArray[Any]:
        """Rows of a table on rank 0 that belong to this rank."""
        sent = None if table is None else table[self.rows]
        return scatter_rows(self.comm, sent, self.counts)


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
        self._vertices = _Spread(mesh.comm, canonical[: self._owned])
        self._with_ghosts = _Spread(mesh.comm, canonical)
        cells = mesh.topology.index_map(mesh.topology.dim)
        self._number_of_cells = int(cells.size_global)
        self._cells = _Spread(mesh.comm, made.cells[: cells.size_local])
        self._cell_dofs = space.dofmap.list[: cells.size_local]
        self.vertex_blocks = RowBlocks(mesh.comm, canonical[: self._owned], self.size)
        self.local_blocks = RowBlocks(mesh.comm, canonical, self.size)
        self.cell_blocks = RowBlocks(
            mesh.comm, made.cells[: cells.size_local], self._number_of_cells
        )

    def gather(self, values: NDArray[Any]) -> NDArray[Any] | None:
        """Values of all vertices in canonical order on rank 0, None elsewhere.

        Args:
            values: (n_owned[, k]) or more rows; ghosts are left out.
        """
        return self._vertices.gather(np.asarray(values)[: self._owned], self.size)

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
        return self._with_ghosts.scatter(table)

    def gather_cells(self) -> IntArray | None:
        """Canonical vertex numbers (n_cells, d+1) of all cells on rank 0, None elsewhere."""
        return self.gather_cell_values(self.canonical[self._cell_dofs])

    def gather_cell_values(self, values: NDArray[Any]) -> NDArray[Any] | None:
        """Values of all cells in canonical order on rank 0, None elsewhere.

        Args:
            values: (n_owned_cells[, k]).
        """
        return self._cells.gather(np.asarray(values), self._number_of_cells)
