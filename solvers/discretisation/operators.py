"""P1 operators on the vertices of a film: one sparsity pattern, values assembled in place."""

from collections.abc import Callable
from functools import cached_property, partial

from mpi4py import MPI

import numpy as np
import ufl
from dolfinx import fem, la

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.random_rows import normal_rows
from hebbfilm.meshing import FilmMesh
from hebbfilm.solvers.discretisation.cell_sums import (
    CellSums,
    CellTiles,
    column_slots,
    in_lanes,
    ordered_slots,
    symmetric_slots,
)
from hebbfilm.solvers.discretisation.forms import compiled
from hebbfilm.solvers.kernels.compiled import LANES, integers, loops, new, reals


class VertexOperators:
    """Sparsity, cell geometry and constant operators that all solvers of one film share.

    Rows are the vertices that this rank owns; columns are these, then the ghosts that the rows
    touch. A vector over the columns is made by `vector`, and `scatter_forward` fills its ghosts.
    The volume of a 2D film is its area times its thickness, so energies are in J and currents in A
    in two and in three dimensions alike.

    Args:
        film_mesh: the tagged mesh.
        thickness: in m, (n_cells,), of a 2D film whose cells differ; None: that of the mesh.

    Attributes:
        cells: (n_cells, d + 1) vertices of the cells that this rank owns.
        volumes: (n_cells,) in m³.
        thickness: (n_cells,) in m.
        even_thickness: the same as one number; None where cells differ.
        indptr, indices: CSR pattern of the owned rows.
        cells_pointer: the cells as the compiled loops take them.
    """

    def __init__(self, film_mesh: FilmMesh, thickness: FloatArray | None = None) -> None:
        self.film_mesh = film_mesh
        self.comm: MPI.Intracomm = film_mesh.mesh.comm
        self.dimension: int = film_mesh.mesh.geometry.dim
        self.cells: IntArray = film_mesh.cells
        even = np.broadcast_to(film_mesh.height, len(self.cells))
        self.thickness: FloatArray = even if thickness is None else thickness
        self.even_thickness = film_mesh.height if thickness is None else None
        gradients, sizes = _cell_geometry(film_mesh)
        volumes = sizes * self.thickness if self.dimension == 2 else sizes
        self._matrix = _empty_matrix(film_mesh.space)
        self.rows = self._matrix.index_map(0)
        self.columns = self._matrix.index_map(1)
        self.owned: int = self.rows.size_local
        self.indptr: IntArray = self._matrix.indptr[: self.owned + 1].astype(np.int32, copy=False)
        self.indices: IntArray = self._matrix.indices[: self.indptr[-1]].astype(
            np.int32, copy=False
        )
        others = gradients[:, 1:]
        self._in_lanes = tuple(in_lanes(values) for values in (self.cells, others, volumes))
        self._workspaces: dict[int, FloatArray] = {}
        self._tiles: CellTiles | None = None
        # Without a copy: that of the loops has them in the same order.
        self.volumes: FloatArray = self._in_lanes[2].ravel()[: len(self.cells)]
        self.cells_pointer = new(
            "Cells *",
            {
                "d": self.dimension,
                "count": len(self.cells),
                "vertices": integers(self._in_lanes[0]),
                "gradients": reals(self._in_lanes[1]),
                "volumes": reals(self._in_lanes[2]),
            },
        )

    @property
    def gradients(self) -> FloatArray:
        """(n_cells, d + 1, d) gradients of the hat functions in 1/m; made anew each time."""
        return self.gradients_in(np.arange(len(self.cells)))

    def gradients_in(self, cells: IntArray) -> FloatArray:
        """The same in some cells (n,), (n, d + 1, d)."""
        groups, lanes = np.divmod(cells, LANES)
        found = np.empty((len(cells), self.dimension + 1, self.dimension))
        found[:, 1:] = self._in_lanes[1][groups, :, :, lanes]
        found[:, 0] = -found[:, 1:].sum(axis=1)
        return found

    def vector(self, components: int = 1) -> la.Vector:
        """A zero vector over the columns with so many components per vertex."""
        return la.vector(self.columns, components, dtype=np.float64)

    def halo(self, values: FloatArray) -> FloatArray:
        """Values (owned or more, k), with the ghosts taken from their owners; collective."""
        vector = self.vector(values[0].size if values.ndim > 1 else 1)
        array = vector.array.reshape((-1, *values.shape[1:]))
        array[: self.owned] = values[: self.owned]
        vector.scatter_forward()
        return array

    def random_normal(self, seed: int) -> FloatArray:
        """Normally distributed vectors (owned, 3), the same on any number of ranks; collective."""
        blocks = self.film_mesh.numbering.vertex_blocks
        every = np.ones(blocks.last - blocks.first, dtype=bool)
        found: FloatArray = blocks.from_block(normal_rows(self.comm, seed, every))
        return found

    def sum_to_vertices(self, values: FloatArray) -> FloatArray:
        """Add what each cell gives to its vertices: (n_cells, d + 1) to (owned,), collective."""
        vector = la.vector(self.film_mesh.space.dofmap.index_map, 1, dtype=np.float64)
        np.add.at(vector.array, self.cells.ravel(), values.ravel())
        vector.scatter_reverse(la.InsertMode.add)
        return vector.array[: self.owned].copy()

    def average_to_vertices(self, values: FloatArray) -> FloatArray:
        """Volume-weighted mean over the cells around a vertex: (n_cells, k) to (owned, k)."""
        weight = self.volumes / (self.dimension + 1)
        sums = [
            self.sum_to_vertices(np.repeat((weight * column)[:, None], self.dimension + 1, axis=1))
            for column in values.T
        ]
        return np.column_stack(sums) / self.vertex_volumes[:, None]

    def assemble_tensor(self, tensor: FloatArray, out: FloatArray, *, symmetric: bool) -> None:
        """∫ ∇λ_i · (σ ∇λ_j) for a cell-wise tensor σ, into `out` (nnz,); collective.

        Args:
            tensor: σ as `in_lanes` lays it out, (groups, d, d, lanes).
            out: symmetric to the last bit if σ is.
            symmetric: whether σ is.
        """
        self.sum_up(
            partial(loops.tensor_sums, self.cells_pointer, symmetric, reals(tensor)),
            self.tensor_sums(symmetric),
            out,
        )

    def assemble_advection(self, scale: float, velocity: FloatArray, out: FloatArray) -> None:
        """∫ λ_i u · ∇λ_j for u = scale · a cell-wise velocity (n_cells, d), into `out` (nnz,)."""
        self.sum_up(
            partial(loops.advection_sums, self.cells_pointer, scale, reals(velocity)),
            self._column_sums,
            out,
        )

    @property
    def scratch(self) -> FloatArray:
        """Entries (nnz,) that every call of `sum_up` may overwrite, and an `out` for it."""
        return np.asarray(self._matrix.data[: self.indices.size], dtype=np.float64)

    def sum_up(
        self, loop: Callable[[object, object], None], sums: CellSums, out: FloatArray
    ) -> None:
        """Let a loop sum up what the cells of all ranks add, into `out` (nnz,); collective."""
        if self.comm.size == 1:
            loop(sums.pointer, reals(out))
            return
        loop(sums.pointer, reals(self._matrix.data))
        self._matrix.scatter_reverse()
        out[:] = self._matrix.data[: out.size]

    def tensor_sums(self, symmetric: bool) -> CellSums:
        """For the parts of a matrix like that of `assemble_tensor`."""
        return self._symmetric_sums if symmetric else self._ordered_sums

    @cached_property
    def _symmetric_sums(self) -> CellSums:
        return self._sums(symmetric_slots(self.dimension + 1))

    @cached_property
    def _ordered_sums(self) -> CellSums:
        return self._sums(ordered_slots(self.dimension + 1))

    @cached_property
    def _column_sums(self) -> CellSums:
        return self._sums(column_slots(self.dimension + 1))

    def _sums(self, slots: IntArray) -> CellSums:
        matrix, entries = self._matrix, _cell_entries(self._matrix, self.cells)
        if self._tiles is None:
            self._tiles = CellTiles(matrix.indptr, matrix.indices, entries)
        return CellSums(self._tiles, entries, matrix.indices.size, slots, self._workspaces)

    @cached_property
    def diagonal(self) -> IntArray:
        """Where the entries of vertices with themselves lie, (owned,)."""
        rows = np.repeat(np.arange(self.owned), np.diff(self.indptr))
        return np.flatnonzero(rows == self.indices)

    @cached_property
    def vertex_volumes(self) -> FloatArray:
        """Lumped mass ∫ λ_i in m³, (owned,)."""
        corners = self.dimension + 1
        return self.sum_to_vertices(np.repeat(self.volumes, corners).reshape(-1, corners) / corners)

    @cached_property
    def volume(self) -> float:
        """Volume of the film in m³."""
        volume: float = self.comm.allreduce(float(self.volumes.sum()))
        return volume

    @cached_property
    def area(self) -> float:
        """Area in m² on which the film lies."""
        if self.even_thickness is not None:
            return self.volume / self.even_thickness
        area: float = self.comm.allreduce(float((self.volumes / self.thickness).sum()))
        return area

    @cached_property
    def mean_thickness(self) -> float:
        """In m."""
        return self.even_thickness or self.volume / self.area

    @cached_property
    def depth(self) -> fem.Constant | fem.Function:
        """By what an integral over the mesh is to be multiplied, in UFL; collective at first.

        In two dimensions the thickness in m, a constant or one value a cell; in three 1.
        """
        mesh = self.film_mesh.mesh
        if self.dimension == 3:
            return fem.Constant(mesh, np.float64(1))
        if self.even_thickness is not None:
            return fem.Constant(mesh, np.float64(self.even_thickness))
        space = fem.functionspace(mesh, ("Discontinuous Lagrange", 0))
        function = fem.Function(space, name="thickness")
        function.x.array[space.dofmap.list[: len(self.cells), 0]] = self.thickness
        function.x.scatter_forward()
        return function

    def contact_shares(self, name: str) -> FloatArray:
        """As of the mesh, with the thickness that the film has at an edge contact; collective."""
        if self.even_thickness is not None or self.dimension == 3:
            return self.film_mesh.contact_shares(name)
        array = self.depth.x.array[self.depth.function_space.dofmap.list[:, 0]]
        return self.film_mesh.contact_shares(name, array)

    def contact_size(self, name: str) -> float:
        """Area of a contact in m², with the thickness at its edge; collective."""
        size: float = self.comm.allreduce(float(self.contact_shares(name).sum()))
        return size

    @property
    def stiffness(self) -> FloatArray:
        """∫ ∇λ_i · ∇λ_j in m, (nnz,)."""
        return self._isotropic(np.ones(1))

    def weighted_stiffness(self, weight: FloatArray) -> FloatArray:
        """∫ w ∇λ_i · ∇λ_j, (nnz,), of one w, or that of each cell (n_cells,); collective."""
        return weight * self.stiffness if weight.ndim == 0 else self._isotropic(weight)

    def _isotropic(self, weight: FloatArray) -> FloatArray:
        tensor = np.eye(self.dimension) * weight[:, None, None]
        shape = (len(self.cells), self.dimension, self.dimension)
        values = np.empty(self.indices.size)
        self.assemble_tensor(in_lanes(np.broadcast_to(tensor, shape)), values, symmetric=True)
        return values


def _empty_matrix(space: fem.FunctionSpace) -> la.MatrixCSR:
    mass = ufl.TrialFunction(space) * ufl.TestFunction(space) * ufl.dx
    return fem.create_matrix(compiled(mass, space.mesh.comm))


def _cell_geometry(film_mesh: FilmMesh) -> tuple[FloatArray, FloatArray]:
    d = film_mesh.mesh.geometry.dim
    corners = film_mesh.coordinates[:, :d][film_mesh.cells]
    edges = corners[:, 1:] - corners[:, :1]
    del corners
    inverse = np.linalg.inv(edges)
    gradients = np.empty((len(edges), d + 1, d))
    gradients[:, 1:] = np.swapaxes(inverse, 1, 2)
    gradients[:, 0] = -gradients[:, 1:].sum(axis=1)
    return gradients, np.abs(np.linalg.det(edges)) / (2 if d == 2 else 6)


def _cell_entries(matrix: la.MatrixCSR, cells: IntArray) -> IntArray:
    """Where the entries of each cell matrix lie in the CSR values: (n_cells, d + 1, d + 1)."""
    counts = np.diff(matrix.indptr)
    width = matrix.index_map(1).size_local + matrix.index_map(1).num_ghosts
    keys = np.repeat(np.arange(counts.size, dtype=np.int64) * width, counts)
    keys += matrix.indices
    order = np.argsort(keys, kind="stable") if (keys[1:] < keys[:-1]).any() else None
    entries = np.empty((*cells.shape, cells.shape[1]), dtype=np.int32)
    for k in range(cells.shape[1]):
        wanted = cells[:, k, None].astype(np.int64) * width + cells
        found = np.searchsorted(keys, wanted, sorter=order)
        entries[:, k] = found if order is None else order[found]
    return entries
