"""The non-local demagnetising field beside the other terms: in an evaluation, and in a step."""

from functools import partial
from statistics import median
from typing import Any

from mpi4py import MPI

import numpy as np

from hebbfilm.common.tables import aligned
from hebbfilm.common.text import counted
from hebbfilm.meshing import mesh_film, strip
from hebbfilm.run.bench.films import MESH_SIZE, standard
from hebbfilm.run.bench.groups import on_first
from hebbfilm.run.bench.lattice import maze
from hebbfilm.run.bench.timing import alternate, fastest
from hebbfilm.run.folder.versions import all_versions
from hebbfilm.run.profile.places import EVALUATIONS
from hebbfilm.run.profile.stopwatch import Place, Stopwatch, watching
from hebbfilm.solvers import Film, Numerics, rest
from hebbfilm.solvers.kernels import llg
from hebbfilm.solvers.terms.interface import LinearField

_SIDE, _THICKNESS, _LAYERS, _EDGE_3D = 240e-9, 20e-9, 4, 5e-9
"""Of the film in three dimensions, in m, and how many tetrahedra it is thick."""
_RELAXATION, _STEPS, _RUNS = 5e-11, 40, 9
"""In s; steps of each of the runs, of which the medians are told."""
_FIELD, _OTHERS = "field", "others"
_PLACES = (
    *(Place(_OTHERS, f"hebbfilm.solvers.kernels.llg:{name}") for name in EVALUATIONS),
    *(
        Place(_FIELD, f"hebbfilm.solvers.magnetisation.slow_fields:SlowFields.{name}", whole=True)
        for name in ("add_at", "missed")
    ),
    Place("steps", "hebbfilm.solvers.integrators.explicit:Explicit.advance"),
)


def time_demagnetisation(
    comm: MPI.Intracomm, mesh_size: float | None, repetitions: int
) -> dict[str, Any]:
    """Time it on one rank, and on all of them, in two and three dimensions; collective.

    Args:
        comm: all ranks; while one works, the others rest.
        mesh_size: in m, of both films; None for the standard one and 5 nm.
        repetitions: of an evaluation, in alternation with the other terms.
    """
    ranks = sorted({1, comm.size})
    cases = [
        on_first(comm, p, partial(_case, dimension, mesh_size, repetitions))
        for dimension in (2, 3)
        for p in ranks
    ]
    return {"versions": all_versions(), "cases": cases}


def _case(
    dimension: int, mesh_size: float | None, repetitions: int, comm: MPI.Intracomm
) -> dict[str, Any]:
    film = _film(comm, dimension, mesh_size)
    film.relax(_RELAXATION, torque_tolerance=0.0)
    return {
        "dimension": dimension,
        "ranks": comm.size,
        "vertices": film.film_mesh.numbering.size,
        **_evaluation(film, repetitions),
        **_step(film),
    }


def _film(comm: MPI.Intracomm, dimension: int, mesh_size: float | None) -> Film:
    sample = standard(mesh_size or MESH_SIZE)
    if dimension == 2:
        mesh = mesh_film(sample.layout, comm)
    else:
        layout = strip(_SIDE, _SIDE, thickness=_THICKNESS, mesh_size=mesh_size or _EDGE_3D)
        mesh = mesh_film(layout, comm, dimension=3, layers=_LAYERS)
    numerics = Numerics(integrator="explicit")
    film = Film(mesh, sample.material, demagnetisation="full", numerics=numerics)
    film.set_magnetisation(maze)
    return film


def _evaluation(film: Film, repetitions: int) -> dict[str, float]:
    dynamics = film.dynamics
    field = dict(dynamics.terms.fields)["demagnetisation"]
    assert isinstance(field, LinearField)
    out = np.zeros((film.operators.owned, 3))
    works = {
        "others": lambda: llg.rate(dynamics.couplings, dynamics.gilbert, dynamics.m, out),
        "field": lambda: field.add_linear_field(dynamics.m, out),
    }
    found = alternate(film.comm, works, repetitions)
    least = {name: fastest(film.comm, work, repetitions) for name, work in works.items()}
    return {
        "others_us": found["others"] * 1e6,
        "field_us": found["field"] * 1e6,
        "ratio": found["field"] / found["others"],
        "ratio_of_fastest": least["field"] / least["others"],
    }


def _step(film: Film) -> dict[str, float]:
    """Of a step on the slowest rank, the median of several runs."""
    runs = []
    for _ in range(_RUNS):
        watch = Stopwatch()
        with watching(watch, _PLACES):
            film.evolve(rest(_STEPS * film.integrator.step))
        spent = np.array([watch.seconds[_FIELD], watch.seconds[_OTHERS]])
        film.comm.Allreduce(MPI.IN_PLACE, spent, MPI.MAX)
        runs.append((*(spent * 1e6 / watch.calls["advance"]), spent[0] / spent[1]))
    field, others, ratio = (median(each) for each in zip(*runs, strict=True))
    least_field, least_others, _ = np.min(runs, axis=0)
    return {
        "step_others_us": others,
        "step_field_us": field,
        "step_ratio": ratio,
        "step_ratio_of_fastest": float(least_field / least_others),
    }


def as_text(found: dict[str, Any]) -> str:
    """The figures as people read them."""
    heads = [
        f"{of}: {name}" if name == "others" else name
        for of in ("evaluation", "step")
        for name in ("others", "demag", "ratio", "at best")
    ]
    kinds = ["{:.0f}", "{:.0f}", "{:.1f}", "{:.1f}"] * 2
    names = ["others_us", "field_us", "ratio", "ratio_of_fastest"]
    names += ["step_others_us", "step_field_us", "step_ratio", "step_ratio_of_fastest"]
    rows = [["film", *heads]]
    for case in found["cases"]:
        ranks = counted(case["ranks"], "rank")
        head = f"{case['dimension']}D, {case['vertices']} vertices, {ranks}"
        rows.append([head, *(kind.format(case[x]) for kind, x in zip(kinds, names, strict=True))])
    first = "demagnetising field beside the other terms, in μs: of an evaluation, and of a step"
    last = "Times are medians; ratio: of these; at best: of the shortest times of both."
    return "\n".join([first, *aligned(rows), last])
