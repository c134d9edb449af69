"""The plane cut into film and pads by straight segments, each about one mesh size long.

The outline and the inner edges of the pads are split into chains at their corners and where they
meet; every chain is then divided evenly. No accidental short segment is left, as the shortest edge
of the mesh bounds the time step of an explicit integrator.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import shapely
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.layout import Layout
from hebbfilm.meshing.layout_checks import EDGE_TOLERANCE

FILM_TAG = 1

# In mesh sizes:
CORNER_ANGLE = 20.0  # degrees; a sharper turn stays a vertex
SNAP = 0.25  # cuts of a line closer than this become one
NEAR = 1.0  # a corner this close to another line puts a vertex opposite to it
SIMPLIFY = 1e-4  # vertices that carry less shape than this are noise


@dataclass(eq=False)
class _Line:
    """A curve of the drawing with the arc lengths at which a vertex must sit."""

    curve: LineString
    cuts: dict[float, tuple[float, float]] = field(default_factory=dict)

    @property
    def closed(self) -> bool:
        return self.curve.is_closed

    def position(self, point: Point) -> float:
        return float(self.curve.project(point))

    def distance_to_cuts(self, position: float) -> float:
        """Along the line, to the nearest vertex; infinite without any."""
        return min((self._apart(cut, position) for cut in self.cuts), default=math.inf)

    def cut(self, position: float, snap: float) -> tuple[float, float]:
        """Put a vertex at an arc length, or take the one within `snap` of it."""
        place = self._place(position, snap)
        point = self.curve.interpolate(place)
        return self.cuts.setdefault(place, (point.x, point.y))

    def move_cut(self, position: float, snap: float, xy: tuple[float, float]) -> None:
        """Put a vertex at an arc length, or move the one within `snap` of it, to a point."""
        self.cuts[self._place(position, snap)] = xy

    def _place(self, position: float, snap: float) -> float:
        nearest = min(self.cuts, key=lambda cut: self._apart(cut, position), default=math.inf)
        return nearest if self._apart(nearest, position) < snap else position

    def _apart(self, one: float, other: float) -> float:
        apart = abs(one - other)
        return min(apart, abs(self.curve.length - apart)) if self.closed else apart


@dataclass(frozen=True)
class PlanarGraph:
    """Straight segments and the faces between them, in units of the layout's mesh size.

    Args:
        faces: polygons with one segment a side.
        face_tags: FILM_TAG, or the tag of the pad that a face belongs to.
        edges: for each edge contact's tag, its segments as pairs of points, (n, 2, 2).
    """

    faces: list[Polygon]
    face_tags: list[int]
    edges: dict[int, np.ndarray]


def contact_tag(index: int) -> int:
    """Physical tag of the contact at a position in node order."""
    return FILM_TAG + 1 + index


def local_mesh_size(layout: Layout, points: np.ndarray) -> np.ndarray:
    """Wanted edge length at points (n, 2); both in units of the layout's mesh size."""
    size = np.ones(len(points))
    places = shapely.points(points)
    for contact in layout.contacts:
        if contact.mesh_size is not None:
            away = shapely.distance(places, layout.in_mesh_sizes(contact.region))
            size = np.minimum(size, contact.mesh_size / layout.mesh_size + layout.gradation * away)
    if layout.rim_mesh_size is not None:
        away = shapely.distance(places, layout.in_mesh_sizes(layout.outline.boundary))
        at_rim = layout.rim_mesh_size / layout.mesh_size
        size = np.minimum(size, at_rim + layout.gradation * away)
    return size


def planar_graph(layout: Layout) -> PlanarGraph:
    """Divide a layout into faces whose sides are straight and about one mesh size long.

    Raises:
        LayoutError: a film or pad that falls apart at this mesh size.
    """
    film = layout.in_mesh_sizes(layout.outline)
    rim = [
        _line(layout, ring)
        for piece in shapely.get_parts(film)
        for ring in (piece.exterior, *piece.interiors)
    ]
    inner: list[_Line] = []
    for contact in layout.contacts:
        region = layout.in_mesh_sizes(contact.region)
        if contact.is_pad:
            inner += _inner_edges(layout, region, film, rim)
        else:
            _cut_at_ends(layout, region, rim)
    _face_near_corners(layout, rim, inner)
    chains = [chain for line in rim + inner for chain in _chains(layout, line)]
    return _assemble(layout, film, chains)


def _line(layout: Layout, curve: BaseGeometry) -> _Line:
    """A curve without noise, cut at its corners."""
    curve = LineString(curve.simplify(SIMPLIFY).coords)
    points = np.array(curve.coords)[:, :2]
    steps = np.diff(points, axis=0)
    positions = np.concatenate([[0], np.cumsum(np.linalg.norm(steps, axis=1))])[:-1]
    if curve.is_closed:
        before, after, corners = np.roll(steps, 1, axis=0), steps, points[:-1]
    else:
        before, after, corners = steps[:-1], steps[1:], points[1:-1]
        positions = positions[1:]
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    turn = np.degrees(np.abs(np.arctan2(cross, np.sum(before * after, axis=1))))
    sharp = turn > CORNER_ANGLE
    snaps = SNAP * local_mesh_size(layout, corners)
    line = _Line(curve)
    for position, snap in zip(positions[sharp], snaps[sharp], strict=True):
        line.cut(float(position), float(snap))
    return line


def _inner_edges(
    layout: Layout, pad: BaseGeometry, film: Polygon | MultiPolygon, rim: list[_Line]
) -> list[_Line]:
    """The parts of a pad's edge that run inside the film, their ends moved onto the rim."""
    inside = pad.boundary.difference(film.boundary.buffer(EDGE_TOLERANCE))
    merged = shapely.line_merge(inside) if isinstance(inside, MultiLineString) else inside
    lines = []
    for part in shapely.get_parts(merged):
        if part.is_closed:
            lines.append(_line(layout, part))
        elif part.length > 2 * SNAP:
            first, last = (_cut_nearest(layout, Point(part.coords[k]), rim) for k in (0, -1))
            # The piece next to each end bends towards the rim; only its ends matter.
            middle = substring(part, SNAP / 4, part.length - SNAP / 4)
            line = _line(layout, LineString([first, *middle.coords, last]))
            length = line.curve.length
            line.cuts = {s: xy for s, xy in line.cuts.items() if SNAP < s < length - SNAP}
            line.cuts |= {0.0: first} if first == last else {0.0: first, length: last}
            lines.append(line)
    return lines


def _cut_at_ends(layout: Layout, edge: BaseGeometry, rim: list[_Line]) -> None:
    """Put vertices on the rim where an edge contact begins and ends."""
    merged = shapely.line_merge(edge) if isinstance(edge, MultiLineString) else edge
    for part in shapely.get_parts(merged):
        if not part.is_closed:
            for end in (part.coords[0], part.coords[-1]):
                _cut_nearest(layout, Point(end), rim)


def _cut_nearest(layout: Layout, point: Point, lines: list[_Line]) -> tuple[float, float]:
    line = min(lines, key=lambda line: line.curve.distance(point))
    size = local_mesh_size(layout, np.array([[point.x, point.y]]))[0]
    return line.cut(line.position(point), SNAP * size)


def _face_near_corners(layout: Layout, rim: list[_Line], inner: list[_Line]) -> None:
    """Where a corner comes near another line, let a vertex of that line face it squarely.

    A gap too narrow for an edge of the mesh is closed: the pad then reaches the rim.
    """
    for line, other in _neighbours(rim + inner):
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
            elif line in rim and other in inner:
                foot = line.cut(position, SNAP * size)
                if foot not in other.cuts.values():
                    other.cuts[at] = foot
            elif line in inner and other in rim and xy not in line.cuts.values():
                line.move_cut(position, SNAP * size, xy)


def _neighbours(lines: list[_Line]) -> list[tuple[_Line, _Line]]:
    """All pairs of lines, both ways round, that come near each other.

    Cuts may lie beside their line, by less than a mesh size.
    """
    curves = [line.curve for line in lines]
    found = shapely.STRtree(curves).query(curves, predicate="dwithin", distance=NEAR + 1)
    return [(lines[i], lines[j]) for i, j in sorted(found.T.tolist()) if i != j]


def _chains(layout: Layout, line: _Line) -> list[np.ndarray]:
    """The pieces of a line between its cuts, each divided evenly: arrays (n+1, 2)."""
    if not line.cuts:
        return [_divide(layout, line.curve)]
    positions = sorted(line.cuts)
    pieces = [
        (line.cuts[a], line.cuts[b], substring(line.curve, a, b)) for a, b in pairwise(positions)
    ]
    if line.closed:
        tail = substring(line.curve, positions[-1], line.curve.length)
        head = substring(line.curve, 0, positions[0]) if positions[0] > 0 else None
        around = LineString([*tail.coords, *(head.coords[1:] if head else [])])
        pieces.append((line.cuts[positions[-1]], line.cuts[positions[0]], around))
    chains = []
    for first, last, curve in pieces:
        points = _divide(layout, curve)
        points[0], points[-1] = first, last
        chains.append(points)
    return chains


def _divide(layout: Layout, curve: LineString) -> np.ndarray:
    """Points that divide a curve into equal shares of the wanted mesh size."""
    samples = max(2, int(np.ceil(8 * curve.length)) + 1)
    arc = np.linspace(0, curve.length, samples)
    points = shapely.get_coordinates(shapely.line_interpolate_point(curve, arc))
    density = 1 / local_mesh_size(layout, points)
    share = np.concatenate([[0], np.cumsum(np.diff(arc) * (density[1:] + density[:-1]) / 2)])
    number = max(round(share[-1]), _fewest_segments(curve))
    cuts = np.interp(np.linspace(0, share[-1], number + 1), share, arc)
    divided = shapely.get_coordinates(shapely.line_interpolate_point(curve, cuts))
    if curve.is_closed:
        divided[-1] = divided[0]
    return divided


def _fewest_segments(curve: LineString) -> int:
    """So many that a bent curve does not become a line back and forth."""
    if curve.is_closed:
        return 3
    chord = Point(curve.coords[0]).distance(Point(curve.coords[-1]))
    return 1 if curve.length < 1.3 * chord else 2


def _assemble(
    layout: Layout, film: Polygon | MultiPolygon, chains: list[np.ndarray]
) -> PlanarGraph:
    if _cross(chains):
        raise LayoutError(
            f"at the mesh size {layout.mesh_size:g} m edges of the film or of its contacts "
            "cross: it has features below the mesh size"
        )
    pads = [
        (contact_tag(k), contact, layout.in_mesh_sizes(contact.region))
        for k, contact in enumerate(layout.contacts)
    ]
    faces, tags = [], []
    for face in shapely.get_parts(shapely.polygonize([LineString(c) for c in chains])):
        inside = face.representative_point()
        if film.contains(inside):
            over = [tag for tag, c, region in pads if c.is_pad and region.contains(inside)]
            faces.append(face)
            tags.append(over[0] if over else FILM_TAG)
    edges = {tag: _segments_on(region, chains) for tag, c, region in pads if not c.is_pad}
    for tag, contact, _ in pads:
        if tag not in tags and not len(edges.get(tag, ())):
            raise LayoutError(
                f"contact {contact.name!r} vanishes at the mesh size {layout.mesh_size:g} m"
            )
    return PlanarGraph(faces, tags, edges)


def _cross(chains: list[np.ndarray]) -> bool:
    """Whether segments meet anywhere but at their common ends: noding then divides some."""
    segments = np.concatenate([np.stack([c[:-1], c[1:]], axis=1) for c in chains])
    noded = shapely.node(MultiLineString(list(segments)))
    return len(shapely.get_parts(noded)) != len(segments)


def _segments_on(edge: BaseGeometry, chains: list[np.ndarray]) -> np.ndarray:
    """The segments (n, 2, 2) of the chains that run along an edge contact."""
    on = []
    for chain in chains:
        # A vertex lies on the drawn curve; the middle of a long segment may not.
        middle = chain[len(chain) // 2] if len(chain) > 2 else chain.mean(axis=0)
        if edge.distance(Point(middle)) < 2 * EDGE_TOLERANCE:
            on.append(np.stack([chain[:-1], chain[1:]], axis=1))
    return np.concatenate(on) if on else np.empty((0, 2, 2))
