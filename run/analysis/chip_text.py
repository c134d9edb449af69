"""What a report tells of recall by a circuit on the film."""

from collections.abc import Sequence

from hebbfilm.common.arrays import BoolArray, IntArray
from hebbfilm.common.tables import aligned
from hebbfilm.common.text import compact
from hebbfilm.hopfield.corrupted import corrections
from hebbfilm.hopfield.pattern_names import name_of
from hebbfilm.hopfield.patterns import Pattern
from hebbfilm.run.folder import files
from hebbfilm.run.folder.chip_entries import ChipEntry
from hebbfilm.run.folder.chip_table import ChipRecalls
from hebbfilm.run.folder.summary import Summary

_MOST_STARTS = 32
"""A longer table is for the file."""


def chip_text(summary: Summary, told: ChipEntry, found: ChipRecalls) -> str:
    """Where each start led, beside the matrix, what it took, and what it did to the film.

    Args:
        summary: of the run.
        told: by it of recall on chip.
        found: in the table.
    """
    right = found.rightly_recalled(summary.patterns)
    lines = [
        *_table(found, right, list(summary.patterns)),
        *_figures(told, found, summary.patterns),
        *_changes(told),
    ]
    return "\n".join([*lines, *_other_weights(summary, told)])


def _table(found: ChipRecalls, right: BoolArray, patterns: Sequence[Pattern]) -> list[str]:
    rows: list[tuple[str, ...]] = [
        ("start", "end on chip", "by the matrix", "recalled", "ns", "aJ")
    ]
    for row in range(min(len(found.starts), _MOST_STARTS)):
        states = (each[row] for each in (found.starts, found.ends, found.matrix_ends))
        took = f"{found.time[row] * 1e9:.3g}", f"{found.energy[row] * 1e18:.3g}"
        recalled = "yes" if right[row] else "no"
        if found.recalled[row] and not right[row]:
            recalled = "no, a stored state that ends at another"
        rows.append((*(compact(name_of(state, patterns)) for state in states), recalled, *took))
    more = len(found.starts) - _MOST_STARTS
    lines = aligned(rows, "<")
    return [*lines, *([f"… and {more} more, all in {files.RECALL_ON_CHIP}"] if more > 0 else [])]


def _figures(told: ChipEntry, found: ChipRecalls, patterns: IntArray) -> list[str]:
    right, count = found.rightly_recalled(patterns), len(found.starts)
    beside = "a film that was never presented with anything"
    if told.level is not None:
        level = f"{told.level:+.3%}" if told.level_unit == "1" else f"{told.level:.3g} S"
        origin = "fixed beforehand" if told.level_given else "that of the weights"
        resistors = f"resistors (level {level}, {origin})"
        beside = resistors if told.reference == "resistors" else f"{beside} and {resistors}"
        if told.reference == "bridge":
            beside = f"resistors that a bridge has balanced (level {level}, its own)"
    lines = [
        f"Recall on chip by {told.circuit} at {1e3 * told.voltage:g} mV, against {beside}: "
        f"recalled from {right.sum()} of {count} starts; as by the matrix of the same "
        "differences, in the circuit's own order of update, from "
        f"{found.agree.sum()} of {count} starts",
        f"A recall took {told.mean_time * 1e9:.3g} ns and {told.mean_energy * 1e18:.3g} aJ on "
        "average, "
        f"{told.largest_time * 1e9:.3g} ns at most",
    ]
    if told.moving is not None:
        lines.append(
            f"In the first {min(told.moving, count)} of them m moved; in the others the film was "
            "held, so that energy and ends are those of its conductances"
        )
    if told.corrected is not None:
        lines += _corrected(found, patterns)
    if unsettled := int((~found.settled).sum()):
        lines.append(f"{unsettled} of {count} had not come to rest after recall.most_periods")
    return lines


def _corrected(found: ChipRecalls, patterns: IntArray) -> list[str]:
    lines = []
    for each in corrections(found.starts, found.ends, list(patterns)):
        low, high = each.interval
        alike = "" if each.different == each.starts else f", {each.different} different ones"
        lines.append(
            f"Corrupted by {each.flips} flipped signs, from the nearest stored state: "
            f"{each.corrected} of {each.starts} starts{alike} corrected (95 % interval {low:.1%} "
            f"to {high:.1%})"
        )
    return lines


def _changes(told: ChipEntry) -> list[str]:
    return [
        "Largest relative change of a g from the trained film to the end of all recalls: "
        f"{told.largest_change:.1e}",
        "The same film left alone for that time, with open contacts: "
        f"{told.largest_change_left_alone:.1e}",
        f"Difference of the two, what the recalls did: {told.largest_change_by_recall:.1e}",
    ]


def _other_weights(summary: Summary, told: ChipEntry) -> list[str]:
    """A line if the weights of the run and those of the circuit compare different things."""
    rule, unit = summary.reference.rule, told.level_unit or "S"
    if not summary.has_weights or (summary.reference.reference.unit == unit):
        return []
    absolute, relative = "absolute changes of conductances", "relative ones"
    if unit == "1":
        absolute, relative = "relative changes of conductances", "absolute ones"
    return [
        f"The circuit compares {absolute}, the weights of the run {relative} ([reading] reference "
        f"= {rule!r}): recall by these need not end where the circuit does"
    ]
