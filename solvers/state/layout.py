"""Where the tables of an .npz archive lie, so that all ranks can write and read their rows of them.

It is a ZIP of .npy files that are stored as they are. ZIP: APPNOTE 6.3 of PKWARE, 4.3, all sizes as
in ZIP64; .npy: `numpy.lib.format`.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO
from zlib import crc32

import numpy as np

from hebbfilm.common.crc32 import joined

_LOCAL, _CENTRAL = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L")
_SIZES, _SIZES_AND_START = struct.Struct("<2H2Q"), struct.Struct("<2H3Q")
_END_64, _LOCATOR = struct.Struct("<4sQ2H2L4Q"), struct.Struct("<4sLQL")
_END = struct.Struct("<4s4H2LH")
_VERSION, _FIRST_DAY = 45, (1 << 5) | 1
"""Of ZIP64; 1 January 1980, so that a state is the same file whenever it is written."""
_SHORT, _LONG = 0xFFFF, 0xFFFFFFFF
"""What refers to numbers of 64 bits elsewhere."""


@dataclass(frozen=True)
class Table:
    """An array in an archive.

    Args:
        name: of it.
        kind: of its numbers, as NumPy writes it, like "<f8".
        shape: of it.
        start: byte of the archive at which its member begins.
        rows: byte at which its numbers begin.
        crc: CRC-32 of its member.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    start: int
    rows: int
    crc: int = 0

    @property
    def row(self) -> int:
        """Bytes of a row."""
        return np.dtype(self.kind).itemsize * int(np.prod(self.shape[1:], dtype=np.int64))

    @property
    def end(self) -> int:
        """The byte after it."""
        return self.rows + self.row * (self.shape[0] if self.shape else 1)

    @property
    def size(self) -> int:
        """Bytes of its member."""
        return self.end - self.rows + len(self._npy_head)

    @property
    def head(self) -> bytes:
        """All that stands before its numbers."""
        file, sizes = self._file, _SIZES.pack(1, 16, self.size, self.size)
        own = (_VERSION, 0, 0, 0, _FIRST_DAY, self.crc, _LONG, _LONG, len(file), len(sizes))
        return _LOCAL.pack(b"PK\3\4", *own) + file + sizes + self._npy_head

    @property
    def entry(self) -> bytes:
        """Of the directory."""
        file, where = self._file, _SIZES_AND_START.pack(1, 24, self.size, self.size, self.start)
        own = (0, 0, 0, _FIRST_DAY, self.crc, _LONG, _LONG, len(file), len(where), 0, 0, 0, 0)
        return _CENTRAL.pack(b"PK\1\2", _VERSION, _VERSION, *own, _LONG) + file + where

    def with_sum(self, crc: int) -> Table:
        """The same with the CRC-32 that follows from that of its numbers."""
        head = self._npy_head
        return replace(self, crc=joined([(crc32(head), len(head)), (crc, self.end - self.rows)]))

    @property
    def _file(self) -> bytes:
        return f"{self.name}.npy".encode()

    @property
    def _npy_head(self) -> bytes:
        head = io.BytesIO()
        about = {"descr": self.kind, "fortran_order": False, "shape": self.shape}
        np.lib.format.write_array_header_1_0(head, about)  # type: ignore[no-untyped-call]
        return head.getvalue()


def lay_out(kinds: Mapping[str, tuple[str, tuple[int, ...]]]) -> list[Table]:
    """Tables one after another.

    Args:
        kinds: kind and shape of each, by its name.
    """
    found: list[Table] = []
    for name, (kind, shape) in kinds.items():
        start = found[-1].end if found else 0
        head = Table(name, kind, shape, start, 0).head
        found.append(Table(name, kind, shape, start, start + len(head)))
    return found


def directory(tables: Sequence[Table], comment: int) -> bytes:
    """What stands behind tables that were laid out.

    Args:
        tables: all of them.
        comment: bytes that follow.
    """
    start, entries = tables[-1].end, b"".join(table.entry for table in tables)
    count = len(tables)
    end = (_END_64.size - 12, _VERSION, _VERSION, 0, 0, count, count, len(entries), start)
    return (
        entries
        + _END_64.pack(b"PK\6\6", *end)
        + _LOCATOR.pack(b"PK\6\7", 0, start + len(entries), 1)
        + _END.pack(b"PK\5\6", *4 * [_SHORT], *2 * [_LONG], comment)
    )


def tables_in(file: IO[bytes]) -> list[Table]:
    """Those of an archive, in their order, without reading their numbers.

    Raises:
        Exception: whatever the readers of archives and of arrays meet in a damaged file.
    """
    with zipfile.ZipFile(file) as archive:
        found = [_table(file, info) for info in archive.infolist()]
    return sorted(found, key=lambda table: table.start)


def _table(file: IO[bytes], info: zipfile.ZipInfo) -> Table:
    file.seek(info.header_offset)
    *_, name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
    begin = file.seek(name + extra, io.SEEK_CUR)
    version = np.lib.format.read_magic(file)  # type: ignore[no-untyped-call]
    if version != (1, 0) or info.compress_type != zipfile.ZIP_STORED:
        raise ValueError("not as NumPy writes arrays without compression")
    about = np.lib.format.read_array_header_1_0(file)  # type: ignore[no-untyped-call]
    shape, in_columns, kind = about
    if in_columns or kind.hasobject:
        raise ValueError("not an array of rows of numbers")
    name = info.filename.removesuffix(".npy")
    table = Table(name, kind.str, shape, info.header_offset, file.tell(), info.CRC)
    if table.end != begin + info.file_size:
        raise ValueError("an array of another length than its member")
    return table


def between(tables: Iterable[Table], end: int) -> Iterator[tuple[int, int]]:
    """First and last byte of what lies before, between and behind the rows of tables."""
    first = 0
    for table in tables:
        yield first, table.rows
        first = table.end
    yield first, end
