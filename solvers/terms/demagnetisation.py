"""The non-local demagnetising field."""

from dataclasses import dataclass
from typing import NamedTuple

import numba
import numpy as np
from scipy import sparse

from solvers.constants import VACUUM_PERMEABILITY
from solvers.demagnetisation.boundary import boundary_correction
from solvers.demagnetisation.convolution import Convolution
from solvers.demagnetisation.grid import Grid, WholeMesh
from solvers.material import Material
from solvers.operators import FloatArray, IntArray, VertexOperators

_EDGES_PER_CELL = 1.25


@dataclass(frozen=True)
class Demagnetisation:
    """E = -½ μ₀ M_s ∫ m · H, with H the field of all poles ∇·M in the film and on its surface.

    By convolution on a regular grid; a 2D film is one layer of its thickness. What a grid cell does
    to itself acts on the vertices instead of through the grid, so that the local part of the field,
    all of it in a thin film, is not blurred. See docs/demagnetisation.md.

    Args:
        spacing: edge of the grid cells in m, None for 1.25 median edges of the mesh.
    """

    spacing: float | None = None
    name = "demagnetisation"
    varies = True

    def bind(self, operators: VertexOperators, material: Material) -> "BoundDemagnetisation":
        """The term on one film; collective."""
        return BoundDemagnetisation(self, operators, material)


class BoundDemagnetisation:
    """The demagnetising field of one film; see `solvers.dynamics.FieldTerm`.

    Each rank convolves the whole grid, from the magnetisation of all ranks.

    Args:
        term: the grid's spacing.
        operators: of the film.
        material: M_s is used here.
    """

    def __init__(
        self, term: Demagnetisation, operators: VertexOperators, material: Material
    ) -> None:
        self._operators = operators
        magnetisation = material.saturation_magnetisation
        self._pressure = VACUUM_PERMEABILITY * magnetisation
        film_mesh = operators.film_mesh
        mesh = WholeMesh.gather(film_mesh)
        spacing = term.spacing or _EDGES_PER_CELL * mesh.median_edge()
        self.grid = Grid.over(mesh, spacing, film_mesh.thickness)
        self._convolution = Convolution(self.grid.shape, self.grid.box)
        self._to_cells = _Rows.of(self.grid.moments)
        own = slice(mesh.first, mesh.first + mesh.owned)
        shares = self.grid.moments[:, own].T.tocsr()
        share = magnetisation * self.grid.volume / operators.vertex_volumes
        shares.data *= np.repeat(share, np.diff(shares.indptr))
        self._to_vertices = _Rows.of(shares)
        self._onsite = -shares @ self._cell_tensor()
        self._own = own
        self._counts = 3 * np.array(operators.comm.allgather(mesh.owned))
        self._m = np.empty((len(mesh.points), 3))
        self._scratch = np.empty((operators.owned, 3))

    def _cell_tensor(self) -> FloatArray:
        """What each cell does to itself, for each unit of its filled share, (cells, 6)."""
        fractions = self.grid.fractions[:, None]
        correction = boundary_correction(self.grid)
        each = np.divide(correction, fractions, out=np.zeros_like(correction), where=fractions > 0)
        return self._convolution.own + each

    def add_field(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add H in A/m of m (columns, 3) to `out` (owned, 3); collective."""
        whole = m
        if self._operators.comm.size > 1:
            whole = self._m
            own = np.ascontiguousarray(m[: self._operators.owned])
            self._operators.comm.Allgatherv(own, [whole, self._counts])
        cells, ny = self._convolution.cells, self.grid.shape[2]
        _deposit(self._to_cells, whole, cells.reshape(3, -1, cells.shape[3]), ny)
        self._convolution.apply()
        _collect(self._to_vertices, self._onsite, m, cells.reshape(3, -1, cells.shape[3]), ny, out)

    def energy(self, time: float, m: FloatArray) -> float:
        """E in J of m (columns, 3); collective."""
        operators, field = self._operators, self._scratch
        field[:] = 0
        self.add_field(time, m, field)
        along = np.einsum("ij,ij->i", m[: operators.owned], field)
        moment = operators.comm.allreduce(float(operators.vertex_volumes @ along))
        return -0.5 * self._pressure * moment


class _Rows(NamedTuple):
    """A sparse matrix as the kernels below read it."""

    indptr: IntArray
    indices: IntArray
    data: FloatArray

    @classmethod
    def of(cls, matrix: sparse.csr_array) -> "_Rows":
        return cls(matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32), matrix.data)


@numba.njit(cache=True, fastmath={"contract", "reassoc", "nsz"})
def _deposit(moments, m, cells, ny):  # type: ignore[no-untyped-def]
    """Mean m of each grid cell, times its filled share, into `cells` (3, rows, padded y)."""
    rows, padded = cells.shape[1:]
    for row in range(rows):
        for column in range(ny):
            x = y = z = 0.0
            cell = row * ny + column
            for k in range(moments.indptr[cell], moments.indptr[cell + 1]):
                i, weight = moments.indices[k], moments.data[k]
                x += weight * m[i, 0]
                y += weight * m[i, 1]
                z += weight * m[i, 2]
            cells[0, row, column] = x
            cells[1, row, column] = y
            cells[2, row, column] = z
        for column in range(ny, padded):
            cells[0, row, column] = cells[1, row, column] = cells[2, row, column] = 0.0


@numba.njit(cache=True, fastmath={"contract", "reassoc", "nsz"})
def _collect(shares, onsite, m, cells, ny, out):  # type: ignore[no-untyped-def]
    """Add the field of the cells around each vertex and that of its own tensor."""
    for i in range(out.shape[0]):
        x = y = z = 0.0
        for k in range(shares.indptr[i], shares.indptr[i + 1]):
            row, column = divmod(shares.indices[k], ny)
            weight = shares.data[k]
            x += weight * cells[0, row, column]
            y += weight * cells[1, row, column]
            z += weight * cells[2, row, column]
        xx, yy, zz, xy, xz, yz = onsite[i]
        out[i, 0] += x + xx * m[i, 0] + xy * m[i, 1] + xz * m[i, 2]
        out[i, 1] += y + xy * m[i, 0] + yy * m[i, 1] + yz * m[i, 2]
        out[i, 2] += z + xz * m[i, 0] + yz * m[i, 1] + zz * m[i, 2]
