"""The plane cut into film, pads and regions by straight segments, each about one mesh size long.

The outline and the inner edges of pads and regions are split into chains at their corners and where
they meet; every chain is then divided evenly. No accidental short segment is left, as the shortest
edge of the mesh bounds the time step of an explicit integrator.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import shapely
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.bounds import EDGE_TOLERANCE
from hebbfilm.meshing.geometry.places import at_places
from hebbfilm.meshing.layout import Layout
from hebbfilm.meshing.mesher.lines import (
    SNAP,
    Chain,
    Line,
    chains_of,
    cut_at_corners,
    local_mesh_size,
)
from hebbfilm.meshing.tagged_mesh import FILM_TAG, contact_tag

Place: TypeAlias = tuple[float, float]

NEAR = 1.0  # mesh sizes; a corner this close to another line puts a vertex opposite to it


@dataclass(frozen=True, eq=False)
class PlanarGraph:
    """Straight segments and the faces between them, in units of the layout's mesh size.

    Args:
        faces: polygons with one segment a side.
        face_tags: of each face FILM_TAG, or the tag of the pad that it belongs to.
        face_regions: of each face the number of its region, from 1, or 0.
        edges: for each edge contact's tag, its segments as pairs of points, (n, 2, 2).
        chains: all segments, and how the lines between their ends bend.
    """

    faces: list[Polygon]
    face_tags: list[int]
    face_regions: list[int]
    edges: dict[int, FloatArray]
    chains: list[Chain]


def divide_plane(layout: Layout, parts: int = 1) -> PlanarGraph:
    """Divide a layout into faces whose sides are straight and about one mesh size long.

    Args:
        layout: the film.
        parts: into which each side will be divided.

    Raises:
        LayoutError: a film, pad or region that falls apart at this mesh size.
    """
    film = layout.in_mesh_sizes(layout.outline)
    rim = [
        cut_at_corners(layout, ring, 0)
        for piece in shapely.get_parts(film)
        for ring in (piece.exterior, *piece.interiors)
    ]
    inner: list[Line] = []
    for contact in layout.contacts:
        place = layout.in_mesh_sizes(contact.region)
        if contact.is_pad:
            inner += _inner_edges(layout, place, film.boundary, rim, 1)
        else:
            _cut_at_ends(layout, place, rim)
    lines = rim + inner
    pads = [layout.in_mesh_sizes(c.region) for c in layout.contacts if c.is_pad]
    borders = [film.boundary, *(pad.boundary for pad in pads)]
    for rank, region in enumerate(layout.regions, 2):
        area = layout.in_mesh_sizes(region.area)
        # What is drawn, and not its lines, which bend where they end.
        drawn = shapely.union_all([border for border in borders if border.dwithin(area, 1)])
        lines += _inner_edges(layout, area, drawn, lines, rank)
        borders.append(area.boundary)
    _face_near_corners(layout, lines)
    return _assemble(layout, film, _chains(layout, lines, parts))


def _chains(layout: Layout, lines: list[Line], parts: int) -> list[Chain]:
    """The chains of all lines, but for edges of regions that a line before has, too."""
    found: list[Chain] = []
    drawn: set[frozenset[Place]] = set()
    for line in lines:
        for chain in chains_of(layout, line, parts):
            places: list[Place] = [(float(x), float(y)) for x, y in chain.points]
            ends = [frozenset(pair) for pair in pairwise(places)]
            if line.rank < 2 or len(ends) > 1 or ends[0] not in drawn:
                found.append(chain)
                drawn.update(ends)
    return found


def _inner_edges(
    layout: Layout, area: BaseGeometry, drawn: BaseGeometry, lines: list[Line], rank: int
) -> list[Line]:
    """The parts of an area's edge apart from what is drawn, their ends moved onto its lines."""
    inside = area.boundary.difference(drawn.buffer(EDGE_TOLERANCE))
    merged = shapely.line_merge(inside) if isinstance(inside, MultiLineString) else inside
    found = []
    for part in shapely.get_parts(merged):
        if part.is_closed:
            found.append(cut_at_corners(layout, part, rank))
        elif part.length > 2 * SNAP:
            first, last = (_cut_nearest(layout, Point(part.coords[k]), lines) for k in (0, -1))
            # The piece next to each end bends towards the other line; only its ends matter.
            middle = substring(part, SNAP / 4, part.length - SNAP / 4)
            line = cut_at_corners(layout, LineString([first, *middle.coords, last]), rank)
            length = line.curve.length
            line.cuts = {s: xy for s, xy in line.cuts.items() if SNAP < s < length - SNAP}
            line.cuts |= {0.0: first} if first == last else {0.0: first, length: last}
            found.append(line)
        elif rank > 1 and not part.is_empty:
            _close_gap(layout, part, lines + found)
    return found


def _close_gap(layout: Layout, part: LineString, lines: list[Line]) -> None:
    """Let two vertices meet that a piece of a region's border, too short for an edge, joins."""
    ends = [Point(part.coords[k]) for k in (0, -1)]
    nearest = [min(lines, key=lambda line: line.curve.distance(end)) for end in ends]
    if nearest[0] is not nearest[1]:
        _let_meet(lines, *(_cut_nearest(layout, end, lines) for end in ends))


def _let_meet(lines: list[Line], one: Place, other: Place) -> None:
    """Make one vertex of two; that of the line of lower rank stays where it is."""
    ranks = [
        min(line.rank for line in lines if place in line.cuts.values()) for place in (one, other)
    ]
    kept, moved = (one, other) if ranks[0] <= ranks[1] else (other, one)
    for line in lines:
        line.cuts = {at: kept if place == moved else place for at, place in line.cuts.items()}


def _cut_at_ends(layout: Layout, edge: BaseGeometry, rim: list[Line]) -> None:
    """Put vertices on the rim where an edge contact begins and ends."""
    merged = shapely.line_merge(edge) if isinstance(edge, MultiLineString) else edge
    for part in shapely.get_parts(merged):
        if not part.is_closed:
            for end in (part.coords[0], part.coords[-1]):
                _cut_nearest(layout, Point(end), rim)


def _cut_nearest(layout: Layout, point: Point, lines: list[Line]) -> tuple[float, float]:
    line = min(lines, key=lambda line: line.curve.distance(point))
    size = local_mesh_size(layout, np.array([[point.x, point.y]]))[0]
    return line.cut(line.position(point), SNAP * size)


def _face_near_corners(layout: Layout, lines: list[Line]) -> None:
    """Where a corner comes near another line, let a vertex of that line face it squarely.

    A gap too narrow for an edge of the mesh is closed: the pad then reaches the rim.
    """
    for line, other in _neighbours(lines):
        for at, xy in list(other.cuts.items()):
            point = Point(xy)
            distance = line.curve.distance(point)
            if distance >= NEAR:
                continue
            size = local_mesh_size(layout, np.array([xy]))[0]
            position = line.position(point)
            if distance >= SNAP * size:
                if distance < NEAR * size and line.distance_to_cuts(position) > size / 2:
                    line.cut(position, SNAP * size)
            elif line.rank < other.rank:
                foot = line.cut(position, SNAP * size)
                if foot not in other.cuts.values():
                    if other.rank > 1:
                        _let_meet(lines, foot, xy)
                    other.cuts[at] = foot
            elif line.rank > other.rank and xy not in line.cuts.values():
                if line.rank > 1:
                    _let_meet(lines, line.cut(position, SNAP * size), xy)
                else:
                    line.move_cut(position, SNAP * size, xy)


def _neighbours(lines: list[Line]) -> list[tuple[Line, Line]]:
    """All pairs of lines, both ways round, that come near each other.

    Cuts may lie beside their line, by less than a mesh size.
    """
    curves = [line.curve for line in lines]
    found = shapely.STRtree(curves).query(curves, predicate="dwithin", distance=NEAR + 1)
    return [(lines[i], lines[j]) for i, j in sorted(found.T.tolist()) if i != j]


def _assemble(layout: Layout, film: Polygon | MultiPolygon, divided: list[Chain]) -> PlanarGraph:
    chains = [chain.points for chain in divided]
    if _cross(chains):
        found = _crossings(chains)
        place = at_places(found, layout.mesh_size) if found else "within round-off"
        raise LayoutError(
            f"at the mesh size {layout.mesh_size:g} m edges of the film, of its contacts "
            f"or regions cross {place}: it has features below the mesh size"
        )
    pads = [
        (contact_tag(k), contact, layout.in_mesh_sizes(contact.region))
        for k, contact in enumerate(layout.contacts)
    ]
    areas = [layout.in_mesh_sizes(region.area) for region in layout.regions]
    in_areas = shapely.STRtree(areas)
    faces, tags, regions = [], [], []
    faces_of_all, _, loose, _ = shapely.polygonize_full([LineString(c) for c in chains])
    if areas and not loose.is_empty:
        places = at_places(shapely.get_parts(loose), layout.mesh_size)
        raise LayoutError(
            f"at the mesh size {layout.mesh_size:g} m borders of regions leave a gap {places}: "
            "they have features below the mesh size"
        )
    for face in shapely.get_parts(faces_of_all):
        inside = face.representative_point()
        if film.contains(inside):
            over = [tag for tag, c, region in pads if c.is_pad and region.contains(inside)]
            faces.append(face)
            tags.append(over[0] if over else FILM_TAG)
            regions.append(1 + max(in_areas.query(inside, predicate="within"), default=-1))
    edges = {tag: _segments_on(region, chains) for tag, c, region in pads if not c.is_pad}
    for tag, contact, _ in pads:
        if tag not in tags and not len(edges.get(tag, ())):
            raise LayoutError(
                f"contact {contact.name!r} vanishes at the mesh size {layout.mesh_size:g} m"
            )
    for number, region in enumerate(layout.regions, 1):
        if number not in regions:
            raise LayoutError(
                f"region {region.name!r} vanishes at the mesh size {layout.mesh_size:g} m"
            )
    return PlanarGraph(faces, tags, regions, edges, divided)


def _cross(chains: list[FloatArray]) -> bool:
    """Whether segments meet anywhere but at their common ends: noding then divides some."""
    segments = np.concatenate([np.stack([c[:-1], c[1:]], axis=1) for c in chains])
    noded = shapely.node(MultiLineString(list(segments)))
    return len(shapely.get_parts(noded)) != len(segments)


def _crossings(chains: list[FloatArray]) -> list[BaseGeometry]:
    """Where segments meet but at the ends of both."""
    segments = np.concatenate([np.stack([c[:-1], c[1:]], axis=1) for c in chains])
    drawn = np.array([LineString(ends) for ends in segments], dtype=object)
    first, second = shapely.STRtree(drawn).query(drawn, predicate="intersects")
    one, other = drawn[first[first < second]], drawn[second[first < second]]
    met = shapely.intersection(one, other)
    at_ends = shapely.covers(shapely.boundary(one), met) & shapely.covers(
        shapely.boundary(other), met
    )
    return list(met[~at_ends])


def _segments_on(edge: BaseGeometry, chains: list[FloatArray]) -> FloatArray:
    """The segments (n, 2, 2) of the chains that run along an edge contact."""
    on = []
    for chain in chains:
        # A vertex lies on the drawn curve; the middle of a long segment may not.
        middle = chain[len(chain) // 2] if len(chain) > 2 else chain.mean(axis=0)
        if edge.distance(Point(middle)) < 2 * EDGE_TOLERANCE:
            on.append(np.stack([chain[:-1], chain[1:]], axis=1))
    return np.concatenate(on) if on else np.empty((0, 2, 2))
