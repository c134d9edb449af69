"""A film in three dimensions from a STEP file."""

from __future__ import annotations

from mpi4py import MPI

import numpy as np

from hebbfilm.common.child_process import SECONDS, guarded
from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import LayoutError, MeshError
from hebbfilm.meshing.distribution import distribute
from hebbfilm.meshing.files.step_film import StepFilm
from hebbfilm.meshing.files.step_solid import expected_vertices, tetrahedra
from hebbfilm.meshing.film_mesh import FilmMesh
from hebbfilm.meshing.tagged_mesh import TaggedMesh

VERTICES_PER_SECOND = 300.0  # that Gmsh makes in three dimensions at the least


def mesh_step(film: StepFilm, comm: MPI.Intracomm) -> FilmMesh:
    """Mesh the film of a STEP file; its thickness is its height along z; collective.

    Raises:
        LayoutError, MeshError: one line on what is wrong, on all ranks.
    """

    def work() -> TaggedMesh:
        try:
            vertices, _ = guarded("OpenCASCADE", expected_vertices, film, error=LayoutError)
            seconds = SECONDS + vertices / VERTICES_PER_SECOND
            return guarded("Gmsh", tetrahedra, film, error=LayoutError, seconds=seconds)[0]
        except (LayoutError, MeshError) as error:
            raise type(error)(f"{film.path}: {error}") from error

    tagged = on_root(comm, work)
    height = None if tagged is None else float(np.ptp(tagged.points[:, 2]))
    return distribute(tagged, comm, comm.bcast(height, root=0))
