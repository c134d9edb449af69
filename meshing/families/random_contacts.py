"""Discs with contacts at random: along the rim, or inside."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import LineString, Point
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.bounds import FilmLength, MeshSize, PositiveCount, Seed, Thickness
from hebbfilm.meshing.geometry.arcs import arc, disc_polygon
from hebbfilm.meshing.layout import Layout
from hebbfilm.meshing.parameters import (
    arc_tolerance,
    check_count,
    check_each_length,
    check_seed,
    numbered,
)

_DRAWS = 1000
_ROUNDS = 100


def random_rim(
    radius: FilmLength = 480e-9,
    contacts: PositiveCount = 4,
    contact_length: FilmLength = 200e-9,
    distance: FilmLength = 60e-9,
    seed: Seed = 1,
    thickness: Thickness = 1e-9,
    mesh_size: MeshSize = 5e-9,
    contact_mesh_size: MeshSize | None = None,
) -> Layout:
    """A disc with contacts "rim_1", "rim_2", … at random along its rim, numbered anticlockwise.

    All arrangements that keep the distance are equally likely.

    Args:
        radius: of the disc, m.
        contacts: how many.
        contact_length: along the rim, m.
        distance: least, between neighbours along the rim, m.
        seed: the same seed gives the same contacts.
        thickness: of the film, m.
        mesh_size: length of the edges of the mesh, m.
        contact_mesh_size: finer mesh size at the contacts, m.

    Raises:
        LayoutError: a value that gives no disc, or contacts that do not fit its rim.

    Example:
        >>> random_rim(contacts=3, seed=7).contact_names
        ('rim_1', 'rim_2', 'rim_3')
    """
    check_each_length(
        radius=radius, contact_length=contact_length, distance=distance, mesh_size=mesh_size
    )
    check_count("contacts", contacts, least=1)
    check_seed("layout.seed", seed)
    rim = 2 * np.pi * radius
    free = rim - contacts * (contact_length + distance)
    if free < 0:
        raise LayoutError(
            f"contacts {contacts}: with contact_length {contact_length:g} m and distance "
            f"{distance:g} m apart they take {rim - free:g} m; the rim has {rim:g} m"
        )
    rng = np.random.default_rng(seed)
    # Seen from one of them, the others share out at random what the least distances leave.
    starts = np.append(0.0, np.sort(rng.uniform(0, free, contacts - 1)))
    starts += np.arange(contacts) * (contact_length + distance) + rng.uniform(0, rim)
    turns = np.degrees(np.sort(np.mod(starts, rim)) / radius)
    tolerance = arc_tolerance(mesh_size, contact_mesh_size)
    opening = np.degrees(contact_length / radius)
    arcs = [LineString(arc(radius, turn, turn + opening, tolerance)) for turn in turns]
    return Layout(
        disc_polygon(radius, tolerance),
        numbered("rim", arcs, contact_mesh_size),
        thickness,
        mesh_size,
    )


def random_inside(
    radius: FilmLength = 480e-9,
    contacts: PositiveCount = 4,
    pad_radius: FilmLength = 60e-9,
    distance: FilmLength = 60e-9,
    seed: Seed = 1,
    thickness: Thickness = 1e-9,
    mesh_size: MeshSize = 5e-9,
    contact_mesh_size: MeshSize | None = None,
) -> Layout:
    """A disc with round pads "pad_1", "pad_2", … at random inside it, in the order drawn.

    Args:
        radius: of the disc, m.
        contacts: how many.
        pad_radius: of each pad, m.
        distance: least, between the edges of pads and from these to the rim, m.
        seed: the same seed gives the same contacts.
        thickness: of the film, m.
        mesh_size: length of the edges of the mesh, m.
        contact_mesh_size: finer mesh size at the contacts, m.

    Raises:
        LayoutError: a value that gives no disc, or pads that found no place.

    Example:
        >>> random_inside(contacts=3, seed=7).contact_names
        ('pad_1', 'pad_2', 'pad_3')
    """
    check_each_length(radius=radius, pad_radius=pad_radius, distance=distance, mesh_size=mesh_size)
    check_count("contacts", contacts, least=1)
    check_seed("layout.seed", seed)
    tolerance = arc_tolerance(mesh_size, contact_mesh_size)
    film, pad = disc_polygon(radius, tolerance), disc_polygon(pad_radius, tolerance)
    rng = np.random.default_rng(seed)
    places = scatter(film.buffer(-distance), contacts, pad_radius, distance, rng)
    if len(places) < contacts:
        raise LayoutError(
            f"contacts {contacts}: only {len(places)} of them, of pad_radius {pad_radius:g} m and "
            f"distance {distance:g} m apart, found a place; try fewer, smaller or another seed"
        )
    pads = [translate(pad, place.x, place.y) for place in places]
    return Layout(film, numbered("pad", pads, contact_mesh_size), thickness, mesh_size)


def scatter(
    region: BaseGeometry, number: int, radius: float, distance: float, rng: np.random.Generator
) -> list[Point]:
    """Middles of discs at random in a region, as far apart as asked: as many as find a place.

    Args:
        region: where the discs may lie, m.
        number: how many are wanted.
        radius: of the discs, m.
        distance: least between their edges, m.
        rng: of the places.
    """
    places: list[Point] = []
    free = region.buffer(-radius)
    for _ in range(number):
        place = _point_in(free, rng)
        if place is None:
            break
        places.append(place)
        free = free.difference(place.buffer(2 * radius + distance))
    return places


def _point_in(region: BaseGeometry, rng: np.random.Generator) -> Point | None:
    """A point of a region, all of them equally likely; None where hardly any room is left."""
    for _ in range(0 if region.is_empty else _ROUNDS):
        low, high = np.reshape(region.bounds, (2, 2))
        x, y = rng.uniform(low, high, (_DRAWS, 2)).T
        inside = np.flatnonzero(shapely.contains_xy(region, x, y))
        if len(inside):
            return Point(x[inside[0]], y[inside[0]])
    return None
