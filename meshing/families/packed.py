"""Strips that share no film, side by side: metal joins them, so it does not matter where they lie.

All wires are copies of one, which is meshed once. A network that is packed may have any pairs of
contacts for its strips, as strips that would cross each other in a plane lie beside each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown
from hebbfilm.meshing.bounds import NARROWEST, check_length
from hebbfilm.meshing.film_copies import Copies
from hebbfilm.meshing.layout import Contact, Layout, layout_of

_SPACING = 600e-9
MOST_PACKED = 20_000
"""Wires: each is a row of tables in Python, some 1e-5 s; the complete graph of 70 has as many."""


def check_packed(strip_length: float | None, **given: float | None) -> None:
    """Raise LayoutError unless strips can be packed.

    Args:
        strip_length: of strips between metal pads, m, or None.
        given: by its key what packed strips have no use for, m; None where it was not given.
    """
    if strip_length is None:
        raise LayoutError(
            "packed = true: only strips with a strip_length are films of their own, between metal "
            "pads; give strip_length, or leave packed out"
        )
    for key, value in given.items():
        if value is not None:
            raise LayoutError(
                f"{key} {shown(value)}: packed strips lie side by side, wherever their contacts "
                "are; leave it out, or packed = true"
            )


def spacing_of(packed: bool, strip_length: float | None, **given: float | None) -> float:
    """The distance of contacts in m that is given by its key, or else 600 nm.

    Args:
        packed: whether strips are, which have no use for it.
        strip_length: of strips between metal pads, m, or None.
        given: the one distance, m, by its key; None where it was not given.

    Raises:
        LayoutError: a distance for strips that are packed, or one that is none of films.
    """
    if packed:
        check_packed(strip_length, **given)
    ((key, value),) = given.items()
    spacing = _SPACING if value is None else value
    check_length(key, spacing)
    return spacing


def packed_strips(
    names: Sequence[str],
    edges: Sequence[tuple[str, str]],
    strip: tuple[float, float],
    lanes: Sequence[tuple[float, float]],
    gap: float,
    contact_length: float,
    contact_mesh_size: float | None,
    thickness: float,
    mesh_size: float,
) -> Layout:
    """Strips along x in rows that together are nearly square, in the order of the edges.

    They begin at the lower left, and rows go from left to right. A contact is all wire ends of its
    strips: the left ones of those that name it first, the right ones of the others.

    Args:
        names: of the contacts, in node order.
        edges: pairs of names that a strip joins.
        strip: its length, contacts included, and its width, m.
        lanes: offset and width of each of its wires, in strip widths.
        gap: between neighbouring strips, in both directions, m.
        contact_length: of each wire end that a contact holds, m.
        contact_mesh_size: finer mesh size there, m.
        thickness: of the film, m.
        mesh_size: length of the edges of the mesh, m.

    Raises:
        LayoutError: a wire, or a contact at its end, that does not mesh.

    Example:
        >>> layout = packed_strips(
        ...     ["a", "b", "c"], [("a", "b"), ("b", "c")],
        ...     (260e-9, 50e-9), [(0.0, 1.0)], 25e-9, 10e-9, None, 1e-9, 5e-9
        ... )
        >>> [round(1e9 * x) for x in layout.outline.bounds]
        [0, 0, 260, 125]
        >>> joined_pairs(layout)
        [('a', 'b'), ('b', 'c')]
    """
    length, width = strip
    wire = lanes[0][1] * width
    _check_contacts(names, contact_length, contact_mesh_size or mesh_size)
    ends = [(0.0, contact_length), (length - contact_length, length)]
    contacts = tuple(
        Contact(name, shapely.box(left, 0.0, right, wire), contact_mesh_size)
        for name, (left, right) in zip(("start", "end"), ends, strict=True)
    )
    film = Layout(shapely.box(0.0, 0.0, length, wire), contacts, thickness, mesh_size)
    corners = _corners(len(edges), length + gap, width + gap)
    offsets = np.array([(0.0, offset * width) for offset, _ in lanes])
    places = (corners[:, None] + offsets).reshape(-1, 2)
    number = {name: k for k, name in enumerate(names)}
    held = [(number[first], number[second]) for first, second in edges for _ in lanes]
    return layout_of(Copies(film, Copies.rows_of(places), tuple(names), tuple(held)))


def _check_contacts(names: Sequence[str], contact_length: float, size: float) -> None:
    """Raise LayoutError if contacts are lost in a mesh of that size, m; they have these names."""
    if contact_length < NARROWEST * size:
        raise LayoutError(
            f"contact_length {contact_length:g}: what {names[0]} to {names[-1]} hold of each wire "
            f"is smaller than the mesh size {size:g} m; give a longer one, or a contact_mesh_size"
        )


def _corners(strips: int, along: float, across: float) -> FloatArray:
    """The lower left corners (strips, 2) of strips in rows, m.

    Args:
        strips: how many.
        along: from each to the next of a row, m.
        across: from row to row, m.
    """
    in_a_row = max(1, round(math.sqrt(strips * across / along)))
    row, column = np.divmod(np.arange(strips), in_a_row)
    corners: FloatArray = np.column_stack([column * along, row * across])
    return corners
