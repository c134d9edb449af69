"""VTU files whose numbers stand as they are behind the XML, at places that are known beforehand.

So all ranks can write their rows of them, and ParaView, PyVista and meshio read them. What these do
not look at, the CRC-32 of each array and of the XML itself, tells whether a file is as it was
written. VTK file formats: docs.vtk.org, "VTK XML formats", appended raw data.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from html import escape
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree
from zlib import crc32

import meshio
import numpy as np
from meshio import vtu
from numpy.typing import NDArray

CELLS = {4: ("tetra", 10), 3: ("triangle", 5)}
"""By the number of vertices, meshio's name of a cell and VTK's number."""
POINTS, CONNECTIVITY, OFFSETS, TYPES = "Points", "connectivity", "offsets", "types"
_KINDS = {"<f8": "Float64", "<f4": "Float32", "<i4": "Int32", "<i8": "Int64", "|u1": "UInt8"}
_NUMPY = {kind: numpy for numpy, kind in _KINDS.items()}
_LENGTH = struct.Struct("<Q")
_APPENDED = b'<AppendedData encoding="raw" crc32="%08x">\n_'
_MARK = b'<AppendedData encoding="raw" crc32="'
_TAIL = b"\n</AppendedData>\n</VTKFile>\n"
_SUM = "crc32"


class Array(NamedTuple):
    """One of a file.

    Attributes:
        part: of the file: Points, Cells, PointData or CellData.
        name: of it.
        kind: of its numbers, as NumPy writes it: one of `_KINDS`.
        rows: how many there are.
        width: numbers in a row.
    """

    part: str
    name: str
    kind: str
    rows: int
    width: int

    @property
    def in_cells(self) -> bool:
        """Whether it has a row for each cell, not for each point."""
        return self.part.startswith("Cell")

    @property
    def row(self) -> int:
        """Bytes of a row."""
        return np.dtype(self.kind).itemsize * self.width

    def tag(self, offset: int, crc: int) -> str:
        """What the XML says of it."""
        # To VTK the corners of cells are one long list.
        components = 1 if self.name == CONNECTIVITY else self.width
        return (
            f'<DataArray type="{_KINDS[self.kind]}" Name="{escape(self.name)}" '
            f'NumberOfComponents="{components}" format="appended" offset="{offset}" '
            f'{_SUM}="{crc:08x}"/>\n'
        )


def cell_arrays(points: int, cells: int, corners: int) -> list[Array]:
    """Those that make up the cells of a mesh, all with as many corners."""
    small = max(points, cells * corners) < 2**31
    whole = "<i4" if small else "<i8"
    return [
        Array("Cells", CONNECTIVITY, whole, cells, corners),
        Array("Cells", OFFSETS, whole, cells, 1),
        Array("Cells", TYPES, "|u1", cells, 1),
    ]


def cell_numbers(array: Array, corners: int, first: int, last: int) -> NDArray[Any]:
    """Rows of what is known without the mesh: where the corners of each cell end, and its type."""
    if array.name == TYPES:
        return np.full(last - first, CELLS[corners][1], array.kind)
    return (np.arange(first + 1, last + 1) * corners).astype(array.kind)


class VtuLayout:
    """A file with such arrays, in this order.

    Args:
        arrays: those of a part beside each other.
        about: numbers that belong to no place, by their names.

    Attributes:
        starts: byte of the file at which the numbers of each array begin.
    """

    def __init__(self, arrays: Sequence[Array], about: Mapping[str, float]) -> None:
        self._arrays, self._about = arrays, about
        lengths = [_LENGTH.size + array.rows * array.row for array in arrays]
        *self._offsets, length = accumulate(lengths, initial=0)
        first = len(self._head([0] * len(arrays)))
        self.starts = [first + offset + _LENGTH.size for offset in self._offsets]
        self._end = first + length

    def frame(self, crcs: Sequence[int]) -> dict[int, bytes]:
        """All but the numbers, by the byte of the file where it is.

        Args:
            crcs: CRC-32 of the numbers of each array.
        """
        lengths = {
            start - _LENGTH.size: _LENGTH.pack(array.rows * array.row)
            for start, array in zip(self.starts, self._arrays, strict=True)
        }
        return {0: self._head(crcs), **lengths, self._end: _TAIL}

    def _head(self, crcs: Sequence[int]) -> bytes:
        points = next(each.rows for each in self._arrays if each.part == POINTS)
        cells = next(each.rows for each in self._arrays if each.name == TYPES)
        numbers = "".join(
            f'<DataArray type="Float64" Name="{escape(name)}" NumberOfTuples="1" format="ascii">'
            f"{float(value)!r}</DataArray>\n"
            for name, value in self._about.items()
        )
        parts: dict[str, str] = {}
        for array, offset, crc in zip(self._arrays, self._offsets, crcs, strict=True):
            parts[array.part] = parts.get(array.part, "") + array.tag(offset, crc)
        told = "".join(f"<{part}>\n{tags}</{part}>\n" for part, tags in parts.items())
        xml = (
            '<?xml version="1.0"?>\n<VTKFile type="UnstructuredGrid" version="1.0" '
            'byte_order="LittleEndian" header_type="UInt64">\n<UnstructuredGrid>\n'
            f"<FieldData>\n{numbers}</FieldData>\n"
            f'<Piece NumberOfPoints="{points}" NumberOfCells="{cells}">\n{told}</Piece>\n'
            "</UnstructuredGrid>\n"
        ).encode()
        return xml + _APPENDED % crc32(xml)


def read_vtu(path: Path) -> meshio.Mesh:
    """The mesh in a VTU file, of this kind or of another that meshio knows.

    Raises:
        Exception: whatever is met in a damaged file, or a file that is not as it was written.
    """
    content = bytearray(path.stat().st_size)
    with path.open("rb") as file:
        file.readinto(content)
    end = content.find(_MARK)
    return vtu.read(path) if end < 0 else _mesh(content, end)


def _mesh(content: bytearray, end: int) -> meshio.Mesh:
    first = end + len(_APPENDED % 0)
    if content[end:first] != _APPENDED % crc32(content[:end]) or not content.endswith(_TAIL):
        raise ValueError("it is not as it was written")
    piece = ElementTree.fromstring(content[:end] + b"</VTKFile>").find(".//Piece")
    assert piece is not None
    found: dict[str, dict[str, NDArray[Any]]] = {
        part.tag: {tag.attrib["Name"]: _numbers(content, first, tag) for tag in part}
        for part in piece
    }
    types = found["Cells"][TYPES]
    width = {number: width for width, (_, number) in CELLS.items()}[int(types[0])]
    cells = found["Cells"][CONNECTIVITY].reshape(-1, width)
    return meshio.Mesh(
        found[POINTS][POINTS],
        [(CELLS[width][0], cells)],
        point_data=found["PointData"],
        cell_data={name: [values] for name, values in found["CellData"].items()},
    )


def _numbers(content: bytearray, first: int, tag: ElementTree.Element) -> NDArray[Any]:
    start = first + int(tag.attrib["offset"]) + _LENGTH.size
    (length,) = _LENGTH.unpack_from(content, start - _LENGTH.size)
    kind = np.dtype(_NUMPY[tag.attrib["type"]])
    values = np.frombuffer(content, kind, length // kind.itemsize, start)
    if crc32(values.data) != int(tag.attrib[_SUM], 16):
        raise ValueError(f"{tag.attrib['Name']} is not as it was written")
    width = int(tag.attrib["NumberOfComponents"])
    return values if width == 1 else values.reshape(-1, width)
