"""What stands on a page, before it is written as HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class KeyNumber:
    """A figure that stands out, and what it means."""

    name: str
    value: str
    meaning: str


@dataclass(frozen=True)
class Picture:
    """A picture within the page.

    Args:
        name: of its file, without the ending.
        title: above it.
        caption: what it shows; read aloud in its place.
        source: as a data URI.
        width, height: in pixels.
    """

    name: str
    title: str
    caption: str
    source: str
    width: int
    height: int


@dataclass(frozen=True)
class View:
    """A film that can be turned.

    Args:
        packed: a page of its own that shows it, compressed by gzip, in base64.
        megabytes: of `packed`.
        caption: what it shows.
        poster: what stands there until it is started; None: nothing could be rendered.
    """

    packed: str
    megabytes: float
    caption: str
    poster: Picture | None


@dataclass(frozen=True)
class Link:
    """A cell of a table that leads to a file beside the page."""

    text: str
    address: str


Cell = str | Link


@dataclass(frozen=True)
class Table:
    """A table; its first column names the rows.

    Args:
        title: above it.
        heads: of the columns.
        rows: as many cells in each as heads.
        note: beneath it.
        sortable: by a click on a head.
        folded: shown only when it is asked for.
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    sortable: bool = False
    folded: bool = False

    @property
    def numeric(self) -> list[bool]:
        """Which columns hold numbers alone, which stand at the right."""
        columns = list(zip(*self.rows, strict=True)) or [()] * len(self.heads)
        return [all(map(_is_number, column)) and any(column) for column in columns]


_NUMBER = re.compile(r"[-+−]?\d[\d.,]*(?:e[-+−]?\d+|·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?(?: ?[%A-Za-zµΩ/²]{1,6})?")


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, str) and (cell in ("–", "") or bool(_NUMBER.fullmatch(cell)))


@dataclass(frozen=True)
class Key:
    """A key of a case: its value with the unit, whether that is the default, what it means."""

    name: str
    value: str
    is_default: bool
    meaning: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """A whole report.

    Args:
        title: of the run or study.
        kind: what it is of, in a word or two.
        folder: where that stands.
        sentence: what was done.
        banner: what one must know first; empty where all is as it should be.
        numbers: that stand out.
        pictures: in the order of the page.
        view: of the film.
        tables: of what was found.
        keys: of the case.
        case: as it was run, in TOML.
        checks: figures, and what they should be.
        commands: that do it again, or more of it.
        versions: of what made it.
        files: of the folder.
    """

    title: str
    kind: str
    folder: str
    sentence: str
    banner: str = ""
    numbers: Sequence[KeyNumber] = ()
    pictures: Sequence[Picture] = ()
    view: View | None = None
    tables: Sequence[Table] = ()
    keys: Sequence[Key] = ()
    case: str = ""
    checks: Table | None = None
    commands: Sequence[tuple[str, str]] = ()
    versions: Table | None = None
    files: Table | None = None
