"""Numbers and states as a page shows them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hebbfilm.common.arrays import IntArray
from hebbfilm.hopfield import format_pattern
from hebbfilm.hopfield.pattern_names import name_of
from hebbfilm.hopfield.patterns import Pattern

_PREFIXES = {-18: "a", -15: "f", -12: "p", -9: "n", -6: "µ", -3: "m", 0: "", 3: "k", 6: "M", 9: "G"}
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MINUS = "−"
_MOST_LINES = 40


def plain(value: float, digits: int = 3) -> str:
    """A number with a true minus, and a power of ten where it is far from 1."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    power = math.floor(math.log10(abs(value)))
    if -4 < power < 6:
        return f"{value:.{digits}g}".replace("-", _MINUS) if power < digits else f"{value:.0f}"
    return f"{value / 10.0**power:.{digits - 1}f}·10{str(power).translate(_RAISED)}".replace(
        "-", _MINUS
    )


def quantity(value: float, unit: str, digits: int = 3) -> str:
    """A value with its unit and a prefix, like "95.7 fJ"; of composed units with a power of ten."""
    if not unit or not unit.isalpha() or value == 0 or unit == "K":
        return f"{plain(value, digits)} {unit}".strip()
    power = 3 * math.floor(math.log10(abs(value)) / 3)
    if power not in _PREFIXES:
        return f"{plain(value, digits)} {unit}"
    return f"{plain(value / 10.0**power, digits)} {_PREFIXES[power]}{unit}"


def signed_percent(fraction: float) -> str:
    """A relative change in percent, with its sign."""
    # What rounds to zero has no sign.
    percent = round(100 * fraction, 2) or 0.0
    return f"{percent:+.2f} %".replace("-", _MINUS) if percent else "0.00 %"


def state(signs: Sequence[int] | IntArray, patterns: Sequence[Pattern] = ()) -> str:
    """A pattern with true minus signs; of many, which of the stored patterns it is, if it is one.

    Args:
        signs: N of ±1.
        patterns: that are stored.
    """
    written = format_pattern(np.asarray(signs))
    name = name_of(np.asarray(signs), patterns)
    return name if name != written else f"({written})".replace("-", _MINUS)


def written(value: Any) -> str:
    """A value of a case as TOML has it, and long lists cut short."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, str):
        return value or '""'
    if isinstance(value, Sequence):
        shown = [written(entry) for entry in value[:12]]
        more = f", … {len(value) - 12} more" if len(value) > 12 else ""
        return f"[{', '.join(shown)}{more}]"
    if isinstance(value, Mapping):
        return f"{{ {_entries(value)} }}"
    return "–" if value is None else str(value)


def in_lines(value: Any) -> str:
    """The same, but each table of a list, like a step, in a line with its number."""
    if not value or not isinstance(value, list) or not all(isinstance(e, Mapping) for e in value):
        return written(value)
    lines = [f"{number}: {_entries(entry)}" for number, entry in enumerate(value, 1)]
    more = [f"… {len(lines) - _MOST_LINES} more"] if len(lines) > _MOST_LINES else []
    return "\n".join(lines[:_MOST_LINES] + more)


def _entries(table: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {written(value)}" for name, value in table.items())
