"""The folder of a run: what is in it, and writing to it so that a crash loses nothing."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from hebbfilm.common.errors import InputError
from hebbfilm.common.whole_files import replacing
from hebbfilm.run.folder import files
from hebbfilm.run.folder.growing_table import GrowingTable
from hebbfilm.run.folder.lock import sole_use


class RunFolder:
    """The files of a run that is at work; they are written on rank 0 alone.

    Args:
        path: of the folder.
        called: what messages call it, if not by its path.
    """

    def __init__(self, path: Path, called: str = "") -> None:
        self.path, self.called = path, called or str(path)
        self.table = GrowingTable(path / files.CONDUCTANCE)
        self.readings = GrowingTable(path / files.READINGS)
        self.state, self.trained = path / files.STATE, path / files.TRAINED

    def written(self) -> list[Path]:
        """All that a run writes, or replaces, in its folder."""
        return [self.path / name for name in (*files.LATER, *files.FIRST)]

    def keep_modules(self, modules: Mapping[str, Path]) -> None:
        """Copy modules of the user's own, from which alone the run goes on.

        Args:
            modules: files by the names of their copies.

        Raises:
            InputError: one cannot be copied.
        """
        for name, path in modules.items():
            with replacing(self.path / files.MODULES / name, make_parents=True) as copy:
                shutil.copyfile(path, copy)

    def snapshot(self, number: int) -> str:
        """The name of the file of a snapshot, counted from 0, in the folder."""
        return files.SNAPSHOT.format(number)

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
                f"there is no run {self.called} to go on with; leave --resume out to begin one"
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
                f"{self.called} holds a run already ({present[0]}): add --resume to go on with it, "
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
            raise InputError(f"cannot write to {self.called}: {error.strerror}") from None
        _make(self.path / files.FIELDS)

    def _holds_a_run(self) -> bool:
        return any((self.path / name).exists() for name in files.SIGNS)

    def _require_nothing_of_others(self, present: Sequence[str]) -> None:
        others = [
            name for name in present if name != files.FIELDS or any(_entries(self.path / name))
        ]
        if others:
            raise InputError(
                f"{self.called} holds {others[0]}, but no run that it could be of, and a run would "
                "write over it: name another folder with --out"
            )

    def require_whole(self, snapshots: int) -> None:
        """Refuse to call a run whole of which files are there no more.

        Args:
            snapshots: how many there should be.

        Raises:
            InputError: the first that is missing.
        """
        shots = [self.snapshot(number) for number in range(snapshots)]
        for name in (files.CASE, files.MANIFEST, files.STATE, *shots):
            if not (self.path / name).is_file():
                raise InputError(f"{self.path / name} was removed while the run was at work")

    def cut_snapshots(self, number: int) -> None:
        """Remove what stands in fields/ after the first so many snapshots.

        Raises:
            InputError: one cannot be removed.
        """
        try:
            while (path := self.path / self.snapshot(number)).exists():
                path.unlink()
                number += 1
        except OSError as error:
            raise InputError(f"cannot write to {self.called}: {error.strerror}") from None

    def _can_go_on(self) -> bool:
        if self.state.is_file():
            return True
        if not self._has_hardly_begun():
            hint = "; start with --overwrite" if self._holds_a_run() else ""
            raise InputError(f"there is no state file {self.state}{hint}")
        return False

    def _has_hardly_begun(self) -> bool:
        """Whether there is nothing but what is written before the first state."""
        if not _entries(self.path):
            return True
        fields = self.path / files.FIELDS
        if not fields.is_dir() or any(fields.glob(files.SNAPSHOTS)):
            return False
        # A run of an earlier version had rows before its first state.
        # What a report says of a run that has hardly begun, the next one says better.
        later = any((self.path / name).exists() for name in files.LATER if name != files.REPORT)
        return self.table.rows() <= 0 and self.readings.rows() <= 0 and not later


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
