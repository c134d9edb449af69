"""Draw what runs know over the time after switch-off, and a map of it where two keys vary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.statistics import mean_interval
from hebbfilm.run.analysis.kept_by_condition import ConditionRetention
from hebbfilm.run.analysis.retention_courses import KindOfRuns
from hebbfilm.run.folder import files
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.formats import PNG, Form
from hebbfilm.run.pictures.retention_map import map_keys, map_picture
from hebbfilm.run.pictures.values import labelled, told

NS = 1e9
_COLUMNS = 2
_MARGIN = "margin / %"
TIME = "time after switch-off / ns"
_BANDS = "Thick lines: mean margins of runs that differ in seeds alone; bands: intervals of 95 %"
_EACH = "; thin: each run"
SEEDS_ALONE = "runs that differ in seeds alone"
_MOST_LINES = 8
"""Of a panel: more are left out of its legend."""


def save_retention_pictures(
    courses: Sequence[KindOfRuns],
    time: float,
    kept: Sequence[ConditionRetention],
    folder: Path,
    form: Form = PNG,
) -> list[Path]:
    """Draw into the folder `pictures/`.

    Args:
        courses: of all kinds of runs.
        time: of the map, s after switch-off.
        kept: what all kinds know at the times of a table, that of the map last.
        folder: of the run or study.
        form: of the files.

    Raises:
        InputError: a picture cannot be written.
    """
    with rc_context(style.STYLE):
        figures = {"retention": retention_picture(courses)}
        if map_keys(kept) is not None:
            figures["retention_map"] = map_picture(time, kept)
        return [
            style.save(figure, form.file(folder / files.PICTURES, name), form)
            for name, figure in figures.items()
        ]


def retention_picture(kinds: Sequence[KindOfRuns]) -> Figure:
    """Margins over time: a panel for each value of the first key that varies, a line for the rest.

    Args:
        kinds: with the courses of their runs.
    """
    panels = _panels(kinds)
    columns = min(_COLUMNS, len(panels))
    lines = -(-len(panels) // columns)
    figure = Figure((0.6 + 4.4 * columns, 0.6 + 2.9 * lines), layout="constrained")
    every = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
    for axes, (title, members) in zip(every.flat, panels.items(), strict=False):
        _draw_panel(axes, title, members)
    for axes in every.flat[len(panels) :]:
        axes.set_visible(False)
    for axes in every[:, 0]:
        axes.set_ylabel(_MARGIN)
    for axes in every[-1]:
        axes.set_xlabel(TIME)
    # Thin ones are drawn where a panel has one kind of runs.
    told = _BANDS + (_EACH if any(len(members) == 1 for members in panels.values()) else "")
    figure.suptitle(told, x=0.01, ha="left", fontsize=8, color=style.FAINT)
    return figure


def draw_mean(axes: Axes, kind: KindOfRuns, values: Sequence[FloatArray], colour: Any) -> None:
    """The mean of a figure of the runs of a kind over time, with its interval; and each, if few.

    Args:
        axes: to draw in.
        kind: of runs.
        values: of each run at its times, as fractions.
        colour: of the line.
    """
    common = min(kind.courses, key=lambda run: len(run.time)).time
    rows = 100 * np.array([each[: len(common)] for each in values])
    axes.plot(NS * common, rows.mean(axis=0), color=colour, linewidth=1.7)
    if len(rows) > 1:
        low, high = np.array([mean_interval(column) for column in rows.T]).T
        axes.fill_between(NS * common, low, high, color=colour, alpha=0.15, linewidth=0)


def _panels(kinds: Sequence[KindOfRuns]) -> dict[str, list[tuple[str, KindOfRuns]]]:
    """Kinds by the title of their panel, each with the name of its line."""
    keys = list(dict.fromkeys(key for kind in kinds for key in kind.values))
    split = keys[:1] if len(keys) > 1 else []
    found: dict[str, list[tuple[str, KindOfRuns]]] = {}
    for kind in kinds:
        rest = {key: value for key, value in kind.values.items() if key not in split}
        title = _words({key: kind.values[key] for key in split if key in kind.values})
        found.setdefault(title, []).append((_words(rest), kind))
    return found


def _words(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{labelled(key)} {told(key, value)}" for key, value in values.items())


def _draw_panel(axes: Axes, title: str, members: Sequence[tuple[str, KindOfRuns]]) -> None:
    axes.axhline(0, color=style.HAIRLINE, linewidth=0.9, zorder=0)
    axes.set_title(title or SEEDS_ALONE)
    for (name, kind), colour in zip(members, style.shades(style.WARM, len(members)), strict=True):
        if len(members) == 1:
            for run in kind.courses:
                axes.plot(NS * run.time, 100 * run.margin, color=style.FAINT, linewidth=0.5)
        draw_mean(axes, kind, [run.margin for run in kind.courses], colour)
        axes.lines[-1].set_label(name)
    if 1 < len(members) <= _MOST_LINES:
        axes.legend(fontsize=7, frameon=False, labelcolor="linecolor")
