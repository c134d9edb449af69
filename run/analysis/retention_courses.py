"""What runs know at every moment after the contacts were opened, kind by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.run.analysis.conditions import condition_text, order_of
from hebbfilm.run.analysis.retention import conditions_of, kept_after, times_after
from hebbfilm.run.folder.reader import Run, all_finished_runs, read_case_of_run, read_run

_APART = 0.5e-9
"""In s, a quarter of the time over which each is a mean: rows nearer to the last tell nothing new,
and the many rows of a reading would outweigh all others."""


@dataclass(frozen=True, eq=False)
class RunCourse:
    """What a run knows at rows of its table without voltage, as means of 2 ns.

    Attributes:
        name: of its folder.
        time: in s after switch-off, (n,).
        margin: (n,).
        contrast: mean change of pairs that should grow less that of the others, (n,).
        recalled: whether a stored state is recalled from all starts, (n,).
    """

    name: str
    time: FloatArray
    margin: FloatArray
    contrast: FloatArray
    recalled: BoolArray


@dataclass(frozen=True, eq=False)
class KindOfRuns:
    """Runs that differ in nothing but seeds and patterns.

    Attributes:
        values: in which they differ from others, by the keys of the case.
        temperature: of the film in K.
        thickness: mean of the film in m.
        courses: of the runs.
    """

    values: Mapping[str, Any]
    temperature: float
    thickness: float
    courses: tuple[RunCourse, ...]

    @property
    def name(self) -> str:
        """The values in words."""
        return condition_text(self.values)


def kinds_of_runs(folders: Sequence[Path]) -> list[KindOfRuns]:
    """The courses of finished runs, those together that differ in nothing but seeds and patterns.

    Args:
        folders: of runs, or of studies.

    Raises:
        InputError: a run that does not rest or has no margin, or a folder without finished runs.
    """
    runs = [read_run(folder) for folder in all_finished_runs(folders)]
    kinds: dict[str, list[tuple[Run, Mapping[str, Any]]]] = {}
    for run, values in zip(runs, conditions_of(runs), strict=True):
        kinds.setdefault(condition_text(values), []).append((run, values))
    found = [
        KindOfRuns(
            members[0][1],
            read_case_of_run(members[0][0].manifest.folder).thermal.temperature,
            members[0][0].manifest.thickness,
            tuple(_course(run) for run, _ in members),
        )
        for members in kinds.values()
    ]
    return sorted(found, key=lambda kind: order_of(kind.values))


def _course(run: Run) -> RunCourse:
    folder, time = run.manifest.folder, times_after(run)
    if not time.size:
        raise InputError(f"{folder} has no row after switch-off: it does not rest")
    time = _apart(time)
    case = read_case_of_run(folder)
    kept = [kept_after(run, case, float(each)) for each in time]
    if any(each.margin is None for each in kept):
        raise InputError(f"{folder} has no margin: nothing of it can be forgotten")
    return RunCourse(
        folder.name,
        time,
        np.array([each.margin for each in kept], dtype=np.float64),
        np.array([each.contrast for each in kept], dtype=np.float64),
        np.array([each.recall == 1 for each in kept]),
    )


def _apart(time: FloatArray) -> FloatArray:
    """Those of the times that follow the last one after a while."""
    chosen = [float(time[0])]
    for each in time[1:]:
        # Times are written with ten digits.
        if each - chosen[-1] > _APART * (1 - 1e-3):
            chosen.append(float(each))
    return np.array(chosen)
