"""`hebbfilm bench`: every figure, as text and as JSON."""

import json
from pathlib import Path
from typing import Any

from mpi4py import MPI

from meshing import FilmMesh
from meshing.collective import on_root
from meshing.whole_files import replacing
from run.bench.against import PEERS, against
from run.bench.coupled import TIGHT, coupled_run
from run.bench.films import standard_film, standard_mesh
from run.bench.parts import all_parts
from run.versions import versions
from solvers import Film

_RELAXATION = 1e-9
"""In s, after which random directions have become a maze."""


def bench(
    comm: MPI.Intracomm, *, mesh_size: float, side: float, duration: float, repetitions: int
) -> dict[str, Any]:
    """Time the standard film and the parts of its steps; collective.

    Args:
        comm: ranks that share the films.
        mesh_size: in m.
        side: of the film in m.
        duration: of the coupled run in s.
        repetitions: how often the parts are timed; medians are reported.
    """
    mesh = standard_mesh(comm, mesh_size, side)
    film = _with_a_maze(mesh, duration)
    tight = standard_film(mesh, **TIGHT)
    coupled = coupled_run(film, tight, duration, side)
    film = standard_film(mesh)
    film.set_magnetisation(tight.m)
    return {
        "ranks": comm.size,
        "versions": versions(),
        "mesh_size_m": mesh_size,
        "side_m": side,
        "coupled": coupled,
        "parts": all_parts(film, mesh_size, side, repetitions),
    }


def _with_a_maze(mesh: FilmMesh, duration: float) -> Film:
    film = standard_film(mesh)
    film.relax(min(_RELAXATION, 10 * duration), torque_tolerance=0.0)
    return film


def bench_against(
    comm: MPI.Intracomm, peer: str, python: str, *, mesh_size: float, side: float,
    duration: float, repetitions: int,
) -> dict[str, Any]:  # fmt: skip
    """Time the standard film beside a peer's; one rank."""
    film = _with_a_maze(standard_mesh(comm, mesh_size, side), duration)
    found = against(
        film, peer, python, side=side, duration=duration / repetitions, repetitions=repetitions
    )
    return {"vertices": film.film_mesh.numbering.size, "versions": versions(), **found}


def as_ratio(found: dict[str, Any], peer: str) -> str:
    """The comparison as people read it."""
    ours, theirs = found["ours_s_per_ns"], found[f"{peer}_s_per_ns"]
    return (
        f"{found['vertices']} vertices; medians, in turn, one thread each\n"
        f"hebbfilm, with the computed current  {ours:.2f} s per simulated ns\n"
        f"{peer}, {PEERS[peer].physics}  {theirs:.1f} s, ⟨m⟩ off by "
        f"{found[f'{peer}_error_of_mean_m']:.0e}: {theirs / ours:.1f} times as long"
    )


def as_text(found: dict[str, Any]) -> str:
    """The figures as people read them."""
    run, parts = found["coupled"], found["parts"]
    torque, assembly = parts["field_and_torque"], parts["conductivity_assembly"]
    renewal, many, step = parts["renewal"], parts["conductance_of_32"], parts["python_overhead"]
    rows = [
        ("fully coupled", f"{run['wall_s_per_ns']:.2f} s per simulated ns"),
        ("", f"{run['steps']} steps, {run['evaluations']} evaluations, "
             f"{run['potential_solves']} potentials of {run['iterations_per_solve']:.1f} "
             f"iterations in {run['simulated_s'] * 1e9:g} ns"),
        ("error of ⟨m⟩", f"{run['error_of_mean_m']:.1e} against tight tolerances"),
        ("peak memory", f"{run['peak_memory_MB']:.0f} MB a rank"),
        ("field and torque", f"{torque['ns_per_vertex']:.1f} ns per vertex and evaluation, "
                             f"{torque['bytes_per_vertex']:.0f} bytes"),
        ("", f"{torque['GB_per_s']:.0f} GB/s, beside {torque['triad_GB_per_s']:.0f} of a triad "
             "from memory"),
        ("assembly of σ(m)", _beside(assembly, "ours_ms", "ufl_ms", "UFL into PETSc")),
        ("renewal of φ", _beside(renewal, "ours_ms", "cold_hypre_ms", "hypre, cold")),
        ("G of 32 contacts", _beside(many, "ours_ms", "apart_ms", "32 separate solves")),
        ("Python in a step", f"{step['overhead_us']:.0f} of {step['step_us']:.0f} μs, "
                             f"{step['share']:.1%}"),
    ]  # fmt: skip
    head = f"{run['vertices']} vertices, {found['ranks']} ranks; medians"
    return "\n".join([head, *(f"{name:18}{text}" for name, text in rows)])


def _beside(figures: dict[str, float], ours: str, other: str, name: str) -> str:
    ratio = figures[other] / figures[ours]
    return f"{figures[ours]:.2f} ms; {name} {figures[other]:.1f} ms: {ratio:.1f} times faster"


def write_json(comm: MPI.Intracomm, found: dict[str, Any], path: Path) -> None:
    """Write the figures whole or not at all; collective."""

    def write() -> None:
        with replacing(path) as beside:
            beside.write_text(json.dumps(found, indent=1) + "\n")

    on_root(comm, write)
