"""Labels beside lines, put where they hide least."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.text import Text
from scipy.spatial import cKDTree

from hebbfilm.common.arrays import FloatArray

_SWEEPS = 5
_GAP = 2.5
"""Around a label, dots."""
# What it costs to hide a point of a line is 1.
_HIDES_LABEL = 1e4
_BESIDE = 6.0
_AT_END = 14.0
_SIDES = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1], [1.6, 0], [-1.6, 0], [0, 2], [0, -2]])


def place_labels(
    axes: Axes, labels: Sequence[Text], lines: Sequence[FloatArray], hidden: FloatArray
) -> None:
    """Move each label to where on its line, or beside it, it hides least of what is drawn.

    Args:
        axes: whose limits and size are final.
        labels: centred.
        lines: of each label, (n, 2); best is their middle.
        hidden: further places (m, 2) that are better left free.
    """
    to_dots = axes.transData.transform
    sizes = [np.array(label.get_window_extent().size) / 2 + _GAP for label in labels]
    ways = [np.asarray(to_dots(line)) for line in lines]
    drawn = np.concatenate([np.asarray(to_dots(hidden)), *ways])
    options = [_options(way, size) for way, size in zip(ways, sizes, strict=True)]
    costs = [
        cost + _count(places, drawn, size)
        for (places, cost), size in zip(options, sizes, strict=True)
    ]
    chosen = [places[0] for places, _ in options]
    for _ in range(_SWEEPS):
        for k, ((places, _), cost) in enumerate(zip(options, costs, strict=True)):
            overlaps = [
                (np.abs(places - chosen[n]) < sizes[k] + sizes[n]).all(axis=1)
                for n in range(len(labels))
                if n != k
            ]
            chosen[k] = places[int(np.argmin(cost + _HIDES_LABEL * np.sum(overlaps, axis=0)))]
    for label, place in zip(labels, chosen, strict=True):
        label.set_position(tuple(axes.transData.inverted().transform(place)))


def _options(way: FloatArray, size: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Places (n, 2) on a line and beside it for a box of half a size, and what each costs."""
    off_middle = _AT_END * np.linspace(-1, 1, len(way)) ** 2
    places = np.concatenate([way + side * (size + _GAP) for side in _SIDES])
    cost = np.concatenate([off_middle + _BESIDE * np.abs(side).sum() for side in _SIDES])
    return places, cost


def _count(places: FloatArray, points: FloatArray, size: FloatArray) -> FloatArray:
    """How many points (m, 2) boxes of half a size (2,) around places (n, 2) hold, (n,)."""
    # In parts of the box it is a square, for which there are trees.
    tree = cKDTree(points / size)
    inside = tree.query_ball_point(places / size, 1.0, p=np.inf, return_length=True)
    return np.asarray(inside, dtype=np.float64)
