"""Families of layouts: what they promise of their geometry, and that they mesh."""

from itertools import combinations, pairwise

from mpi4py import MPI

import numpy as np
import pytest
import shapely

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing import disc, mesh_film, square, strip, wheel
from hebbfilm.meshing.families import (
    hexagonal_lattice,
    joined_pairs,
    random_holes,
    random_inside,
    random_rim,
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
CROSS = {"left": (-500 * NM, 0), "middle": (0, 0), "right": (500 * NM, 0), "top": (0, 400 * NM)}


def gaps(layout):
    """Least distances between contacts, pair by pair, m."""
    return [a.region.distance(b.region) for a, b in combinations(layout.contacts, 2)]


@pytest.mark.analytic
@pytest.mark.parametrize("contacts", [1, 2, 5])
def test_contacts_on_a_rim_keep_their_distance(contacts):
    """Along the rim, d is at least asked; the chord across it is shorter by less than d³/24R²."""
    radius, distance = 480 * NM, 60 * NM
    for seed in range(20):
        layout = random_rim(radius, contacts, 200 * NM, distance, seed, mesh_size=COARSE)
        assert layout.contact_names == tuple(f"rim_{k}" for k in range(1, contacts + 1))
        # Chords of an arc lie within 1e-3 mesh sizes of it.
        for contact in layout.contacts:
            assert contact.region.length == pytest.approx(200 * NM, rel=1e-3, abs=0)
        chord = distance - distance**3 / (24 * radius**2) - 1e-3 * COARSE
        assert min(gaps(layout), default=1.0) >= chord
        turns = [np.arctan2(*c.region.centroid.coords[0][::-1]) for c in layout.contacts]
        # Anticlockwise: at most one step leads back across the x axis.
        assert sum(after < before for before, after in pairwise(turns)) <= 1


@pytest.mark.analytic
def test_all_arrangements_on_a_rim_are_equally_likely():
    """The N gaps share out the free rim F like a Dirichlet distribution.

    Their variance is F² (N - 1)/N²(N + 1) = F²/18 for N = 3. Of 1200 gaps it errs by about 5 %, of
    which 4 are allowed.
    """
    radius, length, distance, number = 480 * NM, 200 * NM, 60 * NM, 3
    rim = 2 * np.pi * radius
    found = []
    for seed in range(400):
        layout = random_rim(radius, number, length, distance, seed, mesh_size=COARSE)
        starts = [c.region.coords[0] for c in layout.contacts]
        along = radius * np.mod([np.arctan2(y, x) for x, y in starts], 2 * np.pi)
        found.append(np.mod(np.diff(along, append=along[:1]), rim) - length - distance)
    free = rim - number * (length + distance)
    assert np.var(found) == pytest.approx(free**2 / 18, rel=0.2, abs=0)


@pytest.mark.analytic
def test_pads_inside_keep_their_distance():
    layout = random_inside(480 * NM, 8, 50 * NM, 40 * NM, seed=3, mesh_size=COARSE)
    assert len(layout.contacts) == 8
    # A buffer of 8 pieces a quarter is up to 0.5 % within its circle.
    assert min(gaps(layout)) > 40 * NM * 0.97
    rim = layout.outline.exterior
    assert min(c.region.distance(rim) for c in layout.contacts) > 40 * NM * 0.99


@pytest.mark.analytic
def test_holes_lie_in_the_bare_film():
    plain = random_inside(480 * NM, 3, 60 * NM, mesh_size=COARSE)
    layout = random_holes(plain, 15, 25 * NM, 20 * NM, seed=2)
    holes = [shapely.Polygon(ring) for ring in layout.outline.interiors]
    assert len(holes) == 15
    for hole in holes:
        # A polygon within 1e-3 mesh sizes of its circle.
        assert hole.area == pytest.approx(np.pi * (25 * NM) ** 2, rel=2e-3, abs=0)
        assert min(c.region.distance(hole) for c in layout.contacts) > 20 * NM * 0.99
    assert min(a.distance(b) for a, b in combinations(holes, 2)) > 20 * NM * 0.97
    assert layout.contacts == plain.contacts


@pytest.mark.analytic
def test_edges_are_as_rough_as_asked():
    """Root mean square and correlation of the long sides of a strip.

    Over a length L the mean of h² has L/(ξ√π) = 226 independent parts, so it errs by √(2/226) =
    9.4 % and a normalised correlation by no more; 4 of that are allowed.
    """
    length, amplitude, xi = 20e-6, 5 * NM, 50 * NM
    layout = rough(strip(length, 400 * NM, mesh_size=20 * NM), amplitude, xi, seed=7)
    x, y = np.array(layout.outline.exterior.coords).T
    for side in (-200 * NM, 200 * NM):
        near = np.flatnonzero(np.abs(y - side) < 50 * NM)
        order = near[np.argsort(x[near])]
        at = np.arange(0.5e-6, length - 0.5e-6, xi / 10)
        height = np.interp(at, x[order], y[order]) - side
        assert np.mean(height**2) == pytest.approx(amplitude**2, rel=0.4, abs=0)
        correlation = np.mean(height[10:] * height[:-10]) / np.mean(height**2)
        assert correlation == pytest.approx(np.exp(-0.5), abs=0.4)


@pytest.mark.analytic
def test_contacts_move_with_rough_edges(comm):
    """Edge contacts stay on the edge and pads in the film: both mesh, tagged with their size."""
    for smooth in (random_rim(mesh_size=COARSE), wheel(mesh_size=COARSE)):
        layout = rough(smooth, 6 * NM, 40 * NM, seed=5)
        film = mesh_film(layout, comm)
        assert film.quality().smallest_angle > 10
        for contact in layout.contacts:
            size = contact.region.area or contact.region.length * layout.thickness
            # A chord of a mesh size h on an edge of curvature 2a/ξ² is short of it by less than
            # (h κ)²/24 = 0.02; the area between is far less.
            assert film.contact_size(contact.name) == pytest.approx(size, rel=0.02, abs=0)


@pytest.mark.analytic
def test_turned_layouts_are_the_same():
    plain = square(300 * NM, mesh_size=COARSE)
    turned = rotated(plain, 90)
    assert turned.outline.equals_exact(rotated(plain, -270).outline, 1e-6 * NM)
    # A quarter turn puts the first contact, below, to the right.
    middle = turned.contacts[0].region.centroid
    assert (middle.x, middle.y) == (pytest.approx(150 * NM, abs=0), pytest.approx(0, abs=1e-6 * NM))


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("layout", "contacts", "strips"),
    [
        (spoked_polygon(mesh_size=COARSE), 4, 6),
        (spoked_polygon(6, mesh_size=COARSE), 7, 12),
        (square_lattice(mesh_size=COARSE), 9, 12),
        (square_lattice(diagonals=True, spacing=800 * NM, mesh_size=COARSE), 9, 16),
        (square_lattice(2, 4, mesh_size=COARSE), 8, 10),
        (triangular_lattice(mesh_size=COARSE), 9, 16),
        (triangular_lattice(2, 2, mesh_size=COARSE), 4, 5),
        (hexagonal_lattice(mesh_size=COARSE), 7, 12),
        (hexagonal_lattice(2, mesh_size=COARSE), 19, 42),
    ],
)
def test_lattices_join_their_neighbours(layout, contacts, strips):
    """Counted by hand: V contacts, E strips and, by Euler, E - V + 1 holes."""
    assert len(layout.contacts) == contacts
    assert len(joined_pairs(layout)) == strips
    assert len(layout.outline.interiors) == strips - contacts + 1


@pytest.mark.analytic
def test_strips_are_rectangles_between_flat_pads():
    """Reaches of the pads: half a width w where strips go on straight or end; else the middle's.

    There two strips meet at right angles: w/2 cot 45° + 0.75 h/sin 45°.
    """
    width, size = 80 * NM, 10 * NM
    edges = [("left", "middle"), ("middle", "right"), ("middle", "top")]
    layout = strip_network(CROSS, edges, width, mesh_size=size)
    middle = width / 2 + 0.75 * size * np.sqrt(2)
    lengths = [500 * NM - middle - width / 2] * 2 + [400 * NM - middle - width / 2]
    pads = shapely.union_all([c.region for c in layout.contacts])
    bare = shapely.get_parts(layout.outline.difference(pads))
    areas = sorted(part.area for part in bare if part.area > NM**2)
    np.testing.assert_allclose(areas, sorted(width * np.array(lengths)), rtol=1e-9)
    assert joined_pairs(layout) == edges
    assert layout.contact_names == tuple(CROSS)


@pytest.mark.analytic
def test_strips_are_slit_into_equal_wires():
    edges = [("left", "middle"), ("middle", "right"), ("middle", "top")]
    layout = strip_network(CROSS, edges, 200 * NM, 4, 16 * NM, mesh_size=8 * NM)
    pads = shapely.union_all([c.region for c in layout.contacts]).buffer(0.01 * NM)
    wires = shapely.get_parts(layout.outline.difference(pads))
    assert len(wires) == 3 * 4
    # The pads were widened by 0.01 nm at each end of a wire.
    wide = {round(min(_sides(wire)) / NM, 6) for wire in wires}
    assert wide == {(200 - 3 * 16) / 4}
    long = sorted(round(max(_sides(wire)) / NM + 0.02, 3) for wire in wires)
    assert len(set(long)) == 2
    assert joined_pairs(layout) == edges


@pytest.mark.analytic
@pytest.mark.parametrize("turn", [0, 30])
def test_strips_of_one_length_between_metal_pads(turn):
    """All wires are alike, whatever the distances of the vertices; nothing else is film."""
    wires, width, slit, length, hold = 4, 200 * NM, 16 * NM, 240 * NM, 20 * NM
    layout = rotated(
        spoked_polygon(
            3,
            1500 * NM,
            width,
            wires,
            slit,
            strip_length=length,
            contact_length=hold,
            mesh_size=COARSE,
        ),
        turn,
    )
    pieces = shapely.get_parts(layout.outline)
    assert len(pieces) == 6 * wires
    sides = np.array([sorted(_sides(piece)) for piece in pieces])
    np.testing.assert_allclose(sides[:, 0], (width - 3 * slit) / wires, rtol=1e-9)
    np.testing.assert_allclose(sides[:, 1], length + 2 * hold, rtol=1e-9)
    assert joined_pairs(layout) == list(combinations(layout.contact_names, 2))
    for contact in layout.contacts:
        ends = shapely.get_parts(contact.region)
        assert len(ends) == 3 * wires
        np.testing.assert_allclose(shapely.area(ends), (width - 3 * slit) / wires * hold, rtol=1e-9)


def test_strips_that_do_not_fit_between_their_pads_are_refused():
    with pytest.raises(LayoutError, match="less than strip_length and its two contacts"):
        spoked_polygon(3, 500 * NM, strip_length=240 * NM, mesh_size=COARSE)


@pytest.mark.analytic
def test_films_in_pieces_come_back_from_their_file(tmp_path):
    layout = spoked_polygon(
        3, 900 * NM, 110 * NM, 2, strip_length=120 * NM, contact_length=COARSE, mesh_size=COARSE
    )
    write_layout(layout, tmp_path / "wires.toml")
    again = read_layout(tmp_path / "wires.toml")
    assert shapely.equals_exact(again.outline, layout.outline)
    assert [c.region for c in again.contacts] == [c.region for c in layout.contacts]


def _sides(wire):
    corners = np.array(wire.minimum_rotated_rectangle.exterior.coords)
    return np.linalg.norm(np.diff(corners, axis=0), axis=1)[:2]


@pytest.mark.analytic
def test_joined_pairs_of_other_films():
    assert joined_pairs(wheel(mesh_size=COARSE)) == list(
        combinations(["rim_1", "rim_2", "rim_3", "centre"], 2)
    )
    pads = [("pad_1", "pad_2"), ("pad_1", "pad_3"), ("pad_2", "pad_3")]
    assert joined_pairs(random_inside(contacts=3, mesh_size=COARSE)) == pads


def test_the_same_seed_gives_the_same_layout():
    makers = [
        lambda seed: random_rim(seed=seed, mesh_size=COARSE),
        lambda seed: random_inside(seed=seed, mesh_size=COARSE),
        lambda seed: rough(disc(mesh_size=COARSE), 5 * NM, 40 * NM, seed),
        lambda seed: random_holes(disc(mesh_size=COARSE), 5, 30 * NM, seed=seed),
    ]
    for make in makers:
        assert make(3) == make(3)
        assert make(3) != make(4)


@pytest.mark.analytic
@pytest.mark.slow
def test_two_hundred_random_layouts_mesh_or_are_refused(comm: MPI.Intracomm):
    """No sliver below 10°, every contact with its size within 1 %, or a LayoutError by name."""
    meshed = 0
    for seed in range(200):
        try:
            layout = _random_layout(seed)
        except LayoutError:
            continue
        film = mesh_film(layout, comm)
        assert film.quality().smallest_angle > 10, seed
        for contact in layout.contacts:
            size = contact.region.area or contact.region.length * layout.thickness
            assert film.contact_size(contact.name) == pytest.approx(size, rel=0.01, abs=0), seed
        meshed += 1
    assert meshed > 100


def _random_layout(seed):
    rng = np.random.default_rng(seed)
    number, size = int(rng.integers(2, 9)), 8 * NM
    layout = [
        lambda: random_rim(300 * NM, number, 120 * NM, 40 * NM, seed, mesh_size=size),
        lambda: random_inside(300 * NM, number, 40 * NM, 25 * NM, seed, mesh_size=size),
        lambda: spoked_polygon(max(number, 3), 500 * NM, 60 * NM, mesh_size=size),
        lambda: triangular_lattice(2, max(number // 2, 2), 350 * NM, 60 * NM, mesh_size=size),
    ][seed % 4]()
    if rng.random() < 0.5:
        layout = random_holes(layout, int(rng.integers(1, 6)), 15 * NM, 15 * NM, seed)
    if rng.random() < 0.5:
        layout = rough(layout, rng.uniform(1, 6) * NM, rng.uniform(25, 60) * NM, seed)
    return rotated(layout, rng.uniform(0, 360))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: random_rim(contacts=20), r"contacts 20: .* they take 5.2e-06 m; the rim has 3.0"),
        (lambda: random_rim(contacts=0), "contacts 0: must be a whole number of contacts from 1"),
        (lambda: random_inside(contacts=40), r"contacts 40: only \d+ of them, .* found a place"),
        (lambda: random_holes(disc(), 500, 30 * NM), r"holes.number 500: only \d+ holes"),
        (lambda: rough(disc(), 10 * NM, 30 * NM), r"rough.amplitude .*edges would fold"),
        (lambda: rough(disc(), 1 * NM, 6 * NM), r"rough.correlation_length .*twice the mesh size"),
        (lambda: rotated(disc(), float("nan")), "rotate nan is not an angle"),
        (lambda: strip_network(CROSS, [("left", "rigth")]), "'rigth' of the strip left-rigth"),
        (lambda: strip_network(CROSS, [("left", "left")]), "left-left leads back to itself"),
        (lambda: strip_network(CROSS, [("left", "middle")]), "no strip ends at right"),
        (
            lambda: strip_network(CROSS, [("left", "right"), ("middle", "top")]),
            "strip left-right runs into the pad of middle|strips .* cross",
        ),
        (
            lambda: strip_network(
                {"a": (0, 0), "b": (1e-6, 1e-6), "c": (1e-6, 0), "d": (0, 1e-6)},
                [("a", "b"), ("c", "d")],
            ),
            "strips a-b and c-d cross",
        ),
        (
            lambda: strip_network({"a": (0, 0), "b": (9e-8, 0)}, [("a", "b")]),
            "vertices are 9e-08 m apart, and their pads take 1.1e-07 m",
        ),
        (
            lambda: strip_network(
                {"a": (0, 0), "b": (1e-6, 0), "c": (2e-6, 0)}, [("a", "b"), ("a", "c")]
            ),
            "two strips leave a in the same direction",
        ),
        (lambda: spoked_polygon(2), "corners 2: must be a whole number of corners from 3"),
        (lambda: spoked_polygon(wires=30), "wires 30: 29 slits of 1e-08 m leave nothing"),
        (lambda: square_lattice(1, 1), "no strip ends at node_1"),
    ],
)
def test_what_cannot_be_is_refused(make, message):
    with pytest.raises(LayoutError, match=message):
        make()
