"""Meshes made elsewhere, against g = σwt/L of what they are: σ = 5e6 S/m, t = 1 nm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mpi4py import MPI

import gmsh
import meshio
import numpy as np
import pytest
from dolfinx import fem
from dolfinx.io import XDMFFile

from hebbfilm.common.errors import InputError
from hebbfilm.meshing import disc, mesh_film, read_mesh, wheel, write_msh, write_xdmf
from hebbfilm.meshing import strip as rectangle
from hebbfilm.meshing.files.groups import Groups
from hebbfilm.meshing.gmsh_session import gmsh_model
from hebbfilm.run.cli import main
from hebbfilm.run.inputs.layouts import film_source
from hebbfilm.solvers import Film, Material

NM = 1e-9
STRIP = Path(__file__).parents[1] / "data" / "drawings" / "strip_gmsh.step"
SQUARE = 5e6 * NM  # S; a square of film between two sides

Marks = list[tuple[int, list[int], int, str]]  # dimension, entities, number, name


def write(path: Path, pick: Callable[[], Marks], version: float = 4.1, binary: int = 0) -> None:
    """The mesh of what `pick` draws, with the physical groups that it gives back."""
    with gmsh_model() as model:
        groups = pick()
        model.occ.synchronize()
        for dimension, entities, number, name in groups:
            model.addPhysicalGroup(dimension, entities, number, name)
        gmsh.option.setNumber("Mesh.MeshSizeMax", 40)
        gmsh.option.setNumber("Mesh.MshFileVersion", version)
        gmsh.option.setNumber("Mesh.Binary", binary)
        model.mesh.generate(model.getDimension())
        gmsh.write(str(path))


def strip(*names: str) -> Callable[[], Marks]:
    """300 by 100 nm: surface and left end have the number 1."""

    def pick() -> Marks:
        gmsh.model.occ.addRectangle(0, 0, 0, 300, 100)
        return [(2, [1], 1, names[0]), (1, [4], 1, names[1]), (1, [2], 2, names[2])]

    return pick


def with_pad(edge: int) -> Callable[[], Marks]:
    """200 by 100 nm of film, and a pad of 100 by 100 beside it, one of whose edges is marked."""

    def pick() -> Marks:
        gmsh.model.occ.addRectangle(0, 0, 0, 200, 100)
        gmsh.model.occ.addRectangle(200, 0, 0, 100, 100)
        gmsh.model.occ.fragment([(2, 1)], [(2, 2)])
        return [
            (2, [1], 1, "film"),
            (2, [2], 2, "right"),
            (1, [edge], 2, "right"),
            (1, [4], 3, "left"),
        ]

    return pick


def solid() -> Marks:
    """The same in three dimensions, 10 nm thick: a volume and the face at its end."""
    gmsh.model.occ.addBox(0, 0, 0, 200, 100, 10)
    gmsh.model.occ.addBox(200, 0, 0, 100, 100, 10)
    gmsh.model.occ.fragment([(3, 1)], [(3, 2)])
    gmsh.model.occ.synchronize()
    ends = {
        x: [s for _, s in gmsh.model.getEntitiesInBoundingBox(x - 1, -1, -1, x + 1, 101, 11, 2)]
        for x in (0, 300)
    }
    return [(3, [1], 1, "film"), (3, [2], 2, "right"), (2, ends[300], 2, "right"),
            (2, ends[0], 3, "left")]  # fmt: skip


def conductance(comm: MPI.Intracomm, path: Path, **layout: Any) -> float:
    keys = {"kind": "mesh", "path": path, "thickness": NM, "unit": NM} | layout
    film = Film(film_source(keys, 2, 1).mesh(comm), Material())
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    return -float(film.conductance_matrix()[0, 1])


def on_rank_0(comm: MPI.Intracomm, work: Callable[[], object]) -> None:
    if comm.rank == 0:
        work()
    comm.barrier()


ONE_NUMBER = {"film": "triangle:1", "contacts": {"left": "line:1", "right": 2}}


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("version", [2.2, 4.1])
@pytest.mark.parametrize("binary", [0, 1])
@pytest.mark.analytic
def test_one_number_in_two_dimensions(
    comm: MPI.Intracomm, shared_tmp_path: Path, version: float, binary: int
) -> None:
    path = shared_tmp_path / "film.msh"
    on_rank_0(comm, lambda: write(path, strip("", "", ""), version, binary))
    assert conductance(comm, path, **ONE_NUMBER) == pytest.approx(SQUARE / 3, rel=1e-8)
    for plain in ({"film": 1}, {"contacts": {"left": 1, "right": 2}}):
        with pytest.raises(InputError, match=r'= 1: .*write "line:1" or "triangle:1"$'):
            conductance(comm, path, **(ONE_NUMBER | plain))


@pytest.mark.usefixtures("unguarded")
@pytest.mark.analytic
def test_one_number_in_another_format(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    path = shared_tmp_path / "film.vtu"

    def convert() -> None:
        write(path.with_suffix(".msh"), strip("", "", ""), 2.2)
        meshio.read(path.with_suffix(".msh")).write(path)

    on_rank_0(comm, convert)
    assert conductance(comm, path, **ONE_NUMBER) == pytest.approx(SQUARE / 3, rel=1e-8)
    with pytest.raises(InputError, match=r"layout\.film = 1: several kinds have that number"):
        conductance(comm, path, film=1, contacts={"left": "line:1"})


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("version", [2.2, 4.1])
@pytest.mark.parametrize("edge", [2, 6])  # the film's border with the pad, the pad's outer end
@pytest.mark.analytic
def test_contact_of_cells_and_edges(
    comm: MPI.Intracomm, shared_tmp_path: Path, version: float, edge: int
) -> None:
    path = shared_tmp_path / "film.msh"
    on_rank_0(comm, lambda: write(path, with_pad(edge), version))
    assert conductance(comm, path) == pytest.approx(SQUARE / 2, rel=1e-8)


@pytest.mark.analytic
def test_contact_of_a_volume_and_faces(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    path = shared_tmp_path / "film.msh"
    on_rank_0(comm, lambda: write(path, solid))
    g = conductance(comm, path, thickness=10 * NM)
    assert g == pytest.approx(10 * SQUARE / 2, rel=1e-8)


OWN = {
    "pad and edges": disc(100 * NM, (0, 180), 30, 40 * NM, 4 * NM, 20 * NM),
    "edges alone": disc(100 * NM, (0, 120, 240), 30, 0, 4 * NM, 20 * NM),
    "pads alone": wheel(thickness=4 * NM, mesh_size=40 * NM),
}


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("suffix", [".msh", ".xdmf"])
@pytest.mark.parametrize("name", OWN)
@pytest.mark.cross_method
def test_round_trip(
    comm: MPI.Intracomm, shared_tmp_path: Path, suffix: str, dimension: int, name: str
) -> None:
    """A film by names, and by the numbers that the file has."""
    meshed = mesh_film(OWN[name], comm, dimension=dimension)
    film = Film(meshed, Material())
    film.set_magnetisation(np.array([0.0, 0.0, 1.0]))
    expected = -float(film.conductance_matrix()[0, 1])
    path = shared_tmp_path / f"own{suffix}"
    (write_msh if suffix == ".msh" else write_xdmf)(meshed, path)
    numbers = {"film": 1, "contacts": {n: k for k, n in enumerate(meshed.contacts, 2)}}
    for groups in ({}, numbers) if suffix == ".xdmf" else ({},):
        g = conductance(comm, path, thickness=4 * NM, unit=None, **groups)
        assert g == pytest.approx(expected, rel=1e-8)


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("encoding", [XDMFFile.Encoding.HDF5, XDMFFile.Encoding.ASCII])
@pytest.mark.analytic
def test_mesh_tags_of_dolfinx(
    comm: MPI.Intracomm, shared_tmp_path: Path, encoding: XDMFFile.Encoding
) -> None:
    """Tags of other names and a function beside them; text keeps all digits of a coordinate."""
    path = shared_tmp_path / "film.xdmf"

    def write_alone() -> None:  # DOLFINx writes text on one rank only
        meshed = mesh_film(rectangle(300 * NM, 100 * NM, NM, 30 * NM), MPI.COMM_SELF)
        meshed.mesh.topology.create_connectivity(1, 2)
        meshed.facet_tags.name = "ends"
        with XDMFFile(MPI.COMM_SELF, str(path), "w", encoding=encoding) as file:
            file.write_mesh(meshed.mesh)
            file.write_function(fem.Function(meshed.space))
            file.write_meshtags(meshed.facet_tags, meshed.mesh.geometry)

    on_rank_0(comm, write_alone)
    groups = Groups(contacts={"left": "line:2", "right": 3})
    found = read_mesh(path, comm, thickness=NM, groups=groups)
    for name in found.contacts:
        assert found.contact_size(name) == pytest.approx(100 * NM * NM, rel=1e-12, abs=0)


def test_two_dimensions_are_not_three(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    path = shared_tmp_path / "film.msh"
    on_rank_0(comm, lambda: write(path, strip("film", "left", "right")))
    keys = {"kind": "mesh", "path": path, "thickness": NM, "unit": NM}
    with pytest.raises(InputError, match=r"numerics\.dimension = 3, but it is of triangles"):
        film_source(keys, 3, 1).mesh(comm)


def test_crash_of_a_library_is_told(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    """A direction that is missing ends OpenCASCADE with a signal."""
    path = shared_tmp_path / "film.step"

    def damage() -> None:
        path.write_text(STRIP.read_text().replace("VECTOR('',#56", "VECTOR('',$", 1))

    on_rank_0(comm, damage)
    keys = {"kind": "step", "path": path, "unit": NM, "mesh_size": 20 * NM}
    contacts = {"left": "source", "right": "drain"}
    with pytest.raises(InputError, match=r"OpenCASCADE crashes on it \(Segmentation fault\)"):
        film_source(keys | {"contacts": contacts}, 3, 1).mesh(comm)


def leaning() -> Marks:
    """A film of 60 by 40 by 10 nm, of which no face is level, with contacts at both ends."""
    gmsh.model.occ.addBox(0, 0, 0, 60, 40, 10)
    gmsh.model.occ.rotate([(3, 1)], 0, 0, 0, 1, 0.3, 0, 0.4)
    return [(3, [1], 1, "film"), (2, [1], 2, "left"), (2, [2], 3, "right")]


@pytest.mark.regression
@pytest.mark.parametrize("command", ["check", "run"])
def test_texture_without_a_level_face_is_refused_before_anything_runs(
    comm: MPI.Intracomm,
    shared_tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    command: str,
) -> None:
    path, out = shared_tmp_path / "film.msh", shared_tmp_path / "out"
    on_rank_0(comm, lambda: write(path, leaning))
    height = NM * np.ptp(meshio.read(path).points[:, 2])
    case = shared_tmp_path / "case.toml"
    on_rank_0(
        comm,
        lambda: case.write_text(
            f'layout = {{ kind = "mesh", path = "film.msh", thickness = {height}, unit = 1e-9 }}\n'
            "numerics.dimension = 3\nnumerics.allow_coarse_mesh = true\noutput.texture = true\n"
            'protocol.steps = [{ kind = "read", label = "first" }]\n'
        ),
    )
    assert main([command, str(case), *(["--out", str(out)] if command == "run" else [])]) == 2
    told = comm.bcast(capfd.readouterr().err).splitlines()[-1]
    assert "output.texture = true: this film has no flat face on which its texture could" in told
    assert not out.exists()
