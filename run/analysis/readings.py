"""All the readings of a run, or of the runs of a study, side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hebbfilm.common.statistics import wilson_interval
from hebbfilm.common.tables import aligned
from hebbfilm.common.text import counted
from hebbfilm.hopfield import Reference, format_pattern
from hebbfilm.hopfield.readings import (
    ReadingResult,
    all_references,
    best_first,
    correlation_rank,
    read_by,
)
from hebbfilm.run.analysis.conditions import conditions, conditions_text, ranked, share_text
from hebbfilm.run.analysis.signs import changes_by_signs, signs_text
from hebbfilm.run.folder.summary import Summary

_MOST_LISTED = 60
_HEAD = ["rule", "since", "of"]


def readings_of(summary: Summary) -> list[ReadingResult]:
    """What each reading makes of a run, the best first; its own is among them."""
    every = all_references(list(summary.readings), list(summary.reference_film))
    references = dict.fromkeys([summary.reference.reference, *every])
    patterns = list(summary.patterns)
    given = summary.readings, summary.reference_film, patterns
    return best_first([read_by(reference, *given) for reference in references])


def analyse_readings(summary: Summary) -> dict[str, Any]:
    """All readings of one run as plain numbers, the best first."""
    own = summary.reference.reference
    return {
        "patterns": [format_pattern(pattern) for pattern in summary.patterns],
        "moments": list(summary.readings),
        "readings": [
            {
                **_named(result.reference),
                "stable": result.stable,
                "stored": result.stored,
                "recalled": result.recalled,
                "margin": result.margin,
                "margin_unit": result.reference.unit,
                "correlation": result.correlation,
                "own": result.reference == own,
            }
            for result in readings_of(summary)
        ],
    }


def analyse_readings_of_study(
    summaries: Mapping[str, Summary], cases: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """In how many runs each reading recalls from all starts, as plain numbers, the best first.

    A reading counts the runs that have its moments.

    Args:
        summaries: of the runs by their names.
        cases: of the runs, as their manifests have them.
    """
    results = {name: readings_of(summary) for name, summary in summaries.items()}
    found: dict[Reference, dict[str, ReadingResult]] = {}
    for name, each in results.items():
        for result in each:
            found.setdefault(result.reference, {})[name] = result
    own = {name: summary.reference.reference for name, summary in summaries.items()}
    rows = [_counted(r, runs, r in own.values()) for r, runs in found.items()]
    rows.sort(key=_rank, reverse=True)
    kinds = ranked(conditions(cases), results, own)
    signs = changes_by_signs(list(summaries.values()))
    return {"runs": list(summaries), "readings": rows, "conditions": kinds, "signs": signs}


def readings_text(found: Mapping[str, Any]) -> str:
    """The table of one run."""
    patterns = ", ".join(f"({pattern})" for pattern in found["patterns"])
    rows = [
        [*_cells(row), _stable(row), _recalled(row), _margin(row), _number(row["correlation"])]
        for row in found["readings"]
    ]
    head = [*_HEAD, "stable", "recalled", "margin", "correlation"]
    return "\n".join(
        [
            f"Readings of a film trained on {patterns}, the best first; stable are those of the "
            "stored states, patterns and negatives, in which recall stays; recalled is the part of "
            "asynchronous recalls, from all starts, that end in a stored state",
            "",
            *_table(head, rows),
            "",
            "* as the run was read",
        ]
    )


def study_readings_text(found: Mapping[str, Any]) -> str:
    """The table of a study."""
    rows = [
        [
            *_cells(row),
            share_text(**row["all_stable"]),
            share_text(**row["recalled"]),
            share_text(**row["margin_above_zero"]),
            _number(row["mean_correlation"]),
        ]
        for row in found["readings"]
    ]
    head = [*_HEAD, "all stored states stable", "recalled from all starts", "margin above zero"]
    head.append("correlation")
    return "\n".join(
        [
            f"Readings of {counted(len(found['runs']), 'run')}, the best first; 95 % confidence "
            "intervals in brackets; recalled counts runs whose stored states are all stable",
            "",
            *_table(head, rows),
            "",
            "* as a run of the study was read",
            *conditions_text(found["conditions"]),
            *signs_text(found["signs"]),
        ]
    )


def _named(reference: Reference) -> dict[str, Any]:
    """Its parts; nothing is compared with by rules of g itself."""
    return {
        "rule": reference.rule,
        "offset": reference.offset,
        "since": reference.since if reference.compares else None,
        "of": list(reference.of),
    }


def _counted(reference: Reference, runs: Mapping[str, ReadingResult], own: bool) -> dict[str, Any]:
    known = [result.correlation for result in runs.values() if result.correlation is not None]
    return {
        **_named(reference),
        "all_stable": _part([result.all_stable for result in runs.values()]),
        "recalled": _part([result.from_all for result in runs.values()]),
        "margin_above_zero": _part([result.parts for result in runs.values()]),
        "mean_recalled": float(np.mean([result.recalled or 0.0 for result in runs.values()])),
        "mean_correlation": float(np.mean(known)) if known else None,
        "not_recalled": [name for name, result in runs.items() if not result.from_all],
        "own": own,
    }


def _part(true: Sequence[bool]) -> dict[str, Any]:
    """K of n runs, with Wilson's interval."""
    interval = wilson_interval(sum(true), len(true))
    return {"count": sum(true), "runs": len(true), "interval": interval}


def _rank(row: Mapping[str, Any]) -> tuple[float, ...]:
    keys = ("all_stable", "recalled", "margin_above_zero")
    parts = [row[key]["count"] / row[key]["runs"] for key in keys]
    return *parts, row["mean_recalled"], correlation_rank(row["mean_correlation"])


def _cells(row: Mapping[str, Any]) -> list[str]:
    offset = "" if row["offset"] is None else f" {row['offset']:g}"
    mark = " *" if row["own"] else ""
    return [f"{row['rule']}{offset}{mark}", row["since"] or "-", " and ".join(row["of"])]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = aligned([head, *rows[:_MOST_LISTED]], "<<<>")
    more = len(rows) - _MOST_LISTED
    return lines + ([f"… and {counted(more, 'reading')} more in the file"] if more > 0 else [])


def _stable(row: Mapping[str, Any]) -> str:
    return "no weights" if row["recalled"] is None else f"{row['stable']} of {row['stored']}"


def _recalled(row: Mapping[str, Any]) -> str:
    return "no weights" if row["recalled"] is None else f"{100 * row['recalled']:.1f} %"


def _margin(row: Mapping[str, Any]) -> str:
    margin = row["margin"]
    if margin is None:
        return "not defined"
    scale, unit = (100, "%") if row["margin_unit"] == "1" else (1e6, "µS")
    return f"{scale * margin:+.3f} {unit}"


def _number(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.3f}"
