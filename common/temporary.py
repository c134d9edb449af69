"""Folders that last as long as the process that made them; what a killed one left can be told."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def temporary_folder(parent: Path, prefix: str, suffix: str = "") -> Iterator[Path]:
    """A new folder of any name between prefix and suffix, removed at the end.

    A lock on it, which the system takes away when the process ends in whatever way, says that it is
    in use.

    Raises:
        OSError: it cannot be made.
    """
    folder, lock = _make(parent, prefix, suffix)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


@contextmanager
def folder_for(path: Path) -> Iterator[None]:
    """Inside, there is a folder; if all fails, it goes again where it is new and empty.

    Args:
        path: of it; those around it that are missing are made, too.

    Raises:
        OSError: it cannot be made.
    """
    missing = [each for each in (path, *path.parents) if not each.exists()]
    if path.exists() and not path.is_dir():  # of which mkdir would say that it exists
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))
    try:
        path.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for each in missing:
            with suppress(OSError):  # not made, or of use to somebody else
                each.rmdir()
        raise


def remove_abandoned(parent: Path, prefix: str, suffix: str = "") -> None:
    """Remove the folders of that kind whose process has ended.

    Where the file system cannot lock folders, they stay.
    """
    for entry in _entries(parent):
        if entry.startswith(prefix) and entry.endswith(suffix):
            with suppress(OSError):  # in use, or just removed by its own process
                _remove_unlocked(parent / entry)


def _remove_unlocked(folder: Path) -> None:
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)


def _make(parent: Path, prefix: str, suffix: str) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, suffix=suffix, dir=parent))
        # Until it is locked, another process may take it for an abandoned one.
        with suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY)
            with suppress(OSError):  # a file system without locks
                fcntl.flock(lock, fcntl.LOCK_SH)
            if folder.is_dir():
                return folder, lock
            os.close(lock)


def _entries(parent: Path) -> list[str]:
    try:
        return os.listdir(parent)
    except OSError:
        return []
