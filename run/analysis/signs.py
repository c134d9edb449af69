"""What a current does to a pair of contacts, by the signs of their voltages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hebbfilm.common.arrays import IntArray
from hebbfilm.common.tables import aligned
from hebbfilm.hopfield.contact_pairs import pairs, relative_change
from hebbfilm.run.folder.summary import Summary

SIGNS = {0: "+ -", 2: "+ +", -2: "- -"}
"""By their sum."""


def changes_by_signs(summaries: Sequence[Summary]) -> list[dict[str, Any]]:
    """Mean and standard deviation of the relative change of pairs, by the signs of their voltages.

    Walls are dragged from contact to contact, so a pair at two positive voltages need not change as
    one at two negative ones does.

    Args:
        summaries: of runs; what presented more than one pattern, or both its signs, or twins, each
            of which has its own sign, is left out.
    """
    found: dict[str, list[float]] = {name: [] for name in SIGNS.values()}
    for summary in summaries:
        if (presented := _presented(summary)) is None:
            continue
        change = relative_change(summary.conductance_before, summary.conductance_after)
        for (i, j), r in zip(pairs(len(presented)), change, strict=True):
            if np.isfinite(r):
                found[SIGNS[int(presented[i] + presented[j])]].append(float(r))
    return [
        {
            "signs": name,
            "pairs": len(values),
            "mean": float(np.mean(values)),
            "deviation": float(np.std(values, ddof=1)) if len(values) > 1 else None,
        }
        for name, values in found.items()
        if values
    ]


def signs_text(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The same as lines; none where nothing was found."""
    if not rows:
        return []
    cells = [
        [
            row["signs"],
            f"{100 * row['mean']:+.2f}"
            + ("" if row["deviation"] is None else f" ± {100 * row['deviation']:.2f}")
            + " %",
            f"({row['pairs']} pairs)",
        ]
        for row in rows
    ]
    head = "Relative change of conductance (± standard deviation), by the signs of both voltages"
    return ["", head, *aligned(cells)]


def _presented(summary: Summary) -> IntArray | None:
    """The signs of the voltages that a run presented, if they were the same throughout."""
    signs = {entry.sign for entry in summary.presentations}
    if len(summary.patterns) != 1 or len(signs) != 1 or _are_several(summary):
        return None
    presented: IntArray = summary.patterns[0] * signs.pop()
    return presented


def _are_several(summary: Summary) -> bool:
    """Whether a neuron has several contacts."""
    return any(len(neuron.contacts) > 1 for neuron in summary.neurons)
