"""Turn films so that what stands on their pads is seen, and set several side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.run.pictures.pads import Pad
from hebbfilm.run.pictures.surface import Surface

_MOST_TURNED = 25
"""Degrees."""
_GAP = 0.07
"""Between films, in parts of the mean width of one."""
_HAIR = 0.01
"""Likewise: a turn that sets wires apart by less than this is not worth it."""


def arranged(surface: Surface, turn: float) -> Surface:
    """The same with each of its films turned about its middle, anticlockwise by an angle in rad.

    Several stand in a row then, from left to right as they were, about the origin.
    """
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    films = [np.flatnonzero(surface.part == part) for part in range(surface.parts)]
    films.sort(key=lambda film: float(surface.points[film, 0].mean()))
    points = surface.points.copy()
    right = 0.0
    for film in films:
        own = surface.points[film]
        own = (own - (own.min(axis=0) + own.max(axis=0)) / 2) @ spin
        low, high = own.min(axis=0), own.max(axis=0)
        points[film] = own + np.array([right - low[0], 0])
        right += high[0] - low[0] + _GAP * surface.span / len(films)
    points -= (points.min(axis=0) + points.max(axis=0)) / 2
    return replace(surface, points=points)


def best_turn(surface: Surface, pads: Sequence[Pad]) -> float:
    """The angle in rad by which no wire stands before another, as far as may be."""
    feet = [pad.foot for pad in pads]
    turns = sorted(range(-_MOST_TURNED, _MOST_TURNED + 1), key=abs)
    gaps = [_least_gap(arranged(surface, np.radians(turn)).points[feet, 0]) for turn in turns]
    steps = np.floor(np.array(gaps) / (_HAIR * surface.span / surface.parts))
    return float(np.radians(turns[int(np.argmax(steps))]))


def _least_gap(places: FloatArray) -> float:
    return min((b - a for a, b in pairwise(sorted(places))), default=0.0)
