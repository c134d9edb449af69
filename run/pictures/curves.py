"""Draw the course of a run: pair conductances, contact voltages and power against time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.run.folder.conductance_table import ConductanceTable
from hebbfilm.run.folder.manifest import Manifest
from hebbfilm.run.folder.reader import Run
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.phases import NS, phases_of, shade, shown_rows, write_names

MOST_LABELS = 15
_PALE = 0.2
"""Of the largest voltage, below which a colour hardly tells the sign."""


class Course(Protocol):
    """What of a run its course is drawn from."""

    @property
    def manifest(self) -> Manifest:
        """What it is of."""

    @property
    def conductance(self) -> ConductanceTable:
        """A row a sample."""


def conductance_picture(run: Run) -> Figure:
    """Relative change of every pair conductance, with voltages and power beneath."""
    figure, top = course_figure(run)
    draw_changes(top, run)
    nodes = "contacts" if run.manifest.as_neurons().are_contacts else "neurons"
    top.set_title(f"Change of the conductance between {nodes}", pad=24)
    return figure


def heat_picture(run: Course) -> Figure:
    """The highest and the mean temperature, with voltages and power beneath."""
    figure, axes = course_figure(run)
    table, rows = run.conductance, shown_rows(run.conductance)
    time = _time(table)[rows]
    named = (
        ("highest", table.highest_temperature[rows], style.WARM(0.75)),
        ("mean", table.mean_temperature[rows], style.INK),
    )
    for _, values, colour in named:
        axes.plot(time, values, color=colour, linewidth=1.6)
    axes.set_xlim(time[0], max(time[-1], time[0] + 1e-9))
    low, high = axes.get_ylim()
    # The names of phases stand above the curves.
    axes.set_ylim(low, high + 0.08 * (high - low))
    axes.set_ylabel("T / K")
    axes.set_title("Temperature of the film", pad=24)
    periods = phases_of(table)
    shade(axes, periods)
    texts = [f"{name}, at most {values.max():.1f} K" for name, values, _ in named]
    colours = [colour for *_, colour in named]
    ends = np.array([values[-1] for _, values, _ in named])
    label_ends(axes, time[-1], ends, texts, colours, 8.0)
    write_names(axes, periods)
    return figure


def course_figure(run: Course) -> tuple[Figure, Axes]:
    """A figure with voltages and power beneath, and above them axes yet to be drawn."""
    count = len(run.manifest.contacts)
    figure = Figure((8.6, 5.4 + 0.17 * count), layout="constrained")
    heights = [4.0, 0.17 * count + 0.1, 0.8]
    top, middle, bottom = figure.subplots(3, 1, sharex=True, height_ratios=heights)
    draw_voltages(middle, run)
    draw_power(bottom, run)
    bottom.set_xlabel("time / ns")
    top.tick_params(labelbottom=False)
    middle.tick_params(labelbottom=False)
    return figure, top


def pair_signs(patterns: IntArray, pairs: Sequence[tuple[int, int]]) -> IntArray:
    """Σ ξ_i ξ_j over the patterns for each pair: negative where opposite signs prevail."""
    return np.array([int((patterns[:, i] * patterns[:, j]).sum()) for i, j in pairs])


def draw_changes(axes: Axes, run: Run, label_size: float = 8.0) -> None:
    """Relative change of g_ij in percent; warm for opposite signs, cool for equal ones."""
    table, rows = run.conductance, shown_rows(run.conductance)
    before, after = run.summary.conductance_before, run.summary.conductance_after
    if run.summary.recall_on_chip is not None:
        # Labels stand at the end of the curves, and that is after all recalls.
        after = run.summary.recall_on_chip.conductance
    coupled = run.coupled
    pairs = [pair for pair, counts in zip(table.pairs, coupled, strict=True) if counts]
    first = np.array([-before[i, j] for i, j in pairs])
    change = 100 * (table.conductance[rows][:, coupled] / first - 1)
    # With thermal noise not that of the last row, but what was read as the mean over a while.
    final = 100 * (np.array([-after[i, j] for i, j in pairs]) / first - 1)
    time = _time(table)[rows]
    signs = pair_signs(run.patterns, pairs)
    colours = pair_colours(signs, final)
    labelled = len(pairs) <= MOST_LABELS
    axes.axhline(0, color=style.FAINT, linewidth=0.7, zorder=1)
    # Warm lines last: what was learnt lies on top.
    for k in sorted(range(len(signs)), key=lambda k: -signs[k]):
        axes.plot(
            time,
            change[:, k],
            color=colours[k],
            linewidth=1.7 if labelled else 0.9,
            solid_capstyle="round",
            solid_joinstyle="round",
        )
    axes.set_xlim(time[0], time[-1])
    low, high = min(float(change.min()), 0.0), max(float(change.max()), 0.0)
    span = max(high - low, 1e-6)
    axes.set_ylim(low - 0.08 * span, high + 0.16 * span)
    axes.set_ylabel("Δg$_{ij}$ / g$_{ij}$ before training / %")
    periods = phases_of(table)
    shade(axes, periods)
    if labelled:
        names = [style.short_name(name) for name in run.neurons]
        digits = 1 if np.abs(final).max() >= 1 else 2
        texts = [
            f"{names[i]}–{names[j]}  {style.signed(final[k], digits)} %"
            for k, (i, j) in enumerate(pairs)
        ]
        label_ends(axes, time[-1], final, texts, colours, label_size)
    _legend(axes, signs, len(run.patterns), label_size, any(p.balanced for p in periods))
    _settle(axes)
    write_names(axes, periods)


def draw_voltages(axes: Axes, run: Course, names: bool = True) -> None:
    """One row a contact, red while its voltage is positive, blue while negative."""
    table, rows = run.conductance, shown_rows(run.conductance)
    time, voltage = _time(table)[rows], table.voltage[rows]
    limit = max(float(np.abs(voltage).max()), 1e-30)
    count = voltage.shape[1]
    # A row of the table tells of the time up to it.
    edges = np.concatenate(([time[0] if len(time) == 1 else 2 * time[0] - time[1]], time))
    axes.pcolormesh(
        edges,
        np.arange(count + 1),
        voltage.T,
        cmap=style.VOLTAGE,
        norm=Normalize(-limit, limit),
        rasterized=True,
    )
    for k in range(1, count):
        axes.axhline(k, color="white", linewidth=1.2)
    axes.set_ylim(count, 0)
    shown = [style.short_name(name) if names else "" for name in run.manifest.contacts]
    # Of more contacts than names have room for, each fifth is named.
    few = slice(None) if count <= 2 * MOST_LABELS else slice(4, None, 5)
    axes.set_yticks((np.arange(count) + 0.5)[few], shown[few])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    occurring = voltage.max() > 0, voltage.min() < 0
    labels = ((4, "+", style.PLUS), (-7, "−", style.MINUS))
    for (height, sign, colour), occurs in zip(labels, occurring, strict=True):
        if not occurs:
            continue
        axes.annotate(
            f"■ {sign}{limit:.3g} V",
            (1, 0.5),
            (6, height),
            "axes fraction",
            "offset points",
            color=colour,
            fontsize=8,
        )
    weak = np.isin(np.array(table.phase)[rows], ("recall", "balance"))
    if (weak & (np.abs(voltage).max(axis=1) < _PALE * limit)).any():
        axes.annotate(
            f"pale: ±{np.abs(voltage[weak]).max():.3g} V",
            (1, 0.5),
            (6, -18),
            "axes fraction",
            "offset points",
            color=style.FAINT,
            fontsize=8,
        )


def draw_power(axes: Axes, run: Course) -> None:
    """Joule power in a unit that suits it."""
    table, rows = run.conductance, shown_rows(run.conductance)
    power = table.power[rows]
    factor, unit = _unit(float(power.max()), "W")
    time = _time(table)[rows]
    axes.fill_between(time, power * factor, step="pre", color=style.HAIRLINE, linewidth=0)
    axes.step(time, power * factor, where="pre", color=style.INK, linewidth=1.1)
    axes.set_ylim(0, 1.15 * max(float(power.max()) * factor, 1e-9))
    axes.set_ylabel(f"power / {unit}")


def spread(wanted: FloatArray, gap: float, low: float, high: float) -> FloatArray:
    """Places as near as may be to those wanted, in their order, at least `gap` apart."""
    order = np.argsort(wanted, kind="stable")
    gap = min(gap, (high - low) / max(len(wanted) - 1, 1))
    # Blocks of labels that touch move as one, about their common mean.
    blocks: list[list[float]] = []
    for value in wanted[order]:
        blocks.append([float(value), 1])
        while len(blocks) > 1:
            (a, n), (b, m) = blocks[-2:]
            if b - a >= gap * (n + m) / 2:
                break
            merged = ((a - gap * m / 2) * n + (b + gap * n / 2) * m) / (n + m)
            blocks[-2:] = [[merged, n + m]]
    placed = np.concatenate([a + gap * (np.arange(n) - (n - 1) / 2) for a, n in blocks])
    # The walls last: push down from the top, then up from the bottom.
    slots = gap * np.arange(len(placed))
    placed = np.minimum(placed, high - slots[::-1])
    result: FloatArray = np.empty_like(placed)
    result[order] = np.maximum(placed, low + slots)
    return result


def _time(table: ConductanceTable) -> FloatArray:
    return table.time * NS


def pair_colours(signs: IntArray, final: FloatArray) -> list[object]:
    """A colour for each pair: a family has a ramp, its strongest the darkest of it."""
    colours: list[object] = [style.INK] * len(signs)
    ramps = ((signs < 0, style.WARM), (signs > 0, style.COOL), (signs == 0, style.MIXED))
    for members, ramp in ramps:
        chosen = np.flatnonzero(members)
        ordered = chosen[np.argsort(final[chosen])]
        for k, colour in zip(ordered, style.shades(ramp, len(ordered)), strict=True):
            colours[k] = colour
    return colours


def label_ends(
    axes: Axes,
    end: float,
    values: FloatArray,
    texts: Sequence[str],
    colours: Sequence[object],
    size: float,
) -> None:
    """Write a text at the end of each curve, moved apart where they would touch."""
    # The widest label makes the layout leave its room before heights are measured.
    for text in texts:
        axes.annotate(
            text, (1, 0.5), (16, 0), "axes fraction", "offset points", fontsize=size, alpha=0
        )
    figure = _settle(axes)
    height = axes.get_window_extent().height * 72 / figure.dpi
    low, high = axes.get_ylim()
    gap = 1.35 * size / height * (high - low)
    places = spread(values, gap, low + gap / 2, high - gap / 2)
    for value, place, text, colour in zip(values, places, texts, colours, strict=True):
        shift = (place - value) / (high - low) * height
        axes.annotate(
            text,
            (end, value),
            (16, shift),
            textcoords="offset points",
            va="center",
            fontsize=size,
            color=colour,
            fontweight="bold",
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "color": colour,
                "linewidth": 0.7,
                "shrinkA": 1,
                "shrinkB": 1,
                "relpos": (0, 0.5),
            },
        )


def _settle(axes: Axes) -> Figure:
    """Give the axes the size that the layout leaves them."""
    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)
    figure.draw_without_rendering()
    return figure


def _legend(axes: Axes, signs: IntArray, patterns: int, size: float, bridge: bool) -> None:
    """Name the families above the curves, in their colours, and the ground of a bridge."""
    left = 0.0
    most = "in the pattern" if patterns == 1 else "in most patterns"
    for members, colour, text in (
        (signs < 0, style.WARM(0.5), f"opposite signs {most}"),
        (signs > 0, style.COOL(0.5), "equal signs"),
        (signs == 0, style.MIXED(0.5), "opposite as often as equal"),
        (np.array([bridge]), "#6f8fb8", "a bridge is balanced"),
    ):
        if members.any():
            axes.annotate(
                f"■ {text}",
                (0, 1),
                (left, 5),
                "axes fraction",
                "offset points",
                color=colour,
                fontsize=size,
            )
            left += (len(text) + 5) * 0.53 * size


def _unit(largest: float, unit: str) -> tuple[float, str]:
    for factor, prefix in ((1.0, ""), (1e3, "m"), (1e6, "µ"), (1e9, "n")):
        if largest * factor >= 1:
            return factor, prefix + unit
    return 1.0, unit
