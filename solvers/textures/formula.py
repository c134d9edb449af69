"""Magnetisation by expressions of the place."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown
from hebbfilm.solvers.expressions import Words
from hebbfilm.solvers.textures.texture import Texture

_WORDS = Words(
    variables=("x", "y", "z"),
    constants={"pi": math.pi},
    functions={
        "sin": np.sin,
        "cos": np.cos,
        "tan": np.tan,
        "atan": np.arctan,
        "sinh": np.sinh,
        "cosh": np.cosh,
        "tanh": np.tanh,
        "exp": np.exp,
        "log": np.log,
        "sqrt": np.sqrt,
        "abs": np.abs,
        "sign": np.sign,
    },
    binary={
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        # Of NumPy, which makes infinities and no errors.
        ast.Div: np.divide,
        ast.Pow: np.float_power,
    },
    unary={ast.UAdd: operator.pos, ast.USub: operator.neg},
)
_EXAMPLE = "tanh(x/5e-9)"


@dataclass(frozen=True, kw_only=True)
class FormulaTexture(Texture):
    """m by three expressions of the place x, y, z in m; its length does not count.

    They may hold numbers, + - * / **, pi, and sin cos tan atan sinh cosh tanh exp log sqrt abs sign
    of one argument; nothing else is run.

    Args:
        m: the components along x, y and z.

    Raises:
        InputError: no such expression; where it is evaluated, one that is not finite, or three that
            are zero.

    Example:
        >>> import numpy as np
        >>> texture = FormulaTexture(m=("1/cosh(x/5e-9)", "0", "tanh(x/5e-9)"))
        >>> texture.at(np.array([[0.0, 0, 0], [1e-7, 0, 0]])).round(3)
        array([[1., 0., 0.],
               [0., 0., 1.]])
    """

    by_place = True
    m: tuple[str, str, str]
    kind: Literal["formula"] = "formula"

    def __post_init__(self) -> None:
        super().__post_init__()
        for number in range(3):
            try:
                _WORDS.evaluated(self.m[number], _EXAMPLE)
            except InputError as error:
                raise InputError(f"{self._told(number)}: {error}") from None

    def at(self, points: FloatArray) -> FloatArray:
        """Directions at points (n, 3) in m, (n, 3)."""
        found = np.empty(points.shape)
        with np.errstate(all="ignore"):
            for number in range(3):
                found[:, number] = _WORDS.evaluated(self.m[number], _EXAMPLE)([*points.T])
        for number in range(3):
            self._require(np.isfinite(found[:, number]), points, self._told(number), "finite")
        self._require(np.any(found != 0, axis=1), points, f"formula.m = {[*self.m]}", "not zero")
        return found

    def require_fit(
        self, places: FloatArray | None, regions: Mapping[str, FloatArray] | None
    ) -> None:
        """Evaluate it on the outline of the film."""
        if places is not None:
            self.at(places)

    def _require(self, good: BoolArray, points: FloatArray, told: str, allowed: str) -> None:
        if not good.all():
            x, y, z = points[np.flatnonzero(~good)[0]]
            raise InputError(f"{told}: must be {allowed} at x, y, z = {x:g}, {y:g}, {z:g} m")

    def _told(self, number: int) -> str:
        return f"formula.m[{number}] = {shown(self.m[number])}"
