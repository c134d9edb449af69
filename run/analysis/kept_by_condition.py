"""What runs of a kind still know on average, and how many of them recall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hebbfilm.common.statistics import mean_interval, wilson_interval
from hebbfilm.common.tables import aligned
from hebbfilm.run.analysis.conditions import condition_text, order_of
from hebbfilm.run.analysis.retention import Kept, Retention


@dataclass(frozen=True)
class KeptByKind:
    """What runs of a kind know at a time.

    Attributes:
        runs: how many go so far.
        margin: their mean.
        margin_interval: of 95 %, Student's; None of a single run.
        recalled: how many recall a stored state from all starts.
        recalled_interval: of their share, of 95 %, Wilson's.
    """

    runs: int
    margin: float
    margin_interval: tuple[float, float] | None
    recalled: int
    recalled_interval: tuple[float, float]


@dataclass(frozen=True)
class ConditionRetention:
    """Runs that differ in nothing but seeds and patterns.

    Attributes:
        values: in which they differ from others, by the keys of the case.
        kept: what they know at each time; None where none of them goes so far.
    """

    values: Mapping[str, Any]
    kept: tuple[KeptByKind | None, ...]

    @property
    def name(self) -> str:
        """The values in words."""
        return condition_text(self.values)


def by_condition(found: Retention) -> list[ConditionRetention]:
    """What runs of each kind know at the times of a table, kinds in the order of their values."""
    kinds: dict[str, list[int]] = {}
    for number, run in enumerate(found.runs):
        kinds.setdefault(condition_text(run.condition), []).append(number)
    every = [
        ConditionRetention(
            found.runs[members[0]].condition,
            tuple(
                _of_kind([found.runs[member].kept[place] for member in members])
                for place in range(len(found.times))
            ),
        )
        for members in kinds.values()
    ]
    return sorted(every, key=lambda kind: order_of(kind.values))


def conditions_text(times: Sequence[float], found: Sequence[ConditionRetention]) -> list[str]:
    """A row a kind: mean margin with its interval, and how many recall; none of single runs."""
    if all(kept is None or kept.runs < 2 for each in found for kept in each.kept):
        return []
    rows = [["condition", *(f"{1e9 * time:g} ns" for time in times)]]
    rows += [[each.name, *map(_cell, each.kept)] for each in found]
    head = "Mean margin / % [interval of 95 %], and runs that recall from all starts"
    return ["", head, "", *aligned(rows)]


def as_dict(found: Retention, kinds: Sequence[ConditionRetention]) -> dict[str, Any]:
    """All figures, in SI units, as they stand in retention.json."""
    return {
        "times": list(found.times),
        "runs": [
            {
                "run": run.name,
                "condition": dict(run.condition),
                "margin": [None if kept is None else kept.margin for kept in run.kept],
                "contrast": [None if kept is None else kept.contrast for kept in run.kept],
                "recall_success": [None if kept is None else kept.recall for kept in run.kept],
            }
            for run in found.runs
        ],
        "conditions": [
            {
                "condition": dict(each.values),
                "kept": [None if kept is None else vars(kept) for kept in each.kept],
            }
            for each in kinds
        ],
    }


def _of_kind(every: Sequence[Kept | None]) -> KeptByKind | None:
    known = [kept for kept in every if kept is not None and kept.margin is not None]
    if not known:
        return None
    margins = np.array([kept.margin for kept in known], dtype=np.float64)
    recalled = sum(kept.recall == 1 for kept in known)
    return KeptByKind(
        len(known),
        float(margins.mean()),
        mean_interval(margins) if len(known) > 1 else None,
        recalled,
        wilson_interval(recalled, len(known)),
    )


def _cell(kept: KeptByKind | None) -> str:
    if kept is None:
        return "-"
    interval = ""
    if kept.margin_interval is not None:
        low, high = kept.margin_interval
        interval = f" [{100 * low:+.2f}, {100 * high:+.2f}]"
    return f"{100 * kept.margin:+.2f}{interval} {kept.recalled}/{kept.runs}"
