"""`hebbfilm synapse`: how single strips respond to doses, pulses and sweeps, and what they keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.learning_rule import driven_alike
from hebbfilm.run.analysis.courses import Record, read_record
from hebbfilm.run.folder.reader import all_finished_runs
from hebbfilm.run.folder.writer import RunFolder

_HEADER = (
    "drive",
    "voltage_V",
    "textures",
    "change_at_half_time",
    "change_at_half_time_error",
    "change_with_current",
    "change_with_current_error",
    "change_after_rest",
    "change_after_rest_error",
    "rest_s",
)


@dataclass(frozen=True, eq=False)
class Drive:
    """All courses of strips that were driven alike, each from a texture of its own.

    Attributes:
        shape: number of the history of voltages, but for its scale.
        voltage: largest |V_i - V_j|/2 in V.
        time: s, (n,), from 0 on.
        level: (V_i - V_j)/2 in V up to that time, (n,).
        change: r of each texture, (n, textures).
        end: row of the last sample under voltage.
    """

    shape: int
    voltage: float
    time: FloatArray
    level: FloatArray
    change: FloatArray
    end: int

    @property
    def text(self) -> str:
        """What was done, but for the voltage."""
        levels = np.unique(np.round(np.abs(self.level[1:]) / self.voltage, 6))
        if len(levels) > 2:
            return "sweep"
        driven = self.level[1 : self.end + 1]
        signs = np.sign(driven)
        if np.any(signs == 0):
            return "pulses"
        turns = np.flatnonzero(np.diff(signs))
        if not len(turns):
            return "constant"
        return f"reversed every {self.time[turns[0] + 1] * 1e9:.3g} ns"

    @property
    def half(self) -> int:
        """Row at half of the time under voltage."""
        return int(np.searchsorted(self.time, self.time[self.end] / 2 * (1 - 1e-6)))

    def mean(self, row: int) -> tuple[float, float]:
        """Mean change and its standard error over textures; NaN with a single one."""
        values = self.change[row]
        if len(values) < 2:
            return float(values[0]), float("nan")
        return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))


def synapse(paths: Sequence[Path]) -> str:
    """Sort the runs by what was done to them, write synapse.csv and a picture, on one rank.

    Args:
        paths: run folders, or folders of studies; the first one is written to.

    Returns:
        What to tell.

    Raises:
        InputError: a folder without complete runs, or a film with several pairs of contacts.
    """
    # matplotlib is slow to import.
    from hebbfilm.run.pictures.synapse import save_synapse_picture

    found = drives(read_record(all_finished_runs(paths)))
    rows = [_row(drive) for drive in found]
    RunFolder(paths[0]).write_rows("synapse.csv", _HEADER, rows)
    picture = save_synapse_picture(found, paths[0])
    told = "Mean change over initial textures, ± its standard error"
    files = f"Table: {paths[0] / 'synapse.csv'}\nPicture: {picture}"
    return "\n".join([told, *_table(found), "", files])


def drives(record: Record) -> list[Drive]:
    """The different things that were done, by shape and voltage.

    Raises:
        InputError: a film with several coupled pairs of contacts.
    """
    for run in record.runs:
        if np.count_nonzero(run.coupled) != 1:
            raise InputError(
                f"{run.manifest.folder}: {np.count_nonzero(run.coupled)} pairs of contacts; a "
                "synapse has one (`hebbfilm rule` takes any film)"
            )
    courses = record.courses
    shapes = driven_alike(courses, up_to_scale=True)
    found = []
    for members in driven_alike(courses):
        first = members[0]
        shape = next(k for k, same in enumerate(shapes) if first in same)
        known = np.isfinite(courses.change[:, first])
        level = record.voltage * courses.drive[known, first]
        found.append(
            Drive(
                shape,
                float(np.abs(level).max()),
                _after_start(np.cumsum(courses.step[known, first])),
                _after_start(level),
                np.vstack((np.zeros(len(members)), courses.change[known][:, members])),
                int(np.flatnonzero(level)[-1]) + 1,
            )
        )
    return sorted(found, key=lambda drive: (drive.text, drive.shape, drive.voltage))


def _after_start(values: FloatArray) -> FloatArray:
    return np.concatenate(([0.0], values))


def _row(drive: Drive) -> list[float | str | int]:
    means = [drive.mean(row) for row in (drive.half, drive.end, -1)]
    rest = float(drive.time[-1] - drive.time[drive.end])
    numbers = ["" if np.isnan(value) else value for mean in means for value in mean]
    return [drive.text, drive.voltage, drive.change.shape[1], *numbers, rest]


def _table(found: Sequence[Drive]) -> list[str]:
    rows = [["drive", "±V / V", "textures", "half time / %", "current on / %", "after rest / %"]]
    for drive in found:
        means = [drive.mean(row) for row in (drive.half, drive.end, -1)]
        rows.append(
            [
                f"{drive.text}, {drive.time[drive.end] * 1e9:.3g} ns",
                f"{drive.voltage:g}",
                str(drive.change.shape[1]),
                *(_percent(*mean) for mean in means),
            ]
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _percent(mean: float, error: float) -> str:
    return f"{100 * mean:+.2f}" + ("" if np.isnan(error) else f" ± {100 * error:.2f}")
