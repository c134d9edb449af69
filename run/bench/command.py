"""`hebbfilm bench`: every figure, as text and as JSON."""

from pathlib import Path
from typing import Any

from mpi4py import MPI

from hebbfilm.common import whole_files
from hebbfilm.common.collective import on_root
from hebbfilm.common.errors import InputError
from hebbfilm.common.tables import aligned
from hebbfilm.common.text import counted
from hebbfilm.meshing import FilmMesh, mesh_film
from hebbfilm.run.bench.against import PEERS, time_against
from hebbfilm.run.bench.coupled import TIGHT, coupled_run
from hebbfilm.run.bench.films import FILMS, SIDE, Sample, make_film, standard
from hebbfilm.run.bench.noise import cost_of_noise, rows_of_noise
from hebbfilm.run.bench.parts import parts_of_any, parts_of_standard
from hebbfilm.run.bench.stack import cost_of_layers, cost_of_stack, rows_of_layers, rows_of_stack
from hebbfilm.run.bench.varied import cost_of_variation
from hebbfilm.run.folder.versions import all_versions
from hebbfilm.solvers import Film

REPETITIONS = 20
_STEPS = (
    "A coupled step has its share of renewals of the current, an explicit step next to noise has a "
    "current that is held,\nand the step of which Python is a part has none."
)
_RELAXATION = 1e-9
"""In s, after which random directions have become a maze."""


def sample_film(name: str, mesh_size: float | None, side: float | None) -> Sample:
    """A film of `FILMS`, of which the standard one has a side that can be chosen.

    Raises:
        InputError: a side for another film, or a mesh size that is no small part of it.
    """
    if side is not None and name != "standard":
        raise InputError(f"--side {side:g}: only for --film standard, {name} has a size of its own")
    usual = standard(side=side or SIDE) if name == "standard" else FILMS[name]()
    left, low, right, top = usual.layout.outline.bounds
    width = min(right - left, top - low)
    if mesh_size is None:
        return usual
    if mesh_size > width / 4:
        raise InputError(
            f"--mesh-size {mesh_size:g}: must be at most a quarter of the side, "
            f"{width:g} m; lengths are metres: did you mean {mesh_size:g}e-9?"
        )
    return standard(mesh_size, side or SIDE) if name == "standard" else FILMS[name](mesh_size)


def bench(
    comm: MPI.Intracomm, name: str, sample: Sample, *, duration: float, repetitions: int
) -> dict[str, Any]:
    """Time a film and the parts of its steps; collective.

    Args:
        comm: ranks that share the films.
        name: of the film in `FILMS`.
        sample: what it is.
        duration: of the coupled run in s.
        repetitions: how often the parts are timed; medians are reported.
    """
    mesh = mesh_film(sample.layout, comm)
    film = _with_a_maze(sample, mesh, duration)
    tight = make_film(sample, mesh, TIGHT)
    coupled = coupled_run(film, tight, sample.drives, duration)
    film = make_film(sample, mesh)
    film.set_magnetisation(tight.m)
    parts = parts_of_any(film, sample.drives, repetitions)
    parts["variation"] = cost_of_variation(sample, mesh, tight.m, repetitions)
    parts["noise"] = cost_of_noise(sample, mesh, tight.m, repetitions)
    parts["layers"] = cost_of_layers(sample, mesh, tight.m, repetitions)
    parts["stack"] = cost_of_stack(sample, mesh, tight.m, duration, repetitions)
    if name == "standard":
        parts |= parts_of_standard(film, sample.layout.mesh_size, repetitions)
    return {
        "film": name,
        "ranks": comm.size,
        "versions": all_versions(),
        "mesh_size_m": sample.layout.mesh_size,
        "coupled": coupled,
        "parts": parts,
    }


def _with_a_maze(sample: Sample, mesh: FilmMesh, duration: float) -> Film:
    film = make_film(sample, mesh)
    film.relax(min(_RELAXATION, 10 * duration), torque_tolerance=0.0)
    return film


def bench_against(
    comm: MPI.Intracomm,
    peer: str,
    python: str,
    sample: Sample,
    *,
    duration: float,
    repetitions: int,
) -> dict[str, Any]:
    """Time the standard film beside a peer's; one rank."""
    film = _with_a_maze(sample, mesh_film(sample.layout, comm), duration)
    found = time_against(
        film, peer, python, sample.drives, duration=duration / repetitions, repetitions=repetitions
    )
    return {"vertices": film.film_mesh.numbering.size, "versions": all_versions(), **found}


def as_ratio(found: dict[str, Any], peer: str) -> str:
    """The comparison as people read it."""
    ours, theirs = found["ours_s_per_ns"], found[f"{peer}_s_per_ns"]
    return (
        f"{found['vertices']} vertices; medians, in alternation, one thread each\n"
        f"hebbfilm, with the computed current  {ours:.2f} s per simulated ns\n"
        f"{peer}, {PEERS[peer].physics}  {theirs:.1f} s, ⟨m⟩ off by "
        f"{found[f'{peer}_error_of_mean_m']:.0e}: {theirs / ours:.1f} times as long"
    )


def as_text(found: dict[str, Any]) -> str:
    """The figures as people read them."""
    run, parts = found["coupled"], found["parts"]
    torque, assembly, renewal = (
        parts[name] for name in ("field_and_torque", "conductivity_assembly", "renewal")
    )
    rows = [
        ("fully coupled", f"{run['wall_s_per_ns']:.2f} s per simulated ns ({run['integrator']})"),
        (
            "",
            f"{run['steps']} steps, {run['evaluations']} evaluations, "
            f"{run['potential_solves']} potentials of {run['iterations_per_solve']:.1f} "
            f"iterations in {run['simulated_s'] * 1e9:g} ns",
        ),
        *_shares(run["shares"]),
        ("error of ⟨m⟩", f"{run['error_of_mean_m']:.1e} against tight tolerances"),
        ("peak memory", f"{run['peak_memory_MB']:.0f} MB a rank"),
        (
            "field and torque",
            f"{torque['ns_per_vertex']:.1f} ns per vertex and evaluation, "
            f"{run['ns_per_vertex_and_evaluation']:.1f} in the run",
        ),
        (
            "",
            f"{torque['bytes_per_vertex']:.0f} bytes per vertex, {torque['GB_per_s']:.0f} GB/s, "
            f"beside {torque['triad_GB_per_s']:.0f} of a triad from memory",
        ),
        *_rows_of_variation(parts["variation"]),
        *rows_of_noise(parts["noise"]),
        *rows_of_layers(parts["layers"]),
        *rows_of_stack(parts["stack"]),
        ("assembly of σ(m)", _beside(assembly, "ours_ms", "ufl_ms", "UFL into PETSc")),
        ("renewal of φ", _beside(renewal, "ours_ms", "cold_hypre_ms", "hypre, cold")),
        *_rows_of_standard(parts),
    ]
    ranks = counted(found["ranks"], "rank")
    head = f"{found['film']} film, {run['vertices']} vertices, {ranks}; medians"
    return "\n".join([head, *aligned(rows, "<"), _STEPS])


def _shares(shares: dict[str, float]) -> list[tuple[str, str]]:
    return [
        ("of that" if k == 0 else "", f"{share:6.1%}  {part}")
        for k, (part, share) in enumerate(shares.items())
    ]


def _rows_of_variation(found: dict[str, float]) -> list[tuple[str, str]]:
    ratio = found["varied_step_us"] / found["uniform_step_us"]
    return [
        (
            "all parameters vary",
            f"{found['varied_ns_per_vertex']:.1f} ns per vertex and evaluation, "
            f"uniform {found['uniform_ns_per_vertex']:.1f}",
        ),
        (
            "",
            f"{found['varied_step_us']:.0f} μs a coupled step, uniform "
            f"{found['uniform_step_us']:.0f}: {ratio:.2f} times as long",
        ),
    ]


def _rows_of_standard(parts: dict[str, dict[str, float]]) -> list[tuple[str, str]]:
    if "python_overhead" not in parts:
        names = "G of 32 contacts", "Python in a step"
        return [(name, "timed with --film standard alone") for name in names]
    many, step = parts["conductance_of_32"], parts["python_overhead"]
    return [
        ("G of 32 contacts", _beside(many, "ours_ms", "apart_ms", "32 separate solves")),
        (
            "Python in a step",
            f"{step['overhead_us']:.0f} of {step['step_us']:.0f} μs, {step['share']:.1%}",
        ),
    ]


def _beside(figures: dict[str, float], ours: str, other: str, name: str) -> str:
    ratio = figures[other] / figures[ours]
    return f"{figures[ours]:.2f} ms; {name} {figures[other]:.1f} ms: {ratio:.1f} times faster"


def write_json(comm: MPI.Intracomm, found: dict[str, Any], path: Path) -> None:
    """Write the figures whole or not at all; collective."""
    on_root(comm, lambda: whole_files.write_json(path, found))
