"""What a state file holds, without a film."""

import json
from pathlib import Path
from typing import Any

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.solvers.state.checksummed_archive import read_checksummed, read_unchecked

FORMAT = 4


def read_content(path: Path) -> tuple[dict[str, Any], dict[str, FloatArray]]:
    """The header and the arrays of a state file, which tell of all vertices in canonical order.

    Raises:
        InputError: there is no such file, or it is none of this version, or damaged.
    """
    if not path.is_file():
        raise InputError(f"there is no state file {path}")
    try:
        arrays = read_checksummed(path)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    if arrays is None:
        require_format(path, _earlier_format(path))
        raise InputError(
            f"{path} is not a state file of hebbfilm, or damaged: its checksum does not fit"
        )
    return json.loads(str(arrays.pop("header"))), arrays


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
    if found != FORMAT:
        raise InputError(f"{path} has state format {found}; this version reads {FORMAT}")
