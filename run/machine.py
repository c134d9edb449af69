"""Whether this machine has what hebbfilm needs, tried and not only looked for.

What could crash, print or stay for long is tried in processes of their own, side by side.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from hebbfilm.common.child_process import environment_of_no_rank
from hebbfilm.common.messages import one_line
from hebbfilm.common.text import counted

_SECONDS = 120
_LEAST_FREE = 1e9
"""Bytes; a run of the usual size takes a hundredth of it."""

_NEEDED = (
    "dolfinx", "petsc4py", "mpi4py", "gmsh", "numpy", "scipy", "pyfftw", "cffi", "shapely",
    "meshio", "h5py", "pydantic", "docstring_parser", "tomli_w", "rich", "lazy_loader",
    "matplotlib",
)  # fmt: skip
_WANTED = {
    "values with units": ("pint",),
    "completion": ("argcomplete",),
    "drawings": ("gdstk", "ezdxf", "fontTools", "tinycss2", "cssselect2"),
    "pandas and xarray": ("pandas", "xarray"),
    "reports": ("jinja2", "trame_vtk"),
    "movies": ("imageio_ffmpeg",),
    "notebooks": ("jupyterlab",),
}

_COMPILED = """
import sys, tempfile, cffi
ffi = cffi.FFI()
ffi.cdef("int twice(int);")
ffi.set_source("hebbfilm_tried", "static int twice(int n) { return 2 * n; }")
with tempfile.TemporaryDirectory() as folder:
    ffi.compile(tmpdir=folder)
    sys.path.insert(0, folder)
    import hebbfilm_tried
    assert hebbfilm_tried.lib.twice(21) == 42
"""
_LOOPS = """
import numpy as np
from hebbfilm.solvers.kernels import compiled
from hebbfilm.solvers.terms.convolution import plans
a = np.zeros((64, 64), complex)
plans.make_plans([(a, np.zeros_like(a), 0)], "FFTW_FORWARD")
kept = plans._KEPT
assert kept.is_file(), f"FFTW's plans cannot be kept in {kept.parent}"
print(kept.parent)
"""
_DRAWN = """
import numpy as np, pyvista
plotter = pyvista.Plotter(off_screen=True, window_size=(64, 64))
plotter.add_mesh(pyvista.Sphere(), color="red")
seen = np.ptp(plotter.screenshot(return_img=True))
assert seen > 0, "nothing is seen in the picture"
print("through", plotter.render_window.GetClassName())
"""
_RANKS = """
from mpi4py import MPI
together = MPI.COMM_WORLD.allreduce(1)
if MPI.COMM_WORLD.rank == 0:
    print(together, "ranks,", MPI.Get_library_version().split(",")[0].splitlines()[0])
raise SystemExit(together != 2)
"""

_ERROR = re.compile(r"^(?:\w+\.)*\w+Error: ")
"""The class of what was raised, ahead of its message."""


@dataclass(frozen=True)
class Check:
    """What was found of one thing.

    Args:
        name: of the thing.
        good: whether it is as it should be.
        told: what was found; where it is not good, what is wrong and what to do.
        needed: whether nothing goes without it.
    """

    name: str
    good: bool
    told: str
    needed: bool = False

    @property
    def word(self) -> str:
        """For a table."""
        return "ok" if self.good else "MISSING" if self.needed else "no"


def checks(ranks: int, *, launched: bool) -> Iterator[Check]:
    """All of them, as they are known; those that are needed first.

    Args:
        ranks: of this process's MPI world.
        launched: whether something like mpirun started this process, so that it cannot do so again.
    """
    tried: dict[str, Callable[[], Check]] = {
        "compiler": _compiler,
        "loops": _loops,
        "ranks": lambda: _ranks(ranks, launched),
        "drawing": _drawing,
    }
    with ThreadPoolExecutor() as side_by_side:
        under_way = [side_by_side.submit(each) for each in tried.values()]
        yield _packages("Python packages", _NEEDED, needed=True)
        yield _room("working directory", Path.cwd(), needed=False)
        yield from (each.result() for each in under_way)
    for purpose, modules in _WANTED.items():
        yield _packages(purpose, modules, needed=False)
    yield _window()


def _packages(purpose: str, modules: Sequence[str], *, needed: bool) -> Check:
    absent = [name for name in modules if find_spec(name) is None]
    if not absent:
        return Check(purpose, True, ", ".join(modules) if not needed else "all", needed)
    how = "environment.yml has them all" if needed else f"pip install {_projects(absent)}"
    return Check(purpose, False, f"without {', '.join(absent)}: {how}", needed)


def _projects(modules: Sequence[str]) -> str:
    """What pip calls them."""
    other = {"fontTools": "fonttools"}
    return " ".join(other.get(name, name.replace("_", "-")) for name in modules)


def _room(name: str, folder: Path, *, needed: bool) -> Check:
    free = shutil.disk_usage(folder).free
    told = f"{free / 1e9:.1f} GB free in {folder}"
    if not os.access(folder, os.W_OK):
        return Check(name, False, f"{folder} cannot be written: go to another folder", needed)
    if free < _LEAST_FREE:
        return Check(name, False, f"{told}: free some, or go to another disk", needed)
    return Check(name, True, told, needed)


def _compiler() -> Check:
    _, wrong = _tried(_COMPILED)
    if wrong:
        how = "install gcc (Debian: gcc; conda-forge: c-compiler)"
        return Check("C compiler", False, f"{wrong}: {how}", needed=True)
    return Check("C compiler", True, "compiles what Python can load", needed=True)


def _loops() -> Check:
    found, wrong = _tried(_LOOPS)
    if wrong:
        how = "let XDG_CACHE_HOME name a folder that can be written"
        return Check("loops and plans", False, f"{wrong}: {how}", needed=True)
    room = _room("", Path(found), needed=True)
    return Check("loops and plans", room.good, f"compiled, and kept; {room.told}", needed=True)


def _ranks(already: int, launched: bool) -> Check:
    if launched:
        return Check("MPI", True, f"{counted(already, 'rank')}, of which this is one")
    starter = shutil.which("mpirun") or shutil.which("mpiexec")
    if starter is None:
        told = "no mpirun: runs go on one rank (Debian: openmpi-bin; conda-forge: openmpi)"
        return Check("MPI", False, told)
    found, wrong = _tried(_RANKS, [starter, "-n", "2"], os.environ)
    if wrong:
        told = f"{starter} starts no two ranks that see each other ({wrong}): is it that of the "
        return Check("MPI", False, f"{told}library for which mpi4py was made?")
    return Check("MPI", True, found)


def _drawing() -> Check:
    found, wrong = _tried(_DRAWN)
    if wrong:
        how = "view, movie and report need OSMesa or EGL (Debian: libosmesa6, libegl1)"
        return Check("drawing in memory", False, f"{wrong}: {how}")
    return Check("drawing in memory", True, found)


def _window() -> Check:
    display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if display:
        return Check("window for view", True, f"display {display}")
    return Check("window for view", False, "no display here: pictures, pages and movies need none")


def _tried(
    script: str, starter: Sequence[str] = (), variables: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """The last line that a script prints, and what went wrong, in a few words.

    Args:
        script: in Python.
        starter: what starts Python, if anything.
        variables: of the process; by default those of this one, if it were no rank.
    """
    command = [*starter, sys.executable, "-c", script]
    paths = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        done = subprocess.run(
            command,
            env={**(variables or environment_of_no_rank()), **paths},
            capture_output=True,
            text=True,
            errors="replace",
            start_new_session=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", f"no end after {_SECONDS} s"
    except OSError as error:
        return "", error.strerror or "cannot be started"
    if done.returncode:
        return "", _told(done.stderr, wrong=True) or f"ends with status {done.returncode}"
    return _told(done.stdout), ""


def _told(text: str, *, wrong: bool = False) -> str:
    """The line that says most: of what went well, and of a traceback, the last; else the first."""
    lines = [line for line in text.splitlines() if any(map(str.isalnum, line))]
    if not lines:
        return ""
    line = lines[0] if wrong and "Traceback" not in text else lines[-1]
    return one_line(_ERROR.sub("", line)).rstrip(".")
