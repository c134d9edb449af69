"""The mesh that rank 0, or each rank a part of, has made as one mesh of DOLFINx on all ranks."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from mpi4py import MPI

import numpy as np
from dolfinx.mesh import Mesh, MeshTags, meshtags

from hebbfilm.common.arrays import IntArray
from hebbfilm.common.row_blocks import RowBlocks, scatter_block
from hebbfilm.meshing import compat
from hebbfilm.meshing.film_mesh import FilmMesh
from hebbfilm.meshing.numbering import Origin
from hebbfilm.meshing.tagged_mesh import REGIONS, SLABS, TaggedMesh

# With several threads SCOTCH divides the same mesh in another way each time, and the order of all
# sums, and so the round-off of a run that goes on, with it.
os.environ.setdefault("SCOTCH_PTHREAD_NUMBER", "1")


@dataclass(frozen=True, eq=False)
class Share:
    """What one rank hands in of a mesh.

    Args:
        mesh: cells and facets, by the numbers of their nodes in the whole mesh; its points are a
            block of consecutive ones, those of rank 0 first.
        cells: numbers in the whole mesh of the cells, which stay on their ranks. None: they are
            blocks of `RowBlocks`, still to be divided among the ranks.
        refinements: how often triangles were divided into four to make them.
    """

    mesh: TaggedMesh
    cells: IntArray | None = None
    refinements: int = 0


def distribute(tagged: TaggedMesh | None, comm: MPI.Intracomm, thickness: float) -> FilmMesh:
    """Share the mesh of rank 0 among all ranks; collective.

    Cells are numbered in the order of their tags, those of one tag as they are.

    Args:
        tagged: the mesh on rank 0, None elsewhere.
        comm: ranks that share it.
        thickness: of the film, m.
    """
    return assemble(share_out(tagged, comm), comm, thickness)


def share_out(tagged: TaggedMesh | None, comm: MPI.Intracomm) -> Share:
    """Blocks of the mesh of rank 0; collective. Facets, of which there are few, stay there."""
    if tagged is not None:
        tagged = tagged.in_order_of_tags()
    head = comm.bcast(None if tagged is None else tagged.without_rows(), root=0)
    blocks = {
        name: scatter_block(comm, None if tagged is None else getattr(tagged, name))
        for name in ("points", "cells", "cell_tags", "cell_regions", "cell_slabs")
        if getattr(head, name) is not None
    }
    return Share(replace(tagged or head, **blocks))


def assemble(share: Share, comm: MPI.Intracomm, thickness: float) -> FilmMesh:
    """One mesh of what all ranks hand in; collective.

    Args:
        share: of this rank.
        comm: ranks that share the mesh.
        thickness: of the film, m.
    """
    tagged, dimension = share.mesh, share.mesh.dimension
    points = np.ascontiguousarray(tagged.points[:, :dimension])
    mesh = compat.mesh_of(
        comm, points, tagged.cells.astype(np.int64), divided=share.cells is not None
    )
    handed_in, numbers = _CellsHandedIn(mesh, len(tagged.cells), share.cells), None
    if share.cells is not None:
        numbers = Origin(mesh.geometry.input_global_indices, handed_in.values(share.cells))

    def tags(name: str, values: IntArray) -> MeshTags:
        own = handed_in.values(values.astype(np.int32))
        marked = np.flatnonzero(own).astype(np.int32)
        found = meshtags(mesh, dimension, marked, own[marked])
        found.name = name
        return found

    return FilmMesh(
        mesh,
        tags("Cell tags", tagged.cell_tags),
        _facet_tags(mesh, tagged),
        tagged.contacts,
        thickness,
        tagged.regions,
        None if tagged.cell_regions is None else tags(REGIONS, tagged.cell_regions),
        tagged.slabs,
        None if tagged.cell_slabs is None else tags(SLABS, tagged.cell_slabs),
        numbers,
        share.refinements,
    )


class _CellsHandedIn:
    """What ranks know of the cells that they handed in, for those who have them now; collective.

    Args:
        mesh: made of them.
        number: of those that this rank handed in.
        numbers: of those in the whole mesh, if they stayed.
    """

    def __init__(self, mesh: Mesh, number: int, numbers: IntArray | None) -> None:
        cells = mesh.topology.index_map(mesh.topology.dim)
        self._places = mesh.topology.original_cell_index[: cells.size_local]
        self._blocks = None
        if numbers is None:
            self._blocks = RowBlocks(mesh.comm, self._places, int(cells.size_global))
        else:
            self._places = self._places - (mesh.comm.scan(number) - number)

    def values(self, of_handed_in: IntArray) -> IntArray:
        """Of each cell that this rank owns; of_handed_in has a row for each that it handed in."""
        if self._blocks is not None:
            return self._blocks.from_block(of_handed_in)
        return of_handed_in[self._places]


def _facet_tags(mesh: Mesh, tagged: TaggedMesh) -> MeshTags:
    """The tagged facets of all ranks on those that have them; collective."""
    dimension = tagged.dimension - 1
    if mesh.comm.allreduce(len(tagged.facets)):
        tags = compat.facet_tags(
            mesh, tagged.facets.astype(np.int64), tagged.facet_tags.astype(np.int32)
        )
    else:
        none = np.empty(0, dtype=np.int32)
        tags = meshtags(mesh, dimension, none, none)
    tags.name = "Facet tags"
    return tags
