"""The piece of a mesh that one rank makes, and what it hands in of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import IntArray
from hebbfilm.common.row_blocks import RowBlocks
from hebbfilm.meshing.distribution import Share
from hebbfilm.meshing.layout import Layout
from hebbfilm.meshing.mesher.extrusion import extrude
from hebbfilm.meshing.slab import Slab
from hebbfilm.meshing.tagged_mesh import TaggedMesh


@dataclass(frozen=True, eq=False)
class Piece:
    """Cells of a mesh with their nodes, some of which other ranks have, too.

    Args:
        mesh: of this rank alone.
        nodes: of each of its points the number in the whole mesh, rising.
        cells: of each of its cells the number in the whole mesh.
        number_of_nodes, number_of_cells: of the whole mesh.
        refinements: how often triangles were divided into four to make them.
    """

    mesh: TaggedMesh
    nodes: IntArray
    cells: IntArray
    number_of_nodes: int
    number_of_cells: int
    refinements: int

    def extruded(self, layout: Layout, layers: int, slabs: Sequence[Slab]) -> Piece:
        """The same in three dimensions; numbers are those of the whole mesh extruded."""
        solid = extrude(self.mesh, layout, layers, slabs)
        sheets = np.arange(layers + sum(slab.elements for slab in slabs))
        copies = np.arange(len(sheets) + 1)[:, None] * self.number_of_nodes
        prisms = sheets[:, None, None] * self.number_of_cells + self.cells[:, None]
        return Piece(
            solid,
            (copies + self.nodes).ravel(),
            (3 * prisms + np.arange(3)).ravel(),
            self.number_of_nodes * (len(sheets) + 1),
            self.number_of_cells * 3 * len(sheets),
            self.refinements,
        )

    def share(self, comm: MPI.Intracomm) -> Share:
        """What this rank hands in; collective."""
        points = RowBlocks(comm, self.nodes, self.number_of_nodes).to_block(self.mesh.points)
        mesh = replace(
            self.mesh,
            points=points,
            cells=self.nodes[self.mesh.cells],
            facets=self.nodes[self.mesh.facets],
        )
        return Share(mesh, self.cells, self.refinements)
