"""Draw recall by a circuit on the film: its voltages in time, and where each start led."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hebbfilm.common.arrays import BoolArray, IntArray
from hebbfilm.run.folder.chip_table import ChipRecalls
from hebbfilm.run.folder.reader import Run
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.phases import NS
from hebbfilm.run.pictures.recall import state_text

_MOST_COURSES = 4
_MOST_ROWS = 32


def chip_picture(run: Run, recalls: ChipRecalls) -> Figure:
    """Voltages of the neurons in the first recalls that switched any, and a table of all ends.

    Args:
        run: with recall on chip.
        recalls: of it.
    """
    told = run.summary.recall_on_chip
    assert told is not None
    shown = _worth_showing(recalls)
    figure = Figure((11.5, max(4.6, 0.24 * min(len(recalls.starts), _MOST_ROWS) + 1.9)))
    figure.set_layout_engine("constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[1.5, 1.0])
    for row, axes in zip(shown, np.atleast_1d(left.subplots(len(shown), 1)), strict=True):
        _draw_course(axes, run, recalls, int(row))
    left.supxlabel("time since the recall began / ns", fontsize=8.5)
    left.suptitle("Voltages of the neurons, one looked at after another", fontweight="bold")
    _draw_ends(right.subplots(), recalls)
    right.suptitle(
        f"As by the matrix: {recalls.agree.sum()} of {len(recalls.starts)} starts; g changed by "
        f"{told.largest_change_by_recall:.0e} at most",
        fontweight="bold",
    )
    return figure


def _worth_showing(recalls: ChipRecalls) -> IntArray:
    """The numbers of a few recalls, those first that switched most."""
    most = np.argsort(-recalls.switches, kind="stable")[:_MOST_COURSES]
    found: IntArray = np.sort(most)
    return found


def _rows_of(run: Run, recalls: ChipRecalls, number: int) -> BoolArray:
    """Which rows of the table are of a recall, (n,)."""
    time, begin = run.conductance.time, recalls.begin[number]
    # Times have ten digits in tables.
    slack = 1e-9 * time[-1]
    end = begin + recalls.time[number]
    found: BoolArray = (
        (np.array(run.conductance.phase) == "recall")
        & (time > begin + slack)
        & (time <= end + slack)
    )
    return found


def _draw_course(axes: Axes, run: Run, recalls: ChipRecalls, number: int) -> None:
    neurons = run.manifest.as_neurons()
    rows = _rows_of(run, recalls, number)
    time = NS * (run.conductance.time[rows] - recalls.begin[number])
    tied = neurons.tied / neurons.tied.sum(axis=1, keepdims=True)
    voltage = 1e3 * run.conductance.voltage[rows] @ tied.T
    # A row tells of the moment at which the next neuron is looked at; the first has none before it.
    limit = max(float(np.abs(voltage).max(initial=0.0)), 1e-30)
    for k, name in enumerate(neurons.names):
        axes.axhline(-k, color=style.HAIRLINE, linewidth=0.7, zorder=0)
        heights = voltage[:, k] / limit
        axes.step(time, 0.38 * heights - k, where="post", color=style.FAINT, linewidth=0.6)
        for positive, colour in ((True, style.PLUS), (False, style.MINUS)):
            kept = heights > 0 if positive else heights < 0
            axes.scatter(time[kept], 0.38 * heights[kept] - k, 9, colour, linewidths=0)
        axes.text(-0.01, -k, style.short_name(name), transform=axes.get_yaxis_transform(),
                  ha="right", va="center", fontsize=7.5)  # fmt: skip
    axes.set_yticks([])
    axes.set_ylim(0.4 - len(neurons.names), 0.6)
    axes.spines["left"].set_visible(False)
    axes.set_xlim(left=0)
    led = f"{state_text(recalls.starts[number])} → {state_text(recalls.ends[number])}"
    axes.set_title(f"{led}, ±{limit:.3g} mV", fontsize=8, fontweight="normal")


def _draw_ends(axes: Axes, recalls: ChipRecalls) -> None:
    count = min(len(recalls.starts), _MOST_ROWS)
    axes.set_axis_off()
    heads = ("start", "on chip", "matrix", "time / ns")
    places = (0.0, 0.31, 0.62, 1.0)
    for place, head in zip(places, heads, strict=True):
        side = "right" if place == 1.0 else "left"
        axes.text(place, 0.6, head, ha=side, fontsize=7.5, fontweight="bold")
    for row in range(count):
        colour = style.GOOD if recalls.agree[row] else style.BAD
        states = (each[row] for each in (recalls.starts, recalls.ends, recalls.matrix_ends))
        texts = [*map(state_text, states), f"{NS * recalls.time[row]:.3g}"]
        for place, text in zip(places, texts, strict=True):
            side = "right" if place == 1.0 else "left"
            tint = colour if place == 0.31 else style.INK
            axes.text(place, -row, text, ha=side, va="center", fontsize=7, color=tint)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-count, 1.2)
    if count < len(recalls.starts):
        axes.set_xlabel(f"and {len(recalls.starts) - count} more")
