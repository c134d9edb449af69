"""Draw the couplings between pads as bows in space, coloured by what training has made of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.path import Path as Outline
from matplotlib.text import Text

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.folder.reader import Run
from hebbfilm.run.pictures import style
from hebbfilm.run.pictures.beside import place_labels
from hebbfilm.run.pictures.curves import MOST_LABELS
from hebbfilm.run.pictures.matrices import unit_of_weights
from hebbfilm.run.pictures.pads import Pad
from hebbfilm.run.pictures.slant import View, draw_line
from hebbfilm.run.pictures.surface import Surface, cells_at

_BOW = 0.5
"""Times a quarter of its length is how high a coupling rises."""
_INSET = 0.15
"""Of the way to the wire, how far a coupling reaches onto a pad."""
_POINTS = 121
_MOST_SMALL = 10
"""Labels on one of several films."""


def draw_couplings(
    axes: Axes,
    view: View,
    surface: Surface,
    pads: Sequence[Sequence[Pad]],
    run: Run,
    height: float,
    hidden: FloatArray,
) -> bool:
    """A bow for each coupled pair on each film that both have pads on, with a label on one.

    Args:
        axes: whose limits and size are final.
        view: of the film.
        surface: the film.
        pads: of each neuron.
        run: what it has learnt.
        height: of the pads, nm.
        hidden: places (n, 2) on the page that labels had better leave free.

    Returns:
        Whether there was room for labels.
    """
    weights = run.summary.weights
    limit = _largest(run)
    before, after = run.summary.conductance_before, run.summary.conductance_after
    pairs = [p for p, c in zip(combinations(range(len(pads)), 2), run.coupled, strict=True) if c]
    alone = surface.parts == 1
    size, most = (9.0, MOST_LABELS) if alone else (7.5, _MOST_SMALL)
    labels: list[Text] = []
    lines, unlabelled = [], [hidden]
    for i, j in pairs:
        strength = weights[i, j] / limit
        pages = [
            _draw_bow(axes, view, surface, ends, height, strength)
            for ends in _nearest(surface, pads[i], pads[j])
        ]
        change = style.signed(100 * (after[i, j] / before[i, j] - 1), 1)
        text = rf"$\mathbf{{\Delta G_{{{i + 1}{j + 1}}}}}$  {change} %"
        if pages:
            # Of films that are presented alike each has a part of the labels.
            lines.append(pages.pop(len(labels) % len(pages)))
            labels.append(_label(axes, text, _colour(strength), size))
        unlabelled += pages
    if len(labels) > most:
        for label in labels:
            label.remove()
        return False
    place_labels(axes, labels, [line[20:-20] for line in lines], np.concatenate(unlabelled))
    return True


def draw_scale(axes: Axes, run: Run) -> None:
    """Colour and width of a coupling by its weight: axes of their own."""
    x = np.linspace(-1, 1, 101)
    y = np.array([_width(strength) / 2 for strength in x])
    top, low = np.column_stack((x, y)), np.column_stack((x, -y))
    quads = np.stack((low[:-1], low[1:], top[1:], top[:-1]), axis=1)
    colours = [_colour(strength) for strength in (x[:-1] + x[1:]) / 2]
    axes.add_collection(
        PolyCollection(list(quads), facecolors=colours, edgecolors=colours, linewidths=0.3)
    )
    limit = _largest(run)
    power = int(np.floor(np.log10(limit)))
    power = 0 if -1 <= power <= 1 else power
    ends = [style.signed(sign * limit / 10.0**power, 2) for sign in (-1, 1)]
    axes.set_xticks([-1, 0, 1], [ends[0], "0", ends[1]])
    axes.set_xlabel(f"weight w$_{{ij}}${style.in_units(power, unit_of_weights(run))}")
    axes.set_yticks([])
    axes.set_xlim(-1, 1)
    figure = axes.get_figure(root=True)
    assert figure is not None
    points = 72 * axes.get_position().height * figure.get_size_inches()[1]
    axes.set_ylim(-points / 2, points / 2)
    axes.spines[:].set_visible(False)


def _largest(run: Run) -> float:
    return float(np.abs(run.summary.weights).max()) or 1.0


def _nearest(surface: Surface, a: Sequence[Pad], b: Sequence[Pad]) -> list[tuple[Pad, Pad]]:
    """The two nearest pads on each film that both neurons have some on and are presented to."""
    ways = [
        (first, second)
        for first in a
        for second in b
        if first.film == second.film and first.sign and second.sign
    ]
    found: dict[int, tuple[Pad, Pad]] = {}
    feet = np.array([[first.foot, second.foot] for first, second in ways]).reshape(-1, 2)
    lengths = np.linalg.norm(np.diff(surface.points[feet], axis=1)[:, 0], axis=1)
    for number in np.argsort(lengths):
        found.setdefault(ways[number][0].film, ways[number])
    return [found[film] for film in sorted(found)]


def _draw_bow(
    axes: Axes,
    view: View,
    surface: Surface,
    pads: tuple[Pad, Pad],
    height: float,
    strength: float,
) -> FloatArray:
    """A coupling of a strength from -1 to 1 and its shadow; places (n, 2) of it on the page."""
    start, end = _ends(surface, *pads)
    s = np.linspace(0, 1, _POINTS)
    way = start + s[:, None] * (end - start)
    rise = _BOW * s * (1 - s) * np.linalg.norm(end - start)
    on_film = cells_at(surface, *way.T) >= 0
    shadow = np.where(on_film[:, None], view.on_page(way), np.nan)
    axes.plot(*shadow.T, color="black", alpha=0.35, linewidth=2.5, zorder=2.6)
    page = view.on_page(way, height + rise)
    draw_line(axes, page, _colour(strength), _width(strength), 5)
    return page


def _ends(surface: Surface, a: Pad, b: Pad) -> tuple[FloatArray, FloatArray]:
    """Where the straight way between two pads leaves the one and enters the other."""
    first, last = surface.points[[a.foot, b.foot]]
    way = first + np.linspace(0, 1, 400)[:, None] * (last - first)
    of_a = np.flatnonzero(Outline(surface.points[a.outline]).contains_points(way))
    of_b = np.flatnonzero(Outline(surface.points[b.outline]).contains_points(way))
    start = way[of_a.max(initial=0)]
    end = way[of_b.min(initial=len(way) - 1)]
    return start + _INSET * (first - start), end + _INSET * (last - end)


def _label(axes: Axes, text: str, colour: tuple[float, float, float, float], size: float) -> Text:
    return axes.text(
        0,
        0,
        text,
        ha="center",
        va="center",
        fontsize=size,
        zorder=8,
        bbox={"boxstyle": "round,pad=0.25", "fc": "white", "ec": colour, "linewidth": 1.4},
    )


def _colour(strength: float) -> tuple[float, float, float, float]:
    """One of hardly any strength has the colour of its sign, too."""
    shade = np.sign(strength) * (0.3 + 0.7 * abs(strength))
    colour: tuple[float, float, float, float] = style.WEIGHTS(0.5 + 0.5 * shade)
    return colour


def _width(strength: float) -> float:
    """In points."""
    return 1.2 + 4.8 * abs(strength)
