"""What the linear response predicts for the first moment of training, beside what was measured."""

from __future__ import annotations

from functools import partial
from typing import Any

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.collective import on_root
from hebbfilm.hopfield.prediction import predicted_rates
from hebbfilm.hopfield.rule_response import Response, first_rates
from hebbfilm.run.analysis.trajectories import Record
from hebbfilm.run.folder.manifest import find_snapshot
from hebbfilm.run.folder.reader import read_case_of_run
from hebbfilm.run.folder.snapshots import read_fields
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.films import build_film
from hebbfilm.solvers import Film


def response_of(record: Record, comm: MPI.Intracomm) -> Response:
    """Measure and predict the first rates of all trajectories; collective.

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
        neurons = case.neurons_of(film.contacts)
        uniform = predicted_rates(film, voltages, neurons)[pairs]
        before = find_snapshot(run.manifest, "untrained")
        fields = on_root(comm, partial(read_fields, folder, before))
        m = None if fields is None else fields.magnetisation
        film.set_magnetisation(film.film_mesh.numbering.scatter(m)[: film.operators.owned])
        both = np.array([uniform, predicted_rates(film, voltages, neurons)[pairs]])
        predicted = np.hstack((predicted, both))
    measured, driven = first_rates(record.trajectories)
    return Response(driven, *(_in_relation(v, driven) for v in (measured, *predicted)))


def _film_key(case: Case) -> str:
    chosen: dict[str, Any] = case.model_dump(
        include={"layout", "contacts", "material", "regions", "disorder", "numerics"}, mode="json"
    )
    return repr(chosen)


def _first_voltages(voltage: FloatArray) -> FloatArray:
    first: FloatArray = voltage[np.flatnonzero(np.abs(voltage).max(axis=1) > 0)[0]]
    return first


def _in_relation(values: FloatArray, driven: BoolArray) -> FloatArray:
    relative: FloatArray = values / values[driven].mean()
    return relative
