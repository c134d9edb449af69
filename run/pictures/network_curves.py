"""Curves of the film and of the ideal rules, of which several may be one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.folder.learnt import FILM, NAMES
from hebbfilm.run.pictures import style

COLOURS = {FILM: style.PLUS, **style.RULES}
MARKS = {FILM: "o", "hebb": "s", "oja": "^", "pseudo_inverse": "D", "storkey": "v"}
_WIDTHS = {"hebb": 3.6, "oja": 2.9, "pseudo_inverse": 2.2, "storkey": 1.6, FILM: 1.2}
"""Points. What lies on another is the thinner, so that both show."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Values `y` (n,) at `x` (n,), and the interval of each that was sampled."""

    x: FloatArray
    y: FloatArray
    intervals: Sequence[Sequence[float] | None]

    def is_one_with(self, other: Curve) -> bool:
        """Whether the two would hide one another from end to end."""
        return np.array_equal(self.x, other.x) and np.allclose(
            self.y, other.y, rtol=0, atol=1e-3, equal_nan=True
        )


def draw_curves(axes: Axes, curves: Mapping[str, Curve]) -> None:
    """Draw a curve for each network; networks whose curves are one share it, and its label.

    Args:
        axes: to draw in.
        curves: by the names of networks; of those that are one the first gives the colour.
    """
    left = list(curves)
    while left:
        curve = curves[left[0]]
        same = [name for name in left if curves[name].is_one_with(curve)]
        left = [name for name in left if name not in same]
        _draw(axes, curve, same)


def _draw(axes: Axes, curve: Curve, names: Sequence[str]) -> None:
    colour, width = COLOURS[names[0]], _WIDTHS[names[0]]
    front = 2 + 1 / width
    axes.plot(
        curve.x,
        curve.y,
        color=colour,
        marker=MARKS[names[0]],
        markersize=3.5 + width,
        label=",\n".join(NAMES[name] for name in names),
        linewidth=width,
        zorder=front,
    )
    for place, interval in zip(curve.x, curve.intervals, strict=True):
        if interval is not None:
            axes.plot([place, place], interval, color=colour, linewidth=width, zorder=front)
