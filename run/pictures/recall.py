"""Draw recall: from every start to where it ends, beside the ideal Hebb network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.text import counted
from hebbfilm.run.folder.reader import Run
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.tiles import draw_arrows, draw_head, draw_marks, draw_tiles

MOST_ROWS = 36
_MOST_SIGNS = 16
"""Of a state, or names of nodes, that are written out."""
_WIDEST = 12.0
"""Inches."""


def recall_picture(run: Run) -> Figure:
    """Where recall leads from every start, beside the ideal Hebb network."""
    table = run.recall
    rows, size = table.starts.shape
    if rows > MOST_ROWS:
        figure = Figure((min(max(6.4, 0.5 * size + 3.4), _WIDEST), 6.4), layout="constrained")
    else:
        figure = Figure((max(0.95 * size + 2.4, 5.2), 0.3 * rows + 1.7), layout="constrained")
    axes = figure.subplots()
    draw_recall(axes, run)
    trained = " and ".join(state_text(pattern) for pattern in run.patterns[:3])
    more = f" and {len(run.patterns) - 3} more" if len(run.patterns) > 3 else ""
    if size > _MOST_SIGNS:
        trained, more = f"{counted(len(run.patterns), 'pattern')} of {size} signs", ""
    if rows > MOST_ROWS:
        more += f"; {MOST_ROWS} of {rows} starts are shown"
    recalled = table.rightly_recalled(run.patterns)
    found, ideal = recalled.sum(), table.ideal_rightly_recalled(run.patterns).sum()
    lost = (table.always_recalled & ~recalled).sum()
    oscillating = table.oscillates.sum()
    told = f"; from {oscillating} it oscillates, and one state is shown" if oscillating else ""
    told += (
        f"; {counted(lost, 'stored state')} left for another, which does not count" if lost else ""
    )
    axes.set_title(
        f"Recall of {trained}{more}\nRecalled from {found} of {rows} starts: they end in a pattern "
        f"or its negative,\nin whatever order (ideal Hebb network: {ideal}){told}",
        linespacing=1.5,
        pad=26,
    )
    axes.annotate(
        f"nodes from left to right: {_nodes(run.neurons)}",
        (0, 0),
        (0, -22),
        "axes fraction",
        "offset points",
        color=style.FAINT,
    )
    return figure


def _nodes(names: Sequence[str]) -> str:
    short = [style.short_name(name) for name in names]
    few = len(short) <= _MOST_SIGNS
    return ", ".join(short if few else [*short[:2], "…", short[-1]])


def state_text(state: IntArray) -> str:
    """A state as (+ + − −)."""
    return f"({' '.join('+' if s > 0 else '−' for s in state)})"


def draw_recall(axes: Axes, run: Run, size: float = 8.0) -> None:
    """Starts and ends of recall: signs for few states, an image for many."""
    if len(run.recall.starts) <= MOST_ROWS:
        _draw_states(axes, run, size)
    else:
        _draw_many_states(axes, run, size)


def _draw_states(axes: Axes, run: Run, size: float) -> None:
    table, patterns = run.recall, run.patterns
    rows, count = table.starts.shape
    ideal = table.ideal_rightly_recalled(patterns)
    blocks = (
        ("start", 0.0, table.starts, None),
        ("film", count + 1.8, table.ends, table.rightly_recalled(patterns)),
        ("ideal Hebb", 2 * count + 4.4, table.ideal_ends, ideal),
    )
    for heading, left, states, recalled in blocks:
        draw_head(axes, left, count, heading, size)
        draw_tiles(axes, left, states, size)
        if recalled is None:
            continue
        if states is table.ends:
            draw_arrows(axes, left - 1.5, left - 0.3, rows)
        draw_marks(axes, left + count + 0.55, recalled, size)
    axes.axvline(2 * count + 3.45, color=style.HAIRLINE, linewidth=0.8)
    axes.set_xlim(-0.1, 3 * count + 5.4)
    axes.set_ylim(rows + 0.1, -0.1)
    axes.set_aspect("equal")
    axes.set_axis_off()


def _draw_many_states(axes: Axes, run: Run, size: float) -> None:
    """Rows sorted by how near the start is to a pattern, so that failures gather below.

    Of all starts in this order every so many is shown, first and last ones included.
    """
    table = run.recall
    rows, count = table.starts.shape
    overlap = np.abs(table.starts @ run.patterns.T).max(axis=1) / count
    good, ideal = table.rightly_recalled(run.patterns), table.ideal_rightly_recalled(run.patterns)
    order = np.lexsort((~good, -overlap))
    order = order[np.linspace(0, rows - 1, MOST_ROWS).round().astype(int)]
    signs = ListedColormap([style.MINUS, style.PLUS])
    verdict = ListedColormap([style.BAD, style.GOOD])
    gap = 0.25 * count
    blocks = (
        ("start", table.starts, None),
        ("film", table.ends, good),
        ("ideal Hebb", table.ideal_ends, ideal),
    )
    left = 0.0
    for heading, states, recalled in blocks:
        axes.imshow(
            states[order] > 0,
            cmap=signs,
            vmin=0,
            vmax=1,
            aspect="auto",
            interpolation="nearest",
            extent=(left, left + count, MOST_ROWS, 0),
        )
        axes.text(
            left + count / 2,
            -0.015 * MOST_ROWS,
            heading,
            ha="center",
            va="bottom",
            fontsize=size,
            fontweight="bold",
        )
        right = left + count
        if recalled is not None:
            axes.imshow(
                recalled[order][:, None],
                cmap=verdict,
                vmin=0,
                vmax=1,
                aspect="auto",
                interpolation="nearest",
                extent=(right + 0.1, right + 0.5, MOST_ROWS, 0),
            )
            right += 0.5
            share = f"{recalled.sum()} of {rows}"
            axes.text(
                left + count / 2, 1.01 * MOST_ROWS, share, ha="center", va="top", fontsize=size
            )
        for column in range(1, count):
            axes.axvline(left + column, color="white", linewidth=0.6)
        left = right + gap
    axes.set_xlim(-0.05, left - gap + 0.05)
    axes.set_ylim(MOST_ROWS, 0)
    _overlap_ticks(axes, overlap[order])
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.set_xticks([])


def _overlap_ticks(axes: Axes, overlap: FloatArray) -> None:
    """Name the overlap with the nearest pattern where it first appears."""
    values, first = np.unique(-overlap, return_index=True)
    bounds = np.append(np.sort(first), len(overlap))
    axes.set_yticks((bounds[:-1] + bounds[1:]) / 2, [f"{-v:.2f}" for v in values])
    axes.tick_params(axis="y", length=0)
    axes.set_ylabel("overlap of the start with the nearest pattern")
    for bound in bounds[1:-1]:
        axes.axhline(bound, color="white", linewidth=1.2)
