"""What can be done to any layout: holes, rough edges, a turn, copies; its regions go with it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import numpy as np
import shapely
from shapely import MultiPoint
from shapely.affinity import rotate, translate
from shapely.geometry.base import BaseGeometry

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import Range
from hebbfilm.meshing.bounds import (
    MOST_CONTACTS,
    Count,
    FilmLength,
    Seed,
    Turn,
    check_length,
)
from hebbfilm.meshing.families.random_contacts import scatter
from hebbfilm.meshing.film_copies import Copies
from hebbfilm.meshing.geometry.arcs import disc_polygon
from hebbfilm.meshing.layout import Layout, layout_of
from hebbfilm.meshing.parameters import (
    arc_tolerance,
    check_angles,
    check_count,
    check_each_length,
    check_seed,
)

_WAVES = 256
_STEEPEST = 0.25
"""Largest amplitude in correlation lengths: the displacement then grows by less than itself."""
_PIECES = 20
"""Straight pieces of an edge in a correlation length."""
_MOST_PIECES = 3e5


def rough(
    layout: Layout, amplitude: FilmLength, correlation_length: FilmLength, seed: Seed = 1
) -> Layout:
    """The layout with rough edges, of the film and of contacts and regions, which move along.

    Every point is displaced by a random field whose two components are Gaussian, with variance
    amplitude² and correlation exp(-d²/2ξ²) over the distance d. Edges closer than ξ move together.

    Args:
        layout: with smooth edges.
        amplitude: root mean square of the displacement across an edge, m; at most a quarter of
            the correlation length, so that edges do not fold.
        correlation_length: ξ, m; at least twice the mesh size.
        seed: the same seed gives the same edges.

    Raises:
        LayoutError: a value out of range, or edges that do not mesh.

    Example:
        >>> rough(square(), amplitude=2e-9, correlation_length=20e-9).contact_names
        ('edge_1', 'edge_2', 'edge_3', 'edge_4')
    """
    check_each_length(amplitude=amplitude, correlation_length=correlation_length)
    check_seed("layout.rough.seed", seed)
    if amplitude > _STEEPEST * correlation_length:
        raise LayoutError(
            f"rough.amplitude {amplitude:g} m: at most {_STEEPEST:g} of rough.correlation_length "
            f"{correlation_length:g} m are allowed, as edges would fold"
        )
    if correlation_length < 2 * layout.mesh_size:
        raise LayoutError(
            f"rough.correlation_length {correlation_length:g} m: at least twice the mesh size "
            f"{layout.mesh_size:g} m is allowed, as the mesh would not show it"
        )
    rng = np.random.default_rng(seed)
    # Waves whose vectors are normally distributed add up to a Gaussian correlation.
    vectors = rng.standard_normal((2, _WAVES)) / correlation_length
    phases = rng.uniform(0, 2 * np.pi, (2, _WAVES))
    scale = amplitude * math.sqrt(2 / _WAVES)

    def displace(points: FloatArray) -> FloatArray:
        angles = points @ vectors
        shift = [np.cos(angles + phase).sum(axis=1) for phase in phases]
        return points + scale * np.column_stack(shift)

    step = correlation_length / _PIECES
    drawn = [layout.outline, *(place for place, _ in layout.mesh_sizes)]
    pieces = sum(shape.length for shape in drawn) / step
    if pieces > _MOST_PIECES:
        raise LayoutError(
            f"rough.correlation_length {correlation_length:g} m: the edges would have about "
            f"{pieces:.1e} pieces, {_PIECES} in each such length; {_MOST_PIECES:.0e} are allowed"
        )
    return _changed(
        layout, lambda shape: shapely.transform(shapely.segmentize(shape, step), displace)
    )


def random_holes(
    layout: Layout, number: Count, radius: FilmLength, distance: FilmLength = 20e-9, seed: Seed = 1
) -> Layout:
    """The layout with round holes at random, all in the bare film, in regions or not.

    Args:
        layout: without the holes.
        number: how many.
        radius: of each, m.
        distance: least, from the edge of a hole to the film's edges, to contacts, to borders of
            regions and to other holes, m.
        seed: the same seed gives the same holes.

    Raises:
        LayoutError: a value out of range, or holes that found no place.

    Example:
        >>> film = square()
        >>> holes = random_holes(film, number=3, radius=20e-9)
        >>> len(holes.outline.interiors)
        3
    """
    check_count("holes.number", number, "holes")
    check_seed("layout.holes.seed", seed)
    check_each_length(radius=radius, distance=distance)
    contacts = shapely.union_all([contact.region for contact in layout.contacts])
    bare = layout.outline.buffer(-distance).difference(contacts.buffer(distance))
    if layout.regions:
        borders = shapely.union_all([region.area.boundary for region in layout.regions])
        bare = bare.difference(borders.buffer(distance))
    places = scatter(bare, number, radius, distance, np.random.default_rng(seed))
    if len(places) < number:
        raise LayoutError(
            f"holes.number {number}: only {len(places)} holes of radius {radius:g} m and distance "
            f"{distance:g} m found a place; try fewer, smaller or another seed"
        )
    hole = disc_polygon(radius, arc_tolerance(layout.mesh_size, None))
    holes = shapely.union_all([translate(hole, place.x, place.y) for place in places])
    regions = tuple(replace(r, area=r.area.difference(holes)) for r in layout.regions)
    outline = layout.outline.difference(holes)
    return replace(layout, outline=outline, regions=regions, copies=None)


def rotated(layout: Layout, angle: Turn) -> Layout:
    """The layout turned about the origin.

    Args:
        layout: as it was.
        angle: about the origin, anticlockwise, degrees.

    Raises:
        LayoutError: the angle is not one, or of more than some turns.

    Example:
        >>> [float(1e9 * x) for x in rotated(strip(length=200e-9), 90).outline.bounds]
        [-50.0, 0.0, 50.0, 200.0]
    """
    check_angles("layout.rotate", angle)
    if layout.copies is not None:
        made = layout.copies
        turned = rotate(MultiPoint(made.shifts), angle, origin=(0, 0))
        places = Copies.rows_of(shapely.get_coordinates(turned))
        film = rotated(made.film, angle)
        return layout_of(replace(made, film=film, places=places, gap=None))
    return _changed(layout, lambda region: rotate(region, angle, origin=(0, 0)))


def copied(
    layout: Layout, count: Annotated[int, Range(1, MOST_CONTACTS)], gap: FilmLength = 100e-9
) -> Layout:
    """The layout so many times side by side, in one mesh: like films that no metal joins.

    Contacts of the first keep their names, those of the second are "copy_2_" and their name, and so
    on; a region is that of all films. The first stays where it is, the others follow along x. Their
    meshes are the same to round-off. No current flows from one to another, but a demagnetising
    field that is not local, and an Oersted field, is that of all.

    Args:
        layout: one film.
        count: of films, the first included; with 1 the layout is as it was.
        gap: between neighbours, m; at least the mesh size.

    Raises:
        LayoutError: a value out of range, too many contacts, or two of one name.

    Example:
        >>> copied(strip(), count=2).contact_names
        ('left', 'right', 'copy_2_left', 'copy_2_right')
    """
    if not isinstance(layout, Layout):
        raise LayoutError(f"layout {shown(layout)}: must be a Layout, like wheel()")
    check_count("copies.count", count, "films", least=1)
    check_length("copies.gap", gap)
    if gap < layout.mesh_size:
        raise LayoutError(
            f"copies.gap {gap:g} m: at least the mesh size {layout.mesh_size:g} m is allowed"
        )
    if count == 1:
        return layout
    row = Copies.in_a_row(layout, count, gap)
    return layout_of(row if layout.copies is None else _copies_of_copies(layout.copies, row))


def _copies_of_copies(films: Copies, row: Copies) -> Copies:
    """All films of a row, each of whose members is several like films itself."""
    places = row.shifts[:, None] + films.shifts
    ends = row.numbers[:, films.numbers]
    return Copies(
        films.film,
        Copies.rows_of(places.reshape(-1, 2)),
        row.contact_names,
        tuple(map(tuple, ends.reshape(-1, films.numbers.shape[1]).tolist())),
    )


def _changed(layout: Layout, change: Callable[[BaseGeometry], BaseGeometry]) -> Layout:
    """Each film in a way of its own, so that like ones are so no longer."""
    contacts = tuple(replace(c, region=change(c.region)) for c in layout.contacts)
    regions = tuple(replace(r, area=change(r.area)) for r in layout.regions)
    return replace(
        layout, outline=change(layout.outline), contacts=contacts, regions=regions, copies=None
    )
