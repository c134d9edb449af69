"""Figures with room for films: in a row, or one above another where a film is wide."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hebbfilm.run.pictures.surface import Surface

_WIDE = 1.4
"""Ratio of width to height from which on a film, or films side by side, are drawn larger."""
_LARGER = 1.5
_ABREAST = 3
"""Films in a row, at most."""
_FURNITURE = 0.7
"""A title, a scale bar, or a colour bar, inches."""


def growth(surface: Surface) -> float:
    """How many times broader a panel of a film is than one of a film as wide as high."""
    return _LARGER if surface.aspect > _WIDE else 1.0


def sheet(
    surface: Surface, count: int, panel: tuple[float, float], beside: float = 0.0
) -> tuple[Figure, list[Axes]]:
    """A figure with a panel for each of several pictures of a film.

    Args:
        surface: the film.
        count: of panels.
        panel: width and height in inches of one of a film as wide as high.
        beside: further width of the whole, inches.
    """
    if growth(surface) == 1.0:
        rows = -(-count // _ABREAST)
        across = -(-count // rows)
        size = (panel[0] * across + beside, panel[1] * rows)
        figure = Figure(size, layout="constrained")
        panels = list(figure.subplots(rows, across, squeeze=False).flat)
        for axes in panels[count:]:
            axes.remove()
        return figure, panels[:count]
    broad = panel[0] * growth(surface)
    tall = (broad - _FURNITURE) / surface.aspect + _FURNITURE
    figure = Figure((broad + beside, tall * count), layout="constrained")
    return figure, list(figure.subplots(count, 1, squeeze=False)[:, 0])
