"""The parts of an OVF file: headers in lines of text, and data behind them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.common.quantities import si

CONTROL = {4: (1234567.0, "f4"), 8: (123456789012345.0, "f8")}
"""By the bytes of a number: what stands before binary data, and the type of numbers in NumPy."""
_LONGEST_LINE = 100_000
_VERSIONS = {"oommf ovf 2.0": 2, "oommf: rectangular mesh v1.0": 1}
_LETTERS = "xyz"


@dataclass(frozen=True, eq=False)
class Segment:
    """A field in a file: its header, and the bytes of its data.

    Args:
        version: of the format, 1 or 2.
        header: by the keys, in small letters.
        kind: "text", "binary 4" or "binary 8".
        data: what stands between its beginning and its end.
    """

    version: int
    header: Mapping[str, str]
    kind: str
    data: bytes

    @property
    def title(self) -> str:
        """What the file calls it."""
        return self.header.get("title", "")

    @property
    def multiplier(self) -> float:
        """By which values of version 1 are multiplied, to have their unit."""
        found = self._number("valuemultiplier", 1.0) if self.version == 1 else 1.0
        if not found:
            self._refuse("valuemultiplier", "a number that is not zero")
        return found

    @property
    def counts(self) -> tuple[int, int, int]:
        """Cells along x, y and z."""
        return _counts(self.header)

    @property
    def steps(self) -> tuple[float, ...]:
        """Edges of a cell in m, (3,)."""
        names = [f"{letter}stepsize" for letter in _LETTERS]
        for name in names:
            if not self._number(name) > 0:
                self._refuse(name, "positive")
        return tuple(self._number(name) * self._metre for name in names)

    @property
    def base(self) -> tuple[float, ...]:
        """Centre of the first cell in m, (3,)."""
        return tuple(
            self._metre
            * (
                self._number(f"{letter}base")
                if f"{letter}base" in self.header
                else self._number(f"{letter}min") + self._number(f"{letter}stepsize") / 2
            )
            for letter in _LETTERS
        )

    def values(self) -> FloatArray:
        """All numbers of the data, (cells, 3)."""
        wanted = 3 * math.prod(self.counts)
        found = self._text() if self.kind == "text" else self._binary()
        if found.size != wanted:
            raise InputError(
                f"holds {found.size} numbers where its grid of {' × '.join(map(str, self.counts))} "
                f"cells needs {wanted}"
            )
        return found.astype(np.float64).reshape(-1, 3)

    def _text(self) -> FloatArray:
        lines = self.data.split(b"\n")
        words = b" ".join(line.partition(b"#")[0] for line in lines).split()
        try:
            return np.array(words, dtype=np.float64)
        except ValueError:
            slip = next(word for word in words if not _is_number(word))
            told = shown(slip.decode(errors="replace"))
            raise InputError(f"its data hold {told}, which is no number") from None

    def _binary(self) -> FloatArray:
        size = int(self.kind[-1])
        control, kind = CONTROL[size]
        # The most significant byte stands first in version 1, and last in version 2.
        order = ">" if self.version == 1 else "<"
        first = np.frombuffer(self.data[:size], dtype=order + kind)
        if first.tolist() != [control]:
            raise InputError(
                f"binary data of {size} bytes begin with {first.tolist()}, and not with the "
                f"control value {control:.0f}: it is damaged, or its bytes are in another order"
            )
        found: FloatArray = np.frombuffer(self.data, dtype=order + kind)[1:]
        return found

    @property
    def _metre(self) -> float:
        unit = self.header.get("meshunit", "m").strip()
        try:
            return si(f"1 {unit}", "m")
        except InputError:
            self._refuse("meshunit", "a unit of length, like m or nm")

    def _number(self, key: str, default: float | None = None) -> float:
        if key not in self.header:
            if default is None:
                raise InputError(f"its header has no {key}")
            return default
        try:
            found = float(self.header[key])
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            self._refuse(key, "a finite number")
        return found

    def _refuse(self, key: str, allowed: str) -> NoReturn:
        raise InputError(f"{key}: {shown(self.header[key])} in its header: must be {allowed}")


def segments(content: bytes) -> list[Segment]:
    """All segments of a file.

    Raises:
        InputError: what is no OVF file, is cut short, or holds anything but vectors on a regular
            grid.
    """
    line, at = _line(content, 0)
    version = _version(line)
    found: list[Segment] = []
    header: dict[str, str] = {}
    promised = "1"
    while at < len(content):
        line, at = _line(content, at)
        key, value = _entry(line)
        if key == "begin" and value.lower() == "header":
            header = {}
        elif key == "begin" and value.lower().startswith("data"):
            _require_vectors(header, version)
            kind = " ".join(value.lower().split()[1:])
            end = _end(content, at, kind, header)
            found.append(Segment(version, header, kind, content[at:end]))
            at = end
        elif key == "segment count":
            promised = value
        elif key:
            header[key] = value
    if not found:
        raise InputError("holds no data: is it cut short?")
    if promised.isdecimal() and len(found) < int(promised):
        raise InputError(f"holds {len(found)} of its {promised} segments: it is cut short")
    return found


def _version(line: str) -> int:
    words = " ".join(line.lstrip("#").lower().split())
    if words.startswith("oommf: irregular"):
        raise InputError("holds an irregular mesh; only those on regular grids can be read")
    if not line.startswith("#") or words not in _VERSIONS:
        raise InputError(
            "is no OVF file: its first line must be '# OOMMF OVF 2.0' or "
            f"'# OOMMF: rectangular mesh v1.0', and is {shown(line[:40])}"
        )
    return _VERSIONS[words]


def _require_vectors(header: Mapping[str, str], version: int) -> None:
    if header.get("meshtype", "rectangular").lower() != "rectangular":
        raise InputError(
            f"holds an {header['meshtype']} mesh; only those on regular grids can be read"
        )
    if version == 2 and header.get("valuedim") != "3":
        raise InputError(
            f"holds values of {header.get('valuedim', 'an unknown number of')} components; a "
            "magnetisation has 3 (valuedim)"
        )


def _counts(header: Mapping[str, str]) -> tuple[int, int, int]:
    names = [f"{letter}nodes" for letter in _LETTERS]
    for name in names:
        text = header.get(name)
        if text is None:
            raise InputError(f"its header has no {name}")
        if not (text.isascii() and text.isdecimal()) or len(text) > 9 or int(text) < 1:
            raise InputError(f"{name}: {shown(text)} in its header: must be a whole number from 1")
    x, y, z = (int(header[name]) for name in names)
    return x, y, z


def _end(content: bytes, at: int, kind: str, header: Mapping[str, str]) -> int:
    """Where the data end that begin at a place."""
    if kind == "text":
        mark = content.lower().find(b"# end:", at)
        if mark < 0:
            raise InputError("its data have no end: it is cut short")
        return mark
    if kind not in ("binary 4", "binary 8"):
        raise InputError(f"holds data {shown(kind)}: must be text, binary 4 or binary 8")
    size = int(kind[-1])
    end = at + size * (1 + 3 * math.prod(_counts(header)))
    if end > len(content):
        raise InputError(
            f"has {len(content) - at} bytes of data where its grid needs {end - at}: it is cut "
            "short"
        )
    # A grid of fewer cells than there are numbers would end among them.
    line, after = _line(content, end)
    while not line and after < len(content):
        line, after = _line(content, after)
    if _entry(line)[0] != "end":
        raise InputError(
            f"behind the {end - at} bytes of data that its grid needs stands no '# End: Data': its "
            "header, or the data, are damaged"
        )
    return end


def _line(content: bytes, at: int) -> tuple[str, int]:
    """The line that begins at a place, and where the next one begins."""
    end = content.find(b"\n", at, at + _LONGEST_LINE)
    if end < 0:
        rest = min(len(content), at + _LONGEST_LINE)
        return content[at:rest].decode("utf-8", "replace").strip(), rest
    return content[at:end].decode("utf-8", "replace").strip(), end + 1


def _entry(line: str) -> tuple[str, str]:
    """Key, in small letters, and value of "# key: value"; nothing of a comment."""
    if not line.startswith("#") or line.startswith("##"):
        return "", ""
    key, colon, value = line[1:].partition("##")[0].partition(":")
    return (" ".join(key.lower().split()), value.strip()) if colon else ("", "")


def _is_number(word: bytes) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
