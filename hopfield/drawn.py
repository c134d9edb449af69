"""Patterns as pictures: rows of signs from above, whose nodes count row by row from below."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.common.text import counted

_KINDS = ({"#": 1, ".": -1}, {"+": 1, "-": -1})
"""What the signs of one drawing are written as."""


def is_drawn(text: str) -> bool:
    r"""Whether a text is a picture, of several rows or of # and . alone.

    Example:
        >>> is_drawn("#.#"), is_drawn("+-+"), is_drawn("+-+\n-+-")
        (True, False, True)
    """
    rows = text.split("\n")
    return sum(bool(row.strip()) for row in rows) > 1 or bool(re.fullmatch(r"\s*[#.][#.\s]*", text))


def drawn_rows(text: str) -> list[list[int]]:
    r"""The signs of each row of a picture, from above; rows need not have one length.

    Args:
        text: rows of # (+) and . (-), or of + and -, in as many lines. Spaces do not count, nor do
            lines of nothing else.

    Raises:
        InputError: other signs, or commas, as in a list that goes over several lines.

    Example:
        >>> drawn_rows(" # . \n. # #")
        [[1, -1], [-1, 1, 1]]
    """
    rows = [re.sub(r"\s+", "", row) for row in _plain(text).split("\n") if row.strip()]
    if any("," in row for row in rows):
        raise InputError(
            f"pattern {shown(text)}: rows of a picture have no commas, and a list of signs in node "
            "order stands on one line; which of them is meant?"
        )
    signs = next((kind for kind in _KINDS if set(rows[0]) & set(kind)), _KINDS[0])
    for number, row in enumerate(rows, 1):
        if set(row) - set(signs):
            raise InputError(
                f"pattern {shown(text)}: row {number} from above is {row!r}; allowed in rows of "
                "one picture are # and ., or + and -"
            )
    return [[signs[sign] for sign in row] for row in rows]


def in_node_order(rows: Sequence[Sequence[int]]) -> list[int]:
    """The signs of a picture from its rows from above: row by row from below, left to right.

    Example:
        >>> in_node_order([[1, -1], [-1, -1]])
        [-1, -1, 1, -1]
    """
    return [sign for row in reversed(rows) for sign in row]


def require_rows(text: str, rows: Sequence[int], what: str = "pattern") -> None:
    """Raise InputError unless a picture has the rows of a film.

    Args:
        text: a pattern as a person writes it; one that is no picture has no rows to check.
        rows: contacts in each row of the film, from below.
        what: it is, for the message.

    Example:
        >>> require_rows("#.#", [3])
    """
    if not is_drawn(text):
        return
    found = [len(row) for row in drawn_rows(text)]
    if len(found) != len(rows):
        raise InputError(
            f"{what}: the picture has {counted(len(found), 'row')}; the film has {rows_told(rows)}"
        )
    for number, (has, wanted) in enumerate(zip(found, reversed(rows), strict=True), 1):
        if has != wanted:
            raise InputError(
                f"{what}: row {number} from above of the picture has {counted(has, 'sign')}, not "
                f"{wanted}; the film has {rows_told(rows)}"
            )


def _plain(text: str) -> str:
    return text.replace("\N{MINUS SIGN}", "-")


def rows_told(rows: Sequence[int]) -> str:
    """Rows of so many signs from below, in words.

    Example:
        >>> rows_told([5, 5]), rows_told([2, 3, 1])
        ('2 rows of 5', 'rows of 1, 3, 2 from above')
    """
    if len(set(rows)) == 1:
        return f"{len(rows)} row{'s' * (len(rows) > 1)} of {rows[0]}"
    return f"rows of {', '.join(map(str, reversed(rows)))} from above"
