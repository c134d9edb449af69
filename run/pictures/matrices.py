"""Draw the weights and the change of the conductances."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.text import without_stem
from hebbfilm.run.folder.reader import Run
from hebbfilm.run.pictures import style

MOST_NUMBERS = 12
_WIDEST = 6.4
"""Of one of the matrices, inches."""
_MOST_NAMES = 20
"""Contacts of which each is named."""


def weights_picture(run: Run) -> Figure:
    """Weights of the film beside the ideal Hebb weights and the change of conductance.

    A colour is a sign in all three; where there are too many pairs for numbers, bars tell them.
    """
    side = min(max(3.1, 0.42 * len(run.neurons) + 1.2), _WIDEST)
    figure = Figure((3 * side + 0.6, side + 0.7), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    cells = [draw_weights(left, run, run.summary.weights, unit_of_weights(run))]
    left.set_title("The film's weights w$_{ij}$")
    cells.append(draw_weights(middle, run, run.summary.ideal_weights))
    middle.set_title("Ideal Hebb weights")
    cells.append(draw_change(right, run))
    right.set_title("Change of conductance / %")
    left.set_xlabel(correlation_text(run), labelpad=8)
    middle.set_xlabel("orange: negative, blue-green: positive", labelpad=8)
    if len(run.neurons) > MOST_NUMBERS:
        for axes, drawn in zip((left, middle, right), cells, strict=True):
            figure.colorbar(drawn, ax=axes, shrink=0.8, pad=0.02)
    return figure


def correlation_text(run: Run) -> str:
    """How well the weights follow Hebb's rule, in words."""
    value = run.summary.hebb_correlation
    number = "undefined" if value is None else f"{value:.3f}".replace("-", "−")
    return f"correlation with Hebb's rule {number}"


def unit_of_weights(run: Run) -> str:
    """Of the film's weights: nothing where they are relative changes, else "S"."""
    unit = run.summary.reference.reference.unit
    return "" if unit == "1" else unit


def draw_weights(axes: Axes, run: Run, weights: FloatArray, unit: str = "") -> QuadMesh:
    """Weights (N, N) between contacts, the diagonal left out; numbers share one power of ten.

    Returns:
        The coloured cells.
    """
    largest = float(np.abs(weights).max())
    power = int(np.floor(np.log10(largest))) if largest > 0 else 0
    power = 0 if -1 <= power <= 1 else power
    cells = _matrix(axes, np.asarray(weights / 10.0**power), run)
    factor = f"× 10$^{{{power}}}$ " if power else ""
    if factor or unit:
        text = f"{factor}{unit}".strip()
        axes.text(1, 1.02, text, transform=axes.transAxes, ha="right", va="bottom")
    return cells


def draw_change(axes: Axes, run: Run) -> QuadMesh:
    """Change of each pair conductance in percent of its value before training.

    Returns:
        The coloured cells.
    """
    before, after = run.summary.conductance_before, run.summary.conductance_after
    change: FloatArray = np.zeros(before.shape)
    shown = _coupled(run)
    change[shown] = 100 * (after[shown] / before[shown] - 1)
    return _matrix(axes, change, run)


def _coupled(run: Run) -> BoolArray:
    """The pairs that are coupled as a matrix, (N, N)."""
    coupled = np.zeros(2 * [len(run.neurons)], dtype=bool)
    coupled[np.triu_indices(len(coupled), k=1)] = run.coupled
    both: BoolArray = coupled | coupled.T
    return both


def _matrix(axes: Axes, values: FloatArray, run: Run) -> QuadMesh:
    names = [style.short_name(name) for name in run.neurons]
    count, pairs = len(names), _coupled(run)
    limit = max(float(np.abs(values[pairs]).max()), 1e-30)
    ma: Any = np.ma  # whose stubs lack types
    shown = ma.masked_array(values, ~pairs)
    norm, colours = Normalize(-limit, limit), style.WEIGHTS
    cells = axes.pcolormesh(
        shown, cmap=colours, norm=norm, edgecolors="white", linewidth=1.6 if count < 20 else 0.2
    )
    if count <= MOST_NUMBERS:
        digits = 2 if limit < 9.995 else 1
        for i, j in np.argwhere(pairs):
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
    if count > _MOST_NAMES:
        # Of each five one, by what its name has beyond that of all.
        names = without_stem(names)[4::5]
        places, slanted = places[4::5], False
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
    return cells
