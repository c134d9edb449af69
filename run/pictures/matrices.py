"""Draw the weights and the change of the conductances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure

from run.pictures import style
from run.run_reader import Run
from run.run_tables import Floats

MOST_NUMBERS = 12


def weights_picture(run: Run) -> Figure:
    """Weights of the film beside the ideal Hebb weights and the change of conductance."""
    names = run.manifest.contacts
    side = max(3.1, 0.42 * len(names) + 1.2)
    figure = Figure((3 * side + 0.6, side + 0.7), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    draw_weights(left, run.summary["weights"], names)
    left.set_title("The film's weights w$_{ij}$")
    draw_weights(middle, run.summary["ideal_weights"], names)
    middle.set_title("Ideal Hebb weights")
    draw_change(right, run)
    right.set_title("Change of conductance / %")
    left.set_xlabel(
        correlation_text(run),
        labelpad=8,
    )
    return figure


def correlation_text(run: Run) -> str:
    """How well the weights follow Hebb's rule, in words."""
    value = run.summary["hebb_correlation"]
    number = "undefined" if np.isnan(value) else f"{value:.3f}".replace("-", "−")
    return f"correlation with Hebb's rule {number}"


def draw_weights(axes: Axes, weights: Floats, names: Sequence[str]) -> None:
    """Weights between contacts, the diagonal left out; numbers share one power of ten."""
    largest = float(np.abs(weights).max())
    power = int(np.floor(np.log10(largest))) if largest > 0 else 0
    power = 0 if -1 <= power <= 1 else power
    shown = np.asarray(weights / 10.0**power, dtype=np.float64)
    _matrix(axes, shown, names, style.WEIGHTS)
    if power:
        exponent = str(power).replace("-", "−")
        axes.text(
            1, 1.02, f"× 10$^{{{exponent}}}$", transform=axes.transAxes, ha="right", va="bottom"
        )


def draw_change(axes: Axes, run: Run) -> None:
    """Change of each pair conductance in percent of its value before training."""
    before, after = run.summary["conductance_before"], run.summary["conductance_after"]
    change: Floats = np.zeros(before.shape)
    # Between contacts that are not coupled there is but round-off.
    pairs = ~np.eye(len(before), dtype=bool) & (np.abs(before) > 1e-6 * np.abs(before).max())
    change[pairs] = 100 * (after[pairs] / before[pairs] - 1)
    _matrix(axes, change, run.manifest.contacts, style.WEIGHTS.reversed())


def _matrix(axes: Axes, values: Floats, names: Sequence[str], colours: Colormap) -> None:
    count, names = len(names), [style.short_name(name) for name in names]
    off = ~np.eye(count, dtype=bool)
    limit = max(float(np.abs(values[off]).max()), 1e-30)
    shown: Any = np.ma.masked_array(values, ~off)
    norm = Normalize(-limit, limit)
    axes.pcolormesh(
        shown, cmap=colours, norm=norm, edgecolors="white", linewidth=1.6 if count < 20 else 0.2
    )
    if count <= MOST_NUMBERS:
        digits = 2 if limit < 9.995 else 1
        for i, j in np.argwhere(off):
            axes.text(
                j + 0.5,
                i + 0.5,
                style.signed(values[i, j], digits),
                ha="center",
                va="center",
                fontsize=8 if count <= 6 else 6.5,
                color=style.on_colour(colours(norm(values[i, j]))),
            )
    axes.set_ylim(count, 0)
    axes.set_aspect("equal")
    places = np.arange(count) + 0.5
    slanted = max(map(len, names)) * count > 28
    axes.set_xticks(
        places,
        names,
        rotation=40 if slanted else 0,
        ha="right" if slanted else "center",
        rotation_mode="anchor",
    )
    axes.set_yticks(places, names)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
