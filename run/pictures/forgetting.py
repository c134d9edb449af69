"""Draw how runs forget: contrasts over time with fits, and rates over thickness and temperature."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield.decay_fit import FormFit, Rate
from hebbfilm.run.analysis.forgetting import Forgetting, KindForgets
from hebbfilm.run.folder import files
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.formats import PNG, Form
from hebbfilm.run.pictures.retention import NS, SEEDS_ALONE, TIME, draw_mean
from hebbfilm.run.pictures.values import labelled, told
from hebbfilm.solvers.materials.constants import BOLTZMANN

_COLUMNS = 4
"""Panels in a line; more than the square of these stand in a square, or nearly."""
_OPEN = 10.0
"""How far intervals without an upper end are drawn, in relation to the rate."""
_LEGEND = "Grey: runs; colour: their mean with its interval of 95 %; dashed: the best form of decay"


def save_forgetting_picture(found: Forgetting, folder: Path, form: Form = PNG) -> Path:
    """Draw into the folder `pictures/`.

    Raises:
        InputError: the picture cannot be written.
    """
    with rc_context(style.STYLE):
        path = form.file(folder / files.PICTURES, "forgetting")
        return style.save(forgetting_picture(found), path, form)


def forgetting_picture(found: Forgetting) -> Figure:
    """A panel for each kind of runs; beneath, if there are several, rates with lines of Arrhenius.

    Args:
        found: of runs.
    """
    kinds = found.kinds
    columns = min(max(_COLUMNS, math.ceil(math.sqrt(len(kinds)))), len(kinds))
    lines = -(-len(kinds) // columns)
    height, rates = 1.9 * lines + 0.5, 3.2 if len(kinds) > 1 else 0.0
    figure = Figure((max(0.6 + 2.4 * columns, 6.4), height + rates), layout="constrained")
    upper, *lower = figure.subfigures(
        2 if rates else 1, 1, height_ratios=[height, rates] if rates else None, squeeze=False
    ).flat
    panels = upper.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
    for axes, kind in zip(panels.flat, kinds, strict=False):
        _draw_kind(axes, kind, found.since)
    for axes in panels.flat[len(kinds) :]:
        axes.set_visible(False)
    for axes in panels[:, 0]:
        axes.set_ylabel("contrast / %")
    for axes in panels[-1]:
        axes.set_xlabel(TIME)
    upper.suptitle(_LEGEND, x=0.01, ha="left", fontsize=8, color=style.FAINT)
    for below in lower:
        _draw_rates(below.subplots(), found)
    return figure


def _draw_kind(axes: Axes, found: KindForgets, since: float) -> None:
    axes.axhline(0, color=style.HAIRLINE, linewidth=0.9, zorder=0)
    for run in found.kind.courses:
        axes.plot(NS * run.time, 100 * run.contrast, color=style.NEUTRAL, linewidth=0.5)
    draw_mean(axes, found.kind, [run.contrast for run in found.kind.courses], style.WARM(0.5))
    best = found.forms[0]
    time = max((run.time for run in found.kind.courses), key=len)
    time = time[time >= since * (1 - 1e-9)]
    curve = _amplitude(found, best, since) * _shape(best, np.maximum(time - since, 0.0))
    axes.plot(NS * time, 100 * curve, color=style.INK, linewidth=1.3, linestyle=(0, (4, 2)))
    name = ", ".join(f"{labelled(key)} {told(key, v)}" for key, v in found.kind.values.items())
    form = f"best form of decay: {best.form.name}" if found.known else "no contrast"
    axes.set_title(f"{name or SEEDS_ALONE}\n{form}", fontsize=7)


def _shape(best: FormFit, time: FloatArray) -> FloatArray:
    shape: FloatArray = best.form.course(time, np.array([best.parameters]))[0]
    return shape


def _amplitude(found: KindForgets, best: FormFit, since: float) -> float:
    """The mean of those of the runs, each with the least squares."""
    each = []
    for run in found.kind.courses:
        there = run.time >= since * (1 - 1e-9)
        shape = _shape(best, np.maximum(run.time[there] - since, 0.0))
        square = float(shape @ shape)
        each.append(float(shape @ run.contrast[there]) / square if square > 0 else 0.0)
    return float(np.mean(each))


def _draw_rates(axes: Axes, found: Forgetting) -> None:
    """Over t/T; kinds that share all else have one colour, and the line of their barrier."""
    sets: Sequence[Sequence[int]] = [each.kinds for each in found.barriers]
    alone = [n for n in range(len(found.kinds)) if not any(n in kinds for kinds in sets)]
    groups = [*sets, *([alone] if alone else [])]
    lowest = _lowest(found)
    for group, colour in zip(groups, style.shades(style.COOL, len(groups)), strict=True):
        for number in group:
            kind = found.kinds[number]
            place = 1e9 * kind.kind.thickness / max(kind.kind.temperature, 1e-300)
            if kind.kind.temperature > 0:
                _draw_rate(axes, place, kind.rate, colour, lowest)
    for barrier, colour in zip(found.barriers, style.shades(style.COOL, len(groups)), strict=False):
        fit = barrier.fit
        over = 1e9 * BOLTZMANN / np.array(fit.x)
        order = np.argsort(over)
        low, high = 1e-6 * np.array([rate.interval for rate in fit.rates]).T
        rates = 1e-6 * np.array([rate.value for rate in fit.rates])
        rates = np.maximum(np.where(np.isfinite(rates), rates, low), lowest / 10)
        high = np.where(np.isfinite(high), high, _OPEN * rates)
        axes.plot(over[order], rates[order], color=colour, linewidth=1.4, label=barrier.name)
        low, high = np.maximum(low, lowest / 10)[order], high[order]
        axes.fill_between(over[order], low, high, color=colour, alpha=0.12, linewidth=0)
    axes.set_yscale("log")
    axes.set_ylim(bottom=lowest)
    axes.set_xlabel("thickness over temperature / nm/K")
    axes.set_ylabel("rate of decay / 1/µs")
    axes.set_title(
        "Rates: dots with intervals, arrows from bounds; lines with attempt rate and barrier",
        fontsize=8,
    )
    if found.barriers:
        beside = {"loc": "center left", "bbox_to_anchor": (1.0, 0.5)}
        axes.legend(fontsize=7, frameon=False, labelcolor="linecolor", **beside)


def _lowest(found: Forgetting) -> float:
    """Where the axis of rates begins: a decade below all that is known, at least."""
    known = [k.rate.bound for k in found.kinds if k.rate.bound is not None]
    known += [k.rate.interval[0] for k in found.kinds if k.rate.decays]
    return 1e-7 * min(known, default=1e6)


def _draw_rate(axes: Axes, place: float, rate: Rate, colour: Any, lowest: float) -> None:
    low, high = (1e-6 * each for each in rate.interval)
    if rate.decays and np.isfinite(rate.value):
        value = 1e-6 * rate.value
        error = np.array([[value - low], [min(high, _OPEN * value) - value]])
        look = {"marker": "o", "markersize": 4, "capsize": 2, "linewidth": 1}
        axes.errorbar([place], [value], error, color=colour, **look)
    elif rate.decays:
        _draw_bound(axes, place, low, 4 * low, colour)
    elif rate.bound is not None:
        bound = 1e-6 * rate.bound
        _draw_bound(axes, place, bound, max(bound / 4, lowest), colour)


def _draw_bound(axes: Axes, place: float, bound: float, end: float, colour: Any) -> None:
    """An arrow from a bound to where the rate may be."""
    arrow = {"arrowstyle": "->", "color": colour, "linewidth": 1}
    axes.annotate("", (place, end), (place, bound), arrowprops=arrow)
    axes.plot([place], [bound], marker="_", markersize=8, color=colour)
