"""Pictures of a run without patterns: its snapshots, its course, and its field sweeps."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from hebbfilm.common.arrays import FloatArray
from hebbfilm.hopfield.contact_pairs import pairs
from hebbfilm.run.folder.protocol_run import ProtocolRun
from hebbfilm.run.folder.readings_table import ReadingsTable
from hebbfilm.run.folder.snapshots import Snapshot
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.curves import (
    MOST_LABELS,
    Course,
    course_figure,
    heat_picture,
    label_ends,
)
from hebbfilm.run.pictures.phases import NS, phases_of, shade, shown_rows, write_names
from hebbfilm.run.pictures.picture import Picture
from hebbfilm.run.pictures.snapshot import snapshot_pictures
from hebbfilm.run.pictures.surface import Surface
from hebbfilm.run.pictures.texture_measures import has_texture, texture_measures_picture

_LEAST_SHARE = 1e-6
"""Of the largest pair conductance, below which a pair is not coupled."""


def protocol_pictures(
    run: ProtocolRun, surface: Callable[[Snapshot], Surface]
) -> dict[str, Picture]:
    """Each picture of a run without patterns, by its name.

    Args:
        run: the run.
        surface: the film at a snapshot.
    """
    found = snapshot_pictures(run.manifest, surface)
    if len(run.manifest.contacts) > 1 and len(run.conductance.time) > 1:
        found["conductance"] = Picture(lambda: course_picture(run))
    if not np.isnan(run.conductance.highest_temperature).all():
        found["temperature"] = Picture(lambda: heat_picture(run))
    if has_texture(run.conductance):
        found["texture_measures"] = Picture(lambda: texture_measures_picture(run))
    readings = run.readings
    if readings is not None and sweeps_of(readings):
        found["hysteresis"] = Picture(lambda: hysteresis_picture(run, readings))
    return found


def course_picture(run: Course) -> Figure:
    """Every pair conductance in relation to the first, with voltages and power beneath."""
    figure, top = course_figure(run)
    _draw_conductances(top, run)
    top.set_title("Conductance between contacts")
    return figure


def _draw_conductances(axes: Axes, run: Course) -> None:
    table, names = run.conductance, run.manifest.as_neurons().names
    rows = shown_rows(table)
    time, found = table.time[rows] * NS, table.conductance[rows]
    coupled = found[0] > _LEAST_SHARE * found[0].max(initial=0.0)
    change = 100 * (found[:, coupled] / found[0, coupled] - 1)
    colours = style.shades(style.COOL, int(coupled.sum()))
    for values, colour in zip(change.T, colours, strict=True):
        axes.plot(time, values, color=colour, linewidth=1.5, solid_capstyle="round")
    axes.set_xlim(time[0], max(time[-1], time[0] + 1e-9))
    axes.set_ylabel("g$_{ij}$ / first g$_{ij}$ − 1, in %")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.1 * (high - low))  # for the names of phases
    periods = phases_of(table)
    shade(axes, periods)
    shown = [pair for pair, there in zip(pairs(len(names)), coupled, strict=True) if there]
    if len(shown) <= MOST_LABELS:
        short = [style.short_name(name) for name in names]
        texts = [f"{short[i]}–{short[j]}" for i, j in shown]
        label_ends(axes, time[-1], change[-1], texts, colours, 8.0)
    write_names(axes, periods)


def sweeps_of(table: ReadingsTable) -> list[list[int]]:
    """The rows of each sweep: readings of one step in which the field changes."""
    found: dict[int, list[int]] = {}
    for row, step in enumerate(table.step):
        found.setdefault(step, []).append(row)
    return [rows for rows in found.values() if np.ptp(table.field[rows], axis=0).any()]


def hysteresis_picture(run: ProtocolRun, table: ReadingsTable) -> Figure:
    """The mean of m along the field that was swept, and beneath it the conductances."""
    sweeps = sweeps_of(table)
    direction = _direction(table.field[sweeps[0]])
    matrices = table.conductance
    with_contacts = matrices.shape[1] > 1 and bool(np.any(np.ptp(matrices, axis=0) > 0))
    pair = _pair_that_changes(matrices) if with_contacts else (0, 0)
    figure = Figure((6.4, 7.6 if with_contacts else 4.9), layout="constrained")
    axes = figure.subplots(2 if with_contacts else 1, 1, sharex=True, squeeze=False)[:, 0]
    for rows in sweeps:
        field = table.field[rows] @ direction / 1e3
        colour = style.MINUS if field[-1] > field[0] else style.PLUS
        _draw_branch(axes[0], field, table.magnetisation[rows] @ direction, colour)
        if with_contacts:
            g = matrices[:, pair[0], pair[1]]
            _draw_branch(axes[1], field, 100 * (g[rows] / g[sweeps[0][0]] - 1), colour)
    axes[0].axhline(0, color=style.FAINT, linewidth=0.7, zorder=0)
    axes[0].axvline(0, color=style.FAINT, linewidth=0.7, zorder=0)
    axes[0].set_ylim(-1.08, 1.08)
    axes[0].set_ylabel("mean of m along the field")
    axes[0].set_title(run.manifest.title or "Hysteresis")
    for height, word, colour in ((0.92, "falling", style.PLUS), (0.85, "rising", style.MINUS)):
        axes[0].text(0.02, height, f"● {word} field", color=colour, transform=axes[0].transAxes)
    if with_contacts:
        short = [style.short_name(name) for name in run.manifest.contacts]
        axes[1].set_ylabel(f"g / first g read − 1, {short[pair[0]]}–{short[pair[1]]}, in %")
    x, y, z = (f"{value + 0.0:.3g}".replace("-", "−") for value in direction)
    axes[-1].set_xlabel(f"applied field along ({x}, {y}, {z}) / kA/m")
    return figure


def _draw_branch(axes: Axes, field: ArrayLike, values: ArrayLike, colour: str) -> None:
    field, values = np.asarray(field), np.asarray(values)
    axes.plot(field, values, color=colour, linewidth=1.3, marker="o", markersize=2.6)
    middle = len(field) // 2
    if middle:
        axes.annotate(
            "",
            (field[middle], values[middle]),
            (field[middle - 1], values[middle - 1]),
            arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.3},
        )


def _direction(fields: FloatArray) -> FloatArray:
    """Of a sweep, a unit vector (3,) whose largest component is positive."""
    span = fields[-1] - fields[0]
    unit = span / np.linalg.norm(span)
    along: FloatArray = unit * np.sign(unit[np.argmax(np.abs(unit))])
    return along


def _pair_that_changes(matrices: FloatArray) -> tuple[int, int]:
    """The pair of contacts whose conductance changes most."""
    found = pairs(matrices.shape[1])
    return max(found, key=lambda pair: float(np.ptp(matrices[:, pair[0], pair[1]])))
