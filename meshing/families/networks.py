"""Planar networks of strips: contacts at the vertices, and one strip for each pair that is joined.

The film under a contact carries no current in two dimensions, so that contacts which no strip joins
are not coupled. A complete graph of more than four vertices is not planar: strips that cross would
merge into one film, and are refused. Strips of a given length are films of their own, which metal
between them joins: nothing magnetic lies under it, and all strips are alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import shapely
from shapely import MultiPoint, Polygon

from meshing.arcs import arc
from meshing.errors import LayoutError
from meshing.layout import Contact, Layout
from meshing.parameters import arc_tolerance, check_count, check_each_length

Vertex = tuple[float, float]
Edge = tuple[str, str]

_CLEARANCE = 1.5
"""Mesh sizes between neighbouring strips where they leave a pad."""


def strip_network(
    vertices: Mapping[str, Vertex],
    edges: Sequence[Edge],
    strip_width: float = 110e-9,
    wires: int = 1,
    slit_width: float | None = None,
    pad_reach: float = 0.0,
    strip_length: float | None = None,
    contact_length: float = 10e-9,
    thickness: float = 1e-9,
    mesh_size: float = 5e-9,
    contact_mesh_size: float | None = None,
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
        strip_width: m.
        wires: parallel wires that each strip is slit into, of equal width and length.
        slit_width: between wires, m; None: two mesh sizes.
        pad_reach: least distance from a vertex to the ends of its strips, m.
        strip_length: from contact to contact, m; None: film lies under the pads too, and the places
            of the vertices give the lengths.
        contact_length: of each wire end that a metal pad holds, m.
        thickness: m.
        mesh_size: m.
        contact_mesh_size: finer mesh size at the contacts, m.

    Raises:
        LayoutError: an edge without its vertices, strips that cross or have no length.
    """
    slit = 2 * mesh_size if slit_width is None else slit_width
    check_each_length(
        strip_width=strip_width, mesh_size=mesh_size, slit_width=slit,
        contact_length=contact_length,
    )  # fmt: skip
    if strip_length is not None:
        check_each_length(strip_length=strip_length)
    check_count("wires", wires, "wires", least=1)
    if not 0 <= pad_reach < math.inf:
        raise LayoutError(f"pad_reach {pad_reach!r} is not a length in metres, or 0")
    if (wires - 1) * slit >= strip_width:
        raise LayoutError(
            f"wires {wires}: {wires - 1} slits of {slit:g} m leave nothing of strip_width "
            f"{strip_width:g} m"
        )
    places = {name: np.array(place, dtype=float) for name, place in vertices.items()}
    neighbours = _neighbours(places, edges)
    reach = {
        name: max(pad_reach, _least_reach(places, name, others, strip_width, mesh_size))
        for name, others in neighbours.items()
    }
    ends = _ends(places, neighbours, reach, strip_width)
    if strip_length is not None:
        ends = {
            pair: _shortened(ends[pair], ends[pair[::-1]], pair, strip_length + 2 * contact_length)
            for pair in ends
        }
    strips = {(a, b): Polygon([*ends[a, b], *ends[b, a]]) for a, b in edges}
    slits = shapely.union_all([
        _slit(ends[a, b], ends[b, a], (k * (strip_width + slit) / wires - slit) / strip_width,
              slit / strip_width)
        for a, b in edges for k in range(1, wires)
    ])  # fmt: skip
    if strip_length is None:
        body = arc(strip_width / 2, 0, 360, arc_tolerance(mesh_size, contact_mesh_size))
        pads = {
            name: _pad(places[name], [ends[name, other] for other in others], body)
            for name, others in neighbours.items()
        }
        _check_apart(strips, pads)
        film = shapely.union_all([*strips.values(), *pads.values()]).difference(slits)
    else:
        _check_apart(strips, {})
        film = shapely.union_all(list(strips.values())).difference(slits)
        share = contact_length / (strip_length + 2 * contact_length)
        pads = {
            name: shapely.union_all(
                [_end_piece(ends[name, other], ends[other, name], share) for other in others]
            ).intersection(film)
            for name, others in neighbours.items()
        }
    contacts = [Contact(name, pad, contact_mesh_size) for name, pad in pads.items()]
    return Layout(film, tuple(contacts), thickness, mesh_size)


def _neighbours(places: Mapping[str, np.ndarray], edges: Sequence[Edge]) -> dict[str, list[str]]:
    """Names of the vertices that each is joined to."""
    found: dict[str, list[str]] = {name: [] for name in places}
    for a, b in edges:
        for name in (a, b):
            if name not in places:
                raise LayoutError(
                    f"edges: {name!r} of the strip {a}-{b} is no vertex ({', '.join(places)})"
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
    places: Mapping[str, np.ndarray], name: str, others: Sequence[str], width: float, size: float
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
    places: Mapping[str, np.ndarray],
    neighbours: Mapping[str, Sequence[str]],
    reach: Mapping[str, float],
    width: float,
) -> dict[Edge, np.ndarray]:
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


def _shortened(start: np.ndarray, stop: np.ndarray, pair: Edge, length: float) -> np.ndarray:
    """The corners at the start of a strip of this length in the middle of a longer one."""
    along = stop[::-1] - start
    free = float(np.hypot(*along[0]))
    if free < length:
        raise LayoutError(
            f"strip {pair[0]}-{pair[1]}: its pads leave {free:g} m between them, less than "
            f"strip_length and its two contacts, {length:g} m; place the vertices further apart"
        )
    return start + (1 - length / free) / 2 * along


def _end_piece(start: np.ndarray, stop: np.ndarray, share: float) -> Polygon:
    """The share of a strip that is nearest to its start."""
    along = share * (stop[::-1] - start)
    return Polygon([*start, *(start + along)[::-1]])


def _pad(place: np.ndarray, ends: Sequence[np.ndarray], body: np.ndarray) -> Polygon:
    # The sides of a strip go on straight to where they touch the disc.
    touching = [place + end - end.mean(axis=0) for end in ends]
    hull = MultiPoint(np.concatenate([place + body, *ends, *touching])).convex_hull
    assert isinstance(hull, Polygon)
    return hull


def _slit(start: np.ndarray, stop: np.ndarray, offset: float, width: float) -> Polygon:
    """A slit along a whole strip; offset of its edge and width in strip widths."""
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


def _check_apart(strips: Mapping[Edge, Polygon], pads: Mapping[str, Polygon]) -> None:
    """Strips meet in their pads alone."""
    named = {"-".join(edge): strip for edge, strip in strips.items()}
    for first, second in combinations(named, 2):
        if named[first].intersects(named[second]):
            raise LayoutError(
                f"strips {first} and {second} cross: they would merge into one film; place a "
                "vertex where they meet, or leave one of them out"
            )
    for edge, strip in strips.items():
        for name, pad in pads.items():
            if name not in edge and strip.intersects(pad):
                raise LayoutError(f"strip {'-'.join(edge)} runs into the pad of {name}")
