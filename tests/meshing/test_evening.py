"""Evened meshes: the same film and contacts, without vertices that shorten the steps of all."""

import numpy as np
import pytest
from scipy.sparse import coo_array, diags_array
from scipy.sparse.linalg import eigsh
from scipy.spatial import Delaunay

from hebbfilm.common.collective import on_root
from hebbfilm.meshing.catalogue import disc, square, strip, wheel
from hebbfilm.meshing.mesher import evening
from hebbfilm.meshing.mesher import film as mesher
from hebbfilm.meshing.mesher.triangles import anticlockwise

NM = 1e-9
LAYOUTS = {
    "wheel": lambda: wheel(),
    "graded": lambda: square(200 * NM, contacts=8, contact_length=30 * NM, contact_mesh_size=2e-9),
    "disc": lambda: disc(150 * NM, centre_pad_radius=40 * NM),
    "strip": lambda: strip(300 * NM, 150 * NM, mesh_size=4.33 * NM),
}


def triangles(layout, monkeypatch, comm):
    """The mesh before and after, on every rank."""
    before = []

    def keep(mesh, sizes):
        before.append(mesh)
        return even_out(mesh, sizes)

    even_out = mesher.even_out
    monkeypatch.setattr(mesher, "even_out", keep)
    return comm.bcast(on_root(comm, lambda: (mesher.triangulate(layout), before[0])))[::-1]


def areas(mesh):
    a, b, c = np.moveaxis(mesh.points[mesh.cells][..., :2], 1, 0)
    return ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]) / 2


def largest_eigenvalue(mesh):
    """Of -∇² on P1 with lumped volumes in 1/m²: what explicit steps must resolve."""
    points, cells, area = mesh.points[:, :2], mesh.cells, np.abs(areas(mesh))
    edges = points[cells[:, [2, 0, 1]]] - points[cells[:, [1, 2, 0]]]
    values = np.einsum("nak,nbk->nab", edges, edges) / (4 * area)[:, None, None]
    rows, columns = np.repeat(cells, 3, axis=1), np.tile(cells, (1, 3))
    stiffness = coo_array((values.ravel(), (rows.ravel(), columns.ravel()))).tocsr()
    volumes = np.bincount(cells.ravel(), np.repeat(area / 3, 3))
    root = diags_array(volumes**-0.5)
    return eigsh(root @ stiffness @ root, k=1, return_eigenvectors=False)[0]


@pytest.mark.analytic
@pytest.mark.parametrize("name", LAYOUTS)
def test_film_and_contacts_stay(comm, monkeypatch, name):
    """Each tag keeps its area to round-off, and what lies on borders and marked edges its place."""
    before, after = triangles(LAYOUTS[name](), monkeypatch, comm)
    area = areas(after)
    assert area.min() > 0
    for tag in np.unique(before.cell_tags):
        was = np.abs(areas(before))[before.cell_tags == tag].sum()
        assert area[after.cell_tags == tag].sum() == pytest.approx(was, rel=1e-12, abs=0)
    np.testing.assert_array_equal(after.points[after.facets], before.points[before.facets])
    np.testing.assert_array_equal(after.facet_tags, before.facet_tags)


@pytest.mark.analytic
@pytest.mark.parametrize("name", ["wheel", "disc", "strip"])
def test_no_vertex_shortens_the_steps_of_all(comm, monkeypatch, name):
    """Equal triangles of edge h have the largest eigenvalue 6/h².

    By Gershgorin's circles it is at most twice the largest stiffness over volume, which is 6/h² at
    a vertex that stays and may be exceeded at corners alone; half of that slack is allowed for.
    """
    layout = LAYOUTS[name]()
    before, after = triangles(layout, monkeypatch, comm)
    largest = largest_eigenvalue(after) * layout.mesh_size**2
    assert largest < 9
    assert largest < largest_eigenvalue(before) * layout.mesh_size**2
    assert len(after.points) > 0.95 * len(before.points)


@pytest.mark.analytic
def test_triangles_are_those_of_delaunay(comm, monkeypatch):
    """No inner edge of a contact or of the rest has opposite angles beyond π, to round-off."""
    _, mesh = triangles(wheel(), monkeypatch, comm)
    ends = np.sort(mesh.cells[:, [[1, 2], [2, 0], [0, 1]]].reshape(-1, 2), axis=1)
    corner = mesh.points[mesh.cells]
    one, other = corner[:, [1, 2, 0]] - corner, corner[:, [2, 0, 1]] - corner
    angle = np.arccos(
        (one * other).sum(axis=2) / np.linalg.norm(one, axis=2) / np.linalg.norm(other, axis=2)
    ).ravel()
    edges, number, counts = np.unique(ends, axis=0, return_inverse=True, return_counts=True)
    tags = np.repeat(mesh.cell_tags, 3)
    total = np.bincount(number.ravel(), angle)
    lowest, highest = np.full(len(edges), tags.max()), np.zeros(len(edges), dtype=tags.dtype)
    np.minimum.at(lowest, number.ravel(), tags)
    np.maximum.at(highest, number.ravel(), tags)
    inner = (counts == 2) & (lowest == highest)
    assert total[inner].max() < np.pi + 1e-6


@pytest.mark.cross_method
def test_edges_are_flipped_as_far_as_it_takes():
    """From triangles of the sheared plane to those that Qhull finds, which are unique."""
    points = np.vstack([[[0, 0], [1, 0], [1, 1], [0, 1]], np.random.default_rng(1).random((60, 2))])
    sheared = Delaunay(points @ [[1.0, 0.0], [3.0, 1.0]]).simplices.astype(np.int64)
    cells = anticlockwise(points, sheared)
    everywhere = np.ones(len(points), dtype=bool)
    found = evening._flip(points, cells, np.zeros(len(cells), dtype=np.int64), everywhere)
    wanted = Delaunay(points).simplices
    assert {frozenset(cell) for cell in found.tolist()} == {frozenset(c) for c in wanted.tolist()}
    assert {frozenset(cell) for cell in cells.tolist()} != {frozenset(c) for c in wanted.tolist()}


@pytest.mark.cross_method
def test_edges_are_flipped_beyond_what_has_moved():
    """A look at what is near enough finds the same as one everywhere, and something to flip."""
    points = np.random.default_rng(2).random((200, 2))
    cells = anticlockwise(points, Delaunay(points).simplices.astype(np.int64))
    tags, everywhere = np.zeros(len(cells), dtype=np.int64), np.ones(len(points), dtype=bool)
    flipped = 0
    for vertex in range(len(points)):
        around = np.unique(cells[(cells == vertex).any(axis=1)])
        moved = points.copy()
        moved[vertex] += 0.2 * (points[around].mean(axis=0) - points[vertex])
        near = np.arange(len(points)) == vertex
        wanted = evening._flip(moved, cells, tags, everywhere)
        np.testing.assert_array_equal(evening._flip(moved, cells, tags, near), wanted)
        flipped += not np.array_equal(wanted, cells)
    assert flipped > 20
