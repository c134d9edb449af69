"""Expressions as text: numbers, + - * / **, and names and functions from a list alone."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from hebbfilm.common.errors import InputError
from hebbfilm.common.hints import did_you_mean
from hebbfilm.common.messages import reason, shown

LONGEST = 1000
"""Characters of an expression."""
Evaluated: TypeAlias = Callable[[Sequence[Any]], Any]
"""The value of an expression for those of its variables, in their order."""


@dataclass(frozen=True)
class Words:
    """What an expression may be made of.

    Args:
        variables: names of what it depends on.
        constants: numbers by their names.
        functions: of one argument, by their names.
        binary: what + - * / ** do.
        unary: what a sign before a number does.
    """

    variables: tuple[str, ...]
    constants: Mapping[str, float]
    functions: Mapping[str, Callable[[Any], Any]]
    binary: Mapping[type[ast.operator], Callable[[Any, Any], Any]]
    unary: Mapping[type[ast.unaryop], Callable[[Any], Any]]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.variables, *self.constants, *self.functions)

    def evaluated(self, text: Any, example: str) -> Evaluated:
        """What evaluates an expression.

        Args:
            text: the expression.
            example: of one, for messages.

        Raises:
            InputError: no text, or no such expression.
        """
        if not isinstance(text, str) or len(text) > LONGEST:
            raise InputError(f"must be text of at most {LONGEST} characters")
        try:
            return self._compiled(ast.parse(text.strip(), mode="eval").body)
        except InputError:
            raise
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise InputError(
                f"is no expression ({reason(error)}); must be one like {example!r}"
            ) from None

    def _compiled(self, node: ast.expr) -> Evaluated:
        """What evaluates a node, made of those that evaluate its parts."""
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return _constant(_as_float(number))
            case ast.Name(id=name) if name in self.variables:
                place = self.variables.index(name)
                return lambda values: values[place]
            case ast.Name(id=name) if name in self.constants:
                return _constant(self.constants[name])
            case ast.UnaryOp(op=sign, operand=operand) if type(sign) in self.unary:
                return _applied(self.unary[type(sign)], self._compiled(operand))
            case ast.BinOp(left=left, op=sign, right=right) if type(sign) in self.binary:
                sides = self._compiled(left), self._compiled(right)
                return _joined(self.binary[type(sign)], *sides)
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if (
                name in self.functions
            ):
                return _applied(self.functions[name], self._compiled(argument))
            case ast.Name(id=name) | ast.Call(func=ast.Name(id=name)) if name not in self.names:
                raise InputError(
                    f"{name} is not known{did_you_mean(name, self.names)} (allowed: "
                    f"{', '.join(self.names)})"
                )
        raise InputError(
            f"{shown(ast.unparse(node))} is not allowed; allowed are numbers, + - * / **, "
            f"{', '.join(self.names)}"
        )


def _as_float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        raise InputError("a whole number is too large") from None


def _constant(number: float) -> Evaluated:
    return lambda _: number


def _applied(function: Callable[[Any], Any], argument: Evaluated) -> Evaluated:
    return lambda values: function(argument(values))


def _joined(function: Callable[[Any, Any], Any], left: Evaluated, right: Evaluated) -> Evaluated:
    return lambda values: function(left(values), right(values))
