"""What of a film is shown in three dimensions, and how."""

from __future__ import annotations

from dataclasses import dataclass

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import allowed_are
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import number_or_si
from hebbfilm.run.pictures.film_colours import M_Z

CAMERAS = ("front", "top", "iso")
_AXES = "xyz"
LEAST_PIXELS, MOST_PIXELS = 100, 8000


@dataclass(frozen=True)
class Plane:
    """A plane across an axis.

    Args:
        axis: 0, 1 or 2 for x, y or z.
        position: on it in m; None: the middle of the film.
    """

    axis: int
    position: float | None = None


@dataclass(frozen=True)
class SceneOptions:
    """What is shown of a film.

    Args:
        quantity: what colours it; see `film_colours`.
        streamlines: lines along the current of snapshots under voltage.
        clip: what lies beyond this plane is cut away: above it, or on its right or front side.
        slice: the film is shown in this plane alone.
        inside: look through a film of tetrahedra, with arrows at all heights.
        pads: contacts are shown.
        labels: nodes have their names.
        arrows: along the magnetisation.
        camera: one of `CAMERAS`.
    """

    quantity: str = M_Z
    streamlines: bool = False
    clip: Plane | None = None
    slice: Plane | None = None
    inside: bool = False
    pads: bool = True
    labels: bool = True
    arrows: bool = True
    camera: str = CAMERAS[0]


def plane(option: str, text: str) -> Plane:
    """A plane as it is written: x, y or z, and behind "=" its place.

    Args:
        option: that gives it, for the message.
        text: such as "x", "y=40 nm" or "z=2e-9".

    Raises:
        InputError: it is none.

    Example:
        >>> plane("--clip", "y=40 nm")
        Plane(axis=1, position=4e-08)
    """
    axis, given, place = text.partition("=")
    if axis.strip() not in tuple(_AXES):
        raise InputError(f"{option} {shown(text)}: {allowed_are(axis, _AXES)}, as in {option} x=0")
    return Plane(_AXES.index(axis.strip()), metres(option, place) if given else None)


def metres(option: str, text: str) -> float:
    """A length as it is written, in m or with its unit; raises `InputError` if it is none."""
    return _number(option, text, "m")


def seconds(option: str, text: str) -> float:
    """A time as it is written, in s or with its unit; raises `InputError` if it is none."""
    return _number(option, text, "s")


def pixels(option: str, text: str) -> tuple[int, int]:
    """Width and height as they are written, like "1280x720"; raises `InputError` otherwise."""
    parts = text.lower().replace("×", "x").split("x")
    if len(parts) == 2 and all(part.strip().isdecimal() for part in parts):
        width, height = (int(part) for part in parts)
        if min(width, height) >= LEAST_PIXELS and max(width, height) <= MOST_PIXELS:
            return width, height
    raise InputError(
        f"{option} {shown(text)}: must be width and height in pixels from {LEAST_PIXELS} to "
        f"{MOST_PIXELS}, such as 1280x720"
    )


def _number(option: str, text: str, unit: str) -> float:
    try:
        value = number_or_si(text, unit)
    except InputError as error:
        raise InputError(f"{option} {error}") from None
    if abs(value) < float("inf"):
        return value
    raise InputError(f"{option} {shown(text)}: must be a finite number of {unit}")
