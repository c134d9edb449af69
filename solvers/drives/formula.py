"""A waveform by an expression of time, as text."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import did_you_mean
from hebbfilm.common.messages import reason, shown
from hebbfilm.solvers.drives.waveform import AnyWaveform

_LONGEST = 1000
_Evaluated: TypeAlias = Callable[[float], float]

_BINARY: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    # In place of Python's own, which makes complex numbers of negative ones.
    ast.Pow: math.pow,
}
_UNARY: Mapping[type[ast.unaryop], Callable[[float], float]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
_FUNCTIONS: Mapping[str, Callable[[float], float]] = {
    "sin": math.sin,
    "cos": math.cos,
    "exp": math.exp,
    "sqrt": math.sqrt,
    "abs": abs,
}
_CONSTANTS: Mapping[str, float] = {"pi": math.pi}
_TIME = "t"
_NAMES = (_TIME, *_CONSTANTS, *_FUNCTIONS)


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
        evaluated: _Evaluated = vars(self)["_evaluated"]
        try:
            found = evaluated(time)
        except (ArithmeticError, ValueError) as error:
            raise InputError(f"{self._told}: at t = {time:g} s {reason(error)}") from None
        if not math.isfinite(found):
            raise InputError(f"{self._told}: is {found} at t = {time:g} s; must be finite")
        return found

    @property
    def _told(self) -> str:
        return f"{self._where}.formula = {shown(self.formula)}"

    def _parsed(self) -> _Evaluated:
        if not isinstance(self.formula, str) or len(self.formula) > _LONGEST:
            raise InputError(f"{self._told}: must be text of at most {_LONGEST} characters")
        try:
            return _compiled(ast.parse(self.formula.strip(), mode="eval").body)
        except InputError as error:
            raise InputError(f"{self._told}: {error}") from None
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise InputError(
                f"{self._told}: is no expression ({reason(error)}); "
                "must be one like 'sin(2*pi*1e9*t)'"
            ) from None

    def __getstate__(self) -> dict[str, object]:
        """Its fields alone: what was made of the text cannot be sent."""
        return {name: value for name, value in vars(self).items() if name != "_evaluated"}

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        vars(self)["_evaluated"] = self._parsed()


def _compiled(node: ast.expr) -> _Evaluated:
    """What evaluates a node, made of those that evaluate its parts.

    Raises:
        InputError: a node that is not allowed.
    """
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return _constant(_as_float(number))
        case ast.Name(id="t"):
            return lambda time: time
        case ast.Name(id=name) if name in _CONSTANTS:
            return _constant(_CONSTANTS[name])
        case ast.UnaryOp(op=sign, operand=operand) if type(sign) in _UNARY:
            return _applied(_UNARY[type(sign)], _compiled(operand))
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _BINARY:
            return _joined(_BINARY[type(sign)], _compiled(left), _compiled(right))
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _FUNCTIONS:
            return _applied(_FUNCTIONS[name], _compiled(argument))
        case ast.Name(id=name) | ast.Call(func=ast.Name(id=name)) if name not in _NAMES:
            raise InputError(
                f"{name} is not known{did_you_mean(name, _NAMES)} (allowed: {', '.join(_NAMES)})"
            )
    raise InputError(
        f"{shown(ast.unparse(node))} is not allowed; allowed are numbers, + - * / **, "
        f"{', '.join(_NAMES)}"
    )


def _as_float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        raise InputError("a whole number is too large") from None


def _constant(number: float) -> _Evaluated:
    return lambda _: number


def _applied(function: Callable[[float], float], argument: _Evaluated) -> _Evaluated:
    return lambda time: function(argument(time))


def _joined(
    function: Callable[[float, float], float], left: _Evaluated, right: _Evaluated
) -> _Evaluated:
    return lambda time: function(left(time), right(time))
