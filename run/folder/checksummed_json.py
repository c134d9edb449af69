"""JSON files that tell when they were changed after they were written, by a checksum of their own.

Files of earlier versions have none, and are taken as they are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import reason
from hebbfilm.common.whole_files import write_json
from hebbfilm.run.folder.schema import validated

_CHECKSUM = "checksum"

_T = TypeVar("_T")


def write_checksummed(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON file, whole or not at all, with the checksum of its values.

    Raises:
        InputError: it cannot be written.
    """
    write_json(path, with_checksum(content))


def with_checksum(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with the checksum of its values, whatever the white space between them."""
    return {**content, _CHECKSUM: _digest(content)}


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        InputError: the file cannot be read, is cut short, holds something else than an object, or a
            key twice.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_without_doubles)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not complete JSON ({reason(error)})") from None
    if not isinstance(content, dict):
        raise InputError(f"{path}: not a JSON object")
    return content


def read_checksummed(
    path: Path, entries: type[_T], check: Callable[[_T], None] | None = None, **beside: str
) -> _T:
    """Read a JSON file as a class has it.

    Args:
        path: of the file.
        entries: the class.
        check: raises InputError, where what is read contradicts itself.
        beside: entries that do not stand in the file.

    Raises:
        InputError: the file is missing, damaged, or was changed after it was written; one line that
            names the file and, where one is wrong, the entry.
    """
    content = read_json(path)
    found = validated(path, {**content, **beside}, entries)
    try:
        if check is not None:
            check(found)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    if _CHECKSUM in content and content[_CHECKSUM] != _digest(content):
        raise InputError(
            f"{path}: checksum does not fit: a value was changed after the file was written"
        )
    return found


def file_checksum(path: Path) -> str:
    """SHA-256 of the bytes of a file, in hexadecimal.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None


def _digest(content: Mapping[str, Any]) -> str:
    values = {key: value for key, value in content.items() if key != _CHECKSUM}
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"key {double!r} stands there twice")
    return found
