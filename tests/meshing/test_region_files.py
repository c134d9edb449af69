"""Regions in mesh files: written, read again, and picked from the groups of other programs."""

from __future__ import annotations

import re
from pathlib import Path

from mpi4py import MPI

import meshio
import numpy as np
import pytest
from shapely import LineString, box

from hebbfilm.common.errors import MeshError
from hebbfilm.meshing import (
    Contact,
    FilmMesh,
    Groups,
    Layout,
    Region,
    mesh_film,
    read_mesh,
    write_msh,
    write_xdmf,
)
from hebbfilm.meshing.quality import simplex_measures

pytestmark = pytest.mark.usefixtures("unguarded")

NM = 1e-9
THICKNESS = 4 * NM
LAYOUT = Layout(
    box(0, 0, 200 * NM, 100 * NM),
    (
        Contact("pad", box(0, 0, 30 * NM, 100 * NM)),
        Contact("edge", LineString([(200 * NM, 0), (200 * NM, 100 * NM)])),
    ),
    THICKNESS,
    10 * NM,
    regions=(
        Region("soft", box(15 * NM, 0, 100 * NM, 50 * NM)),
        Region("hard", box(100 * NM, 0, 150 * NM, 100 * NM)),
    ),
)


def places(film: FilmMesh) -> list[tuple[float, ...]] | None:
    """Middle in nm, region and contact of each cell, in order, on rank 0."""
    marks = np.zeros(len(film.cells))
    for number, tag in enumerate(film.contact_tags.values(), 1):
        held = film.cell_tags.find(tag)
        marks[held[held < len(marks)]] = number
    middles = film.coordinates[film.cells].mean(axis=1) / NM
    rows = np.column_stack([middles.round(6) + 0.0, film.cell_regions, marks])
    table = film.numbering.gather_cell_values(rows)
    return None if table is None else sorted(map(tuple, table.tolist()))


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("suffix", ["msh", "xdmf"])
@pytest.mark.cross_method
def test_files_keep_regions(
    comm: MPI.Intracomm, shared_tmp_path: Path, suffix: str, dimension: int
) -> None:
    film = mesh_film(LAYOUT, comm, dimension=dimension)
    path = shared_tmp_path / f"film.{suffix}"
    (write_msh if suffix == "msh" else write_xdmf)(film, path)
    again = read_mesh(path, comm, thickness=THICKNESS)
    assert again.regions == film.regions
    assert again.contacts == film.contacts
    assert places(again) == places(film)


def test_cells_in_two_groups_are_written_once(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    film = mesh_film(LAYOUT, comm)
    write_msh(film, shared_tmp_path / "film.msh")
    read = meshio.read(shared_tmp_path / "film.msh", file_format="gmsh")
    assert len(read.cells_dict["triangle"]) == film.quality().cells
    assert len(read.points) == film.quality().vertices


POINTS = np.array([[x, y, 0.0] for y in (0, 100) for x in (0, 100, 200, 300)])
TRIANGLES = np.array([[0, 1, 5], [0, 5, 4], [1, 2, 6], [1, 6, 5], [2, 3, 7], [2, 7, 6]])
ENDS = np.array([[0, 4], [3, 7]])


def foreign(path: Path, **sets: list[int]) -> None:
    """Two triangles a square, in sets by name; the ends are the contacts."""
    blocks = [("triangle", TRIANGLES), ("line", ENDS)]
    known = {name: [np.array(rows), np.empty(0, int)] for name, rows in sets.items()}
    known |= {name: [np.empty(0, int), np.array([k])] for k, name in enumerate(("left", "right"))}
    meshio.Mesh(POINTS, blocks, cell_sets=known).write(path)


def read_foreign(comm: MPI.Intracomm, path: Path, groups: Groups, **sets: list[int]) -> FilmMesh:
    if comm.rank == 0:
        foreign(path, **sets)
    comm.barrier()
    return read_mesh(path, comm, thickness=NM, unit=NM, groups=groups)


def area(film: FilmMesh, number: int) -> float:
    own = simplex_measures(film.coordinates, film.cells)[film.cell_regions == number]
    return film.comm.allreduce(float(own.sum())) / NM**2


FILM = {"film": [0, 1, 2, 3, 4, 5]}
BESIDE = {"film": [0, 1, 4, 5], "soft": [2, 3]}
ALONE = {"one": [0, 1], "soft": [2, 3], "other": [4, 5]}
GROUPS: dict[str, tuple[dict[str, list[int]], Groups]] = {
    "over the film": (FILM | {"soft": [2, 3]}, Groups(regions={"middle": "soft"})),
    "beside the film": (BESIDE, Groups(regions={"middle": "soft"})),
    "of several": (
        FILM | {"upper": [3], "lower": [2]},
        Groups(regions={"middle": ["upper", "lower"]}),
    ),
    "of a film of several": (
        ALONE,
        Groups(["one", "soft", "other"], regions={"middle": "soft"}),
    ),
    "named so": (FILM | {"region:middle": [2, 3]}, Groups()),
}


@pytest.mark.analytic
@pytest.mark.parametrize(("sets", "groups"), GROUPS.values(), ids=GROUPS)
def test_groups_of_others_are_regions(
    comm: MPI.Intracomm, shared_tmp_path: Path, sets: dict[str, list[int]], groups: Groups
) -> None:
    found = read_foreign(comm, shared_tmp_path / "film.inp", groups, **sets)
    assert found.regions == ("middle",)
    assert found.contacts == ("left", "right")
    assert area(found, 1) == pytest.approx(100 * 100, rel=1e-12)
    assert area(found, 0) == pytest.approx(200 * 100, rel=1e-12)


def test_numbers_are_regions(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    path = shared_tmp_path / "film.vtu"
    if comm.rank == 0:
        blocks = [("triangle", TRIANGLES), ("line", ENDS)]
        numbers = [np.array([1, 1, 2, 2, 3, 3]), np.array([7, 8])]
        meshio.Mesh(POINTS, blocks, cell_data={"medit:ref": numbers}).write(path)
    comm.barrier()
    groups = Groups([1, 2, 3], {"left": 7, "right": 8}, {"middle": 2, "end": 3})
    found = read_mesh(path, comm, thickness=NM, unit=NM, groups=groups)
    assert found.regions == ("middle", "end")
    assert [area(found, k) for k in (0, 1, 2)] == pytest.approx([100 * 100] * 3, rel=1e-12)


BAD_GROUPS: dict[str, tuple[dict[str, list[int]], Groups, str]] = {
    "unknown": (
        FILM | {"soft": [2]},
        Groups(regions={"middle": "sofd"}),
        "regions.middle.group = 'sofd': no such group (groups: film, soft, left, right); did you "
        "mean 'soft'?",
    ),
    "none": (FILM, Groups(regions={"a": []}), "regions.a.group = []: a group, or several, must be"),
    "lines": (
        FILM,
        Groups(contacts={"right": "right"}, regions={"a": "left"}),
        "region 'a' must hold triangle cells of the film, not line cells",
    ),
    "shared": (
        FILM | {"a": [2, 3], "b": [3, 4]},
        Groups(regions={"a": "a", "b": "b"}),
        "regions 'a' and 'b' share triangle cells at (1.333e-07, 6.667e-08) m",
    ),
    "a contact's name": (
        FILM | {"a": [2]},
        Groups(regions={"left": "a"}),
        "region name 'left' is that of a contact, too",
    ),
    "the film's name": (
        FILM | {"a": [2]},
        Groups(regions={"film": "a"}),
        "region name 'film' is reserved for the film itself",
    ),
    "no name": (FILM | {"region:a b": [2]}, Groups(), "region name 'a b': letters, digits and"),
}


@pytest.mark.parametrize(("sets", "groups", "message"), BAD_GROUPS.values(), ids=BAD_GROUPS)
def test_bad_groups_are_refused(
    comm: MPI.Intracomm,
    shared_tmp_path: Path,
    sets: dict[str, list[int]],
    groups: Groups,
    message: str,
) -> None:
    with pytest.raises(MeshError, match=re.escape(message)):
        read_foreign(comm, shared_tmp_path / "film.inp", groups, **sets)
