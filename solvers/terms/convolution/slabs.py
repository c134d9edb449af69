"""The grid shared out over the ranks, and what they exchange at the borders of their parts."""

from typing import Any, NamedTuple

from mpi4py import MPI

import numpy as np

from hebbfilm.common.arrays import FloatArray, IntArray
from hebbfilm.solvers.kernels.compiled import integers, loops, reals
from hebbfilm.solvers.terms.convolution.lengths import padded_length

_SPREAD = 1.5
"""Planes held by all ranks, in relation to those there are, up to which several may hold one."""


def shares(total: int, ranks: int) -> IntArray:
    """Where the part of each rank starts, and the total, (ranks + 1,)."""
    return (np.arange(ranks + 1) * total // ranks).astype(np.int64)


class _Exchange(NamedTuple):
    """Boxes of one side of an exchange, ordered by the rank on the other."""

    places: IntArray
    counts: IntArray
    buffer: FloatArray

    @classmethod
    def of(cls, places: IntArray, counts: IntArray) -> "_Exchange":
        return cls(places.astype(np.int32), 3 * counts, np.empty((len(places), 3)))

    def pointers(self, values: FloatArray) -> tuple[Any, ...]:
        """What the compiled loops take, with the values (3, places) of this rank."""
        count, stride = len(self.places), values.shape[1]
        return count, integers(self.places), stride, reals(values), reals(self.buffer)


class Slabs:
    """Each rank holds the boxes of some consecutive planes of x, and places for those of others.

    Planes of y, if the ranks hold fewer of these: x and y are then in each other's place. Where
    that is little more than there is, each holds all planes in which it has a share: planes
    of several ranks are added up where they are exchanged for the transforms. Else each plane is
    held by one rank, and what another one has in it is sent there, and back, before and after.

    Values are arrays (3, places): the boxes of this rank in the order (layers, x, y), with y
    padded, and then the boxes of other ranks in which this one has a share.

    Args:
        comm: of the film.
        shape: number of layers, of boxes along x and along y.
        touched: boxes in which this rank has a share, numbered in the order of
            `shape` without padding.

    Attributes:
        turned: whether x and y are in each other's place, but for numbers of boxes.
        shape: as it is then.
        ranges: (ranks, 2) the planes of each, from the first to the last, without that.
        first, last: those of this rank.
        places: how many there are.
    """

    def __init__(self, comm: MPI.Intracomm, shape: tuple[int, int, int], touched: IntArray) -> None:
        self._comm, self._grid = comm, shape
        layers, *sides = shape
        _, *along = np.unravel_index(touched, shape)
        spread = [_spread(comm, each) for each in along]
        x, y = (0, 1) if _held(spread[0]) / sides[0] <= _held(spread[1]) / sides[1] else (1, 0)
        self.turned = x == 1
        self.shape = layers, sides[x], sides[y]
        self._row = row = padded_length(sides[y])
        planes = along[x]
        self.ranges, holders = _ranges(spread[x], sides[x])
        self.first, self.last = (int(x) for x in self.ranges[comm.rank])
        foreign = (planes < self.first) | (planes >= self.last)
        owners = holders[planes[foreign]]
        order = np.argsort(owners, kind="stable")
        self._foreign = touched[foreign][order]
        asked = np.bincount(owners, minlength=comm.size)
        given = np.array(comm.alltoall(list(asked)))
        self._apart = comm.allreduce(len(self._foreign)) > 0
        parts = np.split(self._foreign, np.cumsum(asked)[:-1])
        lent = np.concatenate(comm.alltoall(parts)).astype(np.int64)
        self._boxes = layers * (self.last - self.first) * row
        # Even, so that all components are aligned alike.
        self.places = self._boxes + len(self._foreign) + len(self._foreign) % 2
        own = np.union1d(touched[~foreign], lent)
        self.used = np.concatenate([own, self._foreign])
        self._away = _Exchange.of(self._boxes + np.arange(len(self._foreign)), asked)
        self._home = _Exchange.of(self.find(lent), given)

    def find(self, boxes: IntArray) -> IntArray:
        """The places of some boxes among `used`."""
        layer, x, y = np.unravel_index(boxes, self._grid)
        if self.turned:
            x, y = y, x
        planes = self.last - self.first
        places: IntArray = ((layer * planes + x - self.first) * self._row + y).astype(np.int64)
        away = (x < self.first) | (x >= self.last)
        if away.any():
            order = np.argsort(self._foreign)
            rows = np.searchsorted(self._foreign[order], boxes[away])
            places[away] = self._boxes + order[rows]
        return places

    def add_up(self, values: FloatArray) -> None:
        """Add what this rank has in boxes of others to what they have; collective."""
        if self._apart:
            loops.take_boxes(*self._away.pointers(values))
            self._send(self._away, self._home)
            loops.add_boxes(*self._home.pointers(values))

    def hand_out(self, values: FloatArray) -> None:
        """Fetch the values in boxes of other ranks; collective."""
        if self._apart:
            loops.take_boxes(*self._home.pointers(values))
            self._send(self._home, self._away)
            loops.put_boxes(*self._away.pointers(values))

    def _send(self, source: _Exchange, target: _Exchange) -> None:
        self._comm.Alltoallv([source.buffer, source.counts], [target.buffer, target.counts])


def _spread(comm: MPI.Intracomm, planes: IntArray) -> IntArray:
    """From which plane to which each rank has a share, without the last, (ranks, 2); collective."""
    own = (int(planes.min()), int(planes.max()) + 1) if len(planes) else (0, 0)
    return np.array(comm.allgather(own))


def _held(spread: IntArray) -> int:
    """How many planes all ranks hold then."""
    return int(np.diff(spread, axis=1).sum())


def _ranges(spread: IntArray, planes: int) -> tuple[IntArray, IntArray]:
    """The planes (ranks, 2) of each rank, and the one that holds each plane where one does.

    Args:
        spread: from which to which each rank has a share.
        planes: how many there are.
    """
    starts = shares(planes, len(spread))
    # Ranks hold what is nearest to their share of the film.
    order = np.argsort(spread.sum(axis=1), kind="stable")
    apart = np.empty_like(spread)
    apart[order] = np.column_stack([starts[:-1], starts[1:]])
    holders = np.repeat(order, np.diff(starts))
    together = _held(spread) <= _SPREAD * planes
    return (spread if together else apart), holders
