"""The film alone of a mesh that contains what lies below and above it, too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from dolfinx.mesh import (
    Mesh,
    MeshTags,
    entities_to_geometry,
    exterior_facet_indices,
    meshtags,
)
from numpy.typing import NDArray

from hebbfilm.common.arrays import IntArray
from hebbfilm.meshing import compat
from hebbfilm.meshing.film_mesh import FilmMesh
from hebbfilm.meshing.numbering import Origin


@dataclass(frozen=True, eq=False)
class FilmPart:
    """A film, and where it lies in the mesh of its stack, on this rank.

    Args:
        film: the film alone. Its contacts are those of the stack, in their order; one that does not
            touch it, like a pad on a layer, has no vertices there and no size.
        cells: (n_cells,) of each of its cells that of the stack.
        vertices: (n_local,) of each of its vertices, owned and ghost, that of the stack.
    """

    film: FilmMesh
    cells: IntArray
    vertices: IntArray


def film_part(stack: FilmMesh) -> FilmPart:
    """The film alone of a mesh with slabs, or the whole of one without; collective.

    Each rank keeps its cells. Coordinates are the same to the last bit, and numbers of vertices and
    cells those of the film if it were meshed alone.

    Example:
        >>> from mpi4py import MPI
        >>> layout = strip(length=200e-9, mesh_size=2e-8)
        >>> stack = mesh_film(layout, MPI.COMM_WORLD, dimension=3, slabs=[Slab("pt", 3e-9)])
        >>> part = film_part(stack)
        >>> part.film.numbering.size * 3 == stack.numbering.size * 2
        True
    """
    if not stack.slabs:
        return FilmPart(stack, *(np.arange(len(x)) for x in (stack.cells, stack.coordinates)))
    inside = np.flatnonzero(stack.cell_slabs == 0).astype(np.int32)
    mesh, cells, nodes = compat.submesh(stack.mesh, inside)
    film = FilmMesh(
        mesh,
        _cell_tags(stack.cell_tags, stack, mesh, cells),
        _facet_tags(stack, mesh, nodes),
        stack.contacts,
        stack.thickness,
        stack.regions,
        stack.region_tags and _cell_tags(stack.region_tags, stack, mesh, cells),
        numbers=Origin(stack.origin.nodes[nodes], stack.origin.cells[cells]),
        refinements=stack.refinements,
    )
    vertices = np.empty(len(film.coordinates), dtype=np.int32)
    vertices[film.vertex_of_node] = stack.vertex_of_node[nodes]
    return FilmPart(film, cells[: len(film.cells)], vertices)


def _cell_tags(tags: MeshTags, stack: FilmMesh, mesh: Mesh, cells: IntArray) -> MeshTags:
    """The same marks on those cells that a part kept."""
    owned = mesh.topology.index_map(mesh.topology.dim).size_local
    marks = np.zeros(len(stack.origin.cells), dtype=np.int32)
    marks[tags.indices] = tags.values
    values = marks[cells[:owned]]
    marked = np.flatnonzero(values).astype(np.int32)
    found = meshtags(mesh, mesh.topology.dim, marked, values[marked])
    found.name = tags.name
    return found


def _facet_tags(stack: FilmMesh, mesh: Mesh, nodes: IntArray) -> MeshTags:
    """The marks of those facets that a part has, too."""
    dimension = mesh.topology.dim - 1
    mesh.topology.create_connectivity(dimension, dimension + 1)
    outer = exterior_facet_indices(mesh.topology)
    tags = stack.facet_tags
    mine, theirs = _corners(mesh, outer), _corners(stack.mesh, tags.indices)
    rows = np.concatenate([np.sort(nodes[mine], axis=1), np.sort(theirs, axis=1)])
    label = np.unique(rows, axis=0, return_inverse=True)[1].ravel()
    marks = np.zeros(len(rows), dtype=np.int32)
    marks[label[len(outer) :]] = tags.values
    values = marks[label[: len(outer)]]
    marked = values > 0
    found = meshtags(mesh, dimension, outer[marked], values[marked])
    found.name = tags.name
    return found


def _corners(mesh: Mesh, facets: NDArray[np.int32]) -> IntArray:
    """Nodes (n, d) of some facets."""
    dimension = mesh.topology.dim - 1
    if not len(facets):  # DOLFINx 0.9 divides by zero without entities
        return np.empty((0, dimension + 1), dtype=np.int32)
    return entities_to_geometry(mesh, dimension, facets)
