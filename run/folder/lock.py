"""One process at a time in the folder of a run: two would write their rows into one table."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hebbfilm.common.errors import InputError

_PATIENCE = 10.0
"""In s: ranks of a run that was killed may take a moment to end."""
_LOOK_EVERY = 0.1
"""In s."""


@contextmanager
def sole_use(folder: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """Keep other processes out, by a lock that ends with this one in whatever way.

    Where the file system cannot lock folders, nobody is kept out.

    Args:
        folder: that is there.
        patience: how long in s to wait for another to end.

    Raises:
        InputError: another process is at work there, or the folder cannot be read.
    """
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise InputError(f"cannot read {folder}: {error.strerror}") from None
    try:
        _take(lock, folder, time.monotonic() + patience)
        yield
    finally:
        os.close(lock)


def _take(lock: int, folder: Path, until: float) -> None:
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise InputError(
                    f"another process is at work on the run in {folder}: wait for its end, or name "
                    "another folder with --out"
                ) from None
            time.sleep(_LOOK_EVERY)
        except OSError:  # no locks here
            return
        else:
            return
