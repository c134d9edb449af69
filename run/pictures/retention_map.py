"""Draw a map of what runs still know, over two keys that vary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.figure import Figure

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.analysis.kept_by_condition import ConditionRetention, KeptByKind
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.values import labelled, told


def map_keys(kinds: Sequence[ConditionRetention]) -> tuple[str, str] | None:
    """The two keys of a map; None where another number of keys varies."""
    keys = list(dict.fromkeys(key for kind in kinds for key in kind.values))
    return (keys[0], keys[1]) if len(keys) == 2 else None


def map_picture(time: float, kinds: Sequence[ConditionRetention]) -> Figure:
    """Mean margins and shares of runs that recall, at the last time of the table.

    Args:
        time: that one, s after switch-off.
        kinds: that differ in two keys.
    """
    keys = map_keys(kinds)
    assert keys is not None
    across, down = (sorted({kind.values[key] for kind in kinds}) for key in keys)
    cells = {(kind.values[keys[0]], kind.values[keys[1]]): kind.kept[-1] for kind in kinds}
    table = [[cells.get((x, y)) for x in across] for y in down]
    figure = Figure((1.2 + 2.3 * len(across), 1.1 + 0.62 * len(down)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    margins = np.array([[np.nan if k is None else 100 * k.margin for k in row] for row in table])
    shares = np.array(
        [[np.nan if k is None else k.recalled / k.runs for k in row] for row in table]
    )
    end = float(np.nanmax(np.abs(margins))) or 1.0
    _draw(left, margins, (-end, end), style.WEIGHTS, [list(map(_margin, row)) for row in table])
    _draw(right, shares, (0.0, 1.0), style.GREY, [list(map(_share, row)) for row in table])
    left.set_title(f"Mean margin / % after {1e9 * time:g} ns")
    right.set_title("Recalled from all starts")
    for axes in (left, right):
        axes.set_xticks(range(len(across)), [told(keys[0], value) for value in across])
        axes.set_xlabel(labelled(keys[0]))
    left.set_yticks(range(len(down)), [told(keys[1], value) for value in down])
    left.set_ylabel(labelled(keys[1]))
    return figure


def _draw(
    axes: Axes,
    values: FloatArray,
    limits: tuple[float, float],
    colours: Colormap,
    texts: Sequence[Sequence[str]],
) -> None:
    image = axes.imshow(values, cmap=colours, vmin=limits[0], vmax=limits[1], aspect="auto")
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    for (row, column), value in np.ndenumerate(values):
        if np.isnan(value):
            continue
        ink: Any = style.on_colour(image.cmap(image.norm(value)))
        axes.text(
            column, row, texts[row][column], ha="center", va="center", color=ink, fontsize=7.5
        )


def _margin(kept: KeptByKind | None) -> str:
    if kept is None:
        return ""
    if kept.margin_interval is None:
        return style.signed(100 * kept.margin)
    low, high = (style.signed(100 * edge, 1) for edge in kept.margin_interval)
    return f"{style.signed(100 * kept.margin)}\n{low} … {high}"


def _share(kept: KeptByKind | None) -> str:
    if kept is None:
        return ""
    low, high = kept.recalled_interval
    return f"{kept.recalled} of {kept.runs}\n{low:.2f} … {high:.2f}"
