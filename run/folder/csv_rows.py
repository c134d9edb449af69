"""CSV tables of a run folder: their text, and their rows with the name of each cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import reason
from hebbfilm.common.whole_files import write_text


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows as text; numbers with a decimal point have ten digits."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        [f"{value:.10g}" if isinstance(value, float) else value for value in row] for row in rows
    )
    return text.getvalue()


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a whole table.

    Raises:
        InputError: it cannot be written.
    """
    write_text(path, csv_text([header, *rows]))


@dataclass(frozen=True)
class Rows:
    """The rows of a table that is whole: each has every column of the header.

    Args:
        path: of the file, for messages.
        rows: text by the name of the column.
    """

    path: Path
    rows: list[dict[str, str]]

    def has(self, name: str) -> bool:
        """Whether there is such a column."""
        return name in self.rows[0]

    def texts(self, name: str) -> list[str]:
        """The cells of a column.

        Raises:
            InputError: there is no such column.
        """
        if not self.has(name):
            raise InputError(f"{self.path}: column '{name}' is missing")
        return [row[name] for row in self.rows]

    def numbers(self, name: str, *, unknown: bool = False) -> list[float]:
        """The numbers in a column.

        Args:
            name: of the column.
            unknown: whether NaN may stand there.

        Raises:
            InputError: there is no such column, or something else in it.
        """
        return [self._number(name, text, unknown) for text in self.texts(name)]

    def _number(self, name: str, text: str, unknown: bool) -> float:
        try:
            value = float(text)
        except ValueError:
            value = np.inf
        if not (np.isfinite(value) or (unknown and np.isnan(value))):
            raise InputError(
                f"{self.path}: {text[:20]!r} in column '{name}' is not a finite number"
            )
        return value


def read_rows(path: Path, *, growing: bool = False) -> Rows:
    """Read a table.

    Args:
        path: of the file.
        growing: whether a process may be at work on it: a last row without its end is left out.

    Raises:
        InputError: the file is missing, empty, cut short, or has two columns of one name.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(file)
        if growing and lines and not lines[-1].endswith("\n"):
            del lines[-1]
        header, *rows = csv.reader(lines)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read ({reason(error)})") from None
    except ValueError:
        raise InputError(f"{path}: is empty") from None
    if not rows:
        raise InputError(f"{path}: has no rows")
    if len(set(header)) < len(header):
        raise InputError(f"{path}: two columns have one name")
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise InputError(f"{path}: row {number} has {len(row)} of {len(header)} columns")
    return Rows(path, [dict(zip(header, row, strict=True)) for row in rows])
