"""The records of a GDSII stream: what gdstk does not check, and strings that it cannot hand on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from meshing.errors import LayoutError

HEADER = b"\x00\x06\x00\x02"  # length and kind of the first record

# Kinds of records (GDSII Stream Format Manual, release 6.0).
_END_OF_LIBRARY = 0x04
_STRUCTURE_NAME = 0x06
_REFERENCES = (0x0A, 0x0B)  # SREF, AREF
_OTHER_ELEMENTS = (0x08, 0x09, 0x0C, 0x15, 0x2D)
_COLUMNS_AND_ROWS = 0x13
_TRANSFORMATION = 0x1A
_MAGNIFICATION = 0x1B
_ABSOLUTE = 0x06  # bits of the transformation
_TEXT = 6  # kind of data

_OF_REFERENCES = (_COLUMNS_AND_ROWS, _TRANSFORMATION, _MAGNIFICATION)
_CHECKED = frozenset((_STRUCTURE_NAME, *_REFERENCES, *_OTHER_ELEMENTS, *_OF_REFERENCES))


@dataclass(frozen=True)
class Stream:
    """A GDSII stream that was checked.

    Args:
        content: the file, all strings in UTF-8; those that were not are taken for Latin-1.
        absolute: names of the structures with references whose magnification or angle is absolute.
    """

    content: bytes
    absolute: frozenset[str]


def checked(content: bytes) -> Stream:
    """Check the records of a file up to the last one.

    Raises:
        LayoutError: no GDSII file, a damaged one, or a reference that nothing can follow.
    """
    if not content.startswith(HEADER):
        raise LayoutError("not a GDSII file: its first bytes are not a GDSII header")
    parts: list[bytes] = []
    copied = 0
    structure, names, absolute = "", set(), set()
    in_reference = False
    for at, kind, data_kind, end in _records(content):
        if data_kind == _TEXT and not content[at:end].isascii():
            parts += [content[copied:at], _in_utf8(content[at:end])]
            copied = end
        if kind not in _CHECKED:
            continue
        data = content[at + 4 : end]
        if kind == _STRUCTURE_NAME:
            structure = decoded(data)
            if structure in names:
                raise LayoutError(f"the GDSII file has two cells called {structure!r}")
            names.add(structure)
        elif kind in _REFERENCES or kind in _OTHER_ELEMENTS:
            in_reference = kind in _REFERENCES
        elif in_reference:
            _check_reference(kind, data, structure)
            if kind == _TRANSFORMATION and data[1] & _ABSOLUTE:
                absolute.add(structure)
    parts.append(content[copied:])
    return Stream(b"".join(parts), frozenset(absolute))


def decoded(text: bytes) -> str:
    """A string of a file, without the zeros that fill it: UTF-8, or Latin-1 where it is not."""
    text = text.rstrip(b"\0")
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _records(content: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Start, kind, kind of data and end of each record."""
    at, size = 0, len(content)
    while at + 4 <= size:
        length, kind = content[at] << 8 | content[at + 1], content[at + 2]
        if kind == _END_OF_LIBRARY:
            return
        if length < 4 or length % 2 or at + length > size:
            break
        yield at, kind, content[at + 3], at + length
        at += length
    raise LayoutError(f"the GDSII file is damaged at byte {at} of {size}")


def _in_utf8(record: bytes) -> bytes:
    text = decoded(record[4:]).encode()
    text += b"\0" * (len(text) % 2)
    length = min(len(text), 0xFFFA)
    return (length + 4).to_bytes(2) + record[2:4] + text[:length]


def _check_reference(kind: int, data: bytes, structure: str) -> None:
    sizes = {_COLUMNS_AND_ROWS: 4, _TRANSFORMATION: 2, _MAGNIFICATION: 8}
    if len(data) != sizes[kind]:
        raise LayoutError(f"the GDSII file is damaged: a reference in cell {structure!r}")
    if kind == _COLUMNS_AND_ROWS:
        counts = [int.from_bytes(data[k : k + 2], signed=True) for k in (0, 2)]
        if min(counts) < 1:
            raise LayoutError(
                f"an array in cell {structure!r} has {counts[0]} columns and {counts[1]} rows; "
                "both must be 1 or more"
            )
    elif kind == _MAGNIFICATION and (data[0] & 0x80 or not any(data[1:])):
        raise LayoutError(f"a reference in cell {structure!r} is not magnified by more than 0")
