"""A table that grows by a row at a time, and is cut back to what a checkpoint counts."""

import csv
import os
import zlib
from collections.abc import Sequence
from pathlib import Path

from hebbfilm.common.errors import InputError
from hebbfilm.common.whole_files import write_text
from hebbfilm.run.folder.csv_rows import csv_text


class GrowingTable:
    """A CSV file that one process alone writes.

    Args:
        path: of the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._checksum = 0  # of the rows that were written

    def rows(self) -> int:
        """How many rows are there beneath the header; −1 without a file or header."""
        return self.path.read_bytes().count(b"\n") - 1 if self.path.is_file() else -1

    def start(self, header: Sequence[str]) -> None:
        """Begin with the names of the columns alone.

        Raises:
            InputError: it cannot be written.
        """
        self._write(csv_text([header]))

    def append(self, row: Sequence[object]) -> None:
        """Add a row.

        Raises:
            InputError: it cannot be written, or the table is there no more.
        """
        text = csv_text([row]).encode()
        try:
            with open(self.path, "ab", opener=_open_existing) as file:
                file.write(text)
            self._checksum = zlib.crc32(text, self._checksum)
        except OSError as error:
            raise InputError(f"cannot write {self.path}: {error.strerror}") from None

    def sync(self) -> int:
        """Wait until all rows are on disk, and return a checksum of them.

        Raises:
            InputError: they cannot be written, or others stand there.
        """
        try:
            with self.path.open("rb") as file:
                os.fsync(file.fileno())
                found = zlib.crc32(file.read())
        except OSError as error:
            raise InputError(f"cannot write {self.path}: {error.strerror}") from None
        if found != self._checksum:
            raise InputError(f"{self.path} was changed by others while the run was at work")
        return found

    def cut(self, rows: int, checksum: int | None, header: Sequence[str]) -> None:
        """Keep the first rows alone.

        Args:
            rows: their number.
            checksum: of the table when it had so many; None: not known.
            header: the names of the columns of rows to come.

        Raises:
            InputError: the table cannot be read or written, has fewer rows, or others, or columns
                other than `header`.
        """
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines(keepends=True)[: rows + 1]
            cells = list(csv.reader(lines))
        except (OSError, ValueError, csv.Error) as error:
            raise InputError(f"cannot go on with {self.path}: {error}") from None
        if len(lines) <= rows or len(set(map(len, cells))) > 1 or not lines[-1].endswith("\n"):
            raise InputError(
                f"cannot go on with {self.path}: it had {rows} whole rows when the state was "
                "saved, and has fewer now; start the run over with --overwrite"
            )
        text = "".join(lines)
        if checksum not in (None, zlib.crc32(text.encode())):
            raise InputError(
                f"cannot go on with {self.path}: it was changed after the state was saved; start "
                "the run over with --overwrite"
            )
        if cells[0] != list(header):
            raise InputError(
                f"cannot go on with {self.path}: {_differences(cells[0], header)}; go on with the "
                "version of hebbfilm that began the run, or start it over with --overwrite"
            )
        self._write(text)

    def _write(self, text: str) -> None:
        write_text(self.path, text)
        self._checksum = zlib.crc32(text.encode())


def _differences(found: Sequence[str], wanted: Sequence[str]) -> str:
    missing = [name for name in wanted if name not in found]
    unknown = [name for name in found if name not in wanted]
    said = [f"it has no column {', '.join(missing)}"] if missing else []
    said += [f"this version writes no column {', '.join(unknown)}"] if unknown else []
    return " and ".join(said) or "this version writes its columns in another order"


def _open_existing(path: str, flags: int) -> int:
    return os.open(path, flags & ~os.O_CREAT)
