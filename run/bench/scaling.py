"""What parts of a step cost on films of different size, on one rank and on several."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from math import log10
from typing import Any

from mpi4py import MPI

import numpy as np

from hebbfilm.common.errors import InputError
from hebbfilm.common.tables import aligned
from hebbfilm.meshing.bounds import MOST_VERTICES
from hebbfilm.run.bench.coupled import peak_memory, watched_run
from hebbfilm.run.bench.films import make_film, standard
from hebbfilm.run.bench.groups import on_first
from hebbfilm.run.bench.lattice import lattice_film, maze
from hebbfilm.run.bench.paced import PACED_STEPS, paced_steps, renewing
from hebbfilm.run.bench.parts import solving_apart
from hebbfilm.run.bench.timing import fastest, once
from hebbfilm.run.folder.versions import all_versions
from hebbfilm.solvers import Film
from hebbfilm.solvers.kernels import llg

PARTS = {
    "field_and_torque": "field, torque",
    "assembly": "assembly",
    "renewal": "renewal",
    "drift": "drift",
    "conductance": "G of two",
    "paced_step": "step of one work",
    "step": "coupled step",
}
"""Times of a case in s, and what people call them; a renewal has one iteration."""
_FEWEST = 100
_RELAXATION, _STEPS, _RUNS, _RUN_TIME = 5e-12, 20, 5, 5.0
"""In s, steps, runs, and s: the fastest run is reported, as what else a machine does only adds."""


def time_scaling(
    comm: MPI.Intracomm, sizes: list[int], mesh_size: float, repetitions: int
) -> dict[str, Any]:
    """Time films of all sizes on 1, 2, 4, … ranks, and larger ones on more ranks; collective.

    Args:
        comm: all ranks; while fewer work, the others rest.
        sizes: numbers of vertices, growing. For weak scaling, on p ranks all but the largest are
            timed with p times as many vertices too.
        mesh_size: in m.
        repetitions: the fastest of so many is reported.
    """
    ranks = _ranks(comm.size)
    weak = sizes[:-1] or sizes
    wanted = {(size, p) for size in sizes for p in ranks}
    wanted |= {(size * p, p) for size in weak for p in ranks}
    cases = [
        on_first(comm, p, partial(_case, size=size, mesh_size=mesh_size, repetitions=repetitions))
        for size, p in sorted(wanted)
    ]
    return {
        "versions": all_versions(),
        "mesh_size_m": mesh_size,
        "cases": cases,
        "strong": [_beside_one(cases, size, size, p) for size in sizes for p in ranks[1:]],
        "weak": [_beside_one(cases, size, size * p, p) for size in weak for p in ranks[1:]],
        "growth_per_decade": [_growth(cases, *pair, p) for p in ranks for pair in pairwise(sizes)],
    }


def parse_sizes(text: str) -> list[int]:
    """Numbers of vertices from text like "1e4,1e5".

    Raises:
        InputError: what is no number, or no number of vertices.
    """
    try:
        sizes = [round(float(word)) for word in text.split(",")]
    except (ValueError, OverflowError):
        raise InputError(f"--sizes {text}: must be numbers of vertices, like 1e4,1e5") from None
    for size in sizes:
        if not _FEWEST <= size <= MOST_VERTICES:
            raise InputError(
                f"--sizes {text}: {size} is not between {_FEWEST} and {MOST_VERTICES:.0e} vertices"
            )
    return sorted(set(sizes))


def _ranks(most: int) -> list[int]:
    powers = [2**k for k in range(most.bit_length())]
    return powers if powers[-1] == most else [*powers, most]


def _case(comm: MPI.Intracomm, size: int, mesh_size: float, repetitions: int) -> dict[str, Any]:
    made: list[Film] = []
    set_up = once(comm, lambda: made.append(_film(comm, size, mesh_size)))
    film = made[0]
    length = film.film_mesh.coordinates[:, 0].max(initial=0.0)
    drives = standard(mesh_size, comm.allreduce(length, MPI.MAX)).drives
    film.relax(_RELAXATION, torque_tolerance=0.0)
    found = {
        "size": size,
        "vertices": film.film_mesh.numbering.size,
        "ranks": comm.size,
        "set_up_s": set_up,
        **_parts(film, drives, repetitions),
    }
    return found | {"peak_memory_MB": peak_memory(comm)}


def _film(comm: MPI.Intracomm, size: int, mesh_size: float) -> Film:
    sample = standard(mesh_size)
    film = make_film(sample, lattice_film(comm, size, mesh_size, sample.layout.thickness))
    film.set_magnetisation(maze)
    return film


def _parts(film: Film, drives: tuple[float, ...], repetitions: int) -> dict[str, Any]:
    comm, dynamics, conduction = film.comm, film.dynamics, film.conduction
    assert conduction is not None
    rate = np.empty((film.operators.owned, 3))
    several = max(repetitions // 4, 1)

    runs = _runs(film, drives, _STEPS * film.integrator.step)
    seconds = [run["wall_s"] / run["steps"] for run in runs]
    best = runs[np.argmin(seconds)]
    film.current.apply(drives)
    film.current.renew(0.0)
    paced = paced_steps(film, drives)
    works: list[tuple[str, Callable[[], object], int]] = [
        ("renewal", renewing(film, drives), several),
        ("assembly", lambda: conduction.update(dynamics.m), repetitions),
        ("drift", film.current.act, repetitions),
        ("conductance", solving_apart(film), several),
        (
            "field_and_torque",
            lambda: llg.rate(dynamics.couplings, dynamics.gilbert, dynamics.m, rate),
            repetitions,
        ),
        ("paced_step", paced, several),
    ]
    # Each by itself: what else ran before would decide what lies in the cache.
    found = {name: fastest(comm, work, times) for name, work, times in works}
    found["paced_step"] /= PACED_STEPS
    of_best = {
        "evaluations_per_step": best["evaluations"] / best["steps"],
        "renewals_per_step": best["potential_solves"] / best["steps"],
        "iterations_per_renewal": best["iterations_per_solve"],
        "shares_of_step": best["shares"],
    }
    return {**found, "step": min(seconds), **of_best}


def _runs(film: Film, drives: tuple[float, ...], duration: float) -> list[dict[str, Any]]:
    """Runs of that duration in s from one m, as many as fit into a while; collective."""
    start, step = film.m.copy(), film.integrator.step
    runs: list[dict[str, Any]] = []
    wall = 0.0
    while len(runs) < _RUNS + 1 or wall < _RUN_TIME:
        # A texture that has come to rest renews its current less often.
        film.set_magnetisation(start)
        film.integrator.step = step
        run = watched_run(film, drives, duration)
        run["wall_s"] = run["wall_s_per_ns"] * duration * 1e9
        # Of the slowest rank, so that all ranks come to the same end.
        wall += film.comm.allreduce(run["wall_s"], MPI.MAX)
        runs.append(run)
    return runs[1:]


def _find(cases: list[dict[str, Any]], size: int, ranks: int) -> dict[str, Any]:
    return next(case for case in cases if (case["size"], case["ranks"]) == (size, ranks))


def _beside_one(cases: list[dict[str, Any]], one: int, size: int, ranks: int) -> dict[str, Any]:
    """How many times as many vertices a second so many ranks treat as one with its own film."""
    alone, several = _find(cases, one, 1), _find(cases, size, ranks)
    ratio = several["vertices"] / alone["vertices"]
    return {
        "vertices": several["vertices"],
        "ranks": ranks,
        **{name: ratio * alone[name] / several[name] for name in PARTS},
    }


def _growth(cases: list[dict[str, Any]], small: int, large: int, ranks: int) -> dict[str, Any]:
    """How many times as much a vertex costs in a film with ten times as many."""
    few, many = _find(cases, small, ranks), _find(cases, large, ranks)
    ratio = many["vertices"] / few["vertices"]
    return {
        "vertices": many["vertices"],
        "ranks": ranks,
        **{name: (many[name] / few[name] / ratio) ** (1 / log10(ratio)) for name in PARTS},
    }


def as_text(found: dict[str, Any]) -> str:
    """The figures as people read them."""
    cases = [
        {**case, **{name: case[name] / case["vertices"] * 1e9 for name in PARTS}}
        for case in found["cases"]
    ]
    notes = [("evaluations, renewals a step, iterations", "set-up", "peak memory so far")]
    notes += [
        (
            f"{case['evaluations_per_step']:.1f}, {case['renewals_per_step']:.2f}, "
            f"{case['iterations_per_renewal']:.1f}",
            f"{case['set_up_s']:.1f} s",
            f"{case['peak_memory_MB']:.0f} MB",
        )
        for case in cases
    ]
    lines = [
        f"ns per vertex, of a lattice of {found['mesh_size_m'] * 1e9:g} nm; fastest of several"
    ]
    lines += _table(cases, "{:.2f}", notes)
    for key, title in (
        ("strong", "speed-up of the same film on several ranks"),
        ("weak", "speed-up per vertex, of films that grow with the number of ranks"),
        ("growth_per_decade", "cost of a vertex, beside that in a film with a tenth of them"),
    ):
        if found[key]:
            lines += ["", title, *_table(found[key], "{:.2f}×")]
    return "\n".join(lines)


def _table(
    cases: list[dict[str, Any]], form: str, notes: Sequence[tuple[str, ...]] = ()
) -> list[str]:
    rows = [["vertices", "ranks", *PARTS.values()]]
    rows += [
        [str(case["vertices"]), str(case["ranks"]), *(form.format(case[name]) for name in PARTS)]
        for case in cases
    ]
    if notes:
        rows = [[*row, *note] for row, note in zip(rows, notes, strict=True)]
    return aligned(rows, ">")
