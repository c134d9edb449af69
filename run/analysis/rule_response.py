"""What the linear response predicts for the first moment of training, beside what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.collective import on_root
from hebbfilm.hopfield.pairs import pair_conductances
from hebbfilm.run.analysis.courses import Record
from hebbfilm.run.folder.reader import find_snapshot, read_case_of_run
from hebbfilm.run.folder.snapshots import read_fields
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.films import build_film
from hebbfilm.solvers import Film
from hebbfilm.solvers.conduction.linear_response import conductance_response

BEGINNING = 0.5e-9
"""Time in s in which the rates are measured: short against a course, long against relaxation."""


@dataclass(frozen=True, eq=False)
class Response:
    """Rates at which pairs begin to change, in relation to the mean of the driven ones.

    Attributes:
        driven: which pairs were under voltage in the first presentation, (C,).
        measured: dr/dt of each course, (C,).
        uniform: predicted with m along [initial], as before any run, (C,).
        textured: predicted with the m that the film had before training, (C,).
    """

    driven: np.ndarray
    measured: FloatArray
    uniform: FloatArray
    textured: FloatArray

    def agreement(self, prediction: FloatArray, *, driven_only: bool) -> tuple[float, float]:
        """Correlation of measured and predicted rates, and the slope of the former over them.

        NaN where all predictions are equal, or there are but two.
        """
        chosen = self.driven if driven_only else np.full(len(self.driven), True)
        x, y = prediction[chosen], self.measured[chosen]
        # A uniform film has one prediction but for the mesh, to which the slope would be noise.
        if len(x) < 3 or np.ptp(x) < 1e-3 or np.ptp(y) == 0:
            return float("nan"), float("nan")
        return float(np.corrcoef(x, y)[0, 1]), float(np.cov(x, y)[0, 1] / np.var(x, ddof=1))


def response(record: Record, comm: MPI.Intracomm) -> Response:
    """Measure and predict the first rates of all courses; collective.

    Args:
        record: the same on all ranks.
        comm: ranks that share the films.

    Raises:
        InputError: a file of a run is missing.
        SolverError: no convergence.
    """
    films: dict[str, Film] = {}
    predicted = np.array([[], []])
    for number, run in enumerate(record.runs):
        folder = run.manifest.folder
        case = comm.bcast(on_root(comm, partial(read_case_of_run, folder)))
        key = _film_key(case)
        if key not in films:
            films = {key: build_film(case, comm)}
        film = films[key]
        voltages = _first_voltages(run.conductance.voltage)
        pairs = record.pair[record.run == number]
        film.set_magnetisation(np.array(case.initial.direction))
        uniform = _relative_response(film, voltages)[pairs]
        before = find_snapshot(run.manifest, "untrained")
        fields = on_root(comm, partial(read_fields, before))
        m = None if fields is None else fields.magnetisation
        film.set_magnetisation(film.film_mesh.numbering.scatter(m)[: film.operators.owned])
        both = np.array([uniform, _relative_response(film, voltages)[pairs]])
        predicted = np.hstack((predicted, both))
    measured, driven = _first_rates(record)
    return Response(driven, *(_in_relation(v, driven) for v in (measured, *predicted)))


def _film_key(case: Case) -> str:
    chosen: dict[str, Any] = case.model_dump(
        include={"layout", "contacts", "material", "disorder", "numerics"}, mode="json"
    )
    return repr(chosen)


def _relative_response(film: Film, voltages: FloatArray) -> FloatArray:
    g = pair_conductances(film.conductance_matrix())
    (change,) = conductance_response(film.read(), voltages[None])
    with np.errstate(divide="ignore", invalid="ignore"):
        return -change[np.triu_indices(len(change), k=1)] / g


def _first_voltages(voltage: FloatArray) -> FloatArray:
    return voltage[np.flatnonzero(np.abs(voltage).max(axis=1) > 0)[0]]


def _first_rates(record: Record) -> tuple[FloatArray, np.ndarray]:
    """The slopes dr/dt from r = 0 on in 1/s, and which pairs were under voltage meanwhile."""
    courses = record.courses
    time = np.cumsum(courses.step, axis=0)
    chosen = (time <= BEGINNING * (1 + 1e-6)) & np.isfinite(courses.change) & courses.driven
    change = np.where(chosen, courses.change, 0)
    square = (np.where(chosen, time, 0) ** 2).sum(axis=0)
    under_voltage = np.any(np.abs(np.where(chosen, courses.drive, 0)) > 0, axis=0)
    return (change * time).sum(axis=0) / square, under_voltage


def _in_relation(values: FloatArray, driven: np.ndarray) -> FloatArray:
    return values / values[driven].mean()
