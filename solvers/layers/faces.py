"""Where a layer touches the film, and what its current gives to the vertices there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.kernels.compiled import integers, loops, reals
from hebbfilm.solvers.layers.film_layer import FilmLayer


@dataclass(frozen=True, eq=False)
class Faces:
    """Faces of the cells of a film, one for each row of the current density of a layer.

    Args:
        corners: (n, c) vertices.
        areas: (n, c) ∫ λ_i dA in m² of each corner.
    """

    corners: IntArray
    areas: FloatArray


def faces_of(operators: VertexOperators, layer: FilmLayer) -> Faces:
    """Where a layer touches a film: below or above each cell of one of triangles.

    Raises:
        InputError: a film of tetrahedra.
    """
    if operators.dimension == 3:
        raise InputError(
            f"layers.{layer.name}: a spin-orbit torque on a film of tetrahedra is not available: "
            "mesh the film in 2D"
        )
    shares = operators.volumes / operators.thickness / 3
    return Faces(operators.cells, np.repeat(shares[:, None], 3, axis=1))


class TurnedSums:
    """Takes j on faces to ∫ w j × ẑ λ_i dA at the vertices.

    Args:
        faces: where j is.
        weights: w (n, c) at the corners; faces where it vanishes cost nothing.
    """

    def __init__(self, faces: Faces, weights: FloatArray) -> None:
        number, corners = faces.corners.shape
        entries = np.broadcast_to(weights, faces.areas.shape) * faces.areas
        places = faces.corners.ravel(), np.repeat(np.arange(number), corners)
        found = sparse.csr_array((entries.ravel(), places))
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
