"""Meshes whose triangles are divided on the ranks: the same film as meshed at once."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import combinations

from mpi4py import MPI

import numpy as np
import pytest
import shapely

from hebbfilm import copied, disc, square, strip
from hebbfilm.common.errors import InputError, LayoutError
from hebbfilm.meshing import Contact, FilmMesh, Layout, Region, Slab, mesh_film
from hebbfilm.meshing.files.read_write import gather_mesh
from hebbfilm.meshing.mesher.coarse import needed_refinements
from hebbfilm.meshing.mesher.equal_cells import lattice_eigenvalues
from hebbfilm.meshing.tagged_mesh import TaggedMesh
from hebbfilm.run.inputs.layouts import film_source

NM = 1e-9
PITCH = 10 * NM
FITS = (
    "; {} fits, and more may with a finer mesh_size; without the key it is as many as are needed "
    "and fit"
)


def parts_of_all() -> Layout:
    """Two edge contacts, a pad across the border of two regions, and a curve that is not divided
    into even parts by its chords."""
    outline = shapely.box(0, 0, 480 * NM, 240 * NM)
    contacts = (
        Contact("left", shapely.LineString([(0, 40 * NM), (0, 200 * NM)])),
        Contact("pad", shapely.box(160 * NM, 80 * NM, 320 * NM, 160 * NM)),
        Contact("right", shapely.LineString([(480 * NM, 0), (480 * NM, 240 * NM)])),
    )
    regions = (
        Region("soft", shapely.box(0, 0, 240 * NM, 240 * NM)),
        Region("hard", shapely.box(240 * NM, 0, 400 * NM, 240 * NM)),
    )
    return Layout(outline, contacts, 2 * NM, PITCH, regions=regions)


def twins() -> Layout:
    return copied(strip(160 * NM, 80 * NM, mesh_size=PITCH), count=2, gap=20 * NM)


LAYOUTS = {
    "parts": parts_of_all,
    "disc": lambda: disc(300 * NM, (0, 180), 60, 100 * NM, 2 * NM, 8 * NM),
    "copies": twins,
    "graded": lambda: square(320 * NM, contacts=4, contact_length=80 * NM, mesh_size=8 * NM,
                             contact_mesh_size=5 * NM),
}  # fmt: skip
ASKED = [("parts", 1, {}), ("parts", 2, {}), ("disc", 2, {}), ("copies", 1, {}), ("graded", 1, {})]
LAYOUTS["small disc"] = lambda: disc(160 * NM, (0, 180), 60, 80 * NM, 2 * NM, 12 * NM)
SOLID = {"dimension": 3, "layers": 2, "slabs": [Slab("pt", 3 * NM), Slab("oxide", NM, "above")]}
ASKED += [("parts", 2, SOLID), ("small disc", 1, SOLID)]


@pytest.fixture(params=ASKED, ids=lambda asked: f"{asked[0]}-{asked[1]}-{len(asked[2])}")
def films(request: pytest.FixtureRequest) -> tuple[FilmMesh, FilmMesh, Layout]:
    """A refined film on all ranks, and the same on each alone."""
    name, refinements, keys = request.param
    layout, shared, alone = made(name, refinements, keys["dimension"] if keys else 2)
    assert shared.refinements == alone.refinements == refinements
    return shared, alone, layout


@lru_cache
def made(name: str, refinements: int, dimension: int) -> tuple[Layout, FilmMesh, FilmMesh]:
    comm = MPI.COMM_WORLD
    layout, keys = LAYOUTS[name](), SOLID if dimension == 3 else {}
    shared = mesh_film(layout, comm, refinements=refinements, **keys)
    if comm.size == 1:
        return layout, shared, shared
    return layout, shared, mesh_film(layout, MPI.COMM_SELF, refinements=refinements, **keys)


def facets(simplices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All facets of simplices, each once, and of how many it is."""
    columns = list(combinations(range(simplices.shape[1]), simplices.shape[1] - 1))
    every = np.sort(np.concatenate([simplices[:, list(each)] for each in columns]), axis=1)
    return np.unique(every, axis=0, return_counts=True)


@pytest.mark.cross_method
def test_numbers_do_not_depend_on_the_ranks(films: tuple[FilmMesh, FilmMesh, Layout]) -> None:
    shared, alone, _ = films
    found, expected = gather_mesh(shared), gather_mesh(alone)
    slabs = [film.numbering.gather_cell_values(film.cell_slabs) for film in (shared, alone)]
    if found is None:
        return
    assert expected is not None
    for name in ("points", "cells", "cell_tags", "facets", "facet_tags", "cell_regions"):
        one, other = getattr(found, name), getattr(expected, name)
        assert (one is None) == (other is None)
        if one is not None:
            # Places to the last bit, too; a cell's corners come in DOLFINx's order.
            cells = name in ("cells", "facets")
            assert np.array_equal(*(np.sort(x, axis=1) if cells else x for x in (one, other)))
    assert (np.diff(found.cell_tags) >= 0).all()
    assert np.array_equal(*slabs)


@pytest.mark.analytic
def test_neighbours_share_whole_facets(films: tuple[FilmMesh, FilmMesh, Layout]) -> None:
    """Each facet is that of two cells, or of one on the rim; and each point belongs to a cell.

    Those of one alone close each corner: of a polygon edges at each vertex are even in number, of
    a body its triangles at each edge.
    """
    mesh = gather_mesh(films[1])
    assert mesh is not None
    every, counts = facets(mesh.cells)
    assert set(counts) == {1, 2}
    rim = every[counts == 1]
    _, at_corners = facets(rim) if mesh.dimension == 3 else np.unique(rim, return_counts=True)
    assert (at_corners % 2 == 0).all()
    assert np.array_equal(np.unique(mesh.cells), np.arange(len(mesh.points)))
    number = len(np.unique(np.round(mesh.points / (1e-3 * NM)), axis=0))
    assert number == len(mesh.points)


@pytest.mark.cross_method
def test_sizes_are_those_of_the_film_meshed_at_once(
    films: tuple[FilmMesh, FilmMesh, Layout],
) -> None:
    """Straight borders to round-off; a chord of h lies within h²/8R of its circle."""
    shared, _, layout = films
    keys = {} if shared.dimension == 2 else SOLID
    once = mesh_film(layout, shared.comm, refinements=0, **keys)
    bent = len(layout.outline.exterior.coords) > 5 if layout.copies is None else False
    # Twice, of a length or of an area, of the pad as of the film, whose radius is larger.
    allowed = 4 * layout.mesh_size**2 / (8 * (80 * NM) ** 2) if bent else 1e-9
    for name in layout.contact_names:
        assert shared.contact_size(name) == pytest.approx(once.contact_size(name), rel=allowed)
    for name in layout.region_names:
        assert shared.region_size(name) == pytest.approx(once.region_size(name), rel=1e-9)
    # Borders are divided into whole numbers of edges, of which there are few in a coarse mesh.
    assert shared.numbering.size == pytest.approx(once.numbering.size, rel=0.15)


@pytest.mark.analytic
def test_new_vertices_lie_on_the_curve(comm: MPI.Intracomm) -> None:
    """Of a circle, to the tolerance of 1e-3 edges with which layouts draw it."""
    layout = LAYOUTS["disc"]()
    mesh = gather_mesh(mesh_film(layout, MPI.COMM_SELF, refinements=2))
    assert mesh is not None
    every, counts = facets(mesh.cells)
    radii = np.linalg.norm(mesh.points[np.unique(every[counts == 1])], axis=1)
    assert np.abs(radii - 300 * NM).max() < 2e-3 * layout.mesh_size
    lengths = np.linalg.norm(np.diff(mesh.points[every[counts == 1]], axis=1), axis=2)
    assert lengths.max() / lengths.min() < 1.1


def without_grading(name: str) -> bool:
    return name != "graded"


@pytest.mark.analytic
@pytest.mark.parametrize(
    ("name", "refinements"),
    [(name, k) for name, k, keys in ASKED if not keys and without_grading(name)],
)
def test_no_triangle_shortens_the_steps_of_all(name: str, refinements: int) -> None:
    """The same bound of 9/h² as of films meshed at once (`test_evening.py`); 6/h² is the least.

    Of each triangle's own lattice, which is what its parts make. Where borders bend, the triangles
    beside are pressed by 5 % of an edge at most, and 12 % more is allowed for.
    """
    layout = LAYOUTS[name]()
    mesh = gather_mesh(mesh_film(layout, MPI.COMM_SELF, refinements=refinements))
    assert mesh is not None
    cells = mesh.cells.copy()
    one, other = (mesh.points[cells[:, k]] - mesh.points[cells[:, 0]] for k in (1, 2))
    assert np.abs(np.cross(one, other)[:, 2]).min() > 0
    values = lattice_eigenvalues(mesh.points[:, :2] / layout.mesh_size, cells)
    assert values.max() < (9 * 1.12 if name == "disc" else 9)


@pytest.mark.analytic
def test_lattices_of_triangles_have_their_eigenvalues() -> None:
    """6/h² of equal triangles of edge h, and half of 8/h² + ... of right ones: 3 · 2/(2 · ½)."""
    points = np.array([[0, 0], [1, 0], [0.5, np.sqrt(3) / 2], [0, 1]])
    values = lattice_eigenvalues(points, np.array([[0, 1, 2], [0, 1, 3]]))
    assert values == pytest.approx([6, 6], rel=1e-12)


def test_films_of_many_vertices_are_refined(
    comm: MPI.Intracomm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hebbfilm.meshing.mesher.coarse.MOST_MESHED", 500)
    assert [needed_refinements(vertices) for vertices in (500, 501, 2000, 2001)] == [0, 1, 1, 2]
    film = mesh_film(strip(600 * NM, 300 * NM, mesh_size=PITCH), comm)
    assert film.refinements == 2  # 180 000 / (86.6 · 4²) are fewer than 500


def test_curves_are_kept_at_the_price_of_a_larger_mesh(
    comm: MPI.Intracomm, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = disc(80 * NM, mesh_size=8 * NM)
    with pytest.raises(LayoutError) as told:
        mesh_film(layout, comm, refinements=3)
    assert str(told.value).startswith("refinements 3 of a mesh of 6.4e-08 m: contacts 'rim_1' and")
    assert str(told.value).endswith(FITS.format(1))
    # As many as it says.
    assert mesh_film(layout, comm, refinements=1).refinements == 1
    monkeypatch.setattr("hebbfilm.meshing.mesher.coarse.MOST_MESHED", 5)
    assert mesh_film(layout, comm).refinements == 1  # of 3 that 232/5 would take


def test_ends_of_contacts_are_not_lost(comm: MPI.Intracomm) -> None:
    """One 15 nm from a corner would come to lie in it where vertices are 80 nm apart."""
    edge = shapely.LineString([(0, 15 * NM), (0, 800 * NM)])
    outline = shapely.box(0, 0, 1600 * NM, 800 * NM)
    layout = Layout(outline, (Contact("left", edge),), 2 * NM, PITCH)
    with pytest.raises(LayoutError) as told:
        mesh_film(layout, comm, refinements=3)
    assert str(told.value) == (
        "refinements 3 of a mesh of 8e-08 m: a corner, or the end of a contact, is lost at "
        "(0, 1.5e-08) m" + FITS.format(0)
    )


@pytest.mark.parametrize("refinements", [-1, 7, 1.5, "2"])
def test_bad_numbers_are_refused(comm: MPI.Intracomm, refinements: object) -> None:
    with pytest.raises(ValueError, match=r"is not a number from 0 to 6$"):
        mesh_film(twins(), comm, refinements=refinements)  # type: ignore[arg-type]


def test_films_of_files_are_not_refined(tmp_path_factory: pytest.TempPathFactory) -> None:
    source = film_source({"kind": "mesh", "path": "film.msh", "thickness": 1e-9}, 2, 1)
    assert source.refined(None).refinements is None
    with pytest.raises(InputError) as told:
        source.refined(2)
    assert str(told.value) == (
        "numerics.refinements = 2: the film of a file is taken as it is; leave it out"
    )


def test_a_tagged_mesh_is_kept_in_the_order_of_its_tags() -> None:
    none = np.empty(0, dtype=np.int64)
    cells = np.arange(12).reshape(4, 3)
    tags = np.array([2, 1, 3, 1])
    mesh = TaggedMesh(np.zeros((12, 3)), cells, tags, none.reshape(0, 2), none, ("a", "b"))
    ordered = replace(mesh, cell_regions=np.arange(4)).in_order_of_tags()
    assert ordered.cell_tags.tolist() == [1, 1, 2, 3]
    assert ordered.cell_regions is not None
    assert ordered.cell_regions.tolist() == [1, 3, 0, 2]
