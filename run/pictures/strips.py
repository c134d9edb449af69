"""Strips of a network whose contacts have too many ends for names beside each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from scipy.spatial import cKDTree

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.text import without_stem

_MOST = 10
"""Strips, up to which the names of contacts stand at all their ends."""
_SMALLEST = 2.5
"""Points of type that can still be read, at the largest size of a picture."""
_WIDTH = 0.62
"""Of a letter, in sizes of the type."""


class Strip(NamedTuple):
    """The numbers of its two contacts, from 1, and its lower left and upper right corner in nm."""

    first: int
    second: int
    low: FloatArray
    high: FloatArray


def named_strips(
    points: FloatArray, part: IntArray, contact: IntArray, together: float
) -> list[Strip]:
    """The strips of a film that is in pieces, each with two contacts that are in many places.

    Args:
        points: (N, 2) of its vertices, nm.
        part: of each vertex the piece of film, from 0.
        contact: of each vertex the contact, from 1, or 0.
        together: pieces between the same contacts that are nearer make one strip, nm.

    Returns:
        None of a film whose contacts are where their names can stand.
    """
    pieces = int(part.max()) + 1
    held = np.unique(np.column_stack([part, contact])[contact > 0], axis=0)
    if len(held) != 2 * pieces or (np.bincount(held[:, 0], minlength=pieces) != 2).any():
        return []
    ends = held[:, 1].reshape(-1, 2)
    low, high = np.full((pieces, 2), np.inf), np.full((pieces, 2), -np.inf)
    np.minimum.at(low, part, points)
    np.maximum.at(high, part, points)
    strips: list[Strip] = []
    numbers = np.empty(pieces, dtype=np.int64)
    for number in np.lexsort((low[:, 1], low[:, 0], *ends.T[::-1])):
        first, second = map(int, ends[number])
        last = strips[-1] if strips else None
        if last is not None and (last.first, last.second) == (first, second):
            near = (low[number] <= last.high + together) & (high[number] >= last.low - together)
            if near.all():
                both = np.minimum(last.low, low[number]), np.maximum(last.high, high[number])
                strips[-1] = Strip(first, second, *both)
                numbers[number] = len(strips) - 1
                continue
        strips.append(Strip(first, second, low[number], high[number]))
        numbers[number] = len(strips) - 1
    if len(strips) <= _MOST or _meet_in_contacts(points, contact, numbers[part], strips):
        return []
    return strips


def _meet_in_contacts(
    points: FloatArray, contact: IntArray, strip: IntArray, strips: Sequence[Strip]
) -> bool:
    """Whether most ends have one of the same contact beside them, as where strips lead to it."""
    on = contact > 0
    first = np.array([each.first for each in strips])
    end = 2 * strip[on] + (contact[on] != first[strip[on]])
    number = np.bincount(end)
    middle = np.column_stack([np.bincount(end, points[on, k]) / number for k in (0, 1)])
    of = np.array([(each.first, each.second) for each in strips]).ravel()
    # Itself, perhaps the other end of its strip, and one of another strip.
    near = cKDTree(middle).query(middle, k=3)[1]
    others = near // 2 != np.arange(len(of))[:, None] // 2
    nearest = near[np.arange(len(of)), np.argmax(others, axis=1)]
    return bool(np.mean(of[nearest] == of) > 0.5)


def _gap(strips: Sequence[Strip]) -> float:
    """The least distance of strips above each other in nm; of a single row of them their height."""
    edges = np.unique(np.round([strip.low[1] for strip in strips], 6))
    height = min(float(strip.high[1] - strip.low[1]) for strip in strips)
    return float(np.diff(edges).min()) - height if len(edges) > 1 else height


def draw_strip_names(
    axes: Axes, strips: Sequence[Strip], names: Sequence[str], size: float
) -> None:
    """Write below each strip which contacts it joins, as far as there is room to read it.

    Args:
        axes: with the film.
        strips: of it.
        names: of the contacts in node order; what all begin with is left out.
        size: of the type, points; smaller where strips are.
    """
    short = without_stem(names)
    told = [f"{short[strip.first - 1]}–{short[strip.second - 1]}" for strip in strips]
    widest = max(map(len, told))
    figure = axes.get_figure(root=True)
    if figure is None:
        return
    points = axes.get_position().width * figure.get_figwidth() * 72
    one = points / abs(float(np.diff(axes.get_xlim())[0]))
    room = min(float(strip.high[0] - strip.low[0]) for strip in strips) * one
    size = min(size, 1.25 * room / (_WIDTH * widest), 0.75 * _gap(strips) * one)
    if size < _SMALLEST:
        return
    for strip, text in zip(strips, told, strict=True):
        middle = (strip.low[0] + strip.high[0]) / 2
        axes.annotate(
            text,
            (middle, strip.low[1]),
            xytext=(0, -0.25 * size),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=size,
            zorder=7,
            annotation_clip=False,
        )
