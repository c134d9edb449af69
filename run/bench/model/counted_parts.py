"""A program: what each part of a step has ranks say to one another, counted."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from mpi4py import MPI

import numpy as np

from hebbfilm.meshing import FilmMesh
from hebbfilm.run.bench.coupled import watched_run
from hebbfilm.run.bench.films import make_film, standard
from hebbfilm.run.bench.lattice import lattice_film, maze
from hebbfilm.run.bench.model.counting import count_calls
from hebbfilm.run.bench.parts import solving_apart
from hebbfilm.run.bench.timing import fastest
from hebbfilm.solvers import Film, constant
from hebbfilm.solvers.terms.demagnetisation.term import BoundDemagnetisation

_CALLS = 4
_TURNED, _SETTLING, _DRIVEN = 1e-11, 2e-11, 2e-11
"""In s, that m moves on between two renewals of the current, that it relaxes, and is driven."""


def works_of(
    comm: MPI.Intracomm, vertices: float, mesh_size: float
) -> tuple[FilmMesh, dict[str, Callable[[], object]], int]:
    """A film of about so many vertices, by its name what does a part of a step, and the planes.

    Those of the grid of the demagnetising field; collective.
    """
    mesh = lattice_film(comm, vertices, mesh_size, standard(mesh_size).layout.thickness)
    film, drives = _maze(mesh, mesh_size)
    conduction = film.solve_current(drives)
    before = conduction.potential.copy()
    film.evolve(constant(drives, _TURNED))
    film.current.apply(drives)
    film.current.begin(film.time)
    film.integrator.begin()
    since = film.m.copy()

    def renew() -> None:
        conduction.potential[:] = before
        film.current.renew(film.time)

    demagnetise, planes = _demagnetising(mesh)
    works: dict[str, Callable[[], object]] = {
        "step": lambda: film.integrator.advance(1e-9, since),
        "renewal": renew,
        "conductance": solving_apart(film),
        "demagnetisation": demagnetise,
    }
    return mesh, works, planes


def _maze(mesh: FilmMesh, mesh_size: float) -> tuple[Film, tuple[float, ...]]:
    """The standard film with a maze on a mesh, and the voltages that drive it; collective."""
    length = mesh.comm.allreduce(mesh.coordinates[:, 0].max(initial=0.0), MPI.MAX)
    sample = standard(mesh_size, length)
    film = make_film(sample, mesh)
    film.set_magnetisation(maze)
    return film, sample.drives


def _demagnetising(mesh: FilmMesh) -> tuple[Callable[[], None], int]:
    film = Film(mesh, standard().material, demagnetisation="full")
    film.set_magnetisation(maze)
    dynamics = film.dynamics
    (field,) = (each for name, each in dynamics.fields.named if name == "demagnetisation")
    out = np.zeros((film.operators.owned, 3))
    assert isinstance(field, BoundDemagnetisation)
    return lambda: field.add_field(0.0, dynamics.m, out), field.grid.shape[1]


def _renewals(mesh: FilmMesh, mesh_size: float) -> float:
    """Of the current in a step of a maze that has come to rest a little; collective."""
    film, drives = _maze(mesh, mesh_size)
    film.relax(_SETTLING, torque_tolerance=0.0)
    run = watched_run(film, drives, _DRIVEN)
    return float(run["potential_solves"] / run["steps"])


def main(comm: MPI.Intracomm, vertices: float, mesh_size: float, timed: bool) -> None:
    """Count or time the parts, and print what was found as one line of JSON; collective."""
    mesh, works, planes = works_of(comm, vertices, mesh_size)
    found: dict[str, Any] = {
        "ranks": comm.size,
        "vertices": mesh.numbering.size,
        "partition": asdict(mesh.partition()),
        "planes": planes,
    }
    if timed:
        found["renewals_per_step"] = _renewals(mesh, mesh_size)
        found["seconds"] = {name: fastest(comm, work, _CALLS) for name, work in works.items()}
    else:
        found["most"] = {
            name: np.max(count_calls(comm, work, _CALLS), axis=0).tolist()
            for name, work in works.items()
        }
    if comm.rank == 0:
        print(json.dumps(found))


if __name__ == "__main__":
    main(MPI.COMM_WORLD, float(sys.argv[1]), float(sys.argv[2]), sys.argv[3:] == ["timed"])
