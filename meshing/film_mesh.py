"""The distributed mesh of a film, its contacts tagged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from mpi4py import MPI

import numpy as np
from dolfinx import fem, la
from dolfinx.mesh import Mesh, MeshTags, entities_to_geometry
from numpy.typing import NDArray

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.notebook import as_html
from hebbfilm.meshing import compat
from hebbfilm.meshing.numbering import Origin, VertexNumbering
from hebbfilm.meshing.partition import Partition, partition_of
from hebbfilm.meshing.quality import MeshQuality, measure, simplex_measures
from hebbfilm.meshing.slab import Slab
from hebbfilm.meshing.tagged_mesh import contact_tag


@dataclass(frozen=True, eq=False)
class FilmMesh:
    """A film on all ranks; made collectively, then read on any rank alone.

    Per-vertex arrays follow the dofs of `space`: owned vertices first, then ghosts.

    Args:
        mesh: triangles in the plane or tetrahedra, m.
        cell_tags: FILM_TAG, or the tag of a contact that holds a whole cell, like a pad in 2D.
        facet_tags: tags of edge contacts; in 3D also of the top facets of pads.
        contacts: names in node order.
        thickness: of the film, m.
        regions: names of the parts of the film that may be of another material.
        region_tags: the cells of each of them, marked by its number from 1; None without any.
        slabs: sheets below and above the film, which the mesh contains; see `film_part`.
        slab_tags: the cells of each of them, marked by its number from 1; None without any.
        numbers: of nodes and cells in the mesh as it was made, or in that which this one was cut
            out of; None where DOLFINx has them.
        refinements: how often triangles of a coarser mesh were divided into four.
    """

    mesh: Mesh
    cell_tags: MeshTags
    facet_tags: MeshTags
    contacts: tuple[str, ...]
    thickness: float
    regions: tuple[str, ...] = ()
    region_tags: MeshTags | None = None
    slabs: tuple[Slab, ...] = ()
    slab_tags: MeshTags | None = None
    numbers: Origin | None = None
    refinements: int = 0

    _repr_html_ = as_html

    def __post_init__(self) -> None:
        # These communicate on first use; a rank that asked alone would wait for ever.
        for name in ("space", "coordinates", "numbering", "_vertices", "_sizes", "_region_sizes"):
            getattr(self, name)

    @property
    def comm(self) -> MPI.Intracomm:
        """The ranks that share the film."""
        comm: MPI.Intracomm = self.mesh.comm
        return comm

    @property
    def dimension(self) -> int:
        """2 for triangles, 3 for tetrahedra."""
        return self.mesh.topology.dim

    @property
    def height(self) -> float:
        """Of the film and all that lies below and above it, m."""
        return self.thickness + sum(slab.thickness for slab in self.slabs)

    @cached_property
    def contact_tags(self) -> dict[str, int]:
        """Physical tag of each contact, of its cells and of its facets."""
        return {name: contact_tag(k) for k, name in enumerate(self.contacts)}

    @cached_property
    def space(self) -> fem.FunctionSpace:
        """Scalar P1 functions; their dofs number the vertices."""
        return fem.functionspace(self.mesh, ("Lagrange", 1))

    @cached_property
    def coordinates(self) -> FloatArray:
        """Places (n_local, 3) of the vertices, m; to the last bit the same on any ranks."""
        if (self.vertex_of_node == np.arange(len(self._nodes))).all():
            return self._nodes  # as they are numbered alike, there is no need for a copy
        # DOLFINx would map them from the reference cell, and round as its corners are ordered.
        places = np.empty_like(self._nodes)
        places[self.vertex_of_node] = self._nodes
        return places

    @cached_property
    def cells(self) -> IntArray:
        """Vertices (n_owned_cells, d+1) of this rank's cells."""
        number = self.mesh.topology.index_map(self.dimension).size_local
        cells: IntArray = self.space.dofmap.list[:number]
        return cells

    @cached_property
    def cell_regions(self) -> IntArray:
        """Of each of this rank's cells the number of its region, from 1, or 0 outside all."""
        return self._cell_numbers(self.region_tags)

    @cached_property
    def cell_slabs(self) -> IntArray:
        """Of each of this rank's cells the number of its slab, from 1, or 0 in the film."""
        return self._cell_numbers(self.slab_tags)

    def _cell_numbers(self, tags: MeshTags | None) -> IntArray:
        numbers = np.zeros(len(self.cells), dtype=np.int32)
        if tags is not None:
            numbers[tags.indices] = tags.values
        return numbers

    @cached_property
    def origin(self) -> Origin:
        """The numbers of nodes and cells in the mesh as it was made."""
        return self.numbers or Origin.of(self.mesh)

    @cached_property
    def numbering(self) -> VertexNumbering:
        """The order of vertices and cells that does not depend on the ranks."""
        return VertexNumbering(self.space, self.origin)

    def contact_vertices(self, name: str) -> IntArray:
        """Vertices on this rank, owned and ghost, that a contact holds at its potential.

        All those of its cells and of its facets: in 2D of a pad, in 3D of the top of one.

        Raises:
            KeyError: no contact of this name.
        """
        return self._vertices[name]

    def contact_numbers(self, nodes: Mapping[str, Sequence[str]]) -> FloatArray:
        """Of each vertex that this rank owns the number of its node, from 1, or 0.

        Args:
            nodes: the contacts of each, by its name.
        """
        owned = self.space.dofmap.index_map.size_local
        numbers = np.zeros(owned)
        for number, contacts in enumerate(nodes.values(), start=1):
            for name in contacts:
                vertices = self.contact_vertices(name)
                numbers[vertices[vertices < owned]] = number
        return numbers

    def contact_size(self, name: str) -> float:
        """Area of a contact, m²: of its cells, and of its facets (in 2D length × thickness).

        Raises:
            KeyError: no contact of this name.
        """
        return self._sizes[name]

    def region_size(self, name: str) -> float:
        """Area of a region, m²; in 3D its volume over the height of the mesh.

        Raises:
            KeyError: no region of this name.
        """
        return self._region_sizes[name]

    def contact_shares(self, name: str, thickness: FloatArray | None = None) -> FloatArray:
        """Area of a contact that falls to each vertex, ∫ λ_i dA in m², (n_owned,); collective.

        Args:
            name: of the contact.
            thickness: in m of each cell of this rank, ghosts too, of a film in 2D that is not
                everywhere as thick as `thickness`; it counts at edges.

        Raises:
            KeyError: no contact of this name.
        """
        shares = la.vector(self.space.dofmap.index_map, 1, dtype=np.float64)
        for dimension in self._entities[name]:
            corners = self._owned_corners(name, dimension)
            sizes = simplex_measures(self._nodes, corners)
            if dimension == 1 and thickness is not None:
                sizes *= thickness[self._cells_at_edges(name)]
            else:
                sizes *= {1: self.thickness, 2: 1.0, 3: 1 / self.height}[dimension]
            each = np.repeat(sizes / corners.shape[1], corners.shape[1])
            np.add.at(shares.array, self.vertex_of_node[corners].ravel(), each)
        shares.scatter_reverse(la.InsertMode.add)
        return shares.array[: self.space.dofmap.index_map.size_local].copy()

    def pad_edge_length(self, name: str) -> float:
        """Root mean square length of the edges under a pad, m; 0 for an edge contact; collective.

        Raises:
            KeyError: no contact of this name.
        """
        total = np.zeros(2)
        if 2 in self._entities[name]:
            corners = self._nodes[self._owned_corners(name, 2)]
            # In 3D the sides of the film are triangles, too.
            flat = np.ptp(corners[:, :, 2], axis=1) < 1e-3 * self.thickness
            edges = corners[flat] - np.roll(corners[flat], 1, axis=1)
            total[:] = np.sum(edges**2), edges.shape[0] * edges.shape[1]
        square, number = self.comm.allreduce(total)
        return float(np.sqrt(square / number)) if number else 0.0

    def partition(self) -> Partition:
        """How its vertices are shared out over the ranks; collective."""
        return partition_of(self.comm, self.space.dofmap.index_map)

    def quality(self) -> MeshQuality:
        """Count, shortest edge and worst angle; collective."""
        owned_vertices = self.space.dofmap.index_map.size_local
        return measure(self.comm, self.coordinates, self.cells, owned_vertices)

    @property
    def _nodes(self) -> FloatArray:
        """Places (n, 3) of the nodes of the geometry, m: doubles, as all meshes are made here."""
        return cast(FloatArray, self.mesh.geometry.x)

    @cached_property
    def vertex_of_node(self) -> IntArray:
        """Dof of `space` at each node of the geometry."""
        found = np.empty(len(self._nodes), dtype=np.int32)
        found[compat.geometry_dofmap(self.mesh).ravel()] = self.space.dofmap.list.ravel()
        return found

    @cached_property
    def _entities(self) -> dict[str, dict[int, NDArray[np.int32]]]:
        """Facets and cells of each contact on this rank, by their dimension."""
        return {
            name: {
                self.dimension - 1: self.facet_tags.find(tag),
                self.dimension: self.cell_tags.find(tag),
            }
            for name, tag in self.contact_tags.items()
        }

    def _owned_corners(self, name: str, dimension: int) -> IntArray:
        """Nodes (n, dimension+1) of this rank's cells or facets of a contact."""
        entities = self._entities[name][dimension]
        owned = entities[entities < self.mesh.topology.index_map(dimension).size_local]
        if not len(owned):  # DOLFINx 0.9 divides by zero without entities
            return np.empty((0, dimension + 1), dtype=np.int32)
        return entities_to_geometry(self.mesh, dimension, owned)

    def _cells_at_edges(self, name: str) -> IntArray:
        """The cell at each of the edges of which `_owned_corners` of a contact tells."""
        edges = self._entities[name][1]
        owned = edges[edges < self.mesh.topology.index_map(1).size_local]
        cells = self.mesh.topology.connectivity(1, 2)
        return np.array([cells.links(edge)[0] for edge in owned], dtype=np.int32)

    @cached_property
    def _vertices(self) -> dict[str, IntArray]:
        for dimension in (self.dimension - 1, self.dimension):
            self.mesh.topology.create_connectivity(dimension, self.dimension)
        return {
            name: np.unique(
                np.concatenate(
                    [
                        fem.locate_dofs_topological(self.space, dimension, entities, remote=True)
                        for dimension, entities in parts.items()
                    ]
                )
            )
            for name, parts in self._entities.items()
        }

    @cached_property
    def _sizes(self) -> dict[str, float]:
        sizes = {name: float(self.contact_shares(name).sum()) for name in self.contacts}
        return {name: self.comm.allreduce(size, op=MPI.SUM) for name, size in sizes.items()}

    @cached_property
    def _region_sizes(self) -> dict[str, float]:
        sizes = simplex_measures(self.coordinates, self.cells)
        sizes /= self.height ** (self.dimension - 2)
        totals = np.bincount(self.cell_regions, sizes, minlength=len(self.regions) + 1)
        found = self.comm.allreduce(totals) if self.regions else totals
        return {name: float(size) for name, size in zip(self.regions, found[1:], strict=True)}
