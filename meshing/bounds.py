"""What lengths, numbers and names of a film are allowed, in whatever way it is given."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from numbers import Real
from typing import Annotated, TypeAlias

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import Range, Unit

LARGEST = 1e-2  # m; wider films are nanometres or micrometres typed as metres
SMALLEST = 1e-11  # m; a tenth of an atom
THICKEST = 1e-5  # m; of a film, or of a layer
FINEST = 1e-10  # m; a mesh finer than atoms shows nothing
FINEST_TOLERANCE = 1e-14  # m; of curves
LARGEST_ANGLE = 1e4  # degrees; some turns
MOST_VERTICES = 5e7
MOST_MESHED = 2e5  # by one rank; triangles of a coarser mesh are divided where a film has more
MOST_REFINEMENTS = 6  # of a triangle into four
MOST_CONTACTS = 500  # 125 000 pairs in each row of a table
MOST_RINGS = 12  # of a hexagon, with 469 contacts
MOST_REGIONS = 2000
LONGEST_NAME = 64  # Gmsh cuts names of groups at 127 characters, file systems names at 255

LEAST_GRADATION = 1e-3
SMALLEST_UNIT, LARGEST_UNIT = 1e-15, 1e3  # m

FilmLength: TypeAlias = Annotated[float, Unit("m"), Range(SMALLEST, LARGEST)]
"""As `check_length` allows it."""
Thickness: TypeAlias = Annotated[float, Unit("m"), Range(SMALLEST, THICKEST)]
"""As `check_thickness` allows it."""
MeshSize: TypeAlias = Annotated[float, Unit("m"), Range(FINEST, LARGEST)]
"""As `check_mesh_size` allows it."""
Distance: TypeAlias = Annotated[float, Unit("m"), Range(0, LARGEST)]
"""A length, or 0."""
Turn: TypeAlias = Annotated[float, Unit("degrees"), Range(-LARGEST_ANGLE, LARGEST_ANGLE)]
Gradation: TypeAlias = Annotated[float, Unit(""), Range(LEAST_GRADATION, 1)]
FileUnit: TypeAlias = Annotated[float, Unit("m"), Range(SMALLEST_UNIT, LARGEST_UNIT)]
"""What a unit of a file is."""
Count: TypeAlias = Annotated[int, Range(0, MOST_CONTACTS)]
PositiveCount: TypeAlias = Annotated[int, Range(1, MOST_CONTACTS)]
Corners: TypeAlias = Annotated[int, Range(3, MOST_CONTACTS)]
Rings: TypeAlias = Annotated[int, Range(1, MOST_RINGS)]
Seed: TypeAlias = Annotated[int, Range(0)]

# In mesh sizes:
EDGE_TOLERANCE = 0.05  # a contact this close to the film's edge lies on it
NARROWEST = 0.95  # film, holes, contacts and regions narrower than this are lost in the mesh
NARROWEST_MARGIN = 0.4  # film between a pad, or a region, and other edges; less makes needles

TIPS = (
    "tips below about 15 degrees and cusps, as of curves that touch, are refused at any mesh size"
)

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]*")


def check_mesh_size(key: str, value: float) -> None:
    """Raise LayoutError unless a length in metres is one of films, and no finer than atoms."""
    check_length(key, value)
    if value < FINEST:
        raise LayoutError(
            f"{key} {value:g} m is less than an atom; allowed are {FINEST:g} m and up"
        )


def check_thickness(key: str, value: float) -> None:
    """Raise LayoutError unless a length in metres is the thickness of a film."""
    check_length(key, value)
    if value > THICKEST:
        raise LayoutError(f"{key} {value:g} m is no film's; allowed are up to {THICKEST:g} m")


def check_length(key: str, value: float) -> None:
    """Raise LayoutError unless a length in metres is positive and of the size of films."""
    problem = length_problem(value)
    if problem:
        raise LayoutError(f"{key} {problem}")


def length_problem(value: float) -> str | None:
    """The value and what is wrong with it as a length of films in metres, None if nothing is."""
    if not (isinstance(value, Real) and math.isfinite(value) and value > 0):
        return f"{shown(value)} is not a positive length in metres"
    if value > LARGEST:
        slip = f"{value:g}e-9" if 1 <= value < 1e5 else f"{value * 1e-9:g}"
        hint = f"did you mean {slip}?" if value * 1e-9 <= LARGEST else f"up to {LARGEST:g} m"
        return f"{value:g} m: lengths are metres; {hint}"
    if value < SMALLEST:
        return f"{value:g} m is less than an atom; lengths are metres, from {SMALLEST:g} m up"
    return None


def check_unit(key: str, value: float) -> None:
    """Raise LayoutError unless a value can be the metres per unit of a file."""
    if not SMALLEST_UNIT <= value <= LARGEST_UNIT:
        raise LayoutError(f"{key} {value:g} m: 1e-15 to 1e3 m are allowed, 1e-9 for nanometres")


def check_vertices(expected: float) -> None:
    """Raise LayoutError if a mesh would have too many vertices."""
    if expected > MOST_VERTICES:
        raise LayoutError(
            f"the mesh sizes would give about {expected:.1e} vertices; at most {MOST_VERTICES:.0e} "
            "are allowed"
        )


def check_names(names: Iterable[str], noun: str = "contact") -> None:
    """Raise LayoutError unless names, of contacts or regions, are well formed, free, used once."""
    seen: set[str] = set()
    for name in names:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise LayoutError(
                f"{noun} name {name!r}: letters, digits and underscores are allowed, as in 'rim_1'"
            )
        if len(name) > LONGEST_NAME:
            raise LayoutError(
                f"{noun} name {name[:20]!r}… has {len(name)} characters; at most {LONGEST_NAME} "
                "are allowed"
            )
        if name == "film":
            raise LayoutError(f"{noun} name 'film' is reserved for the film itself")
        if name in seen:
            raise LayoutError(f"{noun} name {name!r} is used twice")
        seen.add(name)
