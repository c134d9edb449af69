"""The non-local demagnetising field."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.kernels.compiled import integers, loops, reals
from hebbfilm.solvers.materials.constants import VACUUM_PERMEABILITY
from hebbfilm.solvers.materials.film_material import FilmMaterial
from hebbfilm.solvers.materials.moments import VertexMoments
from hebbfilm.solvers.terms.convolution.convolution import Convolution
from hebbfilm.solvers.terms.convolution.filling import Filling, numbered_by_layers
from hebbfilm.solvers.terms.convolution.grid import Grid
from hebbfilm.solvers.terms.convolution.owners import overlap_of_owned, sums_of_owned
from hebbfilm.solvers.terms.convolution.rows import Rows
from hebbfilm.solvers.terms.demagnetisation.boundary import REACH, boundary_correction
from hebbfilm.solvers.terms.demagnetisation.kernel import DemagnetisingKernel
from hebbfilm.solvers.terms.demagnetisation.share import MagneticShare
from hebbfilm.solvers.terms.demagnetisation.subgrid import (
    edge_correction,
    neighbour_tensors,
    vertex_tensor,
)
from hebbfilm.solvers.terms.quadratic import QuadraticForm

_EDGES_PER_CELL = {2: 1.5, 3: 1.25}
"""Boxes blur all of the surface of tetrahedra, but only the rim of a flat film."""


@dataclass(frozen=True)
class Demagnetisation:
    """E = -½ μ₀ ∫ M · H, with H the field of all poles ∇·M in the film and on its surface.

    M = M_s m is linear in each cell of the mesh, so that poles lie where M_s jumps, too.

    By convolution on a regular grid; a 2D film is one layer of its thickness. What a grid cell does
    to itself acts on the vertices instead of through the grid, so that the local part of the field,
    all of it in a thin film, is not blurred. See docs/demagnetisation.md.

    Args:
        spacing: edge of the grid cells in m, None for 1.5 median edges of a flat mesh and 1.25 of
            tetrahedra, within 8 %.
    """

    spacing: float | None = None
    name = "demagnetisation"
    varies = True

    def bind(self, operators: VertexOperators, material: FilmMaterial) -> "BoundDemagnetisation":
        """The term on one film; collective.

        Raises:
            InputError: a film in 2D that is not everywhere as thick as its mesh.
        """
        if operators.even_thickness is None:
            raise InputError(
                "demagnetisation = 'full': needs a film of one thickness, that of its mesh: leave "
                "thickness out, take demagnetisation = 'local', or mesh the film in 3D"
            )
        return BoundDemagnetisation(self, operators, material)


class BoundDemagnetisation:
    """The demagnetising field of one film; see `hebbfilm.solvers.magnetisation.dynamics.FieldTerm`.

    Args:
        term: the grid's spacing.
        operators: of the film.
        material: M_s is used here.

    Attributes:
        grid: on which it is convolved.
        local_form: the part that acts on the vertices.

    Where M_s changes in place, by one factor f_i for all cells around a vertex, M is what it was of
    f_i m_i. So the energy is E(f m), with E that of the M_s at first, and its field
    -(1/μ₀ f_i ∫ M_s λ_i) ∂E(f m)/∂m_i is that of E at f m: what is deposited takes the factor, what
    is collected none, and the local part f_i².
    """

    energy_share = 0.5
    slow = True

    def __init__(
        self, term: Demagnetisation, operators: VertexOperators, material: FilmMaterial
    ) -> None:
        saturation = material["saturation_magnetisation"]
        vertex_moments = VertexMoments.of_film(operators, material)
        magnetisation = vertex_moments.mean
        film_mesh = operators.film_mesh
        self.grid = Grid.fitted(film_mesh, term.spacing, _EDGES_PER_CELL)
        filling = Filling(self.grid, REACH[film_mesh.dimension])
        relative: FloatArray | None = None
        if saturation.value is None:
            relative = np.divide(saturation.corners, magnetisation, dtype=np.float64)
        share = MagneticShare(filling, relative)
        vertices = film_mesh.space.dofmap.index_map
        moments = numbered_by_layers(
            self.grid, overlap_of_owned(operators.comm, vertices, share.balanced)
        )
        kernel = DemagnetisingKernel(self.grid.shape, self.grid.box)
        self.local_form = QuadraticForm.zero(operators)
        pressure = VACUUM_PERMEABILITY * magnetisation**2
        here = share.of_vertices(self._box_tensor(filling, share, kernel.own))
        self.local_form.onsite[:] = pressure * self.grid.volume * sums_of_owned(vertices, here)
        # What the grid knows of the mesh is larger than all that follows.
        del filling, share, here
        self.grid = replace(self.grid)
        self._convolution = Convolution(operators.comm, self.grid.shape, moments.boxes, kernel)
        slabs = self._convolution.slabs
        self._places = slabs.find(slabs.used).astype(np.int32)
        self._to_cells = Rows(moments.rows(slabs.used))
        per_vertex = magnetisation * self.grid.volume / vertex_moments.volumes
        shares = (sparse.diags_array(per_vertex) @ moments.entries.T).tocsr()
        shares.indices = slabs.find(moments.boxes)[shares.indices]
        self._to_vertices = Rows(shares)
        self._operators, self._saturation = operators, saturation
        self._magnetisation_at_first = vertex_moments.magnetisation
        self._factor: FloatArray | None = None

    def renew_material(self) -> None:
        """See `hebbfilm.solvers.followers.FollowsMaterial`: of an M_s that changes in place."""
        magnetisation = self._saturation.at_vertices(self._operators)
        if self._factor is None:
            self._onsite_at_first = self.local_form.onsite.copy()
        self._factor = (magnetisation / self._magnetisation_at_first)[:, None]
        self._deposited = np.empty((len(magnetisation), 3))
        self.local_form.onsite[:] = self._factor**2 * self._onsite_at_first

    def _box_tensor(self, filling: Filling, share: MagneticShare, own: FloatArray) -> FloatArray:
        """What acts on the vertices in a box, for each unit of M_s² in it, (boxes, 6)."""
        grid = self.grid
        correction = boundary_correction(filling, share)
        if grid.shape[0] == 1:
            near = neighbour_tensors(grid.shape, grid.box)
            correction += edge_correction(filling.block, share.weights, near)
        filled = share.squares[:, None]
        each = np.divide(correction, filled, out=np.zeros_like(correction), where=filled > 0)
        tensors: FloatArray = vertex_tensor(own, grid.shape[0]) + each
        return tensors

    def add_field(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add the part of H in A/m of m (columns, 3) that is not local to `out` (owned, 3)."""
        self.add_linear_field(m, out)

    def add_linear_field(self, m: FloatArray, out: FloatArray) -> None:
        """The same of any vectors; collective."""
        convolution = self._convolution
        stride = convolution.slabs.places
        if self._factor is not None:
            m = np.multiply(m[: len(self._factor)], self._factor, out=self._deposited)
        loops.deposit(
            self._to_cells.pointer,
            integers(self._places),
            reals(m),
            stride,
            reals(convolution.moments),
        )
        convolution.apply()
        loops.collect(self._to_vertices.pointer, reals(convolution.field), stride, reals(out))
