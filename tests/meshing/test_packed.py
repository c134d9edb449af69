"""Packed networks: who is joined to whom, where strips lie, and that all wires are one mesh."""

import time
from itertools import combinations

from mpi4py import MPI

import numpy as np
import pytest
import shapely

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing import mesh_film
from hebbfilm.meshing.families import (
    copied,
    hexagonal_lattice,
    joined_pairs,
    pixel_lattice,
    random_holes,
    rotated,
    rough,
    spoked_polygon,
    square_lattice,
    strip_network,
    triangular_lattice,
)
from hebbfilm.meshing.shapes.layout_file import read_layout, write_layout

NM = 1e-9
COARSE = 15 * NM
WIRES = {"wires": 3, "slit_width": 20 * NM, "strip_width": 130 * NM}
STRIPS = {**WIRES, "strip_length": 240 * NM, "contact_length": COARSE, "mesh_size": COARSE}
PACKED = {**STRIPS, "packed": True}


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("make", "options"),
    [
        (spoked_polygon, {"radius": 1500 * NM}),
        (square_lattice, {"rows": 2, "columns": 3, "spacing": 900 * NM}),
        (triangular_lattice, {"rows": 3, "columns": 2, "spacing": 1200 * NM}),
        (hexagonal_lattice, {"rings": 1, "spacing": 1200 * NM}),
    ],
)
def test_packed_networks_join_the_pairs_of_drawn_ones(make, options):
    """The same contacts, pairs, wires and area of film and of contacts, only elsewhere."""
    drawn = make(**options, **STRIPS)
    numbers = {k: v for k, v in options.items() if k not in ("radius", "spacing")}
    packed = make(**numbers, **PACKED)
    assert packed.contact_names == drawn.contact_names
    assert joined_pairs(packed) == joined_pairs(drawn)
    assert len(packed.outline.geoms) == len(drawn.outline.geoms) == 3 * len(joined_pairs(drawn))
    assert packed.outline.area == pytest.approx(drawn.outline.area, rel=1e-9, abs=0)
    for one, other in zip(packed.contacts, drawn.contacts, strict=True):
        assert one.region.area == pytest.approx(other.region.area, rel=1e-9, abs=0)


@pytest.mark.analytic
@pytest.mark.parametrize("strips", [1, 2, 7, 12, 40])
def test_strips_lie_in_nearly_square_rows_without_touching(strips):
    """Half a width apart along and across; no side is longer than the other and one strip more."""
    names = [f"n{k}" for k in range(strips + 1)]
    edges = [(names[0], name) for name in names[1:]]
    layout = strip_network(dict.fromkeys(names, (0.0, 0.0)), edges, **PACKED)
    pieces = list(layout.outline.geoms)
    assert len(pieces) == 3 * strips
    rows = [shapely.union_all(pieces[3 * k : 3 * k + 3]).envelope for k in range(strips)]
    apart = [a.distance(b) for a, b in combinations(rows, 2)]
    assert min(apart, default=65 * NM) == pytest.approx(65 * NM, rel=1e-9, abs=0)
    left, low, right, top = layout.outline.bounds
    assert (left, low) == (0, 0)
    along, across = 270 * NM + 65 * NM, 130 * NM + 65 * NM
    assert abs((right - left) - (top - low)) <= max(along, across) + 65 * NM


@pytest.mark.analytic
@pytest.mark.parametrize(("reach", "strips"), [(1, 58), (1.5, 106), (2, 152), (2.3, 228), (8, 595)])
def test_pixels_are_joined_within_reach(reach, strips):
    """Of 5 columns and 7 rows, counted by hand.

    4·7 + 5·6 along rows and columns, 2·4·6 on diagonals, 3·7 + 5·5 by two steps along rows and
    columns, 2·(3·6 + 4·5) by the moves of a knight; all are 35·34/2.
    """
    pairs = joined_pairs(pixel_lattice(reach=reach, **STRIPS))
    places = {f"node_{5 * y + x + 1}": (x, y) for y in range(7) for x in range(5)}
    expected = [
        (a, b) for a, b in combinations(places, 2)
        if np.hypot(*np.subtract(places[a], places[b])) <= reach + 1e-9
    ]  # fmt: skip
    assert pairs == expected
    assert len(pairs) == strips


@pytest.mark.analytic
def test_all_wires_have_one_mesh(comm):
    """Moved by their places; coordinates below L round by 1e-16 L. Also turned, and in 3D."""
    layout = square_lattice(rows=2, columns=2, **PACKED)
    count = len(layout.outline.geoms)
    for made, dimension in ((layout, 2), (rotated(layout, 30), 2), (layout, 3)):
        mesh = mesh_film(made, comm, dimension=dimension)
        points = mesh.numbering.gather(mesh.coordinates)
        if comm.rank == 0:
            sheet = points.reshape(dimension - 1, count, -1, 3)
            from_first = sheet - sheet[:, :, :1]
            np.testing.assert_allclose(
                from_first, np.broadcast_to(from_first[:, :1], sheet.shape), rtol=0, atol=1e-6 * NM
            )
        for contact in made.contacts:
            size = mesh.contact_size(contact.name)
            assert size == pytest.approx(contact.region.area, rel=1e-9, abs=0)


@pytest.mark.analytic
def test_no_wire_is_cut_between_ranks(comm):
    mesh = mesh_film(hexagonal_lattice(rings=1, **PACKED), comm)
    shared = mesh.partition()
    assert shared.most_ghosts == 0
    assert shared.imbalance < 0.1


def test_hundreds_of_strips_are_meshed_in_seconds(comm):
    """One wire is meshed, whatever their number; 16 s would be that of meshing each."""
    begin = time.perf_counter()
    wide = {"strip_width": 470 * NM, "wires": 8, "slit_width": 10 * NM, "mesh_size": 7.5 * NM}
    layout = pixel_lattice(contact_length=10 * NM, **wide)
    assert len(layout.outline.geoms) == 848
    assert layout.copies is not None
    assert len(layout.copies.places) == 848
    assert comm.allreduce(time.perf_counter() - begin, MPI.MAX) < 5


@pytest.mark.analytic
def test_packed_networks_may_be_changed_like_others(comm):
    layout = square_lattice(rows=2, columns=2, **PACKED | {"contact_length": 25 * NM})
    two = copied(layout, 2)
    assert two.contact_names[4:] == tuple(f"copy_2_{name}" for name in layout.contact_names)
    pairs = joined_pairs(layout)
    assert joined_pairs(two) == pairs + [(f"copy_2_{a}", f"copy_2_{b}") for a, b in pairs]
    uneven = rough(layout, 2 * NM, 40 * NM)
    assert joined_pairs(uneven) == pairs
    assert mesh_film(uneven, comm).contacts == layout.contact_names
    with pytest.raises(LayoutError, match="found a place"):
        random_holes(layout, 1, 40 * NM)


@pytest.mark.analytic
def test_packed_networks_come_back_from_their_file(tmp_path):
    layout = square_lattice(rows=2, columns=2, **PACKED)
    write_layout(layout, tmp_path / "film.toml")
    again = read_layout(tmp_path / "film.toml")
    assert shapely.equals_exact(again.outline, layout.outline)
    assert [c.region for c in again.contacts] == [c.region for c in layout.contacts]


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (hexagonal_lattice, {"packed": True}, "packed = true: only strips with a strip_length"),
        (square_lattice, {**PACKED, "spacing": 9e-7}, "spacing 9e-07: packed strips lie side by"),
        (spoked_polygon, {**PACKED, "radius": 9e-7}, "radius 9e-07: packed strips lie side by"),
        (hexagonal_lattice, {**PACKED, "pad_reach": 1e-7}, "pad_reach 1e-07: packed strips lie"),
        (pixel_lattice, {"reach": 0.5}, "reach 0.5: must be from 1, which joins neighbours"),
        (pixel_lattice, {"rows": 1, "columns": 1}, r"rows × columns = 1: must be .* from 2 to 500"),
        (pixel_lattice, {"rows": 30, "columns": 20}, r"rows × columns = 600: must be a whole"),
        (pixel_lattice, {"rows": 20, "columns": 20, "reach": 28}, "wires × edges 79800: must be"),
        (pixel_lattice, {**STRIPS, "strip_length": 1}, r"did you mean 1e-9\?"),
        (pixel_lattice, {**STRIPS, "wires": 9}, r"wires 9: 8 slits of 2e-08 m leave nothing"),
        (pixel_lattice, {**STRIPS, "wires": 6}, "narrower than the mesh size"),
        (pixel_lattice, {**STRIPS, "contact_length": 2e-9}, "contact_length 2e-09: what node_1 to"),
        (square_lattice, {**PACKED, "contact_length": 2e-9}, "contact_length 2e-09: what node_1"),
    ],
)  # fmt: skip
def test_what_cannot_be_packed_is_named(make, options, message):
    with pytest.raises(LayoutError, match=message):
        make(**options)
