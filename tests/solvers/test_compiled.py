"""The compiled loops: kept once, and what happens where they cannot be."""

import ctypes

import pytest

from hebbfilm.common.errors import SolverError
from hebbfilm.solvers.kernels import compiled


def test_loops_are_compiled_once(tmp_path):
    first = compiled._load(tmp_path)
    assert first.lib.lanes_per_chunk() == 4
    (library,) = tmp_path.glob("*.so")
    made = library.stat().st_mtime_ns
    compiled._load(tmp_path)
    assert library.stat().st_mtime_ns == made


def test_no_function_is_exported(tmp_path):
    """Else a program that has a function of the same name would have it called in our place."""
    compiled._load(tmp_path)
    (library,) = tmp_path.glob("*.so")
    opened = ctypes.CDLL(str(library))
    assert hasattr(opened, f"PyInit_{library.stem}")
    assert [name for name in dir(compiled.loops) if hasattr(opened, name)] == []


def test_cache_that_cannot_be_written(tmp_path):
    occupied = tmp_path / "file"
    occupied.write_text("")
    with pytest.raises(SolverError, match=r"cannot keep compiled loops in .*: "):
        compiled._load(occupied)


def test_compiler_that_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(compiled, "_FLAGS", ("--no-such-flag",))
    with pytest.raises(SolverError, match="the C compiler failed"):
        compiled._load(tmp_path)
    assert not list(tmp_path.glob("*.so"))
