"""Draw states as tiles: one a neuron, red with + or blue with −, and marks beside them."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import FancyBboxPatch

from hebbfilm.common.arrays import BoolArray, IntArray
from hebbfilm.run.pictures import style


def draw_head(axes: Axes, left: float, count: int, text: str, size: float) -> None:
    """A heading above `count` tiles that begin at `left`."""
    axes.text(
        left + count / 2, -0.35, text, ha="center", va="bottom", fontsize=size, fontweight="bold"
    )


def draw_tiles(axes: Axes, left: float, states: IntArray, size: float) -> None:
    """States (n, N) of ±1, one a row, downwards from 0; `size` of the sign in points."""
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


def draw_marks(axes: Axes, x: float, good: BoolArray, size: float) -> None:
    """A tick or a cross a row, at `x`."""
    for wanted, sign, colour in ((True, "✓", style.GOOD), (False, "✗", style.BAD)):
        places = np.flatnonzero(good == wanted) + 0.5
        mark = f"$\\mathrm{{{sign}}}$"
        across = np.full(len(places), x)
        axes.scatter(across, places, (0.8 * size) ** 2, colour, marker=mark, linewidths=0.3)


def draw_arrows(axes: Axes, left: float, right: float, rows: int) -> None:
    """An arrow a row."""
    y = np.arange(rows) + 0.5
    axes.hlines(y, left, right - 0.2, color=style.FAINT, linewidth=0.8)
    axes.scatter(np.full(rows, right - 0.2), y, 9, style.FAINT, marker=">", linewidths=0)
