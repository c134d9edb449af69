"""Films of even triangles with borders along their edges, which no mesher has moved."""

from collections.abc import Callable

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.collective import on_root
from hebbfilm.meshing import FILM_TAG, FilmMesh
from hebbfilm.meshing.distribution import distribute
from hebbfilm.meshing.tagged_mesh import TaggedMesh, contact_tag


def rectangle(
    comm: MPI.Intracomm, columns: int, rows: int, size: float, thickness: float = 1e-9
) -> FilmMesh:
    """Squares of one size cut in two, between the edge contacts "left" and "right"; collective."""

    def tagged() -> TaggedMesh:
        x, y = np.meshgrid(np.arange(columns + 1), np.arange(rows + 1))
        points = size * np.column_stack([x.ravel(), y.ravel(), np.zeros(x.size)])
        number = np.arange(x.size).reshape(x.shape)
        a, b, c, d = number[:-1, :-1], number[:-1, 1:], number[1:, 1:], number[1:, :-1]
        cells = np.concatenate(
            [np.column_stack([part.ravel() for part in half]) for half in ((a, b, c), (a, c, d))]
        )
        ends = [np.column_stack([number[:-1, k], number[1:, k]]) for k in (0, -1)]
        tags = np.repeat([contact_tag(0), contact_tag(1)], rows).astype(np.int32)
        film = np.full(len(cells), FILM_TAG, dtype=np.int32)
        return TaggedMesh(points, cells, film, np.concatenate(ends), tags, ("left", "right"))

    return distribute(on_root(comm, tagged), comm, thickness)


def cells_where(film_mesh: FilmMesh, holds: Callable[[FloatArray], BoolArray]) -> BoolArray:
    """Of each of this rank's cells whether something holds in its middle, at places (n, 3)."""
    return holds(film_mesh.coordinates[film_mesh.cells].mean(axis=1))
