"""The folder of a run: what is in it, and writing to it so that a crash loses nothing."""

import csv
import io
import json
import os
import shutil
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hebbfilm.common.errors import InputError
from hebbfilm.common.whole_files import replacing
from hebbfilm.run.folder.sole_use import sole_use

_FIRST = ("fields", "case.toml", "conductance.csv", "manifest.json")
"""What a run writes before its first state; the manifest before anything that may be in it."""
_LATER = ("state.npz", "summary.json", "recall.csv", "pictures", "network")
"""What it, or the analysis of its network, writes after that: all of it may be replaced."""
_SIGNS = ("state.npz", "summary.json", "manifest.json")
"""A folder without any of these holds no run, whatever else is there."""


class RunFolder:
    """Writes the files of a run; made on rank 0 alone.

    Args:
        path: of the folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.table = path / "conductance.csv"
        self._state = path / "state.npz"
        self._checksum = 0  # of the rows that were written to the table

    def written(self) -> list[Path]:
        """All that a run writes, or replaces, in its folder."""
        return [self.path / name for name in (*_LATER, *_FIRST)]

    @contextmanager
    def opened(self, *, overwrite: bool, resume: bool) -> Iterator[bool]:
        """Nobody else may write to the run inside; whether it goes on, else it begins anew.

        Args:
            overwrite: replace a run that is there.
            resume: go on with it; if it was killed before its first state was saved, begin anew.

        Raises:
            InputError: there is something already, or nothing to go on with, or another process is
                at work.
        """
        if resume and not self.path.is_dir():
            raise InputError(
                f"there is no run {self.path} to go on with; leave --resume out to begin one"
            )
        _make(self.path)
        with sole_use(self.path):
            goes_on = resume and self._can_go_on()
            if not goes_on:
                self._create(overwrite=overwrite or resume)
            yield goes_on

    def _create(self, *, overwrite: bool) -> None:
        present = [path.name for path in self.written() if os.path.lexists(path)]
        if not self._holds_a_run():
            self._require_nothing_of_others(present)
        elif not overwrite:
            raise InputError(
                f"{self.path} holds a run already ({present[0]}): add --resume to go on with it, "
                "--overwrite to replace it, or name another folder with --out"
            )
        # The state first: without it nobody takes what is left for a whole run. The manifest last:
        # until then what is left is known to be of a run.
        try:
            for name in present:
                target = self.path / name
                is_folder = target.is_dir() and not target.is_symlink()
                shutil.rmtree(target) if is_folder else target.unlink()
        except OSError as error:
            raise InputError(f"cannot write to {self.path}: {error.strerror}") from None
        _make(self.path / "fields")

    def _holds_a_run(self) -> bool:
        return any((self.path / name).exists() for name in _SIGNS)

    def _require_nothing_of_others(self, present: Sequence[str]) -> None:
        others = [name for name in present if name != "fields" or any(_entries(self.path / name))]
        if others:
            raise InputError(
                f"{self.path} holds {others[0]}, but no run that it could be of, and a run would "
                "write over it: name another folder with --out"
            )

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
        self._write_table(_csv([header]))

    def append_row(self, row: Sequence[Any]) -> None:
        """Add a row to conductance.csv.

        Raises:
            InputError: it cannot be written, or is there no more.
        """
        text = _csv([row]).encode()
        try:
            with open(self.table, "ab", opener=_open_existing) as file:
                file.write(text)
            self._checksum = zlib.crc32(text, self._checksum)
        except OSError as error:
            raise InputError(f"cannot write {self.table}: {error.strerror}") from None

    def sync_table(self) -> int:
        """Wait until all rows are on disk, and return a checksum of them.

        Raises:
            InputError: they cannot be written, or others stand there.
        """
        try:
            with self.table.open("rb") as file:
                os.fsync(file.fileno())
                found = zlib.crc32(file.read())
        except OSError as error:
            raise InputError(f"cannot write {self.table}: {error.strerror}") from None
        if found != self._checksum:
            raise InputError(f"{self.table} was changed by others while the run was at work")
        return found

    def require_files(self, names: Iterable[str]) -> None:
        """Refuse to call a run whole of which these files are there no more.

        Raises:
            InputError: the first that is missing.
        """
        for name in names:
            if not (self.path / name).is_file():
                raise InputError(f"{self.path / name} was removed while the run was at work")

    def cut_table(self, rows: int, checksum: int | None) -> None:
        """Keep the first rows of conductance.csv alone.

        Args:
            rows: their number.
            checksum: of the table when it had so many; None: not known.

        Raises:
            InputError: the table cannot be read or written, has fewer rows, or others.
        """
        try:
            lines = self.table.read_text(encoding="utf-8").splitlines(keepends=True)[: rows + 1]
            lengths = {len(row) for row in csv.reader(lines)}
        except (OSError, ValueError, csv.Error) as error:
            raise InputError(f"cannot go on with {self.table}: {error}") from None
        if len(lines) <= rows or len(lengths) > 1 or not lines[-1].endswith("\n"):
            raise InputError(
                f"cannot go on with {self.table}: it had {rows} whole rows when the state was "
                "saved, and has fewer now; start the run over with --overwrite"
            )
        text = "".join(lines)
        if checksum not in (None, zlib.crc32(text.encode())):
            raise InputError(
                f"cannot go on with {self.table}: it was changed after the state was saved; start "
                "the run over with --overwrite"
            )
        self._write_table(text)

    def _write_table(self, text: str) -> None:
        self.write_text(self.table.name, text)
        self._checksum = zlib.crc32(text.encode())

    def cut_snapshots(self, number: int) -> None:
        """Remove what stands in fields/ after the first so many snapshots.

        Raises:
            InputError: one cannot be removed.
        """
        try:
            while (self.path / snapshot_name(number)).exists():
                (self.path / snapshot_name(number)).unlink()
                number += 1
        except OSError as error:
            raise InputError(f"cannot write to {self.path}: {error.strerror}") from None

    def _can_go_on(self) -> bool:
        if self._state.is_file():
            return True
        if not self._has_hardly_begun():
            hint = "; start with --overwrite" if self._holds_a_run() else ""
            raise InputError(f"there is no state file {self._state}{hint}")
        return False

    def _has_hardly_begun(self) -> bool:
        """Whether there is nothing but what is written before the first state."""
        if not _entries(self.path):
            return True
        fields = self.path / "fields"
        if not fields.is_dir() or any(fields.glob("*.vtu")):
            return False
        # A run of an earlier version had rows before its first state.
        rows = self.table.read_bytes().count(b"\n") if self.table.is_file() else 0
        return rows <= 1 and not any((self.path / name).exists() for name in _LATER)


def snapshot_name(number: int) -> str:
    """Of the file of a snapshot, in the folder of the run."""
    return f"fields/{number:04d}.vtu"


def _open_existing(path: str, flags: int) -> int:
    return os.open(path, flags & ~os.O_CREAT)


def _entries(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError as error:
        raise InputError(f"cannot write to {folder}: {error.strerror}") from None


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot write to {folder}: {error.strerror}") from None


def _csv(rows: Sequence[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        [f"{value:.10g}" if isinstance(value, float) else value for value in row] for row in rows
    )
    return text.getvalue()
