"""The table of a study: a row for each run, whatever became of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hebbfilm.run.analysis.metrics import METRICS, Metrics, run_metrics
from hebbfilm.run.folder.csv_rows import write_rows
from hebbfilm.run.folder.notes import Note, read_note
from hebbfilm.run.study.members import Member

TABLE = "table.csv"


@dataclass(frozen=True)
class Row:
    """A run of the study, how it went, and its metrics if it is finished."""

    member: Member
    note: Note
    metrics: Metrics


def read_rows(members: Sequence[Member], folder: Path) -> list[Row]:
    """What the folders of all members tell by now.

    Raises:
        InputError: a file is damaged.
    """
    return [_read_row(member, folder / member.name) for member in members]


def write_table(rows: Sequence[Row], keys: Sequence[str], folder: Path) -> None:
    """Write table.csv: name, status, what is varied, metrics, cost and error of every run.

    No Parquet beside it: with a row a run the table is small, everything reads CSV, and pyarrow
    would add 170 MB to every installation.

    Args:
        rows: of the runs.
        keys: that the study varies.
        folder: of the study.

    Raises:
        InputError: it cannot be written.
    """
    header = ["member", "status", *keys, *METRICS, "wall_time_s", "ranks", "error"]
    write_rows(folder / TABLE, header, [_cells(row, keys) for row in rows])


def _read_row(member: Member, folder: Path) -> Row:
    note = read_note(folder)
    finished = note.status == "finished"
    return Row(member, note, run_metrics(folder, member.case) if finished else {})


def _cells(row: Row, keys: Sequence[str]) -> list[Any]:
    note = row.note
    spent = [note.wall_time, note.ranks] if note.ranks else ["", ""]
    metrics = [row.metrics.get(name) for name in METRICS]
    return [
        row.member.name,
        note.status,
        *(_cell(row.member.settings[key]) for key in keys),
        *("" if value is None else value for value in metrics),
        *spent,
        note.error,
    ]


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
