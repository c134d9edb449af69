"""What a current does to a pair of contacts, by the signs of their voltages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hebbfilm.hopfield.contact_pairs import pairs, relative_change
from hebbfilm.run.folder.learnt import Learnt

SIGNS = {"opposite": "+ -", "positive": "+ +", "negative": "- -"}
"""Of both contacts of a pair, for people."""


def changes_by_signs(runs: Sequence[Learnt]) -> list[dict[str, Any]]:
    """Mean and standard deviation of the relative change of pairs, by the signs of their voltages.

    Of runs that presented one pattern, with one sign throughout: walls are dragged from one contact
    to another, so a pair at two positive voltages need not change as one at two negative ones.

    Args:
        runs: others than these are left out.
    """
    found: dict[str, list[float]] = {name: [] for name in SIGNS}
    for learnt in runs:
        if learnt.presented is None:
            continue
        change = relative_change(learnt.before, learnt.after)
        for (i, j), r in zip(pairs(len(learnt.contacts)), change, strict=True):
            if np.isfinite(r):
                found[_name(learnt.presented[i] + learnt.presented[j])].append(float(r))
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


def _name(sum_of_signs: int) -> str:
    return {0: "opposite", 2: "positive", -2: "negative"}[int(sum_of_signs)]
