"""What stands in a file, and that it is the same still."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hebbfilm.common.errors import InputError


def content_of(path: Path | str, checksum: str = "") -> bytes:
    """The bytes of a file.

    Args:
        path: of the file.
        checksum: its SHA-256, in hexadecimal; "" for any.

    Raises:
        InputError: it cannot be read, or is another one.
    """
    try:
        if Path(path).exists() and not Path(path).is_file():
            raise InputError(f"{path}: cannot be read: it is no regular file")
        content = Path(path).read_bytes()
    except InputError:
        raise
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read: {why}") from None
    if checksum and checksum_of(content) != checksum:
        raise InputError(
            f"{path}: was changed since its checksum was noted; a run goes on with what it began "
            "with; leave `checksum` out for another file"
        )
    return content


def checksum_of(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
