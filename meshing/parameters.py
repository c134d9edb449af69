"""Checks that films of different kinds share, and what they make of their mesh sizes."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown
from hebbfilm.meshing.bounds import LARGEST_ANGLE, MOST_CONTACTS, check_length
from hebbfilm.meshing.geometry.arcs import SAGITTA
from hebbfilm.meshing.layout import Contact, PadOrEdge


def arc_tolerance(mesh_size: float, contact_mesh_size: float | None) -> float:
    """How far the chords of a circle may lie from it, in m, at these mesh sizes in m."""
    if contact_mesh_size is None:
        return SAGITTA * mesh_size
    check_length("contact_mesh_size", contact_mesh_size)
    return SAGITTA * min(mesh_size, contact_mesh_size)


def numbered(
    stem: str, regions: Sequence[PadOrEdge], mesh_size: float | None
) -> tuple[Contact, ...]:
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


def check_count(
    key: str, value: int, things: str = "contacts", least: int = 0, most: int = MOST_CONTACTS
) -> None:
    """Raise LayoutError unless a value is a number of so many things."""
    if not isinstance(value, int) or not least <= value <= most:
        raise LayoutError(
            f"{key} {shown(value)}: must be a whole number of {things} from {least} to {most}"
        )


def check_seed(key: str, value: int) -> None:
    """Raise LayoutError unless a value can seed random numbers."""
    if not isinstance(value, int) or value < 0:
        raise LayoutError(f"{key} {shown(value)}: must be a whole number, 0 or more")


def check_angles(key: str, *angles: float) -> None:
    """Raise LayoutError unless each is an angle in degrees, of some turns at most."""
    for angle in angles:
        if not isinstance(angle, Real):
            raise LayoutError(f"{key} {shown(angle)} is not an angle in degrees")
        if not abs(angle) <= LARGEST_ANGLE:
            raise LayoutError(
                f"{key} {angle:g} is not an angle in degrees: {-LARGEST_ANGLE:g} to "
                f"{LARGEST_ANGLE:g} are allowed"
            )
