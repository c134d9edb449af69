"""How far steps may go at a time, so that nothing which a function of time does is passed over."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import ceil, floor, inf, log2, ulp
from typing import Protocol

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError

MISSED = 0.02
"""Of how far a function moves in all, by which it may be off a straight line within a step. Steps
may be longer than that is followed: they see that, and their own error control does the rest."""
STEADY = 1e-3
"""Of the size of a function, in place of how far it moves, where that is less."""
_SHORTEST = 4
"""Units in the last place of the time: what is not followed in these is a jump."""
_ADJACENT = 400
"""Intervals of that length side by side, beyond which it is no jump any more. Bounds of |x|/x are
too wide for 1/`MISSED` on each side."""
_MOST_STEPS = 1 << 24
"""In one segment, for a waveform alone."""
_FINE, _FEWEST = 5e-14, 16
"""In s, the time between two looks at a function of which nothing is known, and the fewest of them:
no moment turns far in that time."""
_GROWS = 1.2
"""From one to the next of the shortest intervals towards a pole, at least; 2 if it is 1/t."""

_WITHIN = np.array([0.0, 0.23, 0.5, 0.71, 1.0])
"""Of an interval, where a function is asked of which nothing else is known."""

Values = Callable[[FloatArray], FloatArray]
"""A function at times (n,) in s, (n, k)."""


class Watched(Protocol):
    """A function of time, as far as steps have to know it.

    Attributes:
        most: intervals at most into which the time may be cut for it.
    """

    most: int

    def values(self, times: FloatArray) -> FloatArray:
        """It at times (n,) in s, in relation to how far it moves, (n, k)."""

    def deviation(self, begins: FloatArray, ends: FloatArray) -> FloatArray:
        """By how much of that it is off a straight line between these times in s, (n,)."""


@dataclass(frozen=True, eq=False)
class Pace:
    """Where steps have to be short, and where they have to end.

    Attributes:
        begins: of intervals in s, in order, (n,); each ends where the next begins.
        longest: step in s within each, (n,); infinite where anything may be passed over.
        jumps: times in s, in order, at which a function jumps: after the jump.

    Example:
        >>> import numpy as np
        >>> narrow = Pace(np.array([2.0, 2.5]), np.array([0.125, np.inf]))
        >>> [narrow.longest_step(t, 1.0) for t in (0.0, 1.5, 3.0)]
        [1.0, 0.5, 1.0]
    """

    begins: FloatArray = field(default_factory=lambda: np.zeros(0))
    longest: FloatArray = field(default_factory=lambda: np.zeros(0))
    jumps: tuple[float, ...] = ()

    def at(self, time: float) -> float:
        """The longest step in s within the interval where `time` lies."""
        place = bisect_right(self.begins, time)
        return float(self.longest[place - 1]) if place else inf

    def longest_step(self, time: float, step: float) -> float:
        """A step in s, or as much of it as may be gone from `time` in s on."""
        place = bisect_right(self.begins, time)
        step = min(step, self.at(time))
        while place < len(self.begins) and self.begins[place] < time + step:
            # Up to where it has to be shorter; or across, if no further than that.
            ahead = max(float(self.begins[place]) - time, float(self.longest[place]))
            step, place = min(step, ahead), place + 1
        return step


class Paces:
    """Several at once.

    Args:
        paces: those that say anything are kept.

    Attributes:
        jumps: of all of them, in order, in s.
    """

    def __init__(self, paces: Iterable[Pace]) -> None:
        self._paces = [each for each in paces if len(each.begins) or each.jumps]
        self.jumps = tuple(sorted({jump for each in self._paces for jump in each.jumps}))

    def longest_step(self, time: float, step: float) -> float:
        """A step in s, or as much of it as all of them allow from `time` in s on."""
        return min((each.longest_step(time, step) for each in self._paces), default=step)

    def at(self, time: float) -> float:
        """The longest step in s within the interval where `time` lies; infinite where none says."""
        return min((each.at(time) for each in self._paces), default=inf)

    def narrow(self, longest: float) -> list[float]:
        """Times in s at which steps begin to have to be shorter than so many s."""
        return [float(t) for each in self._paces for t in each.begins[each.longest < longest]]


def every(step: float, begin: float, end: float, what: str) -> Pace:
    """Steps of so many s at most, from `begin` to `end` in s; anywhere if that is no time.

    Raises:
        InputError: these are more steps than are ever meant.
    """
    if begin >= end:
        return Pace()
    if end - begin > _MOST_STEPS * step:
        raise _too_fast(what, _MOST_STEPS, begin, end)
    return Pace(np.array([begin, end]), np.array([step, np.inf]))


class TooFastError(InputError):
    """A function that cannot be followed."""


def _too_fast(what: str, most: int, begin: float, end: float) -> TooFastError:
    return TooFastError(
        f"{what}: moves too fast to be followed: more than {most} steps from {begin:.4g} to "
        f"{end:.4g} s would be needed for it alone"
    )


def found_pace(function: Watched, begin: float, end: float, what: str) -> Pace:
    """Halve intervals until a function is as good as straight in each.

    Args:
        function: of time.
        begin: where to look from, in s.
        end: where to look to, in s.
        what: the function is, for messages.

    Raises:
        InputError: it has a pole, or it would take more intervals than steps are ever meant to be.
    """
    # At multiples of powers of 2, wherever it begins: who goes on on the way cuts it alike.
    part = 2.0 ** ceil(log2(end - begin))
    begins: FloatArray = part * np.arange(floor(begin / part), ceil(end / part), dtype=float)
    shortest = _SHORTEST * ulp(max(abs(begin), abs(end)))
    found, count = [np.zeros((2, 0))], 0
    while True:
        inside = (begins < end) & (begins + part > begin)
        begins = begins[inside]
        ends = begins + part
        off = function.deviation(np.maximum(begins, begin), np.minimum(ends, end)) > MISSED
        found.append(np.array([begins[~off], np.full(np.sum(~off), part)]))
        begins = begins[off]
        count += int(np.sum(~off))
        if part <= shortest or not begins.size:
            break
        if count + 2 * begins.size > function.most:
            raise _too_fast(what, function.most, begin, end)
        part /= 2
        begins = np.concatenate([begins, begins + part])
    return _of_intervals(np.concatenate(found, axis=1), _jumps(begins, part, function, what))


def _jumps(begins: FloatArray, part: float, function: Watched, what: str) -> tuple[float, ...]:
    """The ends of those of the shortest intervals, all in s, within which a function jumps."""
    if not begins.size:
        return ()
    begins = np.sort(begins)
    if begins.size > _ADJACENT and (begins[_ADJACENT:] - begins[:-_ADJACENT]).min() <= (
        _ADJACENT * part
    ):
        raise TooFastError(
            f"{what}: does not settle near t = {begins[0]:.4g} s, and cannot be followed there"
        )
    before, after, later = (function.values(begins + k * part) for k in range(3))
    growing = (np.abs(after) > _GROWS * np.abs(later)) & (np.abs(after) > MISSED)
    if growing.any():
        at = begins[growing.any(axis=1)][0]
        raise InputError(f"{what}: grows without bound towards t = {at:.4g} s; must be finite")
    # Bounds may be too wide for what is smooth; not a number is where it cannot be asked.
    jumping = ~(np.abs(after - before) <= MISSED).all(axis=1)
    return tuple(map(float, begins[jumping] + part))


def _of_intervals(found: FloatArray, jumps: tuple[float, ...]) -> Pace:
    begins, parts = found[:, np.argsort(found[0])]
    if len(begins) <= 1:
        return Pace(jumps=jumps)
    return Pace(np.array([*begins, begins[-1] + parts[-1]]), np.array([*parts, np.inf]), jumps)


class _Sampled:
    """A function by what it is at some times; see `Watched`.

    Args:
        function: of times (n,) in s: (n, k) of any units.
        begin: where to look from, in s.
        end: where to look to, in s.
        samples: how many parts to begin with.
    """

    most = 1 << 13

    def __init__(self, function: Values, begin: float, end: float, samples: int) -> None:
        self._function, self._begin, self._part = function, begin, (end - begin) / samples
        self._times: FloatArray = np.linspace(begin, end, samples + 1).astype(float)
        known = function(self._times)
        size = np.maximum(np.ptp(known, axis=0), STEADY * np.abs(known).max(axis=0))
        self._size = np.where(size > 0, size, 1.0)
        self._known = known / self._size

    def values(self, times: FloatArray) -> FloatArray:
        """In relation to how far it moves, (n, k)."""
        found: FloatArray = self._function(times) / self._size
        return found

    def deviation(self, begins: FloatArray, ends: FloatArray) -> FloatArray:
        """Of a straight line, as far as the samples tell, (n,)."""
        return np.array([self._off(a, b) for a, b in zip(begins, ends, strict=True)])

    def _off(self, begin: float, end: float) -> float:
        first = floor((begin - self._begin) / self._part)
        last = min(ceil((end - self._begin) / self._part), len(self._times) - 1)
        if last - first >= len(_WITHIN) - 1:
            times, found = self._times[first : last + 1], self._known[first : last + 1]
        else:
            times = begin + (end - begin) * _WITHIN
            found = self.values(times)
        share = ((times - times[0]) / (times[-1] - times[0]))[:, None]
        return float(np.abs(found - (1 - share) * found[0] - share * found[-1]).max(initial=0.0))


def sampled_pace(function: Values, begin: float, end: float, most: int, what: str) -> Pace:
    """The same of a function of which nothing is known but what it is at some times.

    Where it moves all the time, and too fast for that, steps are as short as these times lie apart.

    Args:
        function: of times (n,) in s: (n, k) of any units.
        begin: where to look from, in s.
        end: where to look to, in s.
        most: parts of the time, at most, at whose ends to look at it: what is narrower is found by
            chance alone.
        what: the function is, for messages.

    Raises:
        InputError: it has a pole.
    """
    parts = min(2 ** ceil(log2(max((end - begin) / _FINE, _FEWEST))), most)
    try:
        return found_pace(_Sampled(function, begin, end, parts), begin, end, what)
    except TooFastError:
        return every((end - begin) / parts, begin, end, what)
