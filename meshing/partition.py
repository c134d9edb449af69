"""How a mesh is shared out: what each rank has to do, and to say to others."""

from __future__ import annotations

from dataclasses import dataclass

from mpi4py import MPI

import numpy as np
from dolfinx.common import IndexMap

from hebbfilm.common.text import counted


@dataclass(frozen=True)
class Partition:
    """What the ranks of a film have of its vertices.

    Args:
        ranks: that share the film.
        most_vertices: that a rank owns; in each step the others wait for it.
        imbalance: by how much these are more than the mean, in relation to it.
        most_ghosts: vertices of other ranks whose m a rank fetches at each evaluation.
        most_neighbours: ranks from which one fetches them.
    """

    ranks: int
    most_vertices: int
    imbalance: float
    most_ghosts: int
    most_neighbours: int

    def __str__(self) -> str:
        return (
            f"{self.ranks} ranks of up to {self.most_vertices:_} vertices, {self.imbalance:.1%} "
            f"above the mean; up to {self.most_ghosts:_} ghost vertices from "
            f"{counted(self.most_neighbours, 'neighbour')}"
        ).replace("_", " ")


def partition_of(comm: MPI.Intracomm, vertices: IndexMap) -> Partition:
    """How vertices are shared out; collective.

    Args:
        comm: ranks that share them.
        vertices: of which each rank owns some and has ghosts.
    """
    neighbours = len(np.unique(vertices.owners))
    most = np.array([vertices.size_local, vertices.num_ghosts, neighbours], dtype=np.int64)
    comm.Allreduce(MPI.IN_PLACE, most, MPI.MAX)
    owned, ghosts, around = map(int, most)
    mean = vertices.size_global / comm.size
    return Partition(comm.size, owned, owned / mean - 1, ghosts, around)
