"""Keys of cases and their values in pictures: in the units in which films are spoken of."""

from __future__ import annotations

from typing import Any

from hebbfilm.run.inputs.key_list import key_list
from hebbfilm.run.study.members import value_text

_SPOKEN = {"m": ("nm", 1e9), "s": ("ns", 1e9), "V": ("mV", 1e3)}


def labelled(key: str) -> str:
    """The last part of a key in words.

    Example:
        >>> labelled("disorder.relative_deviation")
        'relative deviation'
    """
    return key.rpartition(".")[2].replace("_", " ")


def told(key: str, value: Any) -> str:
    """A value with its unit.

    Example:
        >>> told("layout.thickness", 3e-9)
        '3 nm'
    """
    known = next((each.unit for each in key_list() if each.name == key), "")
    if not isinstance(value, float):
        return f"{value_text(value)} {known}".rstrip()
    unit, scale = _SPOKEN.get(known, (known, 1.0))
    return f"{scale * value:.6g} {unit}".rstrip()
