"""The report of a run, as text for a terminal."""

from pathlib import Path

import numpy as np

from hebbfilm.common.tables import aligned
from hebbfilm.common.text import compact, percent
from hebbfilm.hopfield import Reference
from hebbfilm.hopfield.contact_pairs import pair_names, pairs
from hebbfilm.hopfield.pattern_names import name_of
from hebbfilm.hopfield.recall_ends import stable_states
from hebbfilm.hopfield.reference import MEANINGS
from hebbfilm.run.analysis.chip_text import chip_text
from hebbfilm.run.analysis.displacement_text import presentations_text
from hebbfilm.run.analysis.drawn_text import patterns_text
from hebbfilm.run.analysis.stack_text import hall_text, stack_text
from hebbfilm.run.analysis.texture_text import texture_text
from hebbfilm.run.analysis.uncoupled_text import uncoupled_text
from hebbfilm.run.folder import files
from hebbfilm.run.folder.chip_table import read_chip_recalls
from hebbfilm.run.folder.leads import LeadsEntry
from hebbfilm.run.folder.protocol_summary import ProtocolSummary
from hebbfilm.run.folder.recall_table import RecallEnds, read_recall
from hebbfilm.run.folder.stack import StackEntries
from hebbfilm.run.folder.summary import ChecksEntry, HeatingEntry, ReferenceEntry, Summary
from hebbfilm.run.folder.summary_file import read_summary
from hebbfilm.solvers.magnetisation.resolution import LARGEST_ANGLE

_MOST_STARTS = 32
"""A longer table is for the file."""
_MOST_PAIRS = 66
"""The same of pairs; all of twelve contacts."""
_HINT = "For heat loss to the substrate, set material.heat_transfer_coefficient"


def run_report(folder: Path) -> str:
    """Conductances, recall, heat and checks of a finished run.

    Args:
        folder: of the run.
    """
    summary = read_summary(folder)
    recall = read_recall(folder, len(summary.neuron_names))
    parts = [
        _conductances(folder, summary),
        _recall(summary, recall),
        _on_chip(folder, summary),
        drive_text(summary),
        stack_text(summary.stack),
        texture_text(summary.texture),
        presentations_text(summary.presentations, list(summary.patterns)),
        _checks(summary.checks),
        f"Run folder: {folder}",
    ]
    return "\n\n".join(part for part in parts if part)


def _conductances(folder: Path, summary: Summary) -> str:
    names = pair_names(summary.neuron_names)
    rows = [("pair", "before", "after", "change", "weight"), ("", "mS", "mS", "%", "")]
    uncoupled = summary.uncoupled_pairs
    matrices = (summary.conductance_before, summary.conductance_after)
    for name, (i, j) in zip(names, pairs(len(summary.neuron_names)), strict=True):
        if name in uncoupled:
            continue
        before, after = (-1e3 * matrix[i, j] for matrix in matrices)
        change = 100 * summary.relative_change[name]
        weight = f"{summary.weights[i, j]:+.2e}"
        rows.append((name, f"{before:.5f}", f"{after:.5f}", f"{change:+.3f}", weight))
    shown = len(rows) if len(rows) <= _MOST_PAIRS + 2 else _MOST_PAIRS // 2 + 2
    lines = [patterns_text(folder, summary.patterns), *aligned(rows[:shown])]
    if shown < len(rows):
        lines.append(f"… and {len(rows) - shown} more pairs, all in {files.SUMMARY}")
    if uncoupled:
        listed = f"; all are in {files.SUMMARY}"
        told = uncoupled_text(uncoupled, len(names), meaning=", weight 0", listed=listed)
        lines.append(told)
    lines.append(f"A weight is {MEANINGS[summary.reference.rule]}")
    correlation = summary.hebb_correlation
    lines.append(
        f"Reference: {_reference(summary.reference)}. Correlation of the weights with Hebb's rule: "
        + ("not defined" if correlation is None else f"{correlation:.3f}")
        + (" (of two pairs it is always 1 or -1)" if len(summary.relative_change) == 2 else "")
    )
    if summary.hall_conductance is not None:
        lines.append(hall_text(summary.hall_conductance, "conductances and weights are"))
    return "\n".join(lines)


def _reference(entry: ReferenceEntry) -> str:
    """The rule, and its moments where they are others than usual."""
    reference = entry.reference
    usual = Reference(reference.rule, reference.offset)
    return reference.rule + ("" if reference == usual else f" {reference.moments()}")


def _recall(summary: Summary, table: RecallEnds) -> str:
    if not summary.has_weights:
        return no_recall_text(summary)
    count = len(table.starts)
    shown = count if count <= _MOST_STARTS else _MOST_STARTS // 2
    patterns = np.array(summary.patterns)
    known = list(patterns)
    recalled = table.rightly_recalled(patterns)
    lost = table.always_recalled & ~recalled
    end = "end" if summary.recall_on_chip is None else "end by the weights"
    rows = [("start", end, "recalled")]
    for row in range(shown):
        start, end = (compact(name_of(s[row], known)) for s in (table.starts, table.ends))
        told = "yes" if recalled[row] else "no"
        if lost[row]:
            told = "no, a stored state that ends at another"
        if table.oscillates[row]:
            told = "no, oscillates between this and another state"
        rows.append((start, end, told))
    lines = aligned(rows, "<")
    if shown < count:
        lines.append(f"… and {count - shown} more starts, all in {files.RECALL}")
    lines.append(
        f"Recalled: {percent(summary.recall_success)} % over all starts and orders of update "
        f"(ideal Hebb {percent(summary.ideal_recall_success)} %, "
        f"Oja {percent(summary.oja_recall_success)} %); "
        f"in every order from {recalled.sum()} of {count} starts"
    )
    if len(patterns) > 1:
        stable, stored = stable_states(summary.weights, list(summary.patterns))
        lines.append(f"Stored states that are stable, patterns and negatives: {stable} of {stored}")
    return "\n".join(lines)


def _on_chip(folder: Path, summary: Summary) -> str:
    told = summary.recall_on_chip
    if told is None:
        return ""
    return chip_text(summary, told, read_chip_recalls(folder, len(summary.neuron_names)))


def no_recall_text(summary: Summary) -> str:
    """What to say in place of the recall of a run without weights."""
    single = len(summary.relative_change) == 1
    reason = "the change of a single pair is its own mean" if single else "all pairs changed alike"
    hint = "; see hebbfilm synapse" if single else ""
    return f"No recall: all weights are 0, as {reason}{hint}"


def drive_text(summary: Summary | ProtocolSummary) -> str:
    """What the current was, and how warm the film got."""
    return (
        f"Current density {summary.mean_current_density:.2e} A/m² on average, "
        f"{summary.max_current_density:.2e} A/m² at most (corners of contacts)\n"
        f"Dissipated energy {summary.energy_dissipated:.2e} J: without heat loss, "
        f"an average temperature rise of {summary.adiabatic_temperature_rise:.0f} K\n"
        + _leads(summary.leads)
        + _heating(summary.heating, summary.stack)
    )


def _leads(leads: LeadsEntry | None) -> str:
    if leads is None:
        return ""
    return f"Leads of {leads.told} took {leads.energy:.2e} J more, none of which warms the film\n"


def _heating(heating: HeatingEntry, stack: StackEntries) -> str:
    if stack.temperature is not None:
        balance = stack.heat_balance
        leaves = heating.time_constant is not None or (balance is not None and balance.sinks)
        return (
            "Estimated for one temperature of the whole film, for comparison: a rise of "
            f"{heating.peak_temperature_rise:.1f} K at most"
        ) + ("" if leaves else f"\n{_HINT}")
    where = (
        f"The local rise is up to {heating.power_concentration:.1f} times the average, if no "
        "heat spreads along the film"
    )
    if heating.time_constant is None:
        return f"{where}\n{_HINT}"
    return (
        "With heat loss to the substrate, the estimated average rise is at most "
        f"{heating.peak_temperature_rise:.0f} K, and "
        f"{heating.final_temperature_rise:.0f} K at the end of the run;\n"
        f"at constant peak power it would reach {heating.steady_temperature_rise:.0f} K, with a "
        f"time constant of {heating.time_constant * 1e9:.2g} ns\n{where}"
    )


def _checks(checks: ChecksEntry) -> str:
    reading = checks.read_disturbance
    symmetry = f"G(-m) = G(m)ᵀ to {checks.onsager or 0:.0e}"
    if checks.symmetry is not None:
        symmetry = f"symmetry of G {checks.symmetry:.0e}"
    return (
        f"Checks: {symmetry}, row sums {checks.row_sums:.0e}, "
        f"sum of currents {checks.current_sum:.0e}, "
        f"power balance {checks.power_balance:.0e}\n"
        f"Reading at {1e3 * reading.voltage:g} mV changes m by at most "
        f"{reading.largest_change_of_m:.0e}, and g by at most "
        f"{reading.largest_change_of_conductance:.0e}, relative" + _angles(checks)
    )


_WHEN = {
    "relax": "relaxed",
    "balance": "while a bridge was balanced",
    "form": "while it was formed",
    "train": "under current",
    "rest": "at rest",
    "recall": "in recall on chip",
}


def _angles(checks: ChecksEntry) -> str:
    """A line on the angles between neighbours; runs of earlier versions did not measure them."""
    angles = checks.largest_angle
    if not angles:
        return ""
    told = ", ".join(
        f"{angles[phase]:.2f} rad {when}" for phase, when in _WHEN.items() if phase in angles
    )
    line = (
        f"\nLargest angle between neighbouring vertices: {told} (limit {LARGEST_ANGLE:.2f} rad, "
        "not under current)"
    )
    if max(angles.get("relax", 0.0), angles.get("rest", 0.0)) > LARGEST_ANGLE:
        line += (
            f"\nWarning: above {LARGEST_ANGLE:.2f} rad the mesh may pin walls (unless thermal "
            "noise turns neighbours apart): compare with a smaller layout.mesh_size"
        )
    return line
