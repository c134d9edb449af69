"""What each part of a film's set-up takes of a rank's memory, and how long it takes."""

import ctypes
import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mpi4py import MPI

import numpy as np

from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.common.reductions import largest
from hebbfilm.common.tables import aligned
from hebbfilm.common.text import counted
from hebbfilm.meshing import mesh_film
from hebbfilm.meshing.bounds import MOST_VERTICES
from hebbfilm.run.bench.films import SIDE, standard
from hebbfilm.run.bench.timing import once
from hebbfilm.run.folder.versions import all_versions
from hebbfilm.run.training.fields import write_snapshot
from hebbfilm.solvers import Film, Oersted, constant, save_state
from hebbfilm.solvers.terms import Demagnetisation
from hebbfilm.solvers.terms.oersted.term import OerstedTerm

_VERTICES = 16_414
"""Of the standard film."""
_FEW = 500
"""Vertices of the film that goes before, for which libraries are loaded and loops compiled."""
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_PEAK = "5"
"""Has Linux take the present memory for the largest so far."""
_STEP = 1e-16
"""In s: less than a step."""


def measure_memory(comm: MPI.Intracomm, vertices: float) -> dict[str, Any]:
    """Memory and time of all that a film of about so many vertices is made of; collective.

    Args:
        comm: ranks that share it.
        vertices: of the square film.

    Raises:
        InputError: a number of vertices out of range, or a system that does not tell.
    """
    if not _FEW <= vertices <= MOST_VERTICES:
        raise InputError(
            f"--memory {vertices:g}: must be from {_FEW} to {MOST_VERTICES:g} vertices"
        )
    if not _CLEAR.exists():
        raise InputError("--memory: only Linux tells of the memory of a process")
    place = Path(comm.bcast(on_root(comm, tempfile.mkdtemp)))
    try:
        for _, work in _stages(comm, _FEW, place, {}):
            work()
        gc.collect()
        before, made = _resident(), dict[str, Any]()
        stages = {
            name: _watched(comm, work, before)
            for name, work in _stages(comm, vertices, place, made)
        }
    finally:
        on_root(comm, lambda: shutil.rmtree(place, ignore_errors=True))
    return {
        "versions": all_versions(),
        "ranks": comm.size,
        "vertices": made["mesh"].numbering.size,
        "imports_MB": largest(comm, before),
        "stages": stages,
    }


def _stages(
    comm: MPI.Intracomm, vertices: float, folder: Path, made: dict[str, Any]
) -> Iterator[tuple[str, Callable[[], object]]]:
    """What a film is made of, step by step, which is kept in `made`."""
    sample = standard(side=SIDE * np.sqrt(vertices / _VERTICES))

    def keep(name: str, work: Callable[[], Any]) -> tuple[str, Callable[[], object]]:
        return name, lambda: made.update({name: work()})

    yield keep("mesh", lambda: mesh_film(sample.layout, comm))
    yield keep("film and contacts", lambda: Film(made["mesh"], sample.material))
    film = made["film and contacts"]
    operators, material = film.operators, film.dynamics.material
    oersted = OerstedTerm(Oersted(), film.conductor.operators, (), film.nodes)
    yield keep("start texture", lambda: film.randomise(seed=1))
    yield keep("current", film.read)
    yield keep("first step", lambda: film.evolve(constant(sample.drives, _STEP)))
    yield keep("demagnetising field", lambda: Demagnetisation().bind(operators, material))
    yield keep("Oersted field", lambda: oersted.bind(operators, material))
    yield keep("texture measures", film.texture_measures)
    yield keep("snapshot", lambda: write_snapshot(film, folder / "m.vtu", film.conduction))
    yield keep("state", lambda: save_state(film, folder / "state.npz"))


def _watched(comm: MPI.Intracomm, work: Callable[[], object], before: float) -> dict[str, float]:
    """Time in s and memory in MB, of the rank that has most of it, beyond what was there before."""
    _CLEAR.write_text(_PEAK)
    seconds = once(comm, work)
    peak = _status("VmHWM")
    gc.collect()
    return {
        "seconds": seconds,
        "peak_MB": largest(comm, peak - before),
        "kept_MB": largest(comm, _resident() - before),
    }


def _resident() -> float:
    """In MB, without what the C library keeps of memory that was freed."""
    ctypes.CDLL(None).malloc_trim(0)
    return _status("VmRSS")


def _status(name: str) -> float:
    """Of this process in MB."""
    line = next(x for x in _STATUS.read_text().splitlines() if x.startswith(name))
    return int(line.split()[1]) / 1024


def as_text(found: dict[str, Any]) -> str:
    """The figures as people read them."""
    head = (
        f"{found['vertices']} vertices, {counted(found['ranks'], 'rank')}; memory of the rank that "
        f"has most, beyond {found['imports_MB']:.0f} MB of libraries"
    )
    rows = [["", "s", "peak, MB", "kept, MB"]]
    for name, stage in found["stages"].items():
        figures = f"{stage['seconds']:.1f}", f"{stage['peak_MB']:.0f}", f"{stage['kept_MB']:.0f}"
        rows.append([name, *figures])
    return "\n".join([head, *aligned(rows, ">")])
