"""`readings.csv`: what a run without patterns read at its steps, and at each point of a sweep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.folder import files
from hebbfilm.run.folder.csv_rows import Rows, read_rows

_AXES = "xyz"
_TIME, _STEP, _LABEL, _POWER = "t_s", "step", "label", "power_W"
_FIELD, _M = "H_A_per_m", "m"
_CONDUCTANCE, _VOLTAGE, _CURRENT = "G_S", "V_V", "I_A"


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """What a film was at one moment: a row.

    Args:
        time: s.
        step: its number in the order in which the steps were done, from 1.
        label: of the step.
        field: uniform applied H, (3,), A/m.
        magnetisation: mean over the film, (3,).
        conductance: G, (N, N), S.
        voltage, current: of the contacts, (N,), V and A.
    """

    time: float
    step: int
    label: str
    field: FloatArray
    magnetisation: FloatArray
    conductance: FloatArray
    voltage: FloatArray
    current: FloatArray

    def row(self) -> list[object]:
        """The cells, in the order of the columns."""
        arrays = (self.field, self.magnetisation, self.conductance, self.voltage, self.current)
        numbers = [float(value) for array in arrays for value in array.ravel()]
        return [self.time, self.step, self.label, *numbers, float(self.voltage @ self.current)]


@dataclass(frozen=True, kw_only=True, eq=False)
class ReadingsTable:
    """All readings of a run, one a row.

    `time` (n,) s; `step` (n,) numbers from 1; `label` (n,); `field` (n, 3) A/m; `magnetisation`
    (n, 3); `conductance` (n, N, N) S; `voltage` and `current` (n, N) V, A.
    """

    time: FloatArray
    step: tuple[int, ...]
    label: tuple[str, ...]
    field: FloatArray
    magnetisation: FloatArray
    conductance: FloatArray
    voltage: FloatArray
    current: FloatArray


def readings_header(contacts: Sequence[str]) -> list[str]:
    """The names of all columns, of a film with these contacts."""
    return [
        *(_TIME, _STEP, _LABEL),
        *_vector(_FIELD),
        *_vector(_M),
        *_matrix(contacts),
        *_per_contact(_VOLTAGE, contacts),
        *_per_contact(_CURRENT, contacts),
        _POWER,
    ]


def read_readings(folder: Path, contacts: Sequence[str]) -> ReadingsTable:
    """Read `readings.csv` of a run whose film has these contacts (names in node order).

    Raises:
        InputError: the file is missing, empty, cut short, or lacks a column.
    """
    rows = read_rows(folder / files.READINGS)
    count, size = len(rows.rows), len(contacts)
    return ReadingsTable(
        time=np.array(rows.numbers(_TIME)),
        step=tuple(map(int, rows.numbers(_STEP))),
        label=tuple(rows.texts(_LABEL)),
        field=_read(rows, _vector(_FIELD)),
        magnetisation=_read(rows, _vector(_M)),
        conductance=_read(rows, _matrix(contacts)).reshape(count, size, size),
        voltage=_read(rows, _per_contact(_VOLTAGE, contacts)),
        current=_read(rows, _per_contact(_CURRENT, contacts)),
    )


def _read(rows: Rows, names: Sequence[str]) -> FloatArray:
    found = [rows.numbers(name) for name in names]
    return np.array(found).T if names else np.empty((len(rows.rows), 0))


def _vector(name: str) -> list[str]:
    return [f"{name}:{axis}" for axis in _AXES]


def _per_contact(name: str, contacts: Sequence[str]) -> list[str]:
    return [f"{name}:{contact}" for contact in contacts]


def _matrix(contacts: Sequence[str]) -> list[str]:
    return [f"{_CONDUCTANCE}:{a}:{b}" for a, b in product(contacts, repeat=2)]
