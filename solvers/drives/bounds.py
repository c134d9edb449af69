"""Bounds of a function of time and of its slope over whole intervals, by interval arithmetic.

R. E. Moore, R. B. Kearfott and M. J. Cloud, Introduction to Interval Analysis (SIAM, 2009), with
derivatives as in its chapter 9. What lies between the bounds may be more than the function ever
takes on, never less: nothing is passed over, however narrow it is. Round-off of the bounds
themselves is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class Interval:
    """All numbers from `low` to `high`, of many intervals at once, (n,) each."""

    low: FloatArray
    high: FloatArray

    @classmethod
    def around(cls, *candidates: FloatArray) -> Interval:
        """From the least of them to the largest; what is no number may be anything."""
        low, high = np.min(candidates, axis=0), np.max(candidates, axis=0)
        return cls(np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high))

    @property
    def width(self) -> FloatArray:
        """(n,), not negative."""
        return np.where(self.low == self.high, 0.0, self.high - self.low)

    def has(self, number: float) -> BoolArray:
        """Whether a number lies within, (n,)."""
        return (self.low <= number) & (number <= self.high)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __add__(self, other: Interval) -> Interval:
        return Interval.around(self.low + other.low, self.high + other.high)

    def __mul__(self, other: Interval) -> Interval:
        pairs = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval.around(*pairs)

    def inverse(self) -> Interval:
        """1/x; anything where x may be zero."""
        anything = self.has(0.0)
        found = Interval.around(1 / self.low, 1 / self.high)
        return Interval(
            np.where(anything, -np.inf, found.low), np.where(anything, np.inf, found.high)
        )

    def of_rising(self, function: Callable[[FloatArray], FloatArray]) -> Interval:
        """What a function that never falls makes of it."""
        return Interval.around(function(self.low), function(self.high))

    def sine(self) -> Interval:
        """The sine of x."""
        found = Interval.around(np.sin(self.low), np.sin(self.high))
        return Interval(
            np.where(self._meets(-math.pi / 2), -1.0, found.low),
            np.where(self._meets(math.pi / 2), 1.0, found.high),
        )

    def _meets(self, angle: float) -> BoolArray:
        turns = 2 * math.pi
        whole = np.floor((self.high - angle) / turns) - np.ceil((self.low - angle) / turns) >= 0
        found: BoolArray = whole | ~np.isfinite(self.width)
        return found

    def size(self) -> Interval:
        """|x|."""
        ends = np.abs(self.low), np.abs(self.high)
        return Interval(np.where(self.has(0.0), 0.0, np.min(ends, axis=0)), np.max(ends, axis=0))

    def to(self, exponent: float) -> Interval:
        """That power of x; anything where it is not defined."""
        if exponent < 0:
            return self.to(-exponent).inverse()
        if exponent.is_integer():
            base = self.size() if exponent % 2 == 0 else self
            return base.of_rising(lambda x: np.power(x, exponent))
        found = self.of_rising(lambda x: np.power(x, exponent))
        return Interval(np.where(self.low < 0, -np.inf, found.low), found.high)


@dataclass(frozen=True, eq=False)
class Bounded:
    """A function and its slope over intervals of its argument; numbers may stand for either.

    Example:
        >>> import numpy as np
        >>> t = Bounded.argument(np.array([0.0]), np.array([1.0]))
        >>> square = power(t, 2.0)
        >>> float(square.value.high[0]), float(square.slope.high[0])
        (1.0, 2.0)
    """

    value: Interval
    slope: Interval

    @classmethod
    def argument(cls, begin: FloatArray, end: FloatArray) -> Bounded:
        """The argument itself from `begin` to `end`, (n,) each."""
        one = np.ones_like(begin)
        return cls(Interval(begin, end), Interval(one, one))

    def _same(self, other: Bounded | float) -> Bounded:
        """The other; of a number what is that number everywhere."""
        if isinstance(other, Bounded):
            return other
        number, zero = np.full_like(self.value.low, other), np.zeros_like(self.value.low)
        return Bounded(Interval(number, number), Interval(zero, zero))

    def chained(self, value: Interval, slope: Interval) -> Bounded:
        """A function of this one, with its values and slopes there."""
        return Bounded(value, slope * self.slope)

    def __pos__(self) -> Bounded:
        return self

    def __neg__(self) -> Bounded:
        return Bounded(-self.value, -self.slope)

    def __add__(self, other: Bounded | float) -> Bounded:
        other = self._same(other)
        return Bounded(self.value + other.value, self.slope + other.slope)

    def __radd__(self, other: float) -> Bounded:
        return self + other

    def __sub__(self, other: Bounded | float) -> Bounded:
        return self + -other

    def __rsub__(self, other: float) -> Bounded:
        return -self + other

    def __mul__(self, other: Bounded | float) -> Bounded:
        other = self._same(other)
        return Bounded(
            self.value * other.value, self.slope * other.value + self.value * other.slope
        )

    def __rmul__(self, other: float) -> Bounded:
        return self * other

    def __truediv__(self, other: Bounded | float) -> Bounded:
        return self * power(self._same(other), -1.0)

    def __rtruediv__(self, other: float) -> Bounded:
        return self._same(other) / self


Operand: TypeAlias = Bounded | float


def sine(x: Operand) -> Operand:
    """The sine of x."""
    if not isinstance(x, Bounded):
        return math.sin(x)
    quarter = np.full_like(x.value.low, math.pi / 2)
    cosine_of = (x.value + Interval(quarter, quarter)).sine()
    return x.chained(x.value.sine(), cosine_of)


def cosine(x: Operand) -> Operand:
    """The cosine of x."""
    return sine(x + math.pi / 2)


def exponential(x: Operand) -> Operand:
    """The exponential of x."""
    if not isinstance(x, Bounded):
        return math.exp(x)
    found = x.value.of_rising(np.exp)
    return x.chained(found, found)


def root(x: Operand) -> Operand:
    """The square root of x."""
    return power(x, 0.5)


def size(x: Operand) -> Operand:
    """|x|."""
    if not isinstance(x, Bounded):
        return abs(x)
    return x.chained(x.value.size(), x.value.of_rising(np.sign))


def power(x: Operand, exponent: Operand) -> Operand:
    """A power of x."""
    if not isinstance(exponent, Bounded):
        if not isinstance(x, Bounded):
            return math.pow(x, exponent)
        if exponent == 0:
            return 1.0
        factor = np.full_like(x.value.low, exponent)
        slope = Interval(factor, factor) * x.value.to(exponent - 1)
        return x.chained(x.value.to(exponent), slope)
    base = exponent._same(x)
    logarithm = base.chained(base.value.of_rising(np.log), base.value.to(-1.0))
    return exponential(exponent * logarithm)
