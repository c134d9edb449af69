"""Like films side by side in one mesh: names, geometry, the mesh of each, and what is refused."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import shapely

from hebbfilm import copied, inner_pads, random_holes, rotated, rough, strip, wheel
from hebbfilm.common.errors import InputError, LayoutError
from hebbfilm.meshing import Contact, Layout, Region, Slab, mesh_film
from hebbfilm.meshing.shapes.layout_file import layout_from_dict, read_layout, write_layout
from hebbfilm.run.inputs.layouts import film_source

NM = 1e-9
COARSE = 20 * NM


def split(width=100 * NM):
    """A strip with edge contacts and a region of its own mesh size in it."""
    plain = strip(300 * NM, width, mesh_size=COARSE)
    area = shapely.box(100 * NM, -width / 2, 200 * NM, width / 2)
    return replace(plain, regions=(Region("soft", area, 10 * NM),))


FILMS = {
    "pads": lambda: inner_pads(size=300 * NM, ring_radius=190 * NM, pad_radius=60 * NM,
                               mesh_size=COARSE),
    "edges and a region": split,
    "no contacts": lambda: Layout(shapely.box(0, 0, 200 * NM, 100 * NM), (), 1e-9, COARSE),
    "one contact": lambda: Layout(
        shapely.box(0, 0, 200 * NM, 100 * NM),
        (Contact("pad", shapely.box(80 * NM, 20 * NM, 120 * NM, 80 * NM)),), 1e-9, COARSE),
    "wires": lambda: rotated(rough(random_holes(wheel(mesh_size=COARSE), 3, 30 * NM), 4 * NM,
                                   50 * NM), 20),
}  # fmt: skip


@pytest.mark.analytic
@pytest.mark.parametrize("name", FILMS)
@pytest.mark.parametrize("dimension", [2, 3])
def test_each_copy_is_the_mesh_of_the_film_alone(comm, name, dimension):
    """Moved along x by its width and the gap; in the same order, so its numbers follow on.

    A sum of two lengths below L rounds by 1e-16 L.
    """
    film, count, gap = FILMS[name](), 3, 50 * NM
    slabs = [Slab("pt", 3 * NM)] if dimension == 3 else []
    layout = copied(film, count, gap)
    one, all_three = (
        mesh_film(each, comm, dimension=dimension, slabs=slabs) for each in (film, layout)
    )
    left, _, right, _ = film.outline.bounds
    points = [each.numbering.gather(each.coordinates) for each in (one, all_three)]
    cells = [each.numbering.gather_cells() for each in (one, all_three)]
    if comm.rank == 0:
        sheets = 1 if dimension == 2 else 3
        size, number = len(points[0]) // sheets, count * len(points[0]) // sheets
        for sheet in range(sheets):
            alone = points[0][sheet * size : (sheet + 1) * size]
            for k in range(count):
                begin = sheet * number + k * size
                moved = points[1][begin : begin + size] - [k * (right - left + gap), 0, 0]
                np.testing.assert_allclose(moved, alone, rtol=0, atol=1e-6 * NM)
        assert len(cells[1]) == count * len(cells[0])
    assert all_three.quality().smallest_angle == pytest.approx(one.quality().smallest_angle, 1e-6)
    for contact in one.contacts:
        size = one.contact_size(contact)
        for copy in (contact, f"copy_2_{contact}", f"copy_3_{contact}"):
            assert all_three.contact_size(copy) == pytest.approx(size, rel=1e-9, abs=0)
    for region in one.regions:
        expected = count * one.region_size(region)
        assert all_three.region_size(region) == pytest.approx(expected, rel=1e-9, abs=0)


@pytest.mark.analytic
def test_contacts_are_named_after_their_copy():
    layout = copied(inner_pads(), 3)
    own = ("ring_1", "ring_2", "ring_3", "centre")
    others = tuple(f"copy_{k}_{name}" for k in (2, 3) for name in own)
    assert layout.contact_names == own + others
    bounds = [piece.bounds for piece in shapely.get_parts(layout.outline)]
    for (_, _, right, _), (left, _, _, _) in pairwise(bounds):
        assert left - right == pytest.approx(100 * NM, rel=1e-9, abs=0)
    assert bounds[0] == inner_pads().outline.bounds
    assert copied(inner_pads(), 1) == inner_pads()


@pytest.mark.analytic
@pytest.mark.parametrize("name", FILMS)
def test_copies_come_back_from_their_file(name, tmp_path):
    layout = copied(FILMS[name](), 2, 30 * NM)
    write_layout(layout, tmp_path / "film.toml")
    assert read_layout(tmp_path / "film.toml") == layout


@pytest.mark.parametrize(
    "content",
    [
        {"kind": "inner_pads", "mesh_size": COARSE, "rotate": 20},
        {"kind": "shapes", "mesh_size": COARSE,
         "film": [{"shape": "disc", "radius": 2e-7}],
         "contact": [{"name": "pad", "point": [0.0, 0.0], "radius": 5e-8}]},
    ],
)  # fmt: skip
def test_copies_come_last(content):
    """Whatever the order of the keys: holes, edges and turn are those of one film, and of all."""
    holes = {"number": 2, "radius": 3e-8}
    edges = {"amplitude": 3e-9, "correlation_length": 5e-8}
    changed = {**content, "holes": holes, "rough": edges}
    one = film_source(changed, 2, 1).geometry
    found = film_source({"copies": 2, **changed}, 2, 1).geometry
    assert found == copied(one, 2)
    table = {**changed, "copies": {"count": 2, "gap": 7e-8}}
    assert film_source(table, 2, 1).geometry == copied(one, 2, 7e-8)


@pytest.mark.parametrize(
    ("copies", "message"),
    [
        ("two", "layout.copies.count = 'two': must be a whole number"),
        (0, "copies.count 0: must be a whole number of films from 1"),
        ({"gap": 1e-7}, "layout.copies.count is missing"),
        ({"count": 2, "gap": -1e-7}, "copies.gap -1e-07 is not a positive length"),
        ({"count": 2, "gap": 100}, "copies.gap 100 m: lengths are metres; did you mean 100e-9?"),
        ({"count": 2, "gap": 1e-9}, "copies.gap 1e-09 m: at least the mesh size 2e-08 m is allowe"),
        ({"count": 2, "gaps": 1e-7}, r"unknown key gaps in .*layout.copies.*did you mean gap\?"),
        (200, "800 contacts: at most 500 are allowed"),
    ],
)
def test_wrong_copies_are_named(copies, message):
    shapes = {"film": [{"shape": "disc", "radius": 2e-7}], "mesh_size": 2e-8}
    pads = [{"name": f"pad_{k}", "point": [k * 8e-8, 0.0], "radius": 3e-8} for k in (-1, 0, 1)]
    more = [*pads, {"name": "pad_2", "point": [0.0, 8e-8], "radius": 3e-8}]
    more[0]["name"] = "pad"
    with pytest.raises(InputError, match=message):
        film_source({"kind": "inner_pads", "mesh_size": 2e-8, "copies": copies}, 2, 1)
    with pytest.raises(InputError, match=message):
        layout_from_dict({**shapes, "contact": more, "copies": copies})


def test_the_film_of_a_file_is_taken_as_it_is():
    content = {"kind": "mesh", "path": "a.msh", "thickness": 1e-9, "copies": 2}
    with pytest.raises(InputError, match=r"layout.copies: the film of a file .* is taken as it is"):
        film_source(content, 2, 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda film: replace(film, thickness=2 * NM),
        lambda film: replace(film, contacts=film.contacts[:-1]),
    ],
)
def test_copies_stay_alike(change):
    message = "of films that are copies is that of the first; change it before the film is copied"
    with pytest.raises(LayoutError, match=message):
        change(copied(inner_pads(mesh_size=COARSE), 2))


@pytest.mark.analytic
def test_copies_are_turned_together():
    """All films about one point, and still copies of one; a coordinate rounds by 1e-16 of L."""
    row = copied(inner_pads(mesh_size=COARSE), 2)
    turned = rotated(row, 30)
    assert turned.copies is not None
    assert shapely.equals_exact(
        turned.outline, shapely.affinity.rotate(row.outline, 30, origin=(0, 0)), 1e-6 * NM
    )
    assert turned.contact_names == row.contact_names


@pytest.mark.parametrize(
    "change",
    [
        lambda film: rough(film, 2 * NM, 50 * NM),
        lambda film: random_holes(film, 2, 20 * NM),
    ],
)
def test_films_that_are_no_longer_alike_are_no_copies(change):
    row = copied(inner_pads(mesh_size=COARSE), 2)
    changed = change(row)
    assert changed.copies is None
    assert changed.contact_names == row.contact_names
    assert len(shapely.get_parts(changed.outline)) == 2


def test_names_and_widths_of_all_are_checked():
    film = strip(300 * NM, mesh_size=COARSE)
    taken = replace(
        film, contacts=(film.contacts[0], replace(film.contacts[1], name="copy_2_left"))
    )
    with pytest.raises(LayoutError, match="contact name 'copy_2_left' is used twice"):
        copied(taken, 2)
    region = Region("copy_2_left", shapely.box(1e-7, -5e-8, 2e-7, 5e-8))
    with pytest.raises(LayoutError, match="region name 'copy_2_left' is that of a contact, too"):
        copied(replace(film, regions=(region,)), 2)
    with pytest.raises(LayoutError, match=r"the width of all copies 0.01502 m: lengths are metres"):
        copied(strip(5e-3, 1e-4, mesh_size=1e-5), 3, 1e-5)


def test_other_films_in_pieces_are_still_refused():
    apart = copied(FILMS["one contact"](), 2)
    with pytest.raises(LayoutError, match="the film is in 2 pieces"):
        replace(apart, copies=None)
