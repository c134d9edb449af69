"""A film meshed coarser than asked for, so that each triangle is divided afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from scipy.spatial import KDTree
from shapely import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.bounds import MOST_MESHED, MOST_REFINEMENTS
from hebbfilm.meshing.film_copies import Copies
from hebbfilm.meshing.geometry.places import at_places
from hebbfilm.meshing.layout import Layout
from hebbfilm.meshing.mesher.equal_cells import equalise, stiffest
from hebbfilm.meshing.mesher.likeness import require_areas
from hebbfilm.meshing.mesher.lines import SIMPLIFY, SNAP, corners_of, local_mesh_size
from hebbfilm.meshing.mesher.planar_graph import PlanarGraph, divide_plane
from hebbfilm.meshing.tagged_mesh import TaggedMesh

_STEEPEST = 0.5
"""Growth of the edge length with the distance that still gives good triangles."""
_MOST_BENT = 0.05
"""Of the length of a segment, by how much the line between its ends may depart from it."""
_STIFFEST = 9.0
"""Of a lattice of a triangle, like those of `equalise`; other meshes have as much."""
_SHORTEST = 0.8
"""Of the edge length asked for, how short an edge that divides a border may be."""


@dataclass(frozen=True, eq=False)
class CoarseMesh:
    """Triangles that are to be divided into parts² each.

    Args:
        mesh: on one rank.
        parts: into which each edge is divided.
        bent: (n, 2) vertices of edges that stand for a bent line, the lower number first.
        bends: (n, parts-1, 2) from the places that divide them to those on the line, m.
    """

    mesh: TaggedMesh
    parts: int
    bent: IntArray
    bends: FloatArray

    def repeated(self, copies: Copies) -> CoarseMesh:
        """The same at each place; see `TaggedMesh.repeated`."""
        mesh, count = self.mesh.repeated(copies), len(copies.places)
        place = np.repeat(np.arange(count), len(self.bent))[:, None] * len(self.mesh.points)
        bent = np.tile(self.bent, (count, 1)) + place
        return CoarseMesh(mesh, self.parts, bent, np.tile(self.bends, (count, 1, 1)))


def coarser(layout: Layout, parts: int) -> Layout:
    """The same film with mesh sizes so many times as large.

    Raises:
        LayoutError: they cannot show it.
    """

    def larger(size: float | None) -> float | None:
        return None if size is None else parts * size

    return replace(
        layout,
        mesh_size=parts * layout.mesh_size,
        rim_mesh_size=larger(layout.rim_mesh_size),
        # Sizes are to grow as fast from place to place as those asked for.
        gradation=max(layout.gradation, min(parts * layout.gradation, _STEEPEST)),
        contacts=tuple(replace(c, mesh_size=larger(c.mesh_size)) for c in layout.contacts),
        regions=tuple(replace(r, mesh_size=larger(r.mesh_size)) for r in layout.regions),
    )


def coarse_drawing(layout: Layout, parts: int) -> tuple[Layout, PlanarGraph]:
    """A coarser layout that is to be meshed in place of one, and its planar graph.

    Args:
        layout: no copies.
        parts: into which each edge is divided afterwards.

    Raises:
        LayoutError: so much coarser, the film would look different.
    """
    if parts == 1:
        return layout, divide_plane(layout)
    try:
        coarse = coarser(layout, parts)
        graph = divide_plane(coarse, parts)
        _require_likeness(coarse, graph, parts)
    except LayoutError as error:
        raise LayoutError(_refused(layout, parts, str(error))) from None
    return coarse, graph


def needed_refinements(vertices: float) -> int:
    """How often triangles are divided into four so that rank 0 meshes `MOST_MESHED` vertices.

    Example:
        >>> [needed_refinements(vertices) for vertices in (2e5, 1e6, 1e7)]
        [0, 2, 3]
    """
    least = np.ceil(np.log(max(vertices / MOST_MESHED, 1)) / np.log(4) - 1e-9)
    return min(int(least), MOST_REFINEMENTS)


def _require_likeness(coarse: Layout, graph: PlanarGraph, parts: int) -> None:
    """Raise LayoutError where a corner or an end is lost, or edges would be bent or short."""
    nodes = []
    for chain in graph.chains:
        pairs = np.stack([chain.points[:-1], chain.points[1:]], axis=1)
        inner = _between(pairs, parts) + chain.bends
        path = np.concatenate([pairs[:, :1], inner, pairs[:, 1:]], axis=1)
        bend = np.linalg.norm(chain.bends, axis=2).max(axis=1)
        bend /= np.linalg.norm(pairs[:, 1] - pairs[:, 0], axis=1)
        steps = np.linalg.norm(np.diff(path, axis=1), axis=2).min(axis=1) * parts
        steps /= local_mesh_size(coarse, pairs.mean(axis=1))
        for worst, allowed, why in (
            (bend, _MOST_BENT, "a curve has too few edges"),
            (-steps, -_SHORTEST, "edges come out too short"),
        ):
            if worst.max() > allowed:
                place = LineString(pairs[np.argmax(worst)])
                raise LayoutError(f"{why} {at_places([place], coarse.mesh_size)}")
        nodes.append(path.reshape(-1, 2))
    corners = _corners(coarse)
    away = KDTree(np.concatenate(nodes)).query(corners)[0]
    if len(away) and away.max() > SNAP / parts:
        place = shapely.Point(corners[np.argmax(away)])
        where = at_places([place], coarse.mesh_size)
        raise LayoutError(f"a corner, or the end of a contact, is lost {where}")
    require_areas(coarse, graph, corners, parts)


def _between(pairs: FloatArray, parts: int) -> FloatArray:
    """Places (n, parts-1, 2) that divide segments (n, 2, 2) evenly."""
    share = (np.arange(1, parts) / parts)[:, None]
    places: FloatArray = pairs[:, None, 0] + (pairs[:, None, 1] - pairs[:, None, 0]) * share
    return places


def _corners(layout: Layout) -> FloatArray:
    """Where a vertex has to be: corners (n, 2) of all borders, ends of edge contacts."""
    areas = [layout.outline, *(r.area for r in layout.regions)]
    areas += [c.region for c in layout.contacts if c.is_pad]
    found: list[FloatArray] = [np.empty((0, 2))]
    for area in areas:
        boundary = layout.in_mesh_sizes(area.boundary)
        for ring in shapely.get_parts(boundary):
            found.append(corners_of(LineString(ring.simplify(SIMPLIFY).coords))[1])
    for contact in layout.contacts:
        if not contact.is_pad:
            found += [_ends(part) for part in _pieces(layout.in_mesh_sizes(contact.region))]
    return np.concatenate(found)


def _pieces(edge: BaseGeometry) -> list[LineString]:
    merged = shapely.line_merge(edge) if isinstance(edge, MultiLineString) else edge
    return [part for part in shapely.get_parts(merged) if not part.is_closed]


def _ends(line: LineString) -> FloatArray:
    return np.array([line.coords[0][:2], line.coords[-1][:2]])


def _refused(layout: Layout, parts: int, why: str) -> str:
    return (
        f"refinements {parts.bit_length() - 1} of a mesh of {parts * layout.mesh_size:g} m: {why}"
    )


def coarse_mesh(
    mesh: TaggedMesh, sizes: FloatArray, layout: Layout, graph: PlanarGraph, parts: int
) -> CoarseMesh:
    """The mesh of a coarse drawing, with the lines that its edges stand for.

    Args:
        mesh: as Gmsh made it, and evened out.
        sizes: wanted length of the edges at each of its vertices in m, (N,).
        layout: the film.
        graph: of the coarser one.
        parts: into which each edge will be divided.

    Raises:
        LayoutError: a triangle so small that its parts would set the time step of the film.
    """
    if parts > 1:
        mesh = equalise(mesh, sizes)
        worst, at = stiffest(mesh, sizes)
        if worst > _STIFFEST:
            where = at_places([shapely.Point(at)], parts * layout.mesh_size)
            raise LayoutError(_refused(layout, parts, f"triangles come out too small {where}"))
    size = parts * layout.mesh_size
    pairs = np.concatenate([np.stack([c.points[:-1], c.points[1:]], 1) for c in graph.chains])
    bends = np.concatenate([chain.bends for chain in graph.chains]) * size
    is_bent = bends.any(axis=(1, 2))
    pairs, bends = pairs[is_bent] * size, bends[is_bent]
    away, ends = KDTree(mesh.points[:, :2]).query(pairs.reshape(-1, 2))
    ends, found = ends.reshape(-1, 2), (away.reshape(-1, 2) < 1e-6 * size).all(axis=1)
    ends, bends = ends[found], bends[found]
    turned = ends[:, 0] > ends[:, 1]
    ends[turned], bends[turned] = ends[turned, ::-1], bends[turned, ::-1]
    return CoarseMesh(mesh, parts, ends, bends)
