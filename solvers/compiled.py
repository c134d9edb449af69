"""The C loops, compiled at first use by the compiler that FFCx needs too, and kept in its cache."""

import fcntl
import hashlib
import os
import platform
import tempfile
from functools import partial
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from importlib.resources import files
from importlib.util import module_from_spec
from pathlib import Path
from typing import Any

import cffi
from cffi import VerificationError
from dolfinx import jit

from solvers.errors import SolverError

_SOURCES = files("solvers")
_FLAGS = ["-O3", "-ffp-contract=fast", "-fno-math-errno", "-fno-trapping-math", "-g0"]


def _load(name: str) -> tuple[Any, cffi.FFI]:
    """The functions of solvers/NAME.c, declared in NAME.h, and what makes their arguments.

    Raises:
        SolverError: the compiler failed, or the cache cannot be written.
    """
    header = _SOURCES.joinpath(f"{name}.h").read_text()
    source = header + _SOURCES.joinpath(f"{name}.c").read_text()
    flags = [*_FLAGS, _this_processor()]
    key = hashlib.sha256(
        "\n".join([source, *flags, _processor(), platform.python_version(), cffi.__version__])
        .encode()
    ).hexdigest()[:16]  # fmt: skip
    cache = Path(jit.get_options()["cache_dir"])
    module = f"hebbfilm_{name}_{key}"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        # Processes that start together wait for the first one instead of compiling as well.
        with (cache / f"{module}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            library = cache / f"{module}.so"
            if not library.exists():
                _compile(module, header, source, flags, library)
    except OSError as error:
        raise SolverError(f"cannot keep compiled loops in {cache}: {error.strerror}") from error
    loaded = _import(module, library)
    return loaded.lib, loaded.ffi


def _compile(module: str, header: str, source: str, flags: list[str], library: Path) -> None:
    builder = cffi.FFI()
    builder.cdef(header)
    builder.set_source(module, source, extra_compile_args=flags)
    with tempfile.TemporaryDirectory(dir=library.parent) as folder:
        try:
            built = builder.compile(tmpdir=folder, verbose=False)
        except VerificationError as error:
            raise SolverError(f"the C compiler failed on {module}: {error}") from error
        os.replace(built, library)


def _import(module: str, library: Path) -> Any:
    loader = ExtensionFileLoader(module, str(library))
    loaded = module_from_spec(ModuleSpec(module, loader, origin=str(library)))
    loader.exec_module(loaded)
    return loaded


def _this_processor() -> str:
    return "-march=native" if platform.machine() in ("x86_64", "AMD64") else "-mcpu=native"


def _processor() -> str:
    """What tells processors apart that share a cache, as on the nodes of a cluster."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((x for x in lines if x.startswith(("flags", "Features"))), platform.machine())


loops, _ffi = _load("vertex_loops")
"""The functions that solvers/vertex_loops.h declares."""
new = _ffi.new
"""Makes a C structure."""
reals = partial(_ffi.from_buffer, "double[]")
"""A contiguous array of float64 as the loops take it; it must outlive its use."""
integers = partial(_ffi.from_buffer, "int[]")
"""The same of int32."""
