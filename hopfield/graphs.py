"""Graphs: which pairs of units are joined, and where units are drawn.

A graph is written as its kind and its numbers:

complete:N: every pair of N units.
pixels:RxC, pixels:RxC:REACH: R rows and C columns; joined are units not farther apart than the
    reach, in spacings of the lattice: 1 neighbours, 1.5 (the default) the moves of a king, 2.3
    those of a knight and two steps ahead, too.
diagonals:RxC: neighbours, and one diagonal of each cell, as in a `square_lattice` with diagonals.
hexagons:RINGS: a hexagon of the triangular lattice with 1 + 3 n (n + 1) units, neighbours joined.

Units are numbered row by row from below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import did_you_mean

KING = 1.5
MOST_UNITS = 500
_KINDS = ("complete", "pixels", "diagonals", "hexagons")
_ALLOWED = "allowed are complete:N, pixels:RxC or pixels:RxC:REACH, diagonals:RxC, hexagons:RINGS"


@dataclass(frozen=True, eq=False)
class Graph:
    """Which pairs are joined.

    Attributes:
        name: as it is written.
        places: of the units, (N, 2), in spacings of the lattice; for a complete graph on a circle.
        coupled: (P,) in the order of `pairs`.
    """

    name: str
    places: FloatArray
    coupled: BoolArray

    @property
    def units(self) -> int:
        """Their number, N."""
        return len(self.places)

    @property
    def strips(self) -> int:
        """Number of pairs that are joined."""
        return int(self.coupled.sum())


def parse_graph(text: str) -> Graph:
    """Read a graph as the head of this module writes it.

    Raises:
        InputError: no such graph.

    Example:
        >>> parse_graph("pixels:7x5").strips, parse_graph("hexagons:3").units
        (106, 37)
    """
    kind, _, rest = text.partition(":")
    if kind not in _KINDS:
        raise InputError(f"graph {text!r}: {_ALLOWED}{did_you_mean(kind, _KINDS)}")
    patterns = {
        "complete": r"(\d+)",
        "pixels": r"(\d+)x(\d+)(?::(\d+\.?\d*))?",
        "diagonals": r"(\d+)x(\d+)",
        "hexagons": r"(\d+)",
    }
    found = re.fullmatch(patterns[kind], rest)
    if found is None:
        raise InputError(f"graph {text!r}: {_ALLOWED}")
    numbers = [float(number) for number in found.groups() if number is not None]
    places = _places(kind, numbers)
    if not 2 <= len(places) <= MOST_UNITS:
        raise InputError(f"graph {text!r}: has {len(places)} units; allowed are 2 to {MOST_UNITS}")
    first, second = np.triu_indices(len(places), k=1)
    apart = places[second] - places[first]
    coupled = _joined(kind, apart, numbers)
    if not coupled.any():
        raise InputError(f"graph {text!r}: joins no pair; allowed is a reach of 1 or more")
    return Graph(text, places, coupled)


def _places(kind: str, numbers: list[float]) -> FloatArray:
    size = int(numbers[0])
    if kind == "complete":
        turns = 2 * np.pi * np.arange(min(size, MOST_UNITS + 1)) / max(size, 1)
        return np.column_stack([np.cos(turns), np.sin(turns)])
    if kind == "hexagons":
        size = min(size, MOST_UNITS)
        steps = range(-size, size + 1)
        cells = [(a, u) for u in steps for a in steps if abs(a + u) <= size]
        return np.array([(a + u / 2, np.sqrt(3) / 2 * u) for a, u in cells])
    rows, columns = size, int(numbers[1])
    up, across = np.divmod(np.arange(min(rows * columns, MOST_UNITS + 1)), max(columns, 1))
    return np.column_stack([across, up]).astype(float)


def _joined(kind: str, apart: FloatArray, numbers: list[float]) -> BoolArray:
    distance = np.hypot(*apart.T)
    within = 1e-9  # of a spacing: rounding of the places
    if kind == "complete":
        return np.ones(len(apart), dtype=bool)
    if kind == "pixels":
        reach = numbers[2] if len(numbers) > 2 else KING
        return np.asarray(distance <= reach + within)
    near: BoolArray = distance <= 1 + within
    return near if kind == "hexagons" else near | (apart == 1).all(axis=1)
