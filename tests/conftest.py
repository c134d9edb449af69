"""Fixtures that every test shares; pytest runs on all ranks in lock step."""

from pathlib import Path
from typing import Any

from mpi4py import MPI

import pytest

from meshing import step_file, user_mesh


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--validation-report", metavar="FILE", help="keep the figures of tests/validation as JSON"
    )
    parser.addoption(
        "--fuzz-seconds", type=float, default=30.0, metavar="N",
        help="how long tests of broken input go on making it, all of them together (30)",
    )  # fmt: skip
    parser.addoption(
        "--kills", type=int, default=5, metavar="N",
        help="how often each kind of run is killed in tests/run/test_kills.py, which is slow (5)",
    )  # fmt: skip


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
