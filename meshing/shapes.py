"""Circles as polygons, and the rims and names that films have in common."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from shapely import Polygon

from meshing.errors import LayoutError
from meshing.layout import Contact, Region
from meshing.layout_checks import check_length

SAGITTA = 1e-3  # arcs are drawn as polygons this close to the circle, in mesh sizes


def arc_tolerance(mesh_size: float, contact_mesh_size: float | None) -> float:
    """How far the chords of a circle may lie from it, in m, at these mesh sizes in m."""
    if contact_mesh_size is None:
        return SAGITTA * mesh_size
    check_length("contact_mesh_size", contact_mesh_size)
    return SAGITTA * min(mesh_size, contact_mesh_size)


def arc(radius: float, start: float, stop: float, tolerance: float) -> np.ndarray:
    """Points (n, 2) in m on a circle about the origin between two angles in degrees."""
    step = 2 * math.acos(1 - min(tolerance / radius, 0.1))
    number = math.ceil(math.radians(stop - start) / step)
    angles = np.radians(np.linspace(start, stop, number + 1))
    return radius * np.column_stack([np.cos(angles), np.sin(angles)])


def disc_polygon(radius: float, tolerance: float) -> Polygon:
    """A disc about the origin; radius and tolerance in m."""
    return Polygon(arc(radius, 0, 360, tolerance)[:-1])


def numbered(stem: str, regions: Sequence[Region], mesh_size: float | None) -> tuple[Contact, ...]:
    """Contacts "stem_1", "stem_2", … with one mesh size in m."""
    return tuple(Contact(f"{stem}_{k}", region, mesh_size) for k, region in enumerate(regions, 1))


def check_each_length(**lengths: float) -> None:
    """Raise LayoutError unless each is a positive length in m, and of the size of films."""
    for key, value in lengths.items():
        check_length(key, value)


def check_below(key: str, value: float, limit_key: str, limit: float) -> None:
    """Raise LayoutError unless a length in m is below another."""
    if not value < limit:
        raise LayoutError(f"{key} {value:g} m is not below {limit_key} {limit:g} m")


def check_count(key: str, value: int, things: str = "contacts", least: int = 0) -> None:
    """Raise LayoutError unless a value is a number of so many things or more."""
    if not isinstance(value, int) or value < least:
        needed = f": at least {least}" if least else ""
        raise LayoutError(f"{key} {value!r} is not a number of {things}{needed}")
