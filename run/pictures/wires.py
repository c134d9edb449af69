"""Draw the wires that stand on the pads of a film, up to the names of the neurons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.curves import spread
from hebbfilm.run.pictures.pads import Pad
from hebbfilm.run.pictures.slant import METAL, View
from hebbfilm.run.pictures.surface import Surface

MOST_SIGNS = 3
"""Patterns whose signs stand at the end of each wire."""
# In points.
_ROW = 22.0
_BEND = 12.0
_FOR_NAME, _FOR_LETTER, _FOR_SIGNS = 42.0, 5.4, 7.0
_SIGN = 13.0
_NAME = 40.0
_RAIL = 21.0
"""From one wire across to the next."""


def room_above(pads: Sequence[Sequence[Pad]]) -> float:
    """What wires and names need above the film, in points."""
    joined = sum(len(each) > 1 for each in pads)
    return _ROW + _NAME + _RAIL * joined


def draw_wires(
    axes: Axes,
    view: View,
    surface: Surface,
    pads: Sequence[Sequence[Pad]],
    names: Sequence[str],
    patterns: IntArray,
    height: float,
    top: float,
) -> FloatArray:
    """A wire from each pad up to its voltage, and beyond to the other pads of its neuron.

    Args:
        axes: whose limits and size are final.
        view: of the film.
        surface: the film.
        pads: of each neuron.
        names: of the neurons.
        patterns: that were presented, (n, N); their signs are shown, if they are few.
        height: of the pads, nm.
        top: of the film on the page.

    Returns:
        Places (n, 2) along the wires on the page.
    """
    every = [(number, pad) for number, each in enumerate(pads) for pad in each]
    feet = view.on_page(surface.points[[pad.foot for _, pad in every]], height)
    point = _point(axes)
    left, right = axes.get_xlim()
    above = [style.short_name(n) for n, each in zip(names, pads, strict=True) if len(each) == 1]
    wide = max((_FOR_NAME, *(_FOR_LETTER * len(name) for name in above))) if above else 0.0
    shown = patterns if len(patterns) <= MOST_SIGNS else patterns[:0]
    gap = max(wide, _SIGN * len(shown) + _FOR_SIGNS) * point
    ends = spread(feet[:, 0], gap, left + gap / 2, right - gap / 2)
    row = top + _ROW * point
    across: dict[int, list[float]] = {}
    for (number, pad), foot, end in zip(every, feet, ends, strict=True):
        _draw_wire(axes, np.array([foot, [foot[0], row - _BEND * point], [end, row]]))
        axes.plot(*foot, "o", color=style.INK, markersize=4.5, zorder=6)
        signs = pad.sign * shown[:, number]
        _draw_signs(axes, (end, row), signs if pad.sign else signs[:1])
        across.setdefault(number, []).append(float(end))
    level = row + 12 * point
    # What begins furthest left lies lowest: so no name lies over a wire.
    for number, places in sorted(across.items(), key=lambda item: min(item[1])):
        if len(places) == 1:
            _draw_name(axes, (places[0], row), 8.0, number, names[number])
            continue
        level += _RAIL * point
        _join(axes, sorted(places), row + 7 * point, level)
        _draw_name(axes, (min(places), level), None, number, names[number])
    return np.concatenate([np.linspace(foot, [foot[0], row], 320) for foot in feet])


def _point(axes: Axes) -> float:
    """A point on the page in the axes' unit."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    width = 72 * axes.get_position().width * figure.get_size_inches()[0]
    return float(np.ptp(axes.get_xlim()) / width)


def _draw_wire(axes: Axes, page: FloatArray) -> None:
    for width, ink in ((3.6, "white"), (2.4, style.INK), (0.9, METAL)):
        axes.plot(*page.T, color=ink, linewidth=width, solid_joinstyle="round", zorder=6)


def _join(axes: Axes, places: Sequence[float], low: float, high: float) -> None:
    """From each place up, and across from one to the other."""
    first, *between, last = places
    _draw_wire(axes, np.array([[first, low], [first, high], [last, high], [last, low]]))
    for place in between:
        _draw_wire(axes, np.array([[place, low], [place, high]]))


def _draw_signs(axes: Axes, place: tuple[float, float], signs: IntArray) -> None:
    for k, sign in enumerate(signs):
        axes.annotate(
            {1: "+", -1: "−", 0: "0"}[int(sign)],
            place,
            (_SIGN * (k - (len(signs) - 1) / 2), 0),
            textcoords="offset points",
            ha="center",
            va="center",
            color="white",
            fontsize=9,
            fontweight="bold",
            zorder=7,
            bbox={
                "boxstyle": "circle,pad=0.15",
                "fc": {1: style.PLUS, -1: style.MINUS, 0: style.NEUTRAL}[int(sign)],
                "ec": "white",
            },
        )


def _draw_name(
    axes: Axes, place: tuple[float, float], above: float | None, number: int, name: str
) -> None:
    """So many points above a place, or to the left of it."""
    voltage, shown = f"V$_{number + 1}$", style.short_name(name)
    if above is None:
        texts = [(f"{shown}  ", (-22.0, 0.0), 8.5), (voltage, (-6.0, 0.0), 12.0)]
        aligned = {"ha": "right", "va": "center_baseline"}
    else:
        texts = [(shown, (0.0, above + 17), 8.5), (voltage, (0.0, above), 12.0)]
        aligned = {"ha": "center", "va": "bottom"}
    for text, shift, size in texts:
        of_voltage = text == voltage
        axes.annotate(
            text,
            place,
            shift,
            textcoords="offset points",
            fontsize=size,
            fontweight="bold" if of_voltage else "normal",
            color=style.INK if of_voltage else "#5d6673",
            **aligned,
        )
