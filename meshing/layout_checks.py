"""What is wrong with a drawn film, found before it is meshed, with the place where it is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.bounds import (
    EDGE_TOLERANCE,
    LEAST_GRADATION,
    MOST_CONTACTS,
    NARROWEST,
    NARROWEST_MARGIN,
    TIPS,
    check_length,
    check_mesh_size,
    check_names,
    check_thickness,
    check_vertices,
)
from hebbfilm.meshing.geometry.arcs import SAGITTA
from hebbfilm.meshing.geometry.areas import only_touching
from hebbfilm.meshing.geometry.narrow import lost, tips
from hebbfilm.meshing.geometry.places import at_places
from hebbfilm.meshing.shape_checks import check_finer, check_shape

if TYPE_CHECKING:
    from hebbfilm.meshing.layout import Contact, Layout


def check_lengths(layout: Layout) -> None:
    """Positive, and of the size of films."""
    check_thickness("thickness", layout.thickness)
    check_mesh_size("mesh_size", layout.mesh_size)
    if layout.rim_mesh_size is not None:
        check_mesh_size("rim_mesh_size", layout.rim_mesh_size)
        if layout.rim_mesh_size > layout.mesh_size:
            raise LayoutError(
                f"rim_mesh_size {layout.rim_mesh_size:g} m is above the film's mesh_size "
                f"{layout.mesh_size:g} m; the rim can only be finer"
            )
    if not LEAST_GRADATION <= layout.gradation <= 1:
        raise LayoutError(
            f"gradation {layout.gradation!r} is not above 0 and at most 1; the least is "
            f"{LEAST_GRADATION}"
        )


def check_outline(layout: Layout) -> None:
    """One valid polygon with nothing narrower than the mesh can show."""
    outline = layout.outline
    if isinstance(outline, MultiPolygon):
        _check_pieces(layout, outline)
    elif not isinstance(outline, Polygon):
        raise LayoutError(f"the outline is a {type(outline).__name__}, not a shapely Polygon")
    if not outline.is_valid:
        raise LayoutError(f"the outline is not a valid polygon: {explain_validity(outline)}")
    if outline.is_empty:
        raise LayoutError("the outline is empty")
    left, low, right, top = outline.bounds
    check_length("outline width", right - left)
    check_length("outline height", top - low)
    check_vertices(outline.area / (math.sqrt(3) / 2 * layout.mesh_size**2))
    _check_features(layout)


def check_contacts(layout: Layout) -> None:
    """Each contact well formed and on the film, and no two of them together."""
    check_names(contact.name for contact in layout.contacts)
    film = layout.in_mesh_sizes(layout.outline)
    near = {True: film.buffer(EDGE_TOLERANCE), False: film.boundary.buffer(EDGE_TOLERANCE)}
    shapely.prepare(list(near.values()))
    for contact in layout.contacts:
        _check_region(layout, contact)
        _check_place(layout, contact, near[True], near[contact.is_pad])
    check_number(layout)
    regions = [contact.region for contact in layout.contacts]
    near = shapely.STRtree(regions).query(
        np.array(regions, dtype=object), predicate="dwithin", distance=NARROWEST * layout.mesh_size
    )
    for first, second in sorted(near.T.tolist()):
        if first < second:
            _check_apart(layout, layout.contacts[first], layout.contacts[second])
    _check_bare_film(layout)


def check_number(layout: Layout) -> None:
    """No more contacts than tables can hold."""
    if len(layout.contacts) > MOST_CONTACTS:
        raise LayoutError(f"{len(layout.contacts)} contacts: at most {MOST_CONTACTS} are allowed")


def _check_features(layout: Layout) -> None:
    film = layout.in_mesh_sizes(layout.outline)
    narrowest = NARROWEST * layout.at_rim / layout.mesh_size
    if film.buffer(-narrowest / 2).is_empty:
        raise LayoutError(f"the film is narrower than the mesh size {layout.at_rim:g} m everywhere")
    for what, distance in (("film", -narrowest / 2), ("hole or gap", narrowest / 2)):
        sharp, slits = tips(film, distance)
        if sharp:
            raise LayoutError(
                f"the {what} narrows to nothing {at_places(sharp, layout.mesh_size)}: {TIPS}; "
                "round, cut or fill them"
            )
        if narrow := _unresolved(layout, film, distance) or slits:
            raise LayoutError(
                f"the {what} is narrower than the mesh size {layout.at_rim:g} m "
                f"{at_places(narrow, layout.mesh_size)}"
            )


def _unresolved(layout: Layout, film: Polygon, distance: float) -> list[Polygon]:
    """Pieces lost at the rim's mesh size, or near what is finer at that size."""
    coarse = lost(film, distance)
    finer = [(place, size) for place, size in layout.mesh_sizes if size < layout.at_rim]
    if not coarse or not finer:
        return coarse
    near = shapely.union_all([layout.in_mesh_sizes(place) for place, _ in finer]).buffer(1)
    finest = min(size for _, size in finer) / layout.at_rim
    return [piece for piece in coarse if piece.disjoint(near)] + [
        piece for piece in lost(film, finest * distance) if piece.intersects(near)
    ]


def _check_pieces(layout: Layout, outline: MultiPolygon) -> None:
    """Contacts may join pieces of film, like wires between metal pads; else it is a slip."""
    pieces = shapely.get_parts(outline)
    reach = EDGE_TOLERANCE * layout.mesh_size
    touched = np.zeros(len(pieces), dtype=int)
    for contact in layout.contacts:
        touched += shapely.intersects(contact.region.buffer(reach), pieces)
    loose = pieces[touched < 2]
    if len(loose):
        places = only_touching(pieces, 2 * SAGITTA * layout.mesh_size) or at_places(loose)
        raise LayoutError(
            f"the film is in {len(pieces)} pieces, {places}; allowed are pieces that each "
            "join two contacts or more, like wires between pads"
        )


def _check_region(layout: Layout, contact: Contact) -> None:
    name, region = contact.name, contact.region
    if not isinstance(region, Polygon | MultiPolygon | LineString | MultiLineString):
        raise LayoutError(
            f"contact {name!r} is a {type(region).__name__}; a polygon (a pad) or a line "
            "(a piece of the film's edge) is allowed"
        )
    check_shape("contact", name, region, region.length)
    check_finer("contact", name, contact.mesh_size, layout.mesh_size)
    size = layout.contact_mesh_size(contact)
    for part in shapely.get_parts(region):
        narrow = (
            part.buffer(-NARROWEST / 2 * size).is_empty
            if contact.is_pad
            else part.length < NARROWEST * size
        )
        if narrow:
            raise LayoutError(
                f"contact {name!r} is smaller than the mesh size {size:g} m {at_places([part])}"
            )


def _check_place(
    layout: Layout, contact: Contact, near_film: BaseGeometry, allowed: BaseGeometry
) -> None:
    """That a contact lies where it may, in mesh sizes: near the film, or near its rim."""
    region = layout.in_mesh_sizes(contact.region)
    if allowed.covers(region):
        return
    if region.disjoint(near_film):
        place = at_places([contact.region])
        raise LayoutError(f"contact {contact.name!r} lies outside the film {place}")
    wrong = "reaches outside the film" if contact.is_pad else "leaves the film's edge"
    stray = region.difference(allowed)
    if not stray.is_empty:
        where = at_places(shapely.get_parts(stray), layout.mesh_size)
        raise LayoutError(f"contact {contact.name!r} {wrong} {where}")


def _check_apart(layout: Layout, first: Contact, second: Contact) -> None:
    both = first.region.intersection(second.region)
    pair = f"contacts {first.name!r} and {second.name!r}"
    size = min(layout.contact_mesh_size(first), layout.contact_mesh_size(second))
    dimension_of_overlap = 2 if first.is_pad and second.is_pad else 1
    if shapely.get_dimensions(both) == dimension_of_overlap and not both.is_empty:
        raise LayoutError(f"{pair} overlap {at_places([both])}")
    gap = first.region.distance(second.region)
    if gap < NARROWEST * size:
        nearest = shapely.shortest_line(first.region, second.region)
        state = "touch" if gap == 0 else f"are only {gap:.3g} m apart"
        where = at_places([nearest])
        raise LayoutError(f"{pair} {state} {where}: less than the mesh size {size:g} m")


def _check_bare_film(layout: Layout) -> None:
    pads = [layout.in_mesh_sizes(c.region) for c in layout.contacts if c.is_pad]
    covered = shapely.union_all(pads).buffer(EDGE_TOLERANCE, join_style="mitre")
    bare = layout.in_mesh_sizes(layout.outline).difference(covered)
    if bare.is_empty:
        raise LayoutError("the contacts cover the whole film")
    if not pads:
        return
    finest = layout.finest_mesh_size / layout.mesh_size
    sharp, _ = tips(bare, -NARROWEST_MARGIN / 2 * finest)
    if sharp:
        raise LayoutError(
            "the bare film between a contact and the film's edge narrows to nothing "
            f"{at_places(sharp, layout.mesh_size)}: {TIPS}; move the contact, or cut it"
        )
    if slivers := lost(bare, -NARROWEST_MARGIN / 2 * finest):
        raise LayoutError(
            "the bare film between a contact and the film's edge is far narrower than the mesh "
            f"size {layout.mesh_size:g} m {at_places(slivers, layout.mesh_size)}"
        )
