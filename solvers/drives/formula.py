"""A waveform by an expression of time, as text."""

import ast
import math
import operator
from dataclasses import dataclass
from typing import Literal

from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import reason, shown
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
            raise InputError(f"{self._told}: at t = {time:g} s {reason(error)}") from None
        if not math.isfinite(found):
            raise InputError(f"{self._told}: is {found} at t = {time:g} s; must be finite")
        return found

    @property
    def _told(self) -> str:
        return f"{self._where}.formula = {shown(self.formula)}"

    def _parsed(self) -> Evaluated:
        try:
            return _WORDS.evaluated(self.formula, "sin(2*pi*1e9*t)")
        except InputError as error:
            raise InputError(f"{self._told}: {error}") from None

    def __getstate__(self) -> dict[str, object]:
        """Its fields alone: what was made of the text cannot be sent."""
        return {name: value for name, value in vars(self).items() if name != "_evaluated"}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        vars(self)["_evaluated"] = self._parsed()
