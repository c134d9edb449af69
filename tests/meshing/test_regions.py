"""Regions of a film, drawn and in the mesh, against the closed forms of their areas."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from mpi4py import MPI

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box
from shapely.affinity import rotate, translate

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing import Contact, FilmMesh, Layout, Region, mesh_film, wheel
from hebbfilm.meshing.bounds import MOST_REGIONS
from hebbfilm.meshing.families import random_holes, rotated, rough
from hebbfilm.meshing.geometry.arcs import disc_polygon
from hebbfilm.meshing.geometry.areas import area_of
from hebbfilm.meshing.mesher import planar_graph
from hebbfilm.meshing.mesher.extrusion import extrude
from hebbfilm.meshing.mesher.film import triangulate
from hebbfilm.meshing.quality import simplex_measures

NM = 1e-9


def nm_box(left: float, low: float, right: float, top: float) -> Polygon:
    return box(left * NM, low * NM, right * NM, top * NM)


def disc(x: float, y: float, radius: float, tolerance: float = 1e-3) -> Polygon:
    """Chords within a tolerance in nm."""
    return translate(disc_polygon(radius * NM, tolerance * NM), x * NM, y * NM)


PLATE = nm_box(0, 0, 200, 100)
PAD = Contact("pad", nm_box(0, 0, 20, 100))
EDGE = Contact("edge", LineString([(200 * NM, 0), (200 * NM, 100 * NM)]))


def plate(*regions: Region, mesh_size: float = 5.0) -> Layout:
    return Layout(PLATE, (PAD, EDGE), 1 * NM, mesh_size * NM, regions=regions)


LAYOUTS: dict[str, Layout] = {
    "a bar across": plate(Region("bar", nm_box(50, 0, 100, 100))),
    "alone in the film": plate(Region("core", nm_box(60, 30, 120, 70))),
    "the whole film": plate(Region("all", PLATE)),
    "side by side, one half under a pad": plate(
        Region("left", nm_box(10, 0, 100, 50)),
        Region("right", nm_box(100, 0, 150, 50)),
        Region("top", nm_box(90, 50, 200, 100)),
    ),
    "one in another": plate(
        Region("core", nm_box(80, 30, 120, 70)),
        Region("shell", nm_box(60, 10, 140, 90) - nm_box(80, 30, 120, 70)),
    ),
    "in two pieces": plate(
        Region("ends", MultiPolygon([nm_box(30, 0, 60, 100), nm_box(140, 0, 170, 100)]))
    ),
    "slanted, and finer": plate(
        Region("bar", rotate(nm_box(70, 30, 130, 70), 20, origin="centroid"), 2.5 * NM)
    ),
    "four that meet": plate(
        *(
            Region(f"at_{k}", nm_box(x, y, x + 60, y + 50))
            for k, (x, y) in enumerate([(40, 0), (100, 0), (40, 50), (100, 50)])
        )
    ),
}
STRAIGHT = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)


def sizes(film: FilmMesh) -> dict[str, float]:
    """Area in m² of each region of a mesh."""
    cells = simplex_measures(film.coordinates, film.cells) / film.thickness ** (film.dimension - 2)
    return {
        name: film.comm.allreduce(float(cells[film.cell_regions == number].sum()))
        for number, name in enumerate(film.regions, 1)
    }


@STRAIGHT
@pytest.mark.analytic
@pytest.mark.parametrize("dimension", [2, 3])
def test_straight_regions_have_the_area_of_their_drawing(
    layout: Layout, dimension: int, comm: MPI.Intracomm
) -> None:
    film = mesh_film(layout, comm, dimension=dimension, layers=2)
    assert film.regions == layout.region_names
    # Straight sides: exact to rounding of some thousand sums. The slanted bar's corners and sides
    # are vertices, whose coordinates Gmsh rounds to some 1e-12 of the film.
    for region in layout.regions:
        assert sizes(film)[region.name] == pytest.approx(region.area.area, rel=1e-9, abs=0)


@STRAIGHT
@pytest.mark.analytic
def test_every_cell_lies_on_one_side_of_each_border(layout: Layout, comm: MPI.Intracomm) -> None:
    film = mesh_film(layout, comm)
    corners = shapely.points(film.coordinates[film.cells][:, :, :2])
    for number, region in enumerate(layout.regions, 1):
        inside = film.cell_regions == number
        wider, narrower = region.area.buffer(1e-6 * NM), region.area.buffer(-1e-6 * NM)
        assert shapely.contains(wider, corners[inside]).all()
        assert not shapely.contains(narrower, corners[~inside]).any()


@pytest.mark.analytic
def test_round_regions_lose_what_chords_cut_off(comm: MPI.Intracomm) -> None:
    core = disc(100, 50, 20)
    layout = plate(Region("core", core), Region("shell", disc(100, 50, 40) - core))
    found = sizes(mesh_film(layout, comm))
    # A chord is at most 1.5 mesh sizes, and one of length c cuts (c/R)²/6 off a circle.
    chords = {radius: np.pi * radius**2 * (1.5 * 5 / radius) ** 2 / 6 for radius in (20, 40)}
    assert 0 < core.area - found["core"] < chords[20] * NM**2
    assert abs(found["shell"] - layout.regions[1].area.area) < sum(chords.values()) * NM**2


@pytest.mark.analytic
def test_a_region_under_a_pad_leaves_the_pad_its_area(comm: MPI.Intracomm) -> None:
    film = mesh_film(plate(Region("half", nm_box(10, 0, 100, 50))), comm)
    assert film.contact_size("pad") == pytest.approx(20 * 100 * NM**2, rel=1e-12, abs=0)
    both = film.cell_regions > 0
    pad = np.zeros(len(film.cells), dtype=bool)
    held = film.cell_tags.find(film.contact_tags["pad"])
    pad[held[held < len(pad)]] = True
    cells = simplex_measures(film.coordinates, film.cells)
    area = film.comm.allreduce(float(cells[both & pad].sum()))
    assert area == pytest.approx(10 * 50 * NM**2, rel=1e-12, abs=0)


@pytest.mark.parametrize("dimension", [2, 3])
def test_regions_do_not_depend_on_the_ranks(dimension: int, comm: MPI.Intracomm) -> None:
    layout = LAYOUTS["side by side, one half under a pad"]
    film = mesh_film(layout, comm, dimension=dimension, layers=2)
    cells = film.numbering.gather_cells()
    regions = film.numbering.gather_cell_values(film.cell_regions)
    if comm.rank == 0:
        tagged = triangulate(layout)
        tagged = tagged if dimension == 2 else extrude(tagged, layout, 2)
        expected = tagged.in_order_of_tags()
        assert np.array_equal(np.sort(cells, axis=1), np.sort(expected.cells, axis=1))
        assert np.array_equal(regions, expected.cell_regions)


def test_a_film_without_regions_has_none(comm: MPI.Intracomm) -> None:
    film = mesh_film(plate(), comm)
    assert film.regions == ()
    assert film.region_tags is None
    assert np.array_equal(film.cell_regions, np.zeros(len(film.cells)))


def test_a_region_may_be_finer(comm: MPI.Intracomm) -> None:
    film = mesh_film(plate(Region("core", nm_box(60, 30, 120, 70), 2 * NM)), comm)
    inside = simplex_measures(film.coordinates, film.cells[film.cell_regions == 1])
    area, number = film.comm.allreduce(inside.sum()), film.comm.allreduce(len(inside))
    # Equilateral triangles of that side, within a third.
    assert area / number == pytest.approx(np.sqrt(3) / 4 * (2 * NM) ** 2, rel=1 / 3)


def test_the_wheel_in_two_halves(comm: MPI.Intracomm) -> None:
    layout = wheel()
    right = layout.outline.intersection(box(0, -1e-6, 1e-6, 1e-6))
    film = mesh_film(replace(layout, regions=(Region("right", right),)), comm)
    # Its arcs lose what chords of one mesh size cut off, far below a thousandth.
    assert sizes(film)["right"] == pytest.approx(right.area, rel=1e-3)


BOX = nm_box(60, 30, 120, 70)
BAD_REGIONS: dict[str, tuple[Callable[[], Layout], str]] = {
    "a name that is none": (
        lambda: plate(Region("no space", BOX)),
        "region name 'no space': letters, digits and underscores are allowed",
    ),
    "the film's name": (
        lambda: plate(Region("film", BOX)),
        "region name 'film' is reserved for the film itself",
    ),
    "a contact's name": (
        lambda: plate(Region("pad", BOX)),
        "region name 'pad' is that of a contact, too; take another one",
    ),
    "a name twice": (
        lambda: plate(Region("a", nm_box(30, 0, 60, 100)), Region("a", nm_box(90, 0, 120, 100))),
        "region name 'a' is used twice",
    ),
    "a line": (
        lambda: plate(Region("a", LineString([(0, 0), (1e-7, 0)]))),  # type: ignore[arg-type]
        "region 'a' is a LineString, not a shapely Polygon",
    ),
    "empty": (lambda: plate(Region("a", Polygon())), "region 'a' is empty"),
    "a bow tie": (
        lambda: plate(Region("a", Polygon([(0, 0), (9e-8, 9e-8), (9e-8, 0), (0, 8e-8)]))),
        "region 'a' is not valid: Self-intersection",
    ),
    "off the film": (
        lambda: plate(Region("a", nm_box(300, 0, 340, 40))),
        "region 'a' lies off the film at (3.2e-07, 2e-08) m",
    ),
    "partly off the film": (
        lambda: plate(Region("a", nm_box(150, 20, 240, 60))),
        "region 'a' reaches outside the film at (2.201e-07, 4e-08) m",
    ),
    "over a hole": (
        lambda: replace(
            plate(), outline=PLATE - nm_box(100, 40, 120, 60), regions=(Region("a", BOX),)
        ),
        "region 'a' reaches outside the film at (1.1e-07, 5e-08) m",
    ),
    "overlapping": (
        lambda: plate(Region("a", BOX), Region("b", nm_box(110, 30, 150, 70))),
        "regions 'a' and 'b' overlap at (1.15e-07, 5e-08) m",
    ),
    "one upon another": (
        lambda: plate(Region("a", BOX), Region("b", nm_box(80, 40, 100, 60))),
        "regions 'a' and 'b' overlap at (9e-08, 5e-08) m",
    ),
    "too narrow": (
        lambda: plate(Region("a", nm_box(60, 30, 120, 33))),
        "region 'a' is narrower than the mesh size 5e-09 m at (9e-08, 3.15e-08) m",
    ),
    "too narrow a neck": (
        lambda: plate(Region("a", BOX | nm_box(120, 49, 140, 51) | nm_box(140, 30, 170, 70))),
        "region 'a' is narrower than the mesh size 5e-09 m at (1.3e-07, 5e-08) m",
    ),
    "a tip": (
        lambda: plate(Region("a", Polygon([(5e-8, 4e-8), (1.5e-7, 5e-8), (5e-8, 5e-8)]))),
        "region 'a' narrows to nothing at (1.5e-07, 5e-08) m: tips below about 15 degrees",
    ),
    "too near the rim": (
        lambda: plate(Region("a", nm_box(60, 1, 120, 70))),
        "what lies between the border of region 'a' and other borders is far narrower than the "
        "mesh size at (9e-08, 3.75e-10) m",
    ),
    "too near a pad": (
        lambda: plate(Region("a", nm_box(21, 0, 120, 100))),
        "what lies between the border of region 'a' and other borders is far narrower",
    ),
    "too near each other": (
        lambda: plate(Region("a", nm_box(30, 0, 80, 100)), Region("b", nm_box(81, 0, 130, 100))),
        "what lies between the border of region 'a' and other borders is far narrower",
    ),
    "a coarser mesh size": (
        lambda: plate(Region("a", BOX, 6 * NM)),
        "mesh_size 6e-09 m of region 'a' is above the film's 5e-09 m; a region can only be finer",
    ),
    "a mesh size in nanometres": (
        lambda: plate(Region("a", BOX, 2)),
        "mesh_size of region 'a' 2 m: lengths are metres; did you mean 2e-9?",
    ),
    "too many": (
        lambda: plate(*[Region(f"r{k}", BOX) for k in range(MOST_REGIONS + 1)]),
        f"{MOST_REGIONS + 1} regions: at most {MOST_REGIONS} are allowed",
    ),
}


@pytest.mark.parametrize(("layout", "message"), BAD_REGIONS.values(), ids=BAD_REGIONS)
def test_bad_regions_are_refused_by_name(layout: Callable[[], Layout], message: str) -> None:
    with pytest.raises(LayoutError, match=re.escape(message)):
        layout()


def test_borders_that_are_drawn_twice_may_differ_by_round_off(comm: MPI.Intracomm) -> None:
    core, hole = disc(100, 50, 25, 0.05), disc(100, 50, 25, 0.01)
    layout = plate(Region("core", core), Region("shell", disc(100, 50, 40) - hole))
    film = mesh_film(layout, comm)
    # No cell is left between the two.
    ring = Point(100 * NM, 50 * NM)
    middles = shapely.points(film.coordinates[film.cells][:, :, :2].mean(axis=1))
    near = shapely.distance(middles, ring) < 35 * NM
    assert (film.cell_regions[near] > 0).all()


@pytest.mark.analytic
def test_a_turn_takes_regions_along(comm: MPI.Intracomm) -> None:
    straight = LAYOUTS["side by side, one half under a pad"]
    turned = rotated(straight, 30)
    found = sizes(mesh_film(turned, comm))
    for before, after in zip(straight.regions, turned.regions, strict=True):
        assert after.area.equals_exact(rotate(before.area, 30, origin=(0, 0)), 1e-12 * NM)
        # Where a border meets another one it bends towards it, by EDGE_TOLERANCE over less than an
        # edge: 0.6 nm² at each of at most six places, of 2500 nm² and more.
        assert found[after.name] == pytest.approx(before.area.area, rel=1.5e-3)


@pytest.mark.analytic
def test_holes_are_cut_out_of_regions(comm: MPI.Intracomm) -> None:
    layout = random_holes(
        plate(Region("bar", nm_box(60, 0, 140, 100))), number=4, radius=8 * NM, distance=6 * NM
    )
    bar = layout.regions[0].area
    holes = len(bar.interiors)
    assert holes > 0
    assert len(layout.outline.interiors) == 4
    # Polygons of chords within their tolerance have slightly less than the area of the circle.
    assert bar.area == pytest.approx((80 * 100 - holes * np.pi * 64) * NM**2, rel=1e-3)
    assert shapely.distance(bar.exterior, shapely.MultiLineString(bar.interiors)) > 5.9 * NM
    film = mesh_film(layout, comm)
    # Chords of a mesh size cut (5/8)²/6 of a hole off, which the bar has more.
    assert sizes(film)["bar"] == pytest.approx(bar.area, rel=holes * np.pi * 64 * 0.15 / 8000)


def test_rough_edges_move_borders_along() -> None:
    layout = rough(LAYOUTS["four that meet"], 1.5 * NM, 20 * NM, seed=3)
    areas = [region.area for region in layout.regions]
    together = shapely.union_all(areas).buffer(0.05 * NM)
    # They still fill the part of the film that they filled, without a gap.
    assert len(shapely.get_parts(together)) == 1
    assert not together.interiors
    assert sum(a.area for a in areas) == pytest.approx(120 * 100 * NM**2, rel=0.05)
    assert sum(triangulate(layout).cell_regions > 0) > 0


@pytest.mark.parametrize("seed", range(12))
def test_grains_fill_the_film_or_are_refused(seed: int) -> None:
    """Voronoi cells have borders of any length, angles of any size, and meet in threes."""
    random = np.random.default_rng(seed)
    layout = wheel(mesh_size=12 * NM) if seed % 2 else plate()
    left, low, right, top = layout.outline.bounds
    sites = np.column_stack([random.uniform(left, right, 6), random.uniform(low, top, 6)])
    grains = shapely.voronoi_polygons(shapely.MultiPoint(sites), extend_to=layout.outline)
    areas = [area_of(grain.intersection(layout.outline)) for grain in shapely.get_parts(grains)]
    regions = [Region(f"grain_{k}", area) for k, area in enumerate(areas) if not area.is_empty]
    bare = triangulate(layout)
    try:
        mesh = triangulate(replace(layout, regions=tuple(regions)))
    except LayoutError:
        return  # for what is too small for the mesh
    cells, size = simplex_measures(mesh.points, mesh.cells), layout.mesh_size
    assert mesh.cell_regions is not None
    assert (mesh.cell_regions > 0).all()
    # Chords of arcs begin elsewhere where borders end on them: each cuts at most h³/12R off.
    arcs = layout.outline.length * size**2 / (12 * 250 * NM)
    whole = simplex_measures(bare.points, bare.cells).sum()
    assert cells.sum() == pytest.approx(whole, rel=1e-12, abs=arcs)
    for number, region in enumerate(regions, 1):
        # A vertex moves by half an edge at most where short borders close, and the two borders
        # beside it by a triangle each; elsewhere borders are straight.
        corners = 2 * shapely.get_num_coordinates(region.area.convex_hull)
        moved = corners * size**2 / 4 + arcs
        assert cells[mesh.cell_regions == number].sum() == pytest.approx(
            region.area.area, abs=moved
        )


def test_edges_that_cross_are_found_where_they_do() -> None:
    ends = [
        [(0, 0), (1, 1)],
        [(0, 1), (1, 0)],
        [(1, 1), (2, 1)],
        [(1, 1), (2, 1)],
        [(1, 1), (1, 3)],
    ]
    found = planar_graph._crossings([np.array(pair, dtype=float) for pair in ends])
    assert [place.wkt for place in found] == ["POINT (0.5 0.5)", "LINESTRING (1 1, 2 1)"]
