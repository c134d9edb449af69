"""One panel of a study's pictures: a figure of the runs against a key that was varied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.pictures import style

_WIDE = 30.0
"""Ratio of the largest to the least value from which the axis is logarithmic."""

_LONGEST_LABEL = 14

_ROOM = 30
"""Characters under a panel that fit beside one another."""

_LIKE = 0.01
"""Of an axis: what is nearer lies on one another."""

_ALONE, _SHARED = 26.0, 4.4
"""Area of a dot in square points, and how much larger that of several runs is."""

_DOT = "#6f7885"

_MANY = 6
"""Names that still fit when they are slanted."""


@dataclass(frozen=True)
class Varied:
    """A key that a study varies.

    Attributes:
        key: of the case.
        label: of an axis.
        values: in each run.
        names: of these values.
    """

    key: str
    label: str
    values: tuple[Any, ...]
    names: tuple[str, ...]


def draw_against(axes: Axes, varied: Varied, values: FloatArray) -> None:
    """Dots of all runs over the key, and the mean where several runs share a value.

    Args:
        axes: to draw in.
        varied: the key, and its value in each run.
        values: of the runs, NaN for none.
    """
    # Between two seeds there is nothing.
    if varied.key.endswith("seed") or not all(_is_number(value) for value in varied.values):
        places = _categories(axes, varied.names)
        mean = {"marker": "_", "markersize": 22, "markeredgewidth": 1.7, "linestyle": ""}
    else:
        places = np.array(varied.values, dtype=float)
        _scale(axes, places)
        mean = {"marker": "o", "markersize": 3.5, "linewidth": 1.7}
    axes.axhline(0, color=style.HAIRLINE, linewidth=0.9, zorder=0)
    draw_runs(axes, places, values)
    _draw_mean(axes, places, values, mean)
    axes.set_xlabel(varied.label)


def draw_runs(axes: Axes, x: FloatArray, y: FloatArray) -> None:
    """A dot a run; where several lie on one another a larger one, with their number in it.

    Args:
        axes: to draw in.
        x: of each run.
        y: of each run, NaN for none.
    """
    known = np.isfinite(x) & np.isfinite(y)
    points = np.column_stack((x[known], y[known]))
    if not len(points):
        return
    span = np.ptp(points, axis=0)
    step = np.where(span > 0, _LIKE * span, 1.0)
    _, first, count = np.unique(
        np.round(points / step), axis=0, return_index=True, return_counts=True
    )
    size = _ALONE * np.where(count > 1, _SHARED, 1.0)
    axes.scatter(*points[first].T, s=size, color=_DOT, linewidths=0, zorder=2)
    for place, number in zip(points[first], count, strict=True):
        if number > 1:
            axes.annotate(
                str(number), place, ha="center", va="center", fontsize=7, color="white", zorder=5
            )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _scale(axes: Axes, places: FloatArray) -> None:
    if places.min() > 0 and places.max() > _WIDE * places.min():
        axes.set_xscale("log")
    else:
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))


def _categories(axes: Axes, texts: Sequence[str]) -> FloatArray:
    names = list(dict.fromkeys(texts))
    short = [
        name if len(name) <= _LONGEST_LABEL else f"{name[: _LONGEST_LABEL - 1]}…" for name in names
    ]
    axes.set_xticks(range(len(names)), short)
    axes.set_xlim(-0.5, len(names) - 0.5)
    if max(map(len, short)) * len(names) > _ROOM:
        axes.tick_params(axis="x", rotation=90 if len(names) > _MANY else 30)
    return np.array([names.index(text) for text in texts], dtype=float)


def _draw_mean(axes: Axes, places: FloatArray, values: FloatArray, look: Mapping[str, Any]) -> None:
    distinct, count = np.unique(places, return_counts=True)
    if len(distinct) < 2 or np.median(count) < 2:
        return
    groups = [values[(places == place) & np.isfinite(values)] for place in distinct]
    means = [group.mean() if len(group) else np.nan for group in groups]
    axes.plot(distinct, means, color=style.WARM(0.5), **look)
