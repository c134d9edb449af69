"""Files that all ranks write or read, each its block of consecutive rows of every table."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
from numpy.typing import DTypeLike, NDArray

from hebbfilm.common.collective import on_every_rank, on_root
from hebbfilm.common.crc32 import joined
from hebbfilm.common.errors import InputError
from hebbfilm.common.whole_files import replacing

if TYPE_CHECKING:
    from mpi4py import MPI


class SharedFile:
    """A new file to which all ranks write; see `replacing_together`.

    Args:
        comm: the ranks, in the order of their blocks; all methods are collective.
        path: of the file, which is there.
        target: what it will be called.
    """

    def __init__(self, comm: MPI.Intracomm, path: Path, target: Path) -> None:
        self._comm, self._path, self._target = comm, path, target

    def write_blocks(self, blocks: Iterable[tuple[int, NDArray[Any]]]) -> list[int]:
        """Write the blocks of all ranks.

        Args:
            blocks: of each table, the same ones on all ranks, the byte at which the block of this
                rank begins, and its rows. What makes them may be collective.

        Returns:
            CRC-32 of each table.

        Raises:
            InputError: it cannot be written.
        """
        own = _Own(self._path)
        try:
            # A rank that fails goes on with the blocks: others wait for what it has of theirs.
            parts = [own.write(start, bytes_of(rows)) for start, rows in blocks]
        finally:
            own.close()
        on_every_rank(self._comm, lambda: self._require_written(own.failure))
        return [joined(each) for each in zip(*self._comm.allgather(parts), strict=True)]

    def write_pieces(self, pieces: Mapping[int, bytes]) -> None:
        """Have rank 0 write what belongs to no block.

        Args:
            pieces: by the byte at which each begins; those of other ranks are left alone.

        Raises:
            InputError: it cannot be written.
        """

        def write() -> None:
            own = _Own(self._path)
            for start, content in pieces.items():
                own.write(start, memoryview(content))
            own.close()
            self._require_written(own.failure)

        on_root(self._comm, write)

    def _require_written(self, failure: OSError | None) -> None:
        if failure is None:
            return
        reason = failure.strerror or str(failure)
        if isinstance(failure, FileNotFoundError):
            reason += f"; {os.uname().nodename} must see that folder, as all ranks write to it"
        raise InputError(f"cannot write {str(self._target)!r}: {reason}")


@contextmanager
def replacing_together(comm: MPI.Intracomm, target: Path) -> Iterator[SharedFile]:
    """Hand out a file that all ranks may write to; it takes the place of the target at the end.

    Collective, also as to what fails inside. If anything does, what was there before stays.

    Args:
        comm: the ranks.
        target: the file, in a folder that all of them see.

    Raises:
        InputError: as of `replacing`, on all ranks.
    """
    with ExitStack() as own:

        def begin() -> Path:
            path = own.enter_context(replacing(target))
            path.touch()
            return path

        yield SharedFile(comm, comm.bcast(on_root(comm, begin)), target)
        on_root(comm, own.close)


def read_rows(path: Path, start: int, kind: DTypeLike, shape: tuple[int, ...]) -> NDArray[Any]:
    """Some rows of a table in a file.

    Args:
        path: of the file.
        start: byte at which they begin.
        kind: of their numbers.
        shape: of what is read.

    Raises:
        OSError: it cannot be read.
        ValueError: it ends before.
    """
    count = int(np.prod(shape, dtype=np.int64))
    return np.fromfile(path, dtype=kind, count=count, offset=start).reshape(shape)


def crc_of_blocks(comm: MPI.Intracomm, block: NDArray[Any]) -> int:
    """CRC-32 of a table of which each rank has a block; collective."""
    content = bytes_of(block)
    return joined(comm.allgather((crc32(content), len(content))))


def bytes_of(rows: NDArray[Any]) -> memoryview:
    """What an array is in a file, without a copy where it lies in one piece."""
    return np.ascontiguousarray(rows).reshape(-1).view(np.uint8).data


class _Own:
    """What one rank writes, and the first failure of that."""

    def __init__(self, path: Path) -> None:
        self.failure: OSError | None = None
        self._file: IO[bytes] | None = None
        try:
            self._file = path.open("r+b")
        except OSError as error:
            self.failure = error

    def write(self, start: int, content: memoryview) -> tuple[int, int]:
        """Write at a byte, and give CRC-32 and length of the content."""
        if self._file is not None and self.failure is None:
            try:
                self._file.seek(start)
                self._file.write(content)
            except OSError as error:
                self.failure = error
        return crc32(content), len(content)

    def close(self) -> None:
        """Have all on the disk."""
        if self._file is None:
            return
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            self.failure = self.failure or error
