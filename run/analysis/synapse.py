"""`hebbfilm synapse`: how single strips respond to doses, pulses and sweeps, and what they keep."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hebbfilm.common.errors import InputError
from hebbfilm.common.tables import aligned
from hebbfilm.hopfield.synapse import Drive, drives
from hebbfilm.run.analysis.trajectories import Record
from hebbfilm.run.folder import files
from hebbfilm.run.folder.csv_rows import write_rows

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


def drives_of(record: Record) -> list[Drive]:
    """The different things that were done to the strips of runs, by shape and voltage.

    Raises:
        InputError: a film with several coupled pairs of contacts.
    """
    for run in record.runs:
        if np.count_nonzero(run.coupled) != 1:
            raise InputError(
                f"{run.manifest.folder}: {np.count_nonzero(run.coupled)} pairs of contacts; a "
                "synapse has one (`hebbfilm rule` takes any film)"
            )
    return drives(record.trajectories, record.voltage)


def write_drives(found: Sequence[Drive], folder: Path) -> Path:
    """Write synapse.csv: a row for each drive; return its path.

    Raises:
        InputError: it cannot be written.
    """
    path = folder / files.SYNAPSE
    write_rows(path, _HEADER, [_row(drive) for drive in found])
    return path


def drives_text(found: Sequence[Drive]) -> str:
    """The same as a table for a terminal."""
    return "\n".join(["Mean change over initial textures, ± its standard error", *_table(found)])


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
    return aligned(rows, "<")


def _percent(mean: float, error: float) -> str:
    return f"{100 * mean:+.2f}" + ("" if np.isnan(error) else f" ± {100 * error:.2f}")
