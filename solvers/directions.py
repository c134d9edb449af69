"""Vectors of which only the direction counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.collective import on_every_rank
from hebbfilm.common.errors import InputError

if TYPE_CHECKING:
    from hebbfilm.meshing import FilmMesh


def unit_vectors(vectors: npt.ArrayLike, count: int) -> FloatArray:
    """Vectors (count, 3), or (3,) for all alike, of length 1.

    Raises:
        InputError: another shape, or a vector that is zero or not finite.
    """
    given = np.asarray(vectors)
    if given.dtype.kind not in "fiu":
        raise InputError(f"magnetisation of type {given.dtype}: must be real numbers")
    given = given.astype(np.float64)
    if given.shape not in ((3,), (count, 3)):
        raise InputError(
            f"magnetisation of shape {given.shape}: must be (3,) or (vertices, 3) = ({count}, 3)"
        )
    # The largest component first: the square of a length of 1e-200 is zero.
    largest = np.abs(given).max(axis=-1, keepdims=True)
    none = ~(np.isfinite(largest) & (largest > 0))
    if none.any():
        first = given.reshape(-1, 3)[np.flatnonzero(none)[0]]
        raise InputError(
            f"magnetisation {first.tolist()} has no direction: must be finite and not zero "
            f"({np.count_nonzero(none)} of {none.size} vectors are not)"
        )
    scaled = given / largest
    return np.broadcast_to(scaled / np.linalg.norm(scaled, axis=-1, keepdims=True), (count, 3))


def magnetisation_at_vertices(
    film_mesh: FilmMesh, m: FloatArray | Callable[[FloatArray], FloatArray]
) -> FloatArray:
    """Unit vectors (owned, 3) of what is given for m; collective; see `Film.set_magnetisation`."""
    owned = film_mesh.space.dofmap.index_map.size_local

    def values() -> FloatArray:
        # A copy: what a function does to it must not move the mesh.
        given = m(film_mesh.coordinates[:owned].copy()) if callable(m) else m
        return unit_vectors(given, owned)

    return on_every_rank(film_mesh.comm, values)
