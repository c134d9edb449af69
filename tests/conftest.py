"""Fixtures that every test shares; pytest runs on all ranks in lock step."""

import copy
import csv
import json
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from mpi4py import MPI

import numpy as np
import pytest

from hebbfilm.meshing.files import step as step_file
from hebbfilm.meshing.files import user_mesh
from hebbfilm.meshing.mesher import film as mesher

_APPROX = pytest.approx


def _approx(expected: Any, rel: float | None = None, abs: float | None = None, **other: Any) -> Any:
    """pytest.approx, relative unless `abs` is given.

    By itself it lets pass what is within 1e-12 as well: any duration, length or energy in SI units.
    As relative to 0 nothing is near, that is kept beside a zero, but for less than 1e-6 of the
    largest number that there is.
    """
    if abs is None:
        numbers = np.abs(list(expected.values()) if isinstance(expected, Mapping) else expected)
        largest = np.max(numbers, initial=0.0)
        abs = min(1e-12, 1e-6 * largest or 1e-12) if not np.all(numbers) else 0.0
        rel = 1e-6 if rel is None else rel
    return _APPROX(expected, rel=rel, abs=abs, **other)


def _remembering(mesh: Callable[..., Any]) -> Callable[..., Any]:
    """It, with a copy of what it made of the same layout before."""
    made = lru_cache(maxsize=64)(mesh)
    return wraps(mesh)(lambda *asked: copy.deepcopy(made(*asked)))


def pytest_configure() -> None:
    pytest.approx = _approx
    # Of most tests that have a film meshing it is a third; tests/meshing/ does not do so.
    mesher._refinable = _remembering(mesher._refinable)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--validation-report", metavar="FILE", help="keep the figures of tests/validation as JSON"
    )
    parser.addoption(
        "--fuzz-seconds",
        type=float,
        default=30.0,
        metavar="N",
        help="how long tests of broken input go on making it, all of them together (30)",
    )
    parser.addoption(
        "--kills",
        type=int,
        default=5,
        metavar="N",
        help="how often each kind of run is killed in tests/run/test_kills.py, which is slow (5)",
    )


@pytest.fixture(scope="session")
def comm() -> MPI.Intracomm:
    """All ranks of this run."""
    return MPI.COMM_WORLD


@pytest.fixture
def shared_tmp_path(comm: MPI.Intracomm, tmp_path: Path) -> Path:
    """One temporary folder, that of rank 0, on every rank."""
    return comm.bcast(tmp_path, root=0)


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read solids and meshes in this process: starting another takes longer than most tests."""

    def at_once(library: str, function: Any, *given: Any, **options: Any) -> tuple[Any, list[str]]:
        return function(*given), []

    for module in (step_file, user_mesh):
        monkeypatch.setattr(module, "guarded", at_once)


def _content(path: Path) -> Any:
    """What a file holds but for the wall time that it took."""
    if path.suffix == ".npz":
        with np.load(path) as archive:
            return {name: archive[name].tobytes() for name in archive.files}
    if path.name == "member.json":
        note = json.loads(path.read_text())
        return [note[key] for key in ("status", "error", "ranks")]
    if path.name == "manifest.json":
        told = json.loads(path.read_text())
        # How often it was cut off, and the checksum over that.
        return {key: told[key] for key in told if key not in ("sessions", "checksum")}
    if path.name == "table.csv":
        with path.open(newline="") as file:
            return [row | {"wall_time_s": ""} for row in csv.DictReader(file)]
    # Pictures may show it, too.
    return None if path.suffix == ".png" or path.is_dir() else path.read_bytes()


@pytest.fixture(scope="session")
def folder_content() -> Callable[[Path], dict[str, Any]]:
    """Of each file and folder in the folder of a run or of a study what it holds."""
    return lambda folder: {str(p.relative_to(folder)): _content(p) for p in folder.rglob("*")}
