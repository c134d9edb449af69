"""The non-local demagnetising field."""

from dataclasses import dataclass
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt
from scipy import sparse

from solvers.constants import VACUUM_PERMEABILITY
from solvers.demagnetisation.boundary import boundary_correction
from solvers.demagnetisation.convolution import Convolution
from solvers.demagnetisation.grid import Grid, WholeMesh
from solvers.demagnetisation.subgrid import edge_correction, neighbour_tensors, vertex_tensor
from solvers.material import Material
from solvers.operators import FloatArray, VertexOperators

UnsignedArray = npt.NDArray[np.unsignedinteger]

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
        own = slice(mesh.first, mesh.first + mesh.owned)
        moments = self.grid.balanced_moments[:, own].tocsr()
        touched = np.flatnonzero(np.diff(moments.indptr))
        self._convolution = Convolution(operators.comm, self.grid.shape, self.grid.box, touched)
        slabs = self._convolution.slabs
        self._places = slabs.find(slabs.used).astype(np.uint32)
        self._to_cells = _Rows.of(moments[slabs.used])
        per_vertex = magnetisation * self.grid.volume / operators.vertex_volumes
        scale = sparse.diags_array(per_vertex)
        self._onsite = -(scale @ self.grid.moments[:, own].T) @ self._cell_tensor()
        shares = (scale @ moments.T).tocsr()
        shares.indices = slabs.find(shares.indices)
        self._to_vertices = _Rows.of(shares)
        self._scratch = np.empty((operators.owned, 3))

    def _cell_tensor(self) -> FloatArray:
        """What acts on the vertices of a cell, for each unit of its filled share, (cells, 6)."""
        grid, own = self.grid, self._convolution.own
        correction = boundary_correction(grid)
        if grid.shape[0] == 1:
            near = neighbour_tensors(grid.shape, grid.box)
            correction += edge_correction(grid.weights.reshape(grid.shape[1:]), near)
        filled = grid.fractions[:, None]
        each = np.divide(correction, filled, out=np.zeros_like(correction), where=filled > 0)
        return vertex_tensor(own, grid.shape[0]) + each

    def add_field(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add H in A/m of m (columns, 3) to `out` (owned, 3); collective."""
        self.add_linear_field(m, out)

    def add_linear_field(self, m: FloatArray, out: FloatArray) -> None:
        """The same of any vectors; collective."""
        convolution = self._convolution
        _deposit(self._to_cells, self._places, m, convolution.moments)
        convolution.apply()
        _collect(self._to_vertices, self._onsite, m, convolution.field, out)

    def energy(self, time: float, m: FloatArray) -> float:
        """E in J of m (columns, 3); collective."""
        operators, field = self._operators, self._scratch
        field[:] = 0
        self.add_field(time, m, field)
        along = np.einsum("ij,ij->i", m[: operators.owned], field)
        moment = operators.comm.allreduce(float(operators.vertex_volumes @ along))
        return -0.5 * self._pressure * moment


class _Rows(NamedTuple):
    """A sparse matrix as the kernels below read it.

    Its numbers are unsigned: Numba looks at each signed index whether it counts from the end, which
    takes as long as the sums themselves.
    """

    indptr: UnsignedArray
    indices: UnsignedArray
    data: FloatArray

    @classmethod
    def of(cls, matrix: sparse.csr_array) -> "_Rows":
        return cls(matrix.indptr.astype(np.uint32), matrix.indices.astype(np.uint32), matrix.data)


@numba.njit(cache=True, fastmath={"contract", "reassoc", "nsz"})
def _deposit(moments, places, m, values):  # type: ignore[no-untyped-def]
    """Mean m of grid cells, times their filled share, at their places in `values` (3, …)."""
    for cell in range(places.size):
        x = y = z = 0.0
        for k in range(moments.indptr[cell], moments.indptr[cell + 1]):
            i, weight = moments.indices[k], moments.data[k]
            x += weight * m[i, 0]
            y += weight * m[i, 1]
            z += weight * m[i, 2]
        place = places[cell]
        values[0, place] = x
        values[1, place] = y
        values[2, place] = z


@numba.njit(cache=True, fastmath={"contract", "reassoc", "nsz"})
def _collect(shares, onsite, m, values, out):  # type: ignore[no-untyped-def]
    """Add the field of the cells around each vertex and that of its own tensor."""
    for i in range(out.shape[0]):
        x = y = z = 0.0
        for k in range(shares.indptr[i], shares.indptr[i + 1]):
            place, weight = shares.indices[k], shares.data[k]
            x += weight * values[0, place]
            y += weight * values[1, place]
            z += weight * values[2, place]
        xx, yy, zz, xy, xz, yz = onsite[i]
        out[i, 0] += x + xx * m[i, 0] + xy * m[i, 1] + xz * m[i, 2]
        out[i, 1] += y + xy * m[i, 0] + yy * m[i, 1] + yz * m[i, 2]
        out[i, 2] += z + xz * m[i, 0] + yz * m[i, 1] + zz * m[i, 2]
