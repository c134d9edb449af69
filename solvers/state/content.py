"""What a state file holds, without a film."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.solvers.state.checksummed_archive import (
    intact_tables,
    read_checksummed,
    read_unchecked,
)
from hebbfilm.solvers.state.layout import Table

FORMAT = 5
_READ = (4, FORMAT)
"""In the first of these the whole file has one checksum."""
T = TypeVar("T")


def read_content(path: Path) -> tuple[dict[str, Any], dict[str, FloatArray]]:
    """The header and the arrays of a state file, which tell of all vertices in canonical order.

    Raises:
        InputError: there is no such file, or it is none of this version, or damaged.
    """
    arrays = _found(path, read_checksummed)
    return json.loads(str(arrays.pop("header"))), arrays


def read_outline(path: Path) -> tuple[dict[str, Any], dict[str, Table]]:
    """The header of a state file, and where its arrays are, by their names.

    Raises:
        InputError: as of `read_content`, but for damage to the numbers in the arrays.
    """
    header, tables = _found(path, intact_tables)
    return json.loads(header), {table.name: table for table in tables}


def _found(path: Path, read: Callable[[Path], T | None]) -> T:
    if not path.is_file():
        raise InputError(f"there is no state file {path}")
    try:
        found = read(path)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    if found is None:
        require_format(path, _earlier_format(path))
        raise damaged(path)
    return found


def damaged(path: Path) -> InputError:
    """What is told of a file that is not as it was written."""
    return InputError(
        f"{path} is not a state file of hebbfilm, or damaged: its checksum does not fit"
    )


def _earlier_format(path: Path) -> int:
    """That of a file without a checksum; the present one if it tells of none."""
    try:
        header = json.loads(str(read_unchecked(path)["header"]))
        return int(header["format"])
    except (KeyError, TypeError, ValueError):
        return FORMAT


def require_format(path: Path, found: int) -> None:
    """Refuse a file of another format.

    Raises:
        InputError: both numbers.
    """
    if found not in _READ:
        known = " and ".join(map(str, _READ))
        raise InputError(f"{path} has state format {found}; this version reads {known}")
