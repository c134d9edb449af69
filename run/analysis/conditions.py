"""Runs that differ in nothing but patterns and seeds, and how many of each kind learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hebbfilm.common.statistics import wilson_interval
from hebbfilm.run.folder.same_case import values_of

_REPEATS = ("training.patterns", "title")
"""Keys that make no other condition, beside seeds."""
ALL_ALIKE = "all runs"


def conditions(cases: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Of each run what it differs in from others, patterns and seeds aside, like "voltage = 0.05".

    Args:
        cases: the whole case of each run by its name, as nested mappings.

    Returns:
        By the names of the runs; "all runs" where they are all alike.
    """
    flat = {name: _kept(values_of(case)) for name, case in cases.items()}
    keys = dict.fromkeys(key for values in flat.values() for key in values)
    varied = [key for key in keys if len({repr(v.get(key)) for v in flat.values()}) > 1]
    return {
        name: ", ".join(_said(key, values[key]) for key in varied if key in values) or ALL_ALIKE
        for name, values in flat.items()
    }


def ranked(
    condition: Mapping[str, str], exact: Mapping[str, bool], margin: Mapping[str, float | None]
) -> list[dict[str, Any]]:
    """How many runs of each condition recall their patterns from all states, best first.

    Args:
        condition: of each run by its name.
        exact: of each run whether the stored states alone are fixed points.
        margin: of each run the least change of pairs of opposite signs less the largest of others.
    """
    found = [
        _counted(name, [run for run in condition if condition[run] == name], exact, margin)
        for name in dict.fromkeys(condition.values())
    ]
    return sorted(found, key=lambda row: (-row["exact"] / row["runs"], -row["margin_above_zero"]))


def _counted(
    name: str,
    runs: Sequence[str],
    exact: Mapping[str, bool],
    margin: Mapping[str, float | None],
) -> dict[str, Any]:
    count = sum(exact[run] for run in runs)
    return {
        "condition": name,
        "runs": len(runs),
        "exact": count,
        "interval": wilson_interval(count, len(runs)),
        "margin_above_zero": sum((margin[run] or 0) > 0 for run in runs),
    }


def _kept(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value
        for key, value in values.items()
        if key not in _REPEATS and not key.endswith("seed")
    }


def _said(key: str, value: Any) -> str:
    name = key.rpartition(".")[2]
    return f"{name} = {value:g}" if isinstance(value, float) else f"{name} = {value}"
