"""Draw the figures of the texture against time: charge, skyrmions, walls and stripes."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, MultipleLocator

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.folder.conductance_table import TEXTURE_COLUMNS, ConductanceTable
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.curves import Course, label_ends
from hebbfilm.run.pictures.phases import NS, phases_of, shade, write_names
from hebbfilm.run.pictures.surface import NM
from hebbfilm.solvers.magnetisation.observables.texture_measures import UNITS

_SIZE = 8.0
_UM = 1e6
_HALF_TURN = 180.0
_MOST_TICKS = 5


def has_texture(table: ConductanceTable) -> bool:
    """Whether the texture was measured for its rows."""
    return not np.isnan(table.texture).all()


def texture_measures_picture(run: Course) -> Figure:
    """Charge with skyrmions, walls with the period of stripes, and their order with their angle."""
    table = run.conductance
    time = table.time * NS
    figures = dict(zip(UNITS, table.texture.T, strict=True))
    assert len(figures) == len(TEXTURE_COLUMNS)
    figure = Figure((8.6, 6.4), layout="constrained")
    rows = figure.subplots(3, 1, sharex=True, height_ratios=[1.3, 1.0, 1.0])
    periods = phases_of(table)
    for axes in rows:
        shade(axes, periods)
        axes.set_xlim(time[0], max(time[-1], time[0] + 1e-9))
    _draw_charge(rows[0], time, figures)
    _draw_walls(rows[1], time, figures)
    _draw_stripes(rows[2], time, figures)
    rows[0].set_title("Figures of the texture")
    rows[-1].set_xlabel("time / ns")
    write_names(rows[0], periods)
    return figure


def _draw_charge(axes: Axes, time: FloatArray, figures: dict[str, FloatArray]) -> None:
    named = {
        "topological_charge": ("charge Q", style.INK, "solid", 1.6),
        "positive_skyrmions": ("skyrmions, Q = +1", style.PLUS, (0, (4, 1.5)), 1.3),
        "negative_skyrmions": ("skyrmions, Q = −1", style.MINUS, (0, (1.5, 1.2)), 1.3),
    }
    axes.axhline(0, color=style.HAIRLINE, linewidth=0.7, zorder=1)
    for name, (_, colour, dashes, width) in named.items():
        axes.plot(time, figures[name], color=colour, linestyle=dashes, linewidth=width)
    low, high = axes.get_ylim()
    # The names of phases stand above the curves.
    axes.set_ylim(low, high + 0.14 * (high - low))
    axes.yaxis.set_major_locator(MaxNLocator(_MOST_TICKS, integer=True))
    axes.set_ylabel("number")
    ends = np.array([figures[name][-1] for name in named])
    texts = [
        f"{told}: {end:.0f}" if "skyrmion" in name else f"{told} = {style.signed(end)}"
        for (name, (told, *_)), end in zip(named.items(), ends, strict=True)
    ]
    label_ends(axes, time[-1], ends, texts, [colour for _, colour, *_ in named.values()], _SIZE)


def _draw_walls(axes: Axes, time: FloatArray, figures: dict[str, FloatArray]) -> None:
    length, period = figures["wall_length"] * _UM, figures["stripe_period"] * NM
    axes.plot(time, length, color=style.GOOD, linewidth=1.6)
    axes.set_ylabel("length of walls / µm")
    axes.yaxis.set_major_locator(MaxNLocator(_MOST_TICKS))
    told = f"{length[-1]:.3g} µm of walls"
    if np.isfinite(period[-1]):
        told += f",\na period of {period[-1]:.3g} nm"
    label_ends(axes, time[-1], length[-1:], [told], [style.GOOD], _SIZE)


def _draw_stripes(axes: Axes, time: FloatArray, figures: dict[str, FloatArray]) -> None:
    order, angle = figures["stripe_order"], figures["stripe_angle"]
    axes.plot(time, order, color=style.OTHER_RULE, linewidth=1.6)
    axes.set_ylim(0, 1.03)
    axes.set_ylabel("order of stripes", color=style.OTHER_RULE)
    other = axes.twinx()
    other.scatter(time, angle, 7, style.FAINT, linewidths=0)
    other.set_ylim(0, 1.03 * _HALF_TURN)
    other.yaxis.set_major_locator(MultipleLocator(45))
    other.spines["right"].set_visible(True)
    other.set_ylabel("angle to x / degrees (dots)")
