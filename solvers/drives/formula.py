"""A waveform by an expression of time, as text."""

import ast
import math
import operator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import reason, shown
from hebbfilm.solvers.drives import bounds
from hebbfilm.solvers.drives.bounds import Bounded, Interval
from hebbfilm.solvers.drives.pace import STEADY, Pace, found_pace
from hebbfilm.solvers.drives.waveform import AnyWaveform
from hebbfilm.solvers.expressions import Evaluated, Words

_WORDS = Words(
    variables=("t",),
    constants={"pi": math.pi},
    functions={
        "sin": math.sin,
        "cos": math.cos,
        "exp": math.exp,
        "sqrt": math.sqrt,
        "abs": abs,
    },
    binary={
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Div: operator.truediv,
        # In place of Python's own, which makes complex numbers of negative ones.
        ast.Pow: math.pow,
    },
    unary={ast.UAdd: operator.pos, ast.USub: operator.neg},
)
_BOUNDS = replace(
    _WORDS,
    functions={
        "sin": bounds.sine,
        "cos": bounds.cosine,
        "exp": bounds.exponential,
        "sqrt": bounds.root,
        "abs": bounds.size,
    },
    binary={**_WORDS.binary, ast.Pow: bounds.power},
)
"""The same for all times of an interval at once."""
_EXAMPLE = "sin(2*pi*1e9*t)"


@dataclass(frozen=True, kw_only=True)
class Formula(AnyWaveform):
    """An expression of the time t in s: numbers, + - * / **, sin cos exp sqrt abs, pi and t.

    Args:
        amplitude: of a field H along x, y and z in A/m; of a contact its voltage in V, or its
            `Current`.
        formula: the expression; for fields it should stay within ±1, as the amplitude is taken
            for the largest field when a step is chosen.

    Raises:
        InputError: no such expression; or, where it is evaluated, one that has no finite value.

    Example:
        >>> Formula(amplitude=0.05, formula="exp(-t/1e-9)*cos(2*pi*1e9*t)").drive(0.0)
        0.05
    """

    formula: str
    kind: Literal["formula"] = "formula"

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "_evaluated", self._parsed())

    def value(self, time: float) -> float:
        """The waveform at `time` in s."""
        evaluated: Evaluated = vars(self)["_evaluated"]
        try:
            found = float(evaluated((time,)))
        except (ArithmeticError, ValueError) as error:
            raise InputError(f"{self._said}: at t = {time:g} s {reason(error)}") from None
        if not math.isfinite(found):
            raise InputError(f"{self._said}: is {found} at t = {time:g} s; must be finite")
        return found

    def pace(self, begin: float, end: float) -> Pace:
        """How far steps may go from `begin` to `end` in s: nothing that it does is passed over.

        Raises:
            InputError: it moves too fast to be followed, or grows without bound.
        """
        return _pace(self.formula, begin, end, self._said)

    @property
    def _said(self) -> str:
        return f"{self._where}.formula = {shown(self.formula)}"

    def _parsed(self) -> Evaluated:
        try:
            return _WORDS.evaluated(self.formula, _EXAMPLE)
        except InputError as error:
            raise InputError(f"{self._said}: {error}") from None

    def __getstate__(self) -> dict[str, object]:
        """Its fields alone: what was made of the text cannot be sent."""
        return {name: value for name, value in vars(self).items() if name != "_evaluated"}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        vars(self)["_evaluated"] = self._parsed()


@lru_cache(maxsize=64)
def _pace(formula: str, begin: float, end: float, told: str) -> Pace:
    function = _Bounded(formula, np.array([begin, (begin + end) / 2, end]))
    while True:
        moved = function.moved
        found = found_pace(function, begin, end, told)
        # Until it is known how far it moves, flat parts are cut in vain.
        if function.moved <= 2 * moved:
            return found


class _Bounded:
    """A formula by its bounds; see `hebbfilm.solvers.drives.pace.Watched`.

    Args:
        formula: the expression.
        times: in s, at which to begin with how far it moves.
    """

    most = 1 << 19

    def __init__(self, formula: str, times: FloatArray) -> None:
        self._evaluated = _BOUNDS.evaluated(formula, _EXAMPLE)
        self._low, self._high = math.inf, -math.inf
        self._look(times)

    def values(self, times: FloatArray) -> FloatArray:
        """In relation to how far it moves, (n, 1)."""
        found: FloatArray = np.asarray(self._bounds(times, times)[0].low[:, None] / self.moved)
        return found

    def deviation(self, begins: FloatArray, ends: FloatArray) -> FloatArray:
        """Of a straight line, by that at most, (n,)."""
        self._look(begins + (ends - begins) / 2)
        value, slope = self._bounds(begins, ends)
        # Between slopes p and q the way from a chord is at most (q - p) of a quarter of its length.
        bent = slope.width * (ends - begins) / 4
        off: FloatArray = np.fmin(value.width, bent) / self.moved
        return off

    def _bounds(self, begins: FloatArray, ends: FloatArray) -> tuple[Interval, Interval]:
        with np.errstate(all="ignore"):
            found = self._evaluated([Bounded.argument(begins, ends)])
            if not isinstance(found, Bounded):
                found = 0.0 * Bounded.argument(begins, ends) + found
            return found.value, found.slope

    def _look(self, times: FloatArray) -> None:
        """See how far it moves at these times (n,) in s, too."""
        found = self._bounds(times, times)[0].low
        found = found[np.isfinite(found)]
        self._low = min(self._low, found.min(initial=math.inf))
        self._high = max(self._high, found.max(initial=-math.inf))

    @property
    def moved(self) -> float:
        """How far, as far as was seen."""
        if self._low > self._high:
            return 1.0
        size = max(abs(self._low), abs(self._high))
        return max(self._high - self._low, STEADY * size) or 1.0
