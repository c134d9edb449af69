"""A film's mesh as plain arrays on one rank, between Gmsh, files and DOLFINx."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.meshing.film_copies import Copies
from hebbfilm.meshing.slab import Slab

FILM_TAG = 1
REGION = "region:"  # before the name of a region, in names of physical groups
REGIONS = "regions"  # what their numbers are called in files
SLABS = "layers"  # the same of slabs
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
        slabs: below and above the film, in their order.
        cell_slabs: of each cell the number of its slab, from 1, or 0; None without slabs.
    """

    points: FloatArray
    cells: IntArray
    cell_tags: IntArray
    facets: IntArray
    facet_tags: IntArray
    contacts: tuple[str, ...]
    regions: tuple[str, ...] = ()
    cell_regions: IntArray | None = None
    slabs: tuple[Slab, ...] = ()
    cell_slabs: IntArray | None = None

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

    def repeated(self, copies: Copies) -> TaggedMesh:
        """The same mesh at each place, the numbers of each after those of the one before.

        Args:
            copies: whose film this mesh is of.
        """
        count, number = len(copies.places), len(self.points)
        points = np.tile(self.points, (count, 1))
        points[:, :2] += np.repeat(copies.shifts, number, axis=0)
        film = np.full((count, 1), FILM_TAG)
        tags_of = np.column_stack([film, contact_tag(0) + copies.numbers]).astype(np.int32)

        def tags(own: IntArray) -> IntArray:
            """Of film in all copies, and of the contacts that have those of each."""
            return tags_of[:, own - FILM_TAG].ravel()

        def rows(own: IntArray) -> IntArray:
            each: IntArray = own + number * np.arange(count)[:, None, None]
            return each.reshape(-1, own.shape[1])

        return TaggedMesh(
            points,
            rows(self.cells),
            tags(self.cell_tags),
            rows(self.facets),
            tags(self.facet_tags),
            copies.contact_names,
            self.regions,
            None if self.cell_regions is None else np.tile(self.cell_regions, count),
        )

    def in_order_of_tags(self) -> TaggedMesh:
        """The same mesh, cells of lower tags first, those of one tag as they were."""
        order = np.argsort(self.cell_tags, kind="stable")
        return self._rows_of_cells(order)

    def without_rows(self) -> TaggedMesh:
        """A mesh without points, cells and facets of the same contacts, regions and slabs."""
        return replace(
            self._rows_of_cells(np.empty(0, dtype=np.int64)),
            points=self.points[:0],
            facets=self.facets[:0],
            facet_tags=self.facet_tags[:0],
        )

    def _rows_of_cells(self, rows: IntArray) -> TaggedMesh:
        regions, slabs = self.cell_regions, self.cell_slabs
        return replace(
            self,
            cells=self.cells[rows],
            cell_tags=self.cell_tags[rows],
            cell_regions=None if regions is None else regions[rows],
            cell_slabs=None if slabs is None else slabs[rows],
        )

    @property
    def parts(self) -> IntArray:
        """Of each cell a number that differs where contact or region do; its tag where neither."""
        if self.cell_regions is None:
            return self.cell_tags
        return self.cell_tags + self.cell_regions * contact_tag(len(self.contacts))

    def of_parts(self, parts: IntArray) -> TaggedMesh:
        """The same mesh with the tags and regions that `parts` are numbers of."""
        if self.cell_regions is None:
            return replace(self, cell_tags=parts)
        regions, tags = np.divmod(parts, contact_tag(len(self.contacts)))
        return replace(self, cell_tags=tags, cell_regions=regions)

    def to_gmsh(self, model: Any) -> None:
        """Fill an empty Gmsh model with this mesh and its named physical groups.

        A cell of a region is in two groups: in that of the film, or of a contact, and in its own.
        """
        model.addDiscreteEntity(self.dimension, 1)
        nodes = np.arange(1, len(self.points) + 1)
        model.mesh.addNodes(self.dimension, 1, nodes, self.points.ravel())
        count = contact_tag(len(self.contacts))
        names = {FILM_TAG: "film"} | {contact_tag(k): n for k, n in enumerate(self.contacts)}
        names |= {count + k: REGION + name for k, name in enumerate(self.regions, 1)}
        groups: dict[tuple[int, int], list[int]] = {}
        first = 1
        for dimension, elements, parts in (
            (self.dimension, self.cells, self.parts),
            (self.dimension - 1, self.facets, self.facet_tags),
        ):
            for part in map(int, np.unique(parts)):
                marked = elements[parts == part]
                entity = model.addDiscreteEntity(dimension)
                model.mesh.addElementsByType(
                    entity,
                    GMSH_SIMPLEX[dimension],
                    np.arange(first, first + len(marked)),
                    (marked + 1).ravel(),
                )
                first += len(marked)
                region, tag = divmod(part, count)
                for group in (tag, count + region) if region else (tag,):
                    groups.setdefault((dimension, group), []).append(entity)
        for (dimension, group), entities in groups.items():
            model.addPhysicalGroup(dimension, entities, group, names[group])
