"""A film in patches of about the same size, in an order."""

from __future__ import annotations

import numpy as np
from scipy.cluster.vq import kmeans2
from scipy.spatial import KDTree

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.meshing.film_mesh import FilmMesh

_SEED = 1
"""Of the first centres."""
_LONGER = 1.01
"""Times its length along x, that a film is to be long along y for its patches to follow y."""


def patches_of(mesh: FilmMesh, number: int) -> IntArray:
    """Which patch each vertex of this rank belongs to, (owned,), from 0 on; collective.

    Patches are the cells of k-means (J. MacQueen, 5th Berkeley Symp. Math. Stat. Prob. 1, 281
    (1967)) of the places of all vertices, in the order of x, or of y where the film is longer
    that way. They are the same on any number of ranks.

    Args:
        mesh: of the film.
        number: of patches.

    Raises:
        InputError: more patches than vertices.
    """
    places = mesh.numbering.gather(mesh.coordinates)

    def found() -> FloatArray:
        assert places is not None, "rank 0 has all places"
        if number > len(places):
            raise InputError(f"patches = {number}: the film has {len(places)} vertices")
        centres, _ = kmeans2(places, number, seed=_SEED, minit="++")
        x, y, _ = np.ptp(places, axis=0)
        order = np.argsort(centres[:, 1 if y > _LONGER * x else 0])
        return np.asarray(centres[order], dtype=np.float64)

    centres = mesh.comm.bcast(on_root(mesh.comm, found))
    owned = mesh.space.dofmap.index_map.size_local
    nearest: IntArray = KDTree(centres).query(mesh.coordinates[:owned])[1]
    return nearest
