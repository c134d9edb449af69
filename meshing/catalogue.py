"""Films by name: wheel, square, disc, strip and Corbino ring."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, TypeAlias

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.affinity import rotate
from shapely.ops import substring

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.quantities import Range, Unit
from hebbfilm.meshing.bounds import (
    Count,
    Distance,
    FilmLength,
    MeshSize,
    Thickness,
    Turn,
    check_length,
)
from hebbfilm.meshing.geometry.arcs import arc, disc_polygon
from hebbfilm.meshing.layout import Contact, Layout
from hebbfilm.meshing.parameters import (
    arc_tolerance,
    check_angles,
    check_below,
    check_count,
    check_each_length,
    numbered,
)

_LEAST_HALF_ANGLE = 1e-3
"""Degrees: on the widest film, a contact as long as a mesh of atoms is fine."""
HalfAngle: TypeAlias = Annotated[float, Unit("degrees"), Range(_LEAST_HALF_ANGLE, below=180)]


def wheel(
    outer_radius: FilmLength = 360e-9,
    ring_width: FilmLength = 110e-9,
    spoke_width: FilmLength = 110e-9,
    spoke_angles: Sequence[Turn] = (90.0, 210.0, 330.0),
    centre_radius: FilmLength = 60e-9,
    contact_half_angle: HalfAngle = 35.0,
    thickness: Thickness = 1e-9,
    mesh_size: MeshSize = 5e-9,
    contact_mesh_size: MeshSize | None = None,
) -> Layout:
    """A ring, spokes and a hub: all contacts meet pairwise in a plane, K4 for three spokes.

    Args:
        outer_radius: of the ring, m.
        ring_width: from the inner to the outer edge of the ring, m.
        spoke_width: across a spoke, m.
        spoke_angles: degrees from the x axis; a contact "rim_k" sits where spoke k meets the ring.
        centre_radius: of the hub, which is the contact "centre", m.
        contact_half_angle: degrees; a rim contact is a full-width ring sector of twice this.
        thickness: of the film, m.
        mesh_size: length of the edges of the mesh, m.
        contact_mesh_size: finer mesh size at the contacts, m.

    Raises:
        LayoutError: a value that gives no wheel.

    Example:
        >>> wheel().contact_names
        ('rim_1', 'rim_2', 'rim_3', 'centre')
    """
    check_each_length(
        outer_radius=outer_radius,
        ring_width=ring_width,
        spoke_width=spoke_width,
        centre_radius=centre_radius,
        mesh_size=mesh_size,
    )
    inner_radius = outer_radius - ring_width
    check_below("ring_width", ring_width, "outer_radius", outer_radius)
    check_below("centre_radius", centre_radius, "the ring's inner radius", inner_radius)
    check_below("spoke_width", spoke_width, "the ring's inner diameter", 2 * inner_radius)
    _check_angles("spoke_angles", spoke_angles, "contact_half_angle", contact_half_angle)
    tolerance = arc_tolerance(mesh_size, contact_mesh_size)
    ring = disc_polygon(outer_radius, tolerance).difference(disc_polygon(inner_radius, tolerance))
    hub = disc_polygon(centre_radius, tolerance)
    arm = shapely.box(0, -spoke_width / 2, inner_radius + ring_width / 2, spoke_width / 2)
    spokes = [rotate(arm, angle, origin=(0, 0)) for angle in spoke_angles]
    contacts = [
        Contact(
            f"rim_{k}",
            ring.intersection(_wedge(2 * outer_radius, angle, contact_half_angle)),
            contact_mesh_size,
        )
        for k, angle in enumerate(spoke_angles, 1)
    ]
    contacts.append(Contact("centre", hub, contact_mesh_size))
    return Layout(shapely.union_all([ring, hub, *spokes]), tuple(contacts), thickness, mesh_size)


def square(
    side: FilmLength = 500e-9,
    contacts: Count = 4,
    contact_length: FilmLength = 50e-9,
    thickness: Thickness = 1e-9,
    mesh_size: MeshSize = 5e-9,
    contact_mesh_size: MeshSize | None = None,
) -> Layout:
    """A square about the origin with contacts "edge_1", "edge_2", … spaced evenly along its rim.

    The first is centred on the lower side and the others follow anticlockwise: four sit at the
    middles of the sides, eight also at the corners.

    Args:
        side: of the square, m.
        contacts: how many.
        contact_length: along the rim, m.
        thickness: of the film, m.
        mesh_size: length of the edges of the mesh, m.
        contact_mesh_size: finer mesh size at the contacts, m.

    Raises:
        LayoutError: a value that gives no square film, or contacts that do not fit.

    Example:
        >>> square(contacts=2).contact_names
        ('edge_1', 'edge_2')
    """
    check_each_length(side=side, contact_length=contact_length, mesh_size=mesh_size)
    check_count("contacts", contacts)
    half = side / 2
    rim = LineString(
        [(0, -half), (half, -half), (half, half), (-half, half), (-half, -half), (0, -half)]
    )
    pitch = rim.length / max(contacts, 1)
    check_below("contact_length", contact_length, "the spacing of the contacts", pitch)
    regions = [_along(rim, k * pitch, contact_length) for k in range(contacts)]
    return Layout(
        shapely.box(-half, -half, half, half),
        numbered("edge", regions, contact_mesh_size),
        thickness,
        mesh_size,
    )


def disc(
    radius: FilmLength = 480e-9,
    arcs: Sequence[Turn] = (90.0, 210.0, 330.0),
    arc_half_angle: HalfAngle = 45.0,
    centre_pad_radius: Distance = 0.0,
    thickness: Thickness = 1e-9,
    mesh_size: MeshSize = 5e-9,
    contact_mesh_size: MeshSize | None = None,
) -> Layout:
    """A disc with contacts "rim_k" along its rim and, if wanted, a pad "centre".

    Args:
        radius: of the disc, m.
        arcs: degrees from the x axis, the middle of each rim contact.
        arc_half_angle: degrees, half the opening of each rim contact.
        centre_pad_radius: of the pad in the middle, m; 0 for no pad.
        thickness: of the film, m.
        mesh_size: length of the edges of the mesh, m.
        contact_mesh_size: finer mesh size at the contacts, m.

    Raises:
        LayoutError: a value that gives no disc, or arcs that overlap.

    Example:
        >>> disc(arcs=(90, 270), centre_pad_radius=60e-9).contact_names
        ('rim_1', 'rim_2', 'centre')
    """
    check_each_length(radius=radius, mesh_size=mesh_size)
    _check_angles("arcs", arcs, "arc_half_angle", arc_half_angle)
    if centre_pad_radius != 0:
        check_length("centre_pad_radius", centre_pad_radius)
        check_below("centre_pad_radius", centre_pad_radius, "radius", radius)
    tolerance = arc_tolerance(mesh_size, contact_mesh_size)
    rims = [
        LineString(arc(radius, angle - arc_half_angle, angle + arc_half_angle, tolerance))
        for angle in arcs
    ]
    contacts = numbered("rim", rims, contact_mesh_size)
    if centre_pad_radius:
        pad = Contact("centre", disc_polygon(centre_pad_radius, tolerance), contact_mesh_size)
        contacts = (*contacts, pad)
    return Layout(disc_polygon(radius, tolerance), contacts, thickness, mesh_size)


def strip(
    length: FilmLength = 1e-6,
    width: FilmLength = 100e-9,
    thickness: Thickness = 1e-9,
    mesh_size: MeshSize = 5e-9,
    contact_mesh_size: MeshSize | None = None,
) -> Layout:
    """A strip along x from 0 to `length`, contacts "left" and "right" across its whole ends.

    Args:
        length: along x, m.
        width: along y, about y = 0, m.
        thickness: of the film, m.
        mesh_size: length of the edges of the mesh, m.
        contact_mesh_size: finer mesh size at the contacts, m.

    Raises:
        LayoutError: a value that gives no strip.

    Example:
        >>> strip(length=500e-9).contact_names
        ('left', 'right')
    """
    check_each_length(length=length, width=width, mesh_size=mesh_size)
    low, high = -width / 2, width / 2
    contacts = (
        Contact("left", LineString([(0, low), (0, high)]), contact_mesh_size),
        Contact("right", LineString([(length, low), (length, high)]), contact_mesh_size),
    )
    return Layout(shapely.box(0, low, length, high), contacts, thickness, mesh_size)


def corbino(
    inner_radius: FilmLength = 100e-9,
    outer_radius: FilmLength = 300e-9,
    thickness: Thickness = 1e-9,
    mesh_size: MeshSize = 5e-9,
    contact_mesh_size: MeshSize | None = None,
) -> Layout:
    """A ring between two circular contacts, "inner" and "outer".

    Args:
        inner_radius: of the ring, where the contact "inner" is, m.
        outer_radius: of the ring, where the contact "outer" is, m.
        thickness: of the film, m.
        mesh_size: length of the edges of the mesh, m.
        contact_mesh_size: finer mesh size at the contacts, m.

    Raises:
        LayoutError: a value that gives no ring.

    Example:
        >>> corbino().contact_names
        ('inner', 'outer')
    """
    check_each_length(inner_radius=inner_radius, outer_radius=outer_radius, mesh_size=mesh_size)
    check_below("inner_radius", inner_radius, "outer_radius", outer_radius)
    tolerance = arc_tolerance(mesh_size, contact_mesh_size)
    inner, outer = disc_polygon(inner_radius, tolerance), disc_polygon(outer_radius, tolerance)
    contacts = (
        Contact("inner", LineString(inner.exterior), contact_mesh_size),
        Contact("outer", LineString(outer.exterior), contact_mesh_size),
    )
    return Layout(outer.difference(inner), contacts, thickness, mesh_size)


def _wedge(radius: float, angle: float, half_angle: float) -> Polygon:
    return Polygon([(0, 0), *arc(radius, angle - half_angle, angle + half_angle, radius / 100)])


def _along(rim: LineString, middle: float, length: float) -> LineString:
    """A piece of a closed line; its first vertex may lie inside the piece."""
    start, stop = middle - length / 2, middle + length / 2
    if start >= 0:
        return substring(rim, start, stop)
    before = substring(rim, rim.length + start, rim.length)
    return LineString([*before.coords, *substring(rim, 0, stop).coords[1:]])


def _check_angles(key: str, angles: Sequence[float], half_key: str, half_angle: float) -> None:
    if not _LEAST_HALF_ANGLE <= half_angle < 180:
        raise LayoutError(
            f"{half_key} {half_angle:g} degrees is not between 0 and 180"
            f" (at least {_LEAST_HALF_ANGLE:g})"
        )
    check_angles(key, *angles)
    check_count(f"number of {key}", len(angles))
    turned = np.sort(np.mod(angles, 360.0))
    gaps = np.diff(turned, append=turned[:1] + 360)
    if len(gaps) and gaps.min() <= 2 * half_angle:
        raise LayoutError(
            f"{key} {tuple(angles)!r} are only {gaps.min():g} degrees apart: with {half_key} "
            f"{half_angle:g} their contacts overlap"
        )
