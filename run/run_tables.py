"""Read the tables of a run folder: the course of the conductances, and recall."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meshing.errors import InputError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class ConductanceTable:
    """The course of a run, one row a time.

    `time` (n,) s; `phase` (n,) of relax, train, rest; `pairs` of contact numbers i < j;
    `conductance` (n, n_pairs) S; `voltage` and `current` (n, N) V, A; `power` (n,) W;
    `displacement` (n,) m since the row before, NaN where none was measured.
    """

    time: Floats
    phase: tuple[str, ...]
    pairs: tuple[tuple[int, int], ...]
    conductance: Floats
    voltage: Floats
    current: Floats
    power: Floats
    displacement: Floats


@dataclass(frozen=True)
class RecallTable:
    """Where recall leads: states (n, N) of ±1, and whether a pattern was reached, (n,) bool."""

    starts: Integers
    ends: Integers
    recalled: NDArray[np.bool_]
    ideal_ends: Integers
    ideal_recalled: NDArray[np.bool_]


def read_conductance(path: Path, contacts: Sequence[str]) -> ConductanceTable:
    """Read `conductance.csv` of a film with these contacts (names in node order).

    Raises:
        InputError: the file is missing, empty, cut short, or lacks a column.
    """
    rows = _read_rows(path)
    pairs = tuple(combinations(range(len(contacts)), 2))

    def columns(names: Sequence[str]) -> Floats:
        return np.array([[_number(path, row, n) for n in names] for row in rows])

    return ConductanceTable(
        columns(["t_s"])[:, 0],
        tuple(_cell(path, row, "phase") for row in rows),
        pairs,
        columns([f"g_S:{contacts[i]}:{contacts[j]}" for i, j in pairs]),
        columns([f"V_V:{name}" for name in contacts]),
        columns([f"I_A:{name}" for name in contacts]),
        columns(["power_W"])[:, 0],
        # Runs of earlier versions did not measure it.
        columns(["displacement_m"])[:, 0]
        if "displacement_m" in rows[0]
        else np.full(len(rows), np.nan),
    )


def read_recall(path: Path, size: int) -> RecallTable:
    """Read `recall.csv` of a film with `size` contacts.

    Raises:
        InputError: the file is missing, empty, cut short, or a state is not made of + and −.
    """
    rows = _read_rows(path)

    def states(name: str) -> Integers:
        texts = [_cell(path, row, name) for row in rows]
        for text in texts:
            if len(text.split(",")) != size or not set(text.split(",")) <= {"+", "-"}:
                raise InputError(f"{path}: '{text}' in {name} is not {size} signs such as '+,-'")
        return np.array([[1 if s == "+" else -1 for s in t.split(",")] for t in texts])

    def flags(name: str) -> NDArray[np.bool_]:
        return np.array([bool(_number(path, row, name)) for row in rows])

    return RecallTable(
        states("start"),
        states("end"),
        flags("recalled"),
        states("ideal_end"),
        flags("ideal_recalled"),
    )


def one_line(error: BaseException) -> str:
    """The message of an error without line breaks, or its class where it has none."""
    return " ".join(str(error).split()) or type(error).__name__


def _read_rows(path: Path) -> list[dict[str, str | None]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read ({one_line(error)})") from None
    if not rows:
        raise InputError(f"{path}: has no rows")
    return rows


def _cell(path: Path, row: dict[str, str | None], name: str) -> str:
    if name not in row:
        raise InputError(f"{path}: column '{name}' is missing")
    value = row[name]
    if value is None:
        raise InputError(f"{path}: a row ends before column '{name}'")
    return value


def _number(path: Path, row: dict[str, str | None], name: str) -> float:
    text = _cell(path, row, name)
    try:
        return float(text)
    except ValueError:
        raise InputError(f"{path}: '{text}' in column '{name}' is not a number") from None
