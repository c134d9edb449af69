"""Continuous films with pads inside: on a ring, on a ring and in its middle, on a lattice."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

import numpy as np
import shapely
from shapely import Polygon
from shapely.affinity import translate

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import Length
from hebbfilm.meshing.bounds import (
    MOST_CONTACTS,
    FilmLength,
    MeshSize,
    PositiveCount,
    Thickness,
    Turn,
)
from hebbfilm.meshing.geometry.arcs import disc_polygon
from hebbfilm.meshing.geometry.places import at_places
from hebbfilm.meshing.layout import Contact, Layout
from hebbfilm.meshing.parameters import (
    arc_tolerance,
    check_angles,
    check_count,
    check_each_length,
)

Arrangement: TypeAlias = Literal["centre_and_ring", "ring", "lattice"]

_SIZE, _RING_RADIUS, _PITCH = 450e-9, 285e-9, 400e-9
_KEYS: Mapping[str, tuple[str, ...]] = {
    "centre_and_ring": ("pads", "ring_radius", "centre_pad_radius"),
    "ring": ("pads", "ring_radius"),
    "lattice": ("rows", "columns", "pitch"),
}
"""What belongs to one arrangement, and not to all."""


def inner_pads(
    outline: Literal["disc", "square"] | list[tuple[Length, Length]] = "disc",
    size: FilmLength | None = None,
    arrangement: Arrangement = "centre_and_ring",
    pads: PositiveCount | None = None,
    ring_radius: FilmLength | None = None,
    rows: PositiveCount | None = None,
    columns: PositiveCount | None = None,
    pitch: FilmLength | None = None,
    turn: Turn = 0.0,
    pad_shape: Literal["round", "square"] = "round",
    pad_radius: FilmLength = 90e-9,
    centre_pad_radius: FilmLength | None = None,
    thickness: Thickness = 1e-9,
    mesh_size: MeshSize = 6.5e-9,
    contact_mesh_size: MeshSize | None = None,
) -> Layout:
    """A continuous film with pads inside it: on a ring, on a ring and in its middle, on a lattice.

    Pads lie about the origin. Those of a ring are "ring_1", "ring_2", … anticlockwise, at the
    corners of a regular polygon that stands on a side: three with the first at the top, four with
    the first at the upper left. What is in the middle is "centre", the last of all. Those of a
    lattice are "pad_1", "pad_2", … row by row from below.

    Args:
        outline: of the film: "disc", "square", or the corners of a polygon in m.
        size: radius of a disc, or half the side of a square, m; None: 450 nm.
        arrangement: "centre_and_ring", "ring" or "lattice".
        pads: how many are on the ring; None: three about a centre, four without.
        ring_radius: from the origin to the middles of pads on a ring, m; None: 285 nm.
        rows: of a lattice; None: two.
        columns: of a lattice; None: two.
        pitch: of rows and columns, m; None: 400 nm.
        turn: of the arrangement about the origin, anticlockwise, degrees.
        pad_shape: "round", or "square" with sides along x and y.
        pad_radius: of each pad, or half the side of a square one, m.
        centre_pad_radius: the same of the pad in the middle, m; None: as the others.
        thickness: of the film, m.
        mesh_size: length of the edges of the mesh, m.
        contact_mesh_size: finer mesh size at the contacts, m.

    Raises:
        LayoutError: a value that gives no film, a key of another arrangement, or pads that overlap
            or reach over the film's edge.

    Example:
        >>> inner_pads().contact_names
        ('ring_1', 'ring_2', 'ring_3', 'centre')
        >>> [round(1e9 * x) for x in inner_pads().contacts[0].region.centroid.coords[0]]
        [0, 285]
    """
    _refuse_others(
        arrangement,
        pads=pads,
        ring_radius=ring_radius,
        centre_pad_radius=centre_pad_radius,
        rows=rows,
        columns=columns,
        pitch=pitch,
    )
    radii = {"centre": pad_radius if centre_pad_radius is None else centre_pad_radius}
    check_each_length(pad_radius=pad_radius, centre_pad_radius=radii["centre"], mesh_size=mesh_size)
    check_angles("turn", turn)
    tolerance = arc_tolerance(mesh_size, contact_mesh_size)
    film = _film(outline, size, tolerance)
    if arrangement == "lattice":
        places = _lattice(rows, columns, pitch)
    else:
        places = _ring(arrangement, pads, ring_radius)
    contacts = []
    for name, place in places.items():
        pad = _pad(pad_shape, radii.get(name, pad_radius), tolerance)
        middle = place * cmath.rect(1, math.radians(turn))
        contacts.append(Contact(name, translate(pad, middle.real, middle.imag), contact_mesh_size))
    _check_places(film, contacts)
    return Layout(film, tuple(contacts), thickness, mesh_size)


def _refuse_others(arrangement: str, **given: float | None) -> None:
    """Raise LayoutError for a key that belongs to another arrangement."""
    _check_choice("arrangement", arrangement, _KEYS)
    own = _KEYS[arrangement]
    for key, value in given.items():
        if value is not None and key not in own:
            raise LayoutError(
                f"{key} {shown(value)}: arrangement {arrangement!r} has no such key; it has "
                f"{', '.join(own)}"
            )


def _check_choice(key: str, value: str, allowed: Iterable[str]) -> None:
    if not isinstance(value, str) or value not in allowed:
        raise LayoutError(f"{key} {shown(value)}: {allowed_are(value, list(allowed))}")


def _film(
    outline: str | Sequence[tuple[float, float]], size: float | None, tolerance: float
) -> Polygon:
    if isinstance(outline, str):
        _check_choice("outline", outline, ("disc", "square"))
        half = _SIZE if size is None else size
        check_each_length(size=half)
        return _pad("round" if outline == "disc" else "square", half, tolerance)
    if size is not None:
        raise LayoutError(f"size {size:g} m: corners of an outline say it; leave it out")
    if not isinstance(outline, Sequence | np.ndarray):
        raise LayoutError(f"outline {shown(outline)}: must be disc, square or a list of corners")
    if len(outline) < 3:
        raise LayoutError(f"outline: {len(outline)} corners; a polygon has three or more")
    return Polygon(outline)


def _pad(shape: str, radius: float, tolerance: float) -> Polygon:
    """A disc or a square about the origin, m."""
    _check_choice("pad_shape", shape, ("round", "square"))
    if shape == "round":
        return disc_polygon(radius, tolerance)
    return shapely.box(-radius, -radius, radius, radius)


def _ring(arrangement: str, pads: int | None, radius: float | None) -> dict[str, complex]:
    """Middles of the pads, x + iy in m, by their names."""
    centre = {"centre": 0j} if arrangement == "centre_and_ring" else {}
    number = 4 - len(centre) if pads is None else pads
    check_count("pads", number, "pads on the ring", least=1, most=MOST_CONTACTS - len(centre))
    distance = _RING_RADIUS if radius is None else radius
    check_each_length(ring_radius=distance)
    first = 90 if number % 2 else 90 + 180 / number
    turns = [math.radians(first + 360 * k / number) for k in range(number)]
    names = {f"ring_{k}": cmath.rect(distance, turn) for k, turn in enumerate(turns, 1)}
    return names | centre


def _lattice(rows: int | None, columns: int | None, pitch: float | None) -> dict[str, complex]:
    """The same, row by row from below."""
    high, wide = 2 if rows is None else rows, 2 if columns is None else columns
    check_count("rows", high, "rows", least=1)
    check_count("columns", wide, "columns", least=1)
    check_count("rows × columns =", high * wide)
    step = _PITCH if pitch is None else pitch
    check_each_length(pitch=step)
    return {
        f"pad_{row * wide + column + 1}": step
        * complex(column - (wide - 1) / 2, row - (high - 1) / 2)
        for row in range(high)
        for column in range(wide)
    }


def _check_places(film: Polygon, contacts: Sequence[Contact]) -> None:
    """Raise LayoutError where pads overlap, or reach over the edge of a film that is one."""
    if not film.is_valid:
        return  # it is said of the outline
    regions = [contact.region for contact in contacts]
    pairs = shapely.STRtree(regions).query(regions, predicate="intersects")
    for first, second in sorted(pairs.T.tolist()):
        if first < second:
            names = [contacts[k].name for k in (first, second)]
            raise LayoutError(
                f"pads {names[0]} and {names[1]} overlap "
                f"{at_places([regions[first].intersection(regions[second])])}; make pad_radius "
                "smaller, or move them apart"
            )
    for contact in contacts:
        if not film.covers(contact.region):
            over = shapely.get_parts(contact.region.difference(film))
            raise LayoutError(
                f"pad {contact.name} reaches over the film's edge {at_places(over)}; make "
                "pad_radius smaller, the film larger, or move it inwards"
            )
