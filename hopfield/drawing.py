"""Draw patterns as pictures of # and ., as they are read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from hebbfilm.common.errors import InputError
from hebbfilm.hopfield.drawn import rows_told
from hebbfilm.hopfield.patterns import PatternLike, parse_pattern


def draw_pattern(pattern: PatternLike, columns: int | Sequence[int]) -> str:
    """A pattern as a picture of # (+) and . (-), which `parse_pattern` reads again.

    Args:
        pattern: N signs in node order, as `parse_pattern` takes them.
        columns: signs in each row; of rows that differ, as in a hexagon, those of each from below.

    Raises:
        InputError: no pattern, or another number of signs.

    Example:
        >>> print(draw_pattern("+++-+-", 3))
        .#.
        ###
        >>> print(draw_pattern([1, -1, 1, 1, 1, -1, -1], [2, 3, 2]))
         . .
        # # #
         # .
    """
    signs = parse_pattern(pattern)
    if isinstance(columns, int):
        rows: Sequence[int] = [columns] * (len(signs) // max(columns, 1) or 1)
    else:
        rows = columns
    if sum(rows) != len(signs):
        raise InputError(f"a picture of {len(signs)} signs: {rows_told(rows)} have {sum(rows)}")
    drawn = ["#" if sign > 0 else "." for sign in signs]
    lines = [drawn[last - row : last] for row, last in zip(rows, accumulate(rows), strict=True)]
    if isinstance(columns, int):
        return "\n".join("".join(line) for line in reversed(lines))
    widest = max(rows)
    return "\n".join(" " * (widest - len(line)) + " ".join(line) for line in reversed(lines))
