"""Draw how strips respond: conductance against time, against voltage, and after a dose."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hebbfilm.hopfield.synapse import Drive
from hebbfilm.run.folder import files
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.formats import PNG, Form

NS = 1e9
_CHANGE = "change of conductance / %"


def save_synapse_picture(found: Sequence[Drive], folder: Path, form: Form = PNG) -> Path:
    """Draw into the folder `pictures/`, in the form given.

    Raises:
        InputError: the picture cannot be written.
    """
    with rc_context(style.STYLE):
        path = form.file(folder / files.PICTURES, "synapse")
        return style.save(synapse_picture(found), path, form)


def synapse_picture(found: Sequence[Drive]) -> Figure:
    """A column a history of voltages: change and voltage against time; beneath, what it tells."""
    shapes = [list(group) for _, group in groupby(found, key=lambda drive: drive.shape)]
    columns = max(len(shapes), 2)
    figure = Figure((0.9 + 2.6 * columns, 6.4), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[1.15, 1])
    panels = upper.subplots(
        2, len(shapes), sharex="col", sharey="row", squeeze=False, height_ratios=[3, 1]
    )
    for number, group in enumerate(shapes):
        _draw_courses(panels[0, number], group)
        _draw_levels(panels[1, number], group)
    most = max(shapes, key=len)
    if len(most) > 1:
        # Above all curves, in the panel of a shape that has them all.
        low, high = panels[0, 0].get_ylim()
        panels[0, 0].set_ylim(low, high + 0.1 * (high - low) * len(most))
        panels[0, shapes.index(most)].legend(
            fontsize=7.5, frameon=False, loc="upper left", labelcolor="linecolor"
        )
    panels[0, 0].set_ylabel(_CHANGE)
    panels[1, 0].set_ylabel("voltage / V")
    upper.align_ylabels(panels[:, 0])
    beneath = lower.subplots(1, 2 if len(found) > 1 else 1, squeeze=False)[0]
    left = beneath[0]
    if any(drive.text == "sweep" for drive in found):
        _draw_loop(left, next(drive for drive in found if drive.text == "sweep"))
    else:
        _draw_against_dose(left, found)
    for axes in beneath[1:]:
        _draw_kept(axes, shapes)
    return figure


def _shades(group: Sequence[Drive]) -> list[Any]:
    return style.shades(style.WARM, len(group)) if len(group) > 1 else [style.WARM(0.5)]


def _draw_courses(axes: Axes, group: Sequence[Drive]) -> None:
    for drive, colour in zip(group, _shades(group), strict=True):
        time, change = drive.time * NS, 100 * drive.change
        axes.plot(time, change, color=colour, linewidth=0.45, alpha=0.35)
        axes.plot(
            time, change.mean(axis=1), color=colour, linewidth=1.8, label=f"±{drive.voltage:g} V"
        )
    axes.axhline(0, color=style.HAIRLINE, linewidth=0.8, zorder=0)
    axes.set_xlim(0, time[-1])
    axes.set_title(group[0].text.capitalize())


def _draw_levels(axes: Axes, group: Sequence[Drive]) -> None:
    for drive, colour in zip(group, _shades(group), strict=True):
        level = np.concatenate((drive.level[1:], [0.0]))
        axes.step(drive.time * NS, level, where="post", color=colour, linewidth=1)
    axes.axhline(0, color=style.HAIRLINE, linewidth=0.8, zorder=0)
    axes.set_xlabel("time / ns")


def _draw_against_dose(axes: Axes, found: Sequence[Drive]) -> None:
    """The mean change under a constant voltage over ∫|V| dt: one curve, if that alone counts."""
    constant = [drive for drive in found if drive.text == "constant"] or list(found)
    for drive, colour in zip(constant, _shades(constant), strict=True):
        rows = slice(0, drive.end + 1)
        dose = np.cumsum(np.abs(2 * drive.level[rows]) * np.diff(drive.time[rows], prepend=0.0))
        axes.plot(
            dose * NS,
            100 * drive.change[rows].mean(axis=1),
            color=colour,
            linewidth=1.8,
            label=f"±{drive.voltage:g} V",
        )
    axes.set_xlim(left=0)
    axes.axhline(0, color=style.HAIRLINE, linewidth=0.8, zorder=0)
    axes.set_xlabel("dose ∫|V$_i$ − V$_j$| dt / V ns")
    axes.set_ylabel(_CHANGE)
    axes.legend(fontsize=7.5, frameon=False, labelcolor="linecolor")
    axes.set_title(f"Dose: {constant[0].text}")


def _draw_loop(axes: Axes, drive: Drive) -> None:
    """The mean change at the end of each stair of a sweep over its voltage."""
    ends = np.append(np.flatnonzero(np.diff(drive.level[1:])) + 1, len(drive.level) - 1)
    ends = ends[ends <= drive.end]
    level = np.concatenate(([0.0], drive.level[ends]))
    change = 100 * np.concatenate(([0.0], drive.change[ends].mean(axis=1)))
    colours = style.CURRENT(np.linspace(0.1, 0.85, len(level)))
    for k in range(len(level) - 1):
        axes.plot(level[k : k + 2], change[k : k + 2], color=colours[k], linewidth=1.5)
    axes.plot(level[:1], change[:1], "o", color=style.INK, markersize=4)
    axes.annotate("start", (level[0], change[0]), (5, -9), textcoords="offset points", fontsize=8)
    axes.axvline(0, color=style.HAIRLINE, linewidth=0.8, zorder=0)
    axes.set_xlabel("voltage / V")
    axes.set_ylabel(_CHANGE)
    axes.set_title("Loop: dark first, light last")


def _draw_kept(axes: Axes, shapes: Sequence[Sequence[Drive]]) -> None:
    """Change at the end of the drive and after the rest, each over the voltage."""
    colours = [style.INK, *style.shades(style.COOL, max(len(shapes) - 1, 1))]
    voltages = sorted({drive.voltage for group in shapes for drive in group})
    for number, (group, colour) in enumerate(zip(shapes, colours, strict=False)):
        shift = 1 + 0.03 * (number - (len(shapes) - 1) / 2)
        x = np.array([drive.voltage for drive in group]) * shift
        for row, filled, line in (("end", True, "-"), ("rest", False, ":")):
            means = [drive.mean(drive.end if row == "end" else -1) for drive in group]
            mean, error = 100 * np.array(means).T
            axes.errorbar(
                x,
                mean,
                np.nan_to_num(error),
                fmt="o",
                linestyle=line,
                color=colour,
                markerfacecolor=colour if filled else "white",
                markersize=4.5,
                linewidth=1.2,
                label=group[0].text if filled else None,
            )
    if len(voltages) > 1:
        axes.set_xscale("log")
    else:
        axes.set_xlim(0.8 * voltages[0], 1.2 * voltages[0])
    axes.set_xticks(voltages, [f"{value:g}" for value in voltages])
    axes.minorticks_off()
    axes.axhline(0, color=style.HAIRLINE, linewidth=0.8, zorder=0)
    axes.set_xlabel("largest ±V / V")
    axes.set_ylabel(f"{_CHANGE}, bars: standard error")
    axes.legend(fontsize=7.5, frameon=False)
    axes.set_title("Filled: current on; open: rested")
