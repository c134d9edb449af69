"""Fields that change slowly against the steps: found at the end of each, foreseen within it.

Within a step they are parabolas in time through the last three values, at the ends of steps h₂ and
h₁ before. At s in it that misses H by e(s) = ω(s) H'''/6, to leading order, with ω(s) = s (s + h₁)
(s + h₁ + h₂). As ω(s)/s grows, |e(s)| ≤ (s/h) |e(h)| up to the end of the step, h, m is then
off by at most γ₀ ∫ |e| ds ≤ γ₀ h |e(h)|/2. What e(h) is, is seen when the field is found there. As
long as that is little of the tolerance of a step, the field is foreseen; else it is found at each
stage, and the step during which it grew too large is taken once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.solvers.followers import FollowsCurrent
from hebbfilm.solvers.kernels.compiled import loops, new, reals
from hebbfilm.solvers.terms.interface import BoundField

_POINTS = 3
_SHARE = 0.1
"""Of the tolerance of a step, by which m may be off for what is foreseen."""
_AGAIN = 0.5
"""Of that, within which it is foreseen once more."""
_SHORTER = 0.4
"""By which steps may become shorter for that."""


Moment: TypeAlias = Literal["start", "within", "end"]
"""Of a step."""


class _Known(NamedTuple):
    """The sum at a time in s, A/m (owned, 3)."""

    time: float
    values: FloatArray


class SlowFields:
    """The sum of the slow fields of a film, at the start of a step and within it.

    Args:
        fields: that are slow.
        owned: number of vertices.
        rate: the largest γ₀ in m/(A s).

    Attributes:
        foreseen: whether stages are to take what is foreseen.
    """

    def __init__(self, fields: Sequence[BoundField], owned: int, rate: float) -> None:
        self._fields, self._rate = fields, rate
        self._known: list[_Known] = []
        buffers = _POINTS + 1 if fields else 0
        self._free: list[FloatArray] = [np.empty((owned, 3)) for _ in range(buffers)]
        self._latest: FloatArray | None = None
        self.foreseen = False

    def __bool__(self) -> bool:
        return bool(self._fields)

    def forget(self) -> None:
        """What was found says nothing about what follows."""
        self._free += [each.values for each in self._known]
        self._known.clear()
        self._latest = None
        self.foreseen = False

    def follow_current(self) -> None:
        """Those that follow the current have taken another one."""
        if any(isinstance(each, FollowsCurrent) for each in self._fields):
            self.forget()

    def add(self, time: float, m: FloatArray, out: FloatArray) -> None:
        """Add them in A/m at `time` in s to `out` (owned, 3), of m (columns, 3); collective."""
        for each in self._fields:
            each.add_field(time, m, out)

    def add_at(self, moment: Moment, time: float, m: FloatArray, out: FloatArray) -> None:
        """The same at a moment of a step; collective.

        At the end they are found, and at the start they are what they were at the end before. In
        a step whose ends are not asked for, like one with noise, they are found each time.
        """
        if not self._fields:
            return
        if moment == "within" and self.foreseen:
            loops.foresee(out.size, self._foreseen(time), reals(out))
        elif moment == "within":
            self.add(time, m, out)
        elif moment == "end":
            out += self._find(time, m)
        else:
            if not self._known:
                self._find(time, m)
                self.keep(time)
            out += self._known[-1].values

    def _find(self, time: float, m: FloatArray) -> FloatArray:
        self._latest = self._free[0]
        self._latest[:] = 0
        self.add(time, m, self._latest)
        return self._latest

    def missed(self, time: float) -> float:
        """How far m may be off at the end of a step, at `time` in s, by what is foreseen of it.

        On this rank, by what was found there; 0 as long as too little is known.
        """
        if self._latest is None or len(self._known) < _POINTS:
            return 0.0
        latest = self._latest
        square = loops.largest_miss(len(latest), self._foreseen(time), reals(latest))
        step = time - self._known[-1].time
        return float(self._rate * step / 2 * np.sqrt(square))

    def error(self, missed: float, tolerance: float) -> float:
        """What counts as the error of a step, so that the next ones are short enough to foresee.

        Like the error of a step `missed` grows as its fourth power. 0 where steps had to be shorter
        than half as long: it costs less to find the fields at each stage.
        """
        error = missed / (_SHARE if self.foreseen else _SHARE * _AGAIN)
        return error if error <= _SHORTER**-4 * tolerance else 0.0

    def accept(self, missed: float, tolerance: float) -> bool:
        """Whether a step may stand; decides, too, what the next one does.

        Args:
            missed: the largest on all ranks.
            tolerance: of a step.
        """
        allowed = _SHARE * tolerance * (1.0 if self.foreseen else _AGAIN)
        small = missed <= allowed
        stands = small or not self.foreseen
        self.foreseen = small and len(self._known) == _POINTS
        return stands

    def keep(self, time: float) -> None:
        """The step to `time` in s stands, and with it what was found at its end."""
        if self._latest is None:
            return
        if len(self._known) == _POINTS:
            self._free.append(self._known.pop(0).values)
        self._known.append(_Known(time, self._free.pop(0)))
        self._latest = None

    def _foreseen(self, time: float) -> Any:
        """What the loops take, for `time` in s: the polynomial of Lagrange."""
        (a, first), (b, second), (c, third) = self._known
        to_a, to_b, to_c = time - a, time - b, time - c
        weights = [
            to_b * to_c / ((a - b) * (a - c)),
            to_a * to_c / ((b - a) * (b - c)),
            to_a * to_b / ((c - a) * (c - b)),
        ]
        values = [reals(each) for each in (first, second, third)]
        return new("Foreseen *", {"weights": weights, "values": values})
