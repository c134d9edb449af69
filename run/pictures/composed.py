"""Curves of the capacity of composed networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from hebbfilm.run.folder.learnt import FILM, NAMES
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.network_curves import COLOURS, MARKS

_SHOWN = {"stable": "sets stable", "recalled": "recalled from flipped signs"}


def capacity_pictures(found: Mapping[str, Any]) -> dict[str, Figure]:
    """What is stored against the number of patterns, and against their overlap, by name.

    Args:
        found: by `analyse_capacity`.
    """
    points = found["points"]
    plain = [point for point in points if point["kind"] != "overlap"]
    # What has no overlap asked for but several numbers of patterns makes a curve of these.
    figures = {}
    if len({point["patterns"] for point in plain}) > 1:
        figures["capacity"] = _figure(plain, "patterns", "patterns", found)
    with_overlap = [point for point in points if point["kind"] == "overlap"]
    if len({point["overlap"] for point in with_overlap}) > 1:
        figures["overlap"] = _figure(
            with_overlap, "overlap", "overlap of every two patterns", found
        )
    return figures


def _figure(
    points: Sequence[Mapping[str, Any]], key: str, label: str, found: Mapping[str, Any]
) -> Figure:
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for point in points:
        kind = f"{point['patterns']} patterns" if key == "overlap" else point["kind"]
        groups.setdefault(f"{point['graph']}\n{kind}", []).append(point)
    columns = min(4, len(groups))
    bands = -(-len(groups) // columns)
    figure = Figure((2.5 * columns + 1.0, 2 * 1.9 * bands + 1.1), layout="constrained")
    cells = figure.subplots(2 * bands, columns, squeeze=False, sharey=True, sharex=True)
    for axes in cells.flat:
        axes.set_axis_off()
    for place, (title, group) in enumerate(groups.items()):
        band, column = divmod(place, columns)
        for row, (measure, told) in enumerate(_SHOWN.items()):
            axes = cells[2 * band + row, column]
            axes.set_axis_on()
            _curves(axes, sorted(group, key=lambda point: float(point[key])), key, measure)
            if column == 0:
                axes.set_ylabel(told)
            if row == 0:
                axes.set_title(title, fontsize=8.5)
            else:
                axes.set_xlabel(label)
                axes.tick_params(labelbottom=True)
    lines, names = cells[0, 0].get_legend_handles_labels()
    figure.legend(lines, names, loc="outside lower center", ncols=5, frameon=False)
    runs = len(found["runs"])
    figure.suptitle(
        f"Film: composed of strips measured in {runs} runs; bands and bars: 95 % intervals"
        if runs
        else "Ideal rules; bars: 95 % intervals",
        fontsize=9,
    )
    return figure


def _curves(axes: Axes, points: Sequence[Mapping[str, Any]], key: str, measure: str) -> None:
    names = [name for name in NAMES if any(name in point["stored"] for point in points)]
    for number, name in enumerate(names):
        own = [point for point in points if name in point["stored"]]
        values = [point["stored"][name][measure] for point in own]
        x = np.array([float(point[key]) for point in own])
        y = np.array([value["value"] for value in values])
        low, high = np.array([value["interval"] for value in values]).T
        if name == FILM:
            axes.fill_between(x, low, high, color=COLOURS[name], alpha=0.18, linewidth=0)
        else:
            # Side by side, so that no bar hides another.
            gap = np.ptp([float(point[key]) for point in points]) or 1.0
            x = x + (number - 2.5) * 0.008 * gap
            axes.vlines(x, low, high, color=COLOURS[name], linewidth=0.8)
        axes.plot(
            x,
            y,
            color=COLOURS[name],
            marker=MARKS[name],
            markersize=4.5 if name == FILM else 3.5,
            linewidth=1.6 if name == FILM else 1.0,
            label=NAMES[name],
            zorder=4 if name == FILM else 3,
        )
    axes.set_ylim(-0.04, 1.06)
    axes.axhline(1, color=style.HAIRLINE, linewidth=0.7, zorder=0)
    if key == "patterns":
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
