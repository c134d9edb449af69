"""Read the tables of a run folder: the course of the conductances, and recall."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray, IntArray
from hebbfilm.common.errors import InputError

PHASES = ("relax", "train", "rest")


@dataclass(frozen=True)
class ConductanceTable:
    """The course of a run, one row a time.

    `time` (n,) s; `phase` (n,) of relax, train, rest; `pairs` of contact numbers i < j;
    `conductance` (n, n_pairs) S; `voltage` and `current` (n, N) V, A; `power` (n,) W;
    `displacement` (n,) m since the row before, NaN where none was measured.
    """

    time: FloatArray
    phase: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]
    conductance: FloatArray
    voltage: FloatArray
    current: FloatArray
    power: FloatArray
    displacement: FloatArray


@dataclass(frozen=True)
class RecallTable:
    """Where recall leads: states (n, N) of ±1, and whether always to a pattern, (n,) bool.

    Ends are those of the first order of update; "always" is in every order that was tried. Where
    synchronous recall oscillates, the end is one of two states.
    """

    starts: IntArray
    ends: IntArray
    always_recalled: BoolArray
    ideal_ends: IntArray
    ideal_always_recalled: BoolArray
    oscillates: BoolArray


def read_conductance(path: Path, contacts: Sequence[str]) -> ConductanceTable:
    """Read `conductance.csv` of a film with these contacts (names in node order).

    Raises:
        InputError: the file is missing, empty, cut short, or lacks a column.
    """
    rows = _read_rows(path)
    phases = tuple(_cell(path, row, "phase") for row in rows)
    for phase in phases:
        if phase not in PHASES:
            raise InputError(f"{path}: phase {phase[:20]!r} is none of {', '.join(PHASES)}")
    pairs = tuple(combinations(range(len(contacts)), 2))

    def columns(names: Sequence[str]) -> FloatArray:
        return np.array([[_number(path, row, n) for n in names] for row in rows])

    time = columns(["t_s"])[:, 0]
    if np.any(np.diff(time, prepend=0.0) < 0):
        raise InputError(f"{path}: the times in column 't_s' do not rise from 0 on")
    return ConductanceTable(
        time,
        phases,
        pairs,
        columns([f"g_S:{contacts[i]}:{contacts[j]}" for i, j in pairs]),
        columns([f"V_V:{name}" for name in contacts]),
        columns([f"I_A:{name}" for name in contacts]),
        columns(["power_W"])[:, 0],
        # Runs of earlier versions did not measure it.
        np.array([_number(path, row, "displacement_m", unknown=True) for row in rows])
        if "displacement_m" in rows[0]
        else np.full(len(rows), np.nan),
    )


def read_recall(path: Path, size: int) -> RecallTable:
    """Read `recall.csv` of a film with `size` contacts.

    Raises:
        InputError: the file is missing, empty, cut short, or a state is not made of + and −.
    """
    rows = _read_rows(path)
    # Runs of earlier versions called it so.
    always = "always_recalled" if "always_recalled" in rows[0] else "recalled"
    beside = f"ideal_{always}"

    def states(name: str) -> IntArray:
        texts = [_cell(path, row, name) for row in rows]
        for text in texts:
            if len(text.split(",")) != size or not set(text.split(",")) <= {"+", "-"}:
                raise InputError(
                    f"{path}: {text[:40]!r} in column '{name}' is not {size} signs such as '+,-'"
                )
        return np.array([[1 if s == "+" else -1 for s in t.split(",")] for t in texts])

    def flags(name: str) -> BoolArray:
        texts = [_cell(path, row, name) for row in rows]
        for text in texts:
            if text not in ("0", "1"):
                raise InputError(f"{path}: {text[:20]!r} in column '{name}' is neither 0 nor 1")
        return np.array([text == "1" for text in texts])

    return RecallTable(
        states("start"),
        states("end"),
        flags(always),
        states("ideal_end"),
        flags(beside),
        # Runs of earlier versions did not tell.
        flags("oscillates") if "oscillates" in rows[0] else np.zeros(len(rows), dtype=bool),
    )


def one_line(error: object) -> str:
    """The message of an error without line breaks, or its class where it has none."""
    return " ".join(str(error).split()) or type(error).__name__


def _read_rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read ({one_line(error)})") from None
    except ValueError:
        raise InputError(f"{path}: is empty") from None
    if not rows:
        raise InputError(f"{path}: has no rows")
    if len(set(header)) < len(header):
        raise InputError(f"{path}: two columns have one name")
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise InputError(f"{path}: row {number} has {len(row)} of {len(header)} columns")
    return [dict(zip(header, row, strict=True)) for row in rows]


def _cell(path: Path, row: dict[str, str], name: str) -> str:
    if name not in row:
        raise InputError(f"{path}: column '{name}' is missing")
    return row[name]


def _number(path: Path, row: dict[str, str], name: str, *, unknown: bool = False) -> float:
    """The number in a column; NaN only where it may be unknown."""
    text = _cell(path, row, name)
    try:
        value = float(text)
    except ValueError:
        value = np.inf
    if not (np.isfinite(value) or (unknown and np.isnan(value))):
        raise InputError(f"{path}: {text[:20]!r} in column '{name}' is not a finite number")
    return value
