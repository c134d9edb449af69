"""Lines of a drawing, with the places where a vertex must sit, and their even division."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from hebbfilm.common.arrays import FloatArray
from hebbfilm.meshing.layout import Layout

CORNER_ANGLE = 20.0  # degrees; a sharper turn stays a vertex

# In mesh sizes:
SNAP = 0.25  # cuts of a line closer than this become one
SIMPLIFY = 1e-4  # vertices that carry less shape than this are noise
STRAIGHT = 1e-7  # a line that departs from its chord by less does not


class Chain(NamedTuple):
    """A piece of a line, divided into segments.

    Attributes:
        points: (n+1, 2) where segments meet, in mesh sizes.
        bends: (n, parts-1, 2) from places that divide each segment into equal parts to those that
            divide the line between its ends, in mesh sizes.
    """

    points: FloatArray
    bends: FloatArray


@dataclass(eq=False)
class Line:
    """A curve of the drawing with the arc lengths at which a vertex must sit.

    Args:
        curve: in mesh sizes.
        cuts: arc length → the place of the vertex.
        rank: 0 of the film's rim, 1 of pads, from 2 of regions; what is near to lines of a lower
            rank gives way to them.
    """

    curve: LineString
    cuts: dict[float, tuple[float, float]] = field(default_factory=dict)
    rank: int = 0

    @property
    def closed(self) -> bool:
        """Whether its ends meet."""
        return bool(self.curve.is_closed)

    def position(self, point: Point) -> float:
        """Arc length of the place nearest to a point."""
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


def local_mesh_size(layout: Layout, points: FloatArray) -> FloatArray:
    """Wanted edge length at points (n, 2); both in units of the layout's mesh size."""
    size = np.ones(len(points))
    places = shapely.points(points)
    own = [(contact.region, contact.mesh_size) for contact in layout.contacts]
    own += [(region.area, region.mesh_size) for region in layout.regions]
    for place, finer in own:
        if finer is not None:
            away = shapely.distance(places, layout.in_mesh_sizes(place))
            size = np.minimum(size, finer / layout.mesh_size + layout.gradation * away)
    if layout.rim_mesh_size is not None:
        away = shapely.distance(places, layout.in_mesh_sizes(layout.outline.boundary))
        at_rim = layout.rim_mesh_size / layout.mesh_size
        size = np.minimum(size, at_rim + layout.gradation * away)
    return size


def cut_at_corners(layout: Layout, curve: BaseGeometry, rank: int) -> Line:
    """A curve without noise, cut at its corners."""
    curve = LineString(curve.simplify(SIMPLIFY).coords)
    positions, corners = corners_of(curve)
    snaps = SNAP * local_mesh_size(layout, corners)
    line = Line(curve, rank=rank)
    for position, snap in zip(positions, snaps, strict=True):
        line.cut(float(position), float(snap))
    return line


def corners_of(curve: LineString) -> tuple[FloatArray, FloatArray]:
    """Arc lengths (n,) and places (n, 2) at which a line turns sharply; its ends do not count."""
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
    return positions[sharp], corners[sharp]


def chains_of(layout: Layout, line: Line, parts: int = 1) -> list[Chain]:
    """The pieces of a line between its cuts, each divided evenly.

    Args:
        layout: whose mesh sizes these are.
        line: in mesh sizes.
        parts: into which each segment will be divided.
    """
    if not line.cuts:
        return [_divide(layout, line.curve, parts)]
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
        if first == last and not curve.is_closed and len(pieces) > 1:
            continue  # its two vertices were made one
        chain = _divide(layout, curve, parts)
        chain.points[0], chain.points[-1] = first, last
        chains.append(chain)
    return chains


def _divide(layout: Layout, curve: LineString, parts: int) -> Chain:
    """A curve divided into equal shares of the wanted mesh size."""
    samples = max(2, int(np.ceil(8 * curve.length)) + 1)
    arc = np.linspace(0, curve.length, samples)
    points = shapely.get_coordinates(shapely.line_interpolate_point(curve, arc))
    density = 1 / local_mesh_size(layout, points)
    share = np.concatenate([[0], np.cumsum(np.diff(arc) * (density[1:] + density[:-1]) / 2)])
    number = max(round(share[-1]), _fewest_segments(curve))
    cuts = np.interp(np.linspace(0, share[-1], number + 1), share, arc)
    divided: FloatArray = shapely.get_coordinates(shapely.line_interpolate_point(curve, cuts))
    if curve.is_closed:
        divided[-1] = divided[0]
    share = (np.arange(1, parts) / parts)[:, None]
    along = cuts[:-1, None, None] + np.diff(cuts)[:, None, None] * share
    places = shapely.get_coordinates(shapely.line_interpolate_point(curve, along.ravel()))
    straight = divided[:-1, None] + np.diff(divided, axis=0)[:, None] * share
    bends = places.reshape(straight.shape) - straight
    bends[np.linalg.norm(bends, axis=2) < STRAIGHT] = 0
    return Chain(divided, bends)


def _fewest_segments(curve: LineString) -> int:
    """So many that a bent curve does not become a line back and forth."""
    if curve.is_closed:
        return 3
    chord = Point(curve.coords[0]).distance(Point(curve.coords[-1]))
    return 1 if curve.length < 1.3 * chord else 2
