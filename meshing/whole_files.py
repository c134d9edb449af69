"""Files that are written whole or not at all: a full disk or a crash takes nothing saved before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from meshing.errors import InputError
from meshing.passing_folders import passing_folder, remove_abandoned

_PART = ".part"


@contextmanager
def replacing(
    target: Path, *, make_parents: bool = False, error: type[InputError] = InputError
) -> Iterator[Path]:
    """Hand out a path to write to; at the end, what is there takes the place of the target.

    The path is of the same name, in a folder beside the target. Files that were written beside it,
    like the .h5 of an .xdmf, move along, before the one that names them. What a process that was
    killed left of the same target is removed.

    Args:
        target: the file.
        make_parents: make the folder of the target, where it is missing.
        error: what to raise.

    Raises:
        InputError: the file cannot be written; an older one is then still there.
    """
    try:
        if make_parents:
            target.parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(target.parent, f".{target.name}.", _PART)
        with passing_folder(target.parent, f".{target.name}.", _PART) as folder:
            yield folder / target.name
            _move_out(folder, target)
    except OSError as failure:
        reason = failure.strerror or failure
        raise error(f"cannot write {str(target)!r}: {reason}") from failure


def _move_out(folder: Path, target: Path) -> None:
    files = sorted(folder.iterdir(), key=lambda file: file.name == target.name)
    for file in files:
        # Else a power cut after the move could leave an empty file in the place of the older one.
        with file.open("rb") as written:
            os.fsync(written.fileno())
    for file in files:
        os.replace(file, target.parent / file.name)
