"""Arrays in canonical order do not depend on the number of ranks."""

from __future__ import annotations

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.meshing import FilmMesh, disc, mesh_film, wheel
from hebbfilm.meshing.layout import Layout

NM = 1e-9


def layout() -> Layout:
    return disc(100 * NM, (0, 180), 30, 40 * NM, 4 * NM, 12 * NM)


@pytest.fixture(params=[2, 3])
def films(request: pytest.FixtureRequest, comm: MPI.Intracomm) -> tuple[FilmMesh, FilmMesh]:
    """One film over all ranks, and the same on each rank alone."""
    shared = mesh_film(layout(), comm, dimension=request.param)
    alone = mesh_film(layout(), MPI.COMM_SELF, dimension=request.param)
    return shared, alone


@pytest.mark.cross_method
def test_gathered_equals_serial(films: tuple[FilmMesh, FilmMesh]) -> None:
    shared, alone = films
    points = shared.numbering.gather(shared.coordinates)
    cells = shared.numbering.gather_cells()
    tags = np.ones(len(shared.cells), dtype=np.int32)
    owned = shared.cell_tags.indices < len(shared.cells)
    tags[shared.cell_tags.indices[owned]] = shared.cell_tags.values[owned]
    marks = shared.numbering.gather_cell_values(tags)
    serial = np.ones(len(alone.cells), dtype=np.int32)
    serial[alone.cell_tags.indices] = alone.cell_tags.values
    if shared.comm.rank != 0:
        assert points is None
        assert cells is None
        assert marks is None
        return
    # To the last bit: the differences in demagnetising tensors amplify one by 1e4.
    assert np.array_equal(points, alone.numbering.gather(alone.coordinates))
    assert np.array_equal(cells, alone.numbering.gather_cells())
    assert np.array_equal(marks, alone.numbering.gather_cell_values(serial))


@pytest.mark.parametrize("kind", [np.float64, np.int32, np.int64, np.bool_])
@pytest.mark.parametrize("shape", [(), (3,), (2, 2)])
def test_round_trip(
    films: tuple[FilmMesh, FilmMesh], kind: type[np.generic], shape: tuple[int, ...]
) -> None:
    numbering = films[0].numbering
    table = None
    if films[0].comm.rank == 0:
        count = numbering.size * int(np.prod(shape))
        table = np.arange(count).reshape(numbering.size, *shape).astype(kind)
    local = numbering.scatter(table)
    assert local.dtype == kind
    assert local.shape == (len(films[0].coordinates), *shape)
    back = numbering.gather(local)
    if table is not None:
        assert np.array_equal(back, table)


@pytest.mark.cross_method
def test_scatter_reaches_ghosts(films: tuple[FilmMesh, FilmMesh]) -> None:
    film = films[0]
    local = film.numbering.scatter(film.numbering.gather(film.coordinates))
    assert np.array_equal(local, film.coordinates)


@pytest.mark.cross_method
def test_contact_vertices_are_known_on_every_rank(films: tuple[FilmMesh, FilmMesh]) -> None:
    """Also on a rank that sees a contact's vertex but none of its cells or facets."""
    shared, alone = films
    for name in shared.contacts:
        held = np.zeros(alone.numbering.size, dtype=bool)
        held[alone.numbering.canonical[alone.contact_vertices(name)]] = True
        expected = np.flatnonzero(held[shared.numbering.canonical])
        assert np.array_equal(np.sort(shared.contact_vertices(name)), expected)
        assert shared.contact_size(name) == pytest.approx(
            alone.contact_size(name), rel=1e-12, abs=0
        )


def test_wrong_length_is_refused_on_all_ranks(films: tuple[FilmMesh, FilmMesh]) -> None:
    numbering = films[0].numbering
    with pytest.raises(ValueError, match=f"5 values for the {numbering.size} vertices"):
        numbering.scatter(np.zeros(5))


def test_mesh_is_divided_among_the_ranks_in_the_same_way_each_time(comm: MPI.Intracomm) -> None:
    film = wheel(mesh_size=15 * NM)
    first, *others = (mesh_film(film, comm).numbering.canonical for _ in range(3))
    assert all(np.array_equal(first, other) for other in others)
