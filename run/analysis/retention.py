"""`hebbfilm retention`: what finished runs still know, so long after the contacts were opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.tables import aligned
from hebbfilm.common.text import percent
from hebbfilm.hopfield import recall_success
from hebbfilm.hopfield.contact_pairs import conductance_matrix, relative_change
from hebbfilm.hopfield.separability import learnt_changes
from hebbfilm.hopfield.weights import conductance_weights
from hebbfilm.run.analysis.conditions import varied_values
from hebbfilm.run.folder.conductance_table import rows_of_schedule
from hebbfilm.run.folder.reader import Run, all_finished_runs, read_case_of_run, read_run
from hebbfilm.run.inputs.case import Case
from hebbfilm.run.inputs.recall import recall_by

_HEAD = "Margin / % (recalled / %) at times after switch-off"
_WINDOW = 2e-9
"""In s, before each time: rows in it are averaged, as noise makes conductances fluctuate. It begins
no earlier than the switch-off."""
_TIMES = (0.0, 5e-9, 10e-9, 20e-9, 50e-9)
"""In s, of which a table has those that a run reached, if none are asked for."""


@dataclass(frozen=True)
class Kept:
    """What a run knows at a time; all None where that is not defined.

    Attributes:
        margin: between pairs that should grow and others.
        recall: recall success.
        contrast: mean change of pairs that should grow less that of the others. It is linear in
            the conductances, so that noise leaves its mean alone, and 0 where nothing is known.
    """

    margin: float | None
    recall: float | None
    contrast: float | None


@dataclass(frozen=True)
class RunRetention:
    """What a finished run still knows.

    Attributes:
        name: of its folder.
        temperature: of the film in K.
        condition: the values of its case in which runs differ, seeds and patterns aside.
        kept: what it knows at each time; None where it does not go so far.
    """

    name: str
    temperature: float
    condition: Mapping[str, Any]
    kept: tuple[Kept | None, ...]


@dataclass(frozen=True)
class Retention:
    """What runs still know, at times in s after the last voltage was switched off."""

    times: tuple[float, ...]
    runs: tuple[RunRetention, ...]


def retention_of_runs(folders: Sequence[Path], times: Sequence[float] | None = None) -> Retention:
    """What finished runs know after a while without voltage.

    Args:
        folders: of runs, or of studies.
        times: in s after the last voltage was switched off; None: 0, 5, 10, 20 and 50 ns, as far as
            runs go.

    Raises:
        InputError: a time that a run does not have, or a folder without finished runs.
    """
    for time in times or ():
        if not time >= 0:
            raise InputError(f"--times {time:g}: must be 0 or more, in s after switch-off")
    runs = [read_run(folder) for folder in all_finished_runs(folders)]
    chosen = times or [t for t in _TIMES if any(_rows(run, t).any() for run in runs)]
    found = []
    for run, condition in zip(runs, conditions_of(runs), strict=True):
        case = read_case_of_run(run.manifest.folder)
        kept = tuple(
            None if times is None and not _rows(run, time).any() else kept_after(run, case, time)
            for time in chosen
        )
        name = run.manifest.folder.name
        found.append(RunRetention(name, case.thermal.temperature, condition, kept))
    return Retention(tuple(chosen), tuple(found))


def conditions_of(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """The values in which runs differ, seeds and patterns aside, in their order.

    Keys that are newer than a run have their default.
    """
    folders = [run.manifest.folder for run in runs]
    cases = {str(n): read_case_of_run(folder).as_kept() for n, folder in enumerate(folders)}
    return list(varied_values(cases).values())


def retention_text(found: Retention) -> str:
    """A row a run: its temperature, and at each time margin and recall success, both in percent."""
    rows = [["run", "T/K", *(f"{1e9 * time:g} ns" for time in found.times)]]
    rows += [[run.name, f"{run.temperature:g}", *map(_cell, run.kept)] for run in found.runs]
    return "\n".join([_HEAD, *aligned(rows)])


def conductance_after(run: Run, time: float) -> FloatArray:
    """Mean conductance matrix in S, (N, N), of the 2 ns before `time` in s after switch-off.

    What was under voltage does not count, except at the switch-off itself: that is of this moment.

    Raises:
        InputError: no row of the table lies there, or the run ends before.
    """
    table, there = run.conductance, _rows(run, time)
    if not there.any():
        raise InputError(f"--times {time:g}: {run.manifest.folder} {_known(run)}")
    mean = table.conductance[there].mean(axis=0)
    return conductance_matrix(mean, len(run.neurons))


def kept_after(run: Run, case: Case, time: float) -> Kept:
    """What a run knows at a time in s after switch-off.

    Raises:
        InputError: as `conductance_after`.
    """
    summary, reference = run.summary, case.reading.rule()
    before, _ = reference.matrices(summary.readings, summary.reference_film)
    after = conductance_after(run, time)
    change = relative_change(before, after)[run.coupled]
    learnt = learnt_changes(change, run.patterns, run.coupled)
    w = conductance_weights(before, after, reference)
    if learnt.strengthened is None or learnt.others is None or not w.any():
        return Kept(None, None, None)
    recall = recall_success(recall_by(case.reading, w, list(run.patterns)))
    return Kept(learnt.margin, recall, learnt.strengthened - learnt.others)


def times_after(run: Run) -> FloatArray:
    """The times in s after switch-off at which a run has rows without voltage, (n,)."""
    since = _since_switch_off(run)
    after: FloatArray = since[since > 1e-9 * run.conductance.time.max()]
    return after


def _cell(kept: Kept | None) -> str:
    if kept is None or kept.margin is None or kept.recall is None:
        return "-"
    return f"{100 * kept.margin:+.2f} ({percent(kept.recall)})"


def _since_switch_off(run: Run) -> FloatArray:
    """The times of all rows in s, from the last presentation on; -inf where a circuit came in."""
    table = run.conductance
    presented = table.time[np.array(table.phase) == "train"]
    trained = presented[-1] if presented.size else np.inf
    since: FloatArray = np.where(rows_of_schedule(table), table.time - trained, -np.inf)
    return since


def _known(run: Run) -> str:
    rest = times_after(run)
    if not rest.size:
        return "has no row after switch-off: it does not rest"
    return (
        f"has no row for it: its first without voltage is {rest[0]:.3g} s, "
        f"its last is {rest[-1]:.3g} s after switch-off"
    )


def _rows(run: Run, time: float) -> BoolArray:
    """Which rows of the table are averaged for this time; none where the run ends before."""
    since = _since_switch_off(run)
    # Times are written with ten digits.
    slack = 1e-9 * run.conductance.time.max()
    if time <= slack:
        at_once: BoolArray = np.abs(since) <= slack
        return at_once
    if time > since.max() + slack:
        return np.zeros(len(since), dtype=bool)
    rows: BoolArray = (since <= time + slack) & (since > max(time - _WINDOW, 0.0) + slack)
    return rows
