"""Draw recall: from every start to where it ends, beside the ideal Hebb network."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.run.folder.reader import Run
from hebbfilm.run.folder.recall_table import RecallEnds
from hebbfilm.run.pictures import style

MOST_ROWS = 36


def recall_picture(run: Run) -> Figure:
    """Where recall leads from every start, beside the ideal Hebb network."""
    table = run.recall
    rows, size = table.starts.shape
    if rows > MOST_ROWS:
        figure = Figure((max(6.4, 0.5 * size + 3.4), 6.4), layout="constrained")
    else:
        figure = Figure((max(0.95 * size + 2.4, 5.2), 0.3 * rows + 1.7), layout="constrained")
    axes = figure.subplots()
    draw_recall(axes, run)
    trained = " and ".join(state_text(pattern) for pattern in run.patterns[:3])
    more = f" and {len(run.patterns) - 3} more" if len(run.patterns) > 3 else ""
    found, ideal = table.always_recalled.sum(), table.ideal_always_recalled.sum()
    oscillating = table.oscillates.sum()
    told = f"; from {oscillating} it oscillates, and one state is shown" if oscillating else ""
    axes.set_title(
        f"Recall of {trained}{more}\n{found} of {rows} starts always end in a trained pattern or "
        f"its negative\n(ideal Hebb network: {ideal}){told}",
        linespacing=1.5,
        pad=26,
    )
    axes.annotate(
        f"nodes from left to right: {', '.join(map(style.short_name, run.neurons))}",
        (0, 0),
        (0, -22),
        "axes fraction",
        "offset points",
        color=style.FAINT,
    )
    return figure


def state_text(state: IntArray) -> str:
    """A state as (+ + − −)."""
    return f"({' '.join('+' if s > 0 else '−' for s in state)})"


def draw_recall(axes: Axes, run: Run, size: float = 8.0) -> None:
    """Starts and ends of recall: signs for few states, an image for many."""
    if len(run.recall.starts) <= MOST_ROWS:
        _draw_states(axes, run.recall, size)
    else:
        _draw_many_states(axes, run, size)


def _draw_states(axes: Axes, table: RecallEnds, size: float) -> None:
    rows, count = table.starts.shape
    blocks = (
        ("start", 0.0, table.starts, None),
        ("film", count + 1.8, table.ends, table.always_recalled),
        ("ideal Hebb", 2 * count + 4.4, table.ideal_ends, table.ideal_always_recalled),
    )
    for heading, left, states, recalled in blocks:
        axes.text(
            left + count / 2,
            -0.35,
            heading,
            ha="center",
            va="bottom",
            fontsize=size,
            fontweight="bold",
        )
        _squares(axes, left, states, size)
        if recalled is None:
            continue
        if states is table.ends:
            _arrows(axes, left - 1.5, left - 0.3, rows)
        for good, sign, colour in ((True, "✓", style.GOOD), (False, "✗", style.BAD)):
            places = np.flatnonzero(recalled == good) + 0.5
            across = np.full(len(places), left + count + 0.55)
            mark = f"$\\mathrm{{{sign}}}$"
            axes.scatter(across, places, (0.8 * size) ** 2, colour, marker=mark, linewidths=0.3)
    axes.axvline(2 * count + 3.45, color=style.HAIRLINE, linewidth=0.8)
    axes.set_xlim(-0.1, 3 * count + 5.4)
    axes.set_ylim(rows + 0.1, -0.1)
    axes.set_aspect("equal")
    axes.set_axis_off()


def _arrows(axes: Axes, left: float, right: float, rows: int) -> None:
    y = np.arange(rows) + 0.5
    axes.hlines(y, left, right - 0.2, color=style.FAINT, linewidth=0.8)
    axes.scatter(np.full(rows, right - 0.2), y, 9, style.FAINT, marker=">", linewidths=0)


def _squares(axes: Axes, left: float, states: IntArray, size: float) -> None:
    """One rounded square a node, red with + or blue with −; `size` of the sign in points."""
    boxes, colours = [], []
    for (row, column), sign in np.ndenumerate(states):
        corner = (left + column + 0.13, row + 0.13)
        style_of_box = "round,pad=0,rounding_size=0.14"
        boxes.append(FancyBboxPatch(corner, 0.74, 0.74, boxstyle=style_of_box))
        colours.append(style.PLUS if sign > 0 else style.MINUS)
    axes.add_collection(PatchCollection(boxes, facecolors=colours, edgecolors="none"))
    for marker, value in (("+", 1), ("_", -1)):
        rows, columns = np.nonzero(states == value)
        axes.scatter(
            left + columns + 0.5,
            rows + 0.5,
            (0.62 * size) ** 2,
            "white",
            marker=marker,
            linewidths=0.17 * size,
        )


def _draw_many_states(axes: Axes, run: Run, size: float) -> None:
    """Rows sorted by how near the start is to a pattern, so that failures gather below."""
    table = run.recall
    rows, count = table.starts.shape
    overlap = np.abs(table.starts @ run.patterns.T).max(axis=1) / count
    order = np.lexsort((~table.always_recalled, -overlap))
    signs = ListedColormap([style.MINUS, style.PLUS])
    verdict = ListedColormap([style.BAD, style.GOOD])
    gap = 0.25 * count
    blocks = (
        ("start", table.starts, None),
        ("film", table.ends, table.always_recalled),
        ("ideal Hebb", table.ideal_ends, table.ideal_always_recalled),
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
            extent=(left, left + count, rows, 0),
        )
        axes.text(
            left + count / 2,
            -0.015 * rows,
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
                extent=(right + 0.1, right + 0.5, rows, 0),
            )
            right += 0.5
            share = f"{recalled.sum()} of {rows}"
            axes.text(left + count / 2, 1.01 * rows, share, ha="center", va="top", fontsize=size)
        for column in range(1, count):
            axes.axvline(left + column, color="white", linewidth=0.6)
        left = right + gap
    axes.set_xlim(-0.05, left - gap + 0.05)
    axes.set_ylim(rows, 0)
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
