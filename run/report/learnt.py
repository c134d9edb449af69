"""What a run with patterns learnt: the numbers that stand out, and the tables behind them."""

from __future__ import annotations

import numpy as np

from hebbfilm.common.arrays import BoolArray, FloatArray
from hebbfilm.common.text import percent
from hebbfilm.hopfield.contact_pairs import pair_names, pairs
from hebbfilm.hopfield.reference import MEANINGS
from hebbfilm.hopfield.separability import LearntChanges, learnt_changes
from hebbfilm.run.analysis.run_text import no_recall_text
from hebbfilm.run.folder import files
from hebbfilm.run.folder.recall_table import RecallEnds
from hebbfilm.run.folder.summary import CriteriaEntry, Summary
from hebbfilm.run.report.content import KeyNumber, Table
from hebbfilm.run.report.words import plain, signed_percent, state

_MOST_STARTS = 512
"""A longer table is for the file."""
_NETWORKS = {
    "film": "this film",
    "hebb": "ideal Hebb",
    "oja": "ideal Oja",
    "pseudo_inverse": "pseudo-inverse",
    "storkey": "Storkey",
}


def learnt_numbers(summary: Summary) -> list[KeyNumber]:
    """Recall, correlation and margin, with what they mean."""
    changes = learnt_changes(
        np.array([*summary.relative_change.values()]), summary.patterns, _coupled(summary)
    )
    return [*_recall_numbers(summary), _correlation(summary), *_margin(changes)]


def _coupled(summary: Summary) -> BoolArray:
    names = pair_names(summary.neuron_names)
    return np.array([name in summary.relative_change for name in names])


def _recall_numbers(summary: Summary) -> list[KeyNumber]:
    if not summary.has_weights:
        return [KeyNumber("Recall", "none", no_recall_text(summary))]
    found = [
        KeyNumber(
            "Recalled",
            f"{percent(summary.recall_success)} %",
            "of recalls, over all starts and orders of updates, end in a stored state, whichever: "
            "a pattern or its negative; an ideal Hebb network: "
            f"{percent(summary.ideal_recall_success)} %",
        )
    ]
    if summary.network is not None:
        film = summary.network["film"]
        found.append(
            KeyNumber(
                "Stored states",
                f"{film.stable} of {film.stored}",
                "patterns and their negatives are stable: recall stays where it starts from them",
            )
        )
    return found


def _correlation(summary: Summary) -> KeyNumber:
    value = summary.hebb_correlation
    if value is None:
        return KeyNumber("Correlation with Hebb’s rule", "none", "all weights, or all aims, are 0")
    meaning = "1: the weights are those of Hebb’s rule up to a factor; 0: they have nothing of it"
    if len(summary.relative_change) == 2:
        meaning = "of two pairs it is always 1 or −1 and tells little"
    return KeyNumber("Correlation with Hebb’s rule", plain(value), meaning)


def _margin(changes: LearntChanges) -> list[KeyNumber]:
    if changes.margin is None:
        only = changes.strengthened if changes.strengthened is not None else changes.others
        meaning = "mean change of conductance; the patterns ask the same of all pairs"
        return [KeyNumber("Change", signed_percent(only or 0.0), meaning)]
    learnt = (
        "positive, so that a level parts the two"
        if changes.margin > 0
        else "not positive, so that no level parts the two"
    )
    return [
        KeyNumber(
            "Margin",
            signed_percent(changes.margin),
            "least change of a pair that should grow stronger, less the largest of the others: "
            f"{learnt}",
        ),
        KeyNumber(
            "Change of conductance",
            signed_percent(changes.strengthened or 0.0),
            "mean of the pairs that should grow stronger; of all others "
            f"{signed_percent(changes.others or 0.0)}",
        ),
    ]


def learnt_tables(summary: Summary, recall: RecallEnds) -> list[Table]:
    """Conductances, weights, networks beside each other, and recall."""
    tables = [_conductances(summary), _weights(summary)]
    if summary.has_weights:
        tables += [_networks(summary), _recall(summary, recall)]
    return tables


def _conductances(summary: Summary) -> Table:
    before, after = summary.conductance_before, summary.conductance_after
    signs = np.sign(summary.patterns.T @ summary.patterns).astype(int)
    names = summary.neuron_names
    rows = []
    for name, (i, j) in zip(pair_names(names), pairs(len(names)), strict=True):
        if name in summary.relative_change:
            rows.append(
                (
                    name,
                    {1: "equal", 0: "either", -1: "opposite"}[signs[i, j]],
                    f"{-1e3 * before[i, j]:.5f}",
                    f"{-1e3 * after[i, j]:.5f}",
                    signed_percent(summary.relative_change[name]),
                    _weight(summary.weights[i, j]),
                )
            )
    heads = ("pair", "signs", "before / mS", "after / mS", "change", "weight")
    note = f"A weight is {MEANINGS[summary.reference.rule]}."
    if summary.uncoupled_pairs:
        note += f" Not coupled, weight 0: {', '.join(summary.uncoupled_pairs)}."
    return Table("Conductances", heads, rows, note, sortable=True)


def _weight(value: float) -> str:
    return f"{value:+.2e}".replace("-", "−")


def _weights(summary: Summary) -> Table:
    names = summary.neuron_names
    rows = [(name, *_row(summary.weights, k)) for k, name in enumerate(names)]
    return Table("Weights", ("", *names), rows, "Between neurons; symmetric, without a diagonal.")


def _row(weights: FloatArray, k: int) -> list[str]:
    return ["" if j == k else _weight(value) for j, value in enumerate(weights[k])]


def _networks(summary: Summary) -> Table:
    rows = [
        (_NETWORKS.get(name, name.replace("_", " ")), *_criteria(entry))
        for name, entry in (summary.network or {}).items()
    ]
    heads = ("network", "stable", "only these", "one sign flipped", "two signs flipped")
    note = (
        "How many patterns and negatives are stable; whether there are no other fixed points; and "
        "how often, over all orders of updates, a start with one or two flipped signs comes back "
        "to the stored state that it was made of, or to another as near. That is stricter than "
        "recalled, for which any stored state will do."
    )
    return Table("Beside ideal networks", heads, rows, note)


def _criteria(entry: CriteriaEntry) -> tuple[str, ...]:
    exact = {True: "yes", False: "no", None: "–"}[entry.exact]
    bits = ["–" if v is None else f"{percent(v)} %" for v in (entry.one_bit, entry.two_bit)]
    return (f"{entry.stable} of {entry.stored}", exact, *bits)


def _recall(summary: Summary, recall: RecallEnds) -> Table:
    rightly = recall.rightly_recalled(np.array(summary.patterns))
    patterns, rows = list(summary.patterns), []
    for k in range(min(len(recall.starts), _MOST_STARTS)):
        told = "yes" if rightly[k] else "oscillates" if recall.oscillates[k] else "no"
        ways = (state(each[k], patterns) for each in (recall.starts, recall.ends))
        rows.append((*ways, told))
    stored = ", ".join(state(pattern) for pattern in summary.patterns)
    note = (
        f"Stored: {stored}, and the negatives. The end is that of one order of updates; always: "
        "in every order that was tried, in one of these, whichever."
    )
    if len(rows) < len(recall.starts):
        note += f" The first {len(rows)} of {len(recall.starts)} starts; all are in {files.RECALL}."
    return Table("Recall", ("start", "end", "always recalled"), rows, note, sortable=True)
