"""Work in a Python of its own: results, failures, crashes, exits and hangs."""

from __future__ import annotations

import ctypes
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hebbfilm.common.child_process import guarded
from hebbfilm.common.errors import LayoutError, MeshError


def test_result_and_what_was_printed() -> None:
    result, printed = guarded("NumPy", np.arange, 3)
    assert list(result) == [0, 1, 2]
    assert printed == []
    _, printed = guarded("Python", os.system, "echo one; echo two >&2")
    assert printed == ["one", "two"]


def test_large_results_come_through() -> None:
    result, _ = guarded("NumPy", np.zeros, 3_000_000)
    assert result.nbytes == 24_000_000


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (ctypes.string_at, (0,), r"reader crashes on it \(Segmentation fault\)"),
        (os.abort, (), r"reader crashes on it \(Aborted\)"),
        (sys.exit, ("no such table",), "reader gives it up: no such table"),
        (sys.exit, (), "reader gives it up: without a word"),
        (os._exit, (0,), "reader gives it up: without a word"),
        (time.sleep, (60,), "reader does not get through it in 1 s"),
        (bytes, (10**15,), "reader needs more memory for it than this machine has"),
    ],
)
def test_crash_is_one_line(
    function: Callable[..., Any], arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(MeshError, match=f"^{message}") as caught:
        guarded("reader", function, *arguments, error=MeshError, seconds=1)
    assert "\n" not in str(caught.value)


def test_exceptions_are_handed_on(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as missing:
        guarded("reader", os.stat, tmp_path / "none")
    assert missing.value.strerror == "No such file or directory"
    with pytest.raises(re.error):
        guarded("reader", re.compile, "(")
    with pytest.raises(LayoutError, match=r"^own words$"):
        guarded(
            "reader",
            exec,
            "from hebbfilm.common.errors import LayoutError as E; raise E('own words')",
        )


def test_no_rank_and_no_dolfinx() -> None:
    names, _ = guarded("Python", eval, "set(__import__('sys').modules)")
    assert "hebbfilm.common.child_process" in names
    assert not {"dolfinx", "mpi4py", "gmsh"} & names
    variables, _ = guarded("Python", eval, "set(__import__('os').environ)")
    assert not [name for name in variables if name.startswith(("OMPI_", "PMI_", "PMIX_"))]
