"""Whether the way of a wire leads around a film and its layers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.solvers.discretisation.operators import VertexOperators

_INSIDE = 1e-6
"""Least barycentric coordinate of a point inside a cell: a wire may lie at the rim of a film."""


class Piece(NamedTuple):
    """A straight piece of a wire, from `begin` along `along`, both (3,) in m; s runs from 0 on."""

    begin: FloatArray
    along: FloatArray
    length: float
    """The largest s: 1, or infinite."""

    def distance(self, point: FloatArray) -> float:
        """From a point (3,) in m."""
        s = float((point - self.begin) @ self.along / (self.along @ self.along))
        nearest = self.begin + min(max(s, 0.0), self.length) * self.along
        return float(np.linalg.norm(point - nearest))


def pieces_of(start: FloatArray, path: FloatArray) -> list[Piece]:
    """Those of a wire from its start (3,) through its path (k, 3), the last of which is endless."""
    corners = np.vstack([start, path])
    last = len(path)
    return [
        Piece(begin, end - begin, np.inf if k == last else 1.0)
        for k, (begin, end) in enumerate(pairwise(corners), start=1)
    ]


class Body:
    """What a wire has to lead around: the cells that conduct, in 2D between two heights.

    Args:
        operators: of the mesh that conducts.
        lowest, highest: z in m between which it conducts; of tetrahedra not used.
    """

    def __init__(self, operators: VertexOperators, lowest: float, highest: float) -> None:
        mesh = operators.film_mesh
        dimension = mesh.dimension
        corners = mesh.coordinates[mesh.cells][:, :, :dimension]
        self.comm = mesh.comm
        self._cells, self._dimension = mesh.cells, dimension
        self._heights = (lowest, highest) if dimension == 2 else (-np.inf, np.inf)
        self._low, self._high = corners.min(axis=1), corners.max(axis=1)
        self._origin = corners[:, 0]
        edges = corners[:, 1:] - corners[:, :1]
        self._to_barycentric = np.linalg.inv(edges) if len(edges) else edges
        self._reach = 2 * float(np.abs(mesh.coordinates).max(initial=0.0))

    def touching(self, vertices: BoolArray) -> BoolArray:
        """Which cells have one of these vertices (columns,)."""
        found: BoolArray = np.any(vertices[self._cells], axis=1)
        return found

    def entered(self, piece: Piece, allowed: BoolArray) -> FloatArray | None:
        """Where a piece runs through a cell of this rank that it may not, (3,) in m, or None."""
        first, last = self._within_heights(piece)
        if not first < last:
            return None
        begin, along = piece.begin[: self._dimension], piece.along[: self._dimension]
        ends = np.sort([begin + first * along, begin + last * along], axis=0)
        near = ~allowed & (self._low <= ends[1]).all(axis=1) & (self._high >= ends[0]).all(axis=1)
        cells = np.flatnonzero(near)
        turn = self._to_barycentric[cells]
        at_begin = np.einsum("ci,cij->cj", begin - self._origin[cells], turn)
        slope = np.einsum("i,cij->cj", along, turn)
        at_begin = np.column_stack([at_begin, 1 - at_begin.sum(axis=1)]) - _INSIDE
        slope = np.column_stack([slope, -slope.sum(axis=1)])
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = -at_begin / slope
        enter = np.where(slope > 0, crossing, np.where(at_begin < 0, np.inf, -np.inf))
        enter = np.where(slope < 0, -np.inf, enter).max(axis=1, initial=first)
        leave = np.where(slope < 0, crossing, np.inf).min(axis=1, initial=last)
        hit = np.flatnonzero(enter < leave)
        if not len(hit):
            return None
        place: FloatArray = piece.begin + float(enter[hit].min()) * piece.along
        return place

    def _within_heights(self, piece: Piece) -> tuple[float, float]:
        """Between which s a piece is at the height of the body, and not beyond all of it."""
        beyond = (self._reach + float(np.abs(piece.begin).max())) / np.linalg.norm(piece.along)
        first, last = 0.0, min(piece.length, float(beyond))
        z, rise = piece.begin[2], piece.along[2]
        if not rise:
            return (first, last) if self._heights[0] <= z <= self._heights[1] else (1.0, 0.0)
        ends = sorted((height - z) / rise for height in self._heights)
        return max(first, ends[0]), min(last, ends[1])


def require_way_around(
    name: str, body: Body, contact: BoolArray, strands: Sequence[Sequence[Piece]], width: float
) -> None:
    """Raise InputError if a wire runs through what it leads to, or comes back; collective.

    Args:
        name: of its contact.
        body: what conducts.
        contact: which cells of it touch the contact: there its first piece may be.
        strands: of the wire, the same on all ranks.
        width: of the thinnest strand in m.
    """
    for first, *others in strands:
        if any(piece.distance(first.begin) < width for piece in others):
            raise InputError(
                f"oersted.wires: path of {name} comes back to its contact: must lead away from it"
            )
    found = next(_hits(body, contact, strands), None)
    places = [place for place in body.comm.allgather(found) if place is not None]
    if places:
        x, y, z = min(map(tuple, places))
        raise InputError(
            f"oersted.wires: path of {name} runs through the film or its layers at "
            f"({x:.4g}, {y:.4g}, {z:.4g}) m: must lead around them"
        )


def _hits(
    body: Body, contact: BoolArray, strands: Sequence[Sequence[Piece]]
) -> Iterator[FloatArray]:
    nowhere = np.zeros_like(contact)
    for pieces in strands:
        for number, piece in enumerate(pieces):
            place = body.entered(piece, nowhere if number else contact)
            if place is not None:
                yield place
