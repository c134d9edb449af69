"""The compiled loops: kept once, and what happens where they cannot be."""

import ctypes
import subprocess
import sys

import numpy as np
import pytest

from hebbfilm.common.child_process import environment_of_no_rank
from hebbfilm.common.errors import SolverError
from hebbfilm.solvers.kernels import compiled


def test_loops_are_compiled_once(tmp_path):
    first = compiled._load(tmp_path)
    assert first.lib.hebbfilm_lanes_per_chunk() == compiled.LANES
    (library,) = tmp_path.glob("*.so")
    made = library.stat().st_mtime_ns
    compiled._load(tmp_path)
    assert library.stat().st_mtime_ns == made


def test_no_function_is_exported(tmp_path):
    """Else another library that has a function of the same name would have ours called."""
    names = dir(compiled._load(tmp_path).lib)
    assert {name for name in names if not name.startswith("hebbfilm_")} == set()
    (library,) = tmp_path.glob("*.so")
    opened = ctypes.CDLL(str(library))
    assert hasattr(opened, f"PyInit_{library.stem}")
    assert [name for name in names if hasattr(opened, name)] == []


def test_host_program_that_exports_the_same_names(tmp_path):
    """Curses exports `move`; a program may as well have taken our names with their prefix."""
    names = ["move", *dir(compiled._module.lib)]
    source = tmp_path / "host.c"
    source.write_text(
        "#include <stdlib.h>\n" + "".join(f"void {name}(void) {{ abort(); }}\n" for name in names)
    )
    host = tmp_path / "host.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", host, source], check=True)
    script = (
        "import ctypes, numpy as np\n"
        f"ctypes.CDLL({str(host)!r}, mode=ctypes.RTLD_GLOBAL)\n"
        "from hebbfilm.solvers.kernels import llg\n"
        "moved = np.zeros((1, 3))\n"
        "llg.move(np.ones((1, 3)), np.ones((1, 3)), 2.0, moved)\n"
        "assert moved.tolist() == [[3.0, 3.0, 3.0]]\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env=environment_of_no_rank())


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


@pytest.mark.parametrize(
    ("view", "dtype"),
    [
        (compiled.reals, np.float32),
        (compiled.reals, np.int64),
        (compiled.narrow_reals, np.float64),
        (compiled.complex_numbers, np.float64),
        (compiled.integers, np.int64),
        (compiled.long_integers, np.int32),
        (compiled.truths, np.int8),
    ],
)
def test_arrays_of_other_numbers_are_refused(view, dtype):
    """C would read their bytes as what it expects."""
    with pytest.raises(TypeError, match=f"not of {np.dtype(dtype)}"):
        view(np.zeros(4, dtype))
