"""Archives of arrays that know whether they are as they were written.

An .npz has the CRC-32 of each array, which all ranks calculate together. It ends, as its comment,
in the SHA-256 of all before it but the rows of arrays; in files of earlier versions, of all.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias
from zlib import crc32

import numpy as np
import numpy.typing as npt

from hebbfilm.common.row_blocks import RowBlocks
from hebbfilm.common.shared_files import replacing_together
from hebbfilm.solvers.state import layout
from hebbfilm.solvers.state.layout import Table

if TYPE_CHECKING:
    from mpi4py import MPI

_HEADER = "header"
_LENGTH = 2 * hashlib.sha256().digest_size
_AT_ONCE = 1 << 24

Arrays = dict[str, npt.NDArray[Any]]
Rows: TypeAlias = tuple[RowBlocks, npt.NDArray[Any]]
"""The rows of a table that a rank has, and how they come into blocks."""


def write_checksummed(
    comm: MPI.Intracomm, path: Path, header: str, tables: Mapping[str, Rows]
) -> None:
    """Write an .npz archive, each rank its block of every table; collective.

    The file is the same on any number of ranks, and takes the place of an older one at the end.

    Args:
        comm: the ranks.
        path: of the file.
        header: the same on all ranks; the array of that name.
        tables: by their names.

    Raises:
        InputError: it cannot be written.
    """
    word = np.array(header)
    kinds: dict[str, tuple[str, tuple[int, ...]]] = {_HEADER: (word.dtype.str, ())}
    for name, (blocks, rows) in tables.items():
        kinds[name] = rows.dtype.str, (blocks.size, *rows.shape[1:])
    first, *others = layout.lay_out(kinds)
    with replacing_together(comm, path) as file:
        crcs = file.write_blocks(
            (table.rows + blocks.first * table.row, blocks.to_block(rows))
            for table, (blocks, rows) in zip(others, tables.values(), strict=True)
        )
        own = [crc32(word.tobytes()), *crcs]
        summed = [each.with_sum(crc) for each, crc in zip([first, *others], own, strict=True)]
        file.write_pieces(_frame(word.tobytes(), summed))


def intact_tables(path: Path) -> tuple[str, list[Table]] | None:
    """The header, and where the tables are; None of a file that is not as it was written.

    Whether the rows of a table are, its `crc` tells.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return _intact(file)


def read_checksummed(path: Path) -> Arrays | None:
    """All arrays; None if any bit is not as it was written, or the file has no checksum.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return _arrays(file)


def arrays_of(content: bytes) -> Arrays | None:
    """The same of the content of a file."""
    return _arrays(io.BytesIO(content))


def read_unchecked(path: Path) -> Arrays:
    """What can be read of an archive that may be damaged, or none at all: nothing, if need be."""
    try:
        with np.load(path) as archive:
            return dict(archive)
    except Exception:  # whatever the readers of archives and of arrays meet in there
        return {}


def _frame(header: bytes, tables: Sequence[Table]) -> dict[int, bytes]:
    """All but the rows of tables, by the byte where it is in the file."""
    pieces = {table.start: table.head for table in tables}
    pieces[0] += header
    pieces[tables[-1].end] = layout.directory(tables, _LENGTH)
    checksum = hashlib.sha256(b"".join(pieces.values())).hexdigest()
    pieces[tables[-1].end] += checksum.encode()
    return pieces


def _intact(file: IO[bytes]) -> tuple[str, list[Table]] | None:
    try:
        end = file.seek(-_LENGTH, io.SEEK_END)
        told = file.read().decode()
        header, *tables = layout.tables_in(file)
        for covered in (layout.between(tables, end), [(0, end)]):
            if _checksum(file, covered) == told:
                file.seek(header.rows)
                word = np.frombuffer(file.read(header.row), header.kind)
                return str(word[0]), tables
    except Exception:  # whatever the readers of archives and of arrays meet in there
        pass
    return None


def _checksum(file: IO[bytes], covered: Iterable[tuple[int, int]]) -> str:
    found = hashlib.sha256()
    for first, last in covered:
        file.seek(first)
        while (missing := last - file.tell()) > 0:
            found.update(file.read(min(missing, _AT_ONCE)))
    return found.hexdigest()


def _arrays(file: IO[bytes]) -> Arrays | None:
    if _intact(file) is None:
        return None
    file.seek(0)
    try:
        with np.load(file) as archive:
            return dict(archive)
    except zipfile.BadZipFile:  # the rows of a table
        return None
