"""Draw which form of the learning rule runs follow: trajectories with fits, and errors held out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.hopfield.rule_fit import Comparison
from hebbfilm.hopfield.trajectories import driven_alike
from hebbfilm.run.analysis.trajectories import Record
from hebbfilm.run.folder import files
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.formats import PNG, Form

NS = 1e9
_MOST_PANELS = 6
_MOST_SIGNS = 8
_COMPARED = 3
"""Forms whose curves are drawn, the best first."""
_DASHES = ("-", (0, (5, 2)), (0, (1.5, 1.5)))
"""Of their curves, so that those beneath others are seen."""


def save_rule_picture(
    record: Record,
    ranked: Sequence[Comparison],
    least: float,
    folder: Path,
    form: Form = PNG,
) -> Path:
    """Draw into the folder `pictures/`.

    Args:
        record: the trajectories.
        ranked: the forms, the best first.
        least: what every form in the drive alone errs by at least, a fraction; NaN for none.
        folder: of the run or study.
        form: of the file.

    Raises:
        InputError: the picture cannot be written.
    """
    with rc_context(style.STYLE):
        path = form.file(folder / files.PICTURES, "learning_rule")
        return style.save(rule_picture(record, ranked, least), path, form)


def rule_picture(record: Record, ranked: Sequence[Comparison], least: float) -> Figure:
    """Trajectories driven alike in one panel each, with the fits; beneath, the errors held out."""
    kinds = _kinds_of_drive(record)
    columns = min(3, len(kinds))
    lines = -(-len(kinds) // columns)
    figure = Figure((9.4, 2.5 * lines + 0.32 * len(ranked) + 1.0), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[2.5 * lines, 0.32 * len(ranked) + 1.0])
    panels = upper.subplots(lines, columns, sharey=True, squeeze=False)
    shown = _chosen(ranked)
    titles = _titles(record, kinds)
    for number, (axes, trajectories) in enumerate(zip(panels.flat, kinds, strict=False)):
        _draw_kind(axes, record, trajectories, shown)
        axes.set_title(titles[number], fontsize=8.5)
        if number + columns >= len(kinds):
            axes.set_xlabel("time / ns")
    for axes in panels.flat[len(kinds) :]:
        axes.set_visible(False)
    for axes in panels[:, 0]:
        axes.set_ylabel("change of conductance / %")
    panels.flat[0].legend(fontsize=7.5, frameon=False, loc="upper left", labelcolor="linecolor")
    _draw_errors(lower.subplots(), ranked, least, shown)
    return figure


def _chosen(ranked: Sequence[Comparison]) -> list[tuple[Comparison, str]]:
    """The best form, and the classical ones beside it, with their colours."""
    others = [found for found in ranked[1:] if found.fit.form.name in ("saturating", "hebb")]
    chosen = [ranked[0], *others][:_COMPARED]
    return [(found, style.RULES.get(found.fit.form.name, style.OTHER_RULE)) for found in chosen]


def _kinds_of_drive(record: Record) -> list[IntArray]:
    """Numbers of trajectories that were driven alike, the most frequent kinds of drive first."""
    trajectories = record.trajectories
    found = sorted(driven_alike(trajectories), key=lambda members: -len(members))
    # The opposite polarity looks the same, and would take a panel of its own.
    told: dict[bytes, IntArray] = {}
    for members in found:
        past = np.abs(trajectories.displacement[:, members[0]]) / max(trajectories.step.sum(axis=0))
        told.setdefault(np.round(past, 6).tobytes(), members)
    return sorted(
        list(told.values())[:_MOST_PANELS], key=lambda members: _order(record, int(members[0]))
    )


def _order(record: Record, trajectory: int) -> tuple[bool, float, float]:
    """Constant drives first, then by how far they drag; those without a drive last."""
    drive = record.trajectories.drive[:, trajectory]
    reach = float(record.trajectories.peak_to_peak[-1, trajectory])
    return (not np.any(drive), float(np.ptp(np.sign(drive))), -reach)


def _draw_kind(
    axes: Axes, record: Record, members: IntArray, shown: Sequence[tuple[Comparison, str]]
) -> None:
    trajectories = record.trajectories
    known = np.isfinite(trajectories.change[:, members[0]])
    time = _from_zero(np.cumsum(trajectories.step[:, members[0]])[known] * NS)
    change = 100 * trajectories.change[known][:, members]
    for trajectory in change.T:
        axes.plot(time, _from_zero(trajectory), color=style.NEUTRAL, linewidth=0.5, alpha=0.6)
    mean = _from_zero(change.mean(axis=1))
    axes.plot(time, mean, color=style.INK, linewidth=1.8, label="mean of the film")
    alone = np.zeros(trajectories.drive.shape[1], dtype=bool)
    alone[members[0]] = True
    for (found, colour), dashes in zip(shown, _DASHES, strict=False):
        curve = _from_zero(100 * found.fit.predict(trajectories.only(alone))[known, 0])
        name = found.fit.form.name
        axes.plot(time, curve, color=colour, linewidth=1.5, linestyle=dashes, label=name)
    axes.axhline(0, color=style.HAIRLINE, linewidth=0.8, zorder=0)
    axes.set_xlim(0, time[-1])
    _shade_drive(axes, time, trajectories.drive[known, members[0]])


def _shade_drive(axes: Axes, time: FloatArray, drive: FloatArray) -> None:
    """Red beneath the curves while the voltage is positive, blue while negative."""
    for row, value in enumerate(drive):
        if value:
            colour = style.PLUS if value > 0 else style.MINUS
            axes.axvspan(
                time[row], time[row + 1], ymax=0.025, color=colour, alpha=abs(value), linewidth=0
            )


def _titles(record: Record, kinds: Sequence[IntArray]) -> list[str]:
    """What tells each kind of drive from the others, and how many trajectories are of it."""
    first = [int(members[0]) for members in kinds]
    short = [_drive_text(record, trajectory) for trajectory in first]
    whole = [
        text if short.count(text) == 1 else f"{text}\n{_order_text(record, trajectory)}"
        for text, trajectory in zip(short, first, strict=True)
    ]
    return [
        (text if whole.count(text) == 1 else f"{text}, drive {number}") + f" ({len(members)})"
        for number, (text, members) in enumerate(zip(whole, kinds, strict=True), start=1)
    ]


def _order_text(record: Record, trajectory: int) -> str:
    """When a drive begins, and how its signs follow one another."""
    drive, step = record.trajectories.drive[:, trajectory], record.trajectories.step[:, trajectory]
    begins = np.flatnonzero(np.diff(np.sign(drive), prepend=0) * drive)
    signs = [("+" if drive[row] > 0 else "−") for row in begins]
    more = " …" if len(signs) > _MOST_SIGNS else ""
    start = float(step[: begins[0]].sum()) * NS
    return f"from {_digits(start)} ns: {' '.join(signs[:_MOST_SIGNS])}{more}"


def _drive_text(record: Record, trajectory: int) -> str:
    drive, step = record.trajectories.drive[:, trajectory], record.trajectories.step[:, trajectory]
    if not drive.any():
        return "equal signs"
    volts = f"±{record.voltage * np.abs(drive).max():g} V"
    signs = np.sign(drive[drive != 0])
    turns = np.flatnonzero(np.diff(signs))
    if not len(turns):
        return f"{volts}, constant"
    first = float(step[drive != 0][: turns[0] + 1].sum()) * NS
    return f"{volts}, reversed after {_digits(first)} ns"


def _digits(time: float) -> str:
    """A time in ns to the picosecond."""
    return f"{time:.3f}".rstrip("0").rstrip(".")


def _draw_errors(
    axes: Axes, ranked: Sequence[Comparison], least: float, shown: Sequence[tuple[Comparison, str]]
) -> None:
    colours = {found.fit.form.name: colour for found, colour in shown}
    places = np.arange(len(ranked))[::-1]
    for place, found in zip(places, ranked, strict=True):
        colour = colours.get(found.fit.form.name, style.FAINT)
        axes.barh(place, 100 * found.held_out, height=0.62, color=colour, alpha=0.85)
        axes.plot(
            100 * np.array(found.by_group),
            np.full(len(found.by_group), place),
            "o",
            color=style.INK,
            markersize=2.6,
            alpha=0.45,
            markeredgewidth=0,
        )
        text = f"R² {found.r_squared:.2f}   {_typeset(found.fit.form.formula)}".replace("-", "−")
        axes.text(1.01, place, text, transform=axes.get_yaxis_transform(), va="center", fontsize=7)
    axes.set_yticks(places, [found.fit.form.name for found in ranked])
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("error of the change where held out / % (dots: each group; R²: held out too)")
    if np.isfinite(least):
        axes.axvline(100 * least, color=style.INK, linewidth=1, linestyle=(0, (3, 2)))
        axes.annotate(
            "over all groups no form in the drive alone errs less",
            (100 * least, 1),
            (0, 4),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="center",
            fontsize=7.5,
        )


def _typeset(formula: str) -> str:
    """A formula with its indices and powers as such: r_max as r with an index."""
    formula = re.sub(r"\b(\w)_(\w+)", r"\1$_{\\mathrm{\2}}$", formula)
    return re.sub(r"\^(\w)", r"$^{\1}$", formula)


def _from_zero(values: FloatArray) -> FloatArray:
    return np.concatenate(([0.0], values))
