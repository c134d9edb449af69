"""`hebbfilm retention`: what finished runs still know, so long after the contacts were opened."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hopfield import recall_success
from hopfield.weights import Matrix, relative_change, weights
from meshing.errors import InputError
from run.case import read_case
from run.run_reader import Run, all_finished_runs, read_run
from run.study.figures import learnt
from run.summary import recall
from run.text import aligned

_WINDOW = 2e-9
"""In s, before each time: rows in it are averaged, as heat makes conductances fluctuate."""


def retention_table(folders: Sequence[Path], times: Sequence[float]) -> str:
    """A row a run: its temperature, and at each time margin and recall, both in percent.

    Args:
        folders: of runs, or of studies.
        times: in s after the last voltage was switched off.

    Raises:
        InputError: a time that no run has, or a folder without finished runs.
    """
    lines = [["run", "T/K", *(f"{1e9 * time:g} ns" for time in times)]]
    for folder in all_finished_runs(folders):
        run, case = read_run(folder), read_case(folder / "case.toml")
        cells = []
        for time in times:
            after = conductance_after(run, time)
            change = relative_change(run.summary["conductance_before"], after)[run.coupled]
            margin = learnt(change, run.patterns, run.coupled)[2] or 0.0
            w = weights(run.summary["conductance_before"], after, case.reading.rule())
            success = recall_success(recall(w, list(run.patterns), case.reading))
            cells.append(f"{100 * margin:+.2f} ({100 * success:.0f})")
        lines.append([folder.name, f"{case.thermal.temperature:g}", *cells])
    return aligned(lines)


def conductance_after(run: Run, time: float) -> Matrix:
    """Mean conductance matrix in S, (N, N), of the 2 ns before `time` in s after switch-off.

    At the switch-off itself it is that of this moment.

    Raises:
        InputError: no row of the table lies there.
    """
    table = run.conductance
    since = table.time - max(
        (t for t, phase in zip(table.time, table.phase, strict=True) if phase == "train"),
        default=np.inf,
    )
    # Times are written with ten digits.
    slack = 1e-9 * table.time.max()
    there = (since <= time + slack) & (since > time - _WINDOW + slack) & (since >= -slack)
    if not there.any():
        raise InputError(
            f"--times {time:g}: {run.manifest.folder} has no row in the {_WINDOW:g} s before; "
            f"its last is {since.max():.3g} s after switch-off"
        )
    matrix = np.zeros(2 * [len(run.manifest.contacts)])
    for (i, j), g in zip(table.pairs, table.conductance[there].mean(axis=0), strict=True):
        matrix[i, j] = matrix[j, i] = -g
    np.fill_diagonal(matrix, -matrix.sum(axis=1))
    return matrix
