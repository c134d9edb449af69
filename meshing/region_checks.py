"""What is wrong with the regions of a drawn film, found before it is meshed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing.bounds import (
    EDGE_TOLERANCE,
    MOST_REGIONS,
    NARROWEST,
    NARROWEST_MARGIN,
    TIPS,
    check_names,
)
from hebbfilm.meshing.geometry.narrow import lost, tips
from hebbfilm.meshing.geometry.places import at_places
from hebbfilm.meshing.shape_checks import check_finer, check_shape

if TYPE_CHECKING:
    from hebbfilm.meshing.layout import Layout, Region


def check_regions(layout: Layout) -> None:
    """Each region well formed, on the film, no two of them together, nothing narrow between them.

    Raises:
        LayoutError: one line with the name and the place.
    """
    if not layout.regions:
        return
    if len(layout.regions) > MOST_REGIONS:
        raise LayoutError(f"{len(layout.regions)} regions: at most {MOST_REGIONS} are allowed")
    check_region_names(layout.region_names, layout.contact_names)
    for region in layout.regions:
        _check_area(layout, region)
    film = layout.in_mesh_sizes(layout.outline)
    areas = [layout.in_mesh_sizes(region.area) for region in layout.regions]
    _check_places(layout, film, areas)
    for region, area in zip(layout.regions, areas, strict=True):
        _check_width(layout, region, area)
    _check_apart(layout, areas)
    _check_between(layout, film, areas)


def check_region_names(regions: tuple[str, ...], contacts: tuple[str, ...]) -> None:
    """Raise LayoutError unless names of regions are well formed, and no names of contacts."""
    check_names(regions, "region")
    for name in regions:
        if name in contacts:
            raise LayoutError(f"region name {name!r} is that of a contact, too; take another one")


def _check_area(layout: Layout, region: Region) -> None:
    name, area = region.name, region.area
    if not isinstance(area, Polygon | MultiPolygon):
        raise LayoutError(f"region {name!r} is a {type(area).__name__}, not a shapely Polygon")
    check_shape("region", name, area, area.area)
    check_finer("region", name, region.mesh_size, layout.mesh_size)


def _check_places(layout: Layout, film: BaseGeometry, areas: list[BaseGeometry]) -> None:
    near = film.buffer(EDGE_TOLERANCE)
    shapely.prepare(near)
    for region, area in zip(layout.regions, areas, strict=True):
        if near.covers(area):
            continue
        if area.disjoint(near):
            raise LayoutError(
                f"region {region.name!r} lies off the film {at_places([region.area])}"
            )
        stray = shapely.get_parts(area.difference(near))
        raise LayoutError(
            f"region {region.name!r} reaches outside the film {at_places(stray, layout.mesh_size)}"
        )


def _check_width(layout: Layout, region: Region, area: BaseGeometry) -> None:
    size = layout.mesh_size if region.mesh_size is None else region.mesh_size
    distance = -NARROWEST / 2 * size / layout.mesh_size
    sharp, _ = tips(area, distance)
    if sharp:
        raise LayoutError(
            f"region {region.name!r} narrows to nothing {at_places(sharp, layout.mesh_size)}: "
            f"{TIPS}; round or cut them"
        )
    parts = [part for part in shapely.get_parts(area) if part.buffer(distance).is_empty]
    if narrow := parts or lost(area, distance):
        raise LayoutError(
            f"region {region.name!r} is narrower than the mesh size {size:g} m "
            f"{at_places(narrow, layout.mesh_size)}"
        )


def _check_apart(layout: Layout, areas: list[BaseGeometry]) -> None:
    pairs = shapely.STRtree(areas).query(areas, predicate="intersects")
    for one, other in sorted(pairs.T.tolist()):
        if one >= other:
            continue
        # Borders that are drawn twice, as curves, may cross by less than the mesh can show.
        both = areas[one].intersection(areas[other]).buffer(-EDGE_TOLERANCE / 2)
        if not both.is_empty:
            names = [layout.regions[k].name for k in (one, other)]
            raise LayoutError(
                f"regions {names[0]!r} and {names[1]!r} overlap "
                f"{at_places(shapely.get_parts(both), layout.mesh_size)}"
            )


def _check_between(layout: Layout, film: BaseGeometry, areas: list[BaseGeometry]) -> None:
    """Nothing far narrower than the mesh between the borders of regions, pads and the film."""
    pads = [layout.in_mesh_sizes(c.region) for c in layout.contacts if c.is_pad]
    rest = film.difference(_wider(areas, EDGE_TOLERANCE))
    parts = [rest, *areas]
    if pads:
        over, inside = _wider(pads, EDGE_TOLERANCE), _wider(pads, -EDGE_TOLERANCE)
        parts = [p for part in parts for p in (part.difference(over), part.intersection(inside))]
    for part in parts:
        sharp, _ = tips(part, -NARROWEST_MARGIN / 2 * layout.finest_mesh_size / layout.mesh_size)
        narrow = sharp or _narrow(layout, part)
        if narrow:
            nearest = min(range(len(areas)), key=lambda k: areas[k].distance(narrow[0]))
            state = "narrows to nothing" if sharp else "is far narrower than the mesh size"
            raise LayoutError(
                f"what lies between the border of region {layout.regions[nearest].name!r} and "
                f"other borders {state} {at_places(narrow, layout.mesh_size)}; move the border, "
                "or let the two meet"
            )


def _narrow(layout: Layout, part: BaseGeometry) -> list[Polygon]:
    """Pieces far narrower than the mesh, which is finer near some contacts and regions."""
    coarse = lost(part, -NARROWEST_MARGIN / 2)
    finer = [(place, size) for place, size in layout.mesh_sizes if size < layout.mesh_size]
    if not coarse or not finer:
        return coarse
    near = shapely.union_all([layout.in_mesh_sizes(place) for place, _ in finer]).buffer(1)
    finest = min(size for _, size in finer) / layout.mesh_size
    return [piece for piece in coarse if piece.disjoint(near)] + [
        piece for piece in lost(part, -NARROWEST_MARGIN / 2 * finest) if piece.intersects(near)
    ]


def _wider(areas: list[BaseGeometry], by: float) -> BaseGeometry:
    return shapely.union_all(areas).buffer(by, join_style="mitre")
