"""A table of recall in a notebook."""

from __future__ import annotations

from hebbfilm.hopfield import RecallTable
from hebbfilm.run.notebook.card import card, table
from hebbfilm.run.report.words import state

_MOST = 64


def html(recall: RecallTable) -> str:
    """The first rows, and how many are recalled."""
    rows = [
        (
            state(row.start),
            state(row.end),
            "✓" if row.recalled else "oscillates" if row.oscillates else "✗",
            str(row.distance),
        )
        for row in recall.rows[:_MOST]
    ]
    count = sum(row.recalled for row in recall.rows)
    note = f"{count} of {len(recall)} recalled"
    if len(rows) < len(recall):
        note += f"; the first {len(rows)} are shown"
    heads = ("start", "end", "recalled", "wrong signs at the start")
    stored = table([(state(pattern),) for pattern in recall.patterns], ("stored, and negatives",))
    return card("RecallTable", note, table(rows, heads), stored)
