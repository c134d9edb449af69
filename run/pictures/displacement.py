"""Draw how far the presentations of each pattern have displaced the texture."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield.pattern_names import name_of
from hebbfilm.hopfield.patterns import stored_pattern
from hebbfilm.run.folder.reader import Run
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.curves import draw_voltages, label_ends
from hebbfilm.run.pictures.phases import NS, shown_rows
from hebbfilm.run.pictures.surface import NM

_MOST_LABELS = 12
_COLOURS = style.colour_map("patterns", ["#5b3a8c", "#b8560b", "#1f7a5c"])


def displacement_picture(run: Run) -> Figure:
    """The way of the texture along the current of each pattern, with the voltages beneath."""
    count = len(run.manifest.contacts)
    figure = Figure((8.6, 3.6 + 0.17 * count), layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[3.0, 0.17 * count + 0.1])
    draw_voltages(bottom, run)
    bottom.set_xlabel("time / ns")
    top.tick_params(labelbottom=False)
    _draw_ways(top, run)
    top.set_title("Displacement of the texture along the current of each pattern")
    return figure


def ways(run: Run) -> dict[str, FloatArray]:
    """Where the presentations of each pattern, and of its negative, have brought the texture in m.

    The current of a pattern counts as positive, that of its negative as negative; one place a row
    of the table, (n,).
    """
    table = run.conductance
    voltage = run.manifest.as_neurons().voltages(table.voltage)
    moves: dict[str, FloatArray] = {}
    for row in np.flatnonzero(~np.isnan(table.displacement)):
        signs = np.where(voltage[row] < 0, -1, 1).astype(np.int8)
        name = name_of(stored_pattern(signs, list(run.patterns))[0], list(run.patterns))
        moves.setdefault(name, np.zeros(len(table.time)))[row] = table.displacement[row]
    return {name: np.cumsum(steps) for name, steps in moves.items()}


def _told(name: str) -> str:
    return f"({name.replace('-', '−')})" if "," in name else name


def _draw_ways(axes: Axes, run: Run) -> None:
    rows = shown_rows(run.conductance)
    time = run.conductance.time[rows] * NS
    found = {name: way[rows] * NM for name, way in ways(run).items()}
    colours = style.shades(_COLOURS, len(found))
    axes.axhline(0, color=style.FAINT, linewidth=0.7, zorder=1)
    for way, colour in zip(found.values(), colours, strict=True):
        axes.plot(time, way, color=colour, linewidth=1.5, solid_joinstyle="round")
    axes.set_xlim(time[0], time[-1])
    axes.set_ylabel("displacement / nm")
    if len(found) <= _MOST_LABELS:
        ends = np.array([way[-1] for way in found.values()])
        texts = [
            f"{_told(name)}  {style.signed(end, 1)} nm"
            for name, end in zip(found, ends, strict=True)
        ]
        label_ends(axes, float(time[-1]), ends, texts, colours, 8.0)
