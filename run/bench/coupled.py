"""A film under current: what a simulated nanosecond takes, and how far off it is."""

import resource
import time
from typing import Any

from mpi4py import MPI

import numpy as np

from run.bench.films import voltages
from solvers import Film, constant

TIGHT = {"step_tolerance": 1e-5, "renewal_tolerance": 1e-3}
"""Of a film whose result counts as exact."""


def coupled_run(film: Film, tight: Film, duration: float, side: float) -> dict[str, Any]:
    """Time a film with its maze through `duration` s of current; collective.

    Args:
        film: the one that is timed.
        tight: the same film with tolerances so small that its result counts as exact.
        duration: in s.
        side: of the film in m.
    """
    tight.set_magnetisation(film.m)
    conduction = film.conduction
    assert conduction is not None
    renewals, iterations = film.current.record.renewals, conduction.solver.iterations
    steps, drive = _count_steps(film), constant(voltages(side), duration)
    film.comm.Barrier()
    start = time.perf_counter()
    film.evolve(drive)
    film.comm.Barrier()
    wall = time.perf_counter() - start
    tight.evolve(drive)
    difference = film.dynamics.mean_magnetisation() - tight.dynamics.mean_magnetisation()
    solved = film.current.record.renewals - renewals
    return {
        "vertices": film.film_mesh.numbering.size,
        "simulated_s": duration,
        "wall_s_per_ns": wall / (duration * 1e9),
        "steps": len(steps),
        "evaluations": 4 * len(steps) + solved,
        "potential_solves": solved,
        "iterations_per_solve": (conduction.solver.iterations - iterations) / max(solved, 1),
        "error_of_mean_m": float(np.abs(difference).max()),
        "peak_memory_MB": film.comm.allreduce(
            resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, MPI.MAX
        ),
    }


def _count_steps(film: Film) -> list[float]:
    """The steps that the film takes from now on, in s."""
    taken: list[float] = []
    advance = film.integrator.advance

    def counted(remaining: float, since: np.ndarray) -> Any:
        found = advance(remaining, since)
        taken.append(found.step)
        return found

    film.integrator.advance = counted  # type: ignore[method-assign]
    return taken
