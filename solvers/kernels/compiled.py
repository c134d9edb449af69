"""The C loops, compiled at first use by the compiler that FFCx needs too, and kept in its cache."""

import fcntl
import hashlib
import os
import platform
from collections.abc import Callable
from importlib.machinery import ExtensionFileLoader, ModuleSpec
from importlib.resources import files
from importlib.util import module_from_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cffi
import numpy as np
import numpy.typing as npt
from cffi import VerificationError
from dolfinx import jit

from hebbfilm.common.errors import SolverError
from hebbfilm.common.temporary import remove_abandoned, temporary_folder

_NAMES = (
    "vertices",
    "midpoint",
    "minimisation",
    "noise",
    "cells",
    "course",
    "heat",
    "network",
    "points",
    "grid",
    "spin_orbit",
    "unfused",
    "slow",
)
# Hidden, and each with a prefix: else a program that itself exports such a name would have its own
# called here, or ours there.
_PREFIX = "hebbfilm_"
_FLAGS = (
    "-O3",
    "-ffp-contract=fast",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-g0",
    "-fvisibility=hidden",
)


def _load(cache: Path) -> Any:
    """The module of the loops in solvers/kernels/loops, compiled if the cache lacks it.

    Raises:
        SolverError: the compiler failed, or the cache cannot be written.
    """
    declarations = _read(*(f"{name}.h" for name in _NAMES))
    source = _read("lanes.h") + declarations + _read(*(f"{name}.c" for name in _NAMES))
    flags = [*_FLAGS, _this_processor(), *_width()]
    described = [source, *flags, processor(), platform.python_version(), cffi.__version__]
    name = f"hebbfilm_loops_{hashlib.sha256(repr(described).encode()).hexdigest()[:16]}"
    library = cache / f"{name}.so"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        # Processes that start together wait for the first one instead of compiling as well.
        with (cache / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not library.exists():
                _compile(name, declarations, source, flags, library)
    except OSError as error:
        raise SolverError(f"cannot keep compiled loops in {cache}: {error.strerror}") from error
    loader = ExtensionFileLoader(name, str(library))
    module = module_from_spec(ModuleSpec(name, loader, origin=str(library)))
    loader.exec_module(module)
    return module


def _read(*names: str) -> str:
    folder = files("hebbfilm.solvers.kernels") / "loops"
    return "\n".join((folder / name).read_text() for name in names)


def _compile(name: str, declarations: str, source: str, flags: list[str], library: Path) -> None:
    builder = cffi.FFI()
    builder.cdef(declarations)
    builder.set_source(name, source, extra_compile_args=flags)
    remove_abandoned(library.parent, f".{name}.")
    with temporary_folder(library.parent, f".{name}.") as folder:
        try:
            built = builder.compile(tmpdir=str(folder))
        except VerificationError as error:
            raise SolverError(f"the C compiler failed on the inner loops: {error}") from error
        os.replace(built, library)


def _this_processor() -> str:
    return "-march=native" if platform.machine() in ("x86_64", "AMD64") else "-mcpu=native"


def _width() -> list[str]:
    """The flag for another number of lanes than that of the processor's registers."""
    wanted = os.environ.get("HEBBFILM_LANES")
    if wanted is None:
        return []
    if wanted not in ("4", "8"):
        raise SolverError(f"HEBBFILM_LANES={wanted}: must be 4 or 8, or not set")
    return [f"-DHEBBFILM_LANES={wanted}"]


def processor() -> str:
    """What tells processors apart that share a cache, as on the nodes of a cluster."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((x for x in lines if x.startswith(("flags", "Features"))), platform.machine())


def _view(kind: str, dtype: npt.DTypeLike) -> Callable[[npt.NDArray[Any]], Any]:
    """What hands an array to C as `kind`: any other buffer would be read as if it held that."""
    wanted = np.dtype(dtype)
    from_buffer = _module.ffi.from_buffer

    def view(array: npt.NDArray[Any]) -> Any:
        if array.dtype != wanted:
            raise TypeError(f"the loops take arrays of {wanted}, not of {array.dtype}")
        return from_buffer(kind, array)

    return view


_module = _load(Path(jit.get_options()["cache_dir"]))
loops = SimpleNamespace(
    **{name.removeprefix(_PREFIX): getattr(_module.lib, name) for name in dir(_module.lib)}
)
"""The functions that the headers in solvers/kernels/loops declare, without their prefix."""
LANES: int = loops.lanes_per_chunk()
"""How many vertices or cells the loops treat at once."""
PROCESSOR_FLAGS = (
    _this_processor(),
    f"-DHEBBFILM_{hashlib.sha256(processor().encode()).hexdigest()}",
)
"""For a C compiler: use all of this processor. The name keeps caches of several ones apart."""
new = _module.ffi.new
"""Makes a C structure."""
null = _module.ffi.NULL


def address(place: int) -> Any:
    """A C pointer to a place in memory, such as a function that another module has."""
    return _module.ffi.cast("void *", place)


reals = _view("double[]", np.float64)
"""A contiguous array of float64 as the loops take it; it must outlive its use."""
complex_numbers = _view("double[]", np.complex128)
"""The same of complex128, as pairs of float64."""
narrow_reals = _view("float[]", np.float32)
"""The same of float32."""
integers = _view("int[]", np.int32)
"""The same of int32."""
short_numbers = _view("unsigned short[]", np.uint16)
"""The same of uint16."""
long_integers = _view("long long[]", np.int64)
"""The same of int64."""
truths = _view("char[]", np.bool_)
"""The same of booleans."""
