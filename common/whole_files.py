"""Files that are written whole or not at all: a full disk or a crash takes nothing saved before."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from hebbfilm.common.errors import InputError
from hebbfilm.common.temporary import folder_for, remove_abandoned, temporary_folder

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
        make_parents: make the folder of the target, where it is missing; it goes again if nothing
            is written.
        error: what to raise.

    Raises:
        InputError: the file cannot be written, or what is there is no file but a folder, a device
            or a pipe; it is then still there.
    """
    try:
        _require_file(target)
        with folder_for(target.parent) if make_parents else nullcontext():
            remove_abandoned(target.parent, f".{target.name}.", _PART)
            with temporary_folder(target.parent, f".{target.name}.", _PART) as folder:
                yield folder / target.name
                _move_out(folder, target)
    except OSError as failure:
        reason = failure.strerror or failure
        raise error(f"cannot write {str(target)!r}: {reason}") from failure


def write_text(target: Path, text: str) -> None:
    """Write a text file, whole or not at all; raises as `replacing`."""
    with replacing(target) as path:
        path.write_text(text, encoding="utf-8")


def write_json(target: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file for people to read, too, whole or not at all; raises as `replacing`."""
    write_text(target, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _require_file(target: Path) -> None:
    if target.exists() and not target.is_file():
        raise OSError(f"it is there, and is no regular file but {_kind(target)}")


def _kind(target: Path) -> str:
    mode = target.stat().st_mode
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a device" if stat.S_ISCHR(mode) or stat.S_ISBLK(mode) else "a pipe or socket"


def _move_out(folder: Path, target: Path) -> None:
    files = sorted(folder.iterdir(), key=lambda file: file.name == target.name)
    for file in files:
        _require_file(target.parent / file.name)
        # Else a power cut after the move could leave an empty file in the place of the older one.
        with file.open("rb") as written:
            os.fsync(written.fileno())
    for file in files:
        os.replace(file, target.parent / file.name)
