"""The measures of the texture of a film that is shared among ranks."""

from __future__ import annotations

from functools import partial

import numpy as np
from dolfinx import la

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.shared_values import sum_of_ranks
from hebbfilm.meshing import FilmMesh
from hebbfilm.solvers.magnetisation.observables.measures import additive, combined
from hebbfilm.solvers.magnetisation.observables.plane_part import parts_of_planes
from hebbfilm.solvers.magnetisation.observables.skyrmions import skyrmions
from hebbfilm.solvers.magnetisation.observables.texture_measures import TextureMeasures


class FilmTexture:
    """Measures of what each rank has of a film: to the last bit the same on any ranks.

    Args:
        film_mesh: of the film alone; collective.

    Raises:
        InputError: a film in 3D without a flat face.
    """

    def __init__(self, film_mesh: FilmMesh) -> None:
        self._comm = film_mesh.comm
        self._planes = parts_of_planes(film_mesh)
        self._m = la.vector(film_mesh.space.dofmap.index_map, 3, dtype=np.float64)

    def measures(self, m: FloatArray) -> TextureMeasures:
        """Of a texture; collective.

        Args:
            m: unit vectors at the vertices of this rank, (owned, 3).
        """
        self._m.array[: m.size] = m.ravel()
        self._m.scatter_forward()
        everywhere, total = self._m.array.reshape(-1, 3), partial(sum_of_ranks, self._comm)
        parts = []
        for plane in self._planes:
            own = everywhere[plane.vertices]
            parts.append(additive(plane, own, total, skyrmions(plane, own, plane.join)))
        return combined(parts, self._planes)
