"""The mesh of rank 0 shared among all ranks."""

from __future__ import annotations

import os
from contextlib import nullcontext

from mpi4py import MPI

import numpy as np
from dolfinx.mesh import Mesh, MeshTags, meshtags

from hebbfilm.common.collective import on_root
from hebbfilm.meshing import compat
from hebbfilm.meshing.film_mesh import FilmMesh
from hebbfilm.meshing.gmsh_session import gmsh_model
from hebbfilm.meshing.tagged_mesh import REGIONS, SLABS, TaggedMesh

# With several threads SCOTCH divides the same mesh in another way each time, and the order of all
# sums, and so the round-off of a run that goes on, with it.
os.environ.setdefault("SCOTCH_PTHREAD_NUMBER", "1")


def distribute(tagged: TaggedMesh | None, comm: MPI.Intracomm, thickness: float) -> FilmMesh:
    """Share the mesh of rank 0 among all ranks; collective.

    Args:
        tagged: the mesh on rank 0, None elsewhere.
        comm: ranks that share it.
        thickness: of the film, m.
    """
    head = None
    if tagged is not None:
        head = tagged.contacts, tagged.dimension, tagged.regions, tagged.slabs
    contacts, dimension, regions, slabs = comm.bcast(head, root=0)
    with gmsh_model() if comm.rank == 0 else nullcontext() as model:

        def fill() -> None:
            assert tagged is not None
            tagged.without_regions().to_gmsh(model)

        on_root(comm, fill)
        mesh, cell_tags, facet_tags = compat.model_to_mesh(model, comm, dimension)
    if facet_tags is None:
        none = np.empty(0, dtype=np.int32)
        facet_tags = meshtags(mesh, dimension - 1, none, none)
    return FilmMesh(
        mesh,
        cell_tags,
        facet_tags,
        contacts,
        thickness,
        regions,
        _numbered(REGIONS, tagged, mesh) if regions else None,
        slabs,
        _numbered(SLABS, tagged, mesh) if slabs else None,
    )


def _numbered(name: str, tagged: TaggedMesh | None, mesh: Mesh) -> MeshTags:
    """The cells of this rank whose number is not 0, marked by it; collective.

    Args:
        name: whose numbers, `REGIONS` or `SLABS`; the tags get it.
        tagged: the mesh on rank 0.
        mesh: the same on all ranks.
    """
    # DOLFINx takes a cell of two groups for two cells, so that these go beside the model.
    numbers = None
    if tagged is not None:
        numbers = {REGIONS: tagged.cell_regions, SLABS: tagged.cell_slabs}[name]
        assert numbers is not None
        numbers = numbers[tagged.order_in_gmsh].astype(np.int16)
    numbers = mesh.comm.bcast(numbers, root=0)
    owned = mesh.topology.index_map(mesh.topology.dim).size_local
    mine = numbers[mesh.topology.original_cell_index[:owned]].astype(np.int32)
    inside = np.flatnonzero(mine).astype(np.int32)
    tags = meshtags(mesh, mesh.topology.dim, inside, mine[inside])
    tags.name = name
    return tags
