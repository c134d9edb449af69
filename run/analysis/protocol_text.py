"""The report of a run without patterns, as text for a terminal."""

from pathlib import Path

import numpy as np

from hebbfilm.common.tables import aligned
from hebbfilm.hopfield.contact_pairs import pair_names, pairs
from hebbfilm.run.analysis.run_text import drive_text
from hebbfilm.run.analysis.stack_text import stack_text
from hebbfilm.run.analysis.texture_text import texture_text
from hebbfilm.run.folder import files
from hebbfilm.run.folder.protocol_summary import ProtocolSummary
from hebbfilm.run.folder.readings_table import ReadingsTable, read_readings
from hebbfilm.run.folder.summary_file import read_protocol_summary

_MOST_READINGS = 24
_MOST_PAIRS = 6


def protocol_report(folder: Path) -> str:
    """Readings, heat and checks of a finished run.

    Args:
        folder: of the run.
    """
    summary = read_protocol_summary(folder)
    end = {} if summary.texture is None else {"end": summary.texture}
    parts = [_steps(folder, summary), texture_text(end)]
    if summary.max_current_density > 0:
        parts += [drive_text(summary), stack_text(summary.stack)]
    parts += [_checks(summary), f"Run folder: {folder}"]
    return "\n\n".join(part for part in parts if part)


def _steps(folder: Path, summary: ProtocolSummary) -> str:
    done = f"{summary.steps} step{'s' if summary.steps != 1 else ''} done"
    m = ", ".join(f"{value:+.4f}" for value in summary.magnetisation)
    end = f"Mean m at the end: ({m})"
    if not summary.readings:
        return f"{done}, nothing read\n{end}"
    table = read_readings(folder, summary.contacts)
    read = f"{summary.readings} reading{'s' if summary.readings != 1 else ''}"
    return "\n".join([f"{done}, {read}", *_rows(table, summary), end])


def _rows(table: ReadingsTable, summary: ProtocolSummary) -> list[str]:
    """A line a reading; the first and the last of many."""
    names = pair_names(summary.contacts)
    shown = list(zip(names, pairs(len(summary.contacts)), strict=True))[:_MOST_PAIRS]
    field = np.any(table.field)
    heads = ("t", "label", *(("H", "", "") if field else ()), "m", "", "")
    units = ("ns", "", *(("kA/m", "", "") if field else ()), "x", "y", "z")
    rows = [
        (*heads, *(name for name, _ in shown)),
        (*units, *("mS" for _ in shown)),
    ]
    count = len(table.time)
    ends = range(_MOST_READINGS // 2), range(count - _MOST_READINGS // 2, count)
    some = [k for end in ends for k in end] if count > _MOST_READINGS else list(range(count))
    for row in some:
        applied = [f"{value / 1e3:.4g}" for value in table.field[row]] if field else []
        mean = [f"{value:+.4f}" for value in table.magnetisation[row]]
        between = [f"{-1e3 * table.conductance[row][i, j]:.5f}" for _, (i, j) in shown]
        rows.append((f"{table.time[row] * 1e9:.4g}", table.label[row], *applied, *mean, *between))
    lines = aligned(rows)
    left_out = count - len(some)
    if left_out:
        lines.append(f"… and {left_out} more between them, all in {files.READINGS}")
    if len(names) > len(shown):
        lines.append(f"{len(names) - len(shown)} more pairs of contacts are there, too")
    return lines


def _checks(summary: ProtocolSummary) -> str:
    told = ", ".join(
        f"{name.replace('_', ' ')} {value:.0e}" for name, value in summary.checks.items()
    )
    return f"Checks: {told}"
