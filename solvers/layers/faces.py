"""Where a layer touches the film, and what its current gives to the vertices there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from dolfinx import la
from dolfinx.common import IndexMap
from scipy import sparse

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.kernels.compiled import integers, loops, reals
from hebbfilm.solvers.layers.film_layer import FilmLayer
from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm


@dataclass(frozen=True, eq=False)
class Faces:
    """Faces at which a layer touches the film, one for each row of the layer's current density.

    Args:
        corners: (n, 3) vertices.
        areas: (n, 3) ∫ λ_i dA in m² of each corner; 0 where the cell of that row has no such face.
        cells: (n, 1) those of the layer's parameters.
        places: (n, 3) of the corners among those of the cell.
    """

    corners: IntArray
    areas: FloatArray
    cells: IntArray
    places: IntArray

    def of(self, parameter: ParameterOnFilm) -> FloatArray:
        """The values of a parameter of the layer at the corners, (n, 3)."""
        return parameter.corners[self.cells, self.places]


class Interfaces:
    """Where layers touch a film: in 2D below or above each of its cells.

    Args:
        operators: of the film.

    Attributes:
        vertices: of the space to whose vertices faces refer.
    """

    def __init__(self, operators: VertexOperators) -> None:
        self._operators = operators
        self.vertices: IndexMap = operators.film_mesh.space.dofmap.index_map

    def faces(self, number: int, layer: FilmLayer) -> Faces:
        """Those of the layer of that number."""
        operators = self._operators
        shares = operators.volumes / operators.thickness / 3
        cells, places = np.indices(operators.cells.shape)
        return Faces(operators.cells, np.repeat(shares[:, None], 3, axis=1), cells[:, :1], places)

    def at_film(self, sums: la.Vector) -> FloatArray:
        """Of sums over faces, three a vertex, those of the film, (owned, 3); collective.

        What other ranks own is added up where it belongs.
        """
        sums.scatter_reverse(la.InsertMode.add)
        own: FloatArray = sums.array.reshape(-1, 3)[: self._operators.owned]
        return own


class TurnedSums:
    """Takes j on faces to ∫ w j × ẑ λ_i dA at the vertices.

    Args:
        faces: where j is.
        weights: w (n, 3) at the corners; faces where it vanishes cost nothing.
    """

    def __init__(self, faces: Faces, weights: FloatArray) -> None:
        number, corners = faces.corners.shape
        entries = np.broadcast_to(weights, faces.areas.shape) * faces.areas
        places = faces.corners.ravel(), np.repeat(np.arange(number), corners)
        shape = int(faces.corners.max(initial=0)) + 1, max(number, 1)
        found = sparse.csr_array((entries.ravel(), places), shape=shape)
        found.eliminate_zeros()
        self._rows, self._weights = found.shape[0], found.data
        self._starts, self._faces = (x.astype(np.int32) for x in (found.indptr, found.indices))

    def add(self, density: FloatArray, out: FloatArray) -> None:
        """Add those of j (n, d), contiguous, to `out` (local vertices, 3)."""
        loops.add_turned(
            self._rows,
            integers(self._starts),
            integers(self._faces),
            reals(self._weights),
            density.shape[1],
            reals(density),
            reals(out),
        )
