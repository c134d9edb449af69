"""What a report tells of recall by a circuit on the film."""

from hebbfilm.common.tables import aligned
from hebbfilm.common.text import percent
from hebbfilm.hopfield import format_pattern
from hebbfilm.run.folder import files
from hebbfilm.run.folder.chip_entries import ChipEntry
from hebbfilm.run.folder.chip_table import ChipRecalls

_MOST_STARTS = 32
"""A longer table is for the file."""


def chip_text(told: ChipEntry, found: ChipRecalls) -> str:
    """Where each start led, beside the matrix, what it took, and what it did to the film."""
    return "\n".join([*_table(found), *_figures(told, found), *_changes(told)])


def _table(found: ChipRecalls) -> list[str]:
    rows: list[tuple[str, ...]] = [
        ("start", "end on chip", "by the matrix", "recalled", "ns", "fJ")
    ]
    for row in range(min(len(found.starts), _MOST_STARTS)):
        states = (each[row] for each in (found.starts, found.ends, found.matrix_ends))
        took = f"{found.time[row] * 1e9:.3g}", f"{found.energy[row] * 1e15:.3g}"
        recalled = "yes" if found.recalled[row] else "no"
        rows.append((*map(format_pattern, states), recalled, *took))
    more = len(found.starts) - _MOST_STARTS
    lines = aligned(rows, "<")
    return [*lines, *([f"… and {more} more, all in {files.RECALL_ON_CHIP}"] if more > 0 else [])]


def _figures(told: ChipEntry, found: ChipRecalls) -> list[str]:
    count = len(found.starts)
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
        f"{percent(told.recalled)} % recalled; as by the matrix of the same differences from "
        f"{found.agree.sum()} of {count} starts",
        f"A recall took {told.mean_time * 1e9:.3g} ns and {told.mean_energy:.2e} J on average, "
        f"{told.largest_time * 1e9:.3g} ns at most",
    ]
    if unsettled := int((~found.settled).sum()):
        lines.append(f"{unsettled} of {count} had not come to rest after recall.most_ticks")
    return lines


def _changes(told: ChipEntry) -> list[str]:
    return [
        f"All recalls together changed g by at most {told.largest_change_by_recall:.1e}, relative: "
        f"by {told.largest_change:.1e} since the film was trained; left alone for that time, it "
        f"changes by {told.largest_change_left_alone:.1e}"
    ]
