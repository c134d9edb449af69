"""The records of a GDSII stream: what gdstk does not check, and strings that it cannot hand on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hebbfilm.common.errors import LayoutError

HEADER = b"\x00\x06\x00\x02"  # length and kind of the first record

# Kinds of records (GDSII Stream Format Manual, release 6.0).
_END_OF_LIBRARY, _BEGIN, _NAME, _END = 0x04, 0x05, 0x06, 0x07  # _BEGIN … _END of a structure
_BOUNDARY, _PATH, _SREF, _AREF, _TEXT, _NODE, _BOX = 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x15, 0x2D
_LAYER, _DATA_TYPE, _TEXT_TYPE, _NODE_TYPE, _BOX_TYPE = 0x0D, 0x0E, 0x16, 0x2A, 0x2E
_WIDTH, _POINTS, _END_OF_ELEMENT, _INNER_NAME, _COUNTS = 0x0F, 0x10, 0x11, 0x12, 0x13
_STRING, _TRANSFORMATION, _MAGNIFICATION, _ANGLE = 0x19, 0x1A, 0x1B, 0x1C
_PATH_TYPE, _EXTENSION_BEFORE, _EXTENSION_AFTER = 0x21, 0x30, 0x31
_LAST_KIND = 0x3B
_IS_TEXT = 6  # kind of data
_ABSOLUTE = 0x06  # bits of the transformation

_ELEMENTS = {
    _BOUNDARY: {_LAYER, _DATA_TYPE, _POINTS},
    _PATH: {_LAYER, _DATA_TYPE, _POINTS},
    _SREF: {_INNER_NAME, _POINTS},
    _AREF: {_INNER_NAME, _COUNTS, _POINTS},
    _TEXT: {_LAYER, _TEXT_TYPE, _POINTS, _STRING},
    _NODE: {_LAYER, _NODE_TYPE, _POINTS},
    _BOX: {_LAYER, _BOX_TYPE, _POINTS},
}
"""What each element needs."""
_IN_ELEMENTS = {
    **dict.fromkeys((_LAYER, _DATA_TYPE, _TEXT_TYPE, _NODE_TYPE, _BOX_TYPE, _PATH_TYPE), 2),
    **dict.fromkeys((_WIDTH, _EXTENSION_BEFORE, _EXTENSION_AFTER, _COUNTS), 4),
    **dict.fromkeys((_MAGNIFICATION, _ANGLE), 8),
    _TRANSFORMATION: 2,
    _POINTS: 0,
    _INNER_NAME: 0,
    _STRING: 0,
}
"""Bytes of what stands in elements; 0 where there may be any number."""
_POINTS_NEEDED = {_SREF: 1, _AREF: 3, _TEXT: 1}


@dataclass(frozen=True)
class Stream:
    """A GDSII stream that was checked.

    Args:
        content: the file, all strings in UTF-8; those that were not are taken for Latin-1.
        absolute: names of the structures with references whose magnification or angle is absolute.
    """

    content: bytes
    absolute: frozenset[str]


@dataclass
class _Place:
    """Where in a library a record stands."""

    structure: str | None = None
    names: set[str] = field(default_factory=set)
    element: int | None = None
    seen: set[int] = field(default_factory=set)
    absolute: set[str] = field(default_factory=set)

    def take(self, kind: int, data: bytes) -> bool:
        """Whether a record may stand here."""
        if kind in _IN_ELEMENTS:
            self.seen.add(kind)
            return self.element is not None and self._fits(self.element, kind, data)
        if kind in _ELEMENTS:
            allowed = self.element is None and bool(self.structure)
            self.element, self.seen = kind, set()
            return allowed
        if kind == _END_OF_ELEMENT:
            allowed = self.element is not None and _ELEMENTS[self.element] <= self.seen
            self.element = None
            return allowed
        if kind in (_BEGIN, _END):
            allowed = (self.structure is None) == (kind == _BEGIN) and self.element is None
            self.structure = "" if kind == _BEGIN else None
            return allowed
        if kind == _NAME:
            return self._named(decoded(data))
        return kind <= _LAST_KIND

    def _named(self, name: str) -> bool:
        if name in self.names:
            raise LayoutError(f"the GDSII file has two cells called {name!r}")
        self.names.add(name)
        allowed, self.structure = self.structure == "", name
        return allowed

    def _fits(self, element: int, kind: int, data: bytes) -> bool:
        size = _IN_ELEMENTS[kind]
        if kind == _POINTS:
            number, rest = divmod(len(data), 8)
            return not rest and number >= _POINTS_NEEDED.get(element, 0)
        if size and len(data) != size:
            return False
        if element in (_SREF, _AREF):
            self._check_reference(kind, data)
        return True

    def _check_reference(self, kind: int, data: bytes) -> None:
        name = self.structure or ""
        if kind == _TRANSFORMATION and data[1] & _ABSOLUTE:
            self.absolute.add(name)
        if kind == _MAGNIFICATION and (data[0] & 0x80 or not any(data[1:])):
            raise LayoutError(f"a reference in cell {name!r} is not magnified by more than 0")
        if kind == _COUNTS:
            counts = [int.from_bytes(data[k : k + 2], signed=True) for k in (0, 2)]
            if min(counts) < 1:
                raise LayoutError(
                    f"an array in cell {name!r} has {counts[0]} columns and {counts[1]} rows; "
                    "both must be 1 or more"
                )


def checked(content: bytes) -> Stream:
    """Check the records of a file up to the last one.

    Raises:
        LayoutError: no GDSII file, a damaged one, or a reference that nothing can follow.
    """
    if not content.startswith(HEADER):
        raise LayoutError("neither GDSII nor OASIS: its first bytes are not those of such a file")
    parts: list[bytes] = []
    copied = 0
    place = _Place()
    for at, kind, data_kind, end in _records(content):
        if not place.take(kind, content[at + 4 : end]):
            raise _damaged(at, content)
        if data_kind == _IS_TEXT and not content[at:end].isascii():
            parts += [content[copied:at], _in_utf8(content[at:end])]
            copied = end
    if place.structure is not None:
        raise _damaged(len(content), content)
    parts.append(content[copied:])
    return Stream(b"".join(parts), frozenset(place.absolute))


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
    raise _damaged(at, content)


def _damaged(at: int, content: bytes) -> LayoutError:
    return LayoutError(f"the GDSII file is damaged at byte {at} of {len(content)}")


def _in_utf8(record: bytes) -> bytes:
    text = decoded(record[4:]).encode()
    text += b"\0" * (len(text) % 2)
    length = min(len(text), 0xFFFA)
    return (length + 4).to_bytes(2) + record[2:4] + text[:length]
