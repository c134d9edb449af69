"""The folder of a run: what is in it, and writing to it so that a crash loses nothing."""

import csv
import io
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from meshing.errors import InputError
from meshing.whole_files import replacing

_OWN = (
    "case.toml",
    "manifest.json",
    "summary.json",
    "conductance.csv",
    "recall.csv",
    "state.npz",
    "fields",
    "pictures",
    "network",
)
"""Everything that a run, or the analysis of its network, writes, and so may be replaced."""


class RunFolder:
    """Writes the files of a run; made on rank 0 alone.

    Args:
        path: of the folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.table = path / "conductance.csv"

    def create(self, *, overwrite: bool) -> None:
        """Make the folder, or empty it of an earlier run if `overwrite`.

        Raises:
            InputError: it holds something already, or cannot be written.
        """
        present = [name for name in _OWN if (self.path / name).exists()]
        if present and not overwrite:
            raise InputError(
                f"{self.path} holds a run already ({present[0]}): add --resume to go on with it, "
                "--overwrite to replace it, or name another folder with --out"
            )
        try:
            for name in present:
                target = self.path / name
                shutil.rmtree(target) if target.is_dir() else target.unlink()
            (self.path / "fields").mkdir(parents=True)
        except OSError as error:
            raise InputError(f"cannot write to {self.path}: {error.strerror}") from None

    def write_json(self, name: str, content: Mapping[str, Any]) -> None:
        """Write a JSON file, whole or not at all."""
        self.write_text(name, json.dumps(content, indent=1, ensure_ascii=False) + "\n")

    def write_text(self, name: str, text: str) -> None:
        """Write a text file, whole or not at all.

        Raises:
            InputError: it cannot be written.
        """
        with replacing(self.path / name) as path:
            path.write_text(text, encoding="utf-8")

    def write_rows(self, name: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Write a whole table."""
        self.write_text(name, _csv([header, *rows]))

    def start_table(self, header: Sequence[str]) -> None:
        """Begin conductance.csv."""
        self.write_text(self.table.name, _csv([header]))

    def append_row(self, row: Sequence[Any]) -> None:
        """Add a row to conductance.csv, on disk when this returns.

        Raises:
            InputError: it cannot be written.
        """
        try:
            with self.table.open("a", encoding="utf-8", newline="") as file:
                file.write(_csv([row]))
        except OSError as error:
            raise InputError(f"cannot write {self.table}: {error.strerror}") from None

    def cut_table(self, time: float) -> None:
        """Drop the rows of conductance.csv after `time` in s, and a row that was cut short.

        Raises:
            InputError: the table cannot be read or written.
        """
        try:
            with self.table.open(encoding="utf-8", newline="") as file:
                header, *rows = csv.reader(file)
        except (OSError, ValueError) as error:
            raise InputError(f"cannot go on with {self.table}: {error}") from None
        # Times are written with ten digits.
        latest = time * (1 + 1e-9)
        kept = [row for row in rows if len(row) == len(header) and float(row[0]) <= latest]
        self.write_text(self.table.name, _csv([header, *kept]))


def _csv(rows: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        [f"{value:.10g}" if isinstance(value, float) else value for value in row] for row in rows
    )
    return text.getvalue()
