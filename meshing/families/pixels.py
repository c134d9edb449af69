"""Contacts that are the pixels of pictures, each joined to all others within some distance."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Annotated

from hebbfilm.common.errors import LayoutError
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import Range, Unit
from hebbfilm.meshing.bounds import MOST_CONTACTS, FilmLength, MeshSize, PositiveCount, Thickness
from hebbfilm.meshing.families.networks import strip_network
from hebbfilm.meshing.layout import Layout
from hebbfilm.meshing.parameters import check_count

_ROUND_OFF = 1e-9


def pixel_lattice(
    rows: PositiveCount = 7,
    columns: PositiveCount = 5,
    reach: Annotated[float, Unit(""), Range(1, MOST_CONTACTS)] = 1.5,
    strip_length: FilmLength = 240e-9,
    strip_width: FilmLength = 110e-9,
    wires: PositiveCount = 1,
    slit_width: FilmLength | None = None,
    contact_length: FilmLength = 10e-9,
    thickness: Thickness = 1e-9,
    mesh_size: MeshSize = 5e-9,
    contact_mesh_size: MeshSize | None = None,
) -> Layout:
    """Contacts "node_1", … row by row from below, each joined to all within reach by a strip.

    The strips would cross each other between the contacts, so they are packed side by side, see
    `strip_network`: the lattice says who is joined to whom, not where a strip lies.

    Args:
        rows: of contacts.
        columns: of contacts.
        reach: largest distance of contacts that a strip joins, in spacings of the lattice: 1 joins
            neighbours, 1.5 also those on diagonals (the moves of a king), 2.3 also those two
            steps along a row or a column and those a knight's move away; the whole diagonal, all
            pairs.
        strip_length: from contact to contact, m.
        strip_width: across a strip, m.
        wires: parallel wires that each strip is slit into, see `strip_network`.
        slit_width: between wires, m; None: two mesh sizes.
        contact_length: of each wire end that a contact holds, m.
        thickness: of the film, m.
        mesh_size: length of the edges of the mesh, m.
        contact_mesh_size: finer mesh size at the contacts, m.

    Raises:
        LayoutError: a value that gives no such network.

    Example:
        >>> [len(joined_pairs(pixel_lattice(reach=reach))) for reach in (1, 1.5, 2.3, 8)]
        [58, 106, 228, 595]
    """
    check_count("rows", rows, "rows", least=1)
    check_count("columns", columns, "columns", least=1)
    check_count("rows × columns =", rows * columns, "contacts", least=2)
    if not 1 <= reach <= MOST_CONTACTS:
        raise LayoutError(
            f"reach {shown(reach)}: must be from 1, which joins neighbours, to {MOST_CONTACTS}, in "
            "spacings of the lattice"
        )
    places = {
        f"node_{row * columns + column + 1}": (float(column), float(row))
        for row in range(rows)
        for column in range(columns)
    }
    edges = [
        (first, second)
        for first, second in combinations(places, 2)
        if math.dist(places[first], places[second]) <= reach + _ROUND_OFF
    ]
    return strip_network(
        dict.fromkeys(places, (0.0, 0.0)),
        edges,
        strip_width,
        wires,
        slit_width,
        strip_length=strip_length,
        contact_length=contact_length,
        thickness=thickness,
        mesh_size=mesh_size,
        contact_mesh_size=contact_mesh_size,
        packed=True,
    )
