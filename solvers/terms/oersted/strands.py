"""The law of Biot and Savart for straight pieces of wire, and the field of the wires of a film."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.solvers.discretisation.operators import VertexOperators
from hebbfilm.solvers.terms.oersted.sheets import Sheet
from hebbfilm.solvers.terms.oersted.way import Body, pieces_of, require_way_around
from hebbfilm.solvers.terms.oersted.wire import Wire

_MOST = 256
"""Strands of a wire, about; the field of more takes longer and differs within their distance."""
_UP = np.array([0.0, 0.0, 1.0])
_ASIDE = 1e-3 * np.array([0.36, 0.48, 0.8])
"""In radii, by which a way is tried beside itself, so that it does not run between two cells."""
_Strand: TypeAlias = tuple[FloatArray, FloatArray, float, float]
"""Start and path in m, share of the current, and radius in m."""


def segment_field(
    points: FloatArray, start: FloatArray, end: FloatArray, radius: float, *, endless: bool = False
) -> FloatArray:
    """H for 1 A along a straight piece of a round wire, in 1/m.

    H = (cos θ₁ - cos θ₂)/(4π ρ) around it (any textbook), with the angles at both ends; inside the
    wire times (ρ/radius)², as uniform current has it.

    Args:
        points: (n, 3) in m.
        start: of the piece in m, (3,).
        end: likewise.
        radius: of the wire in m, positive.
        endless: whether it goes on beyond its end, to infinity.

    Returns:
        (n, 3).
    """
    direction = (end - start) / np.linalg.norm(end - start)
    before = _cosine(points - start, direction)
    after = -1.0 if endless else _cosine(points - end, direction)
    around = np.cross(direction, points - start)
    square = np.maximum(np.einsum("ij,ij->i", around, around), radius**2)
    field: FloatArray = around * ((before - after) / (4 * np.pi * square))[:, None]
    return field


def _cosine(from_end: FloatArray, direction: FloatArray) -> FloatArray:
    """Of the angle at an end; zero at the end itself, where it has none."""
    distance = np.linalg.norm(from_end, axis=1)
    cosine: FloatArray = np.divide(
        from_end @ direction, distance, out=np.zeros_like(distance), where=distance > 0
    )
    return cosine


def path_field(
    points: FloatArray, start: FloatArray, path: FloatArray, radius: float
) -> FloatArray:
    """H for 1 A that comes from infinity through a wire and ends at its start, in 1/m, (n, 3).

    Args:
        points: (n, 3) in m.
        start: (3,) in m.
        path: (k, 3) in m from there on, see `Wire`.
        radius: in m.
    """
    total = np.zeros_like(points)
    for begin, along, length in pieces_of(start, path if len(path) else start[None] + _UP):
        total -= segment_field(points, begin, begin + along, radius, endless=length == np.inf)
    return total


class WireFields:
    """H at the vertices of a film for 1 A that each wire brings; made collectively.

    The strands of a wire begin at the vertices of its contact, or in the middle of some that are
    near to each other. Each is as thick as the part of the contact that falls to these, and carries
    as large a part of the current.

    Args:
        operators: of the film.
        conducting: of the mesh that conducts.
        wires: to its contacts.
        sheets: of the film in 2D: a path leads around them.

    Raises:
        InputError: a wire whose first point is the middle of its contact, that comes back to it, or
            that runs through the film or its layers.

    Attributes:
        unit_fields: (wires, owned, 3) in 1/m.
    """

    def __init__(
        self,
        operators: VertexOperators,
        conducting: VertexOperators,
        wires: Sequence[Wire],
        sheets: Sequence[Sheet],
    ) -> None:
        own = operators.film_mesh.coordinates[: operators.owned]
        self.unit_fields = np.zeros((len(wires), operators.owned, 3))
        for wire, field in zip(wires, self.unit_fields, strict=True):
            strands = _strands(conducting, wire)
            if wire.path:
                _require_around(conducting, wire.contact, strands, sheets)
            for start, path, share, radius in strands:
                field += share * path_field(own, start, path, radius)


def _require_around(
    operators: VertexOperators, name: str, strands: Sequence[_Strand], sheets: Sequence[Sheet]
) -> None:
    """Raise InputError if a wire leads through what conducts; collective."""
    lowest = min(sheet.height - sheet.thickness / 2 for sheet in sheets)
    highest = max(sheet.height + sheet.thickness / 2 for sheet in sheets)
    body = Body(operators, lowest, highest)
    held = np.zeros(len(operators.film_mesh.coordinates), dtype=bool)
    held[operators.film_mesh.contact_vertices(name)] = True
    width = min(radius for *_, radius in strands)
    aside = width * _ASIDE
    ways = [pieces_of(start + aside, path + aside) for start, path, _, _ in strands]
    require_way_around(name, body, body.touching(held), ways, width)


def _strands(operators: VertexOperators, wire: Wire) -> list[_Strand]:
    """Start, path, share of the current and radius of each; collective."""
    sizes = operators.contact_shares(wire.contact)
    held = np.flatnonzero(sizes)
    places = operators.film_mesh.coordinates[held]
    starts = np.concatenate(operators.comm.allgather(places))
    areas = np.concatenate(operators.comm.allgather(sizes[held]))
    starts, areas = merged(starts, areas, _MOST)
    shares = areas / areas.sum()
    middle = shares @ starts
    path = np.reshape(wire.path, (-1, 3))
    if len(path) and np.linalg.norm(path[0] - middle) < np.sqrt(areas.min()):
        raise InputError(
            f"oersted.wires: path of {wire.contact} begins with {wire.path[0]}, the middle of the "
            "contact: must be the next point of the wire, in m"
        )
    return [
        (start, path + (start - middle), float(share), float(np.sqrt(area / np.pi)))
        for start, share, area in zip(starts, shares, areas, strict=True)
    ]


def merged(places: FloatArray, sizes: FloatArray, most: int) -> tuple[FloatArray, FloatArray]:
    """Places with sizes, those in one cube taken together if there are more than some.

    Args:
        places: (n, 3).
        sizes: (n,), positive.
        most: about how many may be left.

    Returns:
        The middles of those that are left, (m, 3), and the sums of their sizes, (m,).
    """
    if len(places) <= most:
        return places, sizes
    low = places.min(axis=0)
    least, longest = np.sort(places.max(axis=0) - low)[1:]
    edge = max(longest / most, np.sqrt(least * longest / most))
    _, cube = np.unique(np.floor((places - low) / edge), axis=0, return_inverse=True)
    summed: FloatArray = np.bincount(cube.ravel(), sizes).astype(float)
    middles = [np.bincount(cube.ravel(), sizes * x) / summed for x in places.T]
    return np.column_stack(middles), summed
