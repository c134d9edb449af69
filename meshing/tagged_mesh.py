"""A film's mesh as plain arrays on one rank, between Gmsh, files and DOLFINx."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray

FILM_TAG = 1
GMSH_SIMPLEX = {1: 1, 2: 2, 3: 4}  # dimension → Gmsh's element type of first order


def contact_tag(index: int) -> int:
    """Physical tag of the contact at a position in node order."""
    return FILM_TAG + 1 + index


@dataclass(frozen=True, eq=False)
class TaggedMesh:
    """Triangles or tetrahedra of a film, its contacts and regions marked.

    Args:
        points: (N, 3), m; each belongs to a cell.
        cells, facets: (n, d+1) and (n, d) rows of `points`.
        cell_tags, facet_tags: FILM_TAG or the tag of a contact.
        contacts: names in node order; tags follow from the order.
        regions: names in their order.
        cell_regions: of each cell the number of its region, from 1, or 0; None without regions.
    """

    points: FloatArray
    cells: IntArray
    cell_tags: IntArray
    facets: IntArray
    facet_tags: IntArray
    contacts: tuple[str, ...]
    regions: tuple[str, ...] = ()
    cell_regions: IntArray | None = None

    @property
    def dimension(self) -> int:
        """2 for triangles, 3 for tetrahedra."""
        return int(self.cells.shape[1]) - 1

    def compact(self) -> TaggedMesh:
        """The same mesh without the points that no cell uses."""
        used, rows = np.unique(self.cells, return_inverse=True)
        return replace(
            self,
            points=self.points[used],
            cells=rows.reshape(self.cells.shape),
            facets=np.searchsorted(used, self.facets),
        )

    @property
    def order_in_gmsh(self) -> IntArray:
        """Rows of the cells in the order in which `to_gmsh` adds them."""
        return np.argsort(self.cell_tags, kind="stable")

    def to_gmsh(self, model: Any) -> None:
        """Fill an empty Gmsh model with this mesh and its named physical groups."""
        model.addDiscreteEntity(self.dimension, 1)
        nodes = np.arange(1, len(self.points) + 1)
        model.mesh.addNodes(self.dimension, 1, nodes, self.points.ravel())
        names = {FILM_TAG: "film"} | {contact_tag(k): n for k, n in enumerate(self.contacts)}
        first = 1
        for dimension, elements, tags in (
            (self.dimension, self.cells, self.cell_tags),
            (self.dimension - 1, self.facets, self.facet_tags),
        ):
            for tag in map(int, np.unique(tags)):
                marked = elements[tags == tag]
                entity = model.addDiscreteEntity(dimension)
                model.mesh.addElementsByType(
                    entity,
                    GMSH_SIMPLEX[dimension],
                    np.arange(first, first + len(marked)),
                    (marked + 1).ravel(),
                )
                first += len(marked)
                model.addPhysicalGroup(dimension, [entity], tag, names[tag])
