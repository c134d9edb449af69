"""Strips of a network whose contacts have too many ends for names beside each of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.common.text import without_stem

_ENDS = 2
"""Places where each contact is, on average, from which on strips are named."""
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
    for number in np.lexsort((low[:, 1], low[:, 0], *ends.T[::-1])):
        first, second = map(int, ends[number])
        last = strips[-1] if strips else None
        if last is not None and (last.first, last.second) == (first, second):
            near = (low[number] <= last.high + together) & (high[number] >= last.low - together)
            if near.all():
                both = np.minimum(last.low, low[number]), np.maximum(last.high, high[number])
                strips[-1] = Strip(first, second, *both)
                continue
        strips.append(Strip(first, second, low[number], high[number]))
    return strips if _are_scattered(strips) else []


def _are_scattered(strips: Sequence[Strip]) -> bool:
    """Whether the ends of a contact lie in many places: side by side, as in packed networks."""
    places: dict[int, list[FloatArray]] = {}
    for strip in strips:
        for contact in (strip.first, strip.second):
            places.setdefault(contact, []).append((strip.low + strip.high) / 2)
    spread = [float(np.ptp(np.array(each), axis=0).max()) for each in places.values()]
    length = max(float((strip.high - strip.low).max()) for strip in strips)
    return len(strips) * 2 >= _ENDS * len(places) and float(np.median(spread)) > 2 * length


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
