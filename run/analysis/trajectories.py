"""The trajectories of conductance in run folders, for the fit of a learning rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.contact_pairs import pair_names
from hebbfilm.hopfield.trajectories import Trajectories
from hebbfilm.run.folder.conductance_table import UNDER_VOLTAGE, rows_of_schedule
from hebbfilm.run.folder.reader import Run, read_run

_SAME_FILM = 1e-9
"""Of a conductance: films that start alike, on any number of ranks."""


@dataclass(frozen=True, eq=False)
class Record:
    """The trajectories of the coupled pairs of many runs.

    Attributes:
        runs: that were read.
        trajectories: of all their pairs.
        run: number of the run of each trajectory, (C,).
        pair: number of the pair of each trajectory among all pairs of its run, (C,).
        group: what is held out of a fit together, (C,).
        held_out: what a group is, as one says it.
        voltage: V₀ in V, the largest of all.
    """

    runs: tuple[Run, ...]
    trajectories: Trajectories
    run: IntArray
    pair: IntArray
    group: IntArray
    held_out: str
    voltage: float

    def name(self, trajectory: int) -> str:
        """Run and pair of a trajectory."""
        run = self.runs[self.run[trajectory]]
        pair = pair_names(run.neurons)[self.pair[trajectory]]
        return f"{run.manifest.folder.name}: {pair}"


def read_record(folders: Sequence[Path]) -> Record:
    """Read the trajectories of runs.

    Runs that start from one film are held out together, as they are no independent trials; with a
    single film, single pairs are.

    Raises:
        InputError: a folder that holds no complete run.
    """
    runs = tuple(read_run(folder) for folder in folders)
    voltage = max(float(np.ptp(run.conductance.voltage, axis=1).max()) for run in runs) / 2
    if not voltage > 0:
        raise InputError(f"{folders[0]}: no contact was ever under voltage: nothing to fit")
    parts = [_trajectories(run, voltage) for run in runs]
    sizes = [part.drive.shape[1] for part in parts]
    owner = np.repeat(np.arange(len(runs)), sizes)
    pair = np.concatenate([np.flatnonzero(run.coupled) for run in runs])
    film = np.repeat(_films(runs), sizes)
    single = film.max() == 0
    return Record(
        runs,
        _side_by_side(parts),
        owner,
        pair,
        pair if single else film,
        "pair" if single else "initial texture",
        voltage,
    )


def _trajectories(run: Run, voltage: float) -> Trajectories:
    table = run.conductance
    first, second = np.array(table.pairs)[run.coupled].T
    rows = np.flatnonzero(rows_of_schedule(table))
    step = np.diff(table.time, prepend=0.0)[rows]
    volts = run.manifest.as_neurons().voltages(table.voltage[rows])
    before = -run.summary.conductance_before[first, second]
    shape = (len(rows), len(first))
    return Trajectories(
        np.broadcast_to(step[:, None], shape),
        np.asarray((volts[:, first] - volts[:, second]) / (2 * voltage), dtype=np.float64),
        np.broadcast_to(np.isin(table.phase, UNDER_VOLTAGE)[rows, None], shape),
        table.conductance[rows][:, run.coupled] / before - 1,
    )


def _films(runs: Sequence[Run]) -> IntArray:
    """A number for each run, the same for those that start with the same conductances."""
    known: list[FloatArray] = []
    numbers = []
    for run in runs:
        before = run.summary.conductance_before
        same = [
            number
            for number, other in enumerate(known)
            if other.shape == before.shape
            and np.abs(other - before).max() <= _SAME_FILM * np.abs(before).max()
        ]
        if not same:
            known.append(before)
        numbers.append(same[0] if same else len(known) - 1)
    return np.array(numbers)


def _side_by_side(parts: Sequence[Trajectories]) -> Trajectories:
    length = max(len(part.step) for part in parts)

    def joined(name: str, filling: float) -> FloatArray:
        columns = []
        for part in parts:
            values = getattr(part, name)
            missing = ((0, length - len(values)), (0, 0))
            columns.append(np.pad(values, missing, constant_values=filling))
        return np.hstack(columns)

    return Trajectories(
        joined("step", 0.0),
        joined("drive", 0.0),
        joined("driven", 0.0).astype(bool),
        joined("change", np.nan),
    )
