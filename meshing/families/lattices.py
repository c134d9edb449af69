"""Networks of strips on regular figures: spoked polygons, lattices, and hexagons of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from hebbfilm.meshing.bounds import (
    MOST_RINGS,
    Corners,
    Distance,
    FilmLength,
    MeshSize,
    PositiveCount,
    Rings,
    Thickness,
)
from hebbfilm.meshing.families.networks import Edge, Vertex, strip_network
from hebbfilm.meshing.families.packed import spacing_of
from hebbfilm.meshing.layout import Layout
from hebbfilm.meshing.parameters import check_count


def spoked_polygon(
    corners: Corners = 3,
    radius: FilmLength | None = None,
    strip_width: FilmLength = 110e-9,
    wires: PositiveCount = 1,
    slit_width: FilmLength | None = None,
    pad_reach: Distance = 0.0,
    strip_length: FilmLength | None = None,
    contact_length: FilmLength = 10e-9,
    thickness: Thickness = 1e-9,
    mesh_size: MeshSize = 5e-9,
    contact_mesh_size: MeshSize | None = None,
    packed: bool = False,
) -> Layout:
    """Contacts "rim_1", … at the corners of a polygon, joined around it and to "centre".

    Three corners make the complete network of four contacts, in which every pair has its strip; six
    a hexagon whose strips have one length.

    Args:
        corners: of the polygon, the first above the centre and the others anticlockwise.
        radius: from the centre to the corners, m; None: 600 nm.
        strip_width: across a strip, m.
        wires: parallel wires that each strip is slit into, see `strip_network`.
        slit_width: between wires, m; None: two mesh sizes.
        pad_reach: least distance from a contact's middle to the ends of its strips, m.
        strip_length: of strips between metal pads, m, see `strip_network`; None: film under pads.
        contact_length: of each wire end that a metal pad holds, m.
        thickness: of the film, m.
        mesh_size: length of the edges of the mesh, m.
        contact_mesh_size: finer mesh size at the contacts, m.
        packed: strips side by side, wherever their contacts are, see `strip_network`.

    Raises:
        LayoutError: a value that gives no such network.

    Example:
        >>> spoked_polygon(corners=3).contact_names
        ('rim_1', 'rim_2', 'rim_3', 'centre')
    """
    check_count("corners", corners, "corners", least=3)
    radius = spacing_of(packed, strip_length, radius=radius)
    names = [f"rim_{k}" for k in range(1, corners + 1)]
    turns = [math.pi / 2 + 2 * math.pi * k / corners for k in range(corners)]
    vertices: dict[str, Vertex] = {
        name: (radius * math.cos(turn), radius * math.sin(turn))
        for name, turn in zip(names, turns, strict=True)
    }
    vertices["centre"] = (0.0, 0.0)
    edges = [(name, names[(k + 1) % corners]) for k, name in enumerate(names)]
    edges += [(name, "centre") for name in names]
    return strip_network(
        vertices,
        edges,
        strip_width,
        wires,
        slit_width,
        pad_reach,
        strip_length,
        contact_length,
        thickness,
        mesh_size,
        contact_mesh_size,
        packed,
    )


def square_lattice(
    rows: PositiveCount = 3,
    columns: PositiveCount = 3,
    spacing: FilmLength | None = None,
    diagonals: bool = False,
    strip_width: FilmLength = 110e-9,
    wires: PositiveCount = 1,
    slit_width: FilmLength | None = None,
    pad_reach: Distance = 0.0,
    strip_length: FilmLength | None = None,
    contact_length: FilmLength = 10e-9,
    thickness: Thickness = 1e-9,
    mesh_size: MeshSize = 5e-9,
    contact_mesh_size: MeshSize | None = None,
    packed: bool = False,
) -> Layout:
    """Contacts "node_1", … row by row from below on a square lattice, neighbours joined.

    Args:
        rows: of contacts.
        columns: of contacts.
        spacing: of rows and columns, m; None: 600 nm.
        diagonals: also join each contact to the one right above it on the diagonal. The other
            diagonal of a cell would cross this one and merge with it.
        strip_width: across a strip, m.
        wires: parallel wires that each strip is slit into, see `strip_network`.
        slit_width: between wires, m; None: two mesh sizes.
        pad_reach: least distance from a contact's middle to the ends of its strips, m.
        strip_length: of strips between metal pads, m, see `strip_network`; None: film under pads.
        contact_length: of each wire end that a metal pad holds, m.
        thickness: of the film, m.
        mesh_size: length of the edges of the mesh, m.
        contact_mesh_size: finer mesh size at the contacts, m.
        packed: strips side by side, wherever their contacts are, see `strip_network`.

    Raises:
        LayoutError: a value that gives no such network.

    Example:
        >>> len(square_lattice().contacts)
        9
    """
    steps = [(1, 0), (0, 1), *([(1, 1)] if diagonals else [])]
    spacing = spacing_of(packed, strip_length, spacing=spacing)
    vertices, edges = _lattice(rows, columns, spacing, lambda row: steps)
    return strip_network(
        vertices,
        edges,
        strip_width,
        wires,
        slit_width,
        pad_reach,
        strip_length,
        contact_length,
        thickness,
        mesh_size,
        contact_mesh_size,
        packed,
    )


def triangular_lattice(
    rows: PositiveCount = 3,
    columns: PositiveCount = 3,
    spacing: FilmLength | None = None,
    strip_width: FilmLength = 110e-9,
    wires: PositiveCount = 1,
    slit_width: FilmLength | None = None,
    pad_reach: Distance = 0.0,
    strip_length: FilmLength | None = None,
    contact_length: FilmLength = 10e-9,
    thickness: Thickness = 1e-9,
    mesh_size: MeshSize = 5e-9,
    contact_mesh_size: MeshSize | None = None,
    packed: bool = False,
) -> Layout:
    """Contacts "node_1", … row by row from below on a triangular lattice, neighbours joined.

    Every second row stands half a spacing to the right.

    Args:
        rows: of contacts.
        columns: of contacts.
        spacing: of contacts, m; None: 600 nm.
        strip_width: across a strip, m.
        wires: parallel wires that each strip is slit into, see `strip_network`.
        slit_width: between wires, m; None: two mesh sizes.
        pad_reach: least distance from a contact's middle to the ends of its strips, m.
        strip_length: of strips between metal pads, m, see `strip_network`; None: film under pads.
        contact_length: of each wire end that a metal pad holds, m.
        thickness: of the film, m.
        mesh_size: length of the edges of the mesh, m.
        contact_mesh_size: finer mesh size at the contacts, m.
        packed: strips side by side, wherever their contacts are, see `strip_network`.

    Raises:
        LayoutError: a value that gives no such network.

    Example:
        >>> len(triangular_lattice().contacts)
        9
    """
    spacing = spacing_of(packed, strip_length, spacing=spacing)
    vertices, edges = _lattice(
        rows,
        columns,
        spacing,
        lambda row: [(1, 0), (0, 1), (1 if row % 2 else -1, 1)],
        height=math.sqrt(3) / 2,
        shift=0.5,
    )
    return strip_network(
        vertices,
        edges,
        strip_width,
        wires,
        slit_width,
        pad_reach,
        strip_length,
        contact_length,
        thickness,
        mesh_size,
        contact_mesh_size,
        packed,
    )


def hexagonal_lattice(
    rings: Rings = 1,
    spacing: FilmLength | None = None,
    strip_width: FilmLength = 110e-9,
    wires: PositiveCount = 1,
    slit_width: FilmLength | None = None,
    pad_reach: Distance = 0.0,
    strip_length: FilmLength | None = None,
    contact_length: FilmLength = 10e-9,
    thickness: Thickness = 1e-9,
    mesh_size: MeshSize = 5e-9,
    contact_mesh_size: MeshSize | None = None,
    packed: bool = False,
) -> Layout:
    """A hexagon of a triangular lattice: contacts "node_1", … row by row, neighbours joined.

    It has 1 + 3 n (n + 1) contacts, 7, 19, 37, …, and no direction of its six-fold lattice is
    preferred.

    Args:
        rings: n, of contacts about the middle one.
        spacing: of contacts, m; None: 600 nm.
        strip_width: across a strip, m.
        wires: parallel wires that each strip is slit into, see `strip_network`.
        slit_width: between wires, m; None: two mesh sizes.
        pad_reach: least distance from a contact's middle to the ends of its strips, m.
        strip_length: of strips between metal pads, m, see `strip_network`; None: film under pads.
        contact_length: of each wire end that a metal pad holds, m.
        thickness: of the film, m.
        mesh_size: length of the edges of the mesh, m.
        contact_mesh_size: finer mesh size at the contacts, m.
        packed: strips side by side, wherever their contacts are, see `strip_network`.

    Raises:
        LayoutError: a value that gives no such network.

    Example:
        >>> len(hexagonal_lattice().contacts)
        7
    """
    check_count("rings", rings, "rings", least=1, most=MOST_RINGS)
    spacing = spacing_of(packed, strip_length, spacing=spacing)
    places = [
        (across, up)
        for up in range(-rings, rings + 1)
        for across in range(-rings, rings + 1)
        if abs(across + up) <= rings
    ]
    names = {place: f"node_{k}" for k, place in enumerate(places, 1)}
    vertices: dict[str, Vertex] = {
        name: (spacing * (across + up / 2), spacing * math.sqrt(3) / 2 * up)
        for (across, up), name in names.items()
    }
    edges = [
        (name, names[across + right, up + above])
        for (across, up), name in names.items()
        for right, above in [(1, 0), (0, 1), (-1, 1)]
        if (across + right, up + above) in names
    ]
    return strip_network(
        vertices,
        edges,
        strip_width,
        wires,
        slit_width,
        pad_reach,
        strip_length,
        contact_length,
        thickness,
        mesh_size,
        contact_mesh_size,
        packed,
    )


def _lattice(
    rows: PositiveCount,
    columns: PositiveCount,
    spacing: float,
    steps: Callable[[int], Sequence[tuple[int, int]]],
    height: float = 1.0,
    shift: float = 0.0,
) -> tuple[dict[str, Vertex], list[Edge]]:
    """Vertices by name, and the edges that lead steps (columns, rows) on from those of a row."""
    check_count("rows", rows, "rows", least=1)
    check_count("columns", columns, "columns", least=1)
    check_count("rows × columns =", rows * columns, "contacts")
    names = {
        (column, row): f"node_{row * columns + column + 1}"
        for row in range(rows)
        for column in range(columns)
    }
    vertices = {
        name: (spacing * (column + shift * (row % 2)), spacing * height * row)
        for (column, row), name in names.items()
    }
    edges = [
        (name, names[column + across, row + up])
        for (column, row), name in names.items()
        for across, up in steps(row)
        if (column + across, row + up) in names
    ]
    return vertices, edges
