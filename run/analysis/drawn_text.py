"""Patterns of a lattice as pictures side by side, for a terminal."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path

from hebbfilm.common.arrays import IntArray
from hebbfilm.common.text import compact, listed
from hebbfilm.hopfield import draw_pattern, format_pattern
from hebbfilm.hopfield.pattern_names import MOST_SIGNS
from hebbfilm.run.folder.reader import read_case_of_run
from hebbfilm.run.inputs.drawn import rows_of

_MOST_DRAWN = 8
_BETWEEN = "    "


def patterns_text(folder: Path, patterns: IntArray) -> str:
    """What a run was trained on: in a line, or, of a lattice of more nodes, as pictures.

    Args:
        folder: of the run.
        patterns: (n, N) signs, in node order.
    """
    written = listed([compact(format_pattern(pattern)) for pattern in patterns])
    if len(patterns[0]) <= MOST_SIGNS:
        return f"Trained on {written}"
    rows = rows_of(read_case_of_run(folder).layout)
    if rows is None or sum(rows) != len(patterns[0]):
        return f"Trained on {written}"
    shown = [
        draw_pattern(pattern, _columns(rows)).split("\n") for pattern in patterns[:_MOST_DRAWN]
    ]
    width = max(len(line) for picture in shown for line in picture)
    lines = [
        _BETWEEN.join(line.ljust(width) for line in each).rstrip() for each in zip_longest(*shown)
    ]
    more = f", the first {_MOST_DRAWN} of {len(patterns)}" if len(patterns) > _MOST_DRAWN else ""
    return "\n".join([f"Trained on{more}", "", *lines, ""])


def _columns(rows: tuple[int, ...]) -> int | tuple[int, ...]:
    return rows[0] if len(set(rows)) == 1 else rows
