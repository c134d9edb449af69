"""A film under current: what a simulated nanosecond takes, what of it, and how far off it is."""

import resource
import time
from typing import Any

from mpi4py import MPI

import numpy as np

from hebbfilm.run.profile.places import EVALUATIONS, FIELD, REST, STEP_PARTS, STEP_PLACES
from hebbfilm.run.profile.stopwatch import Stopwatch, watching
from hebbfilm.solvers import Film, Numerics, constant
from hebbfilm.solvers.drives.drive import Drives

TIGHT = Numerics(step_tolerance=1e-5, renewal_tolerance=1e-3)
"""Of a film whose result counts as exact."""


def coupled_run(film: Film, tight: Film, drives: Drives, duration: float) -> dict[str, Any]:
    """Time a film with its maze through `duration` s of current; collective.

    Args:
        film: the one that is timed.
        tight: the same film with tolerances so small that its result counts as exact.
        drives: of the contacts.
        duration: in s.
    """
    tight.set_magnetisation(film.m)
    found = watched_run(film, drives, duration)
    tight.evolve(constant(drives, duration))
    difference = film.dynamics.mean_magnetisation() - tight.dynamics.mean_magnetisation()
    return {
        **found,
        "error_of_mean_m": float(np.abs(difference).max()),
        "peak_memory_MB": peak_memory(film.comm),
    }


def watched_run(film: Film, drives: Drives, duration: float) -> dict[str, Any]:
    """Time a film and the parts of its steps through `duration` s of current; collective."""
    comm, conduction = film.comm, film.conduction
    assert conduction is not None
    renewals, iterations = film.current.record.renewals, conduction.solver.iterations
    watch = Stopwatch()
    with watching(watch, STEP_PLACES):
        comm.Barrier()
        start = time.perf_counter()
        film.evolve(constant(drives, duration))
        comm.Barrier()
        wall = time.perf_counter() - start
    watch.rest(REST, wall)
    solved = film.current.record.renewals - renewals
    evaluations = sum(watch.calls[name] for name in EVALUATIONS)
    vertices, seconds = film.film_mesh.numbering.size, _mean_over_ranks(comm, watch)
    return {
        "vertices": vertices,
        "integrator": film.integrator.name,
        "simulated_s": duration,
        "wall_s_per_ns": wall / (duration * 1e9),
        "steps": watch.calls["advance"],
        "evaluations": evaluations,
        "ns_per_vertex_and_evaluation": seconds[FIELD] * comm.size / evaluations / vertices * 1e9,
        "potential_solves": solved,
        "iterations_per_solve": (conduction.solver.iterations - iterations) / max(solved, 1),
        "shares": {part: value / sum(seconds.values()) for part, value in seconds.items() if value},
    }


def _mean_over_ranks(comm: MPI.Intracomm, watch: Stopwatch) -> dict[str, float]:
    return {part: comm.allreduce(watch.seconds[part]) / comm.size for part in STEP_PARTS}


def peak_memory(comm: MPI.Intracomm) -> float:
    """Of the rank that has used most, in MB; collective."""
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    most: float = comm.allreduce(largest, MPI.MAX)
    return most
