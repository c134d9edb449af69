"""Numbers that a script hands over, looked at before they act."""

import math
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any

import numpy as np

from hebbfilm.common.arrays import FloatArray
from hebbfilm.common.errors import InputError
from hebbfilm.common.messages import shown

LARGEST_SEED = 2**63 - 1


def check_number(
    name: str,
    value: Any,
    unit: str,
    *,
    above: float = -math.inf,
    least: float = -math.inf,
    below: float = math.inf,
) -> None:
    """Raise InputError unless a value is a finite number in its range.

    Args:
        name: of the argument.
        value: what was given for it.
        unit: in which it counts, "" for none.
        above: it must be larger, in this unit.
        least: it must be this or larger.
        below: it must be smaller.
    """
    number = isinstance(value, Real) and not isinstance(value, bool)
    if number and math.isfinite(value) and above < value < below and value >= least:
        return
    allowed = [f"above {above:g}"] if above > -math.inf else []
    allowed += [f"{least:g} or more"] if least > -math.inf else []
    allowed += [f"below {below:g}"] if below < math.inf else []
    if not number or not allowed:
        allowed.insert(0, "a finite number")
    raise InputError(
        f"{name} = {shown(value)}: must be {' and '.join(allowed)}"
        + (f", in {unit}" if unit else "")
    )


def check_truth(name: str, value: Any) -> None:
    """Raise InputError unless a value is True or False; a text like "no" would count as true."""
    if not isinstance(value, bool | np.bool_):
        raise InputError(f"{name} = {shown(value)}: must be True or False")


def check_names(name: str, value: Any) -> None:
    """Raise InputError unless a value is a list of texts; one text would be a list of letters."""
    if isinstance(value, str):
        raise InputError(f"{name} = {shown(value)}: must be a list; for one, [{shown(value)}]")
    listed = list(value) if isinstance(value, Iterable) else [None]
    if not all(isinstance(each, str) for each in listed):
        raise InputError(f"{name} = {shown(value)}: must be a list of names")


def numbers(name: str, value: Any, size: int) -> FloatArray:
    """An array of numbers, so many in each row; or InputError."""
    try:
        found = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f"{name} = {shown(value)}: must be numbers") from None
    if found.ndim == 0 or found.shape[-1] != size:
        raise InputError(f"{name}: of shape {found.shape}, must be {size} in a row")
    return found


def check_kind(name: str, value: Any, kind: type, *, optional: bool = False) -> None:
    """Raise InputError unless a value is of a kind, or None where that is allowed."""
    if not (isinstance(value, kind) or (optional and value is None)):
        article = "an" if kind.__name__[0] in "AEIOU" else "a"
        raise InputError(
            f"{name} = {shown(value)}: must be {article} {kind.__name__}"
            + (", or None" if optional else "")
        )


def check_function(name: str, value: Any) -> None:
    """Raise InputError unless a value can be called."""
    if not callable(value):
        raise InputError(f"{name} = {shown(value)}: must be a function")


def check_count(name: str, value: Any, least: int, most: int | None = None) -> None:
    """Raise InputError unless a value is a whole number from `least` on, to `most` if given."""
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if whole and value >= least and (most is None or value <= most):
        return
    range_ = f"{least} or more" if most is None else f"{least} to {most}"
    raise InputError(f"{name} = {shown(value)}: must be a whole number, {range_}")


def check_vector(name: str, value: Any, unit: str, below: float = math.inf) -> None:
    """Raise InputError unless a value is three finite numbers, each below some amount."""
    try:
        components = list(value)
    except TypeError:
        components = []
    if len(components) != 3:
        raise InputError(f"{name} = {shown(value)}: must be three numbers, in {unit}")
    for component in components:
        check_number(f"a component of {name}", component, unit, above=-below, below=below)
