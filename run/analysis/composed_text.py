"""Capacity of composed networks as text for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from hebbfilm.common.tables import aligned
from hebbfilm.common.text import counted
from hebbfilm.run.folder.learnt import NAMES

MEASURES = {
    "stable": "sets stable",
    "firm": "sets firm",
    "exact": "sets exact",
    "recalled": "recalled",
    "each_recalled": "all recalled",
}
"""By the names of `Stored`."""


def capacity_text(found: Mapping[str, Any]) -> str:
    """What the networks are, the pools, and a table of all points."""
    lines = _what(found)
    for pool in found["pools"]:
        lines += ["", *_pool(pool)]
    heads = [["graph", "strips", "patterns", "", "", *MEASURES.values()]]
    rows = [
        [
            point["graph"],
            str(point["strips"]),
            kind_told(point),
            str(point["patterns"]),
            NAMES[name],
            *(value_told(stored[measure]) for measure in MEASURES),
        ]
        for point in found["points"]
        for name, stored in point["stored"].items()
    ]
    left_out = [f"Left out: {each}" for each in found["left_out"]]
    lines += ["", *aligned(heads + rows, "<><><")]
    return "\n".join([*lines, "", *left_out] if left_out else lines)


def kind_told(point: Mapping[str, Any]) -> str:
    """The kind of patterns of a point, in a word or two."""
    kind = point["kind"]
    return f"overlap {point['overlap']:g}" if kind == "overlap" else str(kind)


def value_told(found: Mapping[str, Any] | None) -> str:
    """A fraction in percent with its interval."""
    if found is None:
        return "not known"
    value = f"{100 * found['value']:.0f}"
    if found["interval"] is None:
        return f"{value} %"
    low, high = (100 * end for end in found["interval"])
    return f"{value} [{low:.0f}, {high:.0f}] %"


def _what(found: Mapping[str, Any]) -> list[str]:
    trials = found["trials"]
    recall = (
        f"recalled: share of starts with {100 * trials['share']:g} % of the signs flipped that end "
        "in the pattern itself; all recalled: sets of which every pattern is, in 95 % of trials"
    )
    sets = f"{counted(found['sets'], 'set')} of each kind, seed {found['seed']}"
    if not found["runs"]:
        return [f"Ideal rules alone: no runs were given; {sets}", recall]
    side = trials["parallel"]
    beside = "" if side == 1 else f"; {side} strips in parallel make one of a network"
    return [
        f"Composed of strips measured in {counted(len(found['runs']), 'run')}, not simulated as "
        f"whole networks{beside}",
        f"Weights: {found['reference']}",
        f"{sets}; intervals of 95 % count strips and sets ({trials['resamples']} resamples)",
        recall,
    ]


def _pool(pool: Mapping[str, Any]) -> list[str]:
    together = {
        "signed": "each sequence of signs by itself",
        "unsigned": "sequences of signs and their negatives",
        "count": "all that as many patterns drive",
    }[pool["level"]]
    p_values = ", ".join(f"{value:.3f} ({name})" for name, value in pool["p_values"].items())
    patterns = counted(pool["patterns"], "pattern")
    lines = [
        f"{counted(pool['strips'], 'strip')} that were shown {patterns}, taken together: "
        f"{together} ({counted(pool['classes'], 'pool')}; p-values {p_values})"
    ]
    rows: list[Sequence[str]] = [("driven by", "strips", "change")]
    for each in pool["changes"]:
        spread = each["deviation"]
        told = "" if spread is None else f" ± {100 * spread:.2f}"
        rows.append(
            (str(each["driven_by"]), str(each["strips"]), f"{100 * each['mean']:.2f}{told} %")
        )
    return lines + aligned(rows, ">")
