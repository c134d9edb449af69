"""Draw recall by a circuit on the film: its voltages in time, and where each start led."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hebbfilm.common.arrays import IntArray
from hebbfilm.run.folder.chip_entries import ChipEntry
from hebbfilm.run.folder.chip_table import ChipRecalls
from hebbfilm.run.folder.reader import Run
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.chip_course import draw_courses
from hebbfilm.run.pictures.tiles import draw_arrows, draw_head, draw_marks, draw_tiles

_MOST_COURSES = 4
_MOST_LINES = 20
"""Of neurons, in all courses together."""
_MOST_ROWS = 32


def chip_picture(run: Run, recalls: ChipRecalls) -> Figure:
    """Voltages of the neurons in the recalls that switched most, and a table of all ends.

    Of recalls on a film that is held there are no voltages in time, only their ends.

    Args:
        run: with recall on chip.
        recalls: of it.
    """
    told = run.summary.recall_on_chip
    assert told is not None
    shown, size = _worth_showing(recalls, told.moving), recalls.starts.shape[1]
    rows = min(len(recalls.starts), _MOST_ROWS)
    high = max(0.225 * len(shown) * (size + 0.9), 0.27 * rows) + 1.5
    right = max(0.27 * (3 * size + 9), 3.4)
    left = 7.0 if len(shown) else 0.4
    figure = Figure((left + right, max(3.6, high)), layout="constrained")
    if len(shown):
        courses, ends = figure.subplots(1, 2, width_ratios=[6.6, right])
        draw_courses(courses, run, recalls, shown)
    else:
        ends = figure.subplots()
    draw_ends(ends, run, recalls, size=7.5)
    ends.set_anchor("NW")
    good = recalls.rightly_recalled(run.patterns).sum()
    ends.set_title(f"Recalled on chip from {good} of {len(recalls.starts)} starts", pad=50)
    ends.annotate(
        f"as by the matrix of the same differences: {recalls.agree.sum()} of "
        f"{len(recalls.starts)}\n{_changed(told, len(recalls.starts))}",
        (0, 1), (0, 18), "axes fraction", "offset points", color=style.FAINT, linespacing=1.4,
    )  # fmt: skip
    return figure


def draw_ends(axes: Axes, run: Run, recalls: ChipRecalls, size: float) -> None:
    """Where each start led, on chip and by the matrix, how long it took, and for what energy."""
    rows, count = min(len(recalls.starts), _MOST_ROWS), recalls.starts.shape[1]
    on_chip, by_matrix = count + 1.8, 2 * count + 4.3
    blocks = (
        ("start", 0.0, recalls.starts),
        ("on chip", on_chip, recalls.ends),
        ("matrix", by_matrix, recalls.matrix_ends),
    )
    for heading, left, states in blocks:
        draw_head(axes, left, count, heading, size)
        draw_tiles(axes, left, states[:rows], size)
    draw_arrows(axes, on_chip - 1.5, on_chip - 0.3, rows)
    right = recalls.rightly_recalled(run.patterns)
    draw_marks(axes, on_chip + count + 0.55, right[:rows], size)
    for row in np.flatnonzero(~recalls.agree[:rows]):
        axes.text(by_matrix - 0.55, row + 0.5, "≠", ha="center", va="center", fontsize=size + 2,
                  color=style.BAD, fontweight="bold")  # fmt: skip
    edge = by_matrix + count
    for heading, factor, values in (("ps", 1e12, recalls.time), ("aJ", 1e18, recalls.energy)):
        edge += 2.4
        axes.text(edge, -0.35, heading, ha="right", va="bottom", fontsize=size, fontweight="bold")
        for row in range(rows):
            text = f"{factor * values[row]:.3g}".replace("-", "−")
            axes.text(edge, row + 0.5, text, ha="right", va="center", fontsize=size)
    if more := len(recalls.starts) - rows:
        axes.text(0, rows + 0.6, f"and {more} more", va="center", fontsize=size, color=style.FAINT)
    axes.set_xlim(-0.1, edge + 0.1)
    axes.set_ylim(rows + 0.1 + bool(more), -0.1)
    axes.set_aspect("equal")
    axes.set_axis_off()


def _changed(told: ChipEntry, count: int) -> str:
    """What recall did to the film."""
    change = f"changed g by {_share(told.largest_change_by_recall)} at most"
    if told.moving is None or told.moving >= count:
        return f"all recalls {change}"
    if told.moving == 0:
        return "the film was held"
    return f"recalls 1 to {told.moving} {change}; then the film was held"


def _worth_showing(recalls: ChipRecalls, moving: int | None) -> IntArray:
    """The numbers of a few recalls on the moving film, those that switched most, in their order."""
    room = max(1, _MOST_LINES // recalls.starts.shape[1])
    switches = recalls.switches[:moving]
    most = np.argsort(-switches, kind="stable")[: min(_MOST_COURSES, room)]
    found: IntArray = np.sort(most)
    return found


def _share(value: float) -> str:
    """A small number as a power of ten."""
    if value == 0:
        return "0"
    power = int(np.floor(np.log10(value)))
    return f"{value / 10.0**power:.0f} × 10$^{{{power}}}$"
