"""Films read from STEP files, against the closed forms of what was drawn."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

from mpi4py import MPI

import gmsh
import numpy as np
import pytest

from hebbfilm.common.errors import InputError, LayoutError
from hebbfilm.meshing import FilmMesh
from hebbfilm.meshing.files.step import mesh_step
from hebbfilm.meshing.files.step_film import AtPoint, InBox, Place, StepFilm
from hebbfilm.meshing.gmsh_session import gmsh_model
from hebbfilm.meshing.quality import simplex_measures

pytestmark = pytest.mark.usefixtures("unguarded")

NM = 1e-9
STRIP = Path(__file__).parents[1] / "data" / "drawings" / "strip_gmsh.step"

BY_BODY: dict[str, Place] = {"left": "source", "right": "drain"}
BY_PLACE: dict[str, Place] = {
    "left": AtPoint((0, 0, 10 * NM)),
    "right": InBox(((999 * NM, -51 * NM, -1 * NM), (1001 * NM, 51 * NM, 21 * NM))),
}
EXACT: dict[str, Place] = {
    "left": InBox(((0, -50 * NM, 0), (0, 50 * NM, 20 * NM))),
    "right": InBox(((999 * NM, -50 * NM, 0), (1000 * NM, 50 * NM, 20 * NM))),
}


def mesh(comm: MPI.Intracomm, contacts: dict[str, Place], **changes: Any) -> FilmMesh:
    keys = {"film": ["film"], "unit": NM, "mesh_size": 20 * NM} | changes
    return mesh_step(StepFilm(STRIP, contacts, **keys), comm)


@pytest.mark.parametrize("contacts", [BY_BODY, BY_PLACE, EXACT])
@pytest.mark.analytic
def test_strip_with_a_hole(comm: MPI.Intracomm, contacts: dict[str, Place]) -> None:
    film = mesh(comm, contacts)
    assert film.contacts == ("left", "right")
    assert film.dimension == 3
    assert film.thickness == pytest.approx(20 * NM, rel=1e-9, abs=0)
    for name in film.contacts:
        assert film.contact_size(name) == pytest.approx(2000 * NM**2, rel=1e-9, abs=0)
    volume = comm.allreduce(simplex_measures(film.coordinates, film.cells).sum())
    # A chord of 1.5 mesh sizes on the hole of radius 30 nm loses (30/30)²/6 of its disc at most.
    hole = math.pi * 30**2
    assert volume == pytest.approx((100_000 - hole) * 20 * NM**3, rel=0, abs=hole / 6 * 20 * NM**3)


def test_contacts_may_be_finer(comm: MPI.Intracomm) -> None:
    film = mesh(comm, BY_BODY, contact_mesh_size=5 * NM)
    held = np.unique(film.contact_vertices("left"))
    owned = comm.allreduce(int((held < film.space.dofmap.index_map.size_local).sum()))
    # A grid of 5 nm on 100 by 20 nm has 21 × 5 points.
    assert owned > 0.8 * 21 * 5


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no file": ({"path": Path("none.step")}, "none.step: cannot be read: No such file"),
    "other file": ({"path": Path(__file__)}, "must end in .step or .stp"),
    "no body": (
        {"contacts": {"left": "sorce"}},
        "layout.contacts.left: no body 'sorce' (bodies: drain, film, source)",
    ),
    "no film": ({"film": ["plate"]}, "layout.film: no body 'plate' (bodies: drain, film, source)"),
    "no face": (
        {"contacts": {"left": InBox(((0, 0, 0), (NM, NM, NM)))}},
        "contact 'left' (box ((0, 0, 0), (1e-09, 1e-09, 1e-09))) is no face of the film's surface",
    ),
    "box too small": (
        {"contacts": {"left": InBox(((0, -50 * NM, 0), (0, 50 * NM, 19.999 * NM)))}},
        "is no face of the film's surface",
    ),
    "true size": ({"unit": 1e-3}, "m wide with unit=0.001"),
    "bad name": ({"contacts": {"le ft": "source"}}, "contact name 'le ft'"),
    "mesh size": ({"mesh_size": 20}, "mesh_size 20 m: lengths are metres"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_step_file_is_named(comm: MPI.Intracomm, case: str) -> None:
    changes, message = BAD[case]
    keys = {"path": STRIP, "contacts": BY_BODY, "film": ["film"], "unit": NM, "mesh_size": 20 * NM}
    if case == "true size":
        keys["mesh_size"] = 9e-3
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        mesh_step(StepFilm(**(keys | changes)), comm)
    assert "\n" not in str(caught.value)


def test_text_is_no_step_file(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    path = shared_tmp_path / "film.step"
    if comm.rank == 0:
        path.write_text("Exit;")
    comm.barrier()
    with pytest.raises(LayoutError, match="not a STEP file"):
        mesh_step(StepFilm(path, {}), comm)


def written(comm: MPI.Intracomm, path: Path, *changes: tuple[str, str]) -> Path:
    """The strip with other words in its file."""
    if comm.rank == 0:
        content = STRIP.read_text()
        for old, new in changes:
            assert old in content
            content = content.replace(old, new)
        path.write_text(content)
    comm.barrier()
    return path


@pytest.mark.analytic
def test_names_in_other_case_and_lengths_in_another_unit(
    comm: MPI.Intracomm, shared_tmp_path: Path
) -> None:
    """A file in metres has its lengths made millimetres: one of these is 1e-12 m here."""
    unit = ("SI_UNIT(.MILLI.,.METRE.)", "SI_UNIT($,.METRE.)")
    path = written(comm, shared_tmp_path / "film.step", ("'source'", "'SOURCE'"), unit)
    keys = {"film": ["Film"], "unit": 1e-12, "mesh_size": 20 * NM}
    film = mesh_step(StepFilm(path, BY_BODY, **keys), comm)
    assert film.thickness == pytest.approx(20 * NM, rel=1e-9, abs=0)
    assert film.contact_size("left") == pytest.approx(2000 * NM**2, rel=1e-9, abs=0)


@pytest.mark.parametrize("solid", [False, True])
def test_shells_are_refused(comm: MPI.Intracomm, shared_tmp_path: Path, solid: bool) -> None:
    path = shared_tmp_path / "film.step"
    if comm.rank == 0:
        with gmsh_model() as model:
            model.occ.addRectangle(0, 0, 50, 100, 50)
            if solid:
                model.occ.addBox(0, 0, 0, 100, 50, 10)
            model.occ.synchronize()
            gmsh.write(str(path))
    comm.barrier()
    message = "1 of its faces bound no solid body" if solid else "it holds no solid bodies"
    with pytest.raises(LayoutError, match=message):
        mesh_step(StepFilm(path, {"a": AtPoint((0, 0, 0))}, unit=NM, mesh_size=20 * NM), comm)


@pytest.mark.parametrize("place", [(0, 0, 20 * NM), (0, 50 * NM, 20 * NM)])
def test_point_between_faces_is_refused(comm: MPI.Intracomm, place: Any) -> None:
    with pytest.raises(LayoutError, match="is as near to one face of the film as to another"):
        mesh(comm, {"left": AtPoint(place), "right": "drain"})


@pytest.mark.parametrize("unit", [0, -1e-9, math.nan, math.inf])
def test_unit_must_be_a_length(comm: MPI.Intracomm, unit: float) -> None:
    with pytest.raises(LayoutError, match=r"layout\.unit .* are allowed, 1e-9 for nanometres"):
        mesh(comm, BY_BODY, unit=unit)


def test_damaged_body_is_not_left_out(comm: MPI.Intracomm, shared_tmp_path: Path) -> None:
    path = written(comm, shared_tmp_path / "film.step", ("BREP('',#475)", "BREP('',#1)"))
    with pytest.raises(LayoutError, match="OpenCASCADE reads 2 of its 3 bodies"):
        mesh_step(StepFilm(path, BY_BODY, unit=NM, mesh_size=20 * NM), comm)
