"""Mesh files: what is written is read again, and what is no film is refused in one line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mpi4py import MPI

import meshio
import numpy as np
import pytest

from hebbfilm.common.errors import MeshError
from hebbfilm.meshing import (
    FilmMesh,
    disc,
    mesh_film,
    read_msh,
    strip,
    wheel,
    write_msh,
    write_xdmf,
)
from hebbfilm.meshing.quality import simplex_measures

pytestmark = pytest.mark.usefixtures("unguarded")

NM = 1e-9
THICKNESS = 4 * NM


def a_film(comm: MPI.Intracomm, dimension: int = 2) -> FilmMesh:
    layout = disc(100 * NM, (0, 180), 30, 40 * NM, THICKNESS, 15 * NM)
    return mesh_film(layout, comm, dimension=dimension)


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.cross_method
def test_msh_round_trip(comm: MPI.Intracomm, shared_tmp_path: Path, dimension: int) -> None:
    film = a_film(comm, dimension)
    path = shared_tmp_path / "film.msh"
    write_msh(film, path)
    again = read_msh(path, comm, thickness=THICKNESS)
    assert again.contacts == film.contacts
    assert again.dimension == dimension
    before, after = film.quality(), again.quality()
    assert (after.vertices, after.cells) == (before.vertices, before.cells)
    # Vertices come from another cell's map: rounding of coordinates, relative to an edge.
    assert after.shortest_edge == pytest.approx(before.shortest_edge, rel=1e-12, abs=0)
    for name in film.contacts:
        assert again.contact_size(name) == pytest.approx(film.contact_size(name), rel=1e-12, abs=0)
        counts = [comm.allreduce(int(_owned(f, name).sum())) for f in (film, again)]
        assert counts[0] == counts[1]
    comm.barrier()
    assert [p.name for p in shared_tmp_path.iterdir()] == ["film.msh"]


def _owned(film: FilmMesh, name: str) -> np.ndarray:
    return film.contact_vertices(name) < film.space.dofmap.index_map.size_local


WRITTEN = {
    "edge contacts": strip(300 * NM, 100 * NM, THICKNESS, 30 * NM),
    "pads": wheel(thickness=THICKNESS, mesh_size=40 * NM),
    "both": disc(100 * NM, (0, 180), 30, 40 * NM, THICKNESS, 15 * NM),
}


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("kind", WRITTEN)
@pytest.mark.cross_method
def test_msh_is_read_alike_by_others(
    comm: MPI.Intracomm, shared_tmp_path: Path, kind: str, dimension: int
) -> None:
    """By meshio, which believes the number of nodes in the header."""
    film = mesh_film(WRITTEN[kind], comm, dimension=dimension)
    write_msh(film, shared_tmp_path / "film.msh")
    read = meshio.read(shared_tmp_path / "film.msh", file_format="gmsh")
    assert len(read.points) == film.quality().vertices
    cells = read.cells_dict["triangle" if dimension == 2 else "tetra"]
    assert len(cells) == film.quality().cells
    sizes = [
        comm.allreduce(simplex_measures(film.coordinates, film.cells).sum()),
        simplex_measures(read.points, cells).sum(),
    ]
    assert sizes[1] == pytest.approx(sizes[0], rel=1e-12, abs=0)


def test_xdmf_is_readable(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    film = a_film(comm)
    write_xdmf(film, shared_tmp_path / "film.xdmf")
    from dolfinx.io import XDMFFile

    with XDMFFile(comm, str(shared_tmp_path / "film.xdmf"), "r") as file:
        mesh = file.read_mesh()
    number = mesh.topology.index_map(2).size_global
    assert number == film.quality().cells
    comm.barrier()
    assert sorted(p.name for p in shared_tmp_path.iterdir()) == ["film.h5", "film.xdmf"]


@pytest.mark.parametrize("name", ["film.vtk", "film"])
def test_wrong_suffix(comm: MPI.Intracomm, shared_tmp_path: Path, name: str) -> None:
    film = a_film(comm)
    with pytest.raises(MeshError, match=r"must end in \.msh"):
        write_msh(film, shared_tmp_path / name)
    with pytest.raises(MeshError, match=r"must end in \.xdmf"):
        write_xdmf(film, shared_tmp_path / name)


def test_missing_folder(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    film = a_film(comm)
    with pytest.raises(MeshError, match=r"cannot write .*No such file or directory"):
        write_msh(film, shared_tmp_path / "nowhere" / "film.msh")


POINTS = np.array([[0, 0, 0], [1, 0, 0], [2, 0, 0], [0, 1, 0], [1, 1, 0], [2, 1, 0]], dtype=float)
TRIANGLES = np.array([[0, 1, 4], [0, 4, 3], [1, 2, 5], [1, 5, 4]])
ENDS = np.array([[0, 3], [2, 5]])


def write_22(
    path: Path,
    names: dict[str, tuple[int, int]],
    *,
    points: np.ndarray = POINTS,
    cells: np.ndarray = TRIANGLES,
    cell_groups: tuple[int, ...] = (1, 1, 1, 1),
    lines: np.ndarray = ENDS,
    line_groups: tuple[int, ...] = (7, 8),
    kind: str = "triangle",
) -> None:
    """Two squares of 100 nm side by side, in the old format, by another library."""
    blocks = [(kind, cells), ("line", lines)]
    groups = [np.array(cell_groups, dtype=int), np.array(line_groups, dtype=int)]
    meshio.Mesh(
        points * 100,
        [b for b in blocks if len(b[1])],
        cell_data={
            key: [g for g in groups if len(g)] for key in ("gmsh:physical", "gmsh:geometrical")
        },
        field_data={name: np.array(group) for name, group in names.items()},
    ).write(path, file_format="gmsh22", binary=False)


NAMES = {"film": (1, 2), "left": (7, 1), "right": (8, 1)}


@pytest.fixture
def path(shared_tmp_path: Path) -> Path:
    return shared_tmp_path / "user.msh"


def on_rank_0(comm: MPI.Intracomm, write: Callable[[], object]) -> None:
    if comm.rank == 0:
        write()
    comm.barrier()


def test_film_of_another_program(comm: MPI.Intracomm, path: Path) -> None:
    on_rank_0(comm, lambda: write_22(path, NAMES))
    film = read_msh(path, comm, thickness=2 * NM, unit=NM)
    assert film.contacts == ("left", "right")
    assert film.contact_size("left") == pytest.approx(100 * 2 * NM**2, rel=1e-12, abs=0)
    assert film.quality().vertices == 6


def test_pad_may_lie_inside_the_film_group(comm: MPI.Intracomm, path: Path) -> None:
    names = {"film": (1, 2), "left": (7, 1), "pad": (9, 2)}
    on_rank_0(
        comm,
        lambda: write_22(path, names, cell_groups=(1, 1, 9, 9), lines=ENDS[:1], line_groups=(7,)),
    )
    film = read_msh(path, comm, thickness=2 * NM, unit=NM)
    assert film.contact_size("pad") == pytest.approx((100 * NM) ** 2, rel=1e-12, abs=0)


BAD_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda p: None, "cannot be read: No such file or directory"),
    "folder": (lambda p: p.mkdir(), "cannot be read: Is a directory"),
    "not a mesh": (lambda p: p.write_text("Exit;\n"), "not a Gmsh mesh; a .msh file begins with"),
    "empty": (lambda p: p.write_text(""), "not a Gmsh mesh"),
    "cut short": (
        lambda p: p.write_text("$MeshFormat\n4.1 0 8\n$EndMeshFormat\n$Nodes\n1 3 1 3\n"),
        "Gmsh cannot read it: ",
    ),
    "no names": (lambda p: write_22(p, {}), "group 1 of triangle cells has no name"),
    "no film": (
        lambda p: write_22(p, {"plate": (1, 2), "left": (7, 1), "right": (8, 1)}),
        "no group is named \"film\" (names found: left, plate, right); if 'plate' or another",
    ),
    "film is a line": (
        lambda p: write_22(p, {"plate": (1, 2), "film": (7, 1), "right": (8, 1)}),
        "the film must be made of triangles or tetrahedra, not of line cells",
    ),
    "no contacts": (
        lambda p: write_22(p, {"film": (1, 2)}, lines=ENDS[:0], line_groups=()),
        "no contacts: name further physical groups",
    ),
    "bad name": (
        lambda p: write_22(p, {"film": (1, 2), "→": (7, 1), "right": (8, 1)}),
        "no name of its own can be made of '→'; give it one: contacts = { … = \"→\" }",
    ),
    "quadrilaterals": (
        lambda p: write_22(p, NAMES, kind="quad", cells=np.array([[0, 1, 4, 3]]), cell_groups=(1,)),
        "it holds Quadrilateral 4 elements",
    ),
    "edge inside": (
        lambda p: write_22(p, NAMES, lines=np.array([[1, 4], [2, 5]])),
        "contact 'left' leaves the film's edge at (1e-07, 5e-08) m",
    ),
    "contacts touch": (
        lambda p: write_22(p, NAMES, lines=np.array([[0, 3], [3, 4]])),
        "contacts 'left' and 'right' touch",
    ),
    "not flat": (
        lambda p: write_22(p, NAMES, points=POINTS + [[0, 0, 0.1 * k] for k in range(6)]),
        "must lie in the plane, but z varies by 5e-08 m",
    ),
    "two pieces": (
        lambda p: write_22(
            p,
            NAMES,
            points=np.concatenate([POINTS, POINTS[[0, 1, 3]] + [5, 0, 0]]),
            cells=np.array([*TRIANGLES, [6, 7, 8]]),
            cell_groups=(1, 1, 1, 1, 1),
        ),
        "the film is in 2 pieces",
    ),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_file_is_refused(comm: MPI.Intracomm, path: Path, case: str) -> None:
    write, message = BAD_FILES[case]
    on_rank_0(comm, lambda: write(path))
    with pytest.raises(MeshError) as caught:
        read_msh(path, comm, thickness=2 * NM, unit=NM)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_wrong_unit(comm: MPI.Intracomm, path: Path) -> None:
    on_rank_0(comm, lambda: write_22(path, NAMES))
    with pytest.raises(MeshError, match=r"200 m wide with unit=1; .*nanometres \(unit=1e-9\)\?"):
        read_msh(path, comm, thickness=2 * NM)
    with pytest.raises(MeshError, match="thickness 2 m: lengths are metres"):
        read_msh(path, comm, thickness=2, unit=NM)


def test_thickness_must_agree_with_a_3d_mesh(comm: MPI.Intracomm, path: Path) -> None:
    write_msh(a_film(comm, 3), path)
    with pytest.raises(MeshError, match="4e-09 m thick, not 5e-09 m"):
        read_msh(path, comm, thickness=5 * NM)
