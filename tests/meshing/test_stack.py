"""Films with sheets below and above them, and the part of their mesh that is the film."""

from __future__ import annotations

from pathlib import Path

from mpi4py import MPI

import numpy as np
import pytest
from shapely import box

from hebbfilm.common.errors import LayoutError, MeshError
from hebbfilm.meshing import (
    Contact,
    FilmMesh,
    FilmPart,
    Layout,
    Region,
    Slab,
    disc,
    film_part,
    mesh_film,
    read_mesh,
    strip,
    write_msh,
    write_xdmf,
)
from hebbfilm.meshing.quality import simplex_measures

NM = 1e-9
SLABS = (
    Slab("pt", 3 * NM, elements=2),
    Slab("cap", 2 * NM, "above"),
    Slab("ta", 1 * NM),
)
"""Film at 0 to 4 nm; pt, then ta below, cap above."""


def layout() -> Layout:
    return disc(100 * NM, (0, 180), 30, 40 * NM, 4 * NM, 15 * NM)


def stack_of(comm: MPI.Intracomm, slabs: tuple[Slab, ...] = SLABS) -> FilmMesh:
    return mesh_film(layout(), comm, dimension=3, layers=2, slabs=slabs)


@pytest.fixture(scope="module")
def stack() -> FilmMesh:
    return stack_of(MPI.COMM_WORLD)


@pytest.fixture(scope="module")
def part(stack: FilmMesh) -> FilmPart:
    return film_part(stack)


@pytest.fixture(scope="module")
def alone() -> FilmMesh:
    """The film without anything around it, on each rank by itself."""
    return mesh_film(layout(), MPI.COMM_SELF, dimension=3, layers=2)


@pytest.mark.analytic
def test_each_cell_knows_its_slab(stack: FilmMesh) -> None:
    middle = stack.coordinates[stack.cells].mean(axis=1)[:, 2] / NM
    expected = np.select(
        [middle < -3, middle < 0, middle < 4, middle < 6], [3, 1, 0, 2], default=-1
    )
    assert np.array_equal(stack.cell_slabs, expected)
    assert stack.height == pytest.approx(10 * NM, rel=1e-15)
    volumes = simplex_measures(stack.coordinates, stack.cells)
    found = stack.comm.allreduce(np.bincount(stack.cell_slabs, volumes, minlength=4))
    # Prisms cut in three: exact to the rounding of some thousand sums.
    assert found / found[0] == pytest.approx(np.array([4, 3, 2, 1]) / 4, rel=1e-12)


@pytest.mark.analytic
def test_contacts_are_on_the_sides_and_on_top_of_all(stack: FilmMesh, alone: FilmMesh) -> None:
    for name in ("rim_1", "rim_2"):
        # 10 nm of stack beside 4 nm of film.
        assert stack.contact_size(name) == pytest.approx(2.5 * alone.contact_size(name), rel=1e-12)
    assert stack.contact_size("centre") == pytest.approx(alone.contact_size("centre"), rel=1e-12)
    heights = stack.coordinates[stack.contact_vertices("centre"), 2]
    assert np.allclose(heights, 6 * NM, rtol=1e-12, atol=0)


@pytest.mark.cross_method
def test_film_part_is_the_film_meshed_alone(part: FilmPart, alone: FilmMesh) -> None:
    film = part.film
    points, cells = film.numbering.gather(film.coordinates), film.numbering.gather_cells()
    if film.comm.rank == 0:
        # To the last bit, so that a film behaves as it did before it got layers.
        assert np.array_equal(points, alone.numbering.gather(alone.coordinates))
        assert np.array_equal(cells, alone.numbering.gather_cells())
    assert film.thickness == alone.thickness
    assert film.slabs == ()
    assert film.height == film.thickness


def test_film_part_lies_in_the_stack(stack: FilmMesh, part: FilmPart) -> None:
    assert np.array_equal(part.film.coordinates, stack.coordinates[part.vertices])
    assert len(part.cells) == len(part.film.cells)
    mine, theirs = part.vertices[part.film.cells], stack.cells[part.cells]
    assert np.array_equal(np.sort(mine, axis=1), np.sort(theirs, axis=1))
    assert np.array_equal(np.flatnonzero(stack.cell_slabs == 0), np.sort(part.cells))


@pytest.mark.cross_method
def test_film_part_keeps_the_contacts_that_touch_it(part: FilmPart, alone: FilmMesh) -> None:
    film = part.film
    assert film.contacts == alone.contacts
    for name in ("rim_1", "rim_2"):
        assert film.contact_size(name) == pytest.approx(alone.contact_size(name), rel=1e-12)
        held = np.zeros(alone.numbering.size, dtype=bool)
        held[alone.numbering.canonical[alone.contact_vertices(name)]] = True
        expected = np.flatnonzero(held[film.numbering.canonical])
        assert np.array_equal(np.sort(film.contact_vertices(name)), expected)
    assert film.contact_size("centre") == 0
    assert len(film.contact_vertices("centre")) == 0
    assert film.pad_edge_length("centre") == 0


@pytest.mark.cross_method
def test_pad_on_a_film_over_slabs_stays_on_it(comm: MPI.Intracomm, alone: FilmMesh) -> None:
    film = film_part(stack_of(comm, (Slab("pt", 3 * NM),))).film
    assert film.contact_size("centre") == pytest.approx(alone.contact_size("centre"), rel=1e-12)


@pytest.mark.cross_method
def test_stack_is_numbered_alike_on_any_ranks(stack: FilmMesh) -> None:
    one = stack_of(MPI.COMM_SELF)
    points, cells = stack.numbering.gather(stack.coordinates), stack.numbering.gather_cells()
    slabs = stack.numbering.gather_cell_values(stack.cell_slabs)
    if stack.comm.rank == 0:
        assert np.array_equal(points, one.numbering.gather(one.coordinates))
        assert np.array_equal(cells, one.numbering.gather_cells())
        assert np.array_equal(slabs, one.numbering.gather_cell_values(one.cell_slabs))


@pytest.mark.analytic
def test_regions_pass_through_all_slabs(comm: MPI.Intracomm) -> None:
    plain = strip(100 * NM, 40 * NM, 2 * NM, 10 * NM)
    soft = Region("soft", box(20 * NM, -20 * NM, 50 * NM, 20 * NM))
    drawn = Layout(plain.outline, plain.contacts, 2 * NM, 10 * NM, regions=(soft,))
    stack = mesh_film(drawn, comm, dimension=3, slabs=[Slab("pt", 3 * NM)])
    film = film_part(stack).film
    for mesh in (stack, film):
        assert mesh.region_size("soft") == pytest.approx(30 * 40 * NM**2, rel=1e-12)
        middle = mesh.coordinates[mesh.cells].mean(axis=1)[:, 0] / NM
        assert np.array_equal(mesh.cell_regions, (middle > 20) & (middle < 50))


def test_ranks_without_a_cell_of_the_film(comm: MPI.Intracomm) -> None:
    """A small film on a high block, which is divided across."""
    small = strip(20 * NM, 20 * NM, 1 * NM, 10 * NM)
    stack = mesh_film(small, comm, dimension=3, slabs=[Slab("block", 300 * NM, elements=30)])
    film = film_part(stack).film
    least = comm.allreduce(len(film.cells), MPI.MIN)
    assert comm.size == 1 or least == 0
    one = mesh_film(small, MPI.COMM_SELF, dimension=3)
    assert film.numbering.size == one.numbering.size
    assert film.contact_size("left") == pytest.approx(one.contact_size("left"), rel=1e-12)


def test_film_part_of_a_film_is_itself(comm: MPI.Intracomm) -> None:
    film = mesh_film(layout(), comm, dimension=3)
    part = film_part(film)
    assert part.film is film
    assert np.array_equal(part.cells, np.arange(len(film.cells)))
    assert np.array_equal(part.vertices, np.arange(len(film.coordinates)))


def test_msh_holds_no_layers(stack: FilmMesh, part: FilmPart, shared_tmp_path: Path) -> None:
    with pytest.raises(MeshError, match=r"meshed with layers \(pt, cap, ta\): write \.xdmf"):
        write_msh(stack, shared_tmp_path / "stack.msh")
    write_msh(part.film, shared_tmp_path / "film.msh")


def test_xdmf_of_a_stack_is_not_taken_for_a_film(
    stack: FilmMesh, comm: MPI.Intracomm, shared_tmp_path: Path, unguarded: None
) -> None:
    write_xdmf(stack, shared_tmp_path / "stack.xdmf")
    comm.Barrier()
    with pytest.raises(MeshError, match=r"mesh of a film with layers \(pt, cap, ta\)"):
        read_mesh(shared_tmp_path / "stack.xdmf", comm, thickness=4 * NM)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Slab("film", 1 * NM), "layer name 'film' is reserved for the film itself"),
        (lambda: Slab("p t", 1 * NM), "layer name 'p t': letters, digits and underscores"),
        (lambda: Slab("pt", 3.0), "thickness of layer 'pt' 3 m: lengths are metres"),
        (lambda: Slab("pt", 3 * NM, "left"), "layer 'pt': side 'left' is neither"),
        (lambda: Slab("pt", 3 * NM, elements=0), "layer 'pt': elements 0 is not 1 or more"),
        (lambda: Slab("pt", 3 * NM, elements=1.5), "layer 'pt': elements 1.5 is no integer"),
    ],
)
def test_bad_slabs(make, message: str) -> None:
    with pytest.raises(LayoutError) as caught:
        make()
    assert str(caught.value).startswith(message)


def test_bad_stacks(comm: MPI.Intracomm) -> None:
    pt = Slab("pt", 3 * NM)
    with pytest.raises(LayoutError, match="layer name 'pt' is used twice"):
        mesh_film(layout(), comm, dimension=3, slabs=[pt, pt])
    with pytest.raises(LayoutError, match="slabs: a film of triangles has none"):
        mesh_film(layout(), comm, slabs=[pt])
    with pytest.raises(LayoutError, match="slabs: 4 is no Slab"):
        mesh_film(layout(), comm, dimension=3, slabs=[4])
    with pytest.raises(LayoutError, match="at most 5e"):
        mesh_film(layout(), comm, dimension=3, slabs=[Slab("pt", 3 * NM, elements=10_000_000)])


def test_contact_that_is_given_as_a_pad_alone_keeps_its_name(comm: MPI.Intracomm) -> None:
    plain = strip(100 * NM, 40 * NM, 2 * NM, 10 * NM)
    pads = tuple(
        Contact(name, box(x * NM, -20 * NM, (x + 20) * NM, 20 * NM))
        for name, x in (("a", 0), ("b", 80))
    )
    drawn = Layout(plain.outline, pads, 2 * NM, 10 * NM)
    film = film_part(mesh_film(drawn, comm, dimension=3, slabs=[Slab("cap", 2 * NM, "above")])).film
    assert film.contacts == ("a", "b")
    assert not film.contact_numbers({"a": ["a"], "b": ["b"]}).any()
