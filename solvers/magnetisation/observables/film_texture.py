"""The measures of the texture of a film that is shared among ranks."""

from __future__ import annotations

from typing import cast

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.collective import on_root
from hebbfilm.meshing import FilmMesh
from hebbfilm.solvers.magnetisation.observables.measures import measure_texture
from hebbfilm.solvers.magnetisation.observables.plane import Plane, planes_of
from hebbfilm.solvers.magnetisation.observables.texture_measures import TextureMeasures


class FilmTexture:
    """Measures on rank 0, in the canonical order: to the last bit the same on any ranks.

    Gathering m takes a small part of the time of a sample, and islands that several ranks share
    need no joining.

    Args:
        film_mesh: of the film alone; collective.

    Raises:
        InputError: a film in 3D without a flat face.
    """

    def __init__(self, film_mesh: FilmMesh) -> None:
        self._comm, self._numbering = film_mesh.comm, film_mesh.numbering
        points = self._numbering.gather(film_mesh.coordinates)
        cells = self._numbering.gather_cells()

        def planes() -> tuple[Plane, ...]:
            return planes_of(cast(FloatArray, points), cast(IntArray, cells))

        self._planes = on_root(self._comm, planes) or ()

    def measures(self, m: FloatArray) -> TextureMeasures:
        """Of a texture; collective.

        Args:
            m: unit vectors at the vertices of this rank, (owned, 3).
        """
        whole = self._numbering.gather(m)

        def measured() -> TextureMeasures:
            return measure_texture(self._planes, cast(FloatArray, whole))

        found = on_root(self._comm, measured)
        return cast(TextureMeasures, self._comm.bcast(found))
