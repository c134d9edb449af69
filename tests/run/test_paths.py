"""Paths that begin with "~" in cases, studies and arguments."""

from __future__ import annotations

import shutil
from pathlib import Path

from mpi4py import MPI

import pytest

from hebbfilm.common.errors import InputError
from hebbfilm.run.cli import main
from hebbfilm.run.inputs.case import read_case
from hebbfilm.run.inputs.paths import path_from
from hebbfilm.run.study.study_file import read_study

DRAWING = Path(__file__).parents[1] / "data" / "drawings" / "strip_gdstk.gds"
LAYOUT = """
[layout]
kind = "drawing"
path = "~/film.gds"
film = 1
contacts = { left = 2, right = 3 }
mesh_size = 50e-9
"""
STUDY = """
case = "~/a/case.toml"

[[vary]]
key = "material.damping"
values = [0.1]
"""


@pytest.fixture
def home(shared_tmp_path: Path, comm: MPI.Intracomm, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder with a drawing, a case and a study of it."""
    if comm.rank == 0:
        shutil.copy(DRAWING, shared_tmp_path / "film.gds")
        (shared_tmp_path / "a").mkdir()
        (shared_tmp_path / "a" / "case.toml").write_text(LAYOUT)
        (shared_tmp_path / "study.toml").write_text(STUDY)
    comm.barrier()
    monkeypatch.setenv("HOME", str(shared_tmp_path))
    return shared_tmp_path


def test_home_in_a_case_and_a_study(home: Path) -> None:
    film = str((home / "film.gds").resolve())
    assert read_case(home / "a" / "case.toml").layout["path"] == film
    assert read_study(home / "study.toml").base["layout"]["path"] == film


def test_home_as_an_argument(home: Path) -> None:
    assert main(["mesh", "~/a/case.toml", "--out=~/film.msh"]) == 0
    assert (home / "film.msh").is_file()


def test_home_that_nobody_has(home: Path) -> None:
    with pytest.raises(InputError, match=r"~no-such-person/film\.gds: nobody has this home"):
        path_from("~no-such-person/film.gds")
    assert path_from("film~/a.gds", Path("b")) == Path("b/film~/a.gds")
