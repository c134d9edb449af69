"""Meshes that other libraries wrote, in formats that Gmsh's reader does not know."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from mpi4py import MPI

import meshio
import numpy as np
import pytest

from hebbfilm.common.errors import MeshError
from hebbfilm.meshing import FilmMesh, disc, mesh_film, read_mesh, write_msh
from hebbfilm.meshing.files.groups import Groups

pytestmark = pytest.mark.usefixtures("unguarded")

NM = 1e-9
POINTS = np.array([[0, 0, 0], [1, 0, 0], [2, 0, 0], [0, 1, 0], [1, 1, 0], [2, 1, 0]]) * 100.0
TRIANGLES = np.array([[0, 1, 4], [0, 4, 3], [1, 2, 5], [1, 5, 4]])
BLOCKS = [("triangle", TRIANGLES), ("line", np.array([[0, 3], [2, 5]]))]
NUMBERS = [np.array([1, 1, 2, 2]), np.array([7, 8])]
SETS = {"film": [[0, 1, 2, 3], []], "left": [[], [0]], "right": [[], [1]]}


def numbered(path: Path, key: str = "medit:ref") -> None:
    meshio.Mesh(POINTS, BLOCKS, cell_data={key: NUMBERS}).write(path)


def families(path: Path) -> None:
    numbers = [-np.ones(4, dtype=int), np.array([-7, -8])]
    mesh = meshio.Mesh(POINTS, BLOCKS, cell_data={"cell_tags": numbers})
    mesh.cell_tags = {-1: ["film"], -7: ["left"], -8: ["right"]}
    mesh.write(path)


def named_sets(path: Path) -> None:
    sets = {name: [np.array(r, dtype=int) for r in rows] for name, rows in SETS.items()}
    meshio.Mesh(POINTS, BLOCKS, cell_sets=sets).write(path)


def unnamed(path: Path) -> None:
    meshio.Mesh(POINTS, BLOCKS).write(path)


def quadrilaterals(path: Path) -> None:
    blocks = [("quad", np.array([[0, 1, 4, 3]])), BLOCKS[1]]
    meshio.Mesh(POINTS, blocks, cell_data={"medit:ref": [np.array([1]), NUMBERS[1]]}).write(path)


BY_NUMBER = Groups(film=[1, 2], contacts={"left": 7, "right": [8]})
READABLE: dict[str, tuple[Callable[[Path], None], Groups | None]] = {
    "film.mesh": (numbered, BY_NUMBER),
    "film.vtu": (lambda path: numbered(path, "region"), BY_NUMBER),
    "all.vtu": (numbered, Groups(contacts={"left": "line:7", "right": 8})),
    "film.med": (families, None),
    "film.inp": (named_sets, None),
    "renamed.inp": (named_sets, Groups("film", {"right": "right", "left": "left"})),
}


def read(comm: MPI.Intracomm, path: Path, groups: Groups | None) -> FilmMesh:
    return read_mesh(path, comm, thickness=2 * NM, unit=NM, groups=groups)


@pytest.mark.parametrize("name", READABLE)
@pytest.mark.analytic
def test_film_of_another_program(comm: MPI.Intracomm, shared_tmp_path: Path, name: str) -> None:
    write, groups = READABLE[name]
    path = shared_tmp_path / name
    if comm.rank == 0:
        write(path)
    comm.barrier()
    film = read(comm, path, groups)
    assert film.contacts == (("right", "left") if name == "renamed.inp" else ("left", "right"))
    assert film.quality().cells == 4
    for contact in film.contacts:
        assert film.contact_size(contact) == pytest.approx(200 * NM**2, rel=1e-12, abs=0)


def test_pad_by_number(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    path = shared_tmp_path / "film.mesh"
    if comm.rank == 0:
        numbered(path)
    comm.barrier()
    film = read(comm, path, Groups([1, 2], {"left": 7, "pad": 2}))
    assert film.contact_size("pad") == pytest.approx((100 * NM) ** 2, rel=1e-12, abs=0)


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.cross_method
def test_contacts_of_a_msh_file_by_other_names(
    comm: MPI.Intracomm, shared_tmp_path: Path, dimension: int
) -> None:
    layout = disc(100 * NM, (0, 180), 30, 40 * NM, 4 * NM, 15 * NM)
    film = mesh_film(layout, comm, dimension=dimension)
    path = shared_tmp_path / "film.msh"
    write_msh(film, path)
    groups = Groups(contacts={"gate": "centre", "drain": "rim_2"})
    again = read_mesh(path, comm, thickness=4 * NM, groups=groups)
    assert again.contacts == ("gate", "drain")
    assert again.quality().cells == film.quality().cells
    for new, old in (("gate", "centre"), ("drain", "rim_2")):
        assert again.contact_size(new) == pytest.approx(film.contact_size(old), rel=1e-12, abs=0)


BAD: dict[str, tuple[str, Callable[[Path], object], Groups | None, str]] = {
    "no file": ("a.vtu", lambda p: None, None, "cannot be read: No such file or directory"),
    "no such format": ("a.xyz", lambda p: p.write_text("x"), None, "meshio cannot read it: "),
    "no mesh": ("a.vtu", lambda p: p.write_text("x"), None, "cannot be read as VTU: it is damaged"),
    "node that is missing": (
        "a.inp",
        lambda p: p.write_text("*NODE\n1, 0,0,0\n*ELEMENT, type=CPS3\n1, 1, 2, 3\n"),
        None,
        "cannot be read as INP: it is damaged, or holds what meshio does not read",
    ),
    "no nodes": (
        "a.su2",
        lambda p: p.write_text("NDIME= 2\nNELEM= 1\n5 0 1 2 0\n"),
        None,
        "cannot be read as SU2: it is damaged",
    ),
    "no number": (
        "a.stl",
        lambda p: p.write_text("solid x\nfacet normal"),
        None,
        "cannot be read as STL: it is damaged",
    ),
    "half a tag": (
        "a.xdmf",
        lambda p: p.write_text("<Xdmf>"),
        None,
        "cannot be read as XDMF: it is damaged, or holds what meshio does not read (no element",
    ),
    "no such group": (
        "a.mesh",
        numbered,
        Groups(1, {"left": 9}),
        "layout.contacts.left = '9': no such group (groups: 1, 2, 7, 8)",
    ),
    "misspelt group": (
        "a.inp",
        named_sets,
        Groups("flim"),
        "layout.film = 'flim': no such group (groups: film, left, right); did you mean 'film'?",
    ),
    "no groups": ("a.vtu", unnamed, None, "no contacts: name further physical groups"),
    "quadrilaterals": (
        "a.mesh",
        quadrilaterals,
        Groups(1, {"left": 7, "right": 8}),
        "it holds quad elements",
    ),
    "bad name": ("a.mesh", numbered, Groups(1, {"le ft": 7}), "contact name 'le ft'"),
    "film of lines": ("a.mesh", numbered, Groups(7, {"a": 8}), "the film must be made of"),
    "edge inside": (
        "a.mesh",
        numbered,
        Groups(1, {"left": 7, "right": 8}),
        "contact 'right' leaves the film's edge at (2e-07, 5e-08) m",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_mesh_is_named(comm: MPI.Intracomm, shared_tmp_path: Path, case: str) -> None:
    name, write, groups, message = BAD[case]
    path = shared_tmp_path / name
    if comm.rank == 0:
        write(path)
    comm.barrier()
    with pytest.raises(MeshError, match=re.escape(message)) as caught:
        read(comm, path, groups)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
