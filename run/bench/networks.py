"""What a network of strips costs beside one of its strips."""

import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from mpi4py import MPI

from hebbfilm.common.reductions import largest
from hebbfilm.common.tables import aligned
from hebbfilm.common.text import counted
from hebbfilm.meshing import mesh_film
from hebbfilm.meshing.families import hexagonal_lattice, strip_network
from hebbfilm.meshing.layout import Layout
from hebbfilm.run.folder.versions import all_versions
from hebbfilm.solvers import Film, Material, constant

_PAIR = {"a": (0.0, 0.0), "b": (1e-6, 0.0)}
_STRIP: dict[str, Any] = {
    "strip_length": 240e-9,
    "strip_width": 230e-9,
    "wires": 4,
    "slit_width": 10e-9,
    "packed": True,
}
_MESH_SIZE = 7.5e-9
_RINGS = 1, 2, 3
_VOLTAGE, _RELAXATION, _DURATION = 0.05, 1e-11, 2e-11
_SEED = 5


def time_networks(comm: MPI.Intracomm, mesh_size: float | None) -> dict[str, Any]:
    """Set-up, motion under a current and a reading of G, of one strip and of networks; collective.

    Times are those of the processor, of the rank that took most.

    Args:
        comm: ranks that share each film.
        mesh_size: in m; None: that of the shipped networks.
    """
    size = mesh_size or _MESH_SIZE
    layouts = {"one strip": strip_network(_PAIR, list(pairwise(_PAIR)), mesh_size=size, **_STRIP)}
    for rings in _RINGS:
        layout = hexagonal_lattice(rings, mesh_size=size, **_STRIP)
        layouts[f"{len(layout.contacts)} nodes"] = layout
    _timed(comm, layouts["one strip"])  # for which loops are compiled
    found = {name: _timed(comm, layout) for name, layout in layouts.items()}
    return {**all_versions(), "ranks": comm.size, "mesh_size": size, "networks": found}


def _timed(comm: MPI.Intracomm, layout: Layout) -> dict[str, float]:
    made: list[Film] = []
    set_up = _processor_time(comm, lambda: made.append(Film(mesh_film(layout, comm), Material())))
    (film,) = made
    film.randomise(seed=_SEED)
    film.relax(_RELAXATION)
    voltages = [_VOLTAGE * (-1) ** k for k in range(len(film.contacts))]
    motion = _processor_time(comm, lambda: film.evolve(constant(voltages, _DURATION)))
    reading = film.read()
    vertices = film.film_mesh.numbering.size
    return {
        "vertices": vertices,
        "set_up_us": set_up / vertices * 1e6,
        "motion_ms": motion / (_DURATION * 1e9) / vertices * 1e3,
        "row_ns": _processor_time(comm, reading.sampled_conductance) / vertices * 1e9,
        "reading_ns": _processor_time(comm, reading.conductance_matrix) / vertices * 1e9,
    }


def _processor_time(comm: MPI.Intracomm, work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return largest(comm, time.process_time() - begin)


def as_text(found: dict[str, Any]) -> str:
    """A table, with ratios to one strip."""
    networks = found["networks"]
    one = networks["one strip"]
    rows = [
        ("film", "vertices", "set-up", "1 ns of motion", "ratio", "row of G", "reading", "ratio")
    ]
    for name, each in networks.items():
        rows.append(
            (
                name,
                str(each["vertices"]),
                f"{each['set_up_us']:.0f} µs",
                f"{each['motion_ms']:.2f} ms",
                f"{each['motion_ms'] / one['motion_ms']:.2f}",
                f"{each['row_ns']:.0f} ns",
                f"{each['reading_ns']:.0f} ns",
                f"{each['reading_ns'] / one['reading_ns']:.2f}",
            )
        )
    lines = aligned(rows, "<>")
    return "\n".join([f"Of the processor, a vertex; {counted(found['ranks'], 'rank')}", *lines])
