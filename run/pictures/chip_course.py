"""Draw what the voltages of neurons do while a circuit recalls: a row a neuron, a cell a tick."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.run.folder.chip_table import ChipRecalls
from hebbfilm.run.folder.reader import Run
from hebbfilm.run.pictures import style

_BETWEEN = 0.9
"""Rows from one course to the next."""
_TILE, _GAP = 0.045, 0.02
"""Width of start and end, and their distance, in parts of the longest course."""
_LOOKED_AT = "#a9b0ba"


def draw_courses(axes: Axes, run: Run, recalls: ChipRecalls, shown: IntArray) -> None:
    """Courses of some recalls, one above another on one axis of time.

    Args:
        axes: to draw on.
        run: with recall on chip.
        recalls: of it.
        shown: the numbers of the recalls.
    """
    told = run.summary.recall_on_chip
    assert told is not None
    names = [style.short_name(name) for name in run.neurons]
    longest = 1e12 * float(recalls.time[shown].max())
    ticks = told.circuit == "comparators"
    top = 0.0
    places = []
    for number in shown:
        edges, voltages = _course(run, recalls, int(number), ticks)
        _draw_course(axes, top, edges, voltages, told.voltage, ticks)
        width, gap = _TILE * longest, _GAP * longest
        end = edges[-1] + gap
        for left, state in ((-gap - width, recalls.starts), (end, recalls.ends)):
            _draw_state(axes, left, width, top, state[number])
        good = bool(recalls.rightly_recalled(run.patterns)[number])
        axes.text(
            end + width + gap / 2, top + len(names) / 2, "✓" if good else "✗", va="center",
            fontsize=12, color=style.GOOD if good else style.BAD,
        )  # fmt: skip
        places += [top + k + 0.5 for k in range(len(names))]
        top += len(names) + _BETWEEN
    axes.set_yticks(places, names * len(shown))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    width = (_TILE + _GAP) * longest
    axes.set_xlim(-1.2 * width, longest + 2 * width)
    axes.set_ylim(top - _BETWEEN + 0.3, -0.3)
    axes.set_xlabel("time since the recall began / ps")
    _write_heads(axes, 1e12 * float(recalls.time[shown[0]]), longest)
    _write_key(axes, told.voltage, ticks)
    switched = "one looked at after another" if ticks else "all at once"
    axes.set_title(f"Voltages of the neurons, {switched}", pad=50)


def _course(
    run: Run, recalls: ChipRecalls, number: int, ticks: bool
) -> tuple[FloatArray, FloatArray]:
    """Bounds in time (n + 1,) ps and the voltages (n, N) V of the neurons between them."""
    table, begin = run.conductance, recalls.begin[number]
    # Times have ten digits in tables.
    slack = 1e-9 * table.time[-1]
    end = begin + recalls.time[number]
    rows = np.flatnonzero(
        (np.array(table.phase) == "recall")
        & (table.time > begin + slack)
        & (table.time <= end + slack)
    )
    neurons = run.manifest.as_neurons()
    after = table.voltage[rows] @ neurons.shares.T
    told = run.summary.recall_on_chip
    assert told is not None
    edges = np.concatenate(([0.0], table.time[rows] - begin))
    first = told.voltage * recalls.starts[number].astype(float)
    if ticks:
        # In the first round, whose last tick begins a period before its end.
        clamped = run.manifest.case.get("recall", {}).get("clamped", ())
        free = [k for k, name in enumerate(run.neurons) if name not in clamped]
        told_of = after[edges[1:] < (len(free) - 0.5) * told.period]
        first[_not_looked_at(free, told_of)] = 0.0
    # A row tells of the moment at which the next neuron is looked at; the last is the end.
    return 1e12 * edges, np.concatenate((first[None], after[:-1]))


def _not_looked_at(free: Sequence[int], voltages: FloatArray) -> list[int]:
    """Which of the neurons is never at 0 V: each has one tick in a round, so it had the first."""
    seen = set(np.flatnonzero((voltages == 0).any(axis=0)))
    left = [k for k in free if k not in seen]
    return left if len(left) == 1 else []


def _draw_course(
    axes: Axes, top: float, edges: FloatArray, voltages: FloatArray, limit: float, ticks: bool
) -> None:
    colours = style.VOLTAGE.with_extremes(bad=_LOOKED_AT)
    masked = np.where(ticks & (voltages == 0), np.nan, voltages)
    rows = top + np.arange(voltages.shape[1] + 1)
    axes.pcolormesh(
        edges, rows, masked.T, cmap=colours, norm=Normalize(-limit, limit), rasterized=True,
        edgecolors="white" if ticks and len(edges) < 60 else "none", linewidth=0.5,
    )  # fmt: skip
    axes.hlines(rows[1:-1], edges[0], edges[-1], color="white", linewidth=2.0)


def _draw_state(axes: Axes, left: float, width: float, top: float, state: IntArray) -> None:
    """A state as one tile a neuron with its sign."""
    for k, sign in enumerate(state):
        colour, text = (style.PLUS, "+") if sign > 0 else (style.MINUS, "−")
        axes.fill_between([left, left + width], top + k + 0.06, top + k + 0.94, color=colour,
                          linewidth=0)  # fmt: skip
        axes.text(left + width / 2, top + k + 0.5, text, ha="center", va="center_baseline",
                  fontsize=8, fontweight="bold", color="white")  # fmt: skip


def _write_heads(axes: Axes, end: float, longest: float) -> None:
    """Above the first course, which ends then."""
    beside = (_GAP + _TILE / 2) * longest
    for x, text in ((-beside, "start"), (end + beside, "end")):
        axes.text(x, -0.25, text, ha="center", va="bottom", fontsize=7.5, fontweight="bold")


def _write_key(axes: Axes, voltage: float, ticks: bool) -> None:
    """What the colours are, above the courses."""
    entries: Sequence[tuple[str, str]] = (
        (style.PLUS, f"+{1e3 * voltage:.3g} mV"),
        (style.MINUS, f"−{1e3 * voltage:.3g} mV"),
    )
    if ticks:
        entries = (*entries, (_LOOKED_AT, "at 0 V (virtual ground): its current is compared"))
    left = 0.0
    for colour, text in entries:
        axes.annotate("■", (0, 1), (left, 28), "axes fraction", "offset points", color=colour)
        axes.annotate(text, (0, 1), (left + 11, 28), "axes fraction", "offset points")
        left += 11 + 5.4 * (len(text) + 2.5)
