"""The course of a run in a movie: curves over its time, and a cursor that moves along them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.run.folder.conductance_table import ConductanceTable
from hebbfilm.run.folder.manifest import Manifest
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.curves import (
    MOST_LABELS,
    draw_voltages,
    label_ends,
    pair_colours,
    pair_signs,
)
from hebbfilm.run.pictures.phases import NS, phases_of, shade, shown_rows

_LEAST_SHARE = 1e-9
"""Of the largest conductance, from which two neurons are coupled."""
_COMPONENTS = (style.WARM(0.5), style.COOL(0.5), style.INK)


@dataclass(frozen=True, eq=False)
class Course:
    """What of a run its curves are drawn from.

    Args:
        manifest: of the run.
        conductance: its table, as far as it is written.
        patterns: that it presents, (n, N); none without any.
        times: of the snapshots, (n,) ns.
        means: of m, (n, 3).
    """

    manifest: Manifest
    conductance: ConductanceTable
    patterns: IntArray
    times: FloatArray
    means: FloatArray


def draw_course(upper: Axes, lower: Axes, course: Course) -> list[Artist]:
    """Draw conductances, or ⟨m⟩ where there are none, and the voltages of the contacts beneath.

    Returns:
        Cursors at time 0, to be moved by `set_xdata`.
    """
    table = course.conductance
    time = table.time * NS
    start, end = course.times[0], max(course.times[-1], time[-1])
    if len(course.manifest.contacts):
        draw_voltages(lower, course)
    else:
        lower.set_axis_off()
    shade(upper, phases_of(table))
    coupled = _coupled(table)
    if coupled.any():
        _draw_changes(upper, course, coupled)
    else:
        _draw_means(upper, course)
    cursors: list[Artist] = []
    for axes in (upper, lower):
        axes.set_xlim(start, end)
        cursor = axes.axvline(start, color=style.INK, linewidth=1.3, zorder=9)
        cursor.set_path_effects(style.halo(width=3.0))
        cursors.append(cursor)
    upper.tick_params(labelbottom=False)
    lower.set_xlabel("time / ns")
    return cursors


def _coupled(table: ConductanceTable) -> FloatArray:
    """Which pairs conduct."""
    first = table.conductance[shown_rows(table)[0]]
    return np.asarray(first > _LEAST_SHARE * first.max(initial=0.0))


def _draw_changes(axes: Axes, course: Course, coupled: FloatArray) -> None:
    table = course.conductance
    rows = shown_rows(table)
    pairs = [pair for pair, counts in zip(table.pairs, coupled, strict=True) if counts]
    found = table.conductance[:, coupled]
    change = 100 * (found / found[rows[0]] - 1)
    signs = pair_signs(course.patterns, pairs)
    # As in the pictures of runs with and without patterns.
    learns = len(course.patterns) > 0
    colours = pair_colours(signs, change[-1]) if learns else style.shades(style.COOL, len(pairs))
    few = len(pairs) <= MOST_LABELS
    for k in np.argsort(-signs, kind="stable"):
        axes.plot(table.time * NS, change[:, k], color=colours[k], linewidth=1.5 if few else 0.8)
    axes.axhline(0, color=style.FAINT, linewidth=0.7, zorder=1)
    low, high = change[rows].min(), change[rows].max()
    span = max(high - low, 1e-6)
    axes.set_ylim(low - 0.06 * span, high + 0.06 * span)
    axes.set_ylabel("change of conductance / %")
    told = [(signs < 0, style.WARM, "opposite signs"), (signs > 0, style.COOL, "equal signs")]
    if learns:
        told.append((signs == 0, style.MIXED, "either"))
    for k, (members, ramp, text) in enumerate(told):
        if members.any():
            place = (0.4 * k, 1.03)
            axes.text(*place, f"■ {text}", transform=axes.transAxes, color=ramp(0.5), fontsize=7.5)
    if few:
        names = [style.short_name(name) for name in course.manifest.as_neurons().names]
        texts = [f"{names[i]}–{names[j]}" for i, j in pairs]
        end = max(course.times[-1], table.time[-1] * NS)
        axes.set_xlim(course.times[0], end)
        label_ends(axes, end, change[-1], texts, colours, 7.5)


def _draw_means(axes: Axes, course: Course) -> None:
    for k, colour in enumerate(_COMPONENTS):
        axes.plot(course.times, course.means[:, k], color=colour, linewidth=1.5)
    axes.set_ylim(-1.05, 1.05)
    axes.set_ylabel("⟨m⟩")
    axes.set_xlim(course.times[0], course.times[-1])
    texts = ["x", "y", "z"]
    label_ends(axes, course.times[-1], course.means[-1], texts, list(_COMPONENTS), 7.5)
