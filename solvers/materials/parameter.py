"""What a quantity of a material may be: one number, or what differs from place to place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, Union, cast

import numpy as np
import numpy.typing as npt

from hebbfilm.common.arrays import FloatArray

if TYPE_CHECKING:
    from dolfinx import fem

    from hebbfilm.solvers.materials.parameter_on_film import ParameterOnFilm

Parameter: TypeAlias = Union[
    float,
    tuple[float, ...],
    FloatArray,
    Callable[[FloatArray], npt.ArrayLike],
    "fem.Function",
    Mapping[str, "Parameter"],
    "ParameterOnFilm",
]
"""Of a film: a number (or vector) for all of it; an array of one row for each vertex, or each cell,
that this rank owns; a function of places (n, 3) in m that returns n of them; a DOLFINx function on
the mesh of the film; or any of these for each region by its name, with `REST` for what lies in
none of those that are named."""

REST = "film"
"""The name of what lies in no region; none can be called so."""


def is_uniform(parameter: Parameter) -> bool:
    """Whether it is one number, or one vector, for the whole film."""
    return isinstance(parameter, int | float) or (
        isinstance(parameter, list | tuple) and all(isinstance(x, int | float) for x in parameter)
    )


def described(parameter: Parameter | str | None) -> Any:
    """What a parameter is, as JSON can hold it: numbers, else words that tell which one it is.

    Example:
        >>> described({"film": 1.0, "tip": max})
        {'film': 1.0, 'tip': 'builtin_function_or_method max'}
    """
    if parameter is None or isinstance(parameter, str) or is_uniform(parameter):
        return list(parameter) if isinstance(parameter, tuple) else parameter
    if isinstance(parameter, Mapping):
        return {str(region): described(value) for region, value in parameter.items()}
    if isinstance(parameter, np.ndarray):
        digest = hashlib.sha256(repr(parameter.dtype).encode() + parameter.tobytes()).hexdigest()
        extent = f" of {parameter.min():.6g} to {parameter.max():.6g}" if parameter.size else ""
        return f"array {parameter.shape}{extent}, {digest[:8]}"
    name = getattr(parameter, "__qualname__", None) or getattr(parameter, "name", None)
    return f"{type(parameter).__name__} {name}" if name else type(parameter).__name__


def same(first: Parameter | str | None, second: Parameter | str | None) -> bool:
    """Whether two are one parameter: equal numbers, equal arrays, or one and the same function."""
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return first.keys() == second.keys() and all(same(first[k], second[k]) for k in first)
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return np.array_equal(first, second)
    return first is second or (_plain(first) and _plain(second) and first == second)


def _plain(parameter: Parameter | str | None) -> bool:
    return parameter is None or isinstance(parameter, str) or is_uniform(parameter)


def problem_of_uniform(
    value: Parameter | None,
    name: str,
    problem_of: Callable[[str, float], str | None],
    uniform_alone: bool = False,
) -> str | None:
    """What is wrong with a number as a parameter, in words; None if nothing is, or it varies.

    Args:
        value: as it was given.
        name: of the parameter.
        problem_of: what it must be, where one of its values is not.
        uniform_alone: whether it must not differ from place to place.
    """
    if value is None or isinstance(value, str | bool):
        return "must be a number" + ("" if uniform_alone else ", or vary in space")
    if not is_uniform(value):
        return "must be one number" if uniform_alone else None
    if isinstance(value, list | tuple):
        return (
            f"values of shape {np.shape(value)}: must be one number, or an array (np.array) of one "
            "for each vertex or cell"
        )
    number = cast(float, value)
    if not np.isfinite(number):
        return "must be a finite number"
    problem = problem_of(name, number)
    return problem and f"must be {problem}"
