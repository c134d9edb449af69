"""Meshes against the closed forms of the shapes they stand for."""

from __future__ import annotations

import math

from mpi4py import MPI

import numpy as np
import pytest
from shapely import LineString, Point, Polygon, box

from hebbfilm.common.errors import LayoutError
from hebbfilm.meshing import (
    FILM_TAG,
    Contact,
    FilmMesh,
    Layout,
    MeshQuality,
    corbino,
    disc,
    mesh_film,
    square,
    strip,
    wheel,
)
from hebbfilm.meshing.bounds import EDGE_TOLERANCE
from hebbfilm.meshing.mesher import film as mesher
from hebbfilm.meshing.mesher.lines import SNAP
from hebbfilm.meshing.quality import simplex_measures

NM = 1e-9


def total(film: FilmMesh) -> float:
    """Area (m²) or volume (m³) of the whole film."""
    return film.comm.allreduce(simplex_measures(film.coordinates, film.cells).sum())


def owned_cells(film: FilmMesh, tag: int) -> np.ndarray:
    cells = film.cell_tags.find(tag)
    return cells[cells < len(film.cells)]


def global_count(film: FilmMesh, vertices: np.ndarray) -> int:
    owned = film.space.dofmap.index_map.size_local
    return film.comm.allreduce(int((vertices < owned).sum()))


def polygon_loss(radius: float, mesh_size: float) -> float:
    """Greatest relative area that a circle loses to chords.

    A chord is at most 1.5 mesh sizes (a chain of n = round(L/h) ≥ 1 segments), and a chord c of a
    circle R cuts off (c/R)²/6 of the sector below it to leading order; doubled for safety.
    """
    return 2 * (1.5 * mesh_size / radius) ** 2 / 6


@pytest.mark.analytic
def test_strip(comm: MPI.Intracomm) -> None:
    film = mesh_film(strip(300 * NM, 60 * NM, 2 * NM, 12 * NM), comm)
    # Straight sides: exact to rounding of some hundred sums.
    assert total(film) == pytest.approx(300 * 60 * NM**2, rel=1e-12, abs=0)
    for name in ("left", "right"):
        assert film.contact_size(name) == pytest.approx(60 * 2 * NM**2, rel=1e-12, abs=0)
        assert global_count(film, film.contact_vertices(name)) == 6
    assert np.allclose(
        film.coordinates[film.contact_vertices("right"), 0], 300 * NM, rtol=1e-12, atol=0
    )


@pytest.mark.analytic
def test_square_contacts(comm: MPI.Intracomm) -> None:
    layout = square(200 * NM, 8, 30 * NM, 1 * NM, 10 * NM)
    film = mesh_film(layout, comm)
    assert total(film) == pytest.approx((200 * NM) ** 2, rel=1e-12, abs=0)
    for name in film.contacts:
        assert film.contact_size(name) == pytest.approx(30 * NM * 1 * NM, rel=1e-12, abs=0)


@pytest.mark.analytic
def test_corbino(comm: MPI.Intracomm) -> None:
    a, b, h, t = 100 * NM, 200 * NM, 10 * NM, 2 * NM
    film = mesh_film(corbino(a, b, t, h), comm)
    for name, radius in (("inner", a), ("outer", b)):
        # A regular polygon of n = round(2πR/h) sides, its vertices on the drawn polygon, which
        # leaves the circle by 1e-3 h.
        n = round(2 * math.pi * radius / h)
        perimeter = 2 * n * radius * math.sin(math.pi / n)
        assert film.contact_size(name) == pytest.approx(
            perimeter * t, rel=1e-3 * h / radius * 2, abs=0
        )
        assert global_count(film, film.contact_vertices(name)) == n
    assert total(film) == pytest.approx(math.pi * (b**2 - a**2), rel=2 * polygon_loss(a, h), abs=0)


@pytest.mark.analytic
def test_wheel(comm: MPI.Intracomm) -> None:
    h = 10 * NM
    film = mesh_film(wheel(mesh_size=h), comm)
    sector = math.radians(70) / 2 * (360**2 - 250**2) * NM**2
    for k in (1, 2, 3):
        # The outer arc loses (see polygon_loss) what the inner arc partly gives back; ends of the
        # contact move by at most EDGE_TOLERANCE.
        loss = polygon_loss(250 * NM, h) + 2 * EDGE_TOLERANCE * h / (math.radians(70) * 250 * NM)
        assert film.contact_size(f"rim_{k}") == pytest.approx(sector, rel=2 * loss, abs=0)
    hub = math.pi * (60 * NM) ** 2
    assert film.contact_size("centre") == pytest.approx(hub, rel=polygon_loss(60 * NM, h), abs=0)
    assert film.contact_size("centre") < hub
    assert total(film) == pytest.approx(wheel().outline.area, rel=polygon_loss(250 * NM, h), abs=0)


@pytest.mark.analytic
def test_disc_with_pad(comm: MPI.Intracomm) -> None:
    layout = disc(200 * NM, (90, 270), 30, 50 * NM, 3 * NM, 20 * NM, 5 * NM)
    film = mesh_film(layout, comm)
    arc = math.radians(60) * 200 * NM * 3 * NM
    for name in ("rim_1", "rim_2"):
        # An arc of chords c is shorter by (c/R)²/24.
        assert film.contact_size(name) == pytest.approx(arc, rel=(7.5 / 200) ** 2 / 24 * 2, abs=0)
    pad = math.pi * (50 * NM) ** 2
    assert film.contact_size("centre") == pytest.approx(
        pad, rel=polygon_loss(50 * NM, 5 * NM), abs=0
    )


def test_tags_tell_film_pads_and_edges(comm: MPI.Intracomm) -> None:
    layout = disc(100 * NM, (0, 180), 30, 40 * NM, 1 * NM, 10 * NM)
    film = mesh_film(layout, comm)
    assert film.contact_tags == {"rim_1": 2, "rim_2": 3, "centre": 4}
    centres = film.coordinates[film.cells].mean(axis=1)
    inside = np.linalg.norm(centres, axis=1) < 40 * NM
    assert np.array_equal(np.flatnonzero(inside), np.sort(owned_cells(film, 4)))
    assert np.array_equal(np.flatnonzero(~inside), np.sort(owned_cells(film, FILM_TAG)))
    assert set(np.unique(film.facet_tags.values)) <= {2, 3}
    right = film.coordinates[film.contact_vertices("rim_1")]
    assert np.all(right[:, 0] > 80 * NM)
    with pytest.raises(KeyError):
        film.contact_vertices("rim_3")


def test_contacts_cover_the_rim_exactly(comm: MPI.Intracomm) -> None:
    """A vertex belongs to an edge contact where it is on the drawn line, and nowhere else."""
    layout = square(100 * NM, 4, 33 * NM, 1 * NM, 10 * NM)
    film = mesh_film(layout, comm)
    for contact in layout.contacts:
        on = [
            k
            for k, (x, y, _) in enumerate(film.coordinates)
            if contact.region.distance(Point(x, y)) < 1e-6 * NM
        ]
        assert np.array_equal(np.sort(film.contact_vertices(contact.name)), on)


def test_same_layout_gives_the_same_mesh() -> None:
    first, second = (mesher.triangulate(wheel(mesh_size=15 * NM)) for _ in range(2))
    assert np.array_equal(first.points, second.points)
    assert np.array_equal(first.cells, second.cells)
    assert np.array_equal(first.facets, second.facets)


def test_contacts_are_meshed_finer(comm: MPI.Intracomm) -> None:
    film = mesh_film(square(200 * NM, 2, 40 * NM, 1 * NM, 20 * NM, 4 * NM), comm)
    assert global_count(film, film.contact_vertices("edge_1")) == 11
    # Far from the contacts the film's own size holds: 200²/(20²√3/2) cells and little more.
    assert film.quality().vertices < 500


def test_pads_on_the_edge_drawn_with_other_chords(comm: MPI.Intracomm) -> None:
    """Outline and pad approximate one circle differently; no sliver is left between them."""
    outline = Point(0, 0).buffer(200 * NM, quad_segs=50)
    pad = Point(0, 0).buffer(200 * NM, quad_segs=64) & box(100 * NM, -1, 1, 1)
    edge = LineString([(200 * NM * math.cos(a), 200 * NM * math.sin(a)) for a in (2.9, 3.0, 3.1)])
    contacts = (Contact("cap", pad), Contact("arc", edge))
    film = mesh_film(Layout(outline, contacts, 1 * NM, 10 * NM), comm)
    quality = film.quality()
    assert quality.shortest_edge > 0.5 * 10 * NM
    assert quality.smallest_angle > 20
    assert film.contact_size("cap") == pytest.approx(pad.area, rel=0.01, abs=0)
    assert film.contact_size("arc") == pytest.approx(0.2 * 200 * NM * 1 * NM, rel=0.01, abs=0)


@pytest.mark.parametrize("gap", [0.15, 0.7])
def test_pad_corner_near_the_rim(comm: MPI.Intracomm, gap: float) -> None:
    """The gap is closed where no edge of the mesh fits into it, else crossed by one edge."""
    tip = gap * 10 * NM
    pad = Polygon([(tip, 100 * NM), (80 * NM, 60 * NM), (80 * NM, 140 * NM)])
    layout = Layout(box(0, 0, 200 * NM, 200 * NM), (Contact("pad", pad),), 1 * NM, 10 * NM)
    film = mesh_film(layout, comm)
    quality = film.quality()
    assert quality.shortest_edge > 0.5 * 10 * NM
    assert quality.smallest_angle > 20
    leftmost = film.coordinates[film.contact_vertices("pad"), 0].min(initial=1)
    expected = 0 if gap < SNAP else tip
    assert comm.allreduce(leftmost, op=MPI.MIN) == pytest.approx(expected, abs=1e-6 * NM)


@pytest.mark.regression
def test_default_wheel_is_fit_for_explicit_steps(comm: MPI.Intracomm) -> None:
    """The shortest edge bounds the time step; the floor is set by the 3.5 nm beside the hub."""
    quality = mesh_film(wheel(), comm).quality()
    assert quality.smallest_angle > 30
    assert quality.shortest_edge > 0.6 * 5 * NM
    assert 13_000 < quality.vertices < 15_000


def test_quality_is_one_line() -> None:
    line = "13 012 vertices, 25 120 triangles, shortest edge 3.9 nm, smallest angle 38°"
    assert str(MeshQuality(13012, 25120, 3.9e-9, 5e-9, 38.2)) == line
    assert "7 tetrahedra" in str(MeshQuality(9, 7, 1e-9, 1e-9, 5.0, dimension=3))


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.analytic
def test_extruded_film(comm: MPI.Intracomm, layers: int) -> None:
    layout = disc(100 * NM, (0, 180), 30, 40 * NM, 6 * NM, 12 * NM)
    flat = mesh_film(layout, comm)
    film = mesh_film(layout, comm, dimension=3, layers=layers)
    # Prisms are filled exactly, so all sizes follow from the flat mesh to rounding.
    assert total(film) == pytest.approx(total(flat) * 6 * NM, rel=1e-12, abs=0)
    for name in film.contacts:
        assert film.contact_size(name) == pytest.approx(flat.contact_size(name), rel=1e-12, abs=0)
    count = flat.quality().vertices
    assert film.quality().vertices == count * (layers + 1)
    assert film.quality().cells == flat.quality().cells * 3 * layers
    top = film.contact_vertices("centre")
    assert np.allclose(film.coordinates[top, 2], 6 * NM, rtol=1e-12, atol=0)
    assert global_count(film, top) == global_count(flat, flat.contact_vertices("centre"))
    side = global_count(film, film.contact_vertices("rim_1"))
    assert side == (layers + 1) * global_count(flat, flat.contact_vertices("rim_1"))
    under_pad = film.coordinates[film.cells[owned_cells(film, film.contact_tags["centre"])]]
    assert np.all(np.linalg.norm(under_pad[..., :2], axis=-1) < 40.1 * NM)


def test_failure_on_rank_0_is_raised_on_all(
    comm: MPI.Intracomm, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(model: object, graph: object) -> None:
        raise RuntimeError("no such curve")

    monkeypatch.setattr(mesher, "_draw", fail)
    with pytest.raises(LayoutError, match="Gmsh cannot mesh the layout: no such curve"):
        mesh_film(strip(mesh_size=20 * NM), comm)


def test_arguments(comm: MPI.Intracomm) -> None:
    with pytest.raises(ValueError, match="dimension 1"):
        mesh_film(strip(), comm, dimension=1)
    with pytest.raises(ValueError, match="layers 0"):
        mesh_film(strip(), comm, dimension=3, layers=0)


def test_gmsh_session_of_the_user_is_left_alone() -> None:
    import gmsh

    gmsh.initialize(interruptible=False)
    try:
        gmsh.model.add("mine")
        gmsh.option.setNumber("Mesh.Algorithm", 5)
        mesher.triangulate(strip(mesh_size=20 * NM))
        assert gmsh.isInitialized()
        assert gmsh.model.getCurrent() == "mine"
        assert "hebbfilm" not in gmsh.model.list()
        assert gmsh.option.getNumber("Mesh.Algorithm") == 5
    finally:
        gmsh.finalize()
