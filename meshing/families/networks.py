"""Planar networks of strips: contacts at the vertices, and one strip for each pair that is joined.

The film under a contact carries no current in two dimensions, so that contacts which no strip joins
are not coupled. A complete graph of more than four vertices is not planar: strips that cross would
merge into one film, and are refused. Strips of a given length are films of their own, which metal
between them joins: nothing magnetic lies under it, and all strips are alike. These may be packed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
import shapely
from shapely import MultiPoint, MultiPolygon, Polygon

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import LayoutError
from hebbfilm.common.quantities import Length
from hebbfilm.meshing.bounds import (
    LARGEST,
    Distance,
    FilmLength,
    MeshSize,
    PositiveCount,
    Thickness,
    check_length,
)
from hebbfilm.meshing.families.packed import MOST_PACKED, check_packed, packed_strips
from hebbfilm.meshing.geometry.arcs import arc
from hebbfilm.meshing.layout import Contact, Layout
from hebbfilm.meshing.parameters import arc_tolerance, check_count, check_each_length

Vertex = tuple[Length, Length]
Edge = tuple[str, str]

_CLEARANCE = 1.5
"""Mesh sizes between neighbouring strips where they leave a pad."""
_MOST_WIRES = 3000
"""That Gmsh is to draw and mesh one by one."""


def strip_network(
    vertices: Mapping[str, Vertex],
    edges: Sequence[Edge],
    strip_width: FilmLength = 110e-9,
    wires: PositiveCount = 1,
    slit_width: FilmLength | None = None,
    pad_reach: Distance = 0.0,
    strip_length: FilmLength | None = None,
    contact_length: FilmLength = 10e-9,
    thickness: Thickness = 1e-9,
    mesh_size: MeshSize = 5e-9,
    contact_mesh_size: MeshSize | None = None,
    packed: bool = False,
) -> Layout:
    """Straight strips between pads; a strip ends square on the flat sides of its two pads.

    A pad is the convex hull of the ends of its strips and of a disc, as wide, about the vertex.
    The ends lie as near to the vertex as strips that do not touch each other allow.

    With a `strip_length` the pads are metal beside the film instead: the film is the strips alone,
    in the middle between their vertices' pads, and a contact is all the wire ends that its pad
    holds, each over the `contact_length`.

    Args:
        vertices: middle of each contact by its name, in node order, m.
        edges: pairs of names that a strip joins.
        strip_width: across a strip, m.
        wires: parallel wires that each strip is slit into, of equal width and length.
        slit_width: between wires, m; None: two mesh sizes.
        pad_reach: least distance from a vertex to the ends of its strips, m.
        strip_length: from contact to contact, m; None: film lies under the pads too, and the places
            of the vertices give the lengths.
        contact_length: of each wire end that a metal pad holds, m.
        thickness: of the film, m.
        mesh_size: length of the edges of the mesh, m.
        contact_mesh_size: finer mesh size at the contacts, m.
        packed: with a `strip_length`, whether strips lie side by side in rows along x, half a
            `strip_width` apart (at least two slits), whatever the places of the vertices, which
            only name the contacts then: any pairs may have a strip.

    Raises:
        LayoutError: an edge without its vertices, strips that cross or have no length.

    Example:
        >>> ends = {"a": (0, 0), "b": (600e-9, 0), "c": (300e-9, 500e-9)}
        >>> layout = strip_network(ends, [("a", "b"), ("b", "c")])
        >>> joined_pairs(layout)
        [('a', 'b'), ('b', 'c')]
    """
    slit = 2 * mesh_size if slit_width is None else slit_width
    check_each_length(
        strip_width=strip_width,
        mesh_size=mesh_size,
        slit_width=slit,
        contact_length=contact_length,
    )
    if strip_length is not None:
        check_each_length(strip_length=strip_length)
    check_count("wires", wires, "wires", least=1)
    check_count("number of vertices", len(vertices), "vertices")
    most = MOST_PACKED if packed else _MOST_WIRES
    check_count("wires × edges", wires * len(edges), "wires", most=most)
    for name, place in vertices.items():
        if not all(abs(x) <= LARGEST for x in place):
            raise LayoutError(
                f"vertices.{name} {tuple(place)}: lengths are metres, below {LARGEST:g}"
            )
    if pad_reach != 0:
        check_length("pad_reach", pad_reach)
    if (wires - 1) * slit >= strip_width:
        raise LayoutError(
            f"wires {wires}: {wires - 1} slits of {slit:g} m leave nothing of strip_width "
            f"{strip_width:g} m"
        )
    neighbours, lanes = _neighbours(vertices, edges), _lanes(wires, slit / strip_width)
    if packed:
        check_packed(strip_length, pad_reach=pad_reach or None)
        return packed_strips(
            list(vertices),
            edges,
            (cast(float, strip_length) + 2 * contact_length, strip_width),
            lanes,
            max(strip_width / 2, 2 * slit),
            contact_length,
            contact_mesh_size,
            thickness,
            mesh_size,
        )
    places = {name: np.array(place, dtype=float) for name, place in vertices.items()}
    reach = {
        name: max(pad_reach, _least_reach(places, name, others, strip_width, mesh_size))
        for name, others in neighbours.items()
    }
    ends = _ends(places, neighbours, reach, strip_width)
    if strip_length is None:
        body = arc(strip_width / 2, 0, 360, arc_tolerance(mesh_size, contact_mesh_size))
        pads: dict[str, Polygon | MultiPolygon] = {
            name: _pad(places[name], [ends[name, other] for other in others], body)
            for name, others in neighbours.items()
        }
        film = _film_with_pads(ends, edges, pads, lanes, slit / strip_width)
    else:
        whole = strip_length + 2 * contact_length
        ends = {pair: _shortened(ends[pair], ends[pair[::-1]], pair, whole) for pair in ends}
        _check_apart(_strips(ends, edges), {})
        film = MultiPolygon(
            [_lane(ends[a, b], ends[b, a], *lane) for a, b in edges for lane in lanes]
        )
        pads = {
            name: MultiPolygon(
                [
                    _lane(
                        ends[name, other],
                        _along(ends, (name, other), contact_length / whole),
                        *lane,
                    )
                    for other in others
                    for lane in lanes
                ]
            )
            for name, others in neighbours.items()
        }
    contacts = [Contact(name, pad, contact_mesh_size) for name, pad in pads.items()]
    return Layout(film, tuple(contacts), thickness, mesh_size)


def _film_with_pads(
    ends: Mapping[Edge, FloatArray],
    edges: Sequence[Edge],
    pads: Mapping[str, Polygon | MultiPolygon],
    lanes: Sequence[tuple[float, float]],
    slit: float,
) -> Polygon:
    """The film of slit strips and of the pads that join them; the slit in strip widths."""
    strips = _strips(ends, edges)
    _check_apart(strips, pads)
    slits = [
        _lane(ends[a, b], ends[b, a], offset + width, slit)
        for a, b in edges
        for offset, width in lanes[:-1]
    ]
    film = shapely.union_all([*strips.values(), *pads.values()])
    return cast(Polygon, film.difference(shapely.union_all(slits)))


def _strips(ends: Mapping[Edge, FloatArray], edges: Sequence[Edge]) -> dict[Edge, Polygon]:
    return {(a, b): Polygon([*ends[a, b], *ends[b, a]]) for a, b in edges}


def _lanes(wires: int, slit: float) -> list[tuple[float, float]]:
    """Offset and width of each wire of a strip, in strip widths like the slit."""
    width = (1 - (wires - 1) * slit) / wires
    return [(k * (width + slit), width) for k in range(wires)]


def _neighbours(vertices: Mapping[str, Vertex], edges: Sequence[Edge]) -> dict[str, list[str]]:
    """Names of the vertices that each is joined to."""
    found: dict[str, list[str]] = {name: [] for name in vertices}
    for a, b in edges:
        for name in (a, b):
            if name not in vertices:
                raise LayoutError(
                    f"edges: {name!r} of the strip {a}-{b} is no vertex ({', '.join(vertices)})"
                )
        if a == b or b in found[a]:
            raise LayoutError(
                f"edges: the strip {a}-{b} leads back to itself, or stands there twice"
            )
        found[a].append(b)
        found[b].append(a)
    for name, others in found.items():
        if not others:
            raise LayoutError(f"vertices: no strip ends at {name}")
    return found


def _least_reach(
    places: Mapping[str, FloatArray], name: str, others: Sequence[str], width: float, size: float
) -> float:
    """From a vertex to the ends of its strips, m, so that these leave their pad apart."""
    steps = [places[other] - places[name] for other in others]
    angles = np.sort([math.atan2(y, x) for x, y in steps])
    gaps = np.diff(angles, append=angles[:1] + 2 * math.pi)
    half = min(float(gaps.min()) / 2, math.pi / 2)
    if half < 1e-6:
        raise LayoutError(f"edges: two strips leave {name} in the same direction")
    return max(width / 2, width / (2 * math.tan(half)) + _CLEARANCE / 2 * size / math.sin(half))


def _ends(
    places: Mapping[str, FloatArray],
    neighbours: Mapping[str, Sequence[str]],
    reach: Mapping[str, float],
    width: FilmLength,
) -> dict[Edge, FloatArray]:
    """The two corners of each strip at the first of its vertices, right then left, (2, 2) in m."""
    ends = {}
    for name, others in neighbours.items():
        for other in others:
            step = places[other] - places[name]
            length = float(np.hypot(*step))
            taken = reach[name] + reach[other]
            if not length > taken:
                raise LayoutError(
                    f"strip {name}-{other}: its vertices are {length:g} m apart, and their pads "
                    f"take {taken:g} m of it; place them further apart, or narrow strip_width"
                )
            along = step / length
            across = width / 2 * np.array([-along[1], along[0]])
            middle = places[name] + reach[name] * along
            ends[name, other] = np.array([middle - across, middle + across])
    return ends


def _shortened(start: FloatArray, stop: FloatArray, pair: Edge, length: float) -> FloatArray:
    """The corners at the start of a strip of this length in the middle of a longer one."""
    along = stop[::-1] - start
    free = float(np.hypot(*along[0]))
    if free < length:
        raise LayoutError(
            f"strip {pair[0]}-{pair[1]}: its pads leave {free:g} m between them, less than "
            f"strip_length and its two contacts, {length:g} m; place the vertices further apart"
        )
    corners: FloatArray = start + (1 - length / free) / 2 * along
    return corners


def _along(ends: Mapping[Edge, FloatArray], pair: Edge, share: float) -> FloatArray:
    """The far corners, as of the other end, of the share of a strip nearest to its start."""
    start, stop = ends[pair], ends[pair[::-1]]
    corners: FloatArray = start + share * (stop[::-1] - start)
    return corners[::-1]


def _pad(place: FloatArray, ends: Sequence[FloatArray], body: FloatArray) -> Polygon:
    # The sides of a strip go on straight to where they touch the disc.
    touching = [place + end - end.mean(axis=0) for end in ends]
    hull = MultiPoint(np.concatenate([place + body, *ends, *touching])).convex_hull
    assert isinstance(hull, Polygon)
    return hull


def _lane(start: FloatArray, stop: FloatArray, offset: float, width: float) -> Polygon:
    """A lane along a whole strip; offset of its edge from the right and width in strip widths."""
    right, left = start
    far_left, far_right = stop
    low, high = offset, offset + width
    return Polygon(
        [
            right + low * (left - right),
            right + high * (left - right),
            far_right + high * (far_left - far_right),
            far_right + low * (far_left - far_right),
        ]
    )


def _check_apart(
    strips: Mapping[Edge, Polygon], pads: Mapping[str, Polygon | MultiPolygon]
) -> None:
    """Strips meet in their pads alone."""
    edges, tree = list(strips), shapely.STRtree(list(strips.values()))
    for first, second in tree.query(tree.geometries, predicate="intersects").T:
        if first < second:
            raise LayoutError(
                f"strips {'-'.join(edges[first])} and {'-'.join(edges[second])} cross: they would "
                "merge into one film; place a vertex where they meet, or leave one of them out"
            )
    names, areas = list(pads), np.array(list(pads.values()), dtype=object)
    for pad, strip in tree.query(areas, predicate="intersects").T:
        if names[pad] not in edges[strip]:
            raise LayoutError(f"strip {'-'.join(edges[strip])} runs into the pad of {names[pad]}")
