"""Runs that differ in nothing but patterns and seeds, and how many of each kind recall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hebbfilm.common.statistics import wilson_interval
from hebbfilm.common.tables import aligned
from hebbfilm.hopfield import Reference
from hebbfilm.hopfield.readings import ReadingResult
from hebbfilm.run.folder.same_case import values_of

ALL_ALIKE = "all alike"
_REPEATS = ("training.patterns", "title")
"""Keys that make no other condition, beside seeds."""


def conditions(cases: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Of each run in what it differs from others, patterns and seeds aside, like "size = 3e-07".

    Args:
        cases: the whole case of each run by its name, as nested mappings.

    Example:
        >>> cases = {name: {"training": {"voltage": v}} for name, v in {"a": 0.1, "b": 0.2}.items()}
        >>> conditions(cases)
        {'a': 'voltage = 0.1', 'b': 'voltage = 0.2'}
    """
    return {name: condition_text(values) for name, values in varied_values(cases).items()}


def varied_values(cases: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The values of each run at the keys in which runs differ, patterns and seeds aside.

    Args:
        cases: as of `conditions`.

    Example:
        >>> cases = {name: {"training": {"voltage": v}} for name, v in {"a": 0.1, "b": 0.2}.items()}
        >>> varied_values(cases)["b"]
        {'training.voltage': 0.2}
    """
    flat = {name: _deciding(values_of(case)) for name, case in cases.items()}
    keys = dict.fromkeys(key for values in flat.values() for key in values)
    varied = [key for key in keys if len({repr(v.get(key)) for v in flat.values()}) > 1]
    return {
        name: {key: values[key] for key in varied if key in values} for name, values in flat.items()
    }


def order_of(values: Mapping[str, Any]) -> tuple[tuple[float, str], ...]:
    """What conditions are sorted by: numbers by their size, all else by how it is written.

    Example:
        >>> sorted([{"voltage": 0.1}, {"voltage": 0.02}], key=order_of)
        [{'voltage': 0.02}, {'voltage': 0.1}]
    """
    return tuple(
        (float(v), "") if isinstance(v, int | float) else (0.0, str(v)) for v in values.values()
    )


def condition_text(values: Mapping[str, Any]) -> str:
    """Such values in words."""
    return ", ".join(_said(key, value) for key, value in values.items()) or ALL_ALIKE


def ranked(
    condition: Mapping[str, str],
    results: Mapping[str, Sequence[ReadingResult]],
    own: Mapping[str, Reference],
) -> list[dict[str, Any]]:
    """How many runs of each condition recall from all starts, best first.

    Args:
        condition: of each run by its name.
        results: of all readings of each run.
        own: the reading of each run itself.
    """
    rows = []
    for name in dict.fromkeys(condition.values()):
        runs = [run for run in results if condition[run] == name]
        by_reading = {
            reference: [r for run in runs for r in results[run] if r.reference == reference]
            for reference in {r.reference: None for run in runs for r in results[run]}
        }
        usual = [r for run in runs for r in results[run] if r.reference == own[run]]
        best = max(by_reading, key=lambda each: _rank(by_reading[each]))
        rows.append(
            {"condition": name}
            | _counts(usual)
            | {"best_reading": _name(best), "best_recalled": _counts(by_reading[best])["recalled"]}
        )
    return sorted(rows, key=lambda row: (row["recalled"] / row["runs"], row["parts"]), reverse=True)


def conditions_text(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The ranking as lines; none where all runs are of one condition."""
    if len(rows) < 2:
        return []
    head = ["recalled from all starts", "margin above zero", "by the best reading", "condition"]
    cells = [
        [
            share_text(row["recalled"], row["runs"], row["interval"]),
            f"{row['parts']} of {row['runs']}",
            f"{row['best_recalled']} ({row['best_reading']})",
            row["condition"],
        ]
        for row in rows
    ]
    return ["", "By condition, as the runs were read, the best first", "", *aligned([head, *cells])]


def share_text(count: int, runs: int, interval: Sequence[float]) -> str:
    """So many of all runs, with the confidence interval of their share."""
    low, high = interval
    return f"{count} of {runs} [{low:.2f}, {high:.2f}]"


def _counts(found: Sequence[ReadingResult]) -> dict[str, Any]:
    recalled = sum(result.from_all for result in found)
    return {
        "runs": len(found),
        "recalled": recalled,
        "interval": wilson_interval(recalled, len(found)),
        "parts": sum(result.parts for result in found),
    }


def _rank(found: Sequence[ReadingResult]) -> tuple[int, int]:
    return sum(result.from_all for result in found), sum(result.parts for result in found)


def _name(reference: Reference) -> str:
    offset = "" if reference.offset is None else f" {reference.offset:g}"
    return f"{reference.rule}{offset} {reference.moments()}"


def _deciding(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value
        for key, value in values.items()
        if key not in _REPEATS and not key.endswith("seed")
    }


def _said(key: str, value: Any) -> str:
    name = key.rpartition(".")[2]
    return f"{name} = {value:g}" if isinstance(value, float) else f"{name} = {value}"
