"""Archives of arrays that know whether they are as they were written."""

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_LENGTH = 2 * hashlib.sha256().digest_size

Arrays = dict[str, npt.NDArray[Any]]


def write_checksummed(path: Path, arrays: Arrays) -> None:
    """Write an .npz archive that ends, as its comment, in the SHA-256 of all before it.

    Raises:
        OSError: it cannot be written.
    """
    content = io.BytesIO()
    np.savez(content, **arrays)  # type: ignore[arg-type]
    with zipfile.ZipFile(content, "a") as archive:
        archive.comment = bytes(_LENGTH)
    covered = content.getvalue()[:-_LENGTH]
    path.write_bytes(covered + _checksum(covered))


def read_checksummed(path: Path) -> Arrays | None:
    """The arrays; None if any bit is not as it was written, or the file has no checksum.

    Raises:
        OSError: it cannot be read.
    """
    return arrays_of(path.read_bytes())


def arrays_of(content: bytes) -> Arrays | None:
    """The same of the content of a file."""
    return _arrays(content) if content[-_LENGTH:] == _checksum(content[:-_LENGTH]) else None


def read_unchecked(path: Path) -> Arrays:
    """What can be read of an archive that may be damaged, or none at all: nothing, if need be."""
    try:
        return _arrays(path.read_bytes())
    except Exception:  # whatever the readers of archives and of arrays meet in there
        return {}


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _arrays(content: bytes) -> Arrays:
    with np.load(io.BytesIO(content)) as archive:
        return dict(archive)
